"""How conversations are laid out: who speaks in which order, whatever the number of rounds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dsready.check import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dsready.dataset.example import Message

#: A conversation: its place, and its layout as a number, whose hexadecimal digits are these signs.
ROW = np.dtype([("key", np.int64), ("layout", np.uint64)])
_ROLES = ("system", "developer", "user", "assistant", "tool", "function", "unknown")
_DIGITS = {role: f"{number:x}" for number, role in enumerate(_ROLES, 1)}
_OPEN, _CLOSE, _RUN, _MORE = "8", "9", "a", "f"
_SIGNS = {digit: role for role, digit in _DIGITS.items()} | {_OPEN: "(", _CLOSE: ")×n", _RUN: "×n", _MORE: "…"}
#: So many hexadecimal digits has a number of 64 bits.
_MOST = 16
#: Several turns of one role; and several rounds of two to four roles.
_SAME = re.compile(r"([1-7])\1+")
_ROUNDS = re.compile(r"((?:[1-7]a?){2,4}?)\1+(?!a)")
#: Conversations of so many turns and more are counted together.
MOST_TURNS = 50


@dataclass(slots=True)
class Layouts:
    """16 bytes a conversation, and how many conversations have how many turns; int64, (`MOST_TURNS` + 1,)."""

    rows: list[NDArray[np.void]] = field(default_factory=list)
    turns: NDArray[np.int64] = field(default_factory=lambda: np.zeros(MOST_TURNS + 1, np.int64))

    def add(self, keys: Sequence[int], conversations: Sequence[Sequence[Message]]) -> None:
        """Add conversations and their places."""
        rows = np.empty(len(keys), ROW)
        rows["key"] = keys
        rows["layout"] = [
            _layout("".join([_DIGITS[message.role] for message in messages])) for messages in conversations
        ]
        self.rows.append(rows)
        lengths = np.fromiter(map(len, conversations), np.int64, len(keys))
        self.turns = self.turns + np.bincount(np.minimum(lengths, MOST_TURNS), minlength=MOST_TURNS + 1)

    def extend(self, other: Layouts) -> None:
        """Add all of `other`, which is left alone."""
        self.rows += other.rows
        self.turns = self.turns + other.turns

    def kinds(self) -> dict[str, NDArray[np.int64]]:
        """Return the keys of the conversations of each layout, ascending."""
        rows = in_order(self.rows, ROW)
        rows = rows[np.argsort(rows["layout"], kind="stable")]
        starts = np.flatnonzero(np.diff(rows["layout"], prepend=~rows["layout"][:1]))
        groups = pairwise([*starts.tolist(), len(rows)])
        return {_spelt(int(rows["layout"][begin])): rows["key"][begin:end] for begin, end in groups}

    def histogram(self) -> list[list[int]]:
        """Return [turns, conversations] for each number that occurs; the last one is for `MOST_TURNS` and more."""
        return [[turns, count] for turns, count in enumerate(self.turns.tolist()) if count]


@lru_cache(4096)
def _layout(roles: str) -> int:
    """Return the layout of roles as a number: rounds and runs are folded, and what is longer is cut."""
    folded = _ROUNDS.sub(rf"{_OPEN}\g<1>{_CLOSE}", _SAME.sub(rf"\g<1>{_RUN}", roles))
    return int(folded if len(folded) <= _MOST else folded[: _MOST - 1] + _MORE, 16)


def _spelt(layout: int) -> str:
    """Say a layout in words, such as "system (user assistant)×n"."""
    words = " ".join(_SIGNS[digit] for digit in f"{layout:x}")
    return (
        words.replace("( ", "(").replace(f" {_SIGNS[_CLOSE]}", _SIGNS[_CLOSE]).replace(f" {_SIGNS[_RUN]}", _SIGNS[_RUN])
    )
