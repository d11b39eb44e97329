"""The leakage check."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from pydantic import PrivateAttr

from dsready.arrays import distinct_values
from dsready.check import Check, Verdict, finding
from dsready.model import Finding, Location, Metric, Rule, Severity
from dsready.power import POWERS, Design, detectable
from dsready.text.shingles import Members, common, sequence_hash
from dsready_checks._leaked import Leaked, pictured
from dsready_checks._leaks import Hits, Items, Kind

if TYPE_CHECKING:
    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset, Inputs
    from dsready_checks._leaked import Leak

_FIX = "Take the item out of the training data, or out of the evaluation set, and measure again."
EXACT = Rule(
    code="LEK001",
    name="exact-leak",
    severity=Severity.ERROR,
    dimension="evaluation",
    scope="group",
    blocks=True,
    summary="The prompt of an evaluation item is a training prompt too, but for case, spaces and punctuation",
    fix=_FIX,
    source="The evaluation set must be held out (source 004).",
)
NEAR = Rule(
    code="LEK002",
    name="near-leak",
    severity=Severity.ERROR,
    dimension="evaluation",
    scope="group",
    summary="The prompt of an evaluation item is nearly a training prompt: Jaccard 0.7 or more, or most of it inside",
    fix=_FIX,
    source="The evaluation set must be held out (source 004).",
)
CONTAINED = Rule(
    code="LEK003",
    name="contained-leak",
    severity=Severity.ERROR,
    dimension="evaluation",
    scope="group",
    blocks=True,
    summary="The prompt of an evaluation item stands inside a training record, or a training prompt inside the item's",
    fix=_FIX,
    source="The evaluation set must be held out (source 004).",
)
ANSWER = Rule(
    code="LEK004",
    name="answer-leak",
    severity=Severity.WARNING,
    dimension="evaluation",
    scope="group",
    summary="Only the answer of an evaluation item is in the training data: usually under a paraphrased prompt",
    fix="Compare the two prompts. If they ask the same, treat the item as leaked.",
)
SMALL = Rule(
    code="LEK005",
    name="small-eval-set",
    severity=Severity.WARNING,
    dimension="evaluation",
    scope="dataset",
    summary="The evaluation set has fewer than 50 items",
    fix="Label more: 50 to 100 items are the least that shows whether training helped.",
    source="50-100 labelled examples (source 004).",
)
INCOMPARABLE = Rule(
    code="LEK006",
    name="eval-not-comparable",
    severity=Severity.ERROR,
    dimension="evaluation",
    scope="dataset",
    blocks=True,
    summary="No item, or not every item, of an evaluation file could be compared with the training data",
    fix="Bring the file into a shape that dsready knows, one with a prompt; lint it by itself to see what is wrong.",
)
MISSING = Rule(
    code="LEK007",
    name="no-eval-set",
    severity=Severity.WARNING,
    dimension="evaluation",
    scope="dataset",
    summary="No evaluation set was given, so nothing could show that training helped, and leakage was not looked for",
    fix="Set 50 to 100 labelled examples apart before training, and give them with --eval.",
    source="Build the evaluation set before training (sources 000, 002, 004).",
)
_RULES = {
    Kind.EQUAL: EXACT,
    Kind.NEAR: NEAR,
    Kind.ITEM_INSIDE: CONTAINED,
    Kind.PROMPT_INSIDE: CONTAINED,
    Kind.PARTLY: NEAR,
    Kind.ANSWER: ANSWER,
}
_SMALL_ITEMS = 50
_WANTED = "50-100 are recommended (source 004)"
_MIDDLING = 0.5  # a share right, where the least can be seen


class Leakage(Check[Hits]):
    """
    Evaluation items in the training data.

    Why it matters: a model that has seen the test recites it. The measured gain is then worth nothing, and the bad
    news comes in production.

    How to fix: drop the training records, or replace the items. A finding names up to three records; the JSON result
    has the lines of all, up to 10,000, as `profile.training` of this check. Items are looked for by their prompt:
    equal, nearly equal, or contained; only then by a distinctive answer. What has little to tell it by, and stands
    there in part only, is told of as nearly equal. System prompts, and what is common to many records on either side,
    do not count. A paraphrase in other words is out of reach of any comparison of words.
    """

    id: ClassVar[str] = "leakage"
    rules: ClassVar[tuple[Rule, ...]] = (EXACT, NEAR, CONTAINED, ANSWER, SMALL, INCOMPARABLE, MISSING)

    _items: Items = PrivateAttr(default_factory=lambda: Items([], Members(np.empty(0, np.uint64))))

    def prepare(self, inputs: Inputs) -> Self:
        """Index the evaluation items, without what is boilerplate on either side."""
        prepared = self.model_copy()
        if inputs.evals:
            items = [batch for batches in inputs.eval_batches for batch in batches]
            boilerplate = np.concatenate([common(inputs.sample), common(items, "prompt")])
            prepared._items = Items(inputs.eval_batches, Members(boilerplate))  # noqa: SLF001  (a copy of itself)
        return prepared

    def start(self) -> Hits:
        """Return no hits."""
        return Hits.empty(self._items.subjects)

    def update(self, state: Hits, batch: Batch) -> Hits:
        """Probe the index with the batch."""
        state.rows += len(batch.keys)
        if not len(self._items) or not len(batch.keys):
            return state
        prompts, answers, rows = self._items.probe(batch)
        state.add(np.concatenate([prompts, answers]))
        state.leaked.add(distinct_values(prompts["key"]))
        questions = sequence_hash(batch, "prompt")[rows]
        np.minimum.at(state.low, answers["item"], questions)
        np.maximum.at(state.high, answers["item"], questions)
        return state

    def merge(self, left: Hits, right: Hits) -> Hits:
        """Keep the best hits of both."""
        left.rows += right.rows
        left.counts += right.counts
        left.low, left.high = np.minimum(left.low, right.low), np.maximum(left.high, right.high)
        left.leaked.extend(right.leaked)
        left.join(right.hits)
        return left

    def finish(self, state: Hits, data: Dataset) -> Verdict:
        """Report each item once, by its strongest kind of leak."""
        evals = data.sources[data.evals :]
        if not evals:
            missing = [] if data.settings.part else [finding(MISSING, MISSING.summary)]
            return Verdict(state.rows, missing, skipped="no evaluation set was given")
        verdict = Verdict(state.rows)
        self._incomparable(data, verdict)
        items = len(self._items)
        if not items:
            verdict.skipped = "no evaluation item could be compared"
            return verdict
        if self._items.distinct < _SMALL_ITEMS and not data.settings.part:
            verdict.findings.append(finding(SMALL, _small(self._items.distinct, items), Location(path=evals[0].path)))
        leaked = Leaked.of(self._items, state)
        codes = [_RULES[Kind(kind)].code for kind in leaked.kinds.tolist()]
        for code in sorted(set(codes)):
            mine = np.flatnonzero([one == code for one in codes])
            verdict.counts[code] = len(mine)
            verdict.marks[code] = distinct_values(leaked.hits.take(mine).values["key"])
            verdict.findings += [_leak(leak, data) for leak in leaked.rows(mine[: data.listed])]
        verdict.profile["leaks"] = pictured(self._items, leaked, codes, data)
        verdict.excludes = distinct_values(state.leaked.sorted())
        # Findings name a few of an item's records; whoever takes them out of the training data needs all.
        verdict.profile["training"] = data.lines(verdict.excludes[: data.listed])
        asked = int((leaked.kinds < Kind.ANSWER).sum())
        counted = (EXACT.code, NEAR.code, CONTAINED.code)
        verdict.metrics += [
            Metric.share("evaluation.leaked_share", asked, items, *counted, what="evaluation items leaked"),
            Metric(
                id="evaluation.items",
                value=self._items.distinct,
                part=self._items.distinct,
                rules=(SMALL.code,),
                what="evaluation items",
            ),
        ]
        return verdict

    def _incomparable(self, data: Dataset, verdict: Verdict) -> None:
        items = self._items
        for source, records, comparable in zip(
            data.sources[data.evals :], items.records, items.comparable, strict=True
        ):
            if comparable == records > 0:
                continue
            message = f"{records - comparable} of {records} items could not be compared"
            if not comparable:
                message = f"none of {records} items could be compared: the file counts for nothing"
            severity = Severity.WARNING if comparable else None
            found = finding(
                INCOMPARABLE, message, Location(path=source.path), severity=severity, count=records - comparable
            )
            verdict.findings.append(found.model_copy(update={"blocks": not comparable}))


def _small(distinct: int, items: int) -> str:
    """Say what so few items can show; one that is said twice is one."""
    # Half the width of a 95 % confidence interval of a share near one half: 1.96 · √(0.25 / n).
    blur = 196 * sqrt(0.25 / distinct)
    number = f"{distinct} item{'s' * (distinct > 1)}"
    if distinct < items:
        number = f"{number} without the repeated ones"
    return f"{number}: a result is uncertain by ±{blur:.0f} points, an improvement {_missed(distinct)}; {_WANTED}"


def _missed(items: int) -> str:
    """Say which improvement over a middling baseline so few items are likely to miss."""
    least = detectable(items, Design(_MIDDLING), POWERS[0])
    return "cannot be shown" if least is None else f"of less than {100 * least:.0f} is likely missed"


def _leak(leak: Leak, data: Dataset) -> Finding:
    """Build the finding of one item from its best hits."""
    key, kind, hits, number = leak
    similarity = float(hits["similarity"][0])
    related = data.locations(hits["key"])
    where = related[0].within("")
    what = {
        Kind.EQUAL: f"same prompt as {where}",
        Kind.NEAR: f"prompt has Jaccard {similarity:.2f} with that of {where}",
        Kind.ITEM_INSIDE: f"{similarity:.0%} of what is distinctive in the prompt stands inside {where}",
        Kind.PROMPT_INSIDE: f"{similarity:.0%} of what is distinctive in the prompt of {where} stands inside this one",
        Kind.PARTLY: f"prompt and {where} share {similarity:.0%} of what is distinctive in one of them",
        Kind.ANSWER: f"{similarity:.0%} of the answer stands in {where}, under another prompt",
    }[kind]
    message = what + (f" and {number - 1:,} more" if number > 1 else "")
    return finding(_RULES[kind], message, data.location(key), related=related, similarity=similarity)
