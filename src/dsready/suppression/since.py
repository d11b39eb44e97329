"""Findings on records that an older version of the data set had too."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from dsready import git
from dsready.check import finding
from dsready.dataset.dataset import hashes
from dsready.dataset.source import open_source
from dsready.errors import ConfigError
from dsready.escape import visible
from dsready.files import identity
from dsready.model import Location, Suppression
from dsready.suppression.check import NO_OLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dsready.dataset.settings import Settings
    from dsready.dataset.source import Source
    from dsready.model import Finding
    from dsready.suppression import Run


#: How often each record is in the older version, by its hash; None where all records count as old.
Held = Counter[str | None] | None


class Since:
    """
    Accepts what stands on old records alone: a finding is new if one of the records that it names is.

    A record is old if the older version has it, wherever it stood; of more equal ones than it had, the last are new.
    What blocks is never accepted: old or not, nobody can train on it. Nor is what speaks of more records than it names.

    Parameters
    ----------
    version
        A revision of the git repository that the data is in; or an older copy of the training data, and then the
        evaluation data counts as old.
    folder
        For temporary files.

    Raises
    ------
    ConfigError
        If the version is a folder, or the data itself.
    """

    def __init__(self, version: str, folder: Path) -> None:
        self.version = version
        if os.path.isdir(version):  # noqa: PTH112  (pathlib raises where a name is too long)
            raise ConfigError(
                f"{visible(version)} is a folder", "--since takes a revision of git, or a copy of the file"
            )
        self._copy = Path(version) if os.path.isfile(version) else None  # noqa: PTH113  (the same)
        self._folder = folder
        self._remarks: list[Finding] = []

    def mark(self, findings: Sequence[Finding], run: Run) -> Iterator[Suppression | None]:
        """Accept findings of which every place is old."""
        data = run.data
        if self._copy and identity(self.version) in {identity(source.name) for source in data.train}:
            raise ConfigError(
                f"{visible(self.version)} is the data itself: all of it would count as old",
                "--since takes a revision of git, or an older copy of the file",
            )
        self._remarks = []
        old: dict[str, Held] = {}
        for sources in (data.train, data.sources[len(data.train) :]):
            if self._copy:
                held = self._hashes(self._copy, self.version, data.settings) if sources == data.train else None
            else:
                held = self._at_revision(sources, data.settings)
            old.update(dict.fromkeys((source.path for source in sources), held))
        places = [_places(found) for found in findings]
        for path in {place.path for named in places for place in named} - old.keys():
            old[path] = self._elsewhere(path, data.settings)
        ranks = _ranks((place for named in places for place in named), old)
        for found, named in zip(findings, places, strict=True):
            known = all(
                held is None or ranks[place.path, place.byte_offset or 0] < held[place.record_sha256]
                for place in named
                for held in [old[place.path]]
            )
            all_named = 0 < found.count <= len(named)  # whether other records are old, nobody can say
            yield Suppression(by="since", reason=self.version) if known and all_named and not found.blocks else None

    def remarks(self) -> Iterable[Finding]:
        """Return which files the older version does not hold."""
        return self._remarks

    def _at_revision(self, sources: Sequence[Source], settings: Settings) -> Counter[str | None]:
        """Count the records that files had at the revision, by their hashes."""
        held: Counter[str | None] = Counter()
        for source in sources:
            if source.path.startswith("<"):
                self._remark(source.path, "it is no file, and has no history")
                continue
            file = git.blob(self.version, source.name, self._folder)
            if file is None:
                self._remark(source.path, f"it is not in {self.version}")
            else:
                held += self._hashes(file, source.path, settings)
        return held

    def _elsewhere(self, path: str, settings: Settings) -> Held:
        """Count the records that a file of another data set had: its own report tells if it is not there."""
        if self._copy:
            return None
        file = git.blob(self.version, path, self._folder)
        return Counter() if file is None else self._hashes(file, "", settings)

    def _hashes(self, file: Path, path: str, settings: Settings) -> Counter[str | None]:
        """Count the records of a copy of the file at a path, which is called a pointer if it is one; "" for no word."""
        source = open_source(0, str(file), self._folder)
        for trouble in source.troubles:
            if trouble.kind == "lfs-pointer" and path:
                self._remark(path, f"{self.version} holds a Git LFS pointer")
        return Counter(hashes(source, settings))

    def _remark(self, path: str, why: str) -> None:
        self._remarks.append(finding(NO_OLDER, f"every record counts as new: {why}", Location(path=path)))


def _places(found: Finding) -> list[Location]:
    """Return the records that a finding names; none for one about a data set."""
    if found.scope == "dataset" or found.location is None:
        return []
    return [place for place in (found.location, *found.related) if place.record_sha256 is not None]


def _ranks(places: Iterable[Location], old: Mapping[str, Held]) -> dict[tuple[str, int], int]:
    """Return for each place how many equal records stand before it, of those that are named and counted together."""
    equal: dict[tuple[int, str | None], set[tuple[str, int]]] = defaultdict(set)
    for place in places:
        equal[id(old[place.path]), place.record_sha256].add((place.path, place.byte_offset or 0))
    return {where: rank for known in equal.values() for rank, where in enumerate(sorted(known))}
