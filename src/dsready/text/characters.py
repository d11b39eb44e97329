"""Facts about characters, looked up over whole arrays of code points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from dsready.arrays import distinct_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

T = TypeVar("T", np.uint8, np.uint32)
_ALL = 0x110000


class PerCharacter(Generic[T]):
    """
    One number for every character, worked out when the character first turns up.

    To ask the Unicode database for all 1.1 million in advance would take longer than most lints; so each distinct
    character costs Python once.

    Parameters
    ----------
    of
        Gives the number of a code point. The largest number of the type stands for "not worked out yet".
    kind
        numpy type of the numbers.
    """

    def __init__(self, of: Callable[[int], int], kind: type[T]) -> None:
        self._of = of
        self._unseen = np.iinfo(kind).max
        self._table: NDArray[T] = np.full(_ALL, self._unseen, kind)

    def learn(self, numbers: NDArray[T]) -> None:
        """Take over the numbers of the first characters."""
        self._table[: len(numbers)] = numbers

    def __getitem__(self, codes: NDArray[np.uint32]) -> NDArray[T]:
        """Return the number of each code point; same shape as `codes`."""
        values = self._table.take(codes)
        unseen = values == self._unseen
        if unseen.any():
            for code in distinct_values(codes[unseen]).tolist():
                self._table[code] = self._of(code)
            values = self._table.take(codes)
        return values
