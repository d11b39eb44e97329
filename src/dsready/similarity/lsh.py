"""
From bands to clusters of near-duplicates: candidates round by round, each verified, clusters from verified edges only.

Bands are joined by sorting, not by dictionaries. Within a bucket every row is compared with its neighbours, nearest
first, and only with those it is not yet connected with: a cluster of a million rows is one after a million
comparisons, and in a bucket of up to `REACH` rows every pair that could matter is looked at, so that the clusters do
not depend on the order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from dsready.arrays import distinct_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsready.similarity.minhash import Signatures

#: Farthest neighbour in a bucket that a row is compared with.
REACH = 32
_HALF = np.uint64(32)


class Verify(Protocol):
    """Gives the exact similarity of pairs of rows: two int64 arrays (pairs,) to float64 (pairs,)."""

    def __call__(self, left: NDArray[np.int64], right: NDArray[np.int64], /) -> NDArray[np.float64]:
        """Compare."""


class Edges(NamedTuple):
    """Verified pairs, `left[i] < right[i]`, and their exact similarity: int64, int64, float64, each (edges,)."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    similarity: NDArray[np.float64]

    def best(self, rows: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return for each row its most similar partner, of equal ones the first, and how similar; -1 where none."""
        ends = np.concatenate([self.right, self.left])
        others = np.concatenate([self.left, self.right])
        values = np.concatenate([self.similarity, self.similarity])
        order = np.lexsort((others, -values, ends))
        found, first = np.unique(ends[order], return_index=True)
        partner, similarity = np.full(rows, -1, np.int64), np.zeros(rows)
        partner[found], similarity[found] = others[order[first]], values[order[first]]
        return partner, similarity


def near_duplicates(signatures: Signatures, threshold: float, verify: Verify) -> Edges:
    """
    Find enough pairs at least as similar as `threshold` to connect all that belong together.

    Parameters
    ----------
    signatures
        Of all rows, in the order of their places.
    threshold
        Jaccard similarity from which rows are near-duplicates.
    verify
        Called with pairs that agree in a band, and in enough bins; what it says is what is reported.
    """
    bands = signatures.bands
    buckets = [_buckets(bands[:, band]) for band in range(bands.shape[1])]
    # Most rows are alone in all of their buckets: only the others have a label.
    shared = np.zeros(len(bands), bool)
    for bucket in buckets:
        shared[bucket.rows] = True
    met, rank = np.flatnonzero(shared), np.cumsum(shared) - 1
    buckets = [_Buckets(rank[bucket.rows], bucket.begin) for bucket in buckets]
    label = np.arange(len(met))
    edges = Edges(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    tried = np.empty(0, np.int64)
    # Band by band first: most rows find their cluster in one of the first, and need no look at the others.
    steps = [(1, [bucket]) for bucket in buckets] + [(distance, buckets) for distance in range(2, REACH + 1)]
    for distance, some in steps:
        pairs = distinct_values(np.concatenate([bucket.pairs(distance, label) for bucket in some]))
        right, left = np.divmod(pairs, max(len(met), 1))
        pairs = pairs[signatures.may_reach(threshold, met[left], met[right])]
        pairs = pairs[~np.isin(pairs, tried, assume_unique=True)]
        if not len(pairs):
            continue
        tried = np.concatenate([tried, pairs])
        right, left = np.divmod(pairs, len(met))
        exact = verify(met[left], met[right])
        good = exact >= threshold
        edges = Edges(*map(np.concatenate, zip(edges, (left[good], right[good], exact[good]), strict=True)))
        if good.any():
            label = clusters(len(met), label[left[good]], label[right[good]])[label]
    return Edges(met[edges.left], met[edges.right], edges.similarity)


class _Buckets(NamedTuple):
    """Rows that agree in one band: `rows` sorted by bucket, then by place; `begin` is where a row's bucket starts."""

    rows: NDArray[np.int64]
    begin: NDArray[np.int64]

    def pairs(self, distance: int, label: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the pairs at this distance that are not connected yet, as row * number of rows + earlier row."""
        place = np.arange(distance, len(self.rows))
        place = place[place - distance >= self.begin[place]]
        row, other = self.rows[place], self.rows[place - distance]
        apart = label[row] != label[other]
        found: NDArray[np.int64] = row[apart] * len(label) + other[apart]
        return found


def _buckets(values: NDArray[np.uint32]) -> _Buckets:
    """Group rows by value: one sort of value and row in a machine word. O(n log n)."""
    ordered = np.sort(values.astype(np.uint64) << _HALF | np.arange(len(values), dtype=np.uint64))
    values, order = (ordered >> _HALF).astype(np.uint32), ordered.astype(np.uint32)
    same = values[1:] == values[:-1]
    shared = np.zeros(len(order), bool)
    shared[1:] |= same
    shared[:-1] |= same
    rows, values = order[shared].astype(np.int64), values[shared]
    new = np.ones(len(rows), bool)
    np.not_equal(values[1:], values[:-1], out=new[1:])
    return _Buckets(rows, np.maximum.accumulate(np.where(new, np.arange(len(rows)), 0)))


def clusters(rows: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """
    Join rows along edges: the label of each row is the smallest row it is connected with. int64, (rows,).

    Labels are handed to the smaller neighbour and then halved along their paths until nothing changes (Shiloach and
    Vishkin, 1982): a few passes over the edges.
    """
    label: NDArray[np.int64] = np.arange(rows)
    while True:
        low = np.minimum(label[left], label[right])
        before = label.copy()
        np.minimum.at(label, label[left], low)
        np.minimum.at(label, label[right], low)
        np.minimum.at(label, left, low)
        np.minimum.at(label, right, low)
        label = label[label]
        if np.array_equal(label, before):
            return label
