"""What the records say that the report speaks of, for those who want to read it there."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from dsready.model import Turn
from dsready.text.turns import turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dsready.check import Verdict
    from dsready.dataset.dataset import Dataset
    from dsready.model import Finding, Location

#: Findings of each rule whose records are quoted, and the places that each of them names.
EACH, RELATED = 10, 3
#: Turns of a record that are quoted, and characters of each.
TURNS, CHARACTERS = 6, 600


def excerpts(data: Dataset, verdicts: Iterable[Verdict], reported: Iterable[Finding]) -> dict[str, tuple[Turn, ...]]:
    """
    Quote the records of the first findings of each rule, and those that checks name in pictures, by their hashes.

    Secrets and personal data are masked before anything is cut.
    """
    wanted = {}
    for place in chain(_first(reported), *(verdict.places for verdict in verdicts)):
        key = data.key(place)
        if key is not None and place.record_sha256 is not None:
            wanted[key] = place.record_sha256
    keys = np.array(sorted(wanted), np.int64)
    return {
        wanted[record.key]: tuple(Turn(role=role, text=text) for role, text in turns(record, TURNS, CHARACTERS))
        for record in data.fetch(keys)
    }


def _first(findings: Iterable[Finding]) -> Iterator[Location]:
    """Yield the places of the first findings of each rule."""
    seen: dict[str, int] = {}
    for found in findings:
        seen[found.rule] = seen.get(found.rule, 0) + 1
        if seen[found.rule] <= EACH:
            yield from ([found.location] if found.location else [])
            yield from found.related[:RELATED]
