"""The target check."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from dsready.arrays import distinct_values
from dsready.check import Check, Keys, Verdict, finding
from dsready.dataset.record import Status
from dsready.dataset.settings import ESTIMATE
from dsready.model import Location, Metric, Rule, Severity
from dsready.targets import Consequence, chosen
from dsready.targets.columns import Column
from dsready.targets.jury import Jury, Marks
from dsready_checks._targets import Opinion, opinions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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
_OF_ALL = (*_OF.values(), UNSURE)
#: Of a mistake that many rows make, so many other places are named.
_MOST_RELATED = 20
_MOST_NAMED = 3


@dataclass(slots=True)
class Seen:
    """Places of all lines by what the targets make of them; the types at every path, if one makes a table."""

    places: dict[Marks, Keys] = field(default_factory=dict)
    unusable: Keys = field(default_factory=Keys)
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
        unusable = [record.key for record in batch.records if record.status is not Status.USABLE]
        state.unusable.add(np.array(unusable, np.int64))
        if any(target.makes_table for target in jury.targets):
            state.columns = state.columns or Column()
            for key, row in jury.rows(batch):
                state.columns.add(row, key)
        return state

    def merge(self, left: Seen, right: Seen) -> Seen:
        """Put places and types together."""
        for marks, keys in right.places.items():
            left.places.setdefault(marks, Keys()).extend(keys)
        left.unusable.extend(right.unusable)
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
        if judged:
            _report(judged, data, verdict)
            verdict.metrics.append(_lost(judged, data))
            dropped = distinct_values(np.concatenate([opinion.dropped for opinion in judged]))
            verdict.excludes = np.setdiff1d(dropped, state.unusable.sorted())
        return verdict


def _report(judged: Sequence[Opinion], data: Dataset, verdict: Verdict) -> None:
    singly: dict[str, list[tuple[Opinion, Reason]]] = {}
    for opinion in judged:
        target = opinion.target
        if target.life == "ended":
            message = f"{target.id} takes no more files: {target.note}"
            verdict.mark(ENDED, np.empty(0, np.int64), findings=1)
            verdict.findings.append(finding(ENDED, message, details={"target": target.id}))
        for reason in opinion.reasons:
            rule = _OF[reason.rule.consequence] if reason.rule.verified else UNSURE
            if reason.singly and not (rule is DROPS and opinion.loses_all):
                singly.setdefault(rule.code, []).append((opinion, reason))
            else:
                verdict.mark(rule, reason.keys, findings=1)
                verdict.findings.append(_whole(rule, opinion, reason, data))
    for rule in _OF_ALL:
        if rule.code in singly:
            for _, reason in singly[rule.code]:
                verdict.mark(rule, reason.keys)
            verdict.findings += _rows(rule, singly[rule.code], data)


def _whole(rule: Rule, opinion: Opinion, reason: Reason, data: Dataset) -> Finding:
    """Build the one finding for a mistake of the file, or of many rows."""
    severity = Severity.ERROR if rule is DROPS and opinion.loses_all else rule.severity
    places = data.locations(reason.keys[: 1 + _MOST_RELATED])
    file = (reason.problem.path if reason.problem else "") or data.train[0].path
    return finding(
        rule,
        reason.said(opinion.target) + _also(places, len(reason.keys)),
        places[0] if places else Location(path=file),
        severity=severity,
        related=places[1:],
        count=max(len(reason.keys), 1),
        details=_details(opinion, reason),
    )


def _also(places: Sequence[Location], count: int) -> str:
    """Name the first of the other places, if there are any."""
    named = [place.within(places[0].path) for place in places[1 : 1 + _MOST_NAMED]]
    more = count - 1 - len(named)
    return f"; also {', '.join(named)}{f' and {more:,} more' if more else ''}" if named else ""


def _rows(rule: Rule, broken: Sequence[tuple[Opinion, Reason]], data: Dataset) -> list[Finding]:
    """Build a finding for each line that breaks a rule of a target: those of the first lines that are listed."""
    firsts = [reason.keys[: data.listed] for _, reason in broken]
    owners = np.repeat(np.arange(len(broken)), [len(keys) for keys in firsts])
    lines = np.concatenate(firsts)
    order = np.argsort(lines, kind="stable")[: data.listed]
    lines = lines[order]
    pointers = _pointers([opinion for opinion, _ in broken], lines, data)
    found = []
    for key, place, owner in zip(lines.tolist(), data.locations(lines), owners[order].tolist(), strict=True):
        opinion, reason = broken[owner]
        pointer = pointers.get((key, opinion.target.id, reason.rule.id), "")
        details = _details(opinion, reason)
        found.append(finding(rule, reason.said(opinion.target), place, pointer=pointer, details=details))
    return found


def _pointers(judges: Sequence[Opinion], lines: NDArray[np.int64], data: Dataset) -> dict[tuple[int, str, str], str]:
    """Return where in each of these records which rule of which target is broken."""
    targets = {opinion.target.id: opinion.target for opinion in judges}
    return {
        (record.key, id_, breach.rule.id): breach.pointer
        for record in data.fetch(lines)
        for id_, target in targets.items()
        for breach in reversed(target.of_line(record.raw, data.settings.suppress_key))  # the first place counts
    }


def _details(opinion: Opinion, reason: Reason) -> dict[str, str]:
    facts = {"target": opinion.target.id, "rule": reason.rule.id, "consequence": reason.rule.consequence.value}
    return facts | ({"quote": reason.rule.quote} if reason.rule.quote else {})


def _lost(judged: Sequence[Opinion], data: Dataset) -> Metric:
    """Return the share of records that one of the targets refuses or drops."""
    lost = distinct_values(np.concatenate([opinion.lost for opinion in judged]))
    codes = (REFUSES.code, STOPS.code, DROPS.code)
    return Metric.share(
        "validity.target_share", len(lost), int(data.records.sum()), *codes, what="are refused or dropped by the target"
    )
