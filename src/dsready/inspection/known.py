"""What a report knows of one record: findings at it and about it, the cluster it belongs to, leaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dsready.errors import InputError
from dsready.inspection.model import Other
from dsready.output.look import plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dsready.model import Finding, Location, Report

#: Where a record stands: the path in the report, and its first byte.
Where = tuple[str, int]
#: Characters of a hash that name a cluster, at least: more than a few records have the same with odds of 1 in 1,000.
LEAST_HASH = 6
_HEX = frozenset("0123456789abcdef")


class Known(NamedTuple):
    """What is known of one record; `cluster` is the hash of the first record of its cluster, "" for none."""

    findings: list[Finding]
    naming: list[Finding]
    cluster: str
    leaks: list[Other]


def where(place: Location | None) -> Where | None:
    """Return what is the same for all places within one record; None for a place that is no record."""
    return None if place is None or place.byte_offset is None else (place.path, place.byte_offset)


def known(report: Report, record: Where, role: str) -> Known:
    """Sort the findings that stand at a record or name it; `role` is "train" or "eval"."""
    leaking = {rule.code for rule in report.rules if rule.dimension == "evaluation"}
    found = Known([], [], "", [])
    for finding in report.findings:
        here = where(finding.location) == record
        named = any(where(place) == record for place in finding.related)
        if here:
            found.findings.append(finding)
        if not (here or named):
            continue
        if finding.cluster is not None:
            found = found._replace(cluster=finding.cluster)
        elif finding.rule in leaking:
            found.leaks.extend(_leaks(finding, training=role == "train"))
        elif not here:
            found.naming.append(finding)
    return found


def _leaks(finding: Finding, *, training: bool) -> Iterable[Other]:
    """Yield the other side of a leak; how similar an item is, is known of the first training record it names."""
    if training and finding.location is not None:
        yield Other(place=finding.location, rule=finding.rule, message=finding.message, similarity=finding.similarity)
        return
    for number, place in enumerate(finding.related):
        first = {"message": finding.message, "similarity": finding.similarity} if not number else {}
        yield Other.model_validate({"place": place, "rule": finding.rule, **first})


def members(report: Report, cluster: str) -> list[Other]:
    """Return the records of a cluster in the order of their places, each with the finding that stands at it."""
    order = {file.path: number for number, file in reversed(list(enumerate(report.inputs)))}
    found: dict[Where, Other] = {}
    for finding in report.findings:
        if finding.cluster != cluster:
            continue
        for place in finding.related:
            if (key := where(place)) is not None:
                found.setdefault(key, Other(place=place))
        if finding.location is not None and (key := where(finding.location)) is not None:
            found[key] = Other(
                place=finding.location, rule=finding.rule, message=finding.message, similarity=finding.similarity
            )
    return [found[key] for key in sorted(found, key=lambda key: (order.get(key[0], len(order)), key))]


def cluster_called(report: Report, name: str) -> str:
    """
    Return the cluster whose first record's hash begins with `name`.

    Raises
    ------
    InputError
        If that is none, or several.
    """
    ids = {finding.cluster for finding in report.findings if finding.cluster is not None}
    there = (
        f"there is {plural(len(ids), 'cluster')} of duplicates"
        if len(ids) == 1
        else (f"there are {plural(len(ids), 'cluster')} of duplicates")
    )
    hint = "dsready lint --select duplicates lists them, and dsready show FILE:LINE names that of a record"
    wanted = name.lower()
    if len(wanted) < LEAST_HASH or not _HEX.issuperset(wanted):
        raise InputError(
            f"{name!r} is no beginning of a record's hash: at least {LEAST_HASH} of 0-9 and a-f; {there}", hint
        )
    found = sorted(one for one in ids if one.startswith(wanted))
    if not found:
        raise InputError(f"no cluster begins with {wanted}; {there}", hint)
    if len(found) > 1:
        raise InputError(f"{len(found)} clusters begin with {wanted}; {there}", f"say more of it: {', '.join(found)}")
    return found[0]
