"""From what a scan found to the report."""

from __future__ import annotations

import traceback
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from dsready.arrays import distinct_values
from dsready.check import Verdict
from dsready.dataset.dataset import Dataset
from dsready.dataset.record import Status
from dsready.engine.excerpts import excerpts
from dsready.engine.fold import Crash
from dsready.engine.gates import NOT_READY, failure, gates
from dsready.engine.spread import spread
from dsready.model import InputFile, Outcome, Report, Severity, Summary
from dsready.score import NOT_APPLICABLE, Assessed, score
from dsready.suppression import Run, suppress
from dsready.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dsready.check import Check
    from dsready.dataset.dataset import Inputs, Mapped
    from dsready.dataset.source import Source
    from dsready.engine.fold import Partial
    from dsready.engine.gates import Terms
    from dsready.model import Finding, Metric, Rule


def conclude(
    checks: Sequence[Check[Any]],
    partial: Partial,
    inputs: Inputs,
    terms: Terms,
    eval_lines: Mapping[int, np.ndarray[Any, np.dtype[np.int64]]],
    mapped: Mapped | None = None,
) -> Report:
    """
    Let every check judge, work out the score, and put the report together.

    Parameters
    ----------
    eval_lines
        For the number of each evaluation file its lines by status: int64, (statuses,).
    mapped
        How records are read again; None does it in this process.
    """
    records = partial.lines.sum(axis=1) - partial.lines[:, Status.BLANK]
    usable = int(partial.lines[:, Status.USABLE].sum())
    sources, evals = [*inputs.train, *inputs.evals], len(inputs.train)
    data = Dataset(sources, evals, inputs.settings, records, usable, terms.needed, mapped)
    verdicts: dict[str, Verdict | Crash] = {}
    for check, state in zip(checks, partial.states, strict=True):
        if not check.last:
            verdicts[check.id] = _judge(check, state, data)
    excluded = [verdict.excludes for verdict in verdicts.values() if isinstance(verdict, Verdict)]
    data.effective = data.usable - len(distinct_values(np.concatenate([np.empty(0, np.int64), *excluded])))
    for check, state in zip(checks, partial.states, strict=True):
        if check.last:
            verdicts[check.id] = _judge(check, state, data)

    judged = [verdict for verdict in verdicts.values() if isinstance(verdict, Verdict)]
    findings = [found for verdict in judged for found in verdict.findings]
    findings += terms.more
    asked = tuple(_asked(checks, terms))
    known = Run(data, _metrics(judged), frozenset(rule.code for rule in asked))
    findings = suppress(sorted(_selected(findings, terms), key=_order), terms.suppressors, known)
    findings = list(_named(sorted(_selected(findings, terms), key=_order)))
    reported = [found for found in findings if found.suppressed is None]
    suppressed = Counter(found.rule for found in findings if found.suppressed)
    outcomes = tuple(_outcome(check, verdicts[check.id], reported, suppressed, terms) for check in checks)
    counts = Counter(found.rule for found in reported)
    counts |= {code: count for outcome in outcomes for code, count in outcome.counts.items()}
    blockers = _blockers(findings, counts + suppressed)
    readiness = score(_assessed(checks, outcomes, blockers, terms), inputs.settings.goal)
    conditions = gates(readiness, outcomes, _blockers(reported, counts), terms)
    ready = all(gate.passed for gate in conditions)
    lines = {**{source.number: partial.lines[source.number] for source in inputs.train}, **eval_lines}
    severities = _by_severity(asked, reported, counts)
    listed = list(_first(findings, terms.listed))
    return Report(
        tool={"name": "dsready", "version": VERSION},
        settings=inputs.settings.model_dump(mode="json"),
        inputs=tuple(_input(source, number >= data.evals, lines[number]) for number, source in enumerate(data.sources)),
        summary=Summary(
            ready=ready,
            score=readiness.score,
            verdict=readiness.verdict,
            records=int(records.sum()),
            usable=data.usable,
            effective=data.effective,
            errors=severities[Severity.ERROR],
            warnings=severities[Severity.WARNING],
            infos=severities[Severity.INFO],
            by_rule=dict(sorted(counts.items())),
            suppressed=suppressed.total(),
            truncated=counts.total() + suppressed.total() > len(listed),
        ),
        readiness=readiness,
        gates=conditions,
        failure=failure(severities, terms) if ready else NOT_READY,
        outcomes=outcomes,
        rules=asked,
        findings=tuple(listed),
        spread=spread(data, judged, findings),
        excerpts=excerpts(data, judged, reported) if terms.texts else {},
    )


