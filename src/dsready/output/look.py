"""How a report is to look, and the few words of typography all text formats share."""

from __future__ import annotations

import os
import textwrap
from dataclasses import dataclass, field
from math import floor
from typing import TYPE_CHECKING

import click

from dsready.escape import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dsready.model import Finding, Location

COLORS = {"error": "red", "warning": "yellow", "info": "cyan"}

#: Findings shown of each rule, where no number is asked for.
EXAMPLES = 3

#: Typography that has a plain spelling; other characters become escapes where only ASCII may be printed.
PLAIN = str.maketrans(
    {"…": "...", "⏎": "\\n", "␡": "\\x7f", "≈": "~", "×": "x", "≥": ">=", "≤": "<=", "–": "-", "—": "-", "→": "->"}
    | {chr(0x2400 + code): f"\\x{code:02x}" for code in range(0x20)}
)

#: Longer texts are cut: messages quote data, and a name can be as long as its author likes.
LONGEST = 500

#: Longer paths are cut; no file system has them.
LONGEST_PATH = 4096

#: Text is not squeezed into fewer columns than this, however narrow the terminal.
NARROWEST = 24


@dataclass(frozen=True, slots=True)
class Look:
    """
    How a report is to look.

    Attributes
    ----------
    max_examples
        Findings shown of each rule, where a number is asked for; 0 shows all.
    color
        Whether to colour. Nothing is said by colour alone.
    ascii
        Whether only ASCII may be printed.
    width
        Columns of the terminal.
    quiet
        Whether to show findings only, and neither tables nor sums.
    verbose
        Whether to show the whole traceback of a check that crashed.
    exit_zero
        Whether the run ends well whatever was found.
    paths
        What files are called from the root of their repository, where that is not their name in the report: what the
        outputs for CI servers go by.
    date
        The day of the run, for outputs that tell it: YYYY-MM-DD.
    """

    max_examples: int | None = None
    color: bool = False
    ascii: bool = False
    width: int = 80
    quiet: bool = False
    verbose: bool = False
    exit_zero: bool = False
    paths: Mapping[str, str] = field(default_factory=dict)
    date: str = ""

    @property
    def examples(self) -> int:
        """Findings shown of each rule by formats that show a few; 0 for all."""
        return EXAMPLES if self.max_examples is None else self.max_examples

    def show(self, text: str, limit: int = LONGEST) -> str:
        """Make text that may come from data fit to print: harmless, and plain if it must be."""
        text = visible(text, limit)
        return text.translate(PLAIN).encode("ascii", "backslashreplace").decode() if self.ascii else text

    def paint(self, text: str, color: str = "", *, bold: bool = False) -> str:
        """Colour text, if colours are wanted."""
        return click.style(text, fg=color or None, bold=bold or None) if self.color else text

    def place(self, location: Location) -> str:
        """Return `path:line:col`, as far as it is known: what editors and terminals make a link of."""
        numbers = [str(number) for number in (location.line, location.column) if number is not None]
        return ":".join([self.show(location.path), *numbers])

    def repository_path(self, path: str) -> str:
        """Return what a file is called from the root of its repository, with `/` between folders."""
        return self.paths.get(path, path).replace(os.sep, "/").removeprefix("./")

    def repository(self, path: str) -> str:
        """Return the path from the root of the repository, harmless: for CI servers, which look for the file."""
        return visible(self.repository_path(path), LONGEST_PATH)

    def message(self, finding: Finding) -> str:
        """Return what a finding says, with the place inside the record."""
        pointed = finding.pointer and finding.pointer not in finding.message
        return self.show(finding.message + (f" (at {finding.pointer})" if pointed else ""))

    def wrap(self, text: str, first: str, rest: str) -> list[str]:
        """Break text into lines of the look's width; the first begins with `first`, the others with `rest`."""
        width = max(self.width, len(rest) + NARROWEST)
        wrapper = textwrap.TextWrapper(width, first, rest, break_on_hyphens=False, break_long_words=False)
        return wrapper.wrap(text) or [first]


def percent(share: float) -> str:
    """Return a share in two digits, or in as many as tell it from all; the smallest only as what they are less than."""
    value = 100 * share
    if 0 < value < 0.001:  # noqa: PLR2004  (one of a hundred thousand)
        return "less than 0.001%"
    return f"{value:.2g}%" if value < 99 else f"{floor(10 * value) / 10:g}%"  # noqa: PLR2004  (what rounds to all)


def plural(number: int, noun: str) -> str:
    """Return a number and its noun: `1 record`, `1,204 records`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
