"""The values of a file that is not one record a line are found where a JSON parser finds them."""

from __future__ import annotations

import io
import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dsready.dataset import framing
from dsready.dataset.framing import is_lines, values

TEXTS = st.text(st.sampled_from('ab"\\[]{},: \n\u20ac\U0001f600'), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(TEXTS, JSON, max_size=3), min_size=1, max_size=5)
INDENTS = st.sampled_from([None, 0, 2])


def pieces(text: bytes, skip: int = 0) -> list[bytes]:
    spans = values(io.BytesIO(text), skip)
    return [text[start:end] for start, end in zip(spans.starts.tolist(), spans.ends.tolist(), strict=True)]


def positions(text: bytes) -> list[tuple[int, int]]:
    spans = values(io.BytesIO(text))
    return list(zip(spans.lines.tolist(), spans.columns.tolist(), strict=True))


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1 << 20])
@given(found=st.lists(JSON, max_size=5), indent=INDENTS, ascii_only=st.booleans())
@example(found=["\\", '\\"', ["]"], {"}": "{"}], indent=None, ascii_only=True)
def test_the_values_of_an_array_are_those_of_the_parser(block, found, indent, ascii_only):
    text = json.dumps(found, indent=indent, ensure_ascii=ascii_only).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(framing, "BLOCK", block)

        assert [json.loads(piece) for piece in pieces(text)] == found


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1 << 20])
@given(found=OBJECTS, indent=INDENTS, between=st.sampled_from(["", "\n", "\n\n", " ", ",\n"]))
def test_objects_that_follow_each_other_are_those_of_the_parser(block, found, indent, between):
    text = between.join(json.dumps(value, indent=indent) for value in found).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(framing, "BLOCK", block)

        assert [json.loads(piece) for piece in pieces(text)] == found


@given(found=OBJECTS)
def test_line_and_column_are_those_of_the_first_byte(found):
    text = json.dumps(found, indent=1).encode()
    starts = values(io.BytesIO(text)).starts.tolist()

    assert positions(text) == [
        (text.count(b"\n", 0, start) + 1, len(text[text.rfind(b"\n", 0, start) + 1 : start].decode()) + 1)
        for start in starts
    ]


@pytest.mark.parametrize("block", [1, 2, 3, 7])
@given(
    text=st.text(st.sampled_from('ab"\\[]{},: \n\u20ac\U0001f600'), max_size=40),
    opening=st.sampled_from(["", "[", "\n ["]),
)
def test_the_borders_of_blocks_do_not_show(block, text, opening):
    content = (opening + text).encode()
    whole = values(io.BytesIO(content))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(framing, "BLOCK", block)
        cut = values(io.BytesIO(content))

    assert [column.tolist() for column in cut] == [column.tolist() for column in whole]


@given(text=st.text(st.sampled_from('ab"\\[]{},: \n\u20ac'), max_size=40), opening=st.sampled_from(["", "["]))
def test_nothing_but_white_space_commas_and_the_brackets_of_the_array_is_left_out(text, opening):
    content = (opening + text).encode()
    spans = values(io.BytesIO(content))
    left = bytearray(content)
    for start, end in zip(spans.starts.tolist(), spans.ends.tolist(), strict=True):
        assert content[start:end] == content[start:end].strip(b" \n").lstrip(b",")
        left[start:end] = b" " * (end - start)

    assert left.strip(b" \n,[]" if content.lstrip().startswith(b"[") else b" \n,") == b""


def test_columns_are_in_characters_over_the_borders_of_blocks(monkeypatch):
    monkeypatch.setattr(framing, "BLOCK", 5)

    assert positions('\n ["\U0001f600é", 1,\n"é", 2]'.encode()) == [(2, 3), (2, 9), (3, 1), (3, 6)]


def test_what_stands_before_is_skipped_but_its_lines_count():
    text = b'\n\n  [{"a":1},\n{"b":2}]'

    assert pieces(text) == [b'{"a":1}', b'{"b":2}']
    assert positions(text) == [(3, 4), (4, 1)]


def test_a_byte_order_mark_is_skipped_and_no_part_of_the_line():
    text = b"\xef\xbb\xbf[1, 2]"

    assert pieces(text, 3) == [b"1", b"2"]
    assert values(io.BytesIO(text), 3).columns.tolist() == [2, 5]


def test_scalars_of_an_array_are_values_too():
    assert pieces(b'[1, "a,b", null, [2, 3], {"c": 4}]') == [b"1", b'"a,b"', b"null", b"[2, 3]", b'{"c": 4}']


