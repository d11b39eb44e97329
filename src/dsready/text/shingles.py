"""
Shingles: three consecutive words, as 44-bit hashes, over a whole batch; and the ones that are boilerplate.

44 bits leave 20 in a machine word for the number of a row, so that sorting plain integers does the work of grouping.
Two different shingles of a pair of texts agree with a probability of 6e-14.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from dsready.arrays import distinct_values
from dsready.dataset.batch import column
from dsready.text.ragged import Ragged, covered, offsets
from dsready.text.words import mix, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch

#: What is compared: all but the system prompt and tool definitions, or one side of it.
View = Literal["example", "prompt", "answer"]
Side = Literal["prompt", "answer"]
SIDES: tuple[Side, ...] = ("prompt", "answer")

WIDTH = 3
HASH_BITS = 44
#: A shingle is boilerplate in at least this share, and this number, of the sampled records; in samples of fewer than
#: twice that number, in half of them. Three records alone cannot tell a template from copies.
COMMON_SHARE = 0.05
COMMON_RECORDS = 20
LEAST_RECORDS = 5

_TAG = np.uint64(HASH_BITS)
_CUT = np.uint64(64 - HASH_BITS)
_VALUE = np.uint64((1 << HASH_BITS) - 1)
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)


def bounds(batch: Batch, view: View) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each row's words of a view start and end; each int64, (rows,)."""
    _, starts, cuts, _ = words(batch)
    return (starts[:-1] if view != "answer" else cuts), (starts[1:] if view != "prompt" else cuts)


@column
def shingles(batch: Batch, view: View) -> Ragged[np.uint64]:
    """
    Return the shingles of each row, in order and with repetitions.

    A text of fewer than three words is one shingle; one without words has none.
    """
    starts, ends = bounds(batch, view)
    lengths = ends - starts
    counts = np.maximum(lengths - WIDTH + 1, np.minimum(lengths, 1))
    values = _triples(batch)[covered(starts, counts, len(words(batch).hashes))]
    short = np.flatnonzero((lengths > 0) & (lengths < WIDTH))
    if len(short):
        hashes = words(batch).hashes
        first = hashes[starts[short]] * _FACTORS[0]
        second = np.where(lengths[short] > 1, hashes[ends[short] - 1] * _FACTORS[1], np.uint64(0))
        values[offsets(counts)[short]] = mix(first + second) >> _CUT
    return Ragged(values, offsets(counts))


def distinct(ragged: Ragged[np.uint64]) -> Ragged[np.uint64]:
    """Return each row as a set: its shingles ascending, each once. At most 2**20 rows; O(n log n)."""
    rows = len(ragged.starts) - 1
    tagged = distinct_values(ragged.values | (ragged.rows.astype(np.uint64) << _TAG))
    starts = np.searchsorted(tagged, np.arange(rows + 1, dtype=np.uint64) << _TAG)
    return Ragged(tagged & _VALUE, starts)


@column
def _triples(batch: Batch) -> NDArray[np.uint64]:
    """Hash every three neighbouring words of the batch, across rows too; as many values as words."""
    hashes = words(batch).hashes
    padded = np.concatenate([hashes, np.zeros(WIDTH - 1, np.uint64)])
    total = padded[: len(hashes)] * _FACTORS[0]
    for step in range(1, WIDTH):
        total += padded[step : len(hashes) + step] * _FACTORS[step]
    return mix(total) >> _CUT


@column
def sequence_hash(batch: Batch, view: Side) -> NDArray[np.uint64]:
    """
    Hash the sequence of words of a side; uint64, (rows,).

    Texts that are equal after normalisation have equal hashes. The reverse needs a look: punctuation is not hashed.
    """
    return _sequences(batch)[SIDES.index(view) :: 2]


@column
def _sequences(batch: Batch) -> NDArray[np.uint64]:
    """Hash the words of the prompt and of the answer of each row, each word with its place; uint64, (2 * rows,)."""
    hashes, starts, cuts, _ = words(batch)
    borders = np.empty(2 * len(cuts) + 1, np.int64)
    borders[::2], borders[1::2] = starts, cuts
    return _runs(hashes, borders)


