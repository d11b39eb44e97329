"""Signatures estimate the similarity of sets, small ones too, and are the same everywhere."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsready.similarity.minhash import BANDS, BINS, ROWS, Signatures, signatures
from dsready.text.ragged import Ragged
from dsready.text.words import mix

HASHES = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=80)


def ragged(*rows: list[int] | np.ndarray) -> Ragged[np.uint64]:
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Ragged(np.concatenate([np.array(row, np.uint64) for row in rows]), starts)


def pairs_of(size: int, similarity: float, pairs: int) -> tuple[Signatures, float]:
    """Return the signatures of random pairs of sets, one behind the other, and their true similarity."""
    common = round(2 * size * similarity / (1 + similarity))
    rows, fresh = [], 0
    for _ in range(pairs):
        both, one, other = common, size - common, size - common
        elements = mix(np.arange(fresh, fresh + both + one + other, dtype=np.uint64))
        rows += [elements[: both + one], np.concatenate([elements[:both], elements[both + one :]])]
        fresh += both + one + other
    return signatures(ragged(*rows)), common / (2 * size - common)


@pytest.mark.parametrize("similarity", [0.0, 0.3, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("size", [3, 8, 20, 64, 300])
def test_the_share_of_equal_bins_estimates_the_similarity(size, similarity):
    signed, true = pairs_of(size, similarity, pairs=1500)

    assert (signed.bins[::2] == signed.bins[1::2]).mean() == pytest.approx(true, abs=0.025)


@given(HASHES, st.randoms())
def test_equal_sets_have_equal_signatures_whatever_their_order(values, shuffled):
    again = values * 2
    shuffled.shuffle(again)

    signed = signatures(ragged(values, again))

    assert signed.bins[0].tolist() == signed.bins[1].tolist()
    assert signed.filled[0] == signed.filled[1]


@given(HASHES, HASHES)
def test_a_signature_does_not_depend_on_the_other_rows(values, others):
    together = signatures(ragged(others, values, others))

    assert together.bins[1].tolist() == signatures(ragged(values)).bins[0].tolist()


def test_an_empty_set_has_a_signature_of_ones():
    signed = signatures(ragged([], [1]))

    assert set(signed.bins[0].tolist()) == {255}
    assert signed.filled.tolist() == [0, 1]


def test_one_element_fills_every_bin():
    assert len(set(signatures(ragged([12345])).bins[0].tolist())) == 1


def test_bins_filled_by_elements_are_counted():
    assert signatures(ragged([0, 1, 1 + BINS, 2])).filled.tolist() == [3]


def test_rows_agree_in_a_band_exactly_where_all_its_bins_do():
    one = np.arange(BINS, dtype=np.uint8)
    other = one.copy()
    other[5] += 1

    equal = np.equal(*Signatures(np.stack([one, other]), np.full(2, BINS, np.uint8)).bands)

    assert equal.tolist() == [band != 5 // ROWS for band in range(BANDS)]


@pytest.mark.parametrize("size", [3, 8, 20, 64, 300])
def test_pairs_as_similar_as_asked_are_not_ruled_out(size):
    signed, similarity = pairs_of(size, 0.8, pairs=2000)

    kept = signed.may_reach(similarity, *np.arange(4000).reshape(-1, 2).T)

    assert kept.mean() >= 0.999


@pytest.mark.parametrize("size", [64, 300])
def test_strangers_are_ruled_out(size):
    signed, _ = pairs_of(size, 0.25, pairs=2000)

    assert signed.may_reach(0.75, *np.arange(4000).reshape(-1, 2).T).mean() <= 0.01


def test_signatures_are_the_same_in_another_process():
    code = (
        "import numpy as np; from dsready.similarity.minhash import signatures; "
        "from dsready.text.ragged import Ragged; "
        "print(signatures(Ragged(np.arange(1, 9, dtype=np.uint64) ** 21, np.array([0, 8]))).bins[0].tolist())"
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

    assert elsewhere == {str(signatures(ragged(np.arange(1, 9, dtype=np.uint64) ** 21)).bins[0].tolist())}


def path() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(filter(None, sys.path))}
