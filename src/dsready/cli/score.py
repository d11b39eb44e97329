"""`dsready score`: the sum behind the number, and what it would be otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dsready.cli.lint import DIMENSIONS
from dsready.cli.terminal import emit, look
from dsready.errors import InputError

if TYPE_CHECKING:
    from dsready.model import Report

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
    "--set", "overrides", multiple=True, callback=_overrides, metavar="DIM=VALUE", help="Try a subscore; repeatable."
)
def command(result: Path, overrides: dict[str, float]) -> None:
    """
    Explain the score of RESULT, a file written by `dsready lint --output json=RESULT`.

    With --set it is worked out again: what would the score be if uniqueness were 95?
    """
    from dsready.output import waterfall  # noqa: PLC0415  (--help needs none)
    from dsready.score import rescore  # noqa: PLC0415

    report = _read(result)
    readiness = rescore(report, overrides) if overrides else report.readiness
    seen = look()
    emit(waterfall.render(readiness, seen), color=seen.color)


def _read(path: Path) -> Report:
    from pydantic import ValidationError  # noqa: PLC0415  (--help needs none)

    from dsready.model import Report  # noqa: PLC0415

    try:
        return Report.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", "name a result of dsready lint") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(
            f"{path} is no result of this version of dsready: {f'{place}: ' if place else ''}{first['msg']}",
            "write one with dsready lint --output json=PATH",
        ) from error
