"""What several formats say, in the same words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from dsready.model import Location, Severity
from dsready.output.look import Look, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dsready.model import Finding, Report

VERDICT_COLORS = {"ready": "green", "ready with warnings": "yellow", "needs work": "yellow", "not ready": "red"}
LOWEST_RANK = 3
#: What accepts a finding, in a sentence.
ACCEPTED_BY = {
    "per-file": "per-file-ignores",
    "ignore-file": "the ignore file",
    "record": "a key of the record",
    "baseline": "the baseline",
    "since": "--since",
}


def names(report: Report) -> dict[str, str]:
    """Return the name of every rule that was asked or has a finding, by code."""
    return {code: rule.name for code, rule in asked(report).items()}


class Asked(NamedTuple):
    """What is known of a rule that was asked; a saved result that names no rules knows the names of those broken."""

    code: str
    name: str
    severity: Severity
    summary: str
    fix: str = ""
    dimension: str = ""
    blocks: bool = False
    precision: str = ""


def asked(report: Report) -> dict[str, Asked]:
    """Return every rule that was asked, in order of the codes, by its code."""
    found = {
        finding.rule: Asked(finding.rule, finding.name, finding.severity, finding.name.replace("-", " "))
        for finding in sorted(report.findings, key=lambda finding: -finding.severity.rank)
    }
    found |= {
        rule.code: Asked(
            rule.code, rule.name, rule.severity, rule.summary, rule.fix, rule.dimension, rule.blocks, rule.precision
        )
        for rule in report.rules
    }
    return dict(sorted(found.items()))


def training(report: Report) -> str:
    """Return the path of the first training file: where findings are shown that stand in no file."""
    return next((file.path for file in report.inputs if file.role == "train"), "")


def anchor(finding: Finding, report: Report) -> Location:
    """Return where to show a finding, for readers who want a place for each."""
    return finding.location or Location(path=training(report))


def by_rule(report: Report) -> dict[str, list[Finding]]:
    """Return the findings that count by the code of their rule, the worst rule first, each rule's in their order."""
    found: dict[str, list[Finding]] = {code: [] for code in worst_first(report)}
    for finding in report.reported:
        found.setdefault(finding.rule, []).append(finding)
    return found


def worst_level(findings: Iterable[Finding]) -> Severity | None:
    """Return the worst severity of some findings, None where there are none."""
    return min((finding.severity for finding in findings), key=lambda severity: severity.rank, default=None)


def first_of_each(report: Report) -> list[Finding]:
    """Return the first finding of each broken rule, the worst rule first."""
    return [found[0] for found in by_rule(report).values() if found]


def worst_first(report: Report) -> list[str]:
    """Return the codes of the broken rules: errors first, then by count."""
    ranks: dict[str, int] = {}
    for finding in report.reported:
        ranks[finding.rule] = min(finding.severity.rank, ranks.get(finding.rule, LOWEST_RANK))
    counts = {code: count for code, count in report.summary.by_rule.items() if count}
    return sorted(counts, key=lambda code: (ranks.get(code, LOWEST_RANK), -counts[code], code))


class Trouble(NamedTuple):
    """What was not checked: the checks or the file, why, and how it crashed if it did."""

    subject: str
    reason: str
    traceback: str = ""


def troubles(report: Report) -> Iterator[Trouble]:
    """Yield what was not checked; checks that were skipped for one reason together."""
    skipped: dict[str, list[str]] = {}
    for outcome in report.outcomes:
        if outcome.status == "crashed":
            why = outcome.reason or "unknown error"
            yield Trouble(outcome.check, f"CRASHED, its rules were not checked: {why}", outcome.traceback)
        elif outcome.status == "skipped":
            skipped.setdefault(outcome.reason, []).append(outcome.check)
    yield from (Trouble(", ".join(checks), f"skipped: {reason}") for reason, checks in skipped.items())
    told = {finding.message for finding in report.findings}
    for file in report.inputs:
        yield from (Trouble(file.path, note) for note in file.notes if note not in told)


def failed_gates(report: Report) -> list[str]:
    """Return one sentence for each condition that does not hold."""
    return [str(gate) for gate in report.gates if not gate.passed]


def verdict(report: Report, look: Look) -> str:
    """Return the verdict, louder if it is bad."""
    said = report.verdict.upper() if report.verdict == "not ready" else report.verdict
    return look.paint(said, VERDICT_COLORS[report.verdict], bold=True)


def headline(report: Report) -> str:
    """Return the score in a line: number, span, word; and if the word sounds better than that, that a gate failed."""
    low, high = report.readiness.low, report.readiness.high
    span = f" ({low}-{high})" if low != high else ""
    failed = ", but a gate failed" if not report.ready and report.verdict != "not ready" else ""
    return f"{report.score} / 100{span}, {report.verdict}{failed}"


def advised(dimensions: Sequence[str], *, blocks: bool = False) -> str:
    """Say what is to be done about dimensions."""
    names = " and ".join(dimensions)
    if blocks:
        return f"mend what blocks: {names}"
    return "more examples" if names == "volume" else f"remove the {names} defects"


def failure(report: Report) -> str:
    """Say why a run fails all gates of which are passed; empty if it does not."""
    return report.failure if report.ready else ""


def told_failure(report: Report, look: Look) -> list[str]:
    """Return a line on a failure that neither the score nor the gates show; none if there is no such."""
    why = failure(report)
    name = f"{look.show(report.name)} " if report.name else ""
    return [f"{name}{'would fail' if look.exit_zero else 'failed'}: {look.show(why)}"] if why else []


def accepted(report: Report) -> str:
    """Say how many findings are suppressed, by what, and which blockers are among them; empty if none is."""
    total = report.summary.suppressed
    if not total:
        return ""
    known = [finding for finding in report.findings if finding.suppressed is not None]
    by = Counter(finding.suppressed.by for finding in known if finding.suppressed)
    # Where not all are listed, only the sum is exact.
    told = ", ".join(f"{count:,} by {ACCEPTED_BY[name]}" for name, count in by.most_common() if len(known) == total)
    left = report.summary.by_rule
    listed = Counter(finding.rule for finding in known if finding.blocks)
    every = report.readiness.blockers
    blockers = {code: max(count, every.get(code, 0) - left.get(code, 0)) for code, count in sorted(listed.items())}
    blocking = ", ".join(f"{code} ({count:,})" for code, count in blockers.items())
    said = f"{plural(total, 'finding')} suppressed"
    return said + (f": {told}" if told else "") + (f"; accepted blockers: {blocking}" if blocking else "")


def sums(report: Report, look: Look) -> str:
    """Return the line that counts findings and records."""
    summary = report.summary
    found = summary.errors + summary.warnings + summary.infos
    suppressed = accepted(report)
    records = plural(summary.records, "record") + (f"; {look.show(suppressed)}" if suppressed else "")
    if not found:
        return f"0 findings in {records}"
    parts = [plural(summary.errors, "error"), plural(summary.warnings, "warning"), plural(summary.infos, "info")]
    broken = sum(1 for count in summary.by_rule.values() if count)
    return f"{plural(broken, 'rule')}, {plural(found, 'finding')} ({', '.join(parts)}) in {records}"
