"""Records of the wrong length are reported with their tokens."""

from __future__ import annotations

import pytest


def rows_of(report, code):
    return [(found.location.line, found.message) for found in report.findings if found.rule == code]


def plain(count: int, words: int = 20) -> list[dict]:
    return [
        {"prompt": f"n{number} " + "word " * words, "completion": f"m{number} " + "text " * words}
        for number in range(count)
    ]


@pytest.fixture
def measured(linted):
    return lambda rows, **config: linted(rows, lint={"select": ["length"]}, **config)


def test_lengths_like_the_others_are_silent(measured, clean):
    assert not [found for found in measured(clean(100)).findings if found.rule.startswith("LEN")]


def test_short_labels_are_no_outliers(measured):
    rows = [
        {"prompt": f"Is film {number} good? " + "word " * (number % 30), "completion": "yes"} for number in range(60)
    ]

    assert not [found for found in measured(rows).findings if found.rule.startswith("LEN")]


def test_a_record_over_the_context_length_is_reported(measured):
    rows = plain(30)
    rows[3]["completion"] *= 20

    ((line, message),) = rows_of(measured(rows, **{"context-length": 200}), "LEN001")

    assert line == 4
    assert "the context has 200" in message


def test_no_context_length_means_no_limit(measured):
    rows = plain(30)
    rows[3]["completion"] *= 20

    assert rows_of(measured(rows), "LEN001") == []


def test_a_prompt_that_leaves_no_room_for_the_answer_is_an_error(measured):
    rows = plain(30)
    rows[3]["prompt"] *= 20

    report = measured(rows, **{"context-length": 200})

    assert [line for line, _ in rows_of(report, "LEN002")] == [4]
    assert rows_of(report, "LEN001") == []


def test_the_system_prompt_takes_room_too(measured, clean):
    rows = clean(30)
    rows[2]["messages"].insert(0, {"role": "system", "content": "Be brief. " * 100})

    assert [line for line, _ in rows_of(measured(rows, **{"context-length": 200}), "LEN002")] == [3]


@pytest.mark.parametrize("part", ["prompt", "completion"])
@pytest.mark.parametrize(("text", "how"), [("word " * 2000, "times as long as"), ("a", "times shorter than")])
def test_outliers_of_both_parts_in_both_directions_are_reported(part, text, how, measured):
    rows = plain(60)
    rows[9][part] = text

    ((line, message),) = rows_of(measured(rows), "LEN003")

    assert line == 10
    assert how in message
    assert ("prompt" if part == "prompt" else "answer") in message


def test_a_few_records_have_no_outliers(measured):
    rows = plain(10)
    rows[9]["prompt"] *= 500

    assert rows_of(measured(rows), "LEN003") == []


@pytest.mark.parametrize("empty", ["", " \n\t"])
def test_an_empty_answer_is_reported_and_does_not_count(empty, linted, clean):
    rows = clean(30)
    rows[6]["messages"][1]["content"] = empty

    report = linted(rows)

    assert [line for line, _ in rows_of(report, "LEN004")] == [7]
    assert report.summary.effective == 29


def test_a_tool_call_is_no_empty_answer(measured, clean):
    rows = clean(30)
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"city":"Oslo"}'}}
    rows[6]["messages"][1] = {"role": "assistant", "content": None, "tool_calls": [call]}

    report = measured(rows)

    assert rows_of(report, "LEN004") == []
    assert report.summary.effective == 30


def test_texts_without_prompt_and_answer_are_not_empty(measured):
    rows = [{"text": f"n{number} " + "word " * 30} for number in range(30)]

    assert not [found for found in measured(rows).findings if found.rule.startswith("LEN")]


def test_an_answer_that_lacks_counts_for_nothing_but_is_not_called_empty(measured, clean):
    rows = clean(30)
    rows[6]["messages"].pop()

    report = measured(rows)

    assert rows_of(report, "LEN004") == []
