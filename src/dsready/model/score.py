"""What the score is made of: metrics, dimensions, gates."""

from __future__ import annotations

from typing import Literal, Self

from dsready.model.rules import Dimension, Frozen


class Metric(Frozen):
    """
    A number the score reads.

    `value` is `part / whole` for a share and `part` for a count (`whole` is None). `rules` are the codes whose defects
    move it. `what` continues the sentence "12 of 1,204 …": "removable as duplicates".
    """

    id: str
    value: float
    part: int
    whole: int | None = None
    rules: tuple[str, ...] = ()
    what: str = ""

    @classmethod
    def share(cls, id: str, part: int, whole: int, *rules: str, what: str = "") -> Self:  # noqa: A002  (the field's name)
        """Build the metric `part / whole`; 0 where there is nothing to have a share of."""
        return cls(id=id, value=part / whole if whole else 0.0, part=part, whole=whole, rules=rules, what=what)

    @property
    def dimension(self) -> str:
        """The dimension it belongs to: the first part of its id."""
        return self.id.partition(".")[0]

    def is_worse_than(self, value: float) -> bool:
        """Compare with an earlier value: of a share of defects more is worse, of a count of what is good, less."""
        return self.value > value if self.whole is not None else self.value < value


class MetricScore(Frozen):
    """One metric's subscore, and the anchors it was read from."""

    metric: Metric
    score: float
    anchors: tuple[tuple[float, float], ...]


class DimensionScore(Frozen):
    """
    One dimension of the score.

    `score` is None where it was not assessed; `reason` says why it was not, or which of its checks did not take part.
    `lost` is what it costs of the 100 points, `gain` what the score would win if its defects were removed. `rules` are
    the codes that cost points.
    """

    id: Dimension
    weight: int
    score: float | None
    lost: float = 0.0
    gain: int = 0
    because: str = ""
    rules: tuple[str, ...] = ()
    reason: str = ""
    metrics: tuple[MetricScore, ...] = ()


Word = Literal["ready", "ready with warnings", "needs work", "not ready"]


class Score(Frozen):
    """
    The readiness score, as SCORING describes it.

    `low` and `high` differ where a dimension was not assessed. `base` is the weighted mean; `limits` names each cap
    that holds and its value; `limited_by` the one that decided ("" for none). `without_blockers` is the score if
    nothing blocked. `blockers` maps the code of each blocking rule found to its count.
    """

    version: int
    goal: str
    score: int
    low: int
    high: int
    base: float
    verdict: Word
    limits: dict[str, float]
    limited_by: str
    without_blockers: int
    blockers: dict[str, int]
    dimensions: tuple[DimensionScore, ...]


class Gate(Frozen):
    """One condition for `ready`: what was required, what was found, and whether it holds."""

    id: str
    required: str
    found: str
    passed: bool

    def __str__(self) -> str:
        return f"{self.id}: required {self.required}, found {self.found}"
