"""Vertex AI's formats for Gemini: `contents` made of `parts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, StrictFloat

from dsready.dataset.shapes.base import Shape
from dsready.dataset.shapes.parts import read_parts
from dsready.dataset.shapes.turns import continued, dialogue, grading, placed, read_contents
from dsready.dataset.shapes.values import Filled, Part, Structure

if TYPE_CHECKING:
    from dsready.dataset.example import Example


class GeminiTurn(Structure):
    """A turn; one without a role is the user's."""

    role: str | None = None
    parts: list[Part]


class SystemInstruction(Structure):
    """The system prompt; its role is ignored."""

    parts: list[Part]


class Gemini(Structure):
    """A conversation."""

    contents: Filled[GeminiTurn]
    system: SystemInstruction | None = Field(None, alias="systemInstruction")
    system_instruction: SystemInstruction | None = None


class Completion(Structure):
    """One answer and its score, 1 for the better one."""

    score: StrictFloat
    completion: GeminiTurn


class GeminiPreference(Gemini):
    """A conversation and two scored answers."""

    completions: Filled[Completion]


class GeminiReinforcement(Gemini):
    """A conversation and what the grader compares with."""

    references: dict[str, Any]


def _system(value: dict[str, Any]) -> str:
    held = value.get("systemInstruction") or value.get("system_instruction")
    return "\n".join(read_parts(held["parts"]).texts) if held else ""


def _chat(value: dict[str, Any]) -> Example:
    return dialogue("gemini-contents", read_contents(value["contents"], "/contents"), value, system=_system(value))


def _reinforcement(value: dict[str, Any]) -> Example:
    messages = read_contents(value["contents"], "/contents")
    return dialogue("gemini-rft", messages, value, kind="reinforcement", system=_system(value), label=grading(value))


def _preference(value: dict[str, Any]) -> Example:
    """Take the completions with the highest and the lowest score; of equals the first is the better one."""
    scored = value["completions"]
    order = sorted(range(len(scored)), key=lambda number: -scored[number]["score"])
    better, worse = (
        placed(
            read_contents([{"role": "model", **scored[number]["completion"]}], ""), f"/completions/{number}/completion"
        )
        for number in (order[0], order[-1])
    )
    context = read_contents(value["contents"], "/contents")
    return continued("gemini-preference", "preference", context, better, value, rejected=worse, system=_system(value))


def _is_list(value: dict[str, Any]) -> bool:
    return isinstance(value["contents"], list)


SHAPES = (
    Shape("gemini-preference", ("contents", "completions"), _is_list, GeminiPreference, _preference),
    Shape("gemini-rft", ("contents", "references"), _is_list, GeminiReinforcement, _reinforcement),
    Shape("gemini-contents", ("contents",), _is_list, Gemini, _chat),
)
