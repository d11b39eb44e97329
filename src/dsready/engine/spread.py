"""Where along the training files the findings stand: what the map of the report page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
    places: dict[str, list[int]] = {}
    accepted: dict[str, list[int]] = {}
    for found in findings:
        mine = (places if found.suppressed is None else accepted).setdefault(found.rule, [])
        key = data.key(found.location)
        if key is not None:
            mine.append(key)
    marks = {code: keys for verdict in verdicts for code, keys in verdict.marks.items()}
    rules = {}
    for code, keys in sorted(places.items()):
        here = np.array(keys, np.int64)
        left_out = np.setdiff1d(np.array(accepted.get(code, []), np.int64), here)
        marked = np.setdiff1d(marks.get(code, here), left_out)
        counts = tuple(data.along(marked))
        if any(counts):
            rules[code] = counts
    starts = tuple((place.path, place.line or 0) for place in data.locations(data.stretches))
    return Spread(starts=starts, rules=rules)
