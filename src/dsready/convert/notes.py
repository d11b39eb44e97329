"""The names of what can be lost, and of what can change without being lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ANSWER, REJECTED, LABEL = "the answer", "the rejected answer", "the label"
SYSTEM, SEVERAL, MIDDLE = "system prompt", "several system prompts (joined)", "system prompt in the middle"
CALLS, RESULTS, BESIDE, IDS = "tool calls", "tool results", "text beside tool calls", "ids of tool calls"
TOOLS, REASONING, MEDIA, WEIGHT = "tool definitions", "reasoning", "images and other media", "message weights"
HISTORY, SEAM = "multi-turn history", "where the trained answer begins"
#: These are no loss, but what was written cannot be had back from it.
JOINED, APPLIED = "pieces of one text joined by a line break", "instruction and input joined by a line break"
DEVELOPER, MADE = "the role developer written as system", "ids made up for tool calls"
KEPT = "weights and refusals kept under keys that not every trainer reads"
ORDER, NUMBER = "the order of text, reasoning and calls within a turn", "a number or truth value written as text"
SCHEMA = "an empty schema written for functions without parameters"


@dataclass(slots=True)
class Notes:
    """What is lost of one record, and what is changed without a loss."""

    lost: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


def void(value: Any) -> bool:
    """Tell a value that says nothing: what lies between empty, null and missing is no loss."""
    return value is None or (isinstance(value, str | list | dict) and not value)


def key_lost(key: str) -> str:
    """Name a top-level key that is lost."""
    return f"key {key}"
