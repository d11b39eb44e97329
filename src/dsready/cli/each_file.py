"""`dsready lint --each-file`: what a hook prints, and its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from dsready.cli.terminal import cores, emit, look
from dsready.output import Look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dsready.accepting import Acceptance
    from dsready.config import Config

#: Bytes of each file that --fast looks at: some seconds.
FAST = 200_000_000
#: Options that speak of all that a data set holds, or of a run that sees it.
OF_WHOLE_SETS = (
    "data_sets",
    "min_score",
    "require",
    "write_baseline",
    "include_blockers",
    "prune_baseline",
    "add_ignore",
    "output_format",
    "outputs",
    "pages",
    "statistics",
)


def check_options() -> None:
    """
    Refuse options that mean nothing here. What the environment says is meant for other commands.

    Raises
    ------
    click.UsageError
        If there is one.
    """
    context = click.get_current_context()
    for option in context.command.params:
        if option.name in OF_WHOLE_SETS and context.get_parameter_source(option.name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{option.opts[0]} is for whole data sets, and --each-file judges single files.")


def judge(
    config: Config, overrides: Mapping[str, Any], acceptance: Acceptance, given: Mapping[str, Any], *, keeps: bool
) -> int:
    """
    Judge files singly, show those that fail, and return the exit code.

    Parameters
    ----------
    config, overrides
        With what the user says, and that alone.
    given
        The options of the command.
    keeps
        Whether what was scanned is kept for the next run.
    """
    from dsready.dataset.dataset import MOST_FINDINGS  # noqa: PLC0415  (--help needs none)
    from dsready.each_file import each_file, lint_each  # noqa: PLC0415  (the same)
    from dsready.output.each_file import render  # noqa: PLC0415  (the same)

    files = each_file(config, overrides)
    most = Look(max_examples=config.lint.max_examples).examples
    reports = lint_each(
        files,
        acceptance,
        jobs=given["jobs"] or cores(),
        stdin_name=given["stdin_filename"],
        listed=most or MOST_FINDINGS,
        keeps=keeps,
        most=FAST if given["fast"] else None,
    )
    failing = []
    for report in reports:
        if report.failed:
            failing.append(report)
        for file in report.inputs:
            if file.looked_at is not None:
                files.remarks[file.path] = f"only the first {file.looked_at / 1e6:,.1f} MB were looked at"
    if given["quiet"] < 2:  # noqa: PLR2004  (-qq)
        seen = look(color=given["color"], plain=given["plain"], max_examples=most, quiet=bool(given["quiet"]))
        emit(render(failing, files.remarks, seen), color=seen.color)
    return int(bool(failing) and not given["exit_zero"])
