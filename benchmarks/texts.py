"""The texts of a record, in the few shapes that the benchmarks use; written apart from dsready on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ANSWERS = ("gpt", "assistant")
_PROMPT_KEYS = ("prompt", "question", "text")
_ANSWER_KEYS = ("completion", "answer")


class Texts(NamedTuple):
    """What was asked and what was answered. The system prompt is in neither."""

    prompt: str
    answer: str

    def whole(self) -> str:
        """Return both."""
        return f"{self.prompt}\n{self.answer}"


def texts(record: dict[str, Any]) -> Texts:
    """Return the texts of a record: chat, ShareGPT, Alpaca, pairs of columns, or a text alone."""
    turns = record.get("messages") or record.get("conversations")
    if turns:
        pairs = [
            (turn.get("role") or turn.get("from"), turn.get("content") or turn.get("value") or "") for turn in turns
        ]
        said = [(role, text) for role, text in pairs if role != "system"]
        answer = said.pop()[1] if said and said[-1][0] in _ANSWERS else ""
        return Texts("\n".join(text for _, text in said), answer)
    if "instruction" in record:
        return Texts(f"{record['instruction']}\n{record.get('input') or ''}", record["output"])
    prompt = next((record[key] for key in _PROMPT_KEYS if key in record), "")
    return Texts(prompt, next((record[key] for key in _ANSWER_KEYS if key in record), ""))


def _turn(turn: dict[str, str]) -> tuple[str, str]:
    return turn.get("role") or turn["from"], turn.get("content") or turn.get("value") or ""


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Read a file of JSON Lines."""
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)
