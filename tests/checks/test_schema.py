"""Records of another form than the others are reported with counts and first lines."""

from __future__ import annotations

import re

import pytest


@pytest.fixture
def reported(linted):
    """Lint records with this check alone; return its findings."""
    return lambda rows: [
        found for found in linted(rows, lint={"select": ["schema"]}).findings if found.rule.startswith("SCH")
    ]


def plain(count: int, **more) -> list[dict]:
    return [{"prompt": f"question {number}", "completion": f"answer {number}", **more} for number in range(count)]


def test_records_of_one_form_are_silent(reported, clean):
    assert reported(clean(50)) == []
    assert reported(plain(50, id=1, meta={"source": "a", "tags": ["x"]})) == []


def test_the_order_of_keys_is_no_difference(reported):
    rows = plain(40)

    assert reported(rows + [dict(reversed(row.items())) for row in rows]) == []


def test_keys_that_healthy_sets_leave_out_are_silent(reported):
    rows = plain(40)
    rows[3]["id"] = "x"
    rows[4]["system"] = "Be brief."

    assert reported(rows) == []


def test_tool_calls_in_some_records_are_silent(reported, clean):
    rows = clean(40)
    rows[7]["messages"] += [
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function", "function": {"name":
        "f", "arguments": "{}"}}]}, {"role": "tool", "content": "3", "tool_call_id": "1"}, {"role": "assistant",
        "content": "Three."},
    ]  # fmt: skip
    rows[7]["tools"] = [
        {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
    ]

    assert reported(rows) == []


def test_null_is_no_type_of_its_own(reported):
    rows = plain(40, note="x")
    rows[5]["note"] = None

    assert reported(rows) == []


def test_a_record_of_no_shape_says_what_it_has_and_lacks(reported):
    found = reported([*plain(30), {"instruction": "a", "respnse": "b"}])

    (unknown,) = [finding for finding in found if finding.rule == "SCH001"]
    assert unknown.location.line == 31
    assert re.fullmatch(r"keys: instruction, respnse; nearest shape \S+ lacks (output|response)", unknown.message)


def test_keys_of_the_data_are_made_visible(reported):
    (unknown,) = [finding for finding in reported([{"\x1b[31mred\n": 1}]) if finding.rule == "SCH001"]

    assert unknown.message.isprintable()


def test_several_shapes_are_one_finding_with_counts_and_first_lines(reported, clean):
    found = reported(plain(30) + clean(20))

    (mixed,) = [finding for finding in found if finding.rule == "SCH002"]
    assert "30 (first line 1)" in mixed.message
    assert "20 (first line 31)" in mixed.message
    assert (mixed.count, mixed.location.line) == (20, 31)


def test_a_key_of_several_types_is_one_finding_with_counts_and_first_lines(reported):
    rows = plain(30, meta={"year": 1999})
    rows[10]["meta"] = {"year": "1999"}

    (conflict,) = reported(rows)

    assert (conflict.rule, conflict.pointer, conflict.location.line, conflict.count) == ("SCH003", "/meta/year", 11, 1)
    assert "number in 29 (first line 1)" in conflict.message
    assert "string in 1 (first line 11)" in conflict.message


def test_integers_and_fractions_are_both_numbers(reported):
    rows = plain(30, weight=1)
    rows[3]["weight"] = 0.5

    assert reported(rows) == []


def test_types_within_lists_are_compared(reported):
    rows = plain(30, tags=["a"])
    rows[3]["tags"] = ["a", 1]

    (conflict,) = reported(rows)

    assert (conflict.rule, conflict.pointer) == ("SCH003", "/tags/[]")


def test_a_rare_key_is_reported_with_its_first_line(reported):
    rows = plain(40)
    rows[9]["promt"] = "a misspelling"

    (drift,) = reported(rows)

    assert (drift.rule, drift.pointer, drift.location.line) == ("SCH004", "/promt", 10)
    assert "only in 1 of 40 records" in drift.message


def test_a_missing_key_is_reported_with_its_first_line(reported):
    rows = plain(40, source="a")
    del rows[9]["source"]

    (drift,) = reported(rows)

    assert (drift.rule, drift.location.line) == ("SCH004", 10)
    assert "missing in 1 of 40 records" in drift.message


@pytest.mark.parametrize("earlier", [False, True])
def test_a_key_that_begins_or_ends_somewhere_shows_that_sources_were_joined(earlier, reported):
    halves = [plain(30), plain(30, source="b")]

    (drift,) = reported([row for half in (reversed(halves) if earlier else halves) for row in half])

    assert (drift.rule, drift.location.line, drift.pointer) == ("SCH004", 31, "/source")
    assert "two sources were joined" in drift.message


def test_many_rare_keys_are_one_finding(reported):
    rows = plain(400)
    for number in range(15):
        rows[number * 20][f"key{number}"] = 1

    (drift,) = reported(rows)

    assert "15 keys" in drift.message


def test_a_set_of_a_few_records_has_no_drift(reported):
    assert reported([*plain(5), {"prompt": "a", "completion": "b", "note": "c"}]) == []


def test_a_record_that_breaks_its_shape_is_reported_with_a_pointer(reported, clean):
    rows = clean(30)
    rows[4]["messages"][1]["content"] = 5

    found = [finding for finding in reported(rows) if finding.rule == "SCH005"]

    assert [(finding.pointer, finding.location.line) for finding in found] == [("/messages/1/content", 5)]
    assert "found a number" in found[0].message


def test_messages_that_are_a_string_are_one_finding(reported, clean):
    found = [
        finding for finding in reported([*clean(30), {"messages": "hello"}]) if finding.rule in ("SCH001", "SCH005")
    ]

    assert [finding.location.line for finding in found] == [31]


def test_records_in_many_forms_do_not_stop_the_check(linted):
    rows = [{"prompt": f"p{number}", "completion": f"c{number}", f"k{number}": 1} for number in range(1000)]

    report = linted(rows, lint={"select": ["schema"]})

    assert [found.rule for found in report.findings if found.rule.startswith("SCH")] == ["SCH004"]
