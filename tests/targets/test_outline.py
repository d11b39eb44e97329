"""An outline keeps the form of a record, and nothing of what it says."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsready.targets.outline import outline

SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=5)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)


def chat(user, assistant, **more):
    return {"messages": [{"role": "user", "content": user}, {"role": "assistant", "content": assistant, **more}]}


def test_records_of_one_form_have_one_outline():
    assert outline(chat("What is it?", "A fox.")) == outline(chat("And this?", "Another fox."))


@pytest.mark.parametrize(
    "other",
    [
        chat("What?", ""),
        chat("What?", " \n"),
        chat("What?", None),
        chat("What?", 5),
        chat("What?", ["A fox."]),
        chat("What?", "A fox.", weight=1),
        {**chat("What?", "A fox."), "id": 1},
        {"messages": list(reversed(chat("What?", "A fox.")["messages"]))},
    ],
)
def test_what_a_rule_may_ask_for_makes_another_outline(other):
    assert outline(other) != outline(chat("What?", "A fox."))


def test_weights_and_labels_keep_their_value_and_other_numbers_their_type():
    assert outline({"weight": 0.5, "label": True, "id": 17, "share": 0.25}) == {
        "weight": 0.5,
        "label": True,
        "id": 0,
        "share": 0.0,
    }


def test_what_a_tool_is_called_with_is_no_part_of_the_form():
    calls = [{"function": {"name": "f", "arguments": arguments}} for arguments in ({"a": 1}, {"b": {"c": "d"}}, {})]

    assert outline(calls[0]) == outline(calls[1]) != outline(calls[2])
    assert outline({"toolUse": {"input": {"city": "Oslo"}}}) == outline({"toolUse": {"input": {"x": 1, "y": 2}}})
    assert outline({"parameters": [1]}) == {"parameters": ["x"]}


def test_roles_are_words_of_the_format_unless_they_are_texts():
    assert outline({"role": "gpt"}) == {"role": "gpt"}
    assert outline({"role": "no role " * 20}) == {"role": "x"}


def test_depth_ends_somewhere():
    value = "deep"
    for _ in range(900):
        value = {"a": [value]}

    assert orjson.dumps(outline(value)).count(b"[") < 10


@given(JSON)
def test_nothing_that_the_data_says_is_left(value):
    written = outline({"secret": value, "said": "My password is hunter2."})

    assert "hunter2" not in str(written)
    assert outline(written) == written
