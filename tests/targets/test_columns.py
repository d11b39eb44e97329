"""The types at every path are the same however the rows are cut."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsready.targets import columns
from dsready.targets.columns import Column

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["a", "4", "{}", "2024-01-31", "", "-"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)
ROWS = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), VALUES, max_size=4), max_size=12)


def seen(root):
    return {path: column.seen for path, column in root.walk()}


def of(rows, first=0):
    root = Column()
    for key, row in enumerate(rows, first):
        root.add(row, key)
    return root


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "bool"),
        (7, "int"),
        (2**63, "big"),
        (float(2**70), "big"),
        (0.5, "float"),
        (float("inf"), "float"),
        ("seven", "string"),
        ("", "string"),
        ("42", "json"),
        ("true", "json"),
        ('{"a": 1}', "json"),
        ("{a}", "string"),
        ("2024-01-31", "date"),
        ("2024-01-31T10:00:00+02:00", "date"),
        ("2024-01-31 10:00", "date"),
        ("2024-01-31T10:00:00.5", "string"),
        ("2024-13-31", "string"),
        ("20240131", "json"),
        ([], "list"),
        ({}, "object"),
    ],
)
def test_types(value, kind):
    assert of([{"a": value}]).keys["a"].seen == {kind: (1, 0)}


def test_paths_are_those_of_the_loader():
    root = of([{"messages": [{"content": "a"}, {"content": None}]}])

    assert [path for path, _ in root.walk()] == ["", "/messages", "/messages/[]", "/messages/[]/content"]
    assert root.keys["messages"].items.keys["content"].seen == {"string": (1, 0), "null": (1, 0)}


@given(ROWS, st.data())
def test_any_cut_merged_in_any_order_gives_the_same(rows, data):
    cut = data.draw(st.integers(0, len(rows)))
    left, right = of(rows[:cut]), of(rows[cut:], cut)
    before = pickle.dumps(left)
    right.merge(left)

    assert seen(right) == seen(of(rows))
    assert pickle.dumps(left) == before
    assert seen(pickle.loads(pickle.dumps(right))) == seen(right)  # noqa: S301  (what was just pickled)


@given(ROWS, st.data())
def test_so_it_does_where_keys_are_left_out(rows, data):
    cut = data.draw(st.integers(0, len(rows)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "MOST_KEYS", (3,))
        left, right = of(rows[:cut]), of(rows[cut:], cut)
        left.merge(right)

        assert seen(left) == seen(of(rows))
        assert all(len(column.keys) <= 3 for _, column in left.walk())


def test_depth_ends_somewhere():
    value = "deep"
    for _ in range(900):
        value = [value]

    assert len(list(of([{"a": value}]).walk())) < 30
