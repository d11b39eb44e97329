"""What numpy lacks, or has slower."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dsready.arrays import distinct_values, median

NUMBERS = st.floats(-1e6, 1e6)


@given(st.lists(st.integers(-3, 3)))
def test_distinct_values_ascend(values):
    assert distinct_values(np.array(values, np.int64)).tolist() == sorted(set(values))


@given(st.lists(NUMBERS, min_size=1))
def test_the_median_is_that_of_numpy(values):
    assert median(np.array(values)) == np.median(np.array(values))
