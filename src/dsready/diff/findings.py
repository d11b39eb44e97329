"""The findings of two versions: which came, where, and which went."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from dsready.diff.model import RuleChange
from dsready.engine.conclude import subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dsready.model import Finding, Location, Report

#: So many places of a rule's new findings are named.
MOST_PLACES = 3


def rules(old: Report | None, new: Report | None, fresh: Iterable[Location]) -> Iterator[RuleChange]:
    """
    Yield the rules that are not broken as before, by their codes.

    Parameters
    ----------
    old, new
        The reports; None where there was no such version.
    fresh
        Where the records stand that were added or changed.
    """
    reports = [report for report in (old, new) if report is not None]
    names = {finding.rule: finding.name for report in reports for finding in report.findings}
    was, now = (Counter(report.summary.by_rule if report else {}) for report in (old, new))
    before, after = (_listed(report) for report in (old, new))
    lines = {(place.path, place.line) for place in fresh}
    for code in sorted(was.keys() | now.keys()):
        whole = len(before[code]) == was[code] and len(after[code]) == now[code]
        came = _beyond(after[code], before[code])
        mine = [finding for finding in came if _place(finding) in lines]
        if whole:
            mine += [finding for finding in came if _place(finding) not in lines]
        # Where not all are listed, nobody knows of records that are as they were whether what is found is new.
        appeared = max(len(mine), now[code] - was[code])
        change = RuleChange(
            code=code,
            name=names.get(code, ""),
            old=was[code],
            new=now[code],
            appeared=appeared,
            gone=was[code] - now[code] + appeared,
            places=tuple(finding.location for finding in mine if finding.location)[:MOST_PLACES],
        )
        if change.appeared or change.gone:
            yield change


def _listed(report: Report | None) -> dict[str, list[Finding]]:
    """Return the findings of each rule, as far as they are listed."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings if report else ():
        found[finding.rule].append(finding)
    return found


def _beyond(these: Iterable[Finding], those: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are not among the others; of equal ones, the last are too many."""
    left = Counter(map(subject, those))
    found = []
    for finding in these:
        name = subject(finding)
        if left[name]:
            left[name] -= 1
        else:
            found.append(finding)
    return found


def _place(finding: Finding) -> tuple[str, int | None] | None:
    return (finding.location.path, finding.location.line) if finding.location else None
