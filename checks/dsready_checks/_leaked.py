"""The items that leak, and a picture of where they stand against where the training data has them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from dsready.dataset.record import OFFSET_BITS
from dsready_checks._leaks import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dsready.dataset.dataset import Dataset
    from dsready.text.ragged import Ragged
    from dsready_checks._leaks import Hits, Items

#: Into so many stretches of equally many items the evaluation files are cut.
STRETCHES = 50


class Leak(NamedTuple):
    """An item that leaks: its key, how, its best hits, and how many there are of this kind in all."""

    key: int
    kind: Kind
    hits: NDArray[np.void]
    number: int


@dataclass(frozen=True, slots=True)
class Leaked:
    """
    The items that leak, ascending, each by its strongest kind.

    Attributes
    ----------
    items
        int64, (leaks,): which of the items that can be compared.
    keys
        int64, (leaks,): where they stand.
    kinds, counts
        int64, (leaks,): the kind, and the number of all hits of that kind.
    hits
        A row of the best of them for each leak, the very best first.
    """

    items: NDArray[np.int64]
    keys: NDArray[np.int64]
    kinds: NDArray[np.int64]
    counts: NDArray[np.int64]
    hits: Ragged[np.void]

    @classmethod
    def of(cls, items: Items, found: Hits) -> Self:
        """Judge each item by what was found of its prompt; only then by an answer that stands under one prompt."""
        prompts, answers = found.counts[items.subject], found.counts[items.prompts :, Kind.ANSWER]
        single = (found.low == found.high)[items.prompts :]
        by_answer = np.where((answers > 0) & single, Kind.ANSWER, len(Kind))
        strongest = np.where(prompts.any(axis=1), (prompts > 0).argmax(axis=1), by_answer)
        leaked = np.flatnonzero(strongest < len(Kind))
        kinds = strongest[leaked]
        subjects = np.where(kinds == Kind.ANSWER, leaked + items.prompts, items.subject[leaked])
        counts, hits = found.counts[subjects, kinds], found.best(subjects, kinds)
        return cls(leaked, items.keys[leaked], kinds, counts, hits)

    def rows(self, which: NDArray[np.int64]) -> Iterator[Leak]:
        """Yield some of them one by one."""
        for row in which.tolist():
            begin, end = self.hits.starts[row : row + 2]
            hits = self.hits.values[begin:end]
            yield Leak(int(self.keys[row]), Kind(int(self.kinds[row])), hits, int(self.counts[row]))


def pictured(items: Items, leaked: Leaked, codes: Sequence[str], data: Dataset) -> dict[str, Any]:
    """
    Describe where leaks are, without any text.

    Parameters
    ----------
    codes
        The rule that reports each leak.

    Returns
    -------
    `items` is the number of items that can be compared, and `files` has it for each evaluation file, with the items
    that each rule reports. `starts` are path and line of the first item of each of up to 50 stretches of the items, in
    the order of their places; they differ in length by one at most. `cells` are a stretch of the items, a stretch of
    the training data (see `Dataset.stretches`), a rule, and the number of items of the one that this rule reports,
    whose best hit is in the other.
    """
    total = len(items)
    stretches = min(STRETCHES, total)
    begins = -(-np.arange(stretches) * total // stretches)
    across = leaked.items * stretches // total  # the last stretch that begins at the item or before it
    along = data.stretch(leaked.hits.values["key"][leaked.hits.starts[:-1]])
    cells = Counter(zip(across.tolist(), along.tolist(), codes, strict=True))
    numbers = (leaked.keys >> OFFSET_BITS).tolist()
    by_file = Counter(zip(numbers, codes, strict=True))
    evals = zip(data.sources[data.evals :], items.comparable, strict=True)
    return {
        "items": total,
        "files": [
            {
                "path": source.path,
                "items": comparable,
                "leaked": {code: count for (number, code), count in sorted(by_file.items()) if number == source.number},
            }
            for source, comparable in evals
        ],
        "starts": [[place.path, place.line or 0] for place in data.locations(items.keys[begins])],
        "cells": [[*cell, count] for cell, count in sorted(cells.items())],
    }
