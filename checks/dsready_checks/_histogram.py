"""How long the records are, as a picture on a logarithmic scale shows it."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dsready.arrays import median

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: No record has so many tokens.
_MOST = 1 << 32
#: Where bins begin: the powers of the square root of 2, rounded up; int64, each once, up to `_MOST`.
EDGES = np.array(sorted({isqrt((1 << power) - 1) + 1 for power in range(2 * _MOST.bit_length() - 1)}), np.int64)


class Bounds(NamedTuple):
    """The least and the greatest number of tokens that a length like the others has."""

    least: int
    most: int

    @classmethod
    def of(cls, middle: float, distance: float) -> Bounds:
        """Return the bounds of lengths whose logarithms are at most so far from the middle, which is not negative."""
        below, above = (_near(end) for end in (max(middle - distance, 0), min(middle + distance, np.log(_MOST))))
        return cls(
            min(length for length in below if middle - np.log(length) <= distance),
            max(length for length in above if np.log(length) - middle <= distance),
        )


def _near(end: float) -> list[int]:
    """Return the whole numbers around the one with a logarithm: exp may be off in the last place."""
    return [max(int(np.exp(end)) + step, 1) for step in (-1, 0, 1)]


def told(lengths: NDArray[np.int32], bounds: Bounds | None = None, outliers: int = 0) -> dict[str, Any]:
    """
    Return the lengths of one part of some records as plain values.

    Parameters
    ----------
    lengths
        Tokens of each, (records,).
    bounds
        Beyond them a length is an outlier; None where none is.
    outliers
        How many are.

    Returns
    -------
    dict
        `records`; `empty`: how many of them have no token. Of the others: `least`, `median` and `most` tokens, None if
        there are none; and `bins` as [from, to (exclusive), records], in which the quotient of the ends is about the
        square root of 2: all from the first to the last one that holds a record. `outside` is [`bounds.least`,
        `bounds.most`].
    """
    there = lengths[lengths > 0]
    some = bool(len(there))
    return {
        "records": len(lengths),
        "empty": len(lengths) - len(there),
        "least": int(there.min()) if some else None,
        "median": median(there.astype(np.float64)) if some else None,
        "most": int(there.max()) if some else None,
        "outside": None if bounds is None else list(bounds),
        "outliers": outliers,
        "bins": _bins(there),
    }


def _bins(lengths: NDArray[np.int32]) -> list[list[int]]:
    """Count positive lengths in bins."""
    if not len(lengths):
        return []
    counts = np.bincount(np.searchsorted(EDGES, lengths, "right") - 1)
    first = int(np.flatnonzero(counts)[0])
    rows = zip(EDGES[first:-1].tolist(), EDGES[first + 1 :].tolist(), counts[first:].tolist(), strict=False)
    return [list(row) for row in rows]  # the edges go on, the counts end with the longest
