"""`dsready report`: a saved result once more, in any format."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dsready.cli.outputs import spare
from dsready.cli.results import deliver, rendered
from dsready.cli.terminal import remark
from dsready.errors import InputError

if TYPE_CHECKING:
    from dsready.model import Report

ROLES = {"train": "the training data", "eval": "the evaluation data"}


@click.command("report", short_help="Show a saved result again.")
@click.argument("result", type=click.Path(path_type=Path))
@rendered
def command(result: Path, **given: Any) -> int:
    """
    Show RESULT in any format, without looking at the data.

    RESULT is a file written by `dsready lint --output json=RESULT`, or `-` for standard input.

    The exit code is that of the run that wrote it, as it is without --exit-zero: measuring and judging may be two
    steps. With --exit-zero it is 0.
    """
    from dsready.dataset.paths import STDIN  # noqa: PLC0415  (--help needs none)
    from dsready.output.here import are_here  # noqa: PLC0415  (the same)

    reports = read(result)
    read_too: dict[str | int, str] = {
        file.path: ROLES[file.role]
        for report in reports
        for file in report.inputs
        if os.path.exists(file.path)  # noqa: PTH110  (pathlib raises where a name is too long)
    }
    spare(read_too | {0 if str(result) == STDIN else str(result): "the result"}, given["outputs"])
    if not are_here(reports) and not given["quiet"]:
        remark(f"no file that {called(result)} names is here: they are called as they were where it was written")
    return deliver(reports, given, given["max_examples"])


def called(path: Path) -> str:
    """Return what a saved result is called in a message."""
    from dsready.dataset.paths import STDIN  # noqa: PLC0415  (--help needs none)

    return "standard input" if str(path) == STDIN else str(path)


def read(path: Path) -> list[Report]:
    """
    Read the reports of a saved result; of `-`, what standard input holds.

    Raises
    ------
    InputError
        If the file cannot be read, or is no result of this version.
    """
    import orjson  # noqa: PLC0415  (--help needs none)
    from pydantic import ValidationError  # noqa: PLC0415  (the same)

    from dsready.dataset.paths import STDIN, standard_input  # noqa: PLC0415  (the same)
    from dsready.model import Report, Reports  # noqa: PLC0415  (the same)
    from dsready.validation import first_mistake  # noqa: PLC0415  (the same)

    name = called(path)
    hint = "write one with dsready lint --output json=PATH"
    given = standard_input() if str(path) == STDIN else None
    try:
        content = given.read() if given else path.read_bytes()
        value = orjson.loads(content)
        if not isinstance(value, dict) or "reports" not in value:
            return [Report.model_validate_json(content)]
        return list(Reports.model_validate_json(content).reports)
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror}", "name a result of dsready lint") from error
    except orjson.JSONDecodeError as error:
        raise InputError(f"{name} is no result of this version of dsready: Invalid JSON: {error}", hint) from error
    except ValidationError as error:
        raise InputError(f"{name} is no result of this version of dsready: {first_mistake(error)}", hint) from error
