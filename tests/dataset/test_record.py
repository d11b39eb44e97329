"""A line becomes a record, whatever its bytes."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsready.dataset.record import NOT_AN_OBJECT, Status, canonical, parse

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["messages", "prompt", "completion", "text", "instruction", "input", "output", "chosen", "rejected", "role",
    "content",
     "conversations", "from", "value", "tools", "contents", "parts", "label", "system", "input_output", "question",
     "answer"]
)  # fmt: skip
#: Objects that look like records until one looks closer.
ALMOST = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(0, 3)
    | st.sampled_from(["", "a", "user", "assistant", "human", "gpt", "system"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=16,
)


@given(st.binary(max_size=40))
def test_any_bytes_make_a_record(raw):
    record = parse(7, raw)

    assert (record.key, record.raw) == (7, raw)
    assert (record.status is Status.BLANK) == (not raw.strip())
    assert (record.status is Status.USABLE) == (record.example is not None)


@given(st.dictionaries(KEYS, ALMOST, max_size=4))
def test_any_object_makes_a_record_that_is_usable_or_says_what_is_wrong(value):
    record = parse(0, orjson.dumps(value))

    assert record.value == value
    assert record.status in (Status.ALIEN, Status.INVALID, Status.USABLE)
    assert (record.invalid is not None) == (record.status is Status.INVALID)


@pytest.mark.parametrize("raw", [b"", b" ", b"\r", b"\t \r"])
def test_white_space_is_blank(raw):
    assert parse(0, raw).status is Status.BLANK


@pytest.mark.parametrize("raw", [b"[]", b'"a"', b"1", b"null", b"true"])
def test_json_that_is_no_object_is_malformed(raw):
    record = parse(0, raw)

    assert (record.status, record.trouble) == (Status.MALFORMED, NOT_AN_OBJECT)


@pytest.mark.parametrize("raw", [b"{", b'{"a":NaN}', b'{"a":"\\ud83d"}', b"\xff", b"\x00", b'{"a":"\x00"}', b"{'a':1}"])
def test_what_is_not_json_is_malformed_and_says_why(raw):
    record = parse(0, raw)

    assert record.status is Status.MALFORMED
    assert record.trouble


@pytest.mark.parametrize("depth", [300, 1000, 1024, 10_000, 100_000])
@pytest.mark.parametrize("brackets", [b"[]", b"{}"])
def test_depth_stops_nothing(depth, brackets):
    opening = b'{"a":' if brackets == b"{}" else b"["
    record = parse(0, b'{"messages":' + opening * depth + b"1" + brackets[1:] * depth + b"}")

    assert record.status is not Status.USABLE
    assert record.value is None or isinstance(canonical(record.value), bytes)


@pytest.mark.parametrize("digits", [19, 20, 30, 300])
def test_integers_may_be_larger_than_a_machine_word(digits):
    record = parse(0, b'{"prompt":"a","completion":"b","id":' + b"9" * digits + b"}")

    assert record.status is Status.USABLE


def test_integers_of_any_size_stop_nothing():
    assert parse(0, b'{"id":' + b"9" * 10_000 + b"}").status in (Status.MALFORMED, Status.ALIEN)


def test_of_a_key_that_stands_twice_the_last_value_is_read():
    assert parse(0, b'{"a":1,"a":2}').value == {"a": 2}


def test_a_format_that_is_given_is_the_only_one_tried():
    raw = b'{"prompt":"a","completion":"b"}'

    assert parse(0, raw, "prompt-completion").status is Status.USABLE
    assert parse(0, raw, "openai-chat").status is Status.ALIEN


@given(st.dictionaries(st.text(max_size=3), JSON, max_size=4), st.randoms())
def test_the_canonical_form_does_not_depend_on_the_order_of_keys(value, shuffled):
    def reordered(inner):
        if isinstance(inner, dict):
            keys = list(inner)
            shuffled.shuffle(keys)
            return {key: reordered(inner[key]) for key in keys}
        return [reordered(item) for item in inner] if isinstance(inner, list) else inner

    assert canonical(reordered(value)) == canonical(value)


@given(JSON)
def test_the_canonical_form_keeps_the_value(value):
    assert orjson.loads(canonical(value)) == value


def test_deep_values_that_differ_have_different_canonical_forms():
    deep = [orjson.loads(b'{"a":' * 300 + leaf + b"}" * 300) for leaf in (b"1", b"2")]

    assert canonical(deep[0]) != canonical(deep[1])
