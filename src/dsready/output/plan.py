"""What to do first: an order of repairs, each with the score after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dsready.score import rescore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsready.model import Dimension, Report

WHOLE = 100.0
#: The dimension whose repair takes examples away.
THINNED = "uniqueness"


class Step(NamedTuple):
    """
    One repair.

    `dimensions` are brought to 100 by it; `rules` are the broken ones whose defects it removes. `score` is that after
    it, `gain` what this step adds. `blocks` says that it begins with what blocks, `at_most` that the score may be less:
    with answers that contradict each other go examples, and nobody knows how many before they are gone.
    """

    dimensions: tuple[Dimension, ...]
    rules: tuple[str, ...]
    score: int
    gain: int
    blocks: bool = False
    at_most: bool = False

    @property
    def promise(self) -> str:
        """The score after it, in words: a new run measures what is left, and may find another one."""
        return f"{'up to' if self.at_most else 'about'} {self.score}"


def plan(report: Report) -> list[Step]:
    """
    Return the repairs that raise the score, one after the other: first what blocks, then always what gains most.

    Each step assumes those before it, so the gains add up. What is alone worth nothing, because something else holds
    the score down, comes after that something.
    """
    steps: list[Step] = []
    mended: dict[str, float] = {}
    now = report.score
    # What is there is mended before more is collected.
    parts = sorted(report.dimensions, key=lambda part: part.id == "volume")
    blocking = tuple(part.id for part in parts if set(part.rules) & set(report.readiness.blockers))
    if blocking:
        mended = dict.fromkeys(blocking, WHOLE)
        now = _add(steps, report, blocking, mended, now)
    left = [part for part in parts if part.score is not None and part.lost and part.id not in mended]
    while left:
        after = {part.id: rescore(report, {**mended, part.id: WHOLE}).score for part in left}
        # Where nothing gains alone, what costs most goes first: the next ones gain by it.
        best = max(left, key=lambda part: (after[part.id], part.lost))
        left.remove(best)
        mended[best.id] = WHOLE
        now = _add(steps, report, (best.id,), mended, now)
    return steps


def _add(
    steps: list[Step], report: Report, dimensions: Sequence[Dimension], mended: dict[str, float], before: int
) -> int:
    score = rescore(report, mended).score
    by_id = {part.id: part for part in report.dimensions}
    broken = [code for id_ in dimensions for code in by_id[id_].rules]
    rules = tuple(code for code in dict.fromkeys(broken) if report.summary.by_rule.get(code))
    blocks = not steps and bool(set(rules) & set(report.readiness.blockers))
    steps.append(Step(tuple(dimensions), rules, score, score - before, blocks, at_most=THINNED in mended))
    return score