def _judge(check: Check[Any], state: Any, data: Dataset) -> Verdict | Crash:
    if isinstance(state, Crash):
        return state
    try:
        return check.finish(state, data)
    except Exception:  # noqa: BLE001  (any failure of a check is that check's own problem)
        for source in data.sources:  # unless the file is gone, or not what it was
            source.check_unchanged()
        return Crash(0, traceback.format_exc())


def _blockers(findings: Sequence[Finding], counts: Mapping[str, int]) -> dict[str, int]:
    """Count the findings that block, by rule, with those that are not listed."""
    listed = Counter(finding.rule for finding in findings)
    mild = Counter(finding.rule for finding in findings if not finding.blocks)
    return {code: counts[code] - mild[code] for code in listed if listed[code] > mild[code]}


def _selected(findings: Iterable[Finding], terms: Terms) -> Iterator[Finding]:
    """Yield the findings of selected rules, with the levels that hold."""
    for finding in findings:
        level = terms.levels.get(finding.rule)
        if finding.rule in terms.rules:
            yield finding if level is None else finding.model_copy(update={"severity": level})


def _metrics(verdicts: Iterable[Verdict]) -> dict[str, Metric]:
    """Return all that was measured, by id."""
    return {metric.id: metric for verdict in verdicts for metric in verdict.metrics}


def _first(findings: Iterable[Finding], most: int) -> Iterator[Finding]:
    """Yield so many findings of each rule, and so many suppressed ones."""
    seen: Counter[tuple[str, bool]] = Counter()
    for finding in findings:
        kind = finding.rule, finding.suppressed is None
        seen[kind] += 1
        if seen[kind] <= most:
            yield finding


def _asked(checks: Sequence[Check[Any]], terms: Terms) -> Iterator[Rule]:
    """Yield the rules that were asked, in order of their codes, with the levels that hold."""
    rules = [*(rule for check in checks for rule in check.rules), *terms.others]
    for rule in sorted(rules, key=lambda rule: rule.code):
        if rule.code in terms.rules:
            yield rule.model_copy(update={"severity": terms.levels.get(rule.code, rule.severity)})


def _order(finding: Finding) -> tuple[Any, ...]:
    place = finding.location
    where = (place.path, place.line or 0, place.column or 0) if place else ("", 0, 0)
    return (finding.severity.rank, finding.rule, where, finding.pointer, finding.message)


def _named(findings: Sequence[Finding]) -> Iterator[Finding]:
    """
    Give every finding a fingerprint that survives moved lines: equal records have equal hashes, so they are numbered.
    """
    seen: dict[tuple[str, ...], int] = {}
    for finding in findings:
        name = subject(finding)
        if finding.location:
            name = (name[0], finding.location.path, *name[1:])
        ordinal = seen[name] = seen.get(name, -1) + 1
        digest = sha256("\0".join([*name, str(ordinal)]).encode("utf-8", "backslashreplace")).hexdigest()
        yield finding.model_copy(update={"fingerprint": digest[:32]})


def subject(finding: Finding) -> tuple[str, ...]:
    """Return what a finding is about, whatever file the record is in."""
    record = (finding.details.get("shared", finding.location.record_sha256 or ""),) if finding.location else ()
    details = (finding.details[key] for key in ("target", "rule") if key in finding.details)
    return finding.rule, *record, finding.pointer, *details


