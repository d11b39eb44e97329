"""Exact similarity is that of Python's sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsready.similarity import verify
from dsready.similarity.verify import intersections, jaccard
from dsready.text.ragged import Ragged
from dsready.text.words import mix

SETS = st.lists(st.frozensets(st.integers(0, 30), max_size=12), min_size=1, max_size=6)


def ragged(sets) -> Ragged[np.uint64]:
    values = [sorted((mix(np.array(sorted(one), np.uint64)) >> np.uint64(20)).tolist()) for one in sets]
    starts = np.concatenate([[0], np.cumsum([len(one) for one in values])]).astype(np.int64)
    return Ragged(np.array([value for one in values for value in one], np.uint64), starts)


def every_pair(count: int) -> tuple[np.ndarray, np.ndarray]:
    left, right = np.divmod(np.arange(count * count), count)
    return left, right


@given(SETS)
def test_similarity_is_that_of_sets(sets):
    left, right = every_pair(len(sets))

    found = jaccard(ragged(sets), left, right)

    pairs = [(one, other) for one in sets for other in sets]
    assert found.tolist() == [len(one & other) / len(one | other) if one | other else 0.0 for one, other in pairs]


@pytest.mark.parametrize("step", [1, 3, 17])
@given(sets=SETS)
def test_steps_do_not_show(step, sets):
    left, right = every_pair(len(sets))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "_STEP", step)
        found = intersections(ragged(sets), left, right)

    assert found.tolist() == [len(one & other) for one in sets for other in sets]


def test_no_pairs_have_no_similarities():
    none = np.empty(0, np.int64)

    assert jaccard(ragged([{1}]), none, none).tolist() == []
