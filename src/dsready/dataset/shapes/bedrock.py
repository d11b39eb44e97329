"""Amazon Bedrock's Converse format, as Nova and Llama take it: contents made of parts without `type`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.dataset.shapes.base import Shape
from dsready.dataset.shapes.chat import last
from dsready.dataset.shapes.turns import continued, dialogue, placed, read_turns
from dsready.dataset.shapes.values import Filled, Part, Structure

if TYPE_CHECKING:
    from dsready.dataset.example import Example

#: A part without `type` that has one of these is Bedrock's.
PART_KEYS = frozenset({"text", "image", "video", "document", "toolUse", "toolResult", "reasoningContent"})


class SystemText(Structure):
    """A piece of the system prompt."""

    text: str


class BedrockTurn(Structure):
    """A turn; its content is a list of parts."""

    role: str
    content: list[Part]


class Converse(Structure):
    """A conversation."""

    system: list[SystemText] | None = None
    messages: Filled[BedrockTurn]


class Candidate(Structure):
    """One of the answers to choose from."""

    content: list[Part]
    preferenceLabel: str  # noqa: N815  (the key as Bedrock spells it)


class NovaTurn(Structure):
    """A turn of a preference record: with content, or the last one with candidates."""

    role: str
    content: list[Part] | None = None
    candidates: Filled[Candidate] | None = None


class NovaPreference(Structure):
    """A conversation whose last turn has candidates."""

    system: list[SystemText] | None = None
    messages: Filled[NovaTurn]


def _has_candidates(value: dict[str, Any]) -> bool:
    return "candidates" in last(value["messages"])


def _is_converse(value: dict[str, Any]) -> bool:
    if "schemaVersion" in value:
        return True
    messages = value["messages"]
    if not isinstance(messages, list):
        return False
    for turn in messages:
        content = turn.get("content") if isinstance(turn, dict) else None
        if isinstance(content, list) and content:
            return all(isinstance(part, dict) and "type" not in part and PART_KEYS & part.keys() for part in content)
        if isinstance(content, str):
            return False
    return False


def _is_distillation(value: dict[str, Any]) -> bool:
    return last(value["messages"]).get("role") == "user" and _is_converse(value)


def _system(value: dict[str, Any]) -> str:
    return "\n".join(item["text"] for item in value.get("system") or ())


def _chat(value: dict[str, Any]) -> Example:
    messages = read_turns(value["messages"], "/messages")
    return dialogue("bedrock-conversation", messages, value, system=_system(value))


def _distillation(value: dict[str, Any]) -> Example:
    messages = read_turns(value["messages"], "/messages")
    return dialogue("bedrock-distillation", messages, value, kind="reinforcement", system=_system(value))


def _preference(value: dict[str, Any]) -> Example:
    """Take the first candidate that is preferred and the first that is not; the labels themselves may be wrong."""
    *before, final = value["messages"]
    candidates = final["candidates"] or [{"content": [], "preferenceLabel": ""}]
    wanted = [candidate["preferenceLabel"] == "preferred" for candidate in candidates]
    better = wanted.index(True) if True in wanted else 0
    worse = wanted.index(False) if False in wanted else len(wanted) - 1
    context = read_turns(before, "/messages")
    at = f"/messages/{len(before)}/candidates"
    chosen, rejected = (
        placed(read_turns([{**candidates[number], "role": final["role"]}], ""), f"{at}/{number}")
        for number in (better, worse)
    )
    return continued("nova-dpo", "preference", context, chosen, value, rejected=rejected, system=_system(value))


SHAPES = (
    Shape("nova-dpo", ("messages",), _has_candidates, NovaPreference, _preference),
    Shape("bedrock-distillation", ("messages",), _is_distillation, Converse, _distillation),
    Shape("bedrock-conversation", ("messages",), _is_converse, Converse, _chat),
)
