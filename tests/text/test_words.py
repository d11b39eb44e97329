"""Words are what readers take for words, and equal words have equal hashes, alone or among others."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dsready.text.words import hash_words, mix

#: First and last character of scripts written without spaces, as DESIGN lists them.
SPACELESS = (
    "\u0e00\u0eff",
    "\u1000\u109f",
    "\u1780\u17ff",
    "\u3005\u3007",
    "\u3040\u30ff",
    "\u3400\u4dbf",
    "\u4e00\u9fff",
)
ALPHABET = "ab Zé9_-.'\nßİ①\ufb01ｗ中文か\u30ab\u0e01\u0e31\u0301\u00ad😀\U00020000אب한글\u1780"
TEXTS = st.lists(st.text(st.sampled_from(ALPHABET), max_size=12), max_size=6)


def reference(text: str) -> list[str]:
    """Split a text into words, one character at a time."""
    words: list[str] = []
    open_ = False
    for char in unicodedata.normalize("NFKC", text).casefold():
        if unicodedata.category(char)[0] not in "LNM":
            open_ = False
        elif any(block[0] <= char <= block[-1] for block in SPACELESS) or char >= "\U00020000":
            words.append(char)
            open_ = False
        elif open_:
            words[-1] += char
        else:
            words.append(char)
            open_ = True
    return words


def hashes(*texts: str) -> list[list[int]]:
    found = hash_words(texts)
    return [part.tolist() for part in np.split(found.values, found.starts[1:-1])] if texts else []


def words(text: str) -> int:
    return len(hashes(text)[0])


@given(TEXTS)
@example(["ABC def", "中文", ""])
@example(["", "", ""])
def test_words_are_those_of_the_reference(texts):
    found = hash_words(texts).values.tolist()

    plain = [word for text in texts for word in reference(text)]
    assert len(found) == len(plain)
    assert len(set(zip(found, plain, strict=True))) == len(set(found)) == len(set(plain))


@given(TEXTS)
def test_rows_start_where_their_words_do(texts):
    assert np.diff(hash_words(texts).starts).tolist() == [len(reference(text)) for text in texts]


@given(TEXTS, TEXTS)
def test_the_hashes_of_a_text_do_not_depend_on_its_neighbours(texts, neighbours):
    together = hashes(*neighbours, *texts, *neighbours)

    assert together[len(neighbours) : len(neighbours) + len(texts)] == [hashes(text)[0] for text in texts]


@given(st.lists(st.text(st.characters(max_codepoint=127), max_size=40), min_size=1, max_size=4))
def test_both_paths_agree_on_ascii(texts):
    assert hashes(*texts) == hashes(*texts, "é")[:-1]


@given(st.text(max_size=40))
def test_any_text_has_rows_that_end_with_its_words(text):
    found = hash_words([text, text])

    assert found.starts.tolist() == [0, len(found.values) // 2, len(found.values)]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Straße", "STRASSE"),
        ("ﬁne", "FINE"),
        ("ｗｉｄｅ", "wide"),
        ("cafe\u0301", "CAFÉ"),
        ("①", "1"),
        ("a,b", "A - b!"),
        ("don't", "don’t"),
        ("カ", "ｶ"),
    ],
)
def test_what_readers_take_for_the_same_has_the_same_hashes(left, right):
    assert hashes(left) == hashes(right)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" .,!-–😀\n", 0),
        ("one two\tthree\nfour", 4),
        ("snake_case", 2),
        ("3.14", 2),
        ("x1y2", 1),
        ("日本語です", 5),
        ("カタカナ", 4),
        ("ภาษาไทย", 7),
        ("한국어 텍스트", 2),
        ("中文abc中", 4),
        ("مرحبا بالعالم", 2),
        ("हिन्दी भाषा", 2),
    ],
)
def test_a_word_is_a_run_of_letters_or_a_character_of_a_script_without_spaces(text, count):
    assert words(text) == count


@pytest.mark.parametrize("size", [1, 7, 8, 9, 16, 17, 255, 256, 257, 264, 265, 5000])
def test_every_byte_of_a_word_counts(size):
    word = "abcdefg" * 1000
    changed = [word[:size], word[: size - 1] + "Z", "Z" + word[1:size], word[: size + 1]]

    found = [part[0] for part in hashes(*changed)]

    assert len(set(found)) == len({text.lower() for text in changed})


def test_long_words_do_not_depend_on_what_follows():
    word = "x" * 300

    assert hashes(f"{word} y", word)[0][0] == hashes(word)[0][0]


def test_words_that_differ_have_different_hashes():
    texts = [f"{number:x}" for number in range(100_000)]

    assert len(np.unique(hash_words(texts).values)) == len(texts)


def test_no_texts_have_no_words():
    found = hash_words([])

    assert (found.values.tolist(), found.starts.tolist()) == ([], [0])


def test_mixing_is_one_to_one():
    values = np.arange(100_000, dtype=np.uint64)

    assert len(np.unique(mix(values))) == len(values)
    assert values[1] == 1
