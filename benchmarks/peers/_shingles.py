"""
What the MinHash libraries are given: they have no words of their own.

A user would split on spaces, and Chinese or Japanese into characters.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.texts import records, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

THRESHOLD = 0.75
_WORD = re.compile(r"[぀-ヿ㐀-鿿]|[^\s぀-ヿ㐀-鿿]+")


def shingles(path: str) -> Iterator[list[str]]:
    """Return the word triples of each record, each once."""
    for record in records(Path(path)):
        text = texts(record).whole().lower()
        words = text.split() if text.isascii() else _WORD.findall(text)
        yield list({" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))})


def write(arguments: list[str], flagged: Iterable[int]) -> None:
    """Write the numbers of the records that repeat an earlier one to the file that is named, if one is."""
    lines = "".join(f"{number}\n" for number in flagged)
    if arguments:
        Path(arguments[0]).write_text(lines)
