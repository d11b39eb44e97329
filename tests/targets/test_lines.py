"""What a line is to a lenient reader."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsready.targets.lines import read_line

TEXT = '{"text": "a"}'


@pytest.mark.parametrize(
    ("raw", "value", "defects"),
    [
        (TEXT, {"text": "a"}, set()),
        ("", None, {"blank"}),
        (" \t ", None, {"blank"}),
        ("{broken", None, {"broken"}),
        ("// comment", None, {"broken"}),
        (TEXT + ",", None, {"broken"}),
        ('{"text": "a\tb"}', None, {"broken"}),
        (TEXT + TEXT, None, {"glued"}),
        (f"{TEXT} {TEXT}", None, {"glued"}),
        ("[1, 2]", None, {"not-object"}),
        ("5", None, {"not-object"}),
        ("NaN", None, {"not-object"}),
        ('{"text": "\\ud800"}', {"text": "\ud800"}, {"surrogate"}),
        ('{"score": Infinity}', {"score": float("inf")}, {"nan"}),
        ('{"score": 1e999}', {"score": float("inf")}, {"nan"}),
        ('{"a": -Infinity, "text": "\\udc00"}', {"a": float("-inf"), "text": "\udc00"}, {"surrogate", "nan"}),
        ("[" * 100_000, None, {"broken"}),
    ],
)
def test_lines(raw, value, defects):
    assert read_line(raw.encode()) == (value, frozenset(defects))


def test_bytes_that_are_no_utf8():
    assert read_line(b'{"text": "\xff"}') == (None, frozenset({"utf8"}))


@given(st.binary() | st.text().map(lambda text: json.dumps({"text": text}).encode()))
def test_no_bytes_raise_and_what_is_read_is_what_python_reads(raw):
    value, defects = read_line(raw)

    assert (value is None) <= bool(defects)
    if value is not None:
        assert value == json.loads(raw)
