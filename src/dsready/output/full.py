"""The report for a reader at a terminal: findings by rule, what was not checked, the score and what to do first."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from tabulate import tabulate

from dsready.output import matrix
from dsready.output.look import COLORS, Look, plural
from dsready.output.parts import by_rule, failed_gates, names, sums, told_failure, troubles, verdict, worst_level
from dsready.output.plan import THINNED, Step
from dsready.score import NOT_APPLICABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsready.model import DimensionScore, Finding, Report, Score

#: Columns of the table that stand before the reasons: four names or numbers, and the gaps.
TABLE = 42
NARROWEST = 30
#: Locations wider than this stand on a line of their own.
WIDEST_PLACE = 40
#: So many dimensions are named as worth mending.
ADVICE = 3


def render(reports: Sequence[Report], look: Look) -> str:
    """Return the whole report as text."""
    return "\n".join(_whole(report, look) for report in reports)


def _whole(report: Report, look: Look) -> str:
    head = [look.paint(f"Data set {look.show(report.name)}", bold=True)] if report.name else []
    blocks = [head, matrix.render(report, look), list(_findings(report, look))]
    if not look.quiet:
        blocks += [list(_troubles(report, look)), _table(report, look), list(_readiness(report, look))]
        blocks += [list(_decision(report, look))]
    return "\n".join("".join(f"{line.rstrip()}\n" for line in block) for block in blocks if block)


def _findings(report: Report, look: Look) -> Iterator[str]:
    """Yield a heading for each rule, and its first findings."""
    name_of = names(report)
    broken = by_rule(report)
    titles = {code: look.show(f"{code} {name_of.get(code, '')}") for code in broken}
    width = max(map(len, titles.values()), default=0)
    hint = True
    for code, found in broken.items():
        count = report.summary.by_rule.get(code, len(found))
        worst = worst_level(found)
        severity = look.paint(f"{worst or '':<7}", COLORS.get(worst or "", ""))
        blocker = "  " + look.paint("BLOCKER", "red", bold=True) if any(finding.blocks for finding in found) else ""
        title = look.paint(titles[code], bold=True) + " " * (width - len(titles[code]))
        yield f"{title}  {severity}  {plural(count, 'finding')}{blocker}"
        shown = found[: look.examples or None]
        yield from _examples(shown, look)
        if count > len(shown):
            ways = "--max-examples 0 shows all" if look.examples else "not in the report"
            explained = f" ({ways}; dsready rule {look.show(code)} explains)" if hint else ""
            yield f"  + {count - len(shown):,} more{explained}"
            hint = False


def _examples(findings: Sequence[Finding], look: Look) -> Iterator[str]:
    """Yield findings: the place, never broken, and beside it the message."""
    places = [look.place(finding.location) if finding.location else "" for finding in findings]
    width = max((len(place) for place in places if len(place) <= WIDEST_PLACE), default=0)
    for place, finding in zip(places, findings, strict=True):
        message = look.message(finding)
        if not place:
            yield from look.wrap(message, "  ", "  ")
        elif len(place) > WIDEST_PLACE:
            yield f"  {place}"
            yield from look.wrap(message, "    ", "    ")
        else:
            yield from look.wrap(message, f"  {place:<{width}}  ", " " * (width + 4))


def _troubles(report: Report, look: Look) -> Iterator[str]:
    """Yield what was not checked, and why."""
    for trouble in troubles(report):
        hint = " (-v shows the traceback)" if trouble.traceback and not look.verbose else ""
        lines = look.wrap(look.show(f"{trouble.subject}: {trouble.reason}{hint}"), "", "  ")
        yield from (look.paint(line, "red") if trouble.traceback else line for line in lines)
        if look.verbose:
            yield from ("  " + look.show(line) for line in trouble.traceback.splitlines())


def _table(report: Report, look: Look) -> list[str]:
    """Return the table of dimensions."""
    width = max(look.width - TABLE, NARROWEST)
    rows = []
    for part in report.dimensions:
        because = look.show(part.because if part.score is not None else f"not assessed: {part.reason}")
        if part.id == report.readiness.limited_by:
            because = f"{because}  <- limits the score".strip()
        score = "-" if part.score is None else str(math.floor(part.score))
        lost = "-" if part.score is None else f"{part.lost:.1f}"
        rows.append([part.id, str(part.weight), score, lost, textwrap.fill(because, width)])
    if not rows:
        return []
    align = ("left", "right", "right", "right", "left")
    heads = ["Dimension", "Weight", "Score", "Lost", "Because"]
    # Without disable_numparse tabulate takes "1e5" for a number and prints 100000.
    return tabulate(rows, heads, tablefmt="simple", colalign=align, disable_numparse=True).splitlines()


def _readiness(report: Report, look: Look) -> Iterator[str]:
    """Yield the score, what holds it down, what to do first, and the sums."""
    score = report.readiness
    span = f" ({score.low}-{score.high})" if score.low != score.high else ""
    passed = sum(1 for gate in report.gates if gate.passed)
    gate = f"gate: {passed} of {plural(len(report.gates), 'condition')} passed"
    headline = look.paint(f"Readiness {score.score} / 100", bold=True)
    yield f"{headline}{span}  {verdict(report, look)}  ({gate})"
    if score.blockers:
        name_of = names(report)
        blockers = ", ".join(f"{code} {name_of.get(code, '')} ({n:,})" for code, n in score.blockers.items())
        yield from look.wrap(look.show(f"blocked by {blockers}; {score.without_blockers} without them"), "  ", "    ")
    elif score.limited_by:
        yield from look.wrap(look.show(f"limited by {_limit(score)}"), "  ", "    ")
    for part in sorted(report.dimensions, key=lambda part: -part.gain)[:ADVICE]:
        if part.gain:
            yield from look.wrap(look.show(_advice(part, report)), "  ", "    ")
    for failed in failed_gates(report):
        yield from look.wrap(look.show(f"gate failed: {failed}"), "  ", "    ")
    # That nothing blocks and nothing crashed goes without saying.
    required = "".join(gate.required for gate in report.gates if gate.id == "score")
    if passed == len(report.gates) and required:
        yield from look.wrap(look.show(f"gate passed: score {required}"), "  ", "    ")
    yield from look.wrap(sums(report, look), "", "  ")
    yield from told_failure(report, look)


def _decision(report: Report, look: Look) -> Iterator[str]:
    """Yield three lines on the task, if the configuration says anything of it."""
    found = report.decision
    if found is None:
        return
    yield from look.wrap(look.paint(f"Decision  {look.show(found.headline)}", bold=True), "", "  ")
    yield from look.wrap(look.show(found.reason), "  ", "    ")
    yield f"  not met: {found.not_met}, unknown: {found.unknown}; dsready decide explains"


def _limit(score: Score) -> str:
    """Name what holds the score down; of what was not assessed, the dimensions."""
    if "gap" not in score.limits or score.limits["gap"] > min(score.limits.values()):
        return score.limited_by
    missing = [
        part.id + " (in part)" * (part.score is not None)
        for part in score.dimensions
        if part.reason not in ("", NOT_APPLICABLE)
    ]
    return f"what was not assessed: {', '.join(missing)}"


def _advice(part: DimensionScore, report: Report) -> str:
    """Say what mending a dimension would give: about, since a set that lost records is measured anew."""
    after = Step((part.id,), part.rules, report.score + part.gain, part.gain, at_most=part.id == THINNED)
    gives = f"would give {after.promise} (+{part.gain})"
    if part.id == "volume":
        return f"more examples {gives}"
    broken = ", ".join(code for code in part.rules if report.summary.by_rule.get(code))
    return f"removing the {part.id} defects{f' ({broken})' if broken else ''} {gives}"
