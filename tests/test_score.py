"""The score is SCORING's formula: golden values, and the laws it promises."""

from __future__ import annotations

import copy
import random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsready.errors import ConfigError
from dsready.model import Metric
from dsready.score import DIMENSIONS, NOT_APPLICABLE, Assessed, goal_of, rescore, score, verdict

WEIGHTS = {
    "volume": 20,
    "validity": 15,
    "uniqueness": 15,
    "consistency": 15,
    "evaluation": 15,
    "length": 10,
    "content": 10,
}
PARTS = st.integers(0, 10_000)


def share(dimension: str, part: int, whole: int = 10_000) -> Metric:
    return Metric.share(f"{dimension}.bad_share", part, whole, f"{dimension[:3].upper()}001", what="bad")


def volume(count: int) -> Metric:
    return Metric(id="volume.effective_examples", value=count, part=count)


def assessed(parts: dict[str, int], count: int = 2000, reasons=None, blockers=None) -> list[Assessed]:
    """Return all dimensions: `parts` ten-thousandths of defects in each, nothing wrong in the others."""
    reasons, blockers = reasons or {}, blockers or {}
    return [
        Assessed(
            dimension,
            []
            if dimension in reasons
            else [volume(count) if dimension == "volume" else share(dimension, parts.get(dimension, 0))],
            reasons.get(dimension, ""),
            blockers.get(dimension, {}),
        )
        for dimension in DIMENSIONS
    ]


ANY = st.dictionaries(st.sampled_from(DIMENSIONS[1:]), PARTS)
COUNTS = st.integers(0, 6000)
REASONS = st.dictionaries(st.sampled_from(DIMENSIONS), st.sampled_from(["crashed", NOT_APPLICABLE]))
BLOCKERS = st.dictionaries(st.sampled_from(DIMENSIONS), st.just({"XXX001": 2}), max_size=2)


@pytest.mark.parametrize(("count", "expected"), [(199, 49), (200, 75), (500, 90), (1000, 96), (2000, 100)])
def test_clean_examples_score_by_their_number(count, expected, linted, clean):
    report = linted(clean(count), clean(100, 1))

    assert report.score == expected
    assert {found.rule for found in report.findings} <= {"CNT001", "CNT002"}


def test_without_an_evaluation_set_a_clean_set_scores_89(linted, clean):
    assert linted(clean(2000)).score == 89


@pytest.mark.parametrize("line", [b"{oops", b'"text"', b'{"prompt":"\xff","completion":"b"}'])
def test_one_line_of_five_thousand_that_is_not_json_blocks(line, linted, clean):
    rows = [orjson.dumps(row) for row in clean(4999)]

    report = linted(b"\n".join([*rows[:2500], line, *rows[2500:]]), clean(100, 1))

    assert report.score == 49
    assert report.readiness.limited_by == "blockers"


def test_one_item_leaked_exactly_blocks(linted, clean):
    report = linted(clean(1000), [*clean(99, 1), clean(1)[0]])

    assert report.score == 49
    assert report.readiness.blockers == {"LEK001": 1}


def test_the_same_records_twice_never_score_more_than_once(linted, clean):
    rows = clean(1000)

    once, twice = (linted(many, clean(100, 1)) for many in (rows, rows * 2))

    assert twice.score <= once.score
    assert twice.summary.effective == once.summary.effective == 1000


def test_near_duplicates_never_help(linted, clean):
    rows = clean(900)
    near = copy.deepcopy(random.Random(0).sample(rows, 100))  # noqa: S311
    for row in near:
        row["messages"][0]["content"] += " Please."

    without, with_them = (linted(many, clean(100, 1)) for many in (rows, rows + near))

    assert with_them.summary.by_rule["DUP002"] == 100
    assert with_them.summary.effective == 900
    assert with_them.score <= without.score


@given(ANY, COUNTS, REASONS, BLOCKERS)
def test_the_score_is_bounded_and_holds_its_caps(parts, count, reasons, blockers):
    result = score(assessed(parts, count, reasons, blockers), "general")

    subscores = [part.score for part in result.dimensions if part.score is not None]
    assert 0 <= result.low <= result.score <= result.high <= 100
    assert result.score <= result.base
    assert not subscores or result.score <= 50 + min(subscores) / 2
    assert not blockers or result.score <= 49
    assert not {"crashed"} & set(reasons.values()) or result.score <= 89
    assert result.without_blockers >= result.score
    assert result.verdict == verdict(result.score)


@given(ANY, COUNTS, st.sampled_from(DIMENSIONS[1:]), PARTS)
def test_more_defects_never_raise_the_score(parts, count, dimension, more):
    worse = {**parts, dimension: min(parts.get(dimension, 0) + more, 10_000)}

    assert score(assessed(worse, count), "general").score <= score(assessed(parts, count), "general").score


@given(ANY, COUNTS, COUNTS, st.sampled_from(["general", "style", "format", "behaviour", "reasoning"]))
def test_more_examples_never_lower_the_score(parts, count, more, goal):
    assert score(assessed(parts, count), goal).score <= score(assessed(parts, count + more), goal).score


