"""
mistral-common: Mistral's own checker, in its mode for fine-tuning and with the rules of tokenizer v7.

Where v3 (Mistral 7B, Mixtral) or v13 (the newest) say otherwise, a warning tells. All was tried with the package.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._mistral import ODD_IDS, UNLOADED_IMAGE, no_call, odd_weight, unbalanced
from dsready.targets._say import REJECT, RUN, WARN, rule
from dsready.targets._text import bad_function_name, orphan_result
from dsready.targets.target import Format, Target
from dsready.targets.whole import trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from dsready.targets.rule import Row

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_REQUEST = (
    *("messages", "model", "tools", "tool_choice", "parallel_tool_calls", "response_format", "temperature", "top_p"),
    *("max_tokens", "random_seed", "truncate_for_context_length", "reasoning_effort"),
)
_MESSAGE = {
    "system": ("role", "content"),
    "user": ("role", "content"),
    "assistant": ("role", "content", "tool_calls", "prefix", "weight"),
    "tool": ("role", "content", "tool_call_id", "name"),
}
_PARTS = {
    "system": ("text", "input_audio", "thinking"),
    "user": ("text", "image", "image_url", "input_audio", "audio_url"),
    "assistant": ("text",),
    "tool": ("text",),
}
_CALL = {"id", "type", "function"}
_EXTRA = "Extra inputs are not permitted [type=extra_forbidden, …]"
#: Who may not follow whom.
_AFTER = {
    "system": ("tool",),
    "user": ("tool",),
    "assistant": ("system",),
    "tool": ("system",),
}


def _extra_key(turn: dict[str, Any]) -> str | bool:
    known = _MESSAGE.get(str(turn.get("role")), ())
    return next((key for key in turn if key not in known), False)


def _no_content(turn: dict[str, Any]) -> bool | str:
    content = turn.get("content")
    if turn.get("role") == "assistant" and content is None:
        return False
    return not isinstance(content, str | list) and ("content" if "content" in turn else True)


def _odd_parts(row: Row) -> str | None:
    for place, turn in where.turns(row):
        content = turn.get("content")
        for number, part in enumerate(content if isinstance(content, list) else ()):
            if not _is_part(part, _PARTS[turn["role"]]):
                return f"{place}/content/{number}"
    return None


def _maybe_flag(found: Any) -> bool:
    """Whether it is a boolean, or a number or a text that pydantic may read as one."""
    return isinstance(found, bool | int | str)


def _is_part(part: Any, known: tuple[str, ...]) -> bool:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind not in known or not set(part) <= {"type", kind, *(("closed",) if kind == "thinking" else ())}:
        return False
    held = part.get(kind)
    if kind == "input_audio":
        held = held.get("data") if isinstance(held, dict) else held
        return isinstance(held, str) and not where.empty(held)
    if not _maybe_flag(part.get("closed", True)):
        return False
    return isinstance(held, str) or (isinstance(held, dict) and kind in _HELD and _HELD[kind](held))


def _is_image(held: dict[str, Any]) -> bool:
    known = set(held) <= {"url", "detail"}
    return known and isinstance(held.get("url"), str) and isinstance(held.get("detail"), str | None)


#: What parts may hold instead of a text.
_HELD: dict[str, Callable[[dict[str, Any]], bool]] = {
    "image_url": _is_image,
    "audio_url": lambda held: set(held) == {"url"} and isinstance(held["url"], str),
}


def _misplaced(row: Row) -> str | None:
    return where.neighbours(lambda before, after: after in _AFTER.get(before, ()))(row)


def _alone(row: Row) -> str | None:
    found = where.turns(row)
    return found[0][0] if len(found) == 1 and found[0][1].get("role") == "assistant" else None


def _odd_call_id(row: Row) -> str | None:
    """A call has an id that is no text, or none though it is not in the last message; or a result has none."""
    found = where.turns(row)
    for place, turn in found[:-1]:
        if turn.get("role") == "tool" and not isinstance(turn.get("tool_call_id"), str):
            return place
        calls = turn.get("tool_calls")
        if isinstance(calls, list) and any(isinstance(call, dict) and "id" not in call for call in calls):
            return place
    return where.call(lambda call: isinstance(call, dict) and "id" in call and not isinstance(call["id"], str))(row)


def _odd_arguments(call: Any) -> bool:
    inner = call.get("function") if isinstance(call, dict) else None
    return isinstance(inner, dict) and not isinstance(inner.get("arguments"), str | dict | None)


def _odd_key(call: Any) -> bool:
    inner = call.get("function") if isinstance(call, dict) else None
    return isinstance(inner, dict) and not (set(call) <= _CALL and set(inner) <= {"name", "arguments"})


def _named(found: Any) -> bool:
    return found is None or (isinstance(found, str) and _NAME.match(found) is not None)


def _other_type(call: Any) -> bool:
    return isinstance(call, dict) and call.get("type", "function") != "function"


def _no_tool(tool: Any) -> bool:
    inner = tool.get("function") if isinstance(tool, dict) else None
    return not (
        isinstance(inner, dict)
        and set(tool) <= {"type", "function"}
        and not _other_type(tool)
        and set(inner) <= {"name", "description", "parameters", "strict"}
        and isinstance(inner.get("name"), str)
        and isinstance(inner.get("description", ""), str)
        and isinstance(inner.get("parameters"), dict)
        and _maybe_flag(inner.get("strict", False))
    )


def _says_nothing(turn: dict[str, Any]) -> bool:
    return turn.get("role") == "assistant" and not turn.get("tool_calls") and not turn.get("content")


TARGET = Target(
    id="mistral-common",
    name="mistral-common",
    source="mistral-common 1.13.1, validator v7 in fine-tuning mode, executed (2026-11)",
    note="v3 is stricter with answers, v13 with the ids of results and laxer with those of calls.",
    formats=(
        Format(
            id="openai-chat",
            when=where.has("messages"),
            structure=(
                rule(
                    "MCO-01",
                    REJECT,
                    RUN,
                    "no list of messages, or an empty one",
                    where.no_turns(),
                    quote="Conversation must have at least one message",
                ),
                rule(
                    "MCO-02",
                    REJECT,
                    RUN,
                    "a role other than system, user, assistant and tool",
                    where.role_outside(*_MESSAGE),
                    quote="Input tag 'human' found using 'role' does not match any of the expected tags",
                ),
            ),
            rules=(
                rule(
                    "MCO-03",
                    REJECT,
                    RUN,
                    "content that is null, missing, or neither text nor parts (the assistant may have none)",
                    where.turn(_no_content),
                    quote="Input should be a valid string [type=string_type, …]",
                ),
                rule(
                    "MCO-03-PART",
                    REJECT,
                    RUN,
                    "a part that its role may not have, with another key, or without the text that its type names",
                    _odd_parts,
                    quote="ImageURLChunk cannot be used in assistant message.",
                ),
                rule(
                    "MCO-03-IMAGE",
                    REJECT,
                    RUN,
                    "an image that is a path or an address: such a part holds it in base64, image_url takes addresses",
                    text=UNLOADED_IMAGE,
                    quote="Encountered an error when loading image from bytes starting with '/images/0.jpg'.",
                ),
                rule(
                    "MCO-04", REJECT, RUN, "a key that a request does not have", where.beyond(*_REQUEST), quote=_EXTRA
                ),
                rule(
                    "MCO-05",
                    REJECT,
                    RUN,
                    "a key that a message of its role does not have",
                    where.turn(_extra_key),
                    quote=_EXTRA,
                ),
                rule(
                    "MCO-06",
                    REJECT,
                    RUN,
                    "a last message that is not the assistant's",
                    where.last_is_not("assistant"),
                    quote="Expected last role Assistant for finetuning but got user",
                ),
                rule(
                    "MCO-06-PREFIX",
                    REJECT,
                    RUN,
                    "an answer with prefix: true, or a prefix that is no boolean",
                    where.key_of_turn("prefix", lambda found: found is True or not _maybe_flag(found), "assistant"),
                    quote="Cannot continue final message in finetuning mode",
                ),
                rule(
                    "MCO-07",
                    REJECT,
                    RUN,
                    "roles in an order that it does not know",
                    where.any_of(_misplaced, _alone),
                    quote="Unexpected role 'tool' after role 'user'",
                ),
                rule(
                    "MCO-08",
                    REJECT,
                    RUN,
                    "another number of results than of calls",
                    lambda row: unbalanced("messages")(row) if _misplaced(row) is None else None,
                    quote="Not the same number of function calls and responses",
                ),
                rule(
                    "MCO-09",
                    REJECT,
                    RUN,
                    "an id of a call or a result that is not nine letters or digits (v13 takes any)",
                    text=ODD_IDS,
                    quote="Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.",
                ),
                rule(
                    "MCO-09-NONE",
                    REJECT,
                    RUN,
                    "a call or a result without an id that is text",
                    _odd_call_id,
                    quote="Tool call id has to be defined.",
                ),
                rule(
                    "MCO-10",
                    REJECT,
                    RUN,
                    "a function name of other than 1 to 64 letters, digits, _ and -",
                    text=bad_function_name,
                    quote="Function name was f g but must be a-z, A-Z, 0-9, or contain underscores and dashes, …",
                ),
                rule(
                    "MCO-10-RESULT",
                    REJECT,
                    RUN,
                    "a result with the name of a function that cannot be one",
                    text=where.key_of_turn("name", lambda found: not _named(found), "tool"),
                    quote="Function name was f g but must be a-z, A-Z, 0-9, or contain underscores and dashes, …",
                ),
                rule(
                    "MCO-11",
                    REJECT,
                    RUN,
                    "a tool call without a function of name and arguments, or tool_calls that are no list",
                    where.any_of(
                        no_call("function"),
                        where.key_of_turn("tool_calls", lambda found: not isinstance(found, list | None), "assistant"),
                    ),
                    quote="tool_calls.0.function.arguments Field required",
                ),
                rule(
                    "MCO-11-ARGUMENTS",
                    REJECT,
                    RUN,
                    "arguments that are neither text nor an object",
                    where.call(_odd_arguments),
                    quote="Input should be a valid string [type=string_type, …]",
                ),
                rule(
                    "MCO-11-TYPE",
                    REJECT,
                    RUN,
                    "a tool call of another type than function",
                    where.call(_other_type),
                    quote="tool_calls.0.type Input should be 'function' [type=enum, …]",
                ),
                rule(
                    "MCO-11-KEY",
                    REJECT,
                    RUN,
                    "a tool call with a key besides id, type, function, name and arguments",
                    where.call(_odd_key),
                    quote=_EXTRA,
                ),
                rule(
                    "MCO-12",
                    REJECT,
                    RUN,
                    "a weight of an answer that is neither 0 nor 1",
                    where.key_of_turn("weight", odd_weight, "assistant"),
                    quote="Assistant message weight must be either 0 or 1",
                ),
                rule(
                    "MCO-13",
                    REJECT,
                    RUN,
                    "tools that are no list of functions with name and parameters, a null or another key in them",
                    where.any_of(
                        where.value("tools", lambda found: not isinstance(found, list | None)),
                        where.each("tools", _no_tool),
                    ),
                    quote="tools.0.function.parameters Field required",
                ),
                rule(
                    "MCO-V3",
                    WARN,
                    RUN,
                    "an answer without content, or content beside tool calls: v3 refuses it",
                    where.any_of(
                        where.turn(_says_nothing),
                        where.turn(
                            lambda turn: (
                                turn.get("role") == "assistant"
                                and bool(turn.get("tool_calls"))
                                and bool(turn.get("content"))
                            )
                        ),
                    ),
                    quote="Assistant message must have either content or tool_calls, but not both.",
                ),
                rule(
                    "MCO-V13",
                    WARN,
                    RUN,
                    "a result that answers no call before it: v13 refuses it",
                    text=orphan_result,
                    quote="Unexpected tool call id … in tool results",
                ),
            ),
        ),
    ),
    unknown=rule("MCO-01-KEY", REJECT, RUN, "no messages", quote="messages Field required"),
    rules=(
        rule(
            "MCO-14",
            REJECT,
            RUN,
            "a line that is no JSON object",
            lines={"broken", "glued", "not-object", "utf8"},
            quote="JSONDecodeError",
        ),
        rule(
            "MCO-14-FILE",
            REJECT,
            RUN,
            "no object on each line",
            whole=trouble("not-jsonl", "encoding", "lfs-pointer"),
            quote="JSONDecodeError",
        ),
    ),
)
