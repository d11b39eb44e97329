"""`dsready score`: the sum behind the number, and what it would be otherwise."""

from __future__ import annotations

from pathlib import Path

import click

from dsready.cli import complete
from dsready.cli.lint import DIMENSIONS
from dsready.cli.report import read
from dsready.cli.terminal import emit, look

FULL = 100


def _overrides(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, float]:
    pairs = {}
    for value in values:
        dimension, _equals, number = value.partition("=")
        try:
            pairs[dimension] = float(number)
        except ValueError:
            pairs[dimension] = -1.0
        if dimension not in DIMENSIONS or not 0 <= pairs[dimension] <= FULL:
            names = ", ".join(DIMENSIONS)
            raise click.BadParameter(f"{value!r} is not DIMENSION=VALUE with one of {names} and 0 to 100.")
    return pairs


@click.command("score", short_help="Explain the score of a saved result.")
@click.argument("result", type=click.Path(path_type=Path))
@click.option(
    "--set",
    "overrides",
    multiple=True,
    callback=_overrides,
    metavar="DIM=VALUE",
    shell_complete=complete.keys(DIMENSIONS),
    help="Try a subscore; repeatable.",
)
def command(result: Path, overrides: dict[str, float]) -> None:
    """
    Explain the score of RESULT, a file written by `dsready lint --output json=RESULT`, or `-` for standard input.

    With --set it is worked out again: what would the score be if uniqueness were 95?
    """
    from dsready.output import waterfall  # noqa: PLC0415  (--help needs none)
    from dsready.score import rescore  # noqa: PLC0415

    seen = look()
    for report in read(result):
        readiness = rescore(report, overrides) if overrides else report.readiness
        head = seen.paint(f"Data set {seen.show(report.name)}\n", bold=True) if report.name else ""
        emit(head + waterfall.render(readiness, seen), color=seen.color)
