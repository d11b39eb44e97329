"""Several data sets, asked what they have in common."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from dsready import registry
from dsready.check import Between
from dsready.config import build_checks, selected_rules
from dsready.dataset.dataset import Inputs
from dsready.dataset.paths import STDIN, both
from dsready.dataset.settings import Settings
from dsready.dataset.shapes import AUTO
from dsready.dataset.source import open_source
from dsready.engine import run as engine
from dsready.engine.gates import Terms
from dsready.engine.local import Local
from dsready.errors import ConfigError, PluginError
from dsready.files import scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dsready.config import Config
    from dsready.model import Finding, Rule


def rules() -> list[Rule]:
    """Return the rules that are asked of several data sets at once."""
    return [rule for check, rule in registry.rules().values() if issubclass(check, Between)]


def compare(
    sets: Mapping[str, Config], *, jobs: int, cache: bool, progress: Callable[[int, int], None] | None = None
) -> dict[str, list[Finding]]:
    """
    Return for each data set what it shares with another: findings on its own records.

    All files are read once, together. Where the data sets do not agree how, their longest lines count, and the shape of
    each record is detected.

    Parameters
    ----------
    sets
        The configurations of the data sets by their names.
    jobs, cache, progress
        As those of `api.run`.

    Raises
    ------
    ConfigError
        If a data set is standard input.
    PluginError
        If a check crashes: no report would say so.
    """
    shared: dict[str, list[Finding]] = {name: [] for name in sets}
    first = next(iter(sets.values()))
    checks = [check for check in build_checks(first) if isinstance(check, Between)]
    if not checks:
        return shared
    files = {name: both(config.paths, config.eval, config.exclude) for name, config in sets.items()}
    train = _owners((name, paths) for name, (paths, _) in files.items())
    evals = _owners((name, paths) for name, (_, paths) in files.items())
    if STDIN in train or STDIN in evals:
        raise ConfigError(
            "standard input cannot be compared with other data sets: it can be read only once",
            'name a file, or leave the comparison out: ignore = ["across"] under [lint]',
        )
    owners = [frozenset(names) for names in (*train.values(), *evals.values())]
    terms = Terms(rules=frozenset(selected_rules(first)), levels={}, feeds={}, listed=sys.maxsize)
    with scratch() as folder:
        opened = [open_source(number, path, folder) for number, path in enumerate((*train, *evals))]
        inputs = Inputs(opened[: len(train)], opened[len(train) :], _settings(sets.values()), owners)
        with Local(jobs, sum(source.size for source in inputs.train), folder, early=not cache) as machine:
            report = engine.run(checks, inputs, terms, machine, progress=progress, keeps=cache)
    for outcome in report.outcomes:
        if outcome.status == "crashed":
            hint = f'ignore = ["{outcome.check}"] under [lint] leaves it out'
            raise PluginError(f"the check {outcome.check} crashed: {outcome.reason}", hint)
    # A file may be what one data set trains on and another is evaluated by: found is what its training data holds.
    belongs = {source.path: names for source, names in reversed([*zip(opened, owners, strict=True)])}
    for found in report.findings:
        for name in sorted(belongs[found.location.path]) if found.location else ():
            shared[name].append(found)
    return shared


def _settings(configs: Iterable[Config]) -> Settings:
    """Return how to read the files of several data sets together."""
    several = [config.settings for config in configs]
    formats = {settings.format for settings in several}
    return Settings(
        max_line_bytes=max(settings.max_line_bytes for settings in several),
        format=formats.pop() if len(formats) == 1 else AUTO,
        suppress_key=several[0].suppress_key,  # [lint] is the same for all
    )


def _owners(files: Iterable[tuple[str, Iterable[str]]]) -> dict[str, set[str]]:
    """Return the data sets that each file belongs to; a file has one name, whatever it is called elsewhere."""
    names: dict[str, str] = {}
    owners: dict[str, set[str]] = {}
    for owner, paths in files:
        for path in paths:
            owners.setdefault(names.setdefault(os.path.realpath(path), path), set()).add(owner)
    return owners
