"""The target check."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from dsready.arrays import distinct_values
from dsready.check import Check, Keys, Verdict, finding
from dsready.dataset.settings import ESTIMATE
from dsready.model import Location, Metric, Rule, Severity
from dsready.targets import ALL, Consequence, chosen
from dsready.targets.columns import Column
from dsready.targets.jury import Jury, Marks
from dsready_checks._targets import Opinion, opinions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset
    from dsready.dataset.settings import Settings
    from dsready.model import Finding
    from dsready_checks._targets import Reason


def _rule(number: int, name: str, severity: Severity, summary: str, fix: str, *, blocks: bool = False) -> Rule:
    return Rule(
        code=f"TGT{number:03}",
        name=f"target-{name}",
        severity=severity,
        dimension="validity",
        summary=summary,
        fix=fix,
        blocks=blocks,
    )


_MEND = "Mend the records named; dsready targets ID lists the target's rules, dsready convert changes the shape."
REFUSES = _rule(1, "refuses", Severity.ERROR, "The target refuses the file or the job for this", _MEND, blocks=True)
STOPS = _rule(2, "stops", Severity.ERROR, "The trainer stops with an exception at this", _MEND, blocks=True)
CHANGES = _rule(
    3, "changes", Severity.ERROR, "The target takes the record, but trains on something else than the file says", _MEND
)
DROPS = _rule(4, "drops", Severity.WARNING, "The target leaves the record out and says little or nothing of it", _MEND)
CUTS = _rule(
    5,
    "cuts",
    Severity.WARNING,
    "The target cuts the example to its length",
    "Shorten it, or raise the trainer's limit and give the same number as context-length.",
)
IGNORES = _rule(
    6, "ignores", Severity.INFO, "A part of the record has no effect on the target", "Remove it, or do not count on it."
)
WARNS = _rule(7, "warns", Severity.WARNING, "The target advises against it, or some versions of it refuse it", _MEND)
UNSURE = _rule(
    8,
    "may-object",
    Severity.INFO,
    "The target may object, but nobody has verified it",
    "Try a small job with such a record first.",
)
ENDED = _rule(
    9,
    "ended",
    Severity.ERROR,
    "The service takes no more files",
    "Choose another target; dsready lint --target all shows which take the file.",
    blocks=True,
)
_OF = {
    Consequence.REJECT: REFUSES,
    Consequence.CRASH: STOPS,
    Consequence.CORRUPT: CHANGES,
    Consequence.DROP: DROPS,
    Consequence.TRUNC: CUTS,
    Consequence.IGNORE: IGNORES,
    Consequence.WARN: WARNS,
}


@dataclass(slots=True)
class Seen:
    """Places of all lines by what the targets make of them, and the types at every path if one makes a table."""

    places: dict[Marks, Keys] = field(default_factory=dict)
    columns: Column | None = None


@lru_cache(maxsize=4)
def _jury(ids: tuple[str, ...], tokenizer: str) -> Jury:
    """Return the targets for this process: what they have said of a form of record holds for all batches."""
    found = chosen(ids).values()
    return Jury([target.estimating() for target in found] if tokenizer == ESTIMATE else list(found))


class Target(Check[Seen]):
    """
    What the chosen trainers and providers would do with the file.

    Why it matters: most wasted runs fail on form. The file is refused after the upload; or worse, it is taken, and rows
    are dropped, cut or changed without a word.

    How to fix: the finding names the target's rule and quotes what the target says. `dsready targets ID` prints all
    rules of a target with their sources, `dsready convert` brings records into another shape. Choose targets with
    --target or `target = "…"`; with `all`, the report shows what each would do with the file, and judges it for none.
    """

    id: ClassVar[str] = "target"
    rules: ClassVar[tuple[Rule, ...]] = (REFUSES, STOPS, CHANGES, DROPS, CUTS, IGNORES, WARNS, UNSURE, ENDED)

    def applies(self, settings: Settings) -> bool:
        """Say whether a target was chosen."""
        return bool(settings.targets)

    def start(self) -> Seen:
        """Return nothing seen."""
        return Seen()

    def update(self, state: Seen, batch: Batch) -> Seen:
        """Let the targets judge the batch."""
        jury = _jury(batch.settings.targets, batch.settings.tokenizer)
        for marks, keys in jury.sort(batch).items():
            state.places.setdefault(marks, Keys()).add(np.array(keys, np.int64))
        if any(target.makes_table for target in jury.targets):
            state.columns = state.columns or Column()
            for key, row in jury.rows(batch):
                state.columns.add(row, key)
        return state

    def merge(self, left: Seen, right: Seen) -> Seen:
        """Put places and types together."""
        for marks, keys in right.places.items():
            left.places.setdefault(marks, Keys()).extend(keys)
        if right.columns is not None:
            left.columns = left.columns or Column()
            left.columns.merge(right.columns)
        return left

    def finish(self, state: Seen, data: Dataset) -> Verdict:
        """Report for each target what it does to the file; judge the file for those that were named."""
        jury = _jury(data.settings.targets, data.settings.tokenizer)
        found = opinions(jury.targets, state.places, state.columns or Column(), data)
        judged = [opinion for opinion in found if opinion.target.id in data.settings.targets]
        verdict = Verdict(int(data.records.sum()))
        verdict.profile = {"targets": [opinion.plain(data) for opinion in found]}
        for opinion in judged:
            self._report(opinion, data, verdict)
        if judged:
            verdict.metrics.append(_lost(judged, data))
            verdict.excludes = distinct_values(np.concatenate([opinion.tally.dropped for opinion in judged]))
        elif ALL not in data.settings.targets:
            verdict.skipped = "no target was chosen"
        return verdict

    def _report(self, opinion: Opinion, data: Dataset, verdict: Verdict) -> None:
        for rule, findings, count in _findings(opinion, data):
            verdict.counts[rule.code] = verdict.counts.get(rule.code, 0) + count
            verdict.findings += findings


def _findings(opinion: Opinion, data: Dataset) -> Iterable[tuple[Rule, list[Finding], int]]:
    """Yield the findings about one target, by its rules: those that are listed, and how many there are."""
    target = opinion.target
    if target.life == "ended":
        message = f"{target.id} takes no more files: {target.note}"
        yield ENDED, [finding(ENDED, message, details={"target": target.id})], 1
        return
    for reason in opinion.reasons:
        rule = _OF[reason.rule.consequence] if reason.rule.verified else UNSURE
        whole = rule is DROPS and len(reason.keys) == opinion.tally.rows
        severity = Severity.ERROR if whole else rule.severity
        details = {"target": target.id, "rule": reason.rule.id, "consequence": reason.rule.consequence.value}
        details |= {"quote": reason.rule.quote} if reason.rule.quote else {}
        if reason.singly:
            keys = reason.keys[: data.listed]
            rows = zip(data.locations(keys), opinion.pointers(reason, keys, data), strict=True)
            listed = [
                finding(rule, reason.said(target), place, severity=severity, pointer=pointer, details=details)
                for place, pointer in rows
            ]
            yield rule, listed, len(reason.keys)
        else:
            place = data.location(int(reason.keys[0])) if len(reason.keys) else _file(reason, data)
            count = max(len(reason.keys), 1)
            message = reason.said(target)
            yield rule, [finding(rule, message, place, severity=severity, count=count, details=details)], 1


def _file(reason: Reason, data: Dataset) -> Location:
    return Location(path=reason.path or data.train[0].path)


def _lost(judged: list[Opinion], data: Dataset) -> Metric:
    """Return the share of records that one of the targets refuses or drops."""
    lost = distinct_values(np.concatenate([opinion.tally.lost for opinion in judged]))
    codes = (REFUSES.code, STOPS.code, DROPS.code)
    return Metric.share(
        "validity.target_share", len(lost), int(data.records.sum()), *codes, what="are refused or dropped by the target"
    )
