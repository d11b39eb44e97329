"""Turns with `role` and `content`, in OpenAI's dialect, which most local trainers speak too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.convert.dialogue import Call, Raw, Text, Turn, Unfit, parsed, said
from dsready.convert.exact import InexactError, exact
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
    return tuple(_read(turn, roles) for turn in turns)


def role_of(role: str, roles: Mapping[str, str] = ROLES) -> str:
    """Return the role of the normal form; one that is not known is kept as written."""
    found = {**roles, **RESULTS}.get(role, role)
    return "tool" if found == "function" else found


def _read(turn: dict[str, Any], roles: Mapping[str, str]) -> Turn:
    parts, thought, calls = _content_of(turn.get("content"))
    if turn["role"] in CALLERS:
        parts, said_calls = _said_calls(parts)
        calls += said_calls
    calls += [read_call(call) for call in turn.get("tool_calls") or ()]
    if turn.get("function_call") is not None:
        calls.append(read_call(turn["function_call"]))
    key = next((key for key in REASONING if turn.get(key) and isinstance(turn[key], str)), "")
    known = {*OWN, key, *(name for name in REASONING if turn.get(name, "") in (None, ""))}
    return Turn(
        "assistant" if turn["role"] in CALLERS else role_of(turn["role"], roles),
        tuple(parts),
        tuple(calls),
        turn.get("tool_call_id"),
        "\n".join([*([turn[key]] if key else ()), *thought]),
        extra={name: value for name, value in turn.items() if name not in known},
    )


def _said_calls(parts: list[Text | Raw]) -> tuple[list[Text | Raw], list[Call]]:
    """Take the text of a calling turn for its calls; it has none if they stand under a key of their own."""
    text = "".join(part.text for part in parts if isinstance(part, Text))
    return [part for part in parts if isinstance(part, Raw)], list(read_calls(text)) if text else []


def _content_of(content: str | list[dict[str, Any]] | None) -> tuple[list[Text | Raw], list[str], list[Call]]:
    """Sort a content into what is said, the reasoning and the calls. LLaMA-Factory 1 calls each of them `value`."""
    parts: list[Text | Raw] = []
    thought: list[str] = []
    calls: list[Call] = []
    for part in [{"text": content}] if isinstance(content, str) else content or ():
        kind = part.get("type") or "text"
        bare = len(part) == ("type" in part) + 1  # nothing beside its substance
        body = part.get("value", part.get(kind, part.get("text")))
        if kind == "text" and bare and isinstance(body, str):
            parts += [Text(body)] if body else []
        elif kind in ("reasoning", "thinking") and bare and isinstance(body, str):
            thought.append(body)
        elif kind == "tool_call" and bare and isinstance(parsed(body), dict):
            calls.append(read_call(parsed(body)))
        else:
            parts.append(Raw(DIALECT, part))
    return parts, thought, calls


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
