"""
The baseline: what a data set was found to break when it was written, by the hashes of the records.

It survives moved and shuffled lines, and holds no text. A finding about the whole data set is accepted only as long as
what was measured is no worse than it was.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import orjson
from pydantic import Field, ValidationError

from dsready.check import finding
from dsready.errors import ConfigError
from dsready.files import replace
from dsready.model import STORED_HASH, Finding, Frozen, Location, Severity, Suppression
from dsready.suppression.check import UNUSED
from dsready.suppression.matching import DATASETS, RECORDS, Place, Wanted, entries
from dsready.targets import installed
from dsready.validation import first_mistake
from dsready.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dsready.suppression import Run

#: Between the names of several training files, where they are a data set together.
AND = " + "

#: The version of the layout that is written and read.
VERSION_HERE = 1
#: What to do about a file that is broken, perhaps by a merge. A new one would accept what nobody has looked at.
RESTORE = "restore or mend it: without it, --write-baseline accepts all that is found now, be it new"

#: Number of accepted findings by path or data set, by rule, by record hash or what else tells them apart.
Counts = dict[str, dict[str, dict[str, int]]]


class MadeWith(Frozen):
    """By what a baseline was written. `blockers` are the rules whose blocking findings it may accept."""

    dsready: str = VERSION
    config_sha256: str = ""
    blockers: tuple[str, ...] = ()


class Baseline(Frozen):
    """What is accepted: findings on records, findings on data sets, and how bad the data sets were then."""

    version: Literal[1] = 1
    made_with: MadeWith = MadeWith()
    records: Counts = Field(default_factory=dict)
    datasets: Counts = Field(default_factory=dict)
    metrics: dict[str, dict[str, float]] = Field(default_factory=dict)

    @classmethod
    def read(cls, path: str) -> Baseline:
        """
        Read a baseline.

        Raises
        ------
        ConfigError
            If the file cannot be read, or is no baseline.
        """
        try:
            held = orjson.loads(Path(path).read_bytes())
            return cls.model_validate(held)
        except OSError as error:
            raise ConfigError(
                f"cannot read the baseline {path}: {error.strerror}", "--write-baseline makes one"
            ) from error
        except orjson.JSONDecodeError as error:
            raise ConfigError(f"the baseline {path} is no JSON: {error}", RESTORE) from error
        except ValidationError as error:
            version = held.get("version") if isinstance(held, dict) else None
            newer = isinstance(version, int) and version > VERSION_HERE
            raise ConfigError(
                f"{path} is no baseline of this version of dsready: {first_mistake(error)}",
                "a newer dsready wrote it: install that one" if newer else RESTORE,
            ) from error

    def counted(self) -> Counter[Place]:
        """Return how many findings are accepted at each place."""
        return Counter(
            {
                (kind, group, rule, name): count
                for kind, counts in ((RECORDS, self.records), (DATASETS, self.datasets))
                for group, rules in counts.items()
                for rule, names in rules.items()
                for name, count in names.items()
            }
        )

    def write(self, path: str) -> bool:
        """Write it, keys sorted, one hash a line, so that versions merge; return whether the file is another now."""
        text = json.dumps(self.model_dump(), indent=2, sort_keys=True, ensure_ascii=False)
        made = text.encode("utf-8", "backslashreplace") + b"\n"
        if os.path.lexists(path) and Path(path).read_bytes() == made:
            return False
        replace(path, made)
        return True


class Accepted:
    """
    A baseline at work, for the data sets of one run.

    A finding is accepted as long as it speaks of no more records than the entry that `entries` finds for it. Two data
    sets may share a file: an entry is needed if one of them needs it.

    Parameters
    ----------
    path
        Where it stands; the paths in it are relative to its folder.
    baseline
        What is accepted.
    writes
        Whether all that is found is to be accepted.
    blockers
        Whether `writes` goes for findings that block.
    prunes
        Whether what is not needed is to be taken out, so that nobody need be told.
    config
        Hash of the configuration, for the baseline that is made.
    """

    def __init__(
        self,
        path: str,
        baseline: Baseline,
        *,
        writes: bool = False,
        blockers: bool = False,
        prunes: bool = False,
        config: str = "",
    ) -> None:
        self.path = path
        #: Whether this data set is the last one, so that it is known what nothing needs.
        self.last = True
        #: Whether the run sees all the data that is configured.
        self.complete = True
        self._writes = writes
        self._blockers = blockers
        self._prunes = prunes
        self._config = config
        self._made_with = baseline.made_with
        self._may_block = set(baseline.made_with.blockers)
        self._held = baseline.counted()
        self._before = baseline.metrics
        self._metrics = {name: dict(metrics) for name, metrics in baseline.metrics.items()}
        #: The data sets and the files that it is about, and those that the run has seen.
        self._about = {place[:2] for place in self._held} | {(DATASETS, name) for name in self._before}
        self._seen: set[tuple[str, str]] = set()
        self._needed: Counter[Place] = Counter()
        self._owned: set[str] = set()
        self._rules: set[str] = set()
        self._targets: set[str] = set()
        #: Whether files are judged as parts, of which not everything is asked.
        self._parts = False
        self._names: dict[str, str] = {}

    @property
    def whole(self) -> bool:
        """Whether the data sets so far are all that the baseline is about: else nobody can say what is not needed."""
        seen = self.complete or all(about in self._seen or about[1] in self._gone for about in self._about)
        return seen and not self._parts

    @cached_property
    def _gone(self) -> frozenset[str]:
        """What the baseline is about and none of whose files is there any more."""
        groups = {group for _, group in self._about}
        return frozenset(group for group in groups if not any(map(self._exists, group.split(AND))))

    def expect(self, data_sets: Iterable[Iterable[str]]) -> None:
        """Take note of the training files of all data sets of the run: what is held for one of them is no other's."""
        self._owned = {AND.join(sorted(map(self._name, paths))) for paths in data_sets}

    @property
    def stale(self) -> Counter[Place]:
        """
        What nothing needs, or nobody asks any more because its file is gone; nothing while that is not known.

        What is held for a target is needed until a run for that target needs it no longer.
        """
        if not self.whole:
            return Counter()
        judged = Counter(
            {
                place: count
                for place, count in self._held.items()
                if place[1] in self._gone or (place[:2] in self._seen and place[2] in self._rules)
            }
        )
        unneeded = judged - self._needed
        others = installed().keys() - self._targets if unneeded else set()
        return Counter({place: n for place, n in unneeded.items() if others.isdisjoint(place[3].split(" "))})

    @property
    def baseline(self) -> Baseline:
        """What is accepted after the run: with `writes` all that was found, else what is still needed."""
        left = self._held - self.stale
        if self._writes:
            left |= self._needed
        made_with = MadeWith(config_sha256=self._config) if self._writes else self._made_with
        # What another file was accepted with stays, if this run cannot say that it is not needed.
        revoked = self._rules if self._writes and not self._blockers and self.whole else set()
        kept = {group for kind, group, *_ in (*left, *self._seen) if kind == DATASETS}
        return Baseline(
            made_with=made_with.model_copy(update={"blockers": tuple(sorted(self._may_block - revoked))}),
            records=_nested(left, RECORDS),
            datasets=_nested(left, DATASETS),
            metrics={
                name: metrics for name, metrics in self._metrics.items() if metrics and (name in kept or not self.whole)
            },
        )

    def mark(self, findings: Sequence[Finding], run: Run) -> Iterator[Suppression | None]:
        """Accept what the baseline holds; of findings on whole data sets, while no metric of their rule is worse."""
        train = frozenset(source.path for source in run.data.train)
        whole = self._known_as(sorted(map(self._name, train)))
        self._seen |= {(DATASETS, whole), *((RECORDS, self._name(source.path)) for source in run.data.sources)}
        self._rules |= run.rules
        self._parts |= run.data.settings.part
        self._targets |= set(run.data.settings.targets)  # who looks with the eyes of all asks for none
        before, after = self._before.get(whole, {}), self._metrics.setdefault(whole, {})
        grown = {id_ for id_, metric in run.metrics.items() if metric.is_worse_than(before.get(id_, metric.value))}
        measured = frozenset(code for metric in run.metrics.values() for code in metric.rules)
        worse = {code for id_, metric in run.metrics.items() if id_ in grown for code in metric.rules}
        wanted = [self._wanted(found, whole, train, measured) for found in findings]
        used: Counter[Place] = Counter()
        for found, one, entry in zip(findings, wanted, entries(wanted, self._held), strict=True):
            if self._writes:
                accepted = self._blockers or not found.blocks
                self._may_block |= {found.rule} if accepted and found.blocks else set()
                used[one.place] += one.records if accepted else 0
            else:
                grew = one.place[0] == DATASETS and found.rule in worse
                accepted = entry is not None and not grew and (not found.blocks or found.rule in self._may_block)
                used[entry or one.place] += one.records  # what is not enough to accept a finding is needed all the same
            yield Suppression(by="baseline") if accepted else None
        self._needed |= used
        for id_, metric in run.metrics.items():
            if self._writes or (id_ in before and id_ not in grown):
                after[id_] = metric.value

    def remarks(self) -> Iterator[Finding]:
        """Yield one finding if some entries were not needed."""
        count = self.stale.total() if self.last and not (self._writes or self._prunes) else 0
        if count:
            unused, them = ("1 entry is", "it") if count == 1 else (f"{count:,} entries are", "them")
            other = self._made_with.config_sha256 != self._config
            why = " (it was made under another configuration)" if other else ""
            message = f"{unused} no longer needed{why}: --prune-baseline removes {them}"
            yield finding(UNUSED, message, Location(path=self.path), count=count)

    def _known_as(self, names: Sequence[str]) -> str:
        """Return what a data set is called here: by its files, also where one was added or taken away since."""
        joined = AND.join(names)
        known = {group for kind, group in self._about if kind == DATASETS}
        held = {group for group in known if group == joined or group not in self._owned}
        shared = {group: len(set(group.split(AND)) & set(names)) for group in held}
        best = max(sorted(shared), key=lambda group: shared[group], default="")
        name = joined if joined in held or not shared.get(best) else best
        if self._owned:
            self._owned.add(name)  # of the data sets of one run, no two are called the same
        return name

    def _wanted(self, found: Finding, whole: str, train: frozenset[str], measured: frozenset[str]) -> Wanted:
        """Return what would accept a finding; of the other records that it names, those of the training data count."""
        place = self._place(found, found.location, whole)
        if place[0] == DATASETS:
            # How many records a data set finding speaks of may be how many there are: its measure says more.
            return Wanted(place, 1 if found.rule in measured else found.count)
        others = [self._place(found, other, whole) for other in found.related if other.path in train]
        # What is said once of many records and costs nothing is about the set: one more of them is no worse.
        remark = found.scope == "record" and found.severity is Severity.INFO
        vague = found.count > 1 + len(others) and "shared" not in found.details
        return Wanted(place, 1 if remark else found.count, tuple(others), vague)

    def _place(self, found: Finding, where: Location | None, whole: str) -> Place:
        """Return the entry for a finding at a place: by the record, or by the data set and what else."""
        whose = [found.details[key] for key in ("target", "rule") if key in found.details]
        if found.scope == "dataset" or where is None or where.record_sha256 is None:
            file = self._name(where.path) if where else ""
            return DATASETS, whole, found.rule, " ".join(filter(None, [file, found.pointer, *whose]))
        # What many records share is the same whichever of them stands first.
        name = found.details.get("shared", where.record_sha256[:STORED_HASH])
        return RECORDS, self._name(where.path), found.rule, " ".join([name, *whose])

    def _exists(self, name: str) -> bool:
        folder = os.path.dirname(os.path.abspath(self.path))  # noqa: PTH100, PTH120  (links are not followed)
        return name.startswith("<") or os.path.lexists(os.path.join(folder, name))  # noqa: PTH118

    def _name(self, path: str) -> str:
        """Return a path as it is called from the baseline's folder; many findings stand in few files."""
        if path not in self._names:
            self._names[path] = self._seen_from_here(path)
        return self._names[path]

    def _seen_from_here(self, path: str) -> str:
        """Return a path relative to the baseline's folder, the same wherever dsready runs."""
        if path.startswith("<"):  # standard input, or records in memory
            return path
        folder = os.path.dirname(os.path.abspath(self.path))  # noqa: PTH100, PTH120  (links are not followed)
        try:
            return Path(os.path.relpath(path, folder)).as_posix()
        except ValueError:  # on another drive
            return Path(path).as_posix()


def _nested(counts: Counter[Place], kind: str) -> Counts:
    nested: Counts = {}
    for (one, group, rule, name), count in counts.items():
        if one == kind and count > 0:
            nested.setdefault(group, {}).setdefault(rule, {})[name] = count
    return nested
