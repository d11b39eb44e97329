"""Where along the training files the findings stand: what the map of the report page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dsready.dataset.record import OFFSET_BITS
from dsready.model import Spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dsready.check import Verdict
    from dsready.dataset.dataset import Dataset
    from dsready.model import Finding


def spread(data: Dataset, verdicts: Iterable[Verdict], findings: Sequence[Finding]) -> Spread | None:
    """
    Count for every broken rule the places that it concerns in each stretch of the training data.

    They are those that its check marks, and otherwise those of its findings. A place is left out if all findings of the
    rule that stand there are accepted; the other records that such a finding speaks of stay.

    Parameters
    ----------
    verdicts
        What the checks said.
    findings
        All findings that were listed, the suppressed ones too.
    """
    if not len(data.stretches):
        return None
    numbers = {source.path: source.number for source in reversed(data.sources)}
    places: dict[str, list[int]] = {}
    accepted: dict[str, set[int]] = {}
    for found in findings:
        place = found.location
        key = -1
        if place is not None and place.byte_offset is not None and place.path in numbers:
            key = numbers[place.path] << OFFSET_BITS | place.byte_offset
        if found.suppressed is None:
            places.setdefault(found.rule, []).append(key)
        else:
            accepted.setdefault(found.rule, set()).add(key)
    marks = {code: keys for verdict in verdicts for code, keys in verdict.marks.items()}
    rules = {}
    for code, keys in sorted(places.items()):
        left_out = accepted.get(code, set()).difference(keys) | {-1}
        marked = np.setdiff1d(marks.get(code, keys), list(left_out)).astype(np.int64)
        counts = tuple(data.along(marked))
        if any(counts):
            rules[code] = counts
    starts = tuple((place.path, place.line or 0) for place in data.locations(data.stretches))
    return Spread(starts=starts, rules=rules)
