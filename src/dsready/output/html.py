"""
The report as one page of HTML that needs nothing else: no network, no script, no style sheet to be complete.

Every value goes through one door, `_shown`, which makes it visible and leaves only markup of ours as it is; Jinja2
escapes what comes out of it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from dsready.escape import visible
from dsready.model import SHOWN_HASH
from dsready.output.look import LONGEST, percent, plural
from dsready.output.page.scores import dimension_note
from dsready.output.page.svg import drawn
from dsready.output.page.view import sheet
from dsready.output.parts import accepted, headline
from dsready.score import scoring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsready.model import Report
    from dsready.output.look import Look
    from dsready.output.page.view import Sheet

#: Characters of a line of a quoted record; they are cut before, this is for lines that somebody else wrote.
LINE = 2_000
#: A profile that names lines one by one, for programs: no picture needs it.
LINES = "training"


def render(reports: Sequence[Report], look: Look) -> str:
    """Return the page for the reports of one run."""
    sheets = [sheet(number, report, look) for number, report in enumerate(reports, 1)]
    style, script = _part("style.css"), _part("script.js")
    return (
        _environment()
        .get_template("page.html")
        .render(
            title=sheets[0].name if len(sheets) == 1 else plural(len(sheets), "data set"),
            sheets=sheets,
            date=look.date,
            style=Markup(style),  # noqa: S704  (a file of ours)
            script=Markup(script),  # noqa: S704  (the same)
            style_hash=_hash(style),
            script_hash=_hash(script),
            island=_island(sheets),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_part),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        drawn=drawn,
        headline=headline,
        plural=plural,
        note=dimension_note,
        accepted=accepted,
        percent=percent,
        scoring=scoring(),
        hash_length=SHOWN_HASH,
    )
    environment.filters["quoted"] = _quoted
    return environment


@cache
def _part(name: str) -> str:
    return files("dsready.output.page").joinpath(name).read_text("utf-8")


def _shown(value: Any) -> Any:
    """Make a value fit to be shown, whatever it is; markup of ours stays."""
    return value if isinstance(value, Markup | int | float) else visible(str(value), LONGEST)


def _quoted(text: str) -> Markup:
    """Escape the text of a record, line by line: its line breaks stay, and nothing else that is not seen."""
    return Markup("\n").join(visible(line, LINE) for line in text.split("\n"))


def _hash(content: str) -> str:
    """Return the hash by which the policy of the page knows its own style and script."""
    return b64encode(sha256(content.encode()).digest()).decode()


def _island(sheets: Sequence[Sheet]) -> Markup:
    """
    Return the result as JSON that ends no element and starts none, with the findings that are shown.

    `dsready report` reads it as it reads any saved result; what has its default is left out.
    """
    values = [_cut(one).model_dump(mode="json", exclude_defaults=True) for one in sheets]
    value = {"schema_version": 1, **values[0]} if len(values) == 1 else {"schema_version": 1, "reports": values}
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    for char in "<>&\x7f":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704  (nothing is left in it that HTML would read)


def _cut(one: Sheet) -> Report:
    """Return the report with the findings that the page shows, and the rules that they break."""
    report = one.report
    findings = tuple(shown.finding for broken in one.broken for shown in broken.shown)
    left = len(findings) < sum(report.summary.by_rule.values()) + report.summary.suppressed
    summary = report.summary.model_copy(update={"truncated": report.summary.truncated or left})
    rules = tuple(rule for rule in report.rules if report.summary.by_rule.get(rule.code))
    outcomes = tuple(
        outcome.model_copy(update={"profile": {name: of for name, of in outcome.profile.items() if name != LINES}})
        for outcome in report.outcomes
    )
    return report.model_copy(update={"findings": findings, "summary": summary, "rules": rules, "outcomes": outcomes})