def _outcome(
    check: Check[Any], verdict: Verdict | Crash, reported: Iterable[Finding], suppressed: Counter[str], terms: Terms
) -> Outcome:
    asked = tuple(sorted(rule.code for rule in check.rules if rule.code in terms.rules))
    told: dict[str, Any] = {
        "check": check.id,
        "package": terms.packages.get(check.id, ""),
        "options": check.model_dump(mode="json", by_alias=True),
        "rules": asked,
    }
    if isinstance(verdict, Crash):
        why = _last_line(verdict.traceback)
        return Outcome(**told, status="crashed", reason=why, traceback=verdict.traceback)
    codes = {rule.code for rule in check.rules}
    mine = [finding for finding in reported if finding.rule in codes]
    counts = dict(Counter(finding.rule for finding in mine))
    exact = {code: count - suppressed[code] for code, count in verdict.counts.items() if code in terms.rules}
    counts |= {code: count for code, count in exact.items() if count}
    skipped = verdict.skipped or ("" if verdict.examined else "no record could be examined")
    failed = any(finding.severity != "info" for finding in mine)
    return Outcome(
        **told,
        status="skipped" if skipped else "failed" if failed else "passed",
        examined=verdict.examined,
        reason=skipped,
        counts=dict(sorted(counts.items())),
        metrics=tuple(verdict.metrics),
        profile=verdict.profile,
    )


def _by_severity(asked: Iterable[Rule], reported: Sequence[Finding], counts: Mapping[str, int]) -> Counter[Severity]:
    """Count findings by severity; those that are not listed have the severity of their rule."""
    found = Counter(finding.severity for finding in reported)
    listed = Counter(finding.rule for finding in reported)
    for rule in asked:
        found[rule.severity] += counts.get(rule.code, 0) - listed[rule.code]
    return found


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def _assessed(
    checks: Sequence[Check[Any]], outcomes: Sequence[Outcome], blockers: Mapping[str, int], terms: Terms
) -> list[Assessed]:
    by_id = {outcome.check: outcome for outcome in outcomes}
    belongs = {rule.code: rule.dimension for check in checks for rule in check.rules}
    found = []
    for dimension, ids in sorted(terms.feeds.items()):
        metrics = [metric for outcome in outcomes for metric in outcome.metrics if metric.dimension == dimension]
        mine = {code: count for code, count in blockers.items() if belongs[code] == dimension}
        gaps = {id_: _gap(by_id.get(id_)) for id_ in sorted(ids)}
        reason = NOT_APPLICABLE if dimension in terms.not_applicable else _told(gaps)
        # Whoever leaves checks out knows of it; a check that crashed or had nothing to look at leaves a hole.
        ran = [id_ for id_ in gaps if id_ in by_id]
        partly = dimension not in terms.not_applicable and bool(ran) and not any(gaps[id_] for id_ in ran)
        found.append(Assessed(dimension, metrics, reason, mine, partly))
    return found


def _gap(outcome: Outcome | None) -> str:
    """Say why a check says nothing; empty if it does."""
    if outcome is None:
        return "not selected"
    if outcome.status == "crashed":
        return "crashed"
    return outcome.reason if outcome.status == "skipped" else ""


def _told(gaps: Mapping[str, str]) -> str:
    """Say why checks say nothing, of those with one reason together."""
    checks: dict[str, list[str]] = {}
    for id_, gap in gaps.items():
        if gap:
            checks.setdefault(gap, []).append(id_)
    return "; ".join(f"{', '.join(ids)}: {gap}" for gap, ids in checks.items())


def _input(source: Source, is_eval: bool, lines: np.ndarray[Any, np.dtype[np.int64]]) -> InputFile:
    return InputFile(
        path=source.path,
        role="eval" if is_eval else "train",
        bytes=source.stamp[0],
        sha256=source.sha256,
        lines=int(lines.sum()),
        records=int(lines.sum() - lines[Status.BLANK]),
        usable=int(lines[Status.USABLE]),
        compression=source.packed,
        notes=tuple(trouble.message for trouble in source.troubles),
        looked_at=source.size if source.cut else None,
    )
