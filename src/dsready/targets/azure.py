"""
Azure OpenAI and Microsoft Foundry: the formats of OpenAI, with limits of their own.

Microsoft publishes scripts that check a file (azure-skills). They let pass much that the service refuses, so they are
quoted where they speak and never trusted where they are silent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import _openai_chat as chat
from dsready.targets import where
from dsready.targets._jsonl import json_lines
from dsready.targets._say import DOC, REJECT, RUN, WARN, U, rule
from dsready.targets.target import Format, Target
from dsready.targets.whole import MB, extension, fewer_rows, larger, mixed_formats, more_having, trouble

if TYPE_CHECKING:
    from dsready.targets.rule import Row, TargetRule

_IMAGES = "images"
_IMAGE_RULES = chat.vision(64, "AZ-05")


def _asks(row: Row) -> str | None:
    """
    Find what is for reinforcement: messages that end with the user, and what a grader needs.

    Microsoft publishes prompts without anything for the grader as well; those have no answer.
    """
    turns = where.turns(row)
    if not turns or turns[-1][1].get("role") != "user":
        return None
    graded = set(row) - set(chat.KEYS)
    return "" if graded or all(turn.get("role") != "assistant" for _, turn in turns) else None


def _spoken(found: Any) -> bool:
    """Whether it is a list of messages of the assistant and of tools, of the assistant at least one."""
    if not isinstance(found, list) or not found or not all(isinstance(turn, dict) for turn in found):
        return False
    roles = [turn.get("role") for turn in found]
    return "assistant" in roles and all(role in ("assistant", "tool") for role in roles)


_NO_MESSAGES: TargetRule = chat.NO_MESSAGES.model_copy(update={"evidence": ("RUN", "SPEC"), "quote": ""})

TARGET = Target(
    id="azure-openai",
    name="Azure OpenAI (Microsoft Foundry)",
    source="MicrosoftDocs (2025-09 to 2026-10); validators of microsoft/azure-skills @1a03acf, executed",
    note="Reinforcement needs a validation file, images that show people or CAPTCHAs are skipped without a word.",
    formats=(
        Format(
            id="openai-preference",
            when=chat.prefers,
            structure=(
                rule(
                    "OAI-50",
                    REJECT,
                    "RUN, DOC",
                    "not all of input with messages, preferred_output and non_preferred_output",
                    chat.no_preference,
                ),
                rule(
                    "AZ-06",
                    REJECT,
                    "DOC, RUN",
                    "an output that is not a list of messages of the assistant (and of tools)",
                    where.any_of(*(where.value(key, lambda found: not _spoken(found)) for key in chat.OUTPUTS)),
                    quote="Line 3: 'preferred_output' must be a non-empty array",
                ),
            ),
            rules=(
                *chat.asked_in_preference((chat.ANY_ROLE, *chat.MESSAGE)),
                rule(
                    "OAI-54",
                    WARN,
                    RUN,
                    "two outputs that are the same",
                    text=chat.same_outputs,
                ),
                rule(
                    "OAI-55",
                    WARN,
                    U,
                    "an input that ends with the assistant",
                    where.value("input.messages", lambda found: found[-1].get("role") == "assistant"),
                ),
            ),
        ),
        Format(
            id="rft-chat",
            when=_asks,
            structure=(_NO_MESSAGES,),
            rules=(
                chat.roles("OAI-63", DOC, "system", "developer", "user", "assistant", "tool"),
                rule(
                    "AZ-08",
                    WARN,
                    DOC,
                    "a system message: an older page for o4-mini says that it is not supported",
                    where.turn(lambda turn: turn.get("role") == "system"),
                ),
                # The script refuses such a row, and Microsoft ships a sample file of nothing else.
                rule(
                    "OAI-64",
                    WARN,
                    RUN,
                    "no key for a grader besides messages and tools",
                    lambda row: None if set(row) - set(chat.KEYS) else "",
                ),
                *chat.MESSAGE,
                *_IMAGE_RULES,
            ),
        ),
        Format(
            id="openai-chat",
            when=where.always,
            structure=(_NO_MESSAGES,),
            rules=(
                *chat.ANSWERS,
                rule(
                    "AZ-07",
                    WARN,
                    U,
                    "a key for a grader, and no user at the end: reinforcement wants one, others ignore the key",
                    where.beyond(*chat.KEYS),
                    quote="Last message must be 'user' role for RFT (found 'assistant')",
                ),
                rule("OAI-23-USER", WARN, RUN, "no message of the user", where.no_role("user")),
                *_IMAGE_RULES,
            ),
        ),
    ),
    rules=(
        *json_lines("OAI-02", RUN, "Line 3: Invalid JSON"),
        rule("OAI-01", REJECT, DOC, "another extension than .jsonl", whole=extension(".jsonl")),
        rule(
            "OAI-06",
            REJECT,
            RUN,
            "rows of several formats: a job has one method",
            whole=mixed_formats,
        ),
        rule("OAI-09", WARN, U, "a blank line: the script skips it", lines={"blank"}),
        rule(
            "AZ-01",
            WARN,
            "DOC, RUN",
            "a byte order mark: the documentation asks for it, Microsoft's own script refuses it",
            whole=trouble("byte-order-mark"),
            quote="Line 1: Invalid JSON — Unexpected UTF-8 BOM",
        ),
        rule("AZ-02", REJECT, DOC, "512 MB or more", whole=larger(512 * MB - 1)),
        rule(
            "AZ-02-UPLOAD",
            WARN,
            DOC,
            "more than 150 MB: an upload in one request may fail without a word, upload in parts",
            whole=larger(150 * MB),
        ),
        rule("AZ-03", REJECT, DOC, "fewer than 10 examples", whole=fewer_rows(10)),
        rule("AZ-03-FEW", WARN, DOC, "fewer than 100 examples: hundreds are recommended", whole=fewer_rows(100)),
        rule("AZ-05-ROWS", REJECT, DOC, "more than 50,000 examples with images", whole=more_having(_IMAGES, 50_000)),
    ),
    traits={_IMAGES: chat.has_image},
)
