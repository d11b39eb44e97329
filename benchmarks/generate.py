"""
Seeded chat records for the benchmarks: realistic in length and vocabulary, with planted near-duplicates and leaks.
"""

from __future__ import annotations

import random
import re
from pydoc_data import topics
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from pathlib import Path

SYSTEM = "You are the support assistant of a small online shop. Answer politely, in at most four sentences."
DUPLICATE_SHARE = 0.02


def _prose() -> list[str]:
    """Return the words of some English prose that every Python has: the help texts of its own language."""
    text = " ".join(topics.topics.values())
    return re.findall(r"[A-Za-z][a-z]+", text)


def _sentence(rng: random.Random, words: list[str], length: int) -> str:
    start = rng.randrange(len(words) - length)
    return " ".join(words[start : start + length]).capitalize() + rng.choice(".?!.")


def records(count: int, seed: int = 7) -> list[dict[str, object]]:
    """Return chat records of about 550 bytes; one in fifty is an earlier one with a word changed."""
    rng = random.Random(seed)  # noqa: S311  (repeatable on purpose)
    words = _prose()
    made: list[dict[str, object]] = []
    pairs: list[tuple[str, str]] = []
    for _ in range(count):
        if pairs and rng.random() < DUPLICATE_SHARE:
            question, answer = rng.choice(pairs)
            answer = answer.replace(" ", f" {rng.choice(words)} ", 1)
        else:
            question = " ".join(_sentence(rng, words, rng.randint(6, 16)) for _ in range(rng.randint(1, 3)))
            answer = " ".join(_sentence(rng, words, rng.randint(8, 18)) for _ in range(rng.randint(2, 4)))
        pairs.append((question, answer))
        turns = [("system", SYSTEM), ("user", question), ("assistant", answer)]
        made.append({"messages": [{"role": role, "content": text} for role, text in turns]})
    return made


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    """Write records as JSON Lines."""
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return path
