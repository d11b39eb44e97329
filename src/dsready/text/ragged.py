"""Rows of different lengths in one flat array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


class Ragged(NamedTuple, Generic[T]):
    """
    Row i is `values[starts[i]:starts[i + 1]]`.

    `values` has shape (n,), `starts` is int64 of shape (rows + 1,), ascending, from 0 to n.
    """

    values: NDArray[T]
    starts: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Length of each row; int64, (rows,)."""
        return np.diff(self.starts)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Row of each value; int64, (n,)."""
        return np.repeat(np.arange(len(self.starts) - 1), self.lengths)

    def keep(self, mask: NDArray[np.bool_]) -> Ragged[T]:
        """Return the same rows with only the values where `mask`, bool of shape (n,), holds."""
        kept = np.concatenate([[0], np.cumsum(mask)])
        return Ragged(self.values[mask], kept[self.starts])

    def drop(self, places: NDArray[np.int64]) -> Ragged[T]:
        """Return the same rows without the values at `places`, int64 of shape (m,), ascending."""
        keep = np.ones(len(self.values), bool)
        keep[places] = False
        return Ragged(self.values[keep], self.starts - np.searchsorted(places, self.starts))

    def take(self, rows: NDArray[np.int64]) -> Ragged[T]:
        """Return some rows, in the order of `rows`, int64 of any shape (m,)."""
        starts, lengths = self.starts[rows], self.lengths[rows]
        return Ragged(self.values[spread(starts, lengths)], offsets(lengths))


def stacked(parts: Iterable[Ragged[T]], kind: type[T]) -> Ragged[T]:
    """Return the rows of several parts, one below the other; of none, no row of values of this kind."""
    values, lengths = [np.empty(0, kind)], [np.empty(0, np.int64)]
    for part in parts:
        values.append(part.values)
        lengths.append(part.lengths)
    return Ragged(np.concatenate(values), offsets(np.concatenate(lengths)))


class Stack(Generic[T]):
    """Rows that grow at their end: what `stacked` makes of all parts pushed, at a constant cost for each value."""

    def __init__(self, kind: type[T]) -> None:
        self._values, self._starts = np.empty(1 << 16, kind), np.zeros(1 << 10, np.int64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def size(self) -> int:
        """Number of values."""
        return int(self._starts[self._count])

    @property
    def rows(self) -> Ragged[T]:
        """All rows so far; the next push may change what is behind it."""
        return Ragged(self._values[: self.size], self._starts[: self._count + 1])

    def push(self, part: Ragged[T]) -> None:
        """Put rows below those that are there."""
        size, count = self.size, self._count + len(part.starts) - 1
        self._values = _room(self._values, size + len(part.values))
        self._starts = _room(self._starts, count + 1)
        self._values[size : size + len(part.values)] = part.values
        self._starts[self._count : count + 1] = part.starts + size
        self._count = count


def _room(array: NDArray[T], least: int) -> NDArray[T]:
    """Return the array, or a copy of at least twice its length, if it has not room for so many values."""
    if len(array) >= least:
        return array
    larger = np.empty(max(least, 2 * len(array)), array.dtype)
    larger[: len(array)] = array
    return larger


def offsets(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where rows of these lengths start, and where the last ends: int64, (rows + 1,)."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def spread(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the indices of all given runs, one after the other: int64, (sum of lengths,)."""
    begins = offsets(lengths)
    return np.arange(begins[-1]) + np.repeat(starts - begins[:-1], lengths)


def covered(starts: NDArray[np.int64], lengths: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """Return which of `size` places ascending runs that do not overlap cover: bool, (size,); a mask for `spread`."""
    some = lengths > 0
    steps = np.zeros(size + 1, np.int8)
    steps[starts[some]] = 1
    steps[(starts + lengths)[some]] -= 1
    return np.cumsum(steps[:-1], dtype=np.int8).view(bool)
