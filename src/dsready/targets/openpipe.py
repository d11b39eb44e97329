"""OpenPipe: what the types of its client take, which the server shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._jsonl import json_lines
from dsready.targets._say import CODE, DOC, IGNORE, REJECT, RUN, WARN, U, rule
from dsready.targets.target import Format, Target
from dsready.targets.whole import trouble

if TYPE_CHECKING:
    from dsready.targets.rule import Row

_ROLES = ("system", "user", "assistant", "developer", "tool", "function")
_KEYS = ("messages", "rejected_message", "tools", "tool_choice", "response_format", "split", "metadata")
#: Lists of parts, by role; the types take content that is missing, but not of another kind.
_PARTS = {"user": ("text", "image_url", "input_audio"), "assistant": ("text", "refusal"), "function": ()}


def _wrong_content(turn: dict[str, Any]) -> bool | str:
    content = turn.get("content")
    if turn.get("role") == "function":
        return not isinstance(content, str | None) and "content"
    return not isinstance(content, str | list | None) and "content"


def _wrong_part(kinds: tuple[str, ...]) -> where.Test:
    return lambda part: not isinstance(part, dict) or part.get("type") not in kinds


def _no_call(call: Any) -> bool:
    function = call.get("function") if isinstance(call, dict) else None
    return not (
        isinstance(function, dict)
        and isinstance(call.get("id"), str)
        and call.get("type") == "function"
        and isinstance(function.get("name"), str)
        and isinstance(function.get("arguments"), str)
    )


def _bad_rejected(found: Any) -> bool:
    return found is not None and not (
        isinstance(found, dict) and found.get("role") == "assistant" and isinstance(found.get("content"), str | None)
    )


def _bad_metadata(found: Any) -> bool:
    return found is not None and not (
        isinstance(found, dict) and all(isinstance(item, str | int | float) for item in found.values())
    )


def _silent(row: Row) -> str | None:
    said = [turn for _, turn in where.turns(row)]
    return "/messages" if said and said[-1].get("role") != "assistant" else None


TARGET = Target(
    id="openpipe",
    name="OpenPipe",
    source="openpipe 5.0.0 (types of the client), executed; documentation",
    formats=(
        Format(
            id="openpipe-chat",
            when=where.always,
            structure=(
                rule(
                    "OPP-01",
                    REJECT,
                    RUN,
                    "no list of messages",
                    where.any_of(
                        where.lacks("messages"),
                        where.value("messages", where.not_list),
                        where.each("messages", where.not_object),
                    ),
                    quote="messages: field required",
                ),
            ),
            rules=(
                rule(
                    "OPP-01-EMPTY",
                    WARN,
                    U,
                    "an empty list of messages",
                    where.value("messages", lambda found: not found),
                ),
                rule(
                    "OPP-02",
                    REJECT,
                    RUN,
                    f"a role other than {', '.join(_ROLES)}",
                    where.role_outside(*_ROLES),
                    quote="unexpected value; permitted: 'system'",
                ),
                rule("OPP-03", REJECT, CODE, "content that is neither text nor parts", where.turn(_wrong_content)),
                rule(
                    "OPP-03-PARTS",
                    REJECT,
                    CODE,
                    "a part of a kind that its role may not have",
                    where.any_of(
                        where.part(_wrong_part(("text",)), "system", "developer", "tool"),
                        *(where.part(_wrong_part(kinds), role) for role, kinds in _PARTS.items() if kinds),
                    ),
                ),
                rule(
                    "OPP-04",
                    REJECT,
                    CODE,
                    "a tool call without id, type function, a name, or arguments as a string",
                    where.call(_no_call),
                ),
                rule(
                    "OPP-04-RESULT",
                    REJECT,
                    CODE,
                    "a tool message without tool_call_id",
                    where.lacks_key("tool_call_id", roles=("tool",)),
                ),
                rule(
                    "OPP-05",
                    REJECT,
                    RUN,
                    "a split that is neither TRAIN nor TEST",
                    where.value("split", lambda found: found not in ("TRAIN", "TEST", None)),
                    quote="value is not a valid enumeration member; permitted: 'TRAIN', 'TEST'",
                ),
                rule(
                    "OPP-06",
                    REJECT,
                    RUN,
                    "a rejected_message that is no text or tool calls of the assistant",
                    where.value("rejected_message", _bad_rejected),
                ),
                rule(
                    "OPP-07",
                    REJECT,
                    RUN,
                    "metadata that are not a map to strings; numbers become strings",
                    where.value("metadata", _bad_metadata),
                ),
                rule("OPP-08", IGNORE, RUN, "a key that the types do not know", where.beyond(*_KEYS)),
                rule("OPP-09", WARN, DOC, "a last message that is not the assistant's", _silent),
            ),
        ),
    ),
    rules=(
        *json_lines("OPP-10", DOC),
        rule("OPP-10-BLANK", WARN, U, "a blank line", lines={"blank"}),
        rule("OPP-10-BOM", WARN, U, "a byte order mark", whole=trouble("byte-order-mark")),
    ),
)
