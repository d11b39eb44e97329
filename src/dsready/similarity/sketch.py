"""
Sketches for use outside dsready: any text as a datasketch `LeanMinHash`.

datasketch's LSH indexes, Redis included, can hold them. `import datasketch` takes half a second (it imports scipy),
so it is imported only here, when a sketch is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.text.shingles import WIDTH
from dsready.text.words import fold, split

if TYPE_CHECKING:
    from datasketch import LeanMinHash

SCHEME = "affine32"


def lean_minhash(text: str, num_perm: int = 128, seed: int = 1) -> LeanMinHash:
    """
    Sketch a text: the MinHash of its shingles, bit-identical to datasketch's own `MinHash.update` of each.

    Parameters
    ----------
    text
        Any text; folded as everywhere (NFKC, case).
    num_perm, seed
        As in datasketch. Sketches compare only with others of the same.
    """
    from datasketch import LeanMinHash, MinHash  # noqa: PLC0415  (half a second)

    minhash = MinHash(num_perm=num_perm, seed=seed, scheme=SCHEME)
    minhash.update_batch(shingle_bytes(text))
    return LeanMinHash(minhash)


def shingle_bytes(text: str) -> list[bytes]:
    """Return the distinct shingles of a text, sorted: three folded words joined by spaces, in UTF-8."""
    words = split(fold(text))
    count = max(len(words) - WIDTH + 1, min(len(words), 1))
    return sorted({" ".join(words[at : at + WIDTH]).encode() for at in range(count)})