@given(ANY, COUNTS, REASONS)
def test_the_lost_points_sum_to_what_is_missing_of_a_hundred(parts, count, reasons):
    result = score(assessed(parts, count, reasons), "general")

    known = [part for part in result.dimensions if part.score is not None]
    assert not known or sum(part.lost for part in known) == pytest.approx(100 - result.base, abs=1e-6)


@given(ANY, COUNTS, BLOCKERS, st.sampled_from(DIMENSIONS))
def test_the_gain_is_what_mending_a_dimension_brings(parts, count, blockers, dimension):
    result = score(assessed(parts, count, None, blockers), "general")
    cured = {**parts, dimension: 0}

    mended = score(
        assessed(
            cured, 5000 if dimension == "volume" else count, None, {k: v for k, v in blockers.items() if k != dimension}
        ),
        "general",
    )

    gain = next(part.gain for part in result.dimensions if part.id == dimension)
    assert gain == mended.score - result.score >= 0


@given(ANY, COUNTS)
def test_the_base_is_the_weighted_mean_of_the_subscores(parts, count):
    result = score(assessed(parts, count), "general")

    mean = sum(WEIGHTS[part.id] * part.score for part in result.dimensions) / 100
    assert result.base == pytest.approx(mean)


def test_a_dimension_takes_the_worst_of_its_metrics():
    metrics = [share("validity", 100), share("validity", 0), share("validity", 10)]

    (part,) = score([Assessed("validity", metrics, "", {})], "general").dimensions

    assert part.score == 50
    assert "100 of 10,000" in part.because


def test_what_does_not_apply_costs_nothing():
    result = score(assessed({}, reasons={"evaluation": NOT_APPLICABLE}), "general")

    assert (result.score, result.low, result.high) == (100, 100, 100)


def test_what_is_unknown_caps_the_score_and_widens_its_range():
    result = score(assessed({}, reasons={"evaluation": "crashed"}), "general")

    assert (result.score, result.low, result.high) == (89, 50, 100)
    assert result.limited_by == "a dimension that was not assessed"


def test_nothing_assessed_scores_nothing():
    assert score(assessed({}, reasons=dict.fromkeys(DIMENSIONS, "crashed")), "general").score == 0
    assert score([], "general").score == 0


def test_one_dimension_cannot_buy_another():
    result = score(assessed({"validity": 10_000}), "general")

    assert (result.score, result.limited_by) == (50, "validity")


@pytest.mark.parametrize(
    ("points", "word"),
    [
        (90, "ready"),
        (89, "ready with warnings"),
        (70, "ready with warnings"),
        (69, "needs work"),
        (50, "needs work"),
        (49, "not ready"),
        (0, "not ready"),
    ],
)
def test_the_score_in_words(points, word):
    assert verdict(points) == word


@pytest.mark.parametrize(
    ("metric", "points"),
    [
        (share("validity", 10), 80),
        (share("validity", 500), 0),
        (share("uniqueness", 1000), 60),
        (share("consistency", 300), 80),
        (share("evaluation", 100), 50),
        (Metric(id="evaluation.items", value=50, part=50), 85),
        (Metric(id="evaluation.items", value=0, part=0), 0),
        (share("length", 2000), 30),
        (volume(200), 50),
        (volume(100), 25),
        (volume(0), 0),
        (volume(10**6), 100),
    ],
    ids=lambda value: getattr(value, "id", value),
)
def test_anchors_are_those_of_scoring(metric, points):
    (part,) = score([Assessed(metric.dimension, [metric], "", {})], "general").dimensions

    assert part.score == pytest.approx(points)


@pytest.mark.parametrize(
    ("goal", "floor"),
    [
        ("general", 200),
        ("classification", 200),
        ("style", 100),
        ("format", 200),
        ("behaviour", 500),
        ("distillation", 500),
        ("reasoning", 2000),
    ],
)
def test_every_goal_scores_50_at_its_floor(goal, floor):
    (part,) = score([Assessed("volume", [volume(floor)], "", {})], goal).dimensions

    assert goal_of(goal).floor == floor
    assert part.score == pytest.approx(50)


@pytest.fixture
def report(linted, clean):
    rows = clean(300)
    rows[3]["messages"][1]["content"] = ""
    return linted([*rows, rows[0], rows[1]], [*clean(60, 1), rows[5]])


def test_rescoring_with_nothing_changes_nothing(report):
    assert rescore(report, {}) == report.readiness


def test_rescoring_says_what_would_be(report):
    gain = {part.id: part.gain for part in report.dimensions}

    assert rescore(report, {"evaluation": 100}).score == report.score + gain["evaluation"]
    assert rescore(report, {"evaluation": 100}).blockers == {}
    assert rescore(report, {"length": 0}).score <= report.score


def test_rescoring_assesses_what_was_not(linted, clean):
    without = linted(clean(2000))

    assert rescore(without, {"evaluation": 100}).score == 100


@pytest.mark.parametrize("overrides", [{"beauty": 50}, {"length": 101}, {"length": -1}])
def test_rescoring_with_what_is_no_subscore_is_the_users_mistake(overrides, report):
    with pytest.raises(ConfigError):
        rescore(report, overrides)
