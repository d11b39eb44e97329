"""Rules about texts that several targets share: each is one object, so that a record is asked once for all of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from dsready.targets import where

if TYPE_CHECKING:
    from dsready.targets.rule import Row

_CONTROL = re.compile(r"<\|(?:endoftext|fim_[a-z]+|im_start|im_end|im_sep|endofprompt)\|>")
_NINE = re.compile(r"[A-Za-z0-9]{9}\Z")
_FUNCTION = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


def _function(call: Any) -> dict[str, Any]:
    inner = call.get("function") if isinstance(call, dict) else None
    return inner if isinstance(inner, dict) else {}


def _arguments_are_no_json(call: Any) -> bool:
    written = _function(call).get("arguments")
    if not isinstance(written, str):
        return False
    try:
        orjson.loads(written)
    except orjson.JSONDecodeError:
        return True
    return False


def _misnamed(call: Any) -> bool:
    name = _function(call).get("name")
    return isinstance(name, str) and not _FUNCTION.match(name)


def _misnamed_tool(tool: Any) -> bool:
    return _misnamed(tool)


#: The arguments of a tool call are a string, but no JSON.
bad_arguments = where.call(_arguments_are_no_json)
#: A called function has a name that OpenAI's schema does not allow.
bad_function_name = where.any_of(where.call(_misnamed), where.each("tools", _misnamed_tool))
#: The id of a tool call is not nine letters or digits.
bad_call_id = where.any_of(
    where.call(lambda call: isinstance(call, dict) and not _NINE.match(str(call.get("id")))),
    where.key_of_turn("tool_call_id", lambda id_: not _NINE.match(str(id_))),
)
#: A text holds one of OpenAI's control tokens.
control_token = where.text_at(lambda text: _CONTROL.search(text) is not None)


def orphan_result(row: Row) -> str | None:
    """A tool result answers no call before it."""
    known: set[Any] = set()
    for place, turn in where.turns(row):
        calls = turn.get("tool_calls")
        known |= {str(call.get("id")) for call in (calls if isinstance(calls, list) else ()) if isinstance(call, dict)}
        if turn.get("role") == "tool" and "tool_call_id" in turn and str(turn["tool_call_id"]) not in known:
            return place
    return None
