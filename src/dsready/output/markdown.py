"""A block of Markdown: for the summary of a CI job, and for the card of the data set."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from dsready.output.block import REPORT, marks
from dsready.output.look import plural
from dsready.output.parts import accepted, advised, asked, by_rule, failure, headline, troubles
from dsready.output.plan import plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsready.model import Report
    from dsready.output.look import Look

#: So many broken rules are told, of each so many places; so many files and troubles; so many repairs.
RULES, PLACES, MOST, STEPS = 10, 3, 100, 3
#: Longer texts are cut.
LONGEST = 200
#: Bytes after which no other data set is told: the summary of a job may have 1 MiB, and others write into it too.
ROOM = 500_000


def render(reports: Sequence[Report], look: Look) -> str:
    """
    Return the block with its marks.

    What may come from data stands in code spans only: there nothing is markup, a link, or a mention.
    """
    begin, end = marks(REPORT)
    lines, size = [begin], 0
    for number, report in enumerate(reports):
        if size > ROOM:
            lines += ["", f"And {plural(len(reports) - number, 'data set')} more."]
            break
        section = [*[""][:number], *_section(report, look)]
        size += sum(len(line.encode("utf-8", "backslashreplace")) + 1 for line in section)
        lines += section
    tool = reports[0].tool
    made = f"dsready {tool.get('version', '')}, scoring version {reports[0].readiness.version}"
    day = f", {look.date}" if look.date else ""
    return "\n".join([*lines, "", f"Made with {code(made + day, look)}.", "", end, ""])


def code(text: str, look: Look) -> str:
    """
    Return a text as a code span, in which nothing is markup, an image, a link or a mention. For a table see `cell`.

    Its fence is longer than any run of backticks inside. A comment would be taken for one by what looks for the marks
    of the block.
    """
    text = look.show(text, LONGEST).replace("<!--", "<\\u0021--") or " "
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    # Of blanks at both ends one each is taken off, if there is more; without them a backtick would lengthen the fence.
    pad = " " if text.strip(" ") and (text[0] in "` " or text[-1] == "`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def cell(text: str, look: Look) -> str:
    """
    Return a text as a code span in a table.

    A bar would end the cell, even in code, unless the number of backslashes before it is odd.
    """
    return re.sub(r"(\\*)\|", lambda found: found[0] if len(found[1]) % 2 else f"{found[1]}\\|", code(text, look))


def _section(report: Report, look: Look) -> Iterator[str]:
    name = f"{code(report.name, look)}: " if report.name else ""
    why = failure(report)
    yield f"### {name or 'dsready: '}{headline(report)}{f', but failed: {code(why, look)}' if why else ''}"
    yield ""
    summary = report.summary
    counts = [plural(summary.errors, "error"), plural(summary.warnings, "warning"), plural(summary.infos, "info")]
    yield f"{', '.join(counts)} in {plural(summary.records, 'record')} ({summary.effective:,} effective)."
    suppressed = accepted(report)
    if suppressed:
        yield f"{code(suppressed, look)}"
    yield from _table(["Gate", "Required", "Found", "Passed"], list(_gates(report, look)))
    yield from _table(["Dimension", "Weight", "Score", "Lost", "Because"], list(_dimensions(report, look)))
    yield from _table(["Rule", "Level", "Findings", "First", "What is found first"], list(_rules(report, look)))
    more = sum(1 for found in by_rule(report).values() if found) - RULES
    if more > 0:
        yield from ["", f"And {plural(more, 'rule')} more."]
    steps = list(_steps(report, look)) if report.failed else []
    if steps:
        yield from ["", "To do first:", "", *steps]
    missing = [f"- {code(f'{one.subject}: {one.reason}', look)}" for one in troubles(report)]
    if missing:
        yield from ["", "Not checked:", "", *_first(missing)]
    files = [
        f"- {code(file.path, look)} ({file.role}, {plural(file.records, 'record')}), SHA-256 {code(file.sha256, look)}"
        for file in report.inputs
    ]
    if files:
        yield from ["", "Files:", "", *_first(files)]


def _first(items: list[str]) -> list[str]:
    rest = len(items) - MOST
    return [*items[:MOST], f"- and {rest:,} more"] if rest > 0 else items


def _table(heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    """Yield a table, if there is anything in it; its cells are Markdown."""
    if rows:
        yield from ["", *(f"| {' | '.join(row)} |" for row in [heads, ["---"] * len(heads), *rows])]


def _gates(report: Report, look: Look) -> Iterator[list[str]]:
    for gate in report.gates:
        passed = "yes" if gate.passed else "**no**"
        yield [cell(gate.id, look), cell(gate.required, look), cell(gate.found, look), passed]
    if why := failure(report):
        yield [cell("failing findings", look), cell("none", look), cell(why, look), "**no**"]


def _dimensions(report: Report, look: Look) -> Iterator[list[str]]:
    for part in report.dimensions:
        score, lost = ("-", "-") if part.score is None else (str(math.floor(part.score)), f"{part.lost:.1f}")
        because = part.because if part.score is not None else f"not assessed: {part.reason}"
        yield [part.id, str(part.weight), score, lost, cell(because, look) if because else ""]


def _steps(report: Report, look: Look) -> Iterator[str]:
    """Yield the first repairs, with the rules that they mend and the score after each."""
    for step in plan(report)[:STEPS]:
        rules = f" ({', '.join(code(rule, look) for rule in step.rules[:RULES])})" if step.rules else ""
        what = advised(step.dimensions, blocks=step.blocks)
        yield f"1. {what[0].upper()}{what[1:]}{rules}: {step.promise} / 100 after it"


def _rules(report: Report, look: Look) -> Iterator[list[str]]:
    """Yield the worst broken rules, with their first places, and what is found at the first."""
    known = asked(report)
    for rule, findings in [(rule, found) for rule, found in by_rule(report).items() if found][:RULES]:
        level = str(findings[0].severity) + ", blocker" * any(finding.blocks for finding in findings)
        count = report.summary.by_rule.get(rule, len(findings))
        places = "; ".join(cell(look.place(one.location), look) for one in findings[:PLACES] if one.location)
        said = cell(findings[0].message, look)
        yield [cell(f"{rule} {known[rule].name}", look), level, f"{count:,}", places, said]
