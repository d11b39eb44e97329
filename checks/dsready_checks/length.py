"""The length check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from dsready.arrays import median
from dsready.check import Check, Verdict, finding, in_order
from dsready.model import Location, Metric, Rule, Severity
from dsready.text.normal import is_blank
from dsready.text.tokens import tokens
from dsready_checks._histogram import Bounds, told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset

OVER = Rule(
    code="LEN001",
    name="over-context",
    severity=Severity.WARNING,
    dimension="length",
    summary="The record has more tokens than the context length, so the trainer cuts or drops it",
    fix="Shorten or split the record, or train with a longer context.",
)
CUT = Rule(
    code="LEN002",
    name="answer-cut-off",
    severity=Severity.ERROR,
    dimension="length",
    summary="The prompt alone fills the context length: no token of the answer is left to learn from",
    fix="Shorten the prompt. Such records give a loss of 0 or NaN while the run seems to succeed.",
)
OUTLIER = Rule(
    code="LEN003",
    name="length-outlier",
    severity=Severity.WARNING,
    dimension="length",
    summary="The prompt or the answer is far longer or shorter than the rest, by median and MAD of the log length",
    fix="Read it: very long ones are often several records in one or pasted documents, very short ones are cut.",
)
EMPTY = Rule(
    code="LEN004",
    name="empty-answer",
    severity=Severity.ERROR,
    dimension="length",
    summary="The answer is empty: the record teaches the model to say nothing",
    fix="Write the answer, or drop the record.",
)

_FEW = 3  # as many may always be outliers
ROW = np.dtype(
    [
        ("key", np.int64),
        ("prompt", np.int32),
        ("answer", np.int32),
        ("before", np.int32),
        ("total", np.int32),
        ("empty", bool),
    ]
)


@dataclass(slots=True)
class Lengths:
    """25 bytes a record: tokens of prompt and answer (-1 where none belongs, 0 where it lacks), and before it."""

    rows: list[NDArray[np.void]] = field(default_factory=list)


class Length(Check[Lengths]):
    """
    Records of the wrong length.

    Why it matters: trainers cut what is longer than the context, most often at the end, where the answer is. A
    handful of huge records takes most of the memory and of the loss; an empty answer teaches silence.

    How to fix: shorten or drop the records listed. Tokens are estimated unless a tokenizer is configured; give the
    context length of your training run to see what it would cut.
    """

    id: ClassVar[str] = "length"
    rules: ClassVar[tuple[Rule, ...]] = (OVER, CUT, OUTLIER, EMPTY)

    deviations: Annotated[float, Field(gt=0)] = 6.0
    factor: Annotated[float, Field(gt=1)] = 10.0
    most_share: Annotated[float, Field(gt=0, le=1)] = 0.02
    least_records: Annotated[int, Field(ge=2)] = 20

    def start(self) -> Lengths:
        """Return no rows."""
        return Lengths()

    def update(self, state: Lengths, batch: Batch) -> Lengths:
        """Add the token counts of the batch."""
        rows = np.zeros(len(batch.keys), ROW)
        rows["key"] = batch.keys
        rows["prompt"], rows["answer"] = tokens(batch, "prompt"), tokens(batch, "answer")
        if batch.settings.context_length is not None:
            around = tokens(batch, "system")
            rows["before"] = around + tokens(batch, "opening")
            rows["total"] = around + rows["prompt"] + rows["answer"]
        for row, example in enumerate(batch.examples):
            if example.kind in ("text", "reinforcement"):
                rows["answer"][row] = -1
            elif is_blank(example.answer):
                rows["answer"][row] = 0
                answers = not example.messages or example.messages[-1].role == "assistant"
                rows["empty"][row] = answers and example.kind != "preference"  # PRF002 says so, of either side
        state.rows.append(rows)
        return state

    def merge(self, left: Lengths, right: Lengths) -> Lengths:
        """Put the columns together."""
        left.rows += right.rows
        return left

    def finish(self, state: Lengths, data: Dataset) -> Verdict:
        """
        Judge against the context length, and against the others.

        The profile holds the lengths of prompts, of answers (of the records that should have one), and of whole
        records: with their system prompts where a context length is given, else prompt and answer alone.
        """
        rows = in_order(state.rows, ROW)
        verdict = Verdict(len(rows))
        bad = rows["empty"].copy()
        for _, place in self._listed(EMPTY, rows, rows["empty"], data, verdict):
            verdict.findings.append(finding(EMPTY, "the answer is empty", place))
        verdict.excludes = rows["key"][rows["answer"] == 0]
        limit = data.settings.context_length
        if limit is not None:
            bad |= self._over(rows, limit, data, verdict)
        pictures: dict[str, Any] = {"unit": data.settings.tokenizer, "context": limit}
        for part in ("prompt", "answer"):
            bounds, hit = self._outliers(rows, part, data, verdict)
            pictures[part] = told(rows[part][rows[part] >= 0], bounds, int(hit.sum()))
            bad |= hit
        # Without a limit nobody counts the tokens of system prompts.
        pictures["whole"] = told(rows["prompt"] + np.maximum(rows["answer"], 0) if limit is None else rows["total"])
        verdict.profile["lengths"] = pictures
        codes = [rule.code for rule in self.rules]
        share = Metric.share("length.bad_share", int(bad.sum()), len(rows), *codes, what="over, empty or outlying")
        verdict.metrics.append(share)
        return verdict

    def _listed(
        self, rule: Rule, rows: NDArray[np.void], hit: NDArray[np.bool_], data: Dataset, verdict: Verdict
    ) -> list[tuple[int, Location]]:
        """Count the hits of a rule, and return row and place of those that are listed one by one."""
        places = np.flatnonzero(hit)
        verdict.mark(rule, rows["key"][places])
        shown = places[: data.listed]
        return list(zip(shown.tolist(), data.locations(rows["key"][shown]), strict=True))

    def _over(self, rows: NDArray[np.void], limit: int, data: Dataset, verdict: Verdict) -> NDArray[np.bool_]:
        over = rows["total"] > limit
        cut = (rows["before"] >= limit) & (rows["answer"] >= 0)
        for row, place in self._listed(CUT, rows, cut, data, verdict):
            message = f"{rows['before'][row]:,} tokens before the answer, the context has {limit:,}"
            verdict.findings.append(finding(CUT, message, place))
        for row, place in self._listed(OVER, rows, over & ~cut, data, verdict):
            message = f"{rows['total'][row]:,} tokens, the context has {limit:,}"
            verdict.findings.append(finding(OVER, message, place))
        return over | cut

    def _outliers(
        self, rows: NDArray[np.void], part: str, data: Dataset, verdict: Verdict
    ) -> tuple[Bounds | None, NDArray[np.bool_]]:
        """
        Find lengths far from the median, by `deviations` robust standard deviations of the log length and by `factor`.

        The robust deviation is 1.4826 times the median absolute deviation (Rousseeuw and Croux, 1993); the factor
        keeps sets of nearly equal lengths from having outliers, `most_share` sets of several tasks: more than that are
        another task, no outliers. Then, and where there are too few records, there are no bounds.
        """
        counts = rows[part]
        has = (counts > 0) & ~rows["empty"]
        hit = np.zeros(len(rows), bool)
        if has.sum() < self.least_records:
            return None, hit
        logs = np.log(counts[has])
        middle = median(logs)
        spread = 1.4826 * median(np.abs(logs - middle))
        distance = float(max(self.deviations * spread, np.log(self.factor)))
        hit[has] = np.abs(logs - middle) > distance
        if hit.sum() > max(self.most_share * has.sum(), _FEW):  # so many are no outliers, but a kind of their own
            return None, np.zeros(len(rows), bool)
        typical = round(float(np.exp(middle)))
        for row, place in self._listed(OUTLIER, rows, hit, data, verdict):
            count = int(counts[row])
            how = (
                f"{count / typical:,.0f} times as long as"
                if count > typical
                else f"{typical / count:,.0f} times shorter than"
            )
            message = f"the {part} has {count:,} token{'s' * (count > 1)}, {how} the median ({typical:,})"
            verdict.findings.append(finding(OUTLIER, message, place))
        return Bounds.of(middle, distance), hit
