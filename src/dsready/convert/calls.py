"""Tool calls, their results and their ids: how they are made to fit a shape."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from dsready.convert.dialogue import Call, Raw, Turn, Unfit, calls_answered, over
from dsready.convert.notes import BESIDE, CALLS, IDS, MADE, RESULTS, SCHEMA, TOOLS, Notes
from dsready.convert.parts import part_lost, turn_lost
from dsready.convert.tools import is_function

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dsready.convert.dialogue import Dialogue
    from dsready.convert.layout import Layout


#: The JSON Schema of a function without parameters, for shapes that ask for one.
NO_PARAMETERS = {"type": "object", "properties": {}}


def drop_calls(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    """Drop calls and results that have no place."""
    return dialogue if layout.calls else over(dialogue, lambda turns: _uncalled(turns, notes))


def fit_tools(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    """Drop tool definitions that have no place, and keys of functions that are not known."""
    if not layout.tools:
        notes.lost.update({TOOLS} if dialogue.tools else ())
        return replace(dialogue, tools=())
    if layout.tool_keys is None:
        return dialogue
    fit = (_known_tool(tool, layout, notes) for tool in dialogue.tools)
    return replace(dialogue, tools=tuple(tool for tool in fit if tool))


def _known_tool(tool: dict[str, Any], layout: Layout, notes: Notes) -> dict[str, Any]:
    if not is_function(tool):
        if layout.dialect == "typed":
            return tool
        notes.lost.add(TOOLS)
        return {}
    function = dict(tool["function"])
    known = layout.tool_keys or frozenset()
    gone = {**tool, **function}.keys() - known - {"type", "function"}
    notes.lost.update(f"tool definition key {key}" for key in gone if {**tool, **function}[key] is not None)
    if layout.schemas and "parameters" not in function:
        notes.changed.add(SCHEMA)
        function["parameters"] = NO_PARAMETERS
    if not isinstance(function.get("parameters", {}), dict):
        raise Unfit("declares a tool whose parameters are no JSON object")
    return {"type": "function", "function": {key: held for key, held in function.items() if key in known}}


def _uncalled(turns: Sequence[Turn], notes: Notes) -> tuple[Turn, ...]:
    """Leave out tool calls and results. What led up to a call goes with it; a text beside the last one stays."""
    spoken = [turn for turn in turns if turn.role != "tool"]
    for result in (turn for turn in turns if turn.role == "tool"):
        notes.lost.add(RESULTS)
        turn_lost(result, notes)
    kept: list[Turn] = []
    for number, turn in enumerate(spoken):
        if not turn.calls:
            kept.append(turn)
            continue
        notes.lost.add(CALLS)
        follows = spoken[number + 1].role if number + 1 < len(spoken) else ""
        if turn.parts and follows != "assistant":
            kept.append(replace(turn, calls=()))
            continue
        if not follows:
            raise Unfit("its answer is a tool call")
        notes.lost.update({BESIDE} if turn.text else ())
        turn_lost(turn, notes)
    return tuple(kept)


def part_calls(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    """Drop the text beside a call, where a turn is either."""
    if layout.beside or not layout.calls:
        return dialogue

    def alone(turn: Turn) -> Turn:
        if not (turn.calls and turn.parts):
            return turn
        notes.lost.update({BESIDE} if turn.text else ())
        notes.lost.update(part_lost(part) for part in turn.parts if isinstance(part, Raw))
        return replace(turn, parts=())

    return over(dialogue, lambda turns: map(alone, turns))


def settle_ids(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    """Drop the ids of calls, or make up those that are missing, as the shape wants it."""
    if layout.ids == "none":
        return _without_ids(dialogue, notes)
    if layout.ids == "kept" or not any(_lacks_id(turn) for turn in _all(dialogue)):
        return dialogue
    notes.changed.add(MADE)
    turns = dialogue.turns
    chosen, rejected = (_named((*turns, *side))[len(turns) :] for side in (dialogue.chosen, dialogue.rejected))
    return replace(dialogue, turns=_named(turns), chosen=chosen, rejected=rejected)


def _all(dialogue: Dialogue) -> Iterator[Turn]:
    yield from dialogue.turns
    yield from dialogue.chosen
    yield from dialogue.rejected


def _lacks_id(turn: Turn) -> bool:
    return (turn.role == "tool" and turn.call_id is None) or any(call.id is None for call in turn.calls)


def _named(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Give an id to each call that has none, and to its result."""
    taken = {call.id for turn in turns for call in turn.calls} | {turn.call_id for turn in turns}
    fresh = (name for number in range(1, 1 << 40) if (name := f"call_{number}") not in taken)
    called = [
        replace(t, calls=tuple(c if c.id is not None else replace(c, id=next(fresh)) for c in t.calls)) for t in turns
    ]
    answered = calls_answered(turns)
    # The calls before and after have the same places: the result of the nth call is that of the nth one now.
    order = {
        id(call): new
        for old, now in zip(turns, called, strict=True)
        for call, new in zip(old.calls, now.calls, strict=True)
    }
    named = []
    for turn, call in zip(called, answered, strict=True):
        if turn.role == "tool" and turn.call_id is None:
            if call is None:
                raise Unfit("has a tool result without a call")
            named.append(replace(turn, call_id=order[id(call)].id))
        else:
            named.append(turn)
    return tuple(named)


def _without_ids(dialogue: Dialogue, notes: Notes) -> Dialogue:
    """Drop ids. Results are put in the order of their calls, by which they are paired from now on."""
    if not any(turn.call_id is not None or any(call.id is not None for call in turn.calls) for turn in _all(dialogue)):
        return dialogue
    notes.lost.add(IDS)

    def bare(turns: Sequence[Turn]) -> Iterable[Turn]:
        ordered = _ordered(turns)
        nameless = [
            replace(turn, calls=tuple(replace(call, id=None) for call in turn.calls), call_id=None) for turn in ordered
        ]
        if _answered(nameless) != _answered(ordered):
            raise Unfit("has tool calls and results that only their ids tell apart")
        return nameless

    return over(dialogue, bare)


def _answered(turns: Sequence[Turn]) -> list[int]:
    """Return for each turn which call, counted from the start, it is the result of; -1 for none."""
    places = {id(call): n for n, call in enumerate(call for turn in turns for call in turn.calls)}
    return [places[id(call)] if call else -1 for call in calls_answered(turns)]


def _ordered(turns: Sequence[Turn]) -> list[Turn]:
    """Sort results that follow each other by the order of their calls."""
    found = _answered(turns)
    ordered: list[Turn] = []
    run: list[tuple[int, Turn]] = []
    for turn, place in zip(turns, found, strict=True):
        if turn.role == "tool":
            run.append((place, turn))
            continue
        ordered += [result for _, result in sorted(run, key=lambda item: item[0])]
        run = []
        ordered.append(turn)
    return ordered + [result for _, result in sorted(run, key=lambda item: item[0])]


def spell_arguments(dialogue: Dialogue, layout: Layout, _: Notes) -> Dialogue:
    """Write arguments as JSON text where they must be text."""
    if not layout.strings:
        return dialogue

    def spelled(call: Call) -> Call:
        held = {} if call.arguments is None else call.arguments
        return call if isinstance(held, str) else replace(call, arguments=orjson.dumps(held).decode())

    return over(dialogue, lambda turns: (replace(turn, calls=tuple(map(spelled, turn.calls))) for turn in turns))
