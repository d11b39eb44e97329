"""
One-permutation MinHash over batches.

A set's signature has `BINS` values. Every element falls into the bin of its low bits and competes there with its high
bits; the smallest wins (Li, Owen and Zhang, "One permutation hashing", 2012). One hash per element serves all bins,
so the cost does not grow with their number. Two sets agree in a bin with a probability equal to their Jaccard
similarity, unless it is empty in both: empty bins borrow from others in a fixed order of their own (optimal
densification, Shrivastava, 2017), which keeps the estimate unbiased for sets smaller than the signature, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dsready.text.words import mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsready.text.ragged import Ragged

BINS = 64
BANDS = 16
ROWS = BINS // BANDS

_BITS = np.uint64(BINS.bit_length() - 1)
_EMPTY = np.uint64(2**64 - 1)
_STEP = 1 << 14  # pairs compared at a time: their bins stay in the cache of the processor


class Signatures(NamedTuple):
    """
    What is remembered of sets, one a row.

    Attributes
    ----------
    bins
        uint8, (rows, BINS): the lowest 8 bits of the value of each bin. Different values have equal ones in one of 256
        cases (b-bit minwise hashing, Li and König, 2010). A row without elements is all ones.
    filled
        uint8, (rows,): bins that an element of the set itself fell into.
    """

    bins: NDArray[np.uint8]
    filled: NDArray[np.uint8]

    @property
    def bands(self) -> NDArray[np.uint32]:
        """
        The bins of each band as one value; uint32, (rows, BANDS).

        Rows whose value agrees in any band are candidates: at similarity s with probability 1 - (1 - s**ROWS)**BANDS,
        which is 98.8 % at 0.7, 99.8 % at 0.75 and 99.98 % at 0.8 (Leskovec, Rajaraman and Ullman, "Mining of massive
        datasets", 3.4). A chance agreement costs one comparison, never a wrong finding.
        """
        return np.ascontiguousarray(self.bins).view(np.uint32)

    def may_reach(self, similarity: float, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
        """
        Say which pairs of rows may be as similar as that; bool, (pairs,). Of those that just are, one in 1000 is lost.

        The share of equal bins has the standard deviation √(s (1 - s) / n), n the bins that hold different elements:
        at least as many as those that the richer row filled. Ruled out is what lies three of them, and one bin, below.
        """
        least = self._least(similarity)[np.maximum(self.filled[left], self.filled[right])]
        equal = np.empty(len(left), np.uint8)
        for begin in range(0, len(left), _STEP):
            part = slice(begin, begin + _STEP)
            equal[part] = np.count_nonzero(self.bins[left[part]] == self.bins[right[part]], axis=1)
        return equal >= least

    @staticmethod
    def _least(similarity: float) -> NDArray[np.float64]:
        """Return the equal bins from which a pair may be so similar, by the number of filled ones: (BINS + 1,)."""
        deviation = np.sqrt(similarity * (1 - similarity) / np.maximum(np.arange(BINS + 1), 1))
        return BINS * (similarity - 3 * deviation) - 1


def signatures(sets: Ragged[np.uint64]) -> Signatures:
    """
    Return the signature of each row.

    Parameters
    ----------
    sets
        The elements of each row as hashes; repetitions do not matter.
    """
    rows = len(sets.starts) - 1
    flat = np.full(rows * BINS, _EMPTY)
    bins = (sets.values & np.uint64(BINS - 1)).astype(np.int64)
    np.minimum.at(flat, sets.rows * BINS + bins, sets.values >> _BITS)
    table = flat.reshape(rows, BINS)
    filled = np.count_nonzero(table != _EMPTY, axis=1).astype(np.uint8)
    return Signatures(_densified(table).astype(np.uint8), filled)


def _densified(table: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """
    Fill each empty bin with the value of the first bin in its own order that is not empty.

    Step by step for all that are still empty: O(bins / filled bins) expected steps, each over fewer of them.
    """
    full = table != _EMPTY
    flat, filled = table.ravel(), full.ravel()
    empty = np.flatnonzero(~full & full.any(axis=1)[:, None])
    bin_ = empty & (BINS - 1)
    first = empty - bin_  # bin of its row
    for order in _ORDER:
        donor = first + order.take(bin_)
        found = filled.take(donor)
        flat[empty[found]] = flat.take(donor[found])
        empty, bin_, first = empty[~found], bin_[~found], first[~found]
        if not len(empty):
            break
    return table


def _orders() -> NDArray[np.int64]:
    """Return a fixed order of all bins for each bin, which is a column: int64, (BINS, BINS)."""
    numbers = np.arange(BINS * BINS, dtype=np.uint64).reshape(BINS, BINS)
    orders = np.argsort(mix(numbers + np.uint64(0x5851F42D4C957F2D)), axis=1, kind="stable")
    return np.ascontiguousarray(orders.T)


_ORDER = _orders()
