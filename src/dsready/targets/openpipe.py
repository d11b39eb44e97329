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


def _text(found: Any) -> bool:
    """Whether the types take it for a text: they write numbers out."""
    return isinstance(found, str | int | float)


def _text_or_none(found: Any) -> bool:
    return found is None or _text(found)


def _wrong_name(turn: dict[str, Any]) -> bool | str:
    fine = _text(turn.get("name")) or (turn.get("role") != "function" and turn.get("name") is None)
    return not fine and ("name" if "name" in turn else True)


def _no_old_call(found: Any) -> bool:
    fine = isinstance(found, dict) and _text(found.get("name")) and _text(found.get("arguments"))
    return found is not None and not fine


def _wrong_content(turn: dict[str, Any]) -> bool | str:
    content = turn.get("content")
    listed = isinstance(content, list) and turn.get("role") != "function"
    return not (listed or content is None or _text(content)) and "content"


def _wrong_part(*kinds: str) -> where.Test:
    def wrong(part: Any) -> bool:
        if not isinstance(part, dict) or part.get("type") not in kinds:
            return True
        held = part.get(part["type"])
        if part["type"] == "image_url":
            return not (isinstance(held, dict) and _text(held.get("url")))
        return part["type"] in ("text", "refusal") and not _text(held)

    return wrong


def _no_call(call: Any) -> bool:
    function = call.get("function") if isinstance(call, dict) else None
    return not (
        isinstance(function, dict)
        and _text(call.get("id"))
        and call.get("type") == "function"
        and _text(function.get("name"))
        and _text(function.get("arguments"))
    )


def _no_tool(tool: Any) -> bool:
    function = tool.get("function") if isinstance(tool, dict) else None
    return not (
        isinstance(function, dict)
        and tool.get("type") == "function"
        and _text(function.get("name"))
        and isinstance(function.get("parameters"), dict | None)
        and _text_or_none(function.get("description"))
    )


def _bad_rejected(found: Any) -> bool:
    return found is not None and not (
        isinstance(found, dict)
        and found.get("role") == "assistant"
        and (found.get("content") is None or _text(found["content"]))
    )


def _bad_metadata(found: Any) -> bool:
    return found is not None and not (isinstance(found, dict) and all(_text(item) for item in found.values()))


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
                        where.part(_wrong_part("text"), "system", "developer", "tool"),
                        where.part(_wrong_part("text", "image_url", "input_audio"), "user"),
                        where.part(_wrong_part("text", "refusal"), "assistant"),
                    ),
                ),
                rule(
                    "OPP-04",
                    REJECT,
                    CODE,
                    "a tool call without id, type function, a name, or arguments as a string",
                    where.any_of(
                        where.call(_no_call),
                        where.key_of_turn("tool_calls", lambda found: not isinstance(found, list | None), "assistant"),
                    ),
                ),
                rule(
                    "OPP-03-NAME",
                    REJECT,
                    RUN,
                    "a name that is no text, or a function's message without one",
                    where.turn(lambda turn: turn.get("role") != "tool" and _wrong_name(turn)),
                    quote="name: field required",
                ),
                rule(
                    "OPP-04-OLD",
                    REJECT,
                    RUN,
                    "a function_call without a name and arguments as a string",
                    where.key_of_turn("function_call", _no_old_call, "assistant"),
                ),
                rule(
                    "OPP-04-TOOLS",
                    REJECT,
                    CODE,
                    "tools that are no list of functions with a name",
                    where.any_of(
                        where.value("tools", lambda found: not isinstance(found, list | None)),
                        where.each("tools", _no_tool),
                    ),
                ),
                rule(
                    "OPP-04-RESULT",
                    REJECT,
                    CODE,
                    "a tool message without a tool_call_id that is text",
                    where.turn(lambda turn: turn.get("role") == "tool" and not _text(turn.get("tool_call_id"))),
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
                    text=where.value("metadata", _bad_metadata),
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
