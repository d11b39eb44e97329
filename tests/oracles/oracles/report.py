"""The table of agreements: on the terminal, and in the README."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from tabulate import tabulate

from oracles.exceptions import KNOWN
from oracles.registry import HERE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from oracles.compare import Case, Tally

_BEGIN, _END = "<!-- agreements -->\n", "<!-- /agreements -->"
_HEADERS = ("oracle", "target", "files", "rows", "agreements", "documented exceptions", "disagreements")


def table(tallies: Iterable[Tally]) -> str:
    """Return the table in Markdown."""
    rows = [
        (
            tally.oracle.name,
            tally.oracle.target,
            tally.files,
            f"{tally.rows:,}",
            f"{tally.agreements:,}",
            f"{tally.exceptions:,}",
            f"{len(tally.disagreements):,}",
        )
        for tally in tallies
    ]
    sides = ("left", "left", *("right",) * 5)
    return tabulate(rows, _HEADERS, tablefmt="github", disable_numparse=True, colalign=sides)


def exceptions() -> str:
    """Return the differences that are meant, and why, in Markdown."""
    rows = [(known.oracle, known.rule, known.why) for known in KNOWN]
    return tabulate(rows, ("oracle", "rule", "why we differ"), tablefmt="github", disable_numparse=True)


def grouped(cases: Iterable[Case]) -> list[tuple[int, Case]]:
    """Return one case of each kind of disagreement, with how many there are of it, the most frequent first."""
    groups: dict[tuple[str, ...], list[Case]] = {}
    for case in cases:
        said = re.sub(r"\d+|'[^']*'|`[^`]*`", "…", case.message)[:80]
        groups.setdefault((case.part, case.ours, case.theirs, *case.rules, said), []).append(case)
    found = [(len(group), min(group, key=lambda case: len(str(case)))) for group in groups.values()]
    return sorted(found, key=lambda pair: -pair[0])


def write(text: str, readme: Path = HERE / "README.md") -> None:
    """Put the table between its markers."""
    before, found, rest = readme.read_text(encoding="utf-8").partition(_BEGIN)
    _, closed, after = rest.partition(_END)
    if not found or not closed:
        sys.exit(f"{readme.name} has no place for the table")
    readme.write_text(f"{before}{_BEGIN}\n{text.strip()}\n\n{_END}{after}", encoding="utf-8")
