from __future__ import annotations

import pytest

from dsready.output.plan import plan
from dsready.score import rescore
from tests.test_fixtures import CASES, lint


@pytest.mark.parametrize("case", CASES[::5], ids=lambda case: f"{case.parent.name}-{case.name}")
def test_the_gains_of_a_plan_add_up_to_what_all_its_repairs_together_give(case):
    report = lint(case)
    steps = plan(report)
    mended = {dimension: 100.0 for step in steps for dimension in step.dimensions}

    assert report.score + sum(step.gain for step in steps) == rescore(report, mended).score
    assert [step.score - step.gain for step in steps] == [report.score, *(step.score for step in steps)][: len(steps)]
    assert all(step.gain >= 0 for step in steps)
    blocked = {part.id for part in report.dimensions if set(part.rules) & set(report.readiness.blockers)}
    assert mended.keys() == {part.id for part in report.dimensions if part.lost} | blocked


def test_what_blocks_comes_first_and_then_what_gains_most(failing):
    first, *rest = plan(failing)
    assert [step.at_most for step in (first, *rest)] == [False] * (1 + len(rest))
    blocked = {part.id for part in failing.dimensions if set(part.rules) & set(failing.readiness.blockers)}

    assert set(first.dimensions) == blocked
    assert first.blocks
    assert set(failing.readiness.blockers) <= set(first.rules)
    mended = dict.fromkeys(first.dimensions, 100.0)
    for step in rest:
        (mine,) = step.dimensions
        left = [part.id for part in failing.dimensions if part.lost and part.id not in mended]
        assert step.score == max(rescore(failing, {**mended, one: 100.0}).score for one in left)
        assert not step.blocks
        mended[mine] = 100.0


def test_a_perfect_set_has_nothing_to_mend(report):
    parts = tuple(part.model_copy(update={"lost": 0.0, "score": 100.0}) for part in report.dimensions)
    perfect = report.readiness.model_copy(update={"dimensions": parts, "blockers": {}})

    assert plan(report.model_copy(update={"readiness": perfect})) == []


def test_what_is_after_the_duplicates_is_an_upper_bound(report):
    steps = plan(report)
    thinned = [step.dimensions for step in steps].index(("uniqueness",))

    assert [step.at_most for step in steps] == [number >= thinned for number in range(len(steps))]
    assert steps[thinned].promise == f"up to {steps[thinned].score}"
