"""From the configuration to who accepts findings, for all data sets of one run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dsready.config import BASELINE, IGNORES, build_checks, codes, per_file_ignores
from dsready.dataset.record import canonical
from dsready.errors import ConfigError
from dsready.files import replace
from dsready.model import STORED_HASH
from dsready.suppression.baseline import Accepted, Baseline
from dsready.suppression.named import Ignores, InRecord, PerFile
from dsready.suppression.since import Since

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dsready.config import Config
    from dsready.model import Report
    from dsready.suppression import Suppressor


@dataclass(frozen=True)
class Wishes:
    """
    What a run is to do about accepted findings, beyond what the configuration says.

    Attributes
    ----------
    writes
        Whether to accept all that is found from now on, in the baseline.
    blockers
        Whether that goes for findings that block.
    prunes
        Whether to take out of the baseline what is no longer found.
    baseline, named
        Whether the baseline holds; whether all else does that accepts findings.
    """

    writes: bool = False
    blockers: bool = False
    prunes: bool = False
    baseline: bool = True
    named: bool = True


class Saved(NamedTuple):
    """Where the baseline stands, whether it holds anything else than before, and how many entries it lost."""

    path: str
    changed: bool
    removed: int = 0


class Acceptance:
    """
    Who accepts findings, in the order in which they are asked.

    Parameters
    ----------
    config, wishes
        What the configuration and the user say.
    complete
        Whether the run sees all data that there is.
    home
        Where files of the usual names are looked for and made: the folder of the configuration.

    Raises
    ------
    ConfigError
        If a baseline or an ignore file cannot be read, or names what there is not.
    """

    def __init__(
        self, config: Config, wishes: Wishes = Wishes(), *, complete: bool = True, home: str | Path = ""
    ) -> None:
        lint = config.lint
        #: Whether the data set that is linted next is the last: then it is known what nothing needs.
        self.last = True
        self._complete = complete
        self._wishes = wishes
        self._per_file = PerFile(per_file_ignores(config)) if wishes.named else PerFile({})
        #: Where decisions about single records are written.
        self.ignore_file = accepted_file(lint.ignore_file, home, IGNORES)
        ignores = wishes.named and (lint.ignore_file or os.path.isfile(self.ignore_file))  # noqa: PTH113  (a string)
        self._ignores = Ignores.read(self.ignore_file, codes) if ignores else None
        self._in_record = InRecord(lint.suppress_key, codes) if wishes.named and lint.suppress_key else None
        self._accepted = self._baseline(config, accepted_file(lint.baseline, home, BASELINE))
        self._since = lint.since

    def _baseline(self, config: Config, path: str) -> Accepted | None:
        wishes = self._wishes
        if not wishes.baseline:
            return None
        if config.lint.baseline == "" and (wishes.writes or wishes.prunes):
            raise ConfigError("lint.baseline is empty: there is to be none", "leave the setting out")
        there = os.path.lexists(path)
        if config.lint.baseline == "" or not (there or wishes.writes or config.lint.baseline):
            if wishes.prunes:
                raise ConfigError("there is no baseline to prune", "--write-baseline makes one")
            return None
        held = Baseline() if wishes.writes and not there else Baseline.read(path)
        return Accepted(
            path,
            held,
            writes=wishes.writes,
            blockers=wishes.blockers,
            prunes=wishes.prunes,
            config=_digest(config),
        )

    @property
    def files(self) -> dict[str | int, str]:
        """What is read or written here, by path: no output may overwrite it."""
        named = {self.ignore_file: "the ignore file", self._since: "the older version"}
        files: dict[str | int, str] = {path: what for path, what in named.items() if path}
        if self._accepted:
            files[self._accepted.path] = "the baseline"
        return files

    def expect(self, data_sets: Iterable[Iterable[str]]) -> None:
        """Take note of the training files of all data sets that will be linted."""
        if self._accepted:
            self._accepted.expect(data_sets)

    def suppressors(self, folder: Path) -> Iterator[Suppressor]:
        """Yield who accepts findings; `folder` is for temporary files."""
        if self._per_file.patterns:
            yield self._per_file
        if self._ignores:
            self._ignores.complete = self._complete and self.last
            yield self._ignores
        if self._in_record:
            yield self._in_record
        if self._accepted:
            self._accepted.complete, self._accepted.last = self._complete, self.last
            yield self._accepted
        if self._since:
            yield Since(self._since, folder)

    def save(self) -> Saved | None:
        """
        Write the baseline, if that is wished.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        if self._accepted is None or not (self._wishes.writes or self._wishes.prunes):
            return None
        if self._wishes.prunes and not self._accepted.whole:
            raise ConfigError(
                f"{self._accepted.path} is about more files than this run, which cannot know what they need",
                "prune it by a run over all of them",
            )
        changed = self._accepted.baseline.write(self._accepted.path)
        return Saved(self._accepted.path, changed, self._accepted.stale.total())


def add_ignores(path: str, reports: Iterable[Report], names: Iterable[str], reason: str) -> int:
    """
    Append to an ignore file all findings of some rules that are reported on records.

    Returns
    -------
    How many lines were added.

    Raises
    ------
    ConfigError
        If a name stands for no rule, or there is to be no ignore file.
    InputError
        If the file cannot be written.
    """
    wanted = codes(names)
    if not path:
        raise ConfigError("lint.ignore-file is empty: there is to be none", "leave the setting out")
    found: dict[str, set[str]] = {}
    for report in reports:
        for one in report.reported:
            digest = one.location and one.location.record_sha256
            if digest and one.rule in wanted and one.scope != "dataset":
                found.setdefault(digest[:STORED_HASH], set()).add(one.rule)
    said = " ".join(reason.split())
    lines = [f"{digest} {','.join(sorted(rules))}  # {said}\n" for digest, rules in found.items()]
    if lines:
        before = Path(path).read_bytes() if Path(path).exists() else b""
        gap = b"\n" if before and not before.endswith(b"\n") else b""
        replace(path, before + gap + "".join(lines).encode("utf-8", "backslashreplace"))
    return len(lines)


def accepted_file(named: str | None, home: str | Path, default: str) -> str:
    """Return the file that is named, or the usual one; "" if there is to be none."""
    return named if named is not None else os.path.join(home, default)  # noqa: PTH118  (a string stays one)


def _digest(config: Config) -> str:
    """Return a hash of all that decides what is found."""
    options = {check.id: check.model_dump(mode="json") for check in build_checks(config)}
    return sha256(canonical([config.settings.model_dump(mode="json"), options])).hexdigest()
