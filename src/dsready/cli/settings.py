"""Where the configuration of a run comes from: files, the environment, the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dsready.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dsready.config import Config

F = TypeVar("F", bound="Callable[..., Any]")


def configured(command: F) -> F:
    """Add the options that say which configuration holds."""
    command = click.option(
        "--config",
        "configs",
        multiple=True,
        metavar="PATH|'KEY = VALUE'",
        help="A configuration file, or one setting as in it; repeatable.  [env var: DSREADY_CONFIG]",
    )(command)
    return click.option("--isolated", is_flag=True, help="Read no configuration file.")(command)


def effective(
    paths: Sequence[str], configs: Sequence[str], isolated: bool, given: Mapping[str, Any]
) -> tuple[Config, Path | None]:
    """
    Return the configuration that holds, and the file it began with.

    Parameters
    ----------
    paths
        Data named on the command line: the search for a file begins there.
    configs
        What `--config` was given: at most one file, any number of settings.
    isolated
        Whether to read no file.
    given
        What other options say, by key; what was not given is None or empty.
    """
    from dsready import config as configuration  # noqa: PLC0415  (--help needs none)
    from dsready import configfile  # noqa: PLC0415  (the same)

    files = _files(configs, isolated)
    settings = [text for text in configs if text not in files]
    if len(files) > 1:
        raise click.UsageError(f"--config: two files are given, {files[0]} and {files[1]}")
    if files and isolated:
        raise click.UsageError("--isolated reads no configuration file, and --config names one")
    path = None if isolated else Path(files[0]) if files else configfile.discover(paths)
    config = configuration.read(path) if path else configuration.Config()
    for text in settings:
        config = configuration.merge(config, configfile.fragment(text), "--config")
    return configuration.merge(config, said(given)), path


def alike(paths: Sequence[str], configs: Sequence[str], isolated: bool) -> list[Sequence[str]]:
    """Return paths in groups, each under the configuration that is effective for any one of it."""
    from dsready.configfile import by_configuration  # noqa: PLC0415  (--help needs none)

    if not paths or isolated or _files(configs, isolated):
        return [paths]
    return [*by_configuration(paths)]


def only(sets: Mapping[str, Config], example: str) -> Config:
    """
    Return the one data set that is meant.

    Parameters
    ----------
    sets
        Those that may be, by their names.
    example
        How to name the files of one on the command line.

    Raises
    ------
    ConfigError
        If there are several, or no files are named.
    """
    if len(sets) > 1:
        raise ConfigError("the configuration has several data sets", f"say which: --data-set {' or '.join(sets)}")
    (config,) = sets.values()
    if not config.paths:
        raise ConfigError("no data set is named", f"{example}, or paths = [...] in dsready.toml")
    return config


def _files(configs: Sequence[str], isolated: bool) -> list[str]:
    """Return the configuration files that the user names."""
    files = [text for text in configs if "=" not in text or Path(text).is_file()]
    usual = "" if isolated else os.environ.get("DSREADY_CONFIG", "")  # a variable of CI that is not set is empty
    return files or ([usual] if usual else [])


def said(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what options say, without those that were not given."""
    return {key: value for key, value in given.items() if value is not None and value not in ((), {})}
