"""Times dsready and its peers in turn."""

from __future__ import annotations

from functools import reduce
from operator import add
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import report, tools
from benchmarks.measure import Measured, measure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.inputs import Inputs
    from benchmarks.tools import Job, Tool

#: Whoever takes longer in the first run is not run again: that run is what is shown.
_SLOW = 20.0
_HEADERS = ("", "seconds", "CPU s", "MB", "of dsready's time", "remarks")


class Case(NamedTuple):
    """A row of jobs under one title."""

    title: str
    job: Job


def cases(inputs: Inputs, task: str | None) -> Iterator[Case]:
    """Return what is measured; the files of a case are made when its turn comes."""
    if task in (None, "start"):
        yield Case("Start: `--version`", tools.Job("start"))
    if task in (None, "everything"):
        chat, evals = inputs.chat
        yield Case("Everything, 500 chat records", tools.job("everything", inputs, inputs.small))
        yield Case("Everything, 20,000 chat records (11 MB), 200 items", tools.job("everything", inputs, chat, evals))
        yield Case("Everything, 55,180 records (63 MB)", tools.job("everything", inputs, inputs.large))
    if task in (None, "near-duplicates"):
        yield Case("Near-duplicates, 20,000 chat records (11 MB)", tools.job("near-duplicates", inputs, inputs.chat[0]))
        yield Case("Near-duplicates, 55,180 records (63 MB)", tools.job("near-duplicates", inputs, inputs.large))


def run(inputs: Inputs, *, runs: int, only: list[str], task: str | None, timeout: float) -> str:
    """Measure all cases, and return their tables."""
    present = tools.installed(only)
    return "\n".join([_case(case, present, inputs.folder, runs, timeout) for case in cases(inputs, task)])


def _case(case: Case, present: list[Tool], folder: Path, runs: int, timeout: float) -> str:
    """Measure a case: each tool once for its memory, then all in turn, again and again, for their time."""
    jobs = {tool: commands for tool in present if (commands := tool.commands(case.job))}
    first = {tool: once(commands, folder, timeout=timeout, sample=True) for tool, commands in jobs.items()}
    timed: dict[Tool, list[Measured]] = {tool: [] for tool in jobs}
    for _ in range(runs):
        for tool, commands in jobs.items():
            if first[tool].wall < _SLOW:
                timed[tool].append(once(commands, folder, timeout=timeout, sample=False))
    shown = {tool: timed[tool] or [first[tool]] for tool in jobs}
    own = median([result.wall for result in shown[present[0]]])
    rows = [_row(tool, first[tool], shown[tool], own, timeout) for tool in jobs]
    text = report.table(case.title, _HEADERS, rows)
    print(text, flush=True)
    return text


def once(commands: list[list[str]], folder: Path, *, timeout: float, sample: bool) -> Measured:
    """Run commands one after the other, until one takes longer than is left of the time."""
    done: list[Measured] = []
    for command in commands:
        left = timeout - sum(result.wall for result in done)
        done.append(measure(command, folder, timeout=left, env=tools.environment(folder), sample=sample))
        if done[-1].code is None:
            break
    return reduce(add, done)


def trouble(result: Measured, timeout: float) -> str:
    """Say how a run that failed ended."""
    if result.code is None:
        return f"stopped after {timeout:.0f} s"
    return f"exit code {result.code}: {result.trouble[:80]}"


def _row(tool: Tool, first: Measured, timed: list[Measured], own: float, timeout: float) -> list[str]:
    if first.code is None:
        return [tool.name, f"> {timeout:.0f}", "", "", f"> {timeout / own:.0f}", "stopped"]
    wall, cpu = (median(values) for values in ([one.wall for one in timed], [one.cpu for one in timed]))
    remarks = "" if first.code in tool.codes else trouble(first, timeout)
    if first in timed:
        remarks = f"one run; {remarks}".strip("; ")
    return [tool.name, f"{wall:.2f}", f"{cpu:.2f}", f"{first.peak:,.0f}", f"{wall / own:.2f}", remarks]
