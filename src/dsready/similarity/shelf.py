"""The shingle sets of candidates, read again from the files when they are wanted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dsready.arrays import distinct_values
from dsready.similarity.verify import jaccard
from dsready.text.ragged import Stack
from dsready.text.shingles import distinct, distinctive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset
    from dsready.text.ragged import Ragged
    from dsready.text.shingles import Members, View

#: Hashes kept at a time, 8 bytes each. Beyond that, sets are read again.
_MOST = 1 << 24
#: Rows read for one comparison step.
_STEP = 1 << 15


def _sets(view: View, boilerplate: Members, batch: Batch) -> Ragged[np.uint64]:
    return distinct(distinctive(batch, view, boilerplate))


class Shelf:
    """
    Compares rows by their exact shingle sets.

    Parameters
    ----------
    data
        Where the records are read from.
    keys
        int64, (rows,): the key of each row.
    view
        What is compared.
    boilerplate
        Shingles that do not count.
    """

    def __init__(self, data: Dataset, keys: NDArray[np.int64], view: View, boilerplate: Members) -> None:
        self._data, self._keys, self._view, self._boilerplate = data, keys, view, boilerplate
        self._clear()

    def jaccard(self, left: NDArray[np.int64], right: NDArray[np.int64], least: float) -> NDArray[np.float64]:
        """Return the exact Jaccard similarity of pairs of rows, float64; perhaps 0 for what is below `least`."""
        result = np.zeros(len(left))
        for begin in range(0, len(left), _STEP):
            part = slice(begin, begin + _STEP)
            self._bring(distinct_values(np.concatenate([left[part], right[part]])))
            result[part] = jaccard(self._sets.rows, self._place[left[part]], self._place[right[part]], least)
        return result

    def _clear(self) -> None:
        self._place = np.full(len(self._keys), -1, np.int64)
        self._sets = Stack(np.uint64)

    def _bring(self, rows: NDArray[np.int64]) -> None:
        """Make sure that the sets of `rows`, ascending, are at hand."""
        if self._sets.size > _MOST:
            self._clear()
        missing = rows[self._place[rows] < 0]
        if not len(missing):
            return
        self._place[missing] = np.arange(len(missing)) + len(self._sets)
        for read in self._data.map(partial(_sets, self._view, self._boilerplate), self._keys[missing]):
            self._sets.push(read)
