"""Rows of different lengths in one flat array."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dsready.text.ragged import Ragged, Stack, covered, offsets, spread, stacked

ROWS = st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=8)


def ragged(rows) -> Ragged[np.uint64]:
    return Ragged(np.array([value for row in rows for value in row], np.uint64), offsets(lengths_of(rows)))


def lengths_of(rows) -> np.ndarray:
    return np.array([len(row) for row in rows], np.int64)


def rows_of(found: Ragged[np.uint64]) -> list[list[int]]:
    return [found.values[one:other].tolist() for one, other in zip(found.starts, found.starts[1:], strict=False)]


@given(ROWS, st.data())
def test_values_are_dropped_from_their_rows(rows, data):
    total = sum(map(len, rows))
    places = sorted(data.draw(st.sets(st.integers(0, total - 1)))) if total else []

    found = ragged(rows).drop(np.array(places, np.int64))

    kept = iter(place not in places for place in range(total))
    assert rows_of(found) == [[value for value in row if next(kept)] for row in rows]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=8))
def test_a_mask_covers_what_the_indices_of_runs_do(runs):
    gaps, lengths = np.array(runs, np.int64).reshape(-1, 2).T
    starts = np.cumsum(gaps + lengths) - lengths
    size = int((gaps + lengths).sum()) + 2

    assert np.flatnonzero(covered(starts, lengths, size)).tolist() == spread(starts, lengths).tolist()


@given(st.lists(ROWS, max_size=5))
def test_a_stack_holds_all_parts_one_below_the_other(parts):
    stack = Stack(np.uint64)
    for part in parts:
        stack.push(ragged(part))

    expected = stacked(map(ragged, parts), np.uint64)
    assert rows_of(stack.rows) == rows_of(expected)
    assert (len(stack), stack.size) == (len(expected.starts) - 1, len(expected.values))


def test_a_stack_grows():
    stack = Stack(np.int64)
    for number in range(100):
        stack.push(Ragged(np.full(5000, number), np.arange(0, 5001, 5)))

    assert stack.rows.values[::5000].tolist() == list(range(100))
    assert stack.rows.lengths.tolist() == [5] * 100_000
