"""Signatures estimate the similarity of sets, small ones too, and are the same everywhere."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsready.similarity.minhash import BANDS, BINS, ROWS, bands, signatures
from dsready.text.ragged import Ragged
from dsready.text.words import mix

HASHES = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=80)


def ragged(*rows: list[int] | np.ndarray) -> Ragged[np.uint64]:
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Ragged(np.concatenate([np.array(row, np.uint64) for row in rows]), starts)


def agreement(size: int, similarity: float, pairs: int) -> tuple[float, float]:
    """Return the mean share of bins in which random pairs of sets agree, and their true similarity."""
    common = round(2 * size * similarity / (1 + similarity))
    rows, fresh = [], 0
    for _ in range(pairs):
        both, one, other = common, size - common, size - common
        elements = mix(np.arange(fresh, fresh + both + one + other, dtype=np.uint64))
        rows += [elements[: both + one], np.concatenate([elements[:both], elements[both + one :]])]
        fresh += both + one + other
    signed = signatures(ragged(*rows))
    return float((signed[::2] == signed[1::2]).mean()), common / (2 * size - common)


@pytest.mark.parametrize("similarity", [0.0, 0.3, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("size", [3, 8, 20, 64, 300])
def test_the_share_of_equal_bins_estimates_the_similarity(size, similarity):
    estimated, true = agreement(size, similarity, pairs=1500)

    assert estimated == pytest.approx(true, abs=0.025)


@given(HASHES, st.randoms())
def test_equal_sets_have_equal_signatures_whatever_their_order(values, shuffled):
    again = values * 2
    shuffled.shuffle(again)

    one, other = signatures(ragged(values, again))

    assert one.tolist() == other.tolist()


@given(HASHES, HASHES)
def test_a_signature_does_not_depend_on_the_other_rows(values, others):
    together = signatures(ragged(others, values, others))

    assert together[1].tolist() == signatures(ragged(values))[0].tolist()


def test_an_empty_set_has_a_signature_of_ones():
    assert set(signatures(ragged([], [1]))[0].tolist()) == {2**64 - 1}


def test_one_element_fills_every_bin():
    assert len(set(signatures(ragged([12345]))[0].tolist())) == 1


def test_rows_agree_in_a_band_exactly_where_all_its_bins_do():
    one = np.arange(BINS, dtype=np.uint64)
    other = one.copy()
    other[5] += np.uint64(1)

    equal = bands(one[None])[0] == bands(other[None])[0]

    assert equal.tolist() == [band != 5 // ROWS for band in range(BANDS)]


def test_signatures_are_the_same_in_another_process():
    code = (
        "import numpy as np; from dsready.similarity.minhash import bands, signatures; "
        "from dsready.text.ragged import Ragged; "
        "print(bands(signatures(Ragged(np.arange(1, 9, dtype=np.uint64) ** 21, np.array([0, 8]))))[0].tolist())"
    )
    elsewhere = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            text=True,
            env={"PYTHONHASHSEED": seed, **path()},
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert elsewhere == {str(bands(signatures(ragged(np.arange(1, 9, dtype=np.uint64) ** 21)))[0].tolist())}


def path() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(filter(None, sys.path))}
