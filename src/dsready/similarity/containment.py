"""An inverted index over a small collection of sets, probed by the batches of a large one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dsready.text.ragged import offsets, spread
from dsready.text.shingles import Members

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsready.text.ragged import Ragged


class Overlaps(NamedTuple):
    """Pairs of a row and an item with something in common, and how much: int64, (pairs,) each; by row, then item."""

    rows: NDArray[np.int64]
    items: NDArray[np.int64]
    common: NDArray[np.int64]


class Index:
    """
    The sets of some items, element by element.

    Parameters
    ----------
    sets
        Distinct shingles of each item (see `distinct`).

    Attributes
    ----------
    sizes
        int64, (items,): elements of each set.
    """

    def __init__(self, sets: Ragged[np.uint64]) -> None:
        self.sizes = sets.lengths
        self._members = Members(sets.values)
        places = np.searchsorted(self._members.values, sets.values)
        self._owners = sets.rows[np.argsort(places, kind="stable")]
        self._starts = offsets(np.bincount(places, minlength=len(self._members.values)))

    def overlaps(self, ragged: Ragged[np.uint64]) -> Overlaps:
        """
        Count exactly what each row has in common with each item.

        A table of bits refuses most elements, a binary search the rest; only what is found costs more. Repetitions
        within a row count once.
        """
        hits, places = self._members.find(ragged.values)
        width = len(self._members.values)
        rows, places = np.divmod(np.unique(ragged.rows[hits] * width + places), max(width, 1))
        owners = np.diff(self._starts)[places]
        items = self._owners[spread(self._starts[places], owners)]
        codes, common = np.unique(np.repeat(rows, owners) * len(self.sizes) + items, return_counts=True)
        rows, items = np.divmod(codes, max(len(self.sizes), 1))
        return Overlaps(rows, items, common)