@column
def sides(batch: Batch) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """
    Hash the words of the chosen and of the rejected side of each row, as `sequence_hash` does; each uint64, (rows,).

    Of a row that is no pair the first is that of its answer, and the second that of no word.
    """
    hashes, starts, cuts, seconds = words(batch)
    borders = np.empty(3 * len(cuts) + 1, np.int64)
    borders[::3], borders[1::3], borders[2::3] = starts, cuts, seconds
    found = _runs(hashes, borders)
    return found[1::3], found[2::3]


def _runs(hashes: NDArray[np.uint64], borders: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Hash neighbouring runs of words, each word with its place in its run; uint64, (borders - 1,)."""
    lengths = np.diff(borders)
    places = np.arange(len(hashes)) - np.repeat(borders[:-1], lengths)
    sums = np.zeros(len(hashes) + 1, np.uint64)
    np.cumsum(mix(hashes + places.astype(np.uint64) * _FACTORS[1]), out=sums[1:])
    return mix(sums[borders[1:]] - sums[borders[:-1]] + lengths.astype(np.uint64) * _FACTORS[2])


def common(batches: Iterable[Batch], view: View = "example") -> NDArray[np.uint64]:
    """
    Find the boilerplate of a sample: shingles in at least 5 % and at least 20 of its records (in half of a tiny one).

    Records with the same words count once: a copy is no template, and whoever drops it finds the same boilerplate.

    Returns
    -------
    uint64, ascending. Shared templates, prefixes and phrases; left out of similarity, they cannot make strangers look
    alike.
    """
    seen = np.empty(0, np.uint64)
    sets: list[NDArray[np.uint64]] = []
    for batch in batches:
        texts, first = np.unique(_texts(batch, view), return_index=True)
        new = ~np.isin(texts, seen)
        seen = np.concatenate([seen, texts[new]])
        sets.append(distinct(shingles(batch, view).take(first[new])).values)
    if not sets:
        return np.empty(0, np.uint64)
    rows = len(seen)
    values, counts = np.unique(np.concatenate(sets), return_counts=True)
    least = max(COMMON_SHARE * rows, min(COMMON_RECORDS, max(rows / 2, LEAST_RECORDS)))
    return values[counts >= least]


def _texts(batch: Batch, view: View) -> NDArray[np.uint64]:
    """Hash the words of each row in a view; uint64, (rows,)."""
    hashes = [sequence_hash(batch, side) for side in SIDES if view in (side, "example")]
    return hashes[0] if len(hashes) == 1 else mix(hashes[0] * _FACTORS[0] + hashes[1] * _FACTORS[1])


def distinctive(batch: Batch, view: View, boilerplate: Members) -> Ragged[np.uint64]:
    """Return the shingles of each row that are no boilerplate, in order and with repetitions."""
    return boilerplate.without(shingles(batch, view))


class Members:
    """
    A fixed set of hashes that is asked often, and mostly in vain.

    A table of bits, indexed by the low bits of a hash, refuses most of what is not in the set; what passes is looked
    up by binary search. The set is a sorted uint64 array.
    """

    def __init__(self, values: NDArray[np.uint64]) -> None:
        self.values = distinct_values(values)
        bits = min(max(len(self.values).bit_length() + 5, 10), 24)
        self._mask = np.uint64((1 << bits) - 1)
        self._table = np.zeros(1 << bits, bool)
        self._table[self.values & self._mask] = True

    def find(self, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which of `hashes` are in the set, and their places in it; each int64, (hits,)."""
        maybe = np.flatnonzero(self._table[hashes & self._mask])
        if not len(maybe):
            return maybe, maybe
        places = np.minimum(np.searchsorted(self.values, hashes[maybe]), len(self.values) - 1)
        hit = self.values[places] == hashes[maybe]
        return maybe[hit], places[hit]

    def without(self, ragged: Ragged[np.uint64]) -> Ragged[np.uint64]:
        """Return the rows without the members of the set."""
        if not len(self.values):
            return ragged
        return ragged.drop(self.find(ragged.values)[0])
