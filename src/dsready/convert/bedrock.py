"""Amazon Bedrock's Converse format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from dsready.convert.dialogue import Call, Dialogue, Raw, Text, Turn, Unfit, arguments_of, said
from dsready.convert.exact import inexact
from dsready.convert.layout import FUNCTION_KEYS, SERVICE_ROLES, Layout
from dsready.convert.pairs import head
from dsready.convert.parts import reordered, with_results
from dsready.convert.preference import single
from dsready.convert.tools import from_bedrock, to_bedrock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

VERSION = "bedrock-conversation-2024"
DIALECT = "bedrock"
OWN = frozenset({"schemaVersion", "system", "messages", "toolConfig"})
ROOM: dict[str, Any] = {
    "systems": "one",
    "history": True,
    "tools": True,
    "calls": True,
    "beside": True,
    "ids": "needed",
    "reasoning": True,
    "dialect": DIALECT,
    "several": True,
    "answer": "turn",
    "roles": SERVICE_ROLES,
    "tool_keys": FUNCTION_KEYS | {"strict"},
    "schemas": True,
    "strict": True,
}
NO_OBJECT = "calls a tool with arguments that are no JSON object"
LABELS = ("preferred", "non-preferred")


def _turn(role: str, content: Iterable[dict[str, Any]], extra: dict[str, Any]) -> list[Turn]:
    """Read a turn. Tool results, which stand in a user turn, become turns of the tool before it."""
    parts: list[Text | Raw] = []
    calls: list[Call] = []
    results: list[Turn] = []
    reasoning: list[str] = []
    for part in content:
        match part:
            case {"text": str(text)} if len(part) == 1:
                parts.append(Text(text))
            case {"toolUse": {"toolUseId": str(id_), "name": str(name)} as body}:
                more = {key: value for key, value in part.items() if key != "toolUse"}
                more |= {key: value for key, value in body.items() if key not in ("toolUseId", "name", "input")}
                calls.append(Call(name, body.get("input"), id_, more))
            case {"toolResult": {"toolUseId": str(id_), "content": list(held)} as body}:
                more = {key: value for key, value in part.items() if key != "toolResult"}
                more |= {key: value for key, value in body.items() if key not in ("toolUseId", "content")}
                results.append(Turn("tool", _result(held), call_id=id_, extra=more))
            case {"reasoningContent": {"reasoningText": {"text": str(text)} as body}} if len(body) == 1 == len(part):
                reasoning.append(text)
            case _:
                parts.append(Raw(DIALECT, part))
    kept = tuple(part for part in parts if part != Text(""))
    return with_results(results, Turn(role, kept, tuple(calls), reasoning="\n".join(reasoning), extra=extra))


def _result(content: list[Any]) -> tuple[Text | Raw, ...]:
    return tuple(_result_part(part) for part in content if part != {"text": ""})


def _result_part(part: Any) -> Text | Raw:
    match part:
        case {"text": str(text)} if len(part) == 1:
            return Text(text)
        case {"json": dict(value)} if len(part) == 1:
            return Text(as_text(value))
    return Raw(DIALECT, part if isinstance(part, dict) else {"": part})


def as_text(value: Any) -> str:
    """Write what a tool answered as JSON text."""
    return orjson.dumps(value).decode()


def _beside(value: dict[str, Any]) -> dict[str, Any]:
    tools, whole = from_bedrock(value.get("toolConfig"))
    unread: tuple[str, ...] = () if whole else ("parts of toolConfig",)
    if any(item.keys() != {"text"} for item in value.get("system") or ()):
        unread += ("parts of system",)
    extra = {key: held for key, held in value.items() if key not in OWN}
    altered = reordered(turn.get("content") or () for turn in value["messages"])
    return {"tools": tools, "extra": extra, "unread": unread, "altered": altered}


def _system(value: dict[str, Any]) -> tuple[Turn, ...]:
    return tuple(said("system", item["text"]) for item in value.get("system") or () if item["text"])


def _turns(messages: Sequence[dict[str, Any]]) -> tuple[Turn, ...]:
    extras = ({k: v for k, v in turn.items() if k not in ("role", "content")} for turn in messages)
    return tuple(
        found
        for turn, extra in zip(messages, extras, strict=True)
        for found in _turn(turn["role"], turn.get("content") or (), extra)
    )


def _chat(value: dict[str, Any]) -> Dialogue:
    return Dialogue("sft", (*_system(value), *_turns(value["messages"])), **_beside(value))


def _distillation(value: dict[str, Any]) -> Dialogue:
    return Dialogue("reinforcement", (*_system(value), *_turns(value["messages"])), **_beside(value))


def _preference(value: dict[str, Any]) -> Dialogue:
    *before, final = value["messages"]
    found = {label: [c for c in final["candidates"] or () if c["preferenceLabel"] == label] for label in LABELS}
    if not all(found.values()):
        raise Unfit("holds no candidate that is preferred" if not found[LABELS[0]] else "holds no rejected answer")
    aside = _beside(value)
    if len(final["candidates"]) > len(LABELS):
        aside["unread"] += ("further candidates",)
    if final.keys() != {"role", "candidates"} or any(len(candidate) > 2 for candidate in final["candidates"]):  # noqa: PLR2004
        aside["unread"] += ("keys beside candidates",)
    chosen, rejected = (tuple(_turn(final["role"], found[label][0]["content"], {})) for label in LABELS)
    return Dialogue("preference", (*_system(value), *_turns(before)), chosen, rejected, **aside)


def _head(dialogue: Dialogue) -> dict[str, Any]:
    system = head(dialogue)
    return {"schemaVersion": VERSION, **({"system": [{"text": system}]} if system else {})}


def _tools(dialogue: Dialogue) -> dict[str, Any]:
    return {"toolConfig": {"tools": to_bedrock(dialogue.tools)}} if dialogue.tools else {}


def _messages(turns: Iterable[Turn]) -> list[dict[str, Any]]:
    """Write turns. The results of tools go into one user turn, with what the user says next: turns must alternate."""
    rows: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for turn in turns:
        if turn.role == "system":
            continue
        if turn.role == "tool":
            results.append(_write_result(turn))
            continue
        if results and turn.role != "user":
            rows.append({"role": "user", "content": results})
            results = []
        rows.append({"role": turn.role, "content": [*results, *_content(turn)]})
        results = []
    return [*rows, {"role": "user", "content": results}] if results else rows


def _write_result(turn: Turn) -> dict[str, Any]:
    content = [_write_part(part) for part in turn.parts] or [{"text": ""}]
    return {"toolResult": {"toolUseId": turn.call_id, "content": content, **turn.extra}}


def _write_part(part: Text | Raw) -> dict[str, Any]:
    return {"text": part.text} if isinstance(part, Text) else part.value


def _content(turn: Turn) -> list[dict[str, Any]]:
    thought = [{"reasoningContent": {"reasoningText": {"text": turn.reasoning}}}] if turn.reasoning else []
    calls = [{"toolUse": {"toolUseId": call.id, "name": call.name, "input": object_of(call)}} for call in turn.calls]
    return [*thought, *map(_write_part, turn.parts), *calls] or [{"text": ""}]


def object_of(call: Call) -> dict[str, Any]:
    """Return the arguments of a call as an object."""
    held = arguments_of(call)
    if not isinstance(held, dict):
        flaw = inexact(held)
        raise Unfit(f"in the arguments of a call: {flaw}" if flaw else NO_OBJECT)
    return held


def _write_chat(dialogue: Dialogue) -> dict[str, Any]:
    if dialogue.kind == "sft" and not any(turn.role == "assistant" for turn in dialogue.turns[-1:]):
        raise Unfit("holds no answer")
    return {**_head(dialogue), "messages": _messages(dialogue.turns), **_tools(dialogue)}


def _write_preference(dialogue: Dialogue) -> dict[str, Any]:
    sides = zip((dialogue.chosen, dialogue.rejected), LABELS, strict=True)
    candidates = [{"content": _content(single(turns)), "preferenceLabel": label} for turns, label in sides]
    final = {"role": "assistant", "candidates": candidates}
    return {**_head(dialogue), "messages": [*_messages(dialogue.turns), final], **_tools(dialogue)}


LAYOUTS = (
    Layout("bedrock-conversation", "sft", _chat, _write_chat, **ROOM),
    Layout("bedrock-distillation", "reinforcement", _distillation, _write_chat, **ROOM),
    Layout("nova-dpo", "preference", _preference, _write_preference, **ROOM),
)
