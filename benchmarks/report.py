"""Tables: on the terminal, and in the README of the benchmarks."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from tabulate import tabulate

from benchmarks.tools import TOOLS

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Columns that hold names, not numbers.
_NAMES = ("tool", "remarks")
README = Path(__file__).with_name("README.md")


def table(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table under a title: names on the left, numbers on the right."""
    sides = ["left", *("left" if header in _NAMES else "right" for header in headers[1:])]
    drawn = tabulate(rows, headers, tablefmt="github", disable_numparse=True, colalign=sides)
    return f"**{title}**\n\n{drawn}\n"


def machine() -> str:
    """Return what the numbers depend on: the machine, Python, all versions, the day."""
    memory = psutil.virtual_memory().total / (1 << 30)
    packages = ", ".join(dict.fromkeys(f"{tool.package} {tool.version}" for tool in TOOLS if tool.version))
    return (
        f"{_processor()}, {os.cpu_count()} CPUs, {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {sys.version.split()[0]}; {packages}. {datetime.now(UTC):%Y-%m-%d}.\n"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor()
    named = (line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name"))
    return next(named, platform.processor())


def write(part: str, text: str, readme: Path = README) -> None:
    """Put the tables of a part between its markers."""
    begin, end = f"<!-- {part} -->\n", f"<!-- /{part} -->"
    before, found, rest = readme.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        sys.exit(f"{readme.name} has no place for {part}")
    readme.write_text(f"{before}{begin}\n{text.strip()}\n\n{end}{after}", encoding="utf-8")
