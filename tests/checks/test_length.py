"""Records of the wrong length are reported with their tokens."""

from __future__ import annotations

import math
import statistics
from itertools import pairwise

import pytest

from dsready.dataset.settings import Settings
from dsready.testing import assert_lawful, run
from dsready.text.tokens import estimate
from dsready_checks.length import Length


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


def lengths(report):
    return report.outcomes[0].profile["lengths"]


def binned(counts):
    """Count numbers in bins that begin at the powers of the square root of 2, rounded up."""
    edges = sorted({math.ceil(round(2 ** (power / 2), 9)) for power in range(60)})
    bins = [[low, high, sum(low <= count < high for count in counts)] for low, high in pairwise(edges)]
    filled = [number for number, (_, _, records) in enumerate(bins) if records]
    return bins[filled[0] : filled[-1] + 1] if filled else []


def picture(counts, outside=None, outliers=0):
    """Say of token counts what the profile is to say."""
    there = [count for count in counts if count]
    return {
        "records": len(counts),
        "empty": len(counts) - len(there),
        "least": min(there, default=None),
        "median": statistics.median(there) if there else None,
        "most": max(there, default=None),
        "outside": outside,
        "outliers": outliers,
        "bins": binned(there),
    }


#: Lengths in characters of prompts and answers; one in five answers is empty, one prompt too.
SIZES = [(number * number % 997, number % 5 and number * 31 % 2003) for number in range(120)]


@pytest.mark.parametrize("limit", [None, 300])
def test_the_lengths_of_a_set_are_its_histogram(limit, measured):
    rows = [
        {"prompt": "word " * prompt, "completion": "text " * answer, "system": "Be brief. " * (answer % 3)}
        for prompt, answer in SIZES
    ]
    prompts, answers, systems = (
        [int(estimate([row[part]])[0]) for row in rows] for part in ("prompt", "completion", "system")
    )
    found = lengths(measured(rows, **({"context-length": limit} if limit else {})))

    whole = zip(prompts, answers, systems if limit else [0] * len(rows), strict=True)
    assert (found["unit"], found["context"]) == ("estimate", limit)
    assert found["whole"] == picture(list(map(sum, whole)))
    for part, counts in (("prompt", prompts), ("answer", answers)):
        low, high = found[part]["outside"]
        judged = [count for count, answer in zip(counts, answers, strict=True) if count and answer]
        middle = statistics.median(map(math.log, judged))
        far = max(6 * 1.4826 * statistics.median(abs(math.log(count) - middle) for count in judged), math.log(10))
        assert middle - math.log(low) <= far < middle - math.log(low - 1 or 1e-9)
        assert math.log(high) - middle <= far < math.log(high + 1) - middle
        assert found[part] == picture(counts, [low, high], sum(not low <= count <= high for count in judged))


def test_the_bounds_are_those_by_which_outliers_are_reported(measured):
    rows = plain(300)
    for number, words in enumerate([1, 2, 3, 250, 260, 270], 50):
        rows[number]["completion"] = "text " * words

    report = measured(rows)

    answers = [int(estimate([row["completion"]])[0]) for row in rows]
    low, high = lengths(report)["answer"]["outside"]
    outside = [line for line, count in enumerate(answers, 1) if not low <= count <= high]
    assert outside == [line for line, _ in rows_of(report, "LEN003")]
    assert lengths(report)["answer"]["outliers"] == len(outside) > 0


def test_where_no_length_is_an_outlier_there_are_no_bounds(measured):
    few = lengths(measured(plain(10)))
    two_tasks = lengths(measured(plain(100) + plain(5, words=2000)))

    assert few["answer"]["outside"] is few["prompt"]["outside"] is None
    assert two_tasks["answer"]["outside"] is None
    assert two_tasks["answer"]["outliers"] == 0


def test_texts_have_no_answers_to_be_long(measured):
    found = lengths(measured([{"text": "word " * number} for number in range(1, 40)]))

    assert found["answer"] == picture([])
    assert found["prompt"]["records"] == found["whole"]["records"] == 39


def test_no_records_have_no_lengths(measured):
    assert lengths(measured([])) == {"unit": "estimate", "context": None} | dict.fromkeys(
        ["prompt", "answer", "whole"], picture([])
    )


@pytest.mark.parametrize("deviations", [0.01, 1e9])
def test_bounds_hold_for_any_option(deviations):
    rows = [{"prompt": f"n{number} " + "word " * (20 + number), "completion": "x"} for number in range(100)]
    found = (
        run(Length(deviations=deviations, factor=1.0001, most_share=1), rows).outcomes[0].profile["lengths"]["prompt"]
    )

    low, high = found["outside"]
    counts = [int(estimate([row["prompt"]])[0]) for row in rows]
    assert found["outliers"] == sum(not low <= count <= high for count in counts)


def test_lengths_obey_the_law():
    rows = [{"prompt": "word " * prompt, "completion": "text " * answer} for prompt, answer in SIZES]

    assert_lawful(Length(), [*rows, {"text": "alone"}], settings=Settings(context_length=100))
