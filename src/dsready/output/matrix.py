"""What each target would do with the data set, as a table: who takes it as it is, and what is in others' way."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from tabulate import tabulate

from dsready.output.look import Look, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsready.model import Report

CHECK = "target"
ORDER = ("accepts", "changes", "refuses", "ended")
WORDS = {"accepts": "yes", "changes": "yes, but", "refuses": "no", "ended": "ended"}
COLORS = {"accepts": "green", "changes": "yellow", "refuses": "red", "ended": ""}
#: Columns of the table but for the names and the reasons.
TABLE = 33
NARROWEST = 30
#: Longer sentences are cut: the whole is in the JSON result, and in `dsready targets`.
LONGEST = 400
#: Of more targets than this, those that read other formats are only named.
MANY = 10


class Reason(BaseModel):
    """Why a target does something to records, as far as it is shown."""

    rule: str
    consequence: str
    evidence: Annotated[tuple[str, ...], Field(min_length=1)]
    says: str
    path: str = ""
    line: int | None = None


class Opinion(BaseModel):
    """What a target thinks, as far as it is shown."""

    id: str
    verdict: Literal["accepts", "changes", "refuses", "ended"]
    note: str = ""
    reads: bool
    first_row_only: bool
    in_the_way: int
    dropped: int
    changed: int
    cut: int
    reasons: tuple[Reason, ...]


_READER = TypeAdapter(tuple[Opinion, ...])


def opinions(report: Report) -> list[dict[str, Any]]:
    """Return what the targets think, best first; empty if none was asked, or if what they say cannot be read."""
    found: list[dict[str, Any]] = []
    for outcome in report.outcomes:
        if outcome.check == CHECK:
            try:
                told = _READER.validate_python(outcome.profile.get("targets", ()))
            except ValidationError:  # the result may be anybody's
                told = ()
            found = [one.model_dump() for one in told]
    return sorted(found, key=lambda one: (ORDER.index(one["verdict"]), one["in_the_way"] or _files(one), one["id"]))


def _files(one: dict[str, Any]) -> int:
    """Of files that are refused as a whole, those go first that have the fewest reasons."""
    return len(one["reasons"]) if one["verdict"] == "refuses" else 0


def rows(report: Report) -> list[list[str]]:
    """Return the table without its looks: a row of id, whether it takes the set, rows, reason for each target."""
    several = sum(file.role == "train" for file in report.inputs) > 1
    return [[one["id"], WORDS[one["verdict"]], _rows(one), _because(one, several=several)] for one in opinions(report)]


def render(report: Report, look: Look) -> list[str]:
    """Return the table, who reads other formats, and a line that sums it up; nothing if no target was asked."""
    found = opinions(report)
    if not found:
        return []
    strangers = [one for one in found if not one["reads"] and one["verdict"] == "refuses"] if len(found) > MANY else []
    shown = [one for one in found if one not in strangers]
    several = sum(file.role == "train" for file in report.inputs) > 1
    names = max((len(one["id"]) for one in shown), default=0)
    width = max(look.width - TABLE - names, NARROWEST)
    rows = [
        [
            look.show(one["id"]),
            look.paint(WORDS[one["verdict"]], COLORS[one["verdict"]]),
            _rows(one),
            textwrap.fill(look.show(_because(one, several=several), LONGEST), width),
        ]
        for one in shown
    ]
    table = tabulate(rows, ["Target", "Takes it", "Rows", "Because"], tablefmt="simple", disable_numparse=True)
    lines = table.splitlines()
    if strangers:
        ids = ", ".join(look.show(one["id"]) for one in strangers)
        lines += look.wrap(f"no, they read other formats (see dsready convert): {ids}", "", "  ")
    return [*lines, *look.wrap(_sum(found), "", "  ")] if len(found) > 1 else lines


def _rows(one: dict[str, Any]) -> str:
    """Say how many rows are in the way, or what becomes of how many."""
    if one["verdict"] == "refuses" and one["in_the_way"]:
        return f"{one['in_the_way']:,} in the way"
    harmed = [f"{one[what]:,} {what}" for what in ("changed", "dropped", "cut") if one[what]]
    return ", ".join(harmed) or ("the file" if one["verdict"] == "refuses" else "")


def _because(one: dict[str, Any], *, several: bool) -> str:
    """Say the first reason; where nothing is in the way, only one that somebody has verified."""
    if one["verdict"] == "ended":
        return str(one["note"])
    told = [reason for reason in one["reasons"] if reason["evidence"][0] != "U" and reason["consequence"] != "IGNORE"]
    if not told:
        return "it looks at the first row only" if one["first_row_only"] else ""
    first = told[0]
    place = f"{first['path']}:{first['line']}" if several else f"line {first['line']}"
    return f"{f'{place}: ' if first['line'] is not None else ''}{first['says']} ({first['rule']})"


def _sum(found: Sequence[dict[str, Any]]) -> str:
    counts = {verdict: sum(one["verdict"] == verdict for one in found) for verdict in ORDER}
    parts = [f"{count} {WORDS[verdict]}" for verdict, count in counts.items() if count]
    return f"{plural(len(found), 'target')}: {'; '.join(parts)}"
