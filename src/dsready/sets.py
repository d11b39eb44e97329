"""Which data set is meant: the configuration of each that is named, or that some files belong to."""

from __future__ import annotations

import contextlib
import glob
from typing import TYPE_CHECKING, Any

from dsready.config import merge
from dsready.dataset.paths import STDIN, expand
from dsready.errors import ConfigError, InputError
from dsready.files import identity
from dsready.plugins import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dsready.config import Config


def data_sets(config: Config, overrides: Mapping[str, Any], names: Sequence[str] = ()) -> dict[str, Config]:
    """
    Return what is to be linted: each data set's configuration by its name, which is "" for the only one.

    Parameters
    ----------
    config
        Of all data sets.
    overrides
        What the user says of them, by key. If that names `paths`, they are a data set of their own, unless they belong
        to one that has a name.
    names
        The data sets that are wanted; all if empty.

    Raises
    ------
    ConfigError
        If no data set is called so.
    """
    if not names and overrides.get("paths"):
        settled = of_files(config, overrides["paths"])
        found = _without_others(merge(settled, overrides), settled.eval)
        # An evaluation file by itself is data like any other, unless the user says what to compare it with.
        mine = identities(found.paths)
        alone = "eval" not in overrides and STDIN not in found.paths and set() < mine <= identities(found.eval)
        return {"": merge(found, {"eval": ()}) if alone else found}
    held_out = [path for one in config.data_sets.values() for path in one.eval] if overrides.get("paths") else []
    sets = {name: _without_others(merge(one, overrides), held_out) for name, one in config.data_sets.items()}
    for name in names:
        if name not in sets or not name:
            known = [one for one in sets if one]
            raise ConfigError(
                f"no data set is called {name!r}",
                suggestion(name, known) if known else "[[dataset]] in dsready.toml names some",
            )
    return {name: one for name, one in sets.items() if not names or name in names}


def of_files(config: Config, paths: Sequence[str]) -> Config:
    """
    Return the configuration of the one named data set that all files belong to, else what is said of all.

    Files of several data sets are evaluated by what each of those is evaluated by; files of none, by what any is: they
    may be meant for each.
    """
    wanted = identities(paths)
    named = config.data_sets.values() if config.dataset else ()
    known = [(one, identities(one.paths), identities(one.eval)) for one in named]
    # A folder or a glob may hold what a data set is evaluated by.
    owners = [one for one, train, held_out in known if set() < wanted - held_out <= train]
    if len(owners) == 1:
        return owners[0]
    met = [one for one, train, held_out in known if wanted & (train | held_out)]
    evals = dict.fromkeys(path for one in (config, *(met or named)) for path in one.eval)
    return config.model_copy(update={"dataset": (), "eval": tuple(evals)})


def _without_others(config: Config, evals: Sequence[str]) -> Config:
    """Leave out what the configuration names for evaluation also where the user compares with something else."""
    others = identities(evals) - identities(config.eval)
    if not others or identities(config.paths) <= others:  # whoever names nothing else means it
        return config
    return merge(config, {"exclude": (*config.exclude, *map(glob.escape, _there(evals)))})


def holding(config: Config, path: str, overrides: Mapping[str, Any], names: Sequence[str] = ()) -> Config:
    """
    Return the configuration of the data set that a file belongs to, for training or for evaluation.

    Where the user names paths, they are the data set. Otherwise it is one of the configuration, or the file by itself.

    Parameters
    ----------
    config
        Of all data sets.
    path
        The file.
    overrides
        What the user says, by key.
    names
        The data set that is meant; any if empty.

    Raises
    ------
    ConfigError
        If the file belongs to several, or no data set is called so.
    """
    if not overrides.get("paths"):
        sets = data_sets(config, overrides, names)
        wanted = identities([path])
        owners = {name: one for name, one in sets.items() if wanted <= identities(one.paths)}
        owners = owners or {name: one for name, one in sets.items() if wanted <= identities(one.eval)}
        if len(owners) > 1:
            raise ConfigError(f"{path} belongs to several data sets", f"say which: --data-set {' or '.join(owners)}")
        if owners:
            return next(iter(owners.values()))
        overrides = {**overrides, "paths": (path,)}
    (found,) = data_sets(config, overrides, names).values()
    return found


def evaluated_by(config: Config, evals: Sequence[str]) -> Config:
    """Return the configuration of the one named data set that all evaluation files belong to, else of all."""
    wanted = identities(evals)
    sets = list(config.data_sets.values())
    owners = [one for one in sets if not wanted or wanted <= identities(one.eval)] if config.dataset else []
    return owners[0] if len(owners) == 1 else config.model_copy(update={"dataset": ()})


def identities(paths: Sequence[str]) -> set[Any]:
    """Return the files that paths stand for, of those that are there."""
    return {identity(file) for file in _there(paths)}


def _there(paths: Sequence[str]) -> list[str]:
    """Return the paths of files that are there: whoever reads the others will say that they are not."""
    files: list[str] = []
    for path in paths:
        with contextlib.suppress(InputError):
            files += expand([path])
    return [file for file in files if file != STDIN]
