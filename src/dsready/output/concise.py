"""One line per finding, for logs and editors: `path:line:col: CODE severity message [hash]`."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from dsready.model import SHOWN_HASH
from dsready.output.look import COLORS, Look, plural
from dsready.output.parts import failed_gates, sums, told_failure, troubles, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsready.model import Finding, Report


def render(reports: Sequence[Report], look: Look) -> str:
    """Return the report, one line for each finding unless fewer are asked for, and one line of summary."""
    return "".join(f"{line}\n" for report in reports for line in _lines(report, look))


def _lines(report: Report, look: Look) -> Iterator[str]:
    shown = list(_shown(report, look.max_examples or sys.maxsize))
    yield from (line(finding, report, look) for finding in shown)
    if not look.quiet:
        missing = sum(report.summary.by_rule.values()) - len(shown)
        if missing > 0:
            ways = "--max-examples 0 shows all" if look.max_examples else "not in the report"
            yield f"+ {missing:,} more ({ways})"
        yield from (look.show(f"{trouble.subject}: {trouble.reason}") for trouble in troubles(report))
        failed = "; ".join(look.show(gate) for gate in failed_gates(report))
        gate = f"gate failed: {failed}" if failed else "gate passed"
        name = f"{look.show(report.name)}: " if report.name else ""
        yield f"{name}readiness {report.score} / 100, {verdict(report, look)}, {gate}; {sums(report, look)}"
        yield from told_failure(report, look)


def _shown(report: Report, most: int) -> Iterator[Finding]:
    """Yield so many findings of each rule."""
    seen: Counter[str] = Counter()
    for finding in report.reported:
        seen[finding.rule] += 1
        if seen[finding.rule] <= most:
            yield finding


def line(finding: Finding, report: Report, look: Look) -> str:
    """Return the line of a finding."""
    place = look.place(finding.location) if finding.location else _whole(report, look)
    if finding.location and finding.location.line and not finding.location.column:
        place += ":1"  # problem matchers want a column
    digest = finding.location.record_sha256 if finding.location else None
    severity = look.paint(finding.severity, COLORS[finding.severity])
    blocker = " BLOCKER" if finding.blocks else ""
    end = f" [{look.show(digest[:SHOWN_HASH])}]" if digest else ""
    return f"{place}: {look.paint(look.show(finding.rule), bold=True)} {severity}{blocker} {look.message(finding)}{end}"


def _whole(report: Report, look: Look) -> str:
    """Name the data set, for findings that stand on no line."""
    training = [file.path for file in report.inputs if file.role == "train"]
    return look.show(training[0]) if len(training) == 1 else plural(len(training), "file")
