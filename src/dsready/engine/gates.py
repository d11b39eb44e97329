"""What judges the findings: the terms of a run, its gates, and why it fails."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dsready.dataset.dataset import MOST_FINDINGS
from dsready.model import Gate, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dsready.model import Dimension, Finding, Outcome, Rule, Score
    from dsready.suppression import Suppressor

NOT_READY = "the data set is not ready"


@dataclass(frozen=True)
class Terms:
    """
    What judges the findings.

    Attributes
    ----------
    rules
        Codes of the selected rules; findings of others are dropped.
    levels
        Another severity for a rule, by code.
    feeds
        For each dimension the ids of all installed checks that feed it.
    not_applicable
        Dimensions that the user declared not to apply.
    min_score, require
        The gate.
    listed
        Findings of a rule that are listed one by one.
    fail_on, max_warnings
        The mildest severity that fails the run, None for none; and how many warnings do.
    suppressors
        Who accepts findings.
    others
        Rules that are asked, but not of records, and so by no check of the run.
    more
        What was found by them before the run.
    packages
        Who adds a check, by its id, where it is not dsready: name and version.
    texts
        Whether the report may hold what records say.
    """

    rules: frozenset[str]
    levels: Mapping[str, Severity]
    feeds: Mapping[Dimension, frozenset[str]]
    not_applicable: frozenset[str] = frozenset()
    min_score: int = 70
    require: tuple[str, ...] = ()
    listed: int = MOST_FINDINGS
    fail_on: Severity | None = Severity.ERROR
    max_warnings: int | None = None
    suppressors: Sequence[Suppressor] = ()
    others: Sequence[Rule] = ()
    more: Sequence[Finding] = ()
    packages: Mapping[str, str] = field(default_factory=dict)
    texts: bool = False

    @property
    def needed(self) -> int:
        """Findings of a rule that are needed one by one: who accepts some must see all."""
        return sys.maxsize if self.suppressors else self.listed


def gates(readiness: Score, outcomes: Sequence[Outcome], blockers: Mapping[str, int], terms: Terms) -> tuple[Gate, ...]:
    """
    Return the conditions, and whether they hold.

    `blockers` are those that nobody accepts. Where all are accepted, the score without them must be high enough: the
    score itself does not change.
    """
    accepted = bool(readiness.blockers) and not blockers
    judged = readiness.without_blockers if accepted else readiness.score
    found = f"{judged} without the accepted blockers ({readiness.score} with them)" if accepted else str(judged)
    crashed = ", ".join(outcome.check for outcome in outcomes if outcome.status == "crashed")
    conditions = [
        Gate(
            id="score",
            required=f">= {terms.min_score}",
            found=found,
            passed=judged >= terms.min_score,
        ),
        Gate(id="blockers", required="none", found=_blockers(readiness, blockers), passed=not blockers),
        Gate(id="crashed checks", required="none", found=crashed or "none", passed=not crashed),
    ]
    reasons = {part.id: part.reason for part in readiness.dimensions}
    for dimension in terms.require:
        reason = reasons.get(dimension, "no installed check assesses it")  # type: ignore[call-overload]
        conditions.append(
            Gate(id=f"require {dimension}", required="assessed", found=reason or "assessed", passed=not reason)
        )
    return tuple(conditions)


def _blockers(readiness: Score, blockers: Mapping[str, int]) -> str:
    """Name the blockers, and those that are accepted."""
    found = ", ".join(f"{code} ({count:,})" for code, count in blockers.items())
    known = ", ".join(f"{code} ({count:,})" for code, count in readiness.blockers.items() if code not in blockers)
    return (found or "none") + (f"; accepted: {known}" if known else "")


def failure(severities: Mapping[Severity, int], terms: Terms) -> str:
    """Say why a run fails whose gates are passed; empty if it does not."""
    level = terms.fail_on
    found = sum(count for severity, count in severities.items() if level and severity.rank <= level.rank)
    if found and level:
        above = " or above" * (level is not Severity.ERROR)
        return f"{_plural(found, 'finding')} of level {level}{above} (fail-on is {level})"
    warnings, most = severities.get(Severity.WARNING, 0), terms.max_warnings
    return f"{_plural(warnings, 'warning')} (max-warnings is {most})" if most is not None and warnings > most else ""


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"
