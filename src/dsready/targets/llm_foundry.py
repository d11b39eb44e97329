"""llm-foundry: its validation of a chat or of a prompt with its response. All was tried with its code."""

from __future__ import annotations

from typing import Any

from dsready.targets import where
from dsready.targets._say import CODE, REJECT, RUN, TRUNC, rule
from dsready.targets.hf_datasets import LOADER
from dsready.targets.rule import Tokens
from dsready.targets.target import Format, Target
from dsready.targets.whole import extension, mixed_formats

_KEYS = "Found keys {…} in dataset. Unknown example type."
_UNSET = 1 << 20  # max_seq_len has no default


def _lacks_role_or_content(turn: Any) -> bool:
    return not isinstance(turn, dict) or not {"role", "content"} <= turn.keys()


TARGET = Target(
    id="llm-foundry",
    name="llm-foundry",
    source="llm-foundry 0.22.0 (data/finetuning/tasks.py), executed (2026-11)",
    note="The service of Databricks that ran it ended on 2026-08-14; the package can still be installed.",
    formats=(
        Format(
            id="openai-chat",
            when=where.has("messages"),
            structure=(
                rule("LFY-01", REJECT, RUN, "another key than messages", where.beyond("messages"), quote=_KEYS),
                rule(
                    "LFY-01-LIST",
                    REJECT,
                    RUN,
                    "messages that are no list, or one without role or content",
                    where.any_of(
                        where.value("messages", where.not_list), where.each("messages", _lacks_role_or_content)
                    ),
                    quote="Expected message to be an `Iterable`, but found type …",
                ),
            ),
            rules=(
                rule(
                    "LFY-02",
                    REJECT,
                    RUN,
                    "fewer than two messages",
                    where.fewer_than(2),
                    quote="Chat example must have at least two messages",
                ),
                rule(
                    "LFY-03",
                    REJECT,
                    RUN,
                    "a last message that is not the assistant's",
                    lambda row: where.last_is_not("assistant")(row) if len(row["messages"]) > 1 else None,
                    quote="Invalid last message role: user. Expected one of: {'assistant'}",
                ),
                rule(
                    "LFY-04",
                    REJECT,
                    RUN,
                    "a message with another key than role and content",
                    where.unknown_key("role", "content"),
                    quote="Expected 2 keys in message, but found 3",
                ),
                rule(
                    "LFY-05",
                    REJECT,
                    RUN,
                    "a role other than system, user, assistant and tool",
                    # A last one of these has its own rule.
                    lambda row: where.role_outside("system", "user", "assistant", "tool")(
                        {"messages": row["messages"][:-1]}
                    ),
                    quote="Expected role to be one of {…} but found: human",
                ),
                rule(
                    "LFY-06",
                    REJECT,
                    RUN,
                    "content that is neither text nor a list",
                    where.key_of_turn("content", lambda found: not isinstance(found, str | list)),
                    quote="Expected content to be a string, but found <class 'NoneType'>",
                ),
                rule(
                    "LFY-07",
                    REJECT,
                    RUN,
                    "two messages of one role in a row",
                    where.repeated("system", "user", "assistant", "tool"),
                    quote="Conversation roles must alternate but found user repeated consecutively.",
                ),
            ),
        ),
        Format(
            id="prompt-response",
            when=where.has("prompt"),
            structure=(
                rule(
                    "LFY-08",
                    REJECT,
                    RUN,
                    "other keys than prompt and one of response and completion",
                    where.any_of(
                        where.beyond("prompt", "response", "completion"),
                        where.has_all("response", "completion"),
                        where.lacks_all("response", "completion"),
                    ),
                    quote=_KEYS,
                ),
            ),
            rules=(
                rule(
                    "LFY-08-TEXT",
                    REJECT,
                    RUN,
                    "a prompt or a response that is no text",
                    where.any_of(*(where.value(key, where.not_text) for key in ("prompt", "response", "completion"))),
                    quote="Expected prompt to be a string, but found …",
                ),
            ),
        ),
    ),
    unknown=rule("LFY-01-KEYS", REJECT, RUN, "neither messages nor prompt and response", quote=_KEYS),
    rules=(
        rule(
            "LFY-09",
            REJECT,
            CODE,
            "another extension than .csv, .json, .jsonl and .parquet",
            whole=extension(".csv", ".json", ".jsonl", ".parquet"),
            quote="InvalidFileExtensionError",
        ),
        # The loader makes one table: each row gets the keys of all others, with null.
        rule(
            "LFY-08-MIX",
            REJECT,
            CODE,
            "chats beside prompts: each row gets the keys of both",
            whole=mixed_formats,
            quote=_KEYS,
        ),
        rule(
            "LFY-09-LONG",
            TRUNC,
            CODE,
            "longer than max_seq_len: the end is cut off, and what then has no response goes",
            tokens=Tokens(most=_UNSET, configurable=True),
        ),
        *LOADER,
    ),
)
