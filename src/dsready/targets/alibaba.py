"""Alibaba Cloud Model Studio, for Qwen models: as far as its documentation goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._jsonl import json_lines
from dsready.targets._say import CORRUPT, DOC, IGNORE, REJECT, WARN, U, rule
from dsready.targets.target import Format, Target
from dsready.targets.whole import MB, extension, larger, mixed_formats, trouble

if TYPE_CHECKING:
    from dsready.targets.rule import TargetRule

_ROLES = ("system", "user", "assistant", "tool")


def _no_weight(found: Any) -> bool:
    return where.not_number(found) or not 0 <= found <= 1


def _left_out(found: Any) -> bool:
    return not where.not_number(found) and found == 0


def _ignored(turn: dict[str, Any]) -> bool | str:
    if "name" in turn:
        return "name"
    trained = turn.get("role") == "assistant" and _left_out(turn.get("weight"))
    return turn.get("weight") is not None and not trained and "weight"


_NO_MESSAGES = rule("ALI-10", REJECT, DOC, "no list of messages, or an empty one", where.no_turns())
_MESSAGE: tuple[TargetRule, ...] = (
    rule("ALI-11", REJECT, DOC, f"a role other than {', '.join(_ROLES)}", where.role_outside(*_ROLES)),
    rule(
        "ALI-12",
        REJECT,
        DOC,
        "content that is neither text nor a list of parts",
        where.key_of_turn("content", lambda found: not isinstance(found, str | list | None)),
    ),
    # All answers are trained whatever the weight says: what the user wanted to leave out is learnt.
    rule(
        "ALI-13",
        CORRUPT,
        DOC,
        "a weight of 0: it is not supported, the message is trained all the same",
        where.key_of_turn("weight", _left_out, "assistant"),
        quote="OpenAI's name and weight parameters are not supported. All assistant outputs are trained.",
    ),
    rule(
        "ALI-14",
        IGNORE,
        DOC,
        "a name, or a weight: neither is supported",
        where.turn(_ignored),
        quote="OpenAI's name and weight parameters are not supported.",
    ),
    rule(
        "ALI-15",
        REJECT,
        DOC,
        "a loss_weight that is not between 0.0 and 1.0",
        where.key_of_turn("loss_weight", _no_weight),
    ),
    rule(
        "ALI-15-PREVIEW",
        WARN,
        DOC,
        "a loss_weight: only for who was invited to the preview",
        where.turn(lambda turn: "loss_weight" in turn and "loss_weight"),
    ),
)

TARGET = Target(
    id="alibaba",
    name="Alibaba Cloud Model Studio",
    source="Model Studio help: tuning API, data upload rules, file upload (2026-06 to 2026-09); partly known",
    formats=(
        Format(
            id="openai-chat-preference",
            when=where.has("chosen", "rejected"),
            structure=(
                _NO_MESSAGES,
                rule("ALI-20", REJECT, DOC, "not both of chosen and rejected", where.lacks("chosen", "rejected")),
            ),
            rules=_MESSAGE,
        ),
        Format(
            id="openai-chat",
            when=where.has("messages"),
            structure=(_NO_MESSAGES,),
            rules=(
                *_MESSAGE,
                rule("ALI-16", WARN, U, "a last message that is not the assistant's", where.last_is_not("assistant")),
            ),
        ),
        Format(
            id="text",
            when=where.has("text"),
            rules=(rule("ALI-30", REJECT, DOC, "a text that is no text", where.value("text", where.not_text)),),
        ),
    ),
    unknown=rule("ALI-09", REJECT, DOC, "neither messages, with chosen and rejected for DPO, nor text"),
    rules=(
        *json_lines("ALI-02", DOC),
        rule("ALI-01", REJECT, DOC, "another extension than .jsonl", whole=extension(".jsonl")),
        rule("ALI-03", REJECT, DOC, "more than 300 MB", whole=larger(300 * MB)),
        rule("ALI-03-CONSOLE", WARN, DOC, "more than 200 MB: the console takes no more", whole=larger(200 * MB)),
        rule("ALI-04", REJECT, U, "rows for different training methods", whole=mixed_formats),
        rule("ALI-05", WARN, U, "a blank line", lines={"blank"}),
        rule("ALI-05-BOM", REJECT, U, "a byte order mark", whole=trouble("byte-order-mark")),
    ),
)
