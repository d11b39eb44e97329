"""The comparison of two versions: both are linted, both are scanned, and what differs is looked at again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dsready import api
from dsready.accepting import Acceptance, Wishes
from dsready.config import merge
from dsready.dataset.source import open_source
from dsready.diff.fields import pattern
from dsready.diff.findings import rules
from dsready.diff.model import Difference, Side, Tokens
from dsready.diff.records import compare
from dsready.diff.sides import both
from dsready.engine.local import Local
from dsready.errors import InputError
from dsready.files import scratch
from dsready.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dsready.config import Config
    from dsready.dataset.source import Source
    from dsready.diff.sides import File
    from dsready.model import Report

#: With these a file cannot be read as it is meant.
_FATAL = frozenset({"lfs-pointer", "damaged"})


def diff(
    old: str,
    new: str,
    config: Config,
    *,
    jobs: int = 1,
    cache: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Difference:
    """
    Compare two versions of a data set.

    Parameters
    ----------
    old, new
        A file, a folder, a glob, or `REV:PATH`. `old` may also be a revision alone: that of `new` is meant, of which
        one may not exist: then all is added, or removed. Where `new` is empty, that is what the configuration names.
    config
        Holds for both. What it names for evaluation is training data in neither.
    jobs
        Processes to use.
    cache
        Whether what `lint` measures is kept for the next run.
    progress
        Called with bytes done and bytes in all: each is read twice, to be linted and to be compared.

    Raises
    ------
    ConfigError
        If the configuration cannot be used, git does not know the revision, or both are standard input.
    InputError
        If a file is missing, unreadable, or is not there but a pointer to it.
    """
    with scratch() as folder:
        versions = both(old, [new] if new else config.paths, folder, config.exclude, config.eval)
        sources = [_opened(number, file, folder) for number, file in enumerate([*versions[0], *versions[1]])]
        sizes = [sum(source.size for source in sources[: len(versions[0])]), sum(source.size for source in sources)]
        shares = [_share(progress, before, 2 * sizes[1]) for before in (0, *sizes)]
        reports = [
            _linted(version, config, jobs=jobs, cache=cache, progress=share)
            for version, share in zip(versions, shares, strict=False)  # the last one is for the comparison
        ]
        with Local(jobs, sizes[1], folder, early=False) as machine:
            found = compare(sources, len(versions[0]), config.settings, machine, shares[2])
        for source in sources:
            source.check_unchanged()
        names = [source.path for source in sources]  # which are escaped: a file may have any bytes for a name
    fresh = [*found.added, *(change.new for change in found.changed)]
    return Difference(
        tool={"name": "dsready", "version": VERSION},
        old=_side(names[: len(versions[0])], reports[0], found.tokens[0]),
        new=_side(names[len(versions[0]) :], reports[1], found.tokens[1]),
        counts=found.counts,
        fields=dict(Counter(pattern(name) for change in found.changed for name in change.pointers).most_common()),
        rules=tuple(rules(reports[0], reports[1], fresh)),
        added=found.added,
        removed=found.removed,
        changed=found.changed,
    )


def _share(progress: Callable[[int, int], None] | None, before: int, total: int) -> Callable[[int, int], None] | None:
    """Return what shows the progress of a part of the work: so many bytes are done before it."""
    return progress and (lambda done, _: progress(before + done, total))


def _opened(number: int, file: File, folder: Path) -> Source:
    source = open_source(number, file.path, folder, file.name)
    broken = next((trouble for trouble in source.troubles if trouble.kind in _FATAL), None)
    if broken is None:
        return source
    if broken.kind != "lfs-pointer":
        hint = "get the whole file, and run again"
    elif file.revision:
        hint = f"git show {file.name} | git lfs smudge > old.jsonl gets it; then name old.jsonl"
    else:
        hint = "git lfs pull; in CI, actions/checkout needs lfs: true"
    raise InputError(f"{source.path} cannot be compared: {broken.message}", hint)


def _linted(
    version: Sequence[File],
    config: Config,
    *,
    jobs: int,
    cache: bool,
    progress: Callable[[int, int], None] | None,
) -> Report | None:
    """Lint a version; None if it did not exist."""
    if not version:
        return None
    # What is excluded is not among the files any more; and what somebody accepts is there all the same.
    chosen = merge(config, {"exclude": (), "lint.since": ""})
    return api.run(
        [file.path for file in version],
        config.eval,
        chosen,
        jobs=jobs,
        names={file.path: file.name for file in version},
        cache=cache,
        progress=progress,
        acceptance=Acceptance(chosen, Wishes(baseline=False, named=False)),
    )


def _side(names: Sequence[str], report: Report | None, tokens: Tokens) -> Side:
    if report is None:
        return Side()
    profiles = {outcome.check: outcome.profile for outcome in report.outcomes}
    return Side(
        files=tuple(names),
        records=report.summary.records,
        usable=report.summary.usable,
        effective=report.summary.effective,
        score=report.score,
        verdict=report.verdict,
        dimensions={part.id: part.score for part in report.dimensions},
        tokens=tokens,
        shapes=profiles.get("schema", {}).get("shapes", {}),
        languages={name: count for name, count in profiles.get("language", {}).get("languages", {}).items() if count},
        findings={code: count for code, count in report.summary.by_rule.items() if count},
    )
