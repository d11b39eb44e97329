"""An inverted index over a small collection of sets, probed by the batches of a large one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from dsready.arrays import distinct_values
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

    def among(self, first: int, stop: int) -> Self:
        """Return the pairs with the items from `first` up to `stop`, which are numbered from 0 then."""
        mine = self.where((self.items >= first) & (self.items < stop))
        return mine._replace(items=mine.items - first)

    def where(self, mask: NDArray[np.bool_]) -> Self:
        """Return only those where `mask` holds."""
        return type(self)(self.rows[mask], self.items[mask], self.common[mask])


class Met(NamedTuple):
    """Elements of rows that are in the index: row, rank within the row, place in the index; int64, (elements,) each."""

    rows: NDArray[np.int64]
    ranks: NDArray[np.int64]
    places: NDArray[np.int64]

    def where(self, mask: NDArray[np.bool_]) -> Self:
        """Return only those where `mask` holds."""
        return type(self)(self.rows[mask], self.ranks[mask], self.places[mask])


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

    def meet(self, ragged: Ragged[np.uint64], least: int = 1) -> Met:
        """
        Find the elements of rows that are in the index, if a row has at least so many of them.

        A table of bits refuses most elements, a binary search the rest. Repetitions within a row are all found.
        """
        hits, places = self._members.find(ragged.values)
        rows = np.searchsorted(ragged.starts, hits, "right") - 1
        enough = np.bincount(rows, minlength=1)[rows] >= least
        rows, hits = rows[enough], hits[enough]
        return Met(rows, hits - ragged.starts[rows], places[enough])

    def overlaps(self, met: Met) -> Overlaps:
        """Count exactly what each row has in common with each item; repetitions within a row count once."""
        width = max(len(self._members.values), 1)
        rows, places = np.divmod(distinct_values(met.rows * width + met.places), width)
        owners = np.diff(self._starts)[places]
        items = self._owners[spread(self._starts[places], owners)]
        codes, common = np.unique(np.repeat(rows, owners) * len(self.sizes) + items, return_counts=True)
        rows, items = np.divmod(codes, max(len(self.sizes), 1))
        return Overlaps(rows, items, common)
