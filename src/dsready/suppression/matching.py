"""Which entry of a baseline accepts which finding."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What an entry is about: "records" or "datasets", then its three keys.
Place = tuple[str, str, str, str]
RECORDS, DATASETS = "records", "datasets"


class Wanted(NamedTuple):
    """
    What would accept a finding.

    Attributes
    ----------
    place
        Its own entry.
    records
        Of how many records that must be.
    others
        The entries that it would have if it stood on another of the records that it names.
    vague
        Whether it speaks of more records than it names.
    """

    place: Place
    records: int
    others: tuple[Place, ...] = ()
    vague: bool = False


def entries(wanted: Sequence[Wanted], held: Mapping[Place, int]) -> list[Place | None]:
    """
    Return for each finding the entry that accepts it, None where there is none.

    A finding on several records stands on the first of them, and another one may be the first tomorrow. So what finds
    no entry of its own takes that of another record that it names; and what names too few of its records to be known
    by them takes the place of another such finding of its rule that is gone. No entry accepts more than it holds.
    """
    free = Counter(held)
    found: list[Place | None] = [None] * len(wanted)
    for number, one in enumerate(wanted):
        if one.place in held:
            found[number] = one.place if free[one.place] >= one.records else None
            free[one.place] -= one.records  # also where it is not enough: the next one gets no more
    for number in _without(found):
        one = wanted[number]
        found[number] = next((other for other in one.others if free[other] >= one.records), None)
        if other := found[number]:
            free[other] -= one.records
    left = [number for number in _without(found) if wanted[number].vague]
    if left:
        gone = _by_kind({place: count for place, count in held.items() if free[place] == count})
        for number in left:
            alike = gone[_kind(wanted[number].place)]
            enough = bisect_left(alike, wanted[number].records, key=itemgetter(0))
            if enough < len(alike):
                _, found[number] = alike.pop(enough)
    return found


def _without(found: Sequence[Place | None]) -> list[int]:
    return [number for number, place in enumerate(found) if place is None]


def _by_kind(counts: Mapping[Place, int]) -> dict[Place, list[tuple[int, Place]]]:
    """Return the entries for records by what they accept of any record, those for the fewest records first."""
    found = defaultdict(list)
    for count, place in sorted((count, place) for place, count in counts.items() if place[0] == RECORDS):
        found[_kind(place)].append((count, place))
    return found


def _kind(place: Place) -> Place:
    """Return an entry without the hash of its record."""
    kind, group, rule, name = place
    return kind, group, rule, name.partition(" ")[2]
