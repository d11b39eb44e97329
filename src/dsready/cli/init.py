"""`dsready init`: a configuration for the data sets that are here, and what else to paste."""

from __future__ import annotations

from pathlib import Path

import click

from dsready.cli.terminal import emit, look, remark
from dsready.errors import ConfigError, InputError
from dsready.output.look import plural

NAME = "dsready.toml"


@click.command("init", short_help="Write a configuration for the data sets that are here.")
@click.option("--dry-run", is_flag=True, help="Print the file instead of writing it.")
def command(dry_run: bool) -> None:
    """
    Write a dsready.toml for the JSONL files in this folder and below, and print a hook and a workflow to paste.

    Which files are training data and which are for evaluation is told by their names: eval, test, valid, val, dev,
    held-out. Read the file and mend what is wrong. A configuration that is there is never overwritten.
    """
    from dsready.cli.guess import found  # noqa: PLC0415  (--help needs none)
    from dsready.templates import template  # noqa: PLC0415  (--help needs none)

    there = "" if dry_run else _there()
    if there:
        raise ConfigError(f"{there} is there already", "edit it, or see --dry-run")
    seen = look()
    guess = found(Path())
    if guess.partly:
        remark(f"only the first {guess.files:,} files were looked at")
    if guess.unspelled:
        remark(f"left out, because no configuration can spell the name: {plural(guess.unspelled, 'file')}")
    text = guess.fill(template(NAME))
    if dry_run:
        emit("".join(seen.show(line, len(line) + 1) + "\n" for line in text.splitlines()))
        return
    _write(text)
    emit(f"{NAME}: {', '.join(_sums(guess.training, guess.evaluation, guess.sets))}\n\n")
    emit(f"A hook for pre-commit, in .pre-commit-config.yaml:\n\n{template('pre-commit.yaml')}\n")
    emit(f"A workflow for GitHub, in .github/workflows/data.yml:\n\n{template('github.yaml')}")


def _there() -> str:
    """Return what the configuration in this folder is called, whether or not it can be read; "" for none."""
    from dsready.configfile import NAMES, PYPROJECT, table_of  # noqa: PLC0415  (--help needs none)

    here = [name for name in NAMES if Path(name).is_file()]
    named = next((name for name in here if name != PYPROJECT or table_of(Path(name)) is not None), "")
    return f"[tool.dsready] in {named}" if named == PYPROJECT else named


def _sums(training: int, evaluation: int, sets: int) -> list[str]:
    parts = [plural(training, "training file"), plural(evaluation, "evaluation file")]
    return [*parts, plural(sets, "data set")] if sets > 1 else parts


def _write(text: str) -> None:
    try:
        with Path(NAME).open("x", encoding="utf-8", newline="\n") as file:  # not moved into place: that overwrites
            file.write(text)
    except FileExistsError as error:
        raise ConfigError(f"{NAME} is there already", "edit it, or see --dry-run") from error
    except OSError as error:
        raise InputError(f"cannot write {NAME}: {error.strerror}", "run it in a folder that can be written") from error
