"""
A record with its texts taken out: what most rules of a target are about, and what the records of a file share.

A set of a million records has a few hundred outlines. So a rule is asked once for each, and never sees the text.
"""

from __future__ import annotations

import math
from typing import Any

#: Their values are words of a format, not of a data set.
_NAMED = frozenset(
    {"role", "from", "type", "format", "detail", "preferenceLabel", "split", "schemaVersion", "technique"}
)
#: Numbers and booleans that say something by their value.
_WEIGHED = frozenset(
    {"weight", "score", "label", "kto_tag", "train", "train_detail", "loss", "loss_scale", "loss_weight", "trainable"}
)
#: What stands below them is the data set's own: an object is as good as another.
_OPAQUE = frozenset(
    {"arguments", "args", "parameters", "json", "response", "properties", "metadata", "extra_info", "reward_model"}
)
_LONGEST_NAME = 64
_DEEPEST = 12
TEXT, SPACE = "x", " "
#: A text that thinks aloud: whether all rows of a file do is a question of form.
THINK = "<think>"


def outline(value: Any, key: str = "", depth: int = 0) -> Any:  # noqa: PLR0911  (one for each type)
    """
    Take the texts and numbers out of a JSON value; keys, types and roles stay, and whether a text is empty.

    A text becomes "x", one of white space alone " ", one that holds it "<think>"; a number becomes 0 or 0.0, a weight
    one like it. What tools are called with, and what they are declared to take, becomes `{"x": "x"}` where it is not
    empty.
    """
    kind = value.__class__
    if kind is str:
        if key in _NAMED and len(value) <= _LONGEST_NAME:
            return value
        if THINK in value:
            return THINK
        return TEXT if value and not value.isspace() else value[:1] and SPACE
    if kind is dict:
        if depth >= _DEEPEST or key in _OPAQUE:
            return {TEXT: TEXT} if value else {}
        if key == "toolUse":  # what stands under its `input` is what the tool is called with
            return {name: outline(item, "args" if name == "input" else name, depth + 1) for name, item in value.items()}
        return {name: outline(item, name, depth + 1) for name, item in value.items()}
    if kind is list:
        if depth >= _DEEPEST or key in _OPAQUE:
            return [TEXT] if value else []
        return [outline(item, key, depth + 1) for item in value]
    if value is None or kind is bool:
        return value
    return _weight(value) if key in _WEIGHED else kind(0)


def _weight(value: float) -> float:
    """Keep of a weight what rules ask for: 0, 1, between them, above or below; and whether it is an integer."""
    if value in (0, 1) or not math.isfinite(value):
        return value
    kept = -1 if value < 0 else 2 if value > 1 else 0.5
    return type(value)(kept)
