"""What the loader of `datasets` makes of files: every case was tried with the versions that the profile names."""

from __future__ import annotations

import numpy as np
import pytest

from dsready.targets.columns import Column
from dsready.targets.hf_datasets import BEFORE_4, CURRENT
from dsready.targets.tally import File, Mark, Tally


def chat(content, **more):
    return {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": content, **more}]}


def calls(*arguments):
    return [{"messages": [{"role": "assistant", "calls": [{"arguments": one}]}]} for one in arguments]


def broken(target, *rows):
    """Return what the table of these rows breaks: by the rule's id, what is said."""
    root = Column()
    for key, row in enumerate(rows):
        root.add(row, key)
    found = {rule.id: rule.table(root) for rule in target.rules if rule.table}
    return {id_: problem.says for id_, problem in found.items() if problem}


def worst(target, *rows):
    consequences = {rule.id: rule.consequence for rule in target.rules}
    return sorted(id_ for id_ in broken(target, *rows) if consequences[id_] in ("CRASH", "CORRUPT"))


@pytest.mark.parametrize(
    ("rows", "now", "before"),
    [
        ([chat("a"), chat("b")], [], []),
        ([chat("a"), chat(None)], [], []),
        ([chat("a"), chat(5)], [], ["HFD-01"]),
        ([chat("a"), chat(5), chat("7")], ["HFD-06"], ["HFD-01"]),
        ([chat("a"), chat([{"type": "text", "text": "b"}])], [], ["HFD-02"]),
        ([chat("a"), chat([{"type": "text", "text": "b"}]), chat("true")], ["HFD-06"], ["HFD-02"]),
        (calls({"a": 1}, {"b": 1}), [], ["HFD-04"]),
        (calls({"a": 1}, {"a": "x"}), [], ["HFD-05"]),
        (calls({"a": 1}, "{}"), ["HFD-06"], ["HFD-05"]),
        (calls({"a": 1}, "no JSON"), [], ["HFD-05"]),
        ([{"id": 1}, {"id": "x"}], [], ["HFD-01"]),
        ([{"label": True}, {"label": "true"}], ["HFD-06"], ["HFD-01"]),
        ([{"label": "5"}, {"label": "true"}], [], []),
        ([{"when": "2024-01-31"}, {"when": None}], ["HFD-11"], ["HFD-11"]),
        ([{"when": "2024-01-31"}, {"when": "today"}], [], []),
        ([{"n": 1}, {"n": 2**70}], ["HFD-13"], ["HFD-13"]),
        ([{"n": 1}, {"n": 0.5}], [], []),
        ([{"a": 1}, {"b": {"c": 1}}, {"b": {"d": 1}}], [], []),
    ],
)
def test_tables(rows, now, before):
    assert worst(CURRENT, *rows) == now
    assert worst(BEFORE_4, *rows) == before


def test_what_stopped_old_versions_is_a_warning_now():
    assert broken(CURRENT, chat("a"), chat(5)) == {
        "HFD-01": "column /messages/[]/content changes from string to number"
    }


def test_under_objects_with_different_keys_strings_stay_what_they_are():
    """The objects become JSON as a whole, and what is in them is written as it is."""
    rows = [chat("a", call={"arguments": {"x": 1}}), chat("a", call={"arguments": "{}"})]

    assert worst(CURRENT, *rows) == []


def test_objects_with_different_keys_were_filled_up():
    assert "HFD-07" in broken(BEFORE_4, chat("a", weight=1), chat("b"))
    assert "HFD-07" not in broken(BEFORE_4, chat("a"), chat("b"))


def test_an_input_of_a_row_is_no_argument():
    rows = [{"input": chat("a", weight=1)}, {"input": chat("b")}]

    assert worst(BEFORE_4, *rows) == []
    assert "HFD-07" in broken(BEFORE_4, *rows)
    assert worst(BEFORE_4, *({"input": row} for row in calls({"a": 1}, {"b": 1}))) == ["HFD-04"]


def test_the_first_of_several_columns_is_told_and_the_others_are_counted():
    said = broken(CURRENT, {"a": 1, "b": 1}, {"a": "x", "b": 2}, {"a": "y", "b": "z"})["HFD-01"]

    assert said == "column /a changes from number to string; the same goes for 1 more column"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b'{"a": 1, "a": 2}', "HFD-14"),
        (b'{"a": "\\ud800"}', "HFD-15"),
        (b"[1]", "HFD-16"),
        (b"{", "HFD-17"),
        (b'{"a": "\xff"}', "HFD-19"),
    ],
)
def test_lines_that_stop_it(line, rule):
    assert [breach.rule.id for breach in CURRENT.of_line(line)] == [rule]


@pytest.mark.parametrize("line", [b'{"a": 1}{"a": 2}', b"", b'{"a": "\\u0000"}'])
def test_lines_that_it_takes(line):
    assert CURRENT.of_line(line) == ()


def test_a_file_without_rows_or_without_text_stops_it():
    file = File("train.jsonl", 0, frozenset({"encoding"}))
    problems = {rule.id: rule.whole(Tally(CURRENT, {}, [file])) for rule in CURRENT.rules if rule.whole}

    assert {id_ for id_, problem in problems.items() if problem} == {"HFD-20", "HFD-21"}


def test_a_byte_order_mark_and_an_array_are_fine():
    file = File("train.json", 9, frozenset({"byte-order-mark", "not-jsonl", "cr-line-ends"}))
    tally = Tally(CURRENT, {Mark("object"): np.array([0])}, [file])

    assert [rule.id for rule in CURRENT.rules if rule.whole and rule.whole(tally)] == []
