"""Which shape a record has: only as finely as an oracle must be told what it is given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

#: What an OpenAI row may have beside its messages; more makes it a row for a grader.
_CHAT_KEYS = {"messages", "tools", "parallel_tool_calls", "functions", "weight", "system"}


#: The keys that make a shape, the first that are all there; what a key holds may make it another.
_KEYS = (
    ("contents completions", "gemini-preference"),
    ("contents references", "gemini-rft"),
    ("contents", "gemini"),
    ("input preferred_output", "openai-preference"),
    ("input non_preferred_output", "openai-preference"),
    ("segments", "segments"),
    ("conversations chosen rejected", "sharegpt-pair"),
    ("instruction chosen rejected", "alpaca-pair"),
    ("messages chosen rejected", "pair-messages"),
    ("prompt chosen rejected", "pair"),
    ("chosen rejected", "pair-implicit"),
    ("response_j response_k", "stack-exchange"),
    ("conversations kto_tag", "sharegpt-kto"),
    ("kto_tag", "alpaca-kto"),
    ("prompt completions labels", "stepwise"),
    ("prompt completion label", "kto"),
    ("messages", "chat"),
    ("conversations", "sharegpt"),
    ("instruction", "alpaca"),
    ("prompt completion", "prompt-completion"),
    ("prompt response", "prompt-response"),
    ("prompt generation", "prompt-generation"),
    ("query response", "query-response"),
    ("input output", "input-output"),
    ("text", "text"),
)


def shape_of(row: object) -> str:
    """Return the shape of a record; empty if it has none that is known here."""
    if not isinstance(row, dict):
        return ""
    shape = next((shape for keys, shape in _KEYS if set(keys.split()) <= row.keys()), "")
    match shape, row:
        case "chat", _:
            return _messages(row)
        case "sharegpt", {"conversations": [{"role": _}, *_]}:
            return "sharegpt-openai"
        case (("pair" | "kto" | "prompt-completion"), {"prompt": list()}):
            return f"{shape}-chat"
    return shape


def shape_of_file(path: Path) -> str:
    """Return the shape of the first record that has one."""
    with path.open("rb") as file:
        for line in file:
            try:
                shape = shape_of(json.loads(line))
            except (ValueError, RecursionError):
                continue
            if shape:
                return shape
    return ""


def _messages(row: dict[str, Any]) -> str:
    messages = [each for each in row["messages"] if isinstance(each, dict)] if isinstance(row["messages"], list) else []
    if any("candidates" in each for each in messages):
        return "converse-pair"
    parts = [part for each in messages if isinstance(each.get("content"), list) for part in each["content"]]
    kinds = [part for part in parts if isinstance(part, dict)]
    if "schemaVersion" in row or any("type" not in part for part in kinds):
        return "converse"
    if "rejected_message" in row:
        return "openpipe-preference"
    if messages and messages[-1].get("role") != "assistant" and row.keys() - _CHAT_KEYS:
        return "rft"
    if "tools" in row or any("tool_calls" in each for each in messages):
        return "tools"
    return "vision" if kinds else "chat"
