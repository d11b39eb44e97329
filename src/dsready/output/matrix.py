"""What each target would do with the data set, as a table: who takes it as it is, and what is in others' way."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

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
LONGEST = 160


def opinions(report: Report) -> list[dict[str, Any]]:
    """Return what the targets think, as the report holds it; best first. Empty if none was asked."""
    found: list[dict[str, Any]] = []
    for outcome in report.outcomes:
        if outcome.check == CHECK:
            found = list(outcome.profile.get("targets", ()))
    return sorted(found, key=lambda one: (ORDER.index(one["verdict"]), one["in_the_way"] or _files(one), one["id"]))


def _files(one: dict[str, Any]) -> int:
    """Of files that are refused as a whole, those go first that have the fewest reasons."""
    return len(one["reasons"]) if one["verdict"] == "refuses" else 0


def render(report: Report, look: Look) -> list[str]:
    """Return the table, and a line that sums it up; nothing if no target was asked."""
    found = opinions(report)
    if not found:
        return []
    names = max(len(one["id"]) for one in found)
    width = max(look.width - TABLE - names, NARROWEST)
    rows = [
        [
            look.show(one["id"]),
            look.paint(WORDS[one["verdict"]], COLORS[one["verdict"]]),
            _rows(one),
            textwrap.fill(look.show(_because(one), LONGEST), width),
        ]
        for one in found
    ]
    table = tabulate(rows, ["Target", "Takes it", "Rows", "Because"], tablefmt="simple", disable_numparse=True)
    return [*table.splitlines(), *look.wrap(_sum(found), "", "  ")] if len(found) > 1 else table.splitlines()


def _rows(one: dict[str, Any]) -> str:
    """Say how many rows are in the way, or what becomes of how many."""
    if one["verdict"] == "refuses":
        return f"{one['in_the_way']:,} in the way" if one["in_the_way"] else "the file"
    harmed = [f"{one[what]:,} {what}" for what in ("changed", "dropped", "cut") if one[what]]
    return ", ".join(harmed)


def _because(one: dict[str, Any]) -> str:
    if one["verdict"] == "ended":
        return str(one["note"])
    if not one["reasons"]:
        return ""
    first = one["reasons"][0]
    line = f"line {first['line']}: " if first["line"] is not None else ""
    unsure = "unverified: " if first["evidence"][0] == "U" else ""
    return f"{line}{unsure}{first['says']} ({first['rule']})"


def _sum(found: Sequence[dict[str, Any]]) -> str:
    counts = {verdict: sum(one["verdict"] == verdict for one in found) for verdict in ORDER}
    parts = [f"{count} {WORDS[verdict]}" for verdict, count in counts.items() if count]
    return f"{plural(len(found), 'target')}: {'; '.join(parts)}"
