"""
Near-duplicates by brute force: every pair that shares a word triple is compared, exactly. Nothing here is dsready's.

Words are those of its documentation: the text folded (NFKC, then case), maximal runs of letters, digits and marks,
where a character of a script written without spaces is a word of its own. A pair is a near-duplicate if its sets of
word triples have a Jaccard similarity of at least 0.75.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

THRESHOLD = 0.75
#: Shingles in this share of the different texts of the sample, and in so many of them, are boilerplate.
COMMON_SHARE, COMMON_RECORDS = 0.05, 20
SAMPLE = 2_000
_AT_ONCE = 500
_SPACELESS = (
    "HAN",
    "HIRAGANA",
    "KATAKANA",
    "THAI",
    "LAO",
    "KHMER",
    "MYANMAR",
    "CJK",
    "KATAKANA-HIRAGANA",
    "IDEOGRAPHIC",
)

Shingles = frozenset[tuple[str, ...]]


class Truth(NamedTuple):
    """
    Which records are near-duplicates of which.

    Attributes
    ----------
    pairs
        (pairs, 2): numbers of records, the earlier first.
    repeating
        Records with an earlier near-duplicate.
    involved
        Records with any.
    """

    pairs: NDArray[np.int64]
    repeating: set[int]
    involved: set[int]

    def left(self, flagged: set[int]) -> int:
        """Return how many pairs have neither record flagged: what would stay if all that is flagged were dropped."""
        chosen = np.isin(self.pairs, list(flagged))
        return int((~chosen.any(axis=1)).sum())


def words(text: str) -> list[str]:
    """Return the words of a text."""
    found: list[str] = []
    run: list[str] = []
    for character in unicodedata.normalize("NFKC", text).casefold():
        if unicodedata.category(character)[0] not in "LNM":
            kind = "gap"
        elif not character.isascii() and unicodedata.name(character, "").split(" ", 1)[0] in _SPACELESS:
            kind = "alone"
        else:
            run.append(character)
            continue
        if run:
            found.append("".join(run))
            run.clear()
        if kind == "alone":
            found.append(character)
    return [*found, "".join(run)] if run else found


def shingles(text: str) -> Shingles:
    """Return the sets of three consecutive words; a shorter text is one shingle."""
    listed = words(text)
    if not listed:
        return frozenset()
    return frozenset(zip(listed, listed[1:], listed[2:], strict=False)) or frozenset({tuple(listed)})


def boilerplate(sets: Sequence[Shingles], sizes: Sequence[int]) -> Shingles:
    """Return the shingles common to many texts of an even sample, drawn by the bytes where records begin."""
    begins = np.concatenate([[0], np.cumsum(sizes)])
    steps = np.arange(SAMPLE) * begins[-1] // SAMPLE
    every = len(sets) <= SAMPLE
    sample = range(len(sets)) if every else np.unique(np.searchsorted(begins[:-1], steps)).tolist()
    counts: dict[tuple[str, ...], int] = {}
    taken = {sets[number] for number in sample if number < len(sets)}  # copies count once
    for shingles_ in taken:
        for shingle in shingles_:
            counts[shingle] = counts.get(shingle, 0) + 1
    least = max(COMMON_SHARE * len(taken), COMMON_RECORDS)
    return frozenset(shingle for shingle, count in counts.items() if count >= least)


def near(texts: Sequence[str], common: Shingles, threshold: float = THRESHOLD) -> Truth:
    """Return all pairs of texts that are near-duplicates, by what is not common to many."""
    whole = [shingles(text) for text in texts]
    sets = [shingles_ - common for shingles_ in whole]
    for number, (rest, full) in enumerate(zip(sets, whole, strict=True)):
        if not rest and full:  # nothing left: equal texts only
            sets[number] = frozenset({("", *words(texts[number]))})
    numbers: dict[tuple[str, ...], int] = {}
    columns = [numbers.setdefault(shingle, len(numbers)) for shingles_ in sets for shingle in shingles_]
    sizes = np.array([len(shingles_) for shingles_ in sets], np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    ones = np.ones(len(columns), np.int32)
    matrix = csr_matrix((ones, np.array(columns, np.int64), starts), shape=(len(sets), max(len(numbers), 1)))
    found = [_similar(matrix, sizes, begin, end, threshold) for begin, end in pairwise(_bounds(len(sets)))]
    pairs = np.concatenate(found) if found else np.empty((0, 2), np.int64)
    return Truth(pairs, set(pairs[:, 1].tolist()), set(pairs.ravel().tolist()))


def _bounds(count: int) -> list[int]:
    return [*range(0, count, _AT_ONCE), count]


def _similar(matrix: csr_matrix, sizes: NDArray[np.int64], begin: int, end: int, threshold: float) -> NDArray[np.int64]:
    """Compare some rows with all rows: a product of sparse matrices counts what each pair has in common."""
    shared = (matrix[begin:end] @ matrix.T).tocoo()
    left, right = shared.row.astype(np.int64) + begin, shared.col.astype(np.int64)
    union = sizes[left] + sizes[right] - shared.data
    chosen = (left < right) & (shared.data >= threshold * union)
    return np.stack([left[chosen], right[chosen]], axis=1)
