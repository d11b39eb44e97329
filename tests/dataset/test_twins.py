"""Keys that stand twice in one object."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsready.dataset.record import parse
from dsready.dataset.twins import with_twins
from dsready.testing import assert_lawful
from dsready_checks.malformed import Malformed

GOOD = b'{"prompt":"What is it?","completion":"A fox."}'


@pytest.fixture
def reported(linted):
    """Lint bytes with one check alone; return rule and line of each finding of its rules."""

    def run(content: bytes):
        report = linted(content, lint={"select": ["malformed"]})
        return [(found.rule, found.location.line) for found in report.findings if found.rule.startswith("FMT")]

    return run


def between(line: bytes) -> bytes:
    return GOOD + b"\n" + line + b"\n" + GOOD + b"\n"


def test_a_key_that_stands_twice_is_reported(reported):
    content = between(b'{"prompt":"a","prompt":"b","completion":"c"}') + b'{"completion":{"x":[{"y":1,"y":1}]}}'

    assert [found[:2] for found in reported(content)] == [("FMT004", 2), ("FMT004", 4)]


def test_a_key_twice_in_two_spellings_is_reported(reported):
    assert [found[0] for found in reported(between(b'{"prompt":"a","prom\\u0070t":"b","completion":"c"}'))] == [
        "FMT004"
    ]


TWINS = b'{"prompt":"a","prompt":"b","completion":"c"}'
ESCAPED = rb'{"prompt":"\u0022","completion":"c"}'


@pytest.mark.parametrize(
    "lines",
    [
        [TWINS, ESCAPED, ESCAPED, ESCAPED, ESCAPED],
        [rb'{"a":1,"a":2,"prompt":"\u0022\u0022","completion":"c"}'],
        [rb'{"a":"\u0022\\\u0022\\u0022","a":{"\u0022":"\\\\u0022"},"prompt":"b","completion":"c"}'],
        [b'{"prompt":"a","completion":"b","x":%s{"a":1,"a":2}%s}' % (b"[" * 900, b"]" * 900)],
    ],
    ids=["in other records", "in the record", "behind backslashes", "deep"],
)
def test_no_other_quotes_hide_a_key_that_stands_twice(lines, reported):
    assert [found[:2] for found in reported(b"\n".join(lines))] == [("FMT004", 1)]


def test_escaped_quotes_and_keys_that_stand_twice_obey_the_law():
    assert_lawful(Malformed(), [TWINS, ESCAPED, ESCAPED, GOOD, ESCAPED, ESCAPED, GOOD, TWINS] * 3)


SPELT = st.sampled_from([r'"a"', r'"\u0061"', r'"b"', r'"\u0022"', r'"\""', r'"\\u0022"', r'"\\\u0022\\"', '""', '"é"'])


def _objects(values):
    pairs = st.lists(st.tuples(SPELT, values), max_size=3)
    return pairs.map(lambda found: f"{{{','.join(f'{key}: {value}' for key, value in found)}}}")


WRITTEN = st.recursive(
    SPELT | st.sampled_from(["1", "null", "1e5"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda found: f"[{','.join(found)}]") | _objects(inner),
    max_leaves=12,
)


def _stand_twice(text: str) -> bool:
    twice = []
    json.loads(text, object_pairs_hook=lambda pairs: twice.append(len(dict(pairs)) < len(pairs)))
    return any(twice)


@given(texts=st.lists(_objects(WRITTEN), max_size=4))
def test_keys_stand_twice_where_a_parser_that_sees_all_pairs_says_so(texts):
    records = [parse(number, text.encode()) for number, text in enumerate(texts)]

    assert [record.key for record in with_twins(records)] == [
        number for number, text in enumerate(texts) if _stand_twice(text)
    ]


def test_quotes_within_strings_are_no_keys(reported):
    content = between(b'{"prompt":"\\"a\\" \\u0022b\\u0022","completion":"\\"prompt\\": \\"prompt\\":"}')

    assert reported(content) == []
