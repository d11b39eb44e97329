"""Shingles are the word triples of a text, and boilerplate is what many texts share."""

from __future__ import annotations

from collections import Counter

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsready import testing
from dsready.dataset.batch import Batch
from dsready.dataset.record import parse
from dsready.dataset.settings import Settings
from dsready.text.ragged import Ragged
from dsready.text.shingles import Members, common, distinct, sequence_hash, shingles, sides

SENTENCES = st.lists(st.sampled_from("abcd"), max_size=8).map(" ".join)
ROWS = st.lists(st.tuples(SENTENCES, SENTENCES), max_size=6)
HASHES = st.lists(st.integers(0, 2**44 - 1) | st.integers(0, 40), max_size=60)


def batch(*rows: tuple[str, str]) -> Batch:
    lines = [orjson.dumps({"prompt": prompt, "completion": answer}) for prompt, answer in rows]
    return Batch([parse(number, line) for number, line in enumerate(lines)], Settings())


def triples(text: str) -> list[tuple[str, ...]]:
    words = text.split()
    return [tuple(words[place : place + 3]) for place in range(max(len(words) - 2, min(len(words), 1)))]


def text_of(row: tuple[str, str], view: str) -> str:
    return {"prompt": row[0], "answer": row[1], "example": " ".join(row)}[view]


def split(ragged: Ragged) -> list[list[int]]:
    return [part.tolist() for part in np.split(ragged.values, ragged.starts[1:-1])][: len(ragged.starts) - 1]


@pytest.mark.parametrize("view", ["example", "prompt", "answer"])
@given(rows=ROWS)
def test_shingles_are_the_word_triples_in_order(view, rows):
    found = split(shingles(batch(*rows), view))

    expected = [triples(text_of(row, view)) for row in rows]
    assert [len(part) for part in found] == [len(part) for part in expected]
    pairs = {
        (one, other)
        for left, right in zip(found, expected, strict=True)
        for one, other in zip(left, right, strict=True)
    }
    assert len(pairs) == len({hashed for hashed, _ in pairs}) == len({triple for _, triple in pairs})


@given(ROWS, ROWS)
def test_the_shingles_of_a_row_do_not_depend_on_its_batch(rows, others):
    together = split(shingles(batch(*others, *rows), "example"))[len(others) :]

    assert together == split(shingles(batch(*rows), "example"))


@pytest.mark.parametrize("view", ["prompt", "answer"])
@given(rows=ROWS)
def test_sequences_are_equal_exactly_where_the_words_are(view, rows):
    found = sequence_hash(batch(*rows), view).tolist()

    pairs = set(zip(found, [" ".join(text_of(row, view).split()) for row in rows], strict=True))
    assert len(pairs) == len(set(found)) == len({text for _, text in pairs})


def test_the_order_of_words_counts_in_a_sequence():
    one, other = sequence_hash(batch(("a b", ""), ("b a", "")), "prompt").tolist()

    assert one != other


def test_a_short_text_is_one_shingle():
    found = split(shingles(batch(("a", ""), ("a b", ""), ("b a", ""), ("a b c", ""), ("", "")), "prompt"))

    assert [len(part) for part in found] == [1, 1, 1, 1, 0]
    assert len({part[0] for part in found[:4]}) == 4


def shared(rows: int, having: int) -> bool:
    """Say whether a phrase that stands in some of the rows is boilerplate."""
    texts = [("the same old phrase " if row < having else "") + f"r{row} s{row} t{row} u{row}" for row in range(rows)]
    sample = batch(*((text, "") for text in texts))
    phrase = shingles(batch(("the same old", "")), "prompt").values[0]
    return bool(np.isin(phrase, common([sample])))


@pytest.mark.parametrize(
    ("rows", "having", "boilerplate"),
    [
        (1000, 50, True),  # 5 %
        (1000, 49, False),
        (100, 20, True),  # 20 records
        (100, 19, False),
        (12, 6, True),  # half of a tiny sample
        (12, 5, False),
        (4, 4, False),  # never of fewer than five
        (5, 5, True),
    ],
)
def test_boilerplate_is_what_one_record_in_twenty_has(rows, having, boilerplate):
    assert shared(rows, having) == boilerplate


def test_boilerplate_does_not_depend_on_the_batches():
    rows = [(f"please do this now r{row} s{row}", "") for row in range(60)]

    whole = common([batch(*rows)])
    parts = common([batch(*rows[:7]), batch(*rows[7:])])

    assert len(whole) == 2
    assert whole.tolist() == parts.tolist()


def test_a_phrase_repeated_within_one_record_counts_once():
    rows = [("on and on " * 50, "")] + [(f"r{row} s{row} t{row}", "") for row in range(60)]

    assert not len(common([batch(*rows)]))


def test_copies_make_no_boilerplate_and_change_none():
    rows = [(f"please do this now r{row} s{row} t{row}", "") for row in range(60)]
    copies = [("Please, do this now: R1 s1 t1.", "")] * 500 + [("all of this was copied", "")] * 40

    assert common([batch(*rows, *copies)]).tolist() == common([batch(*rows, copies[-1])]).tolist()
    assert len(common([batch(*rows)])) == 2
    asked = [*rows, *((rows[0][0], f"answer {row} of many") for row in range(30))]
    assert len(common([batch(*asked)])) > 2  # the same question with other answers is no copy
    assert len(common([batch(*asked)], "prompt")) == 2  # but its prompt is


def test_nothing_has_no_boilerplate():
    assert not len(common([]))
    assert not len(common([batch()]))


@given(HASHES, HASHES)
def test_members_finds_what_is_in_the_set(held, asked):
    members = Members(np.array(held, np.uint64))

    hits, places = members.find(np.array(asked, np.uint64))

    assert hits.tolist() == [place for place, value in enumerate(asked) if value in set(held)]
    assert members.values[places].tolist() == [asked[hit] for hit in hits.tolist()]


@given(HASHES, st.lists(HASHES, max_size=4))
def test_members_leaves_its_set_out_of_rows(held, rows):
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    ragged = Ragged(np.array([value for row in rows for value in row], np.uint64), starts)

    left = Members(np.array(held, np.uint64)).without(ragged)

    assert split(left) == [[value for value in row if value not in set(held)] for row in rows]


@given(st.lists(HASHES, max_size=4))
def test_a_row_as_a_set_has_each_value_once(rows):
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    ragged = Ragged(np.array([value for row in rows for value in row], np.uint64), starts)

    assert split(distinct(ragged)) == [sorted(Counter(row)) for row in rows]


def test_the_sides_of_a_pair_have_hashes_of_their_own():
    part = testing.batch(
        {"prompt": "ask", "chosen": "One thing, said.", "rejected": "one  THING said"},
        {"prompt": "ask", "chosen": "said one thing", "rejected": ""},
        {"prompt": "one thing said", "completion": "one thing said"},
    )
    chosen, rejected = sides(part)

    assert chosen[0] == rejected[0] == chosen[2] == sequence_hash(part, "prompt")[2]
    assert chosen[1] != chosen[0]
    assert rejected[1] == rejected[2] != rejected[0]
