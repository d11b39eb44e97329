"""Several data sets in one run: those that the configuration names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready import api
from dsready.across import compare, rules
from dsready.dataset.paths import both

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dsready.accepting import Acceptance
    from dsready.config import Config
    from dsready.model import Report


def lint_all(
    sets: Mapping[str, Config],
    acceptance: Acceptance,
    *,
    jobs: int,
    stdin_name: str,
    listed: int,
    cache: bool,
    progress: Callable[[int, int], None] | None = None,
) -> list[Report]:
    """
    Lint data sets one after the other, and return their reports.

    Parameters are those of `api.run`; `progress` begins anew for each. Several are compared with each other.
    """
    several = len(sets) > 1
    shared = compare(sets, jobs=jobs, cache=cache, progress=progress) if several else {}
    if several:
        acceptance.expect(both(config.paths, config.eval, config.exclude)[0] for config in sets.values())
    reports: list[Report] = []
    for name, config in sets.items():
        acceptance.last = len(reports) == len(sets) - 1
        report = api.run(
            config.paths,
            config.eval,
            config,
            jobs=jobs,
            stdin_name=stdin_name,
            progress=progress,
            listed=listed,
            cache=cache,
            acceptance=acceptance,
            others=rules() if several else (),
            more=shared.get(name, ()),
        )
        reports.append(report.model_copy(update={"name": name}) if name else report)
    return reports
