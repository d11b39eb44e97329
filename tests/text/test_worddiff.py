from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsready.text.worddiff import Piece, folded, word_diff

WORDS = ["a", "b", "cat", " ", "  ", "\n", ". ", "中", "文", "é", "x" * 50, "\u202e"]
TEXTS = st.one_of(st.lists(st.sampled_from(WORDS), max_size=14).map("".join), st.text(max_size=30))


def side(pieces, kind):
    return "".join(piece.text for piece in pieces if piece.kind in ("same", kind))


def common(left, right):
    """Return the length of the longest common subsequence, by trying everything."""

    @cache
    def longest(i, j):
        if i == len(left) or j == len(right):
            return 0
        if left[i] == right[j]:
            return 1 + longest(i + 1, j + 1)
        return max(longest(i + 1, j), longest(i, j + 1))

    return longest(0, 0)


@given(TEXTS, TEXTS)
def test_applied_to_the_old_text_a_difference_gives_the_new_one(old, new):
    pieces = word_diff(old, new)

    assert side(pieces, "old") == old
    assert side(pieces, "new") == new
    assert all(piece.text for piece in pieces)
    kinds = [piece.kind for piece in pieces]
    allowed = {("same", "old"), ("same", "new"), ("old", "new"), ("old", "same"), ("new", "same")}
    assert {*pairwise(kinds)} <= allowed


@given(st.lists(st.sampled_from("abcdefgh"), max_size=9), st.lists(st.sampled_from("abcdefgh"), max_size=9))
def test_no_more_is_the_same_than_can_be_and_something_is_if_it_can(old, new):
    same = "".join(piece.text for piece in word_diff(" ".join(old), " ".join(new)) if piece.kind == "same").split()

    assert len(same) <= common(tuple(old), tuple(new))
    assert bool(same) == bool({*old} & {*new})


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text):
    assert word_diff(text, text) == ([Piece("same", text)] if text else [])


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("the red fox", "the blue fox", ["=the ", "-red", "+blue", "= fox"]),
        ("one two", "one two three", ["=one two", "+ three"]),
        ("one  two", "one two", ["=one", "-  ", "+ ", "=two"]),
        ("我喜欢红茶。", "我喜欢绿茶。", ["=我喜欢", "-红", "+绿", "=茶。"]),
        ("see a.b/c", "see a.b/d", ["=see ", "-a.b/c", "+a.b/d"]),
        ("", "new", ["+new"]),
        ("a b c d", "c d a b", ["-a b ", "=c d", "+ a b"]),
    ],
)
def test_words_are_told_apart_as_readers_do(old, new, pieces):
    signs = {"same": "=", "old": "-", "new": "+"}

    found = [signs[kind] + text for kind, text in word_diff(old, new)]

    if old == "a b c d":
        assert side(word_diff(old, new), "new") == new  # either half may be what moved
        assert len(found) == 3
    else:
        assert found == pieces


def test_one_change_in_a_long_text_of_few_words_is_found():
    text = "yes no maybe " * 5000
    changed = text[: 13 * 2000] + "CHANGED " + text[13 * 2000 :]

    assert [piece for piece in word_diff(text, changed) if piece.kind != "same"] == [Piece("new", " CHANGED")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * 20_000, "b a " * 20_000),
        (" " * 300_000, "a"),
        ("中" * 20_000 + "文", "文" + "中" * 20_000),
        (" ".join(map(str, range(50_000))), " ".join(map(str, range(0, 50_000, 2)))),
        ("x" * 60_000, "x" * 59_999 + "y"),
        ("a " * 125 + "b " * 125, "a b " * 125),
    ],
    ids=["alternating", "blanks", "chinese", "every-other", "no-word", "cubic"],
)
def test_no_text_takes_for_ever(old, new):
    pieces = word_diff(old, new)

    assert (side(pieces, "old"), side(pieces, "new")) == (old, new)


def test_long_runs_of_the_same_are_folded_to_the_words_beside_the_changes():
    old = " ".join(f"w{number}" for number in range(100))
    pieces = folded(word_diff(f"{old} end", f"{old.replace('w50', 'other')} end more"), context=2)

    assert pieces == [
        Piece("same", "… w48 w49 "),
        Piece("old", "w50"),
        Piece("new", "other"),
        Piece("same", " w51 w52 … w99 end"),
        Piece("new", " more"),
    ]


def test_a_long_change_says_how_much_of_it_is_left_out():
    new = " ".join(f"n{number}" for number in range(1000))

    assert folded(word_diff("old", new), most=3) == [Piece("old", "old"), Piece("new", "n0 n1 … (997 words) … n999")]


@given(TEXTS, TEXTS)
def test_what_is_folded_has_the_same_changes_if_they_are_short(old, new):
    pieces = word_diff(old, new)
    short = folded(pieces, context=1, most=100)

    assert [piece for piece in short if piece.kind != "same"] == [piece for piece in pieces if piece.kind != "same"]
    assert [piece.kind for piece in short] == [piece.kind for piece in pieces]
