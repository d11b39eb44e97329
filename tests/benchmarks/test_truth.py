"""Brute force is right."""

import random

import pytest

from benchmarks import truth

NOTHING = frozenset()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't  STOP, été!", ["don", "t", "stop", "été"]),
        ("Ｆｕｌｌ width 2nd", ["full", "width", "2nd"]),
        ("東京はTokyoです", ["東", "京", "は", "tokyo", "で", "す"]),
        ("スーパー々", ["ス", "ー", "パ", "ー", "々"]),
        ("", []),
    ],
)
def test_words_are_runs_of_letters_and_single_characters_of_scripts_without_spaces(text, words):
    assert truth.words(text) == words


def test_a_short_text_is_one_shingle():
    assert truth.shingles("Hello there") == {("hello", "there")}
    assert truth.shingles("...") == NOTHING


def test_every_similar_pair_is_found_and_no_other():
    rng = random.Random(1)  # noqa: S311  (repeatable on purpose)
    texts = [" ".join(rng.choices("abcd", k=12)) for _ in range(700)]
    sets = [truth.shingles(text) for text in texts]
    expected = {
        (i, j)
        for i in range(len(sets))
        for j in range(i + 1, len(sets))
        if len(sets[i] & sets[j]) >= 0.5 * len(sets[i] | sets[j])
    }
    found = truth.near(texts, NOTHING, 0.5)
    assert {tuple(pair) for pair in found.pairs.tolist()} == expected
    assert found.repeating == {j for _, j in expected}
    assert found.involved == {number for pair in expected for number in pair}
    assert found.left(found.repeating) == 0
    assert found.left(set()) == len(expected)


def test_what_is_common_to_many_records_makes_none_alike():
    template = "please sort the following product into one of our seven categories "
    texts = [f"{template}{name} {name}x {name}y {name}z" for name in "abcdefghijklmnopqrstuvwxyz"]
    sets = [truth.shingles(text) for text in texts]
    common = truth.boilerplate(sets, [100] * len(texts))
    assert ("please", "sort", "the") in common
    assert truth.boilerplate([*sets, *sets[:1] * 30], [100] * 56) == common  # copies count once
    assert truth.near(texts, NOTHING, 0.5).repeating
    assert not truth.near(texts, common, 0.5).repeating


def test_of_texts_with_nothing_left_equal_ones_are_alike():
    texts = ["one two three", "one two three", "one two three four"]
    common = frozenset({("one", "two", "three"), ("two", "three", "four")})
    assert truth.near(texts, common).pairs.tolist() == [[0, 1]]
