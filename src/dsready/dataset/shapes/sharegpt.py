"""Conversations with `from` and `value`, under any of three keys, and lists of question and answer pairs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import StrictBool, create_model

from dsready.dataset.example import Example
from dsready.dataset.shapes.base import Shape
from dsready.dataset.shapes.chat import always, first, has_label, labelled
from dsready.dataset.shapes.parts import columns
from dsready.dataset.shapes.turns import dialogue, joined, read_said, read_turns, system_column
from dsready.dataset.shapes.values import Filled, SaidTurns, Structure, Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dsready.dataset.example import Message

KEYS = ("conversations", "conversation")


class Asked(Structure):
    """A question and its answer."""

    human: str
    assistant: str


class UserAsked(Structure):
    """A question and its answer, ms-swift's other spelling."""

    user: str
    assistant: str


class Fed(Structure):
    """A question and its answer, as XTuner writes them; the first may carry the system prompt."""

    input: str
    output: str
    system: str | None = None


PAIRS: tuple[tuple[str, str, str, Any], ...] = (
    ("swift-pairs", "human", "assistant", Filled[Asked]),
    ("swift-pairs", "user", "assistant", Filled[UserAsked]),
    ("xtuner-pairs", "input", "output", Filled[Fed]),
)


def conversation(key: str, turns: Any, **more: Any) -> type[Structure]:
    """Define a record that holds turns under `key`."""
    fields: dict[str, Any] = {key: (turns, ...), **more}
    return create_model("Conversation", __base__=Structure, **fields)


def _has(value: dict[str, Any], key: str, mark: str) -> bool:
    return mark in first(value[key])


def _has_label(value: dict[str, Any], key: str, mark: str) -> bool:
    return has_label(value) and _has(value, key, mark)


def _read(shape: str, key: str, read: Callable[[list[Any], str], list[Message]]) -> Callable[[dict[str, Any]], Example]:
    return lambda value: dialogue(shape, read(value[key], f"/{key}"), value)


def _read_pairs(shape: str, key: str, question: str, answer: str) -> Callable[[dict[str, Any]], Example]:
    def example(value: dict[str, Any]) -> Example:
        pairs = value[key]
        system = joined(system_column(value), string_or_empty(pairs[0].get("system")))
        before = [text for pair in pairs[:-1] for text in (pair[question], pair[answer])]
        prompt = joined(*before, pairs[-1][question], columns(value))
        opening = pairs[0][question] if len(pairs) > 1 else None
        return Example(shape, "sft", system, prompt, pairs[-1][answer], opening=opening)

    return example


def string_or_empty(value: Any) -> str:
    """Return a string, and "" for anything else: for keys that the model does not ask for."""
    return value if isinstance(value, str) else ""


def _labelled() -> Iterator[Shape]:
    for key, mark in (("messages", "from"), *((key, mark) for key in KEYS for mark in ("role", "from"))):
        turns, read = (Turns, read_turns) if mark == "role" else (SaidTurns, read_said)
        model = conversation(key, turns, label=(StrictBool, ...))
        yield Shape("kto-chat", (key, "label"), partial(_has_label, key=key, mark=mark), model, labelled(key, read))


def _plain(key: str) -> Iterator[Shape]:
    for shape, question, answer, pairs in PAIRS:
        matches = partial(_has, key=key, mark=question)
        yield Shape(shape, (key,), matches, conversation(key, pairs), _read_pairs(shape, key, question, answer))
    shape = "sharegpt-openai-tags"
    tagged = partial(_has, key=key, mark="role")
    yield Shape(shape, (key,), tagged, conversation(key, Turns), _read(shape, key, read_turns))
    yield Shape("sharegpt", (key,), always, conversation(key, SaidTurns), _read("sharegpt", key, read_said))


#: Before the shapes with `messages` and roles.
UNDER_MESSAGES = (
    *_labelled(),
    Shape(
        "sharegpt",
        ("messages",),
        partial(_has, key="messages", mark="from"),
        conversation("messages", SaidTurns),
        _read("sharegpt", "messages", read_said),
    ),
)
SHAPES = tuple(shape for key in KEYS for shape in _plain(key))
