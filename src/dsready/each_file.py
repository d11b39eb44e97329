"""Every file by itself: for hooks, which see some files of many data sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dsready import api, cache
from dsready.config import merge
from dsready.dataset import lfs
from dsready.dataset.paths import STDIN, excluded, expand
from dsready.errors import ConfigError
from dsready.files import identity
from dsready.sets import identities

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dsready.accepting import Acceptance
    from dsready.config import Config
    from dsready.model import Report


class Files(NamedTuple):
    """The configuration of each file that is to be judged, and what is said of those that are not, by path."""

    judged: dict[str, Config]
    remarks: dict[str, str]


def each_file(config: Config, overrides: Mapping[str, Any]) -> Files:
    """
    Return what holds for each file that the user names.

    A file that belongs to one named data set is judged as that one says; one that belongs to several, as is said of
    all, against the evaluation files of each; one that belongs to none, against all there are. Evaluation files are
    compared with no other. Git LFS pointers are passed over; excluded files are left out, be it all.

    Parameters
    ----------
    config
        With what the user says.
    overrides
        What the user says, by key; the files are its `paths`.

    Raises
    ------
    ConfigError
        If no file is named.
    InputError
        If a file is missing, or one of an evaluation set.
    """
    if not overrides.get("paths"):
        raise ConfigError("no file is named", "--each-file judges the files that it is given, as a hook gives them")
    said = {key: value for key, value in overrides.items() if key != "paths"}
    rest = merge(config, {"paths": (), "dataset": ()})
    sets = [merge(one, said) for one in config.data_sets.values()] if config.dataset else []
    owned = [identities(one.paths) for one in sets]
    held_out = set().union(*(identities(one.eval) for one in (rest, *sets)))
    files = Files({}, {})
    ready: dict[tuple[tuple[int, ...], bool], Config] = {}  # a hook may name many files
    named = [path for path in overrides["paths"] if path == STDIN or not excluded(path, config.exclude)]
    for file in expand(named) if named else ():
        holders = [number for number, known in enumerate(owned) if identity(file) in known]
        owners = tuple(number for number in holders if not excluded(file, sets[number].exclude))
        if excluded(file, rest.exclude) if not holders else not owners:
            continue
        if pointer := lfs.told_of(file):
            files.remarks[file] = f"passed over: {pointer}"
            continue
        kind = owners, identity(file) in held_out
        if kind not in ready:
            mine = sets[owners[0]] if len(owners) == 1 else rest
            # What belongs to no data set may be meant for any.
            met = [sets[number] for number in owners] or [rest, *sets]
            compared = list(dict.fromkeys(path for one in met for path in one.eval))
            evals = [] if kind[1] else _evals(compared, files.remarks)
            ready[kind] = merge(mine, {"eval": evals, "exclude": (), "gate.min-score": 0, "gate.require": ()})
        files.judged[file] = ready[kind]
    return files


def _evals(paths: Sequence[str], remarks: dict[str, str]) -> list[str]:
    """Return the evaluation files that are there; what is said of the others goes into `remarks`."""
    found = {path: lfs.told_of(path) for path in expand(paths)} if paths else {}
    remarks |= {path: f"passed over: {pointer}" for path, pointer in found.items() if pointer}
    return [path for path, pointer in found.items() if not pointer]


def lint_each(files: Files, acceptance: Acceptance, *, keeps: bool, **options: Any) -> Iterator[Report]:
    """
    Lint files one after the other, as parts of data sets that nobody sees as a whole.

    `keeps` says whether what was scanned is kept; `options` are those of `api.run`.
    """
    for file, config in files.judged.items():
        yield api.run((file,), (), config, cache=keeps, acceptance=acceptance, part=True, **options)
    if keeps:
        cache.trim()