@pytest.mark.parametrize("text", [b"[]", b"[ ]", b"[\n]\n", b"", b"  \n"])
def test_nothing_holds_no_values(text):
    assert pieces(text) == []


def test_an_array_that_was_cut_keeps_its_whole_values_and_shows_the_rest():
    assert pieces(b'[{"a": 1}, {"b": 2}, {"c"') == [b'{"a": 1}', b'{"b": 2}', b'{"c"']


def test_what_follows_the_array_is_not_lost():
    assert pieces(b'[{"a": 1}] {"b": 2}') == [b'{"a": 1}', b'{"b": 2}']


def test_what_stands_between_objects_is_not_lost():
    assert pieces(b'{\n"a": 1} oops\n{"b": 2}') == [b'{\n"a": 1}', b'oops\n{"b": 2}']


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b'{\n"a": 1}}\n{\n"b": 2}', [b'{\n"a": 1}', b"}", b'{\n"b": 2}']),
        (b'{\n"a": 1}\n]]\n{\n"b": [2]}', [b'{\n"a": 1}', b"]", b"]", b'{\n"b": [2]}']),
        (b'[{"a": 1}}, {"b": [2, 3]}, 4]', [b'{"a": 1}}', b'{"b": [2, 3]}', b"4"]),
        (b'[{"a": 1}], {"b": 2, "c": 3}]', [b'{"a": 1}', b'{"b": 2, "c": 3}']),
    ],
    ids=["a brace", "brackets", "a brace in an array", "a bracket in an array"],
)
@pytest.mark.parametrize("block", [1, 4, 1 << 20])
def test_a_closing_bracket_too_many_does_not_swallow_what_follows(text, found, block, monkeypatch):
    monkeypatch.setattr(framing, "BLOCK", block)

    assert pieces(text) == found


def test_memory_is_a_few_numbers_a_value():
    text = b"[" + b",".join([b"1"] * 500_000) + b"]"
    tracemalloc.start()
    spans = values(io.BytesIO(text))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert np.array_equal(spans.starts, 1 + 2 * np.arange(500_000))
    assert peak < 500_000 * 200


def test_no_value_is_read_whole():
    text = io.BytesIO(b'["' + b"x" * (40 << 20) + b'"]')
    tracemalloc.start()
    spans = values(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (spans.starts.tolist(), spans.ends.tolist()) == ([1], [(40 << 20) + 3])
    assert peak < 40 << 20


ONE_A_LINE = {
    "objects": b'{"a": 1}\n{"b": 2}\n',
    "one object": b'{"a": 1}',
    "nothing": b"",
    "blank lines": b"\n\n",
    "text": b"hello\n",
    "a broken first line": b'{"a": 1\n{"b": 2}\n{"c": 3}\n',
    "a first line with a comma": b'{"a": 1},\n{"b": 2},\n',
    "a first line in single quotes": b"{'a': 1}\n{\"b\": 2}\n",
    "arrays, one a line": b"[1, 2]\n[3, 4]\n",
    "a first line that was cut in a string": b'{"a": "x\n{"b": 2}\n',
    "two objects on the first line": b'{"a": 1} {"b": 2}\n{"c": 3}\n',
    "a brace lost": b'"a": 1}\n{"b": 2}\n',
}
NOT_ONE_A_LINE = {
    "an array": b'[{"a": 1},\n{"b": 2}]',
    "an array on one line": b'[{"a": 1}, {"b": 2}]\n',
    "an empty array": b"[]\n",
    "an array that was cut": b'[\n{"a": 1},\n{"b"',
    "a printed object": b'{\n  "a": 1\n}\n',
    "printed objects": b'{\n  "a": 1\n}\n{\n  "b": 2\n}\n',
    "printed objects after blank lines": b'\n\n {\n  "a": "}"\n}\n{"b": 2}\n',
}


@pytest.mark.parametrize("head", ONE_A_LINE.values(), ids=ONE_A_LINE)
def test_one_record_a_line(head):
    assert is_lines(head, whole=True)


@pytest.mark.parametrize("head", NOT_ONE_A_LINE.values(), ids=NOT_ONE_A_LINE)
def test_not_one_record_a_line(head):
    assert not is_lines(head, whole=True)


def test_a_first_line_of_a_megabyte_is_a_record_if_it_begins_as_one():
    assert is_lines(b'{"a": "xxxx', whole=False)
    assert not is_lines(b'[{"a": "xxxx', whole=False)
