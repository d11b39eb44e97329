"""Turns with `from` and `value`, and lists of question and answer pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from dsready.convert.dialogue import Dialogue, Turn, arguments_of, said
from dsready.convert.layout import Layout
from dsready.convert.pairs import exchanges, head
from dsready.convert.tools import as_text
from dsready.convert.turns import CALLERS, beside, read_calls, role_of
from dsready.dataset.shapes.chat import first

if TYPE_CHECKING:
    from collections.abc import Iterable

KEYS = ("conversations", "conversation")
NAMES = {"user": "human", "assistant": "gpt", "tool": "observation"}
CALLER = "function_call"
#: What turns with `from` and `value` have room for. LLaMA-Factory ignores keys that it does not know.
SAID: dict[str, Any] = {
    "systems": "any",
    "history": True,
    "tools": True,
    "calls": True,
    "turn_keys": None,
}
#: Shape, key of the question, key of the answer.
PAIRS = (("swift-pairs", ("human", "user"), "assistant"), ("xtuner-pairs", ("input",), "output"))


def read_said(turns: Iterable[dict[str, Any]]) -> tuple[Turn, ...]:
    """Read turns that passed the model of their shape."""
    return tuple(_read(turn) for turn in turns)


def _read(turn: dict[str, Any]) -> Turn:
    role, text = turn["from"], turn.get("value") or ""
    extra = {key: value for key, value in turn.items() if key not in ("from", "value")}
    if role in CALLERS:
        return Turn("assistant", calls=read_calls(text), extra=extra)
    return said(role_of(role), text, extra=extra)


def write_said(turns: Iterable[Turn]) -> list[dict[str, Any]]:
    """Write turns."""
    return [_write(turn) for turn in turns]


def _write(turn: Turn) -> dict[str, Any]:
    if turn.calls:
        calls = [{"name": call.name, "arguments": arguments_of(call), **call.extra} for call in turn.calls]
        text = orjson.dumps(calls if len(calls) > 1 else calls[0]).decode()
        return {"from": CALLER, "value": text, **turn.extra}
    return {"from": NAMES.get(turn.role, turn.role), "value": turn.text, **turn.extra}


def declared_as_text(dialogue: Dialogue) -> dict[str, Any]:
    """Write the column for tools, if there are any."""
    return {"tools": as_text(dialogue.tools)} if dialogue.tools else {}


def placed(value: dict[str, Any], *candidates: tuple[str, str]) -> tuple[str, str]:
    """Return the key under which a conversation stands, and the mark of its turns: the first that is there."""
    return next((key, mark) for key, mark in candidates if mark in first(value.get(key)))


def _sharegpt(value: dict[str, Any]) -> Dialogue:
    key, _ = placed(value, ("messages", "from"), *((key, "from") for key in KEYS))
    aside = beside(value, key)
    return Dialogue("sft", (*aside["turns"], *read_said(value[key])), tools=aside["tools"], extra=aside["extra"])


def _write_sharegpt(dialogue: Dialogue) -> dict[str, Any]:
    return {"conversations": write_said(dialogue.turns), **declared_as_text(dialogue)}


def _pairs(id_: str, questions: tuple[str, ...], answer: str) -> Layout:
    in_first = id_ == "xtuner-pairs"

    def read(value: dict[str, Any]) -> Dialogue:
        key, question = placed(value, *((key, name) for key in KEYS for name in questions))
        aside = beside(value, key)
        turns, extra, unread = list(aside["turns"]), aside["extra"], set()
        for pair in value[key]:
            known = {question, answer}
            if in_first and isinstance(pair.get("system"), str):
                known.add("system")
                turns += [said("system", pair["system"])] if pair["system"] else []
            unread |= {f"key {name} of a pair" for name in pair if name not in known}
            turns += [said("user", pair[question]), said("assistant", pair[answer])]
        return Dialogue("sft", tuple(turns), tools=aside["tools"], extra=extra, unread=tuple(sorted(unread)))

    def write(dialogue: Dialogue) -> dict[str, Any]:
        system = head(dialogue)
        found = [{questions[0]: asked.text, answer: answered.text} for asked, answered in exchanges(dialogue.turns)]
        if system and in_first:
            found[0] = {"system": system, **found[0]}
        return {**({"system": system} if system and not in_first else {}), "conversation": found}

    return Layout(id_, "sft", read, write, systems="one", history=True)


LAYOUTS = (Layout("sharegpt", "sft", _sharegpt, _write_sharegpt, **SAID), *(_pairs(*names) for names in PAIRS))
