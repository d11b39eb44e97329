"""Tokens are estimated sensibly, or counted by a tokenizer."""

from __future__ import annotations

import builtins
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsready.dataset.batch import Batch
from dsready.dataset.record import parse
from dsready.dataset.settings import Settings
from dsready.errors import ConfigError
from dsready.text.tokens import _counter, counter, estimate, tokens


def count(text: str) -> int:
    return int(estimate([text])[0])


def batch(tokenizer: str = "estimate") -> Batch:
    turns = (
        b'{"role":"system","content":"one two three"},{"role":"user","content":"one two"},'
        b'{"role":"assistant","content":"one"},{"role":"user","content":"one two"},'
        b'{"role":"assistant","content":"one two"}'
    )
    return Batch([parse(0, b'{"messages":[' + turns + b"]}")], Settings(tokenizer=tokenizer))


@pytest.fixture
def words_as_tokens(tmp_path):
    """Build a tokenizer.json that makes a token of each word."""
    tokenizers = pytest.importorskip("tokenizers", reason="the extra dsready[tokens] is not installed")
    model = tokenizers.models.WordLevel({"[UNK]": 0, "one": 1, "two": 2, "[CLS]": 3}, "[UNK]")
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing("[CLS] $A", special_tokens=[("[CLS]", 3)])
    tokenizer.enable_truncation(2)
    tokenizer.enable_padding(length=9)
    path = tmp_path / "tokenizer.json"
    tokenizer.save(str(path))
    return str(path)


@given(st.text(), st.text())
def test_a_longer_text_never_has_fewer_tokens(left, right):
    assert max(count(left), count(right)) <= count(left + right)


@given(st.text(), st.text())
def test_two_texts_have_the_tokens_of_both_but_for_rounding(left, right):
    assert count(left) + count(right) - 1 <= count(left + right) <= count(left) + count(right)


@given(st.lists(st.text(max_size=20), max_size=6))
def test_the_estimate_does_not_depend_on_the_neighbours(texts):
    assert estimate(texts).tolist() == [count(text) for text in texts]


def test_nothing_has_no_tokens():
    assert count("") == 0
    assert estimate([]).tolist() == []


def test_anything_has_a_token():
    assert {count(char) for char in "a .9中é😀\n"} <= {1, 2}


def test_english_has_about_a_token_for_four_letters():
    text = "The bakery on the corner opens early, and by nine most of the bread has already been sold. " * 10

    assert len(text) / 6 < count(text) < len(text) / 3


def test_characters_of_other_scripts_weigh_more():
    assert count("字" * 100) > count("я" * 100) > count("a" * 100)


def test_an_unassigned_character_is_no_obstacle():
    assert count("\U000e0fff\u0378") >= 1


def test_a_tokenizer_file_is_asked_without_special_tokens_and_cuts(words_as_tokens):
    counts = counter(words_as_tokens)(["one two", "", "one, two! one"])

    assert counts.tolist() == [2, 0, 5]
    assert counts.dtype == np.int64


@pytest.mark.parametrize(("part", "expected"), [("system", 3), ("opening", 2), ("answer", 2)])
def test_each_part_of_a_record_is_counted(part, expected, words_as_tokens):
    assert tokens(batch(words_as_tokens), part).tolist() == [expected]


def test_the_prompt_is_all_before_the_answer(words_as_tokens):
    assert tokens(batch(words_as_tokens), "prompt")[0] >= 5


@pytest.mark.parametrize("part", ["system", "opening", "prompt", "answer"])
def test_every_part_is_estimated_by_default(part):
    assert tokens(batch(), part)[0] > 0


def test_a_tokenizer_that_does_not_exist_is_the_users_mistake():
    with pytest.raises(ConfigError, match=r"no tokenizer is called 'gpt-5-large\.json'"):
        counter("gpt-5-large.json")


def test_a_file_that_is_no_tokenizer_is_the_users_mistake(tmp_path):
    pytest.importorskip("tokenizers", reason="the extra dsready[tokens] is not installed")
    (tmp_path / "tokenizer.json").write_text("{}")

    with pytest.raises(ConfigError, match="is no tokenizer"):
        counter(str(tmp_path / "tokenizer.json"))


def test_an_encoding_that_tiktoken_does_not_know_is_the_users_mistake():
    pytest.importorskip("tiktoken", reason="the extra dsready[tokens] is not installed")

    with pytest.raises(ConfigError, match="tiktoken knows no encoding or model 'o300k'"):
        counter("tiktoken:o300k")


def fake(monkeypatch, encoding):
    """Put a module in place of tiktoken: its tables come from the network."""
    module = SimpleNamespace(
        list_encoding_names=lambda: ["words"], get_encoding=encoding, encoding_for_model=lambda _: {}["unknown"]
    )
    monkeypatch.setitem(sys.modules, "tiktoken", module)


def test_tiktoken_counts_what_its_encoding_says(monkeypatch):
    fake(monkeypatch, lambda _: SimpleNamespace(encode_ordinary=str.split))

    assert _counter.__wrapped__("tiktoken:words", 0)(["one two", ""]).tolist() == [2, 0]


def test_tables_that_cannot_be_fetched_are_explained(monkeypatch):
    def refuse(_):
        raise ConnectionError

    fake(monkeypatch, refuse)

    with pytest.raises(ConfigError, match="tiktoken cannot load 'words': ConnectionError") as caught:
        _counter.__wrapped__("tiktoken:words", 0)

    assert "TIKTOKEN_CACHE_DIR" in caught.value.hint


def test_a_missing_extra_is_named(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "tiktoken":
            raise ModuleNotFoundError(name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(ConfigError, match="needs tiktoken") as caught:
        _counter.__wrapped__("tiktoken:o200k_base", 0)

    assert "dsready[tokens]" in caught.value.hint
