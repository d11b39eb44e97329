"""Options that several commands have, in one place each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dsready import cache
from dsready.cli import complete
from dsready.cli.terminal import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

F = TypeVar("F", bound="Callable[..., Any]")

evals = click.option(
    "--eval", "evals", multiple=True, metavar="PATH", shell_complete=complete.files, help="Evaluation data; repeatable."
)
shape = click.option(
    "--format",
    "format_",
    metavar="SHAPE",
    shell_complete=complete.shapes,
    help="The shape of the records.  [default: auto]",
)
data_set = click.option(
    "--data-set",
    "data_set",
    metavar="NAME",
    shell_complete=complete.data_sets,
    help="One of [[dataset]], where there are several.",
)
tokenizer = click.option(
    "--tokenizer", metavar="NAME", help="estimate, tiktoken:NAME, or a tokenizer.json.  [default: estimate]"
)
no_progress = click.option("--no-progress", is_flag=True, help="Show no progress bar.")
jobs = click.option(
    "-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes.  [default: the processors]"
)
color = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default=AUTO,
    envvar="DSREADY_COLOR",
    show_envvar=True,
    help="Colour the output.  [default: auto]",
)
plain = click.option("--ascii", "plain", is_flag=True, help="Print nothing but ASCII.")


def scanning(command: F) -> F:
    """Add the options that say how the data is scanned: they never change a result."""
    for option in reversed(
        [
            no_progress,
            click.option(
                "--no-cache", is_flag=True, envvar=cache.OFF, show_envvar=True, help="Keep nothing for the next run."
            ),
            click.option(
                "--cache-dir",
                metavar="PATH",
                envvar=cache.DIR,
                show_envvar=True,
                help="Where to keep it.  [default: the system's]",
            ),
            jobs,
        ]
    ):
        command = option(command)
    return command


def keeps(given: Mapping[str, Any]) -> bool:
    """Say whether anything is kept, where the user wants it; the workers, and whatever else asks, inherit it."""
    if given["no_cache"]:
        os.environ[cache.OFF] = "1"
    if given["cache_dir"]:
        os.environ[cache.DIR] = given["cache_dir"]
    return cache.folder() is not None
