"""datasketch is the reference: its LSH finds no more than ours, and its sketches are ours."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH

from dsready.similarity.minhash import signatures
from dsready.text.ragged import Ragged
from dsready.text.words import mix

THRESHOLD = 0.75
TEXTS = {
    "plain": "The quick brown fox jumps over the lazy dog",
    "two words": "Hello, World!",
    "one word": "Hello",
    "repeated": "on and on and on and on and on",
    "Chinese": "敏捷的棕色狐狸跳过懒狗",
    "folded": "STRASSE Straße ﬁne",
    "nothing": "",
    "signs": "?!",
}


def collection(choose: random.Random, families: int = 150) -> list[set[int]]:
    """Return sets of several sizes in families whose members share from a half to nearly all."""
    fresh = itertools.count()
    sets = []
    for _ in range(families):
        base = [next(fresh) for _ in range(choose.choice([10, 20, 40, 80, 200]))]
        for _ in range(choose.randint(2, 5)):
            kept = [value for value in base if choose.random() > choose.choice([0.02, 0.1, 0.2])]
            sets.append({*kept, *(next(fresh) for _ in range(choose.randint(0, len(base) // 10)))})
    return sets


def truly_near(sets: list[set[int]]) -> set[tuple[int, int]]:
    return {
        (left, right)
        for (left, one), (right, other) in itertools.combinations(enumerate(sets), 2)
        if len(one & other) >= THRESHOLD * len(one | other)
    }


def ours(sets: list[set[int]]) -> set[tuple[int, int]]:
    values = [mix(np.array(sorted(one), np.uint64)) >> np.uint64(20) for one in sets]
    starts = np.concatenate([[0], np.cumsum([len(one) for one in values])]).astype(np.int64)
    signed = signatures(Ragged(np.concatenate(values), starts))
    banded = signed.bands
    pairs = set()
    for band in range(banded.shape[1]):
        buckets: dict[int, list[int]] = {}
        for row, value in enumerate(banded[:, band].tolist()):
            buckets.setdefault(value, []).append(row)
        pairs |= {pair for bucket in buckets.values() for pair in itertools.combinations(bucket, 2)}
    left, right = np.array(sorted(pairs)).T
    return set(itertools.compress(sorted(pairs), signed.may_reach(THRESHOLD, left, right)))


def theirs(sets: list[set[int]]) -> set[tuple[int, int]]:
    index = MinHashLSH(threshold=THRESHOLD, num_perm=128)
    sketches = [sketch([b"%d" % value for value in sorted(one)]) for one in sets]
    pairs = set()
    for row, one in enumerate(sketches):
        pairs |= {(other, row) for other in index.query(one)}
        index.insert(row, one)
    return pairs


def sketch(elements: list[bytes], num_perm: int = 128, seed: int = 1) -> MinHash:
    minhash = MinHash(num_perm=num_perm, seed=seed, scheme="affine32")
    for element in elements:
        minhash.update(element)
    return minhash


@pytest.mark.parametrize("seed", [0, 1])
def test_our_candidates_miss_no_more_than_theirs(seed):
    sets = collection(random.Random(seed))  # noqa: S311

    near = truly_near(sets)
    found, reference = (len(near & pairs(sets)) / len(near) for pairs in (ours, theirs))

    assert len(near) > 150
    assert found >= reference - 0.01
    assert found >= 0.99


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize(("num_perm", "seed"), [(128, 1), (64, 7)])
def test_a_sketch_is_the_one_datasketch_makes_of_the_shingles(text, num_perm, seed):
    ours = pytest.importorskip("dsready.similarity.sketch", reason="the module is not written yet")

    made = ours.lean_minhash(text, num_perm, seed)

    expected = LeanMinHash(sketch(ours.shingle_bytes(text), num_perm, seed))
    assert isinstance(made, LeanMinHash)
    assert made == expected
    assert (made.seed, made.hashvalues.tolist()) == (seed, expected.hashvalues.tolist())


def test_the_shingles_of_a_sketch_are_three_folded_words():
    ours = pytest.importorskip("dsready.similarity.sketch", reason="the module is not written yet")

    found = ours.shingle_bytes("Straße, and STRASSE and strasse and on")

    assert sorted(found) == [b"and strasse and", b"strasse and on", b"strasse and strasse"]


def test_the_words_of_a_short_text_are_one_shingle():
    ours = pytest.importorskip("dsready.similarity.sketch", reason="the module is not written yet")

    assert [ours.shingle_bytes(text) for text in ("Hello, World!", "Hi", "")] == [[b"hello world"], [b"hi"], []]


def test_a_sketch_can_be_stored_in_an_index_of_datasketch():
    ours = pytest.importorskip("dsready.similarity.sketch", reason="the module is not written yet")
    index = MinHashLSH(threshold=THRESHOLD, num_perm=128)

    index.insert("fox", ours.lean_minhash(TEXTS["plain"]))

    assert index.query(ours.lean_minhash(TEXTS["plain"].upper())) == ["fox"]
