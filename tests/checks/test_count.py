"""Effective examples are judged against the goal's thresholds."""

from __future__ import annotations

import copy

import pytest


def only(report, *codes):
    return [(found.rule, found.message) for found in report.findings if found.rule in codes]


COUNTS = ("CNT001", "CNT002", "CNT003")


@pytest.mark.parametrize(
    ("goal", "count", "rule"),
    [
        ("general", 199, "CNT001"),
        ("general", 200, "CNT002"),
        ("general", 499, "CNT002"),
        ("general", 500, None),
        ("style", 99, "CNT001"),
        ("style", 100, "CNT002"),
        ("behaviour", 499, "CNT001"),
        ("format", 999, "CNT002"),
        ("reasoning", 600, "CNT001"),
    ],
)
def test_the_goal_decides(goal, count, rule, linted, clean):
    report = linted(clean(count), goal=goal)

    assert [code for code, _ in only(report, *COUNTS)] == ([rule] if rule else [])


def test_the_message_says_how_many_and_who_says_so(linted, clean):
    ((_, message),) = only(linted(clean(50)), "CNT001")

    assert "50 effective examples of 50 records" in message
    assert "200" in message
    assert "source 004" in message


def test_too_few_block(linted, clean):
    report = linted(clean(150), clean(100, 1))

    assert report.readiness.blockers == {"CNT001": 1}
    assert report.score == 49


def test_what_does_not_count_is_left_out_once(linted, clean):
    rows = clean(210)
    empty = copy.deepcopy(rows[0])
    empty["messages"][1]["content"] = ""

    report = linted([*rows, empty, empty, rows[5], {"odd": 1}, *clean(1, 7)], clean(100, 1))

    assert report.summary.effective == 211
    assert report.summary.usable == 214


def test_leaked_records_do_not_count(linted, clean):
    report = linted(clean(300), [*clean(60, 1), *clean(20)])

    assert report.summary.effective == 280


@pytest.mark.parametrize("content", [b"", b"{oops\n", b'{"a":1}\n' * 3, b"\n"])
def test_nothing_to_examine_is_an_error(content, linted):
    report = linted(content)

    assert "CNT003" in report.summary.by_rule
    assert not report.ready
