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

    found = index.overlaps(index.meet(ragged(rows)))

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

    assert index.overlaps(index.meet(ragged([[1, 1, 2, 2]]))).common.tolist() == [2]


def test_elements_are_found_with_their_rank_in_rows_that_have_enough_of_them():
    index = Index(ragged([[1, 2, 3]]))

    met = index.meet(ragged([[1, 7], [], [7, 2, 7, 2]]), least=2)

    assert met.rows.tolist() == [2, 2]
    assert met.ranks.tolist() == [1, 3]
    assert index.overlaps(met.where(met.ranks > 1)).common.tolist() == [1]


def test_overlaps_among_some_items_are_numbered_from_the_first():
    index = Index(ragged([[1], [2], [1, 3]]))

    found = index.overlaps(index.meet(ragged([[1, 3]]))).among(1, 3)

    assert found.items.tolist() == [1]
    assert found.common.tolist() == [2]


def test_an_index_of_nothing_finds_nothing():
    for items in ([], [[], []]):
        index = Index(ragged(items))
        assert len(index.overlaps(index.meet(ragged([[1, 2]]))).rows) == 0
