"""How dsready grows: time and memory on more and more records, and on the same again."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import generate, report, speed, tools
from benchmarks.inputs import LONG

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.measure import Measured

_HEADERS = ("", "records", "file, MB", "seconds", "CPU s", "MB", "seconds per 100,000", "of that without")
_APPENDED = 10
_HOUR = 3_600.0
_RUNS = 3


class _Lint(NamedTuple):
    """A lint of a growing file, with or without what earlier ones kept."""

    train: Path
    evals: Path

    def once(self, *options: str, sample: bool = False) -> Measured:
        """Run it once, and stop everything if it fails."""
        command = tools.dsready("lint", str(self.train), "--eval", str(self.evals), *options)
        done = speed.once([command], self.train.parent, timeout=_HOUR, sample=sample)
        if done.code not in (0, 1):
            sys.exit(f"dsready ended with {done.code}: {done.trouble}")
        return done

    def often(self, *options: str, before: Callable[[], None] = lambda: None) -> Measured:
        """Run it once for its memory and `_RUNS` times for its time; return the run of the median time."""
        runs = []
        for number in range(_RUNS + 1):
            before()
            runs.append(self.once(*options, sample=not number))
        sampled, *timed = runs
        return replace(sorted(timed, key=attrgetter("wall"))[_RUNS // 2], peak=sampled.peak)


def run(folder: Path, sizes: Sequence[int]) -> str:
    """Measure all sizes, and return the table."""
    rows = [row for size in sizes for row in _size(folder, size)]
    title = "dsready alone, everything, generated chat records of 1.1 kB, 200 items"
    text = report.table(title, _HEADERS, rows)
    print(text, flush=True)
    return text


def _size(folder: Path, count: int) -> list[list[str]]:
    """Measure one size: keeping nothing; filling the cache; then unchanged, and with a few records more."""
    train, evals = folder / f"scale_{count}.jsonl", folder / f"scale_{count}_eval.jsonl"
    begin = time.perf_counter()
    generate.write(train, count, size=LONG, evals=evals)
    print(f"{count:,} records generated in {time.perf_counter() - begin:.0f} s", flush=True)
    lint = _Lint(train, evals)
    try:
        plain = lint.often("--no-cache")
        rows = [_row("without a cache", count, train, plain, plain)]
        rows += [_row("first run, fills the cache", count, train, lint.once(sample=True), plain)]
        rows += [_row("again, unchanged", count, train, lint.often(), plain)]
        grown = lint.often(before=lambda: _append(train, folder))
        return [*rows, _row(f"again, {_APPENDED} appended", count + _APPENDED, train, grown, plain)]
    finally:
        train.unlink()


def _append(train: Path, folder: Path) -> None:
    more = folder / "appended.jsonl"
    generate.write(more, _APPENDED, size=LONG, seed=11)
    with train.open("ab") as file:
        file.write(more.read_bytes())


def _row(what: str, count: int, train: Path, done: Measured, first: Measured) -> list[str]:
    size, per = train.stat().st_size / 1e6, done.wall / count * 100_000
    numbers = [
        f"{done.wall:.2f}",
        f"{done.cpu:.2f}",
        f"{done.peak:,.0f}",
        f"{per:.2f}",
        f"{done.wall / first.wall:.2f}",
    ]
    return [what, f"{count:,}", f"{size:,.0f}", *numbers]
