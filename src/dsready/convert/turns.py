"""Turns with `role` and `content`, in OpenAI's dialect, which most local trainers speak too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dsready.convert.dialogue import Call, Raw, Text, Turn, Unfit, parsed, said
from dsready.convert.exact import InexactError, exact
from dsready.convert.parts import text_parts, typed, with_results
from dsready.convert.tools import read_tools
from dsready.dataset.shapes.turns import ROLES, SYSTEM_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dsready.convert.dialogue import Dialogue

REASONING = ("reasoning_content", "reasoning", "thinking")
OWN = frozenset({"role", "content", "tool_calls", "function_call", "tool_call_id"})
DIALECT = "typed"
#: Roles of agents, in ms-swift and LLaMA-Factory: a turn of the first ones is nothing but JSON of calls.
CALLERS = frozenset({"function_call", "tool_call"})
RESULTS = {"tool_response": "tool"}


def read_turns(turns: Iterable[dict[str, Any]], roles: Mapping[str, str] = ROLES) -> tuple[Turn, ...]:
    """Read turns that passed the model of their shape."""
    return tuple(found for turn in turns for found in _read(turn, roles))


def role_of(role: str, roles: Mapping[str, str] = ROLES) -> str:
    """Return the role of the normal form; one that is not known is kept as written."""
    found = roles.get(role, RESULTS.get(role, role))
    return "tool" if found == "function" else found


def _read(turn: dict[str, Any], roles: Mapping[str, str]) -> list[Turn]:
    """Read a turn. Results of tools among its parts become turns of the tool before it, as Claude writes them."""
    content = _content_of(turn.get("content"))
    calls = [*content.calls, *(read_call(call) for call in turn.get("tool_calls") or ())]
    if turn.get("function_call") is not None:
        calls.append(read_call(turn["function_call"]))
    parts, role = content.parts, role_of(turn["role"], roles)
    if turn["role"] in CALLERS:
        role = "assistant"
        parts, said_calls = _said_calls(parts)
        calls += said_calls
    key = next((key for key in REASONING if turn.get(key) and isinstance(turn[key], str)), "")
    known = {*OWN, key, *(name for name in REASONING if turn.get(name, "") in (None, ""))}
    thought = "\n".join([*([turn[key]] if key else ()), *content.thought])
    extra = {name: value for name, value in turn.items() if name not in known}
    spoken = Turn(role, tuple(parts), tuple(calls), turn.get("tool_call_id"), thought, extra=extra)
    return with_results(content.results, spoken)


def _said_calls(parts: list[Text | Raw]) -> tuple[list[Text | Raw], list[Call]]:
    """Take the text of a calling turn for its calls; it has none if they stand under a key of their own."""
    text = "".join(part.text for part in parts if isinstance(part, Text))
    return [part for part in parts if isinstance(part, Raw)], list(read_calls(text)) if text else []


class _Content(NamedTuple):
    """What the parts of a turn are."""

    parts: list[Text | Raw]
    thought: list[str]
    calls: list[Call]
    results: list[Turn]


def _content_of(content: str | list[dict[str, Any]] | None) -> _Content:
    found = _Content([], [], [], [])
    if isinstance(content, str):
        content = [{"text": content}]
    for part in content or ():
        said = typed(part)
        if said is None or said.rest:
            _sort(part, found)
        elif said.thought:
            found.thought.append(said.text)
        else:
            found.parts.extend([Text(said.text)] if said.text else [])
    return found


def _sort(part: dict[str, Any], found: _Content) -> None:
    """Sort in a part that is more than text: calls as LLaMA-Factory 1 and as Claude have them, and results."""
    match part:
        case {"type": "tool_call"} if len(part) == 2 and isinstance(_body(part), dict):  # noqa: PLR2004
            found.calls.append(read_call(_body(part)))
        case {"type": "tool_use", "id": str(id_), "name": str(name), **rest}:
            more = {key: value for key, value in rest.items() if key != "input"}
            found.calls.append(Call(name, rest.get("input"), id_, more))
        case {"type": "tool_result", "tool_use_id": str(id_), **rest} if isinstance(
            rest.get("content"), str | list | None
        ):
            held = rest.pop("content", None) or []
            parts = text_parts([{"text": held}] if isinstance(held, str) else held)
            found.results.append(Turn("tool", parts, call_id=id_, extra=rest))
        case _:
            found.parts.append(Raw(DIALECT, part))


def _body(part: dict[str, Any]) -> Any:
    return parsed(part.get("value", part.get("tool_call")))


def read_call(call: dict[str, Any]) -> Call:
    """Read an item of `tool_calls`, or a call written flat."""
    function = call.get("function")
    inner: dict[str, Any] = function if isinstance(function, dict) else call
    nested = inner is not call
    name, id_ = inner.get("name"), call.get("id")
    known = {"id"} if isinstance(id_, str | None) else set()
    known |= {"type"} if call.get("type", "function") == "function" else set()
    known |= {"function"} if nested or function is None else set()
    known |= set() if nested else {"name", "arguments"}
    extra = {key: value for key, value in call.items() if key not in known}
    if nested and not inner.keys() <= {"name", "arguments"}:
        extra["function"] = {key: value for key, value in inner.items() if key not in ("name", "arguments")}
    return Call(name if isinstance(name, str) else "", inner.get("arguments"), id_ if "id" in known else None, extra)


def read_calls(text: str) -> tuple[Call, ...]:
    """Read the calls that a turn of the role `function_call` says: a JSON object, or a list of them."""
    try:
        held = exact(text)
    except InexactError as error:
        raise Unfit(f"in the JSON of a call: {error}") from None
    except ValueError:
        held = None
    bodies = held if isinstance(held, list) else [held]
    calls = tuple(read_call(body) for body in bodies if isinstance(body, dict))
    if not calls or len(calls) < len(bodies) or not all(call.name for call in calls):
        raise Unfit("a function_call turn holds no JSON object with the call")
    return calls


def write_turns(turns: Iterable[Turn]) -> list[dict[str, Any]]:
    """Write turns."""
    return [_write(turn) for turn in turns]


def _write(turn: Turn) -> dict[str, Any]:
    row: dict[str, Any] = {"role": turn.role, "content": _content(turn)}
    if turn.reasoning:
        row["reasoning_content"] = turn.reasoning
    if turn.calls:
        row["tool_calls"] = [_write_call(call) for call in turn.calls]
    if turn.call_id is not None:
        row["tool_call_id"] = turn.call_id
    return {**row, **turn.extra}


def _content(turn: Turn) -> Any:
    match turn.parts:
        case ():
            return None if turn.calls else ""
        case (Text(text),):
            return text
    return [{"type": "text", "text": part.text} if isinstance(part, Text) else part.value for part in turn.parts]


def _write_call(call: Call) -> dict[str, Any]:
    identity = {} if call.id is None else {"id": call.id}
    function = {"name": call.name, "arguments": call.arguments, **call.extra.get("function", {})}
    return {**identity, "type": "function", **call.extra, "function": function}


def beside(value: dict[str, Any], *own: str) -> dict[str, Any]:
    """
    Read what stands beside a conversation: columns for the system prompt and for tools, and everything else.

    Returns
    -------
    dict[str, Any]
        `tools`, `extra`, and `turns`: the system prompts.
    """
    tools, used = read_tools(value)
    columns = {key for key in SYSTEM_COLUMNS if isinstance(value.get(key), str) or value.get(key, "") is None}
    turns = tuple(said("system", value[key]) for key in SYSTEM_COLUMNS if key in columns and value.get(key))
    taken = {*own, *used, *columns}
    return {"tools": tools, "turns": turns, "extra": {k: v for k, v in value.items() if k not in taken}}


def declared(dialogue: Dialogue) -> dict[str, Any]:
    """Write the column for tools, if there are any."""
    return {"tools": list(dialogue.tools)} if dialogue.tools else {}
