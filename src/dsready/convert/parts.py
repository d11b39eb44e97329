"""Parts of content lists: what is known of those that one dialect has for itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from dsready.convert import notes as names
from dsready.convert.dialogue import Raw, Text, Turn, over
from dsready.convert.layout import WEIGHTS
from dsready.dataset.shapes.parts import MEDIA

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dsready.convert.dialogue import Dialogue
    from dsready.convert.layout import Layout
    from dsready.convert.notes import Notes

TEXTS = frozenset({"text", "input_text", "output_text"})
THOUGHTS = frozenset({"reasoning", "thinking"})


class Substance(NamedTuple):
    """What a part says in plain words, whether that is reasoning, and its other keys."""

    text: str
    thought: bool
    rest: dict[str, Any]


def typed(part: dict[str, Any]) -> Substance | None:
    """Return the substance of a part with a `type`, None if it is no text. LLaMA-Factory 1 writes `value`."""
    kind = part.get("type") or "text"
    if not isinstance(kind, str) or kind not in TEXTS | THOUGHTS:
        return None
    key = next((key for key in ("value", kind, "text") if isinstance(part.get(key), str)), None)
    return None if key is None else Substance(part[key], kind in THOUGHTS, _but(part, "type", key))


def _bedrock(part: dict[str, Any]) -> Substance | None:
    match part:
        case {"text": str(text)}:
            return Substance(text, False, _but(part, "text"))
        case {"reasoningContent": {"reasoningText": {"text": str(text)} as body} as outer}:
            rest = {**_but(part, "reasoningContent"), **_but(outer, "reasoningText"), **_but(body, "text")}
            return Substance(text, True, rest)
    return None


def _gemini(part: dict[str, Any]) -> Substance | None:
    if not isinstance(part.get("text"), str):
        return None
    return Substance(part["text"], part.get("thought") is True, _but(part, "text", "thought"))


_READERS = {"typed": typed, "bedrock": _bedrock, "gemini": _gemini}


def _but(held: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in held.items() if key not in keys}


def translate(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    """Keep what a part of another dialect says in plain words, and note its other keys."""

    def plain(turn: Turn) -> Turn:
        parts: list[Text | Raw] = []
        thoughts = [turn.reasoning] if turn.reasoning else []
        for part in turn.parts:
            found = _of_other(part, layout.dialect)
            if found is None:
                parts.append(part)
                continue
            notes.lost.update(_key_lost(key) for key, held in found.rest.items() if not names.void(held))
            if found.thought:
                thoughts += [found.text] if found.text else []
            else:
                parts += [Text(found.text)] if found.text else []
        return replace(turn, parts=tuple(parts), reasoning="\n".join(thoughts))

    return over(dialogue, lambda turns: map(plain, turns))


def _of_other(part: Text | Raw, dialect: str) -> Substance | None:
    if isinstance(part, Text) or part.dialect == dialect:
        return None
    return _READERS[part.dialect](part.value)


def reordered(contents: Iterable[Iterable[dict[str, Any]]]) -> tuple[str, ...]:
    """Name it if the parts of a turn do not stand as they are written: results, reasoning, what is said, calls."""
    ranks = ([_rank(part) for part in content] for content in contents)
    return (names.ORDER,) if any(rank != sorted(rank) for rank in ranks) else ()


def _rank(part: dict[str, Any]) -> int:
    if not part.keys().isdisjoint({"toolResult", "functionResponse", "function_response"}):
        return 0
    if "reasoningContent" in part or part.get("thought") is True:
        return 1
    return 2 + (not part.keys().isdisjoint({"toolUse", "functionCall", "function_call"}))


def _key_lost(key: str) -> str:
    return names.WEIGHT if key in WEIGHTS else f"content key {key}"


def part_lost(part: Raw) -> str:
    """Name a part that is lost."""
    return names.MEDIA if part.what in MEDIA else f"content parts: {part.what}"


def turn_lost(turn: Turn, notes: Notes) -> None:
    """Note what is lost with a turn that is left out, beside its text and its calls."""
    if turn.reasoning:
        notes.lost.add(names.REASONING)
    notes.lost.update(part_lost(part) for part in turn.parts if isinstance(part, Raw))
    if turn.role != "tool" and turn.call_id is not None:
        notes.lost.add(turn_key_lost("tool_call_id"))
    told = {"name"} if turn.role == "tool" else set()  # by the call
    notes.lost.update(
        turn_key_lost(key) for key, held in turn.extra.items() if key not in told and not names.void(held)
    )


def turn_key_lost(key: str) -> str:
    """Name a key of a turn that is lost."""
    return names.WEIGHT if key in WEIGHTS else f"message key {key}"


def with_results(results: list[Turn], turn: Turn) -> list[Turn]:
    """Put the results of tools before the turn that they stand in, which is none if it says nothing else."""
    if not results or turn.parts or turn.calls or turn.reasoning:
        return [*results, turn]
    first, *others = results
    return [replace(first, extra={**first.extra, **turn.extra}), *others]


def text_parts(content: Iterable[Any]) -> tuple[Text | Raw, ...]:
    """Read what a tool answered, in parts with a `type`."""
    parts: list[Text | Raw] = []
    for part in content:
        found = typed(part) if isinstance(part, dict) else None
        if found is not None and not found.thought and not found.rest:
            parts.append(Text(found.text))
        else:
            parts.append(Raw("typed", part if isinstance(part, dict) else {"": part}))
    return tuple(part for part in parts if part != Text(""))
