"""The index counts exactly what rows have in common with items."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dsready.similarity.containment import Index
from dsready.text.ragged import Ragged
from dsready.text.shingles import distinct
from dsready.text.words import mix

SMALL = st.lists(st.integers(0, 12), max_size=10)


def ragged(rows) -> Ragged[np.uint64]:
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Ragged(mix(np.array([value for row in rows for value in row], np.uint64)) >> np.uint64(20), starts)


@given(st.lists(SMALL, max_size=5), st.lists(SMALL, max_size=5))
def test_overlaps_are_those_of_sets(items, rows):
    index = Index(distinct(ragged(items)))

    found = index.overlaps(ragged(rows))

    expected = [
        (row, item, len(set(one) & set(other)))
        for row, one in enumerate(rows)
        for item, other in enumerate(items)
        if set(one) & set(other)
    ]
    assert list(zip(*(column.tolist() for column in found), strict=True)) == expected
    assert index.sizes.tolist() == [len(set(item)) for item in items]


def test_repetitions_within_a_row_count_once():
    index = Index(ragged([[1, 2, 3]]))

    assert index.overlaps(ragged([[1, 1, 2, 2]])).common.tolist() == [2]


def test_an_index_of_nothing_finds_nothing():
    assert len(Index(ragged([])).overlaps(ragged([[1, 2]])).rows) == 0
    assert len(Index(ragged([[], []])).overlaps(ragged([[1, 2]])).rows) == 0
