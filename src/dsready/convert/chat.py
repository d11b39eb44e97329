"""Conversations under `messages`, and prompts in turns."""

from __future__ import annotations

from functools import partial
from typing import Any

from dsready.convert.dialogue import Dialogue, Unfit, seam_at
from dsready.convert.layout import FUNCTION_KEYS, SERVICE_ROLES, Layout
from dsready.convert.notes import void
from dsready.convert.sharegpt import KEYS, placed, read_said
from dsready.convert.turns import DIALECT, beside, declared, read_turns, write_turns
from dsready.dataset.shapes.turns import CHAT_KEYS, COHERE_ROLES

#: What shapes with turns in OpenAI's dialect have room for.
CHAT: dict[str, Any] = {
    "systems": "any",
    "developer": True,
    "history": True,
    "tools": True,
    "calls": True,
    "beside": True,
    "ids": "kept",
    "reasoning": True,
    "dialect": DIALECT,
    "several": True,
    "turn_keys": None,
}
#: The same, as OpenAI's service takes it.
SERVICE: dict[str, Any] = {
    **CHAT,
    "ids": "needed",
    "strings": True,
    "roles": SERVICE_ROLES,
    "tool_keys": FUNCTION_KEYS | {"strict"},
}
#: What Claude and Cohere take on their services: turns of text.
TURNS: dict[str, Any] = {"systems": "one", "history": True, "roles": SERVICE_ROLES, "strict": True}
GRADED = ("reward_model", "data_source", "extra_info")
COHERE_NAMES = {"system": "System", "user": "User", "assistant": "Chatbot"}


def _sft(value: dict[str, Any], key: str = "messages") -> Dialogue:
    aside = beside(value, key)
    return Dialogue("sft", (*aside["turns"], *read_turns(value[key])), tools=aside["tools"], extra=aside["extra"])


def write_messages(dialogue: Dialogue, key: str = "messages") -> dict[str, Any]:
    """Write the turns under `key`, and the tools."""
    return {key: write_turns(dialogue.turns), **declared(dialogue)}


def graded(dialogue: Dialogue) -> Dialogue:
    """Tell what a grader is given from the usual keys beside a conversation."""
    reference = {key: value for key, value in dialogue.extra.items() if key not in CHAT_KEYS and not void(value)}
    extra = {key: value for key, value in dialogue.extra.items() if key not in reference}
    return Dialogue(
        "reinforcement", dialogue.turns, tools=dialogue.tools, reference=reference, extra=extra, unread=dialogue.unread
    )


def _prompt(value: dict[str, Any]) -> Dialogue:
    turns = value["prompt"]
    return graded(
        _sft({**value, "prompt": [{"role": "user", "content": turns}] if isinstance(turns, str) else turns}, "prompt")
    )


def _write_prompt(dialogue: Dialogue, key: str = "prompt") -> dict[str, Any]:
    return {**dialogue.reference, **write_messages(dialogue, key)}


def _write_graded(dialogue: Dialogue) -> dict[str, Any]:
    if not dialogue.reference:
        raise Unfit("holds nothing that a grader could compare an answer with")
    written = write_messages(dialogue)
    return {**written, **{key: value for key, value in dialogue.reference.items() if key not in written}}


def _write_verl(dialogue: Dialogue) -> dict[str, Any]:
    if not any(key in dialogue.reference for key in GRADED):
        raise Unfit(f"holds none of {', '.join(GRADED)}")
    return {**write_messages(dialogue, "prompt"), **dialogue.reference}


def _claude(dialogue: Dialogue) -> dict[str, Any]:
    head = dialogue.turns[0].text if dialogue.turns and dialogue.turns[0].role == "system" else ""
    turns = [turn for turn in dialogue.turns if turn.role != "system"]
    return {"system": head, "messages": write_turns(turns)}


def _read_cohere(value: dict[str, Any]) -> Dialogue:
    aside = beside(value, "messages")
    turns = read_turns(value["messages"], COHERE_ROLES)
    return Dialogue("sft", (*aside["turns"], *turns), tools=aside["tools"], extra=aside["extra"])


def _write_cohere(dialogue: Dialogue) -> dict[str, Any]:
    turns = write_turns(dialogue.turns)
    return {"messages": [{**turn, "role": COHERE_NAMES.get(turn["role"], turn["role"])} for turn in turns]}


def read_labelled(value: dict[str, Any], label: str, key: str, mark: str = "role") -> Dialogue:
    """Read a conversation under `key`, in either dialect, whose answer is labelled."""
    aside = beside(value, key, label)
    turns = read_said(value[key]) if mark == "from" else read_turns(value[key])
    more = {name: aside[name] for name in ("tools", "extra")}
    return Dialogue("unpaired", (*aside["turns"], *turns), label=value[label], **more)


def write_labelled(dialogue: Dialogue, label: str) -> dict[str, Any]:
    """Write a conversation whose answer is labelled."""
    return {**write_messages(dialogue), label: dialogue.label}


def _read_kto_chat(value: dict[str, Any]) -> Dialogue:
    among = [(key, mark) for key in KEYS for mark in ("role", "from")]
    return read_labelled(value, "label", *placed(value, ("messages", "from"), *among, ("messages", "role")))


def _read_seam(value: dict[str, Any]) -> Dialogue:
    aside = beside(value, "prompt", "completion")
    context = (*aside["turns"], *read_turns(value["prompt"]))
    turns = (*context, *read_turns(value["completion"]))
    return Dialogue("sft", turns, seam=seam_at(turns, len(context)), tools=aside["tools"], extra=aside["extra"])


def _write_seam(dialogue: Dialogue) -> dict[str, Any]:
    seam = dialogue.seam
    if seam is None:
        seam = next((n for n, turn in enumerate(dialogue.turns) if turn.role == "assistant"), len(dialogue.turns))
    before, after = dialogue.turns[:seam], dialogue.turns[seam:]
    if not before or not after:
        raise Unfit("holds no prompt before its answer" if after else "holds no answer")
    return {"prompt": write_turns(before), "completion": write_turns(after), **declared(dialogue)}


LAYOUTS = (
    Layout(
        "openai-chat",
        "sft",
        _sft,
        write_messages,
        **SERVICE | {"turn_keys": frozenset({"weight", "name", "refusal"})},
        strict=True,
        keys=frozenset({"parallel_tool_calls"}),
    ),
    Layout("rft-chat", "reinforcement", lambda value: graded(_sft(value)), _write_graded, **SERVICE, references=True),
    Layout("claude-messages", "sft", _sft, _claude, **TURNS),
    Layout("cohere-chat", "sft", _read_cohere, _write_cohere, **TURNS),
    Layout("kto-chat", "unpaired", _read_kto_chat, partial(write_labelled, label="label"), **CHAT),
    Layout("trl-prompt-completion-conv", "sft", _read_seam, _write_seam, **CHAT, seam=True),
    Layout(
        "sharegpt-openai-tags",
        "sft",
        lambda value: _sft(value, placed(value, *((key, "role") for key in KEYS))[0]),
        partial(write_messages, key="conversations"),
        **CHAT,
    ),
    Layout(
        "prompt-only",
        "reinforcement",
        _prompt,
        _write_prompt,
        **CHAT,
        references=True,
        read_as=frozenset({"prompt-reference", "verl"}),
    ),
    Layout("verl", "reinforcement", _prompt, _write_verl, **CHAT, references=True),
)
