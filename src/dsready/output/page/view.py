"""What the template of the page is filled with: plain values, in the order in which they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsready.model import Severity
from dsready.output import ON_PAGE, matrix
from dsready.output.look import plural
from dsready.output.page import along, clusters, filemap, leaks, lengths, scores, turns
from dsready.output.page.differences import opened
from dsready.output.page.profiles import Clusters, told
from dsready.output.parts import advised, asked, by_rule, failure, troubles, worst_level
from dsready.output.plan import plan
from dsready.score import NOT_APPLICABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsready.model import DimensionScore, Finding, InputFile, Location, Report, Turn
    from dsready.output.look import Look
    from dsready.output.page.differences import Opened
    from dsready.output.page.svg import Chart
    from dsready.output.parts import Asked
    from dsready.output.plan import Step
#: Findings of all rules together that are shown, where many are broken: fewer of each.
WHOLE = 90
#: Files by whose paths a data set is called, where it has no name.
NAMED = 3
#: Dimensions that are named at the top.
WORST = 3
#: How the codes of rules begin that compare data sets.
ACROSS = "XDS"


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding, and the records that are quoted beside it: what each is called, and its turns."""

    finding: Finding
    records: Sequence[tuple[str, Sequence[Turn]]] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that is broken: how often, by which share of the records if they break it singly, and where first."""

    rule: Asked
    level: str
    count: int
    blocks: bool
    share: float | None
    shown: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class Advised:
    """A repair, in words, with the rules it mends and how."""

    step: Step
    what: str
    rules: Sequence[Asked]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the page says of one data set. `id` begins every id in it."""

    id: str
    report: Report
    waterfall: Chart
    charts: Sequence[Chart]
    steps: Sequence[Advised]
    broken: Sequence[Broken]
    clusters: Sequence[Opened] = ()
    targets: Sequence[Sequence[str]] = ()
    troubles: Sequence[tuple[str, str]] = ()
    worst: Sequence[DimensionScore] = ()
    unassessed: Sequence[tuple[str, str]] = ()
    most: int = 100
    also: Sequence[Asked] = ()
    failing: Sequence[Asked] = ()
    caution: str = ""
    across: Sequence[Asked] = ()
    partly: Sequence[InputFile] = ()
    name: str = ""

    @property
    def told(self) -> set[str]:
        """The rules that the page tells of: what can be linked to."""
        return {broken.rule.code for broken in self.broken}


def sheet(number: int, report: Report, look: Look) -> Sheet:
    """Gather what is shown of a report."""
    steps = plan(report)
    drawn = [
        scores.count(report),
        filemap.filemap(report),
        lengths.lengths(report),
        turns.turns(report),
        clusters.clusters(report),
        leaks.leaks(report),
        *along.along(report),
    ]
    broken = {code for code, count in report.summary.by_rule.items() if count}
    listed = max(look.examples, min(ON_PAGE, WHOLE // max(len(broken), 1))) if look.examples else None
    advice = _advised(report, steps)
    told_of = _broken(report, listed)
    most = steps[-1].score if steps else report.score
    known = told(report, "clusters", Clusters)
    return Sheet(
        id=f"set{number}",
        report=report,
        waterfall=scores.waterfall(report, steps),
        charts=[chart for chart in drawn if chart is not None],
        steps=[one for one in advice if one.step.gain > 0 or one.step.score < most],
        broken=told_of,
        clusters=[opened(cluster, report) for cluster in known.largest] if known else (),
        targets=matrix.rows(report),
        troubles=[(trouble.subject, trouble.reason) for trouble in troubles(report)],
        worst=sorted((part for part in report.dimensions if part.lost >= 1), key=lambda part: -part.lost)[:WORST],
        unassessed=[(part.id, part.reason) for part in report.dimensions if part.reason not in ("", NOT_APPLICABLE)],
        most=most,
        also=[rule for one in advice if one.step.gain <= 0 and one.step.score == most for rule in one.rules],
        caution=_caution(known, steps),
        failing=[one.rule for one in told_of if one.level == Severity.ERROR] if failure(report) else (),
        across=[rule for rule in asked(report).values() if rule.code.startswith(ACROSS) and rule.code in broken],
        partly=[file for file in report.inputs if file.looked_at is not None],
        name=report.name or _named([file.path for file in report.inputs if file.role == "train"]),
    )


def _caution(known: Clusters | None, steps: Sequence[Step]) -> str:
    """Say what to look at before duplicates go: a long text may be shared by records that teach different things."""
    if known is None or not known.otherwise or not any("uniqueness" in step.dimensions for step in steps):
        return ""
    return (
        f"{known.otherwise:,} of {plural(known.near, 'near-duplicate')} answer{'s' * (known.otherwise == 1)} otherwise "
        "than the first record of the cluster: look at some before they go"
    )


def _named(paths: Sequence[str]) -> str:
    """Name a data set by its files; by the first of many."""
    if len(paths) <= NAMED:
        return ", ".join(paths)
    return f"{paths[0]} and {len(paths) - 1:,} more files"


def _advised(report: Report, steps: Sequence[Step]) -> list[Advised]:
    known = asked(report)
    final = steps[-1].score if steps else 0
    return [
        Advised(
            step,
            advised(step.dimensions, blocks=step.blocks),
            [known[code] for code in step.rules if code in known],
            "; it counts once the next ones are done" if step.gain <= 0 and step.score < final else "",
        )
        for step in steps
    ]


def _broken(report: Report, most: int | None) -> list[Broken]:
    known = asked(report)
    found = []
    for code, findings in by_rule(report).items():
        if code not in known:
            continue
        count = report.summary.by_rule.get(code, len(findings))
        singly = all(one.scope == "record" and one.count == 1 for one in findings) and report.summary.records
        # Not the findings: a record may break a rule in several places.
        places = sum(report.spread.rules.get(code, ())) if report.spread else 0
        found.append(
            Broken(
                rule=known[code],
                level=worst_level(findings) or known[code].severity,
                count=count,
                share=min(places / report.summary.records, 1) if singly and places else None,
                blocks=any(one.blocks for one in findings),
                shown=[Shown(one, _records(one, report)) for one in findings[:most]],
            )
        )
    return found


def _records(finding: Finding, report: Report) -> list[tuple[str, Sequence[Turn]]]:
    """Return the records that a finding is about, as far as the report quotes them."""
    places: list[Location] = [*([finding.location] if finding.location else []), *finding.related]
    return [
        (str(place), report.excerpts[place.record_sha256])
        for place in places
        if place.record_sha256 is not None and place.record_sha256 in report.excerpts
    ]
