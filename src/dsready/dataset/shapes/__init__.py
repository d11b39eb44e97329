"""The record shapes that dsready knows, and the detection of the shape a record is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from dsready.dataset.shapes import bedrock, chat, flat, gemini, preference, sharegpt
from dsready.dataset.shapes.base import Invalid, Shape
from dsready.dataset.shapes.reasons import explain
from dsready.escape import visible

if TYPE_CHECKING:
    from dsready.dataset.example import Example

__all__ = ["SHAPES", "Invalid", "Shape", "explain_unknown", "read"]

#: All shapes; the first that matches is the shape of a record.
SHAPES: tuple[Shape, ...] = (
    *gemini.SHAPES,
    *bedrock.SHAPES[:1],
    *preference.SHAPES,
    *bedrock.SHAPES[1:],
    *sharegpt.UNDER_MESSAGES,
    *chat.SHAPES,
    *sharegpt.SHAPES,
    *flat.INSTRUCTIONS,
    *flat.SHAPES,
)
#: Detect the shape of each record.
AUTO = "auto"
#: Records of one data set have few key sets. Data with many, or very wide ones, must not fill the memory.
MOST_KEY_SETS = 1024
MOST_KEYS = 64
#: So many keys does a message about an unknown record name.
KEYS_NAMED = 12

_candidates: dict[frozenset[str], tuple[Shape, ...]] = {}


def read(value: dict[str, Any], only: str = AUTO) -> tuple[str, Example | None, Invalid | None]:
    """
    Find the shape of a record and bring the record into the normal form. Never raises, whatever the record.

    With `only`, the id of a shape, no other one is tried.

    Returns
    -------
    tuple[str, Example | None, Invalid | None]
        The shape's id, "" where none fits; the example of a valid record; how an invalid one breaks its shape.
    """
    keys = frozenset(value)
    candidates = _candidates.get(keys)
    if candidates is None:
        candidates = _having(keys)
    for shape in candidates:
        if (only in (AUTO, shape.id)) and shape.matches(value):
            if shape.plain and (example := shape.plain(value)):
                return shape.id, example, None
            try:
                shape.model.__pydantic_validator__.validate_python(value)
            except ValidationError as error:
                return shape.id, None, explain(value, error)
            return shape.id, shape.example(value), None
    return "", None, None


def _having(keys: frozenset[str]) -> tuple[Shape, ...]:
    candidates = tuple(shape for shape in SHAPES if keys.issuperset(shape.keys))
    if len(_candidates) < MOST_KEY_SETS and len(keys) <= MOST_KEYS:
        _candidates[keys] = candidates
    return candidates


def explain_unknown(value: dict[str, Any], only: str = AUTO) -> str:
    """Say which keys a record of no known shape has, which shape is nearest, and what it lacks of that."""
    names = sorted(value)
    seen = ", ".join(visible(name, 40) for name in names[:KEYS_NAMED]) or "none"
    if len(names) > KEYS_NAMED:
        seen += f" and {len(names) - KEYS_NAMED} more"
    if only != AUTO:
        return f"keys: {seen}; the record is not in the shape {only}, which the configuration asks for"
    nearest = max(SHAPES, key=lambda shape: (_overlap(shape, value), -len(shape.keys), not shape.id.endswith("-conv")))
    if not _overlap(nearest, value):
        return f"keys: {seen}; no known shape has any of them"
    lacks = [key for key in nearest.keys if key not in value]
    if not lacks:
        return f"keys: {seen}; nearest shape {nearest.id}, but with values of other types"
    return f"keys: {seen}; nearest shape {nearest.id} lacks {', '.join(lacks)}"


def _overlap(shape: Shape, value: dict[str, Any]) -> int:
    return sum(key in value for key in shape.keys)
