"""What commands that end in a report have in common: where it goes, in which format, and the exit code."""

from __future__ import annotations

import os
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from dsready.cli import options
from dsready.cli.outputs import Outputs, spare, target, written
from dsready.cli.terminal import emit, look, remark
from dsready.output import FORMATS, PROSE, Look, render, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dsready.model import Report

F = TypeVar("F", bound="Callable[..., Any]")

STATISTICS, CONCISE, FULL = "statistics", "concise", "full"


def _pages(_: click.Context, __: click.Parameter, paths: tuple[str, ...]) -> Outputs:
    return [target("html", path) for path in paths]


def rendered(command: F) -> F:
    """Add the options that say how reports are shown, where they go, and what the exit code is."""

    @wraps(command)
    def whole(*args: Any, pages: Outputs, **given: Any) -> Any:
        outputs = [*given.pop("outputs"), *pages]
        spare({}, outputs)
        return command(*args, outputs=outputs, **given)

    found: Any = whole
    for option in reversed(
        [
            click.option("-e", "--exit-zero", is_flag=True, help="Exit with 0 whatever is found."),
            click.option(
                "--output-format",
                type=click.Choice(list(FORMATS)),
                envvar="DSREADY_OUTPUT_FORMAT",
                show_envvar=True,
                help="Format on standard output.  [default: full; concise under pre-commit]",
            ),
            written(FORMATS),
            click.option(
                "--report",
                "pages",
                multiple=True,
                callback=_pages,
                metavar="PATH",
                help="Write the report page; short for --output html=PATH.",
            ),
            click.option(
                "--max-examples",
                type=click.IntRange(min=0),
                metavar="N",
                help="Findings shown of each rule; 0: all.  [default: 3; all in concise]",
            ),
            click.option("--statistics", is_flag=True, help="Show counts only; short for --output-format statistics."),
            options.color,
            options.plain,
            click.option("-q", "--quiet", count=True, help="Show findings only; -qq shows nothing."),
            click.option(
                "-v",
                "--verbose",
                is_flag=True,
                help="Name the configuration and the time taken; show tracebacks.",
            ),
        ]
    ):
        found = option(found)
    return cast("F", found)


def form_of(given: Mapping[str, Any]) -> str:
    """Return the format of standard output."""
    if given["statistics"]:
        return STATISTICS
    return given["output_format"] or (CONCISE if os.environ.get("PRE_COMMIT") else FULL)


def deliver(reports: Sequence[Report], given: Mapping[str, Any], max_examples: int | None) -> int:
    """
    Write the files that are wished, show the reports, say which fail, and return the exit code.

    Parameters
    ----------
    given
        The options of `rendered`.
    max_examples
        Findings shown of each rule; 0 shows all, None is for the format to say.
    """
    from dsready.output.here import repository_paths, today  # noqa: PLC0415  (--help needs none)
    from dsready.output.parts import told_failure  # noqa: PLC0415  (the same)

    shape: dict[str, Any] = {
        "max_examples": max_examples,
        "quiet": bool(given["quiet"]),
        "verbose": given["verbose"],
        "paths": repository_paths(reports),
        "date": today(),
        "exit_zero": given["exit_zero"],
    }
    for form, path in given["outputs"]:
        write(reports, form, path, Look(ascii=given["plain"], **shape))
    form = form_of(given)
    if given["quiet"] < 2:  # noqa: PLR2004  (-qq)
        if form == CONCISE and not given["output_format"]:  # what a hook prints is read by people
            shape["max_examples"] = Look(max_examples=max_examples).examples
        seen = look(color=given["color"], plain=given["plain"], **shape)
        emit(render(reports, form, seen), color=seen.color)
    if form not in PROSE and not given["quiet"]:  # the others say it themselves
        for line in [line for report in reports for line in told_failure(report, Look(**shape))]:
            remark(line)
    return int(any(report.failed for report in reports) and not given["exit_zero"])
