"""Conversations with `role` and `content` under `messages`, and the forms that add a label or a worse answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import StrictBool

from dsready.dataset.shapes.base import Shape
from dsready.dataset.shapes.turns import CHAT_KEYS, COHERE_ROLES, dialogue, grading, plain_turns, read_turns
from dsready.dataset.shapes.values import Structure, Turn, Turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from dsready.dataset.example import Example, Message


class Chat(Structure):
    """A conversation."""

    messages: Turns


class ClaudeChat(Chat):
    """A conversation with the system prompt in a column."""

    system: str


class LabelledChat(Chat):
    """A conversation and whether its answer is wanted."""

    label: StrictBool


class RejectedResponse(Chat):
    """ms-swift: the conversation ends on the chosen answer, the other one stands beside it."""

    rejected_response: str | Turn | Turns


class RejectedMessage(Chat):
    """OpenPipe: the conversation ends on the chosen answer, the other one stands beside it."""

    rejected_message: Turn


class RejectedMessages(Chat):
    """ms-swift, with turns."""

    rejected_messages: Turns


def first(value: Any) -> dict[str, Any]:
    """Return the first of a list of objects, {} where there is none."""
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}


def last(value: Any) -> dict[str, Any]:
    """Return the last of a list of objects, {} where there is none."""
    return value[-1] if isinstance(value, list) and value and isinstance(value[-1], dict) else {}


def _is_cohere(value: dict[str, Any]) -> bool:
    return first(value["messages"]).get("role") in ("System", "User", "Chatbot")


def _is_claude(value: dict[str, Any]) -> bool:
    if not isinstance(value["system"], str) or not isinstance(value["messages"], list):
        return False
    return not any(isinstance(turn, dict) and turn.get("role") == "system" for turn in value["messages"])


def _is_reinforcement(value: dict[str, Any]) -> bool:
    if len(value) == 1 or value.keys() <= CHAT_KEYS:
        return False
    return last(value["messages"]).get("role") not in (None, "assistant")


def has_label(value: dict[str, Any]) -> bool:
    """Tell whether `label` says if the answer is wanted; it may as well be a class."""
    return isinstance(value["label"], bool)


def _chat(shape: str) -> Callable[[dict[str, Any]], Example]:
    return lambda value: dialogue(shape, read_turns(value["messages"], "/messages"), value)


def _plain_chat(value: dict[str, Any]) -> Example | None:
    messages = plain_turns(value["messages"], "/messages")
    return dialogue("openai-chat", messages, value) if messages else None


def _cohere(value: dict[str, Any]) -> Example:
    return dialogue("cohere-chat", read_turns(value["messages"], "/messages", COHERE_ROLES), value)


def _reinforcement(value: dict[str, Any]) -> Example:
    turns = read_turns(value["messages"], "/messages")
    return dialogue("rft-chat", turns, value, kind="reinforcement", label=grading(value))


def labelled(
    key: str,
    read: Callable[[list[Any], str], list[Message]],
    label: str = "label",
    shape: str = "kto-chat",
) -> Callable[[dict[str, Any]], Example]:
    """Read a conversation under `key`, and whether its answer is wanted."""

    def example(value: dict[str, Any]) -> Example:
        wanted = "true" if value[label] else "false"
        return dialogue(shape, read(value[key], f"/{key}"), value, kind="unpaired", label=wanted)

    return example


def _rejected(shape: str, key: str) -> Callable[[dict[str, Any]], Example]:
    def example(value: dict[str, Any]) -> Example:
        messages = read_turns(value["messages"], "/messages")
        pair = dialogue(shape, messages, value, kind="preference")
        other = value[key]
        if isinstance(other, str):
            pair.rejected = other
        else:
            turns = other if isinstance(other, list) else [other]
            # The other side may repeat the conversation; only what comes after its last user turn is the answer.
            answers = read_turns(turns, f"/{key}")
            after = max((number for number, turn in enumerate(answers, 1) if turn.role == "user"), default=0)
            pair.rejected = "\n".join(turn.text for turn in answers[after:])
        return pair

    return example


def always(_: dict[str, Any]) -> bool:
    """Match every object that has the keys."""
    return True


SHAPES = (
    Shape(
        "swift-preference",
        ("messages", "rejected_response"),
        always,
        RejectedResponse,
        _rejected("swift-preference", "rejected_response"),
    ),
    Shape(
        "openpipe-preference",
        ("messages", "rejected_message"),
        always,
        RejectedMessage,
        _rejected("openpipe-preference", "rejected_message"),
    ),
    Shape(
        "swift-preference",
        ("messages", "rejected_messages"),
        always,
        RejectedMessages,
        _rejected("swift-preference", "rejected_messages"),
    ),
    Shape("cohere-chat", ("messages",), _is_cohere, Chat, _cohere),
    Shape("kto-chat", ("messages", "label"), has_label, LabelledChat, labelled("messages", read_turns)),
    Shape("claude-messages", ("messages", "system"), _is_claude, ClaudeChat, _chat("claude-messages")),
    Shape("rft-chat", ("messages",), _is_reinforcement, Chat, _reinforcement),
    Shape("openai-chat", ("messages",), always, Chat, _chat("openai-chat"), _plain_chat),
)
