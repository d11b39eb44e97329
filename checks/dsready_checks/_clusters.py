"""Clusters of duplicates for a picture: how many there are of which size, and what differs within the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dsready.dataset.batch import Batch
from dsready.model import STORED_HASH
from dsready.text.words import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsready.dataset.dataset import Dataset
    from dsready.model import Location
    from dsready_checks._sameness import Comparison

    #: The words of a record, as hashes: those of the prompt and those of the answer; each uint64.
    Said = tuple[NDArray[np.uint64], NDArray[np.uint64]]

#: So many clusters are opened, the largest, and so many of their members, the first.
LARGEST, MEMBERS = 12, 6
#: Sizes that are told together: each group begins at one of these and ends before the next.
SIZES = (2, 3, 4, 5, *(size * 10**power for power in range(1, 13) for size in (1, 2, 5)))
_NOTHING = np.empty(0, np.uint64)


def pictured(compared: Comparison, data: Dataset) -> tuple[dict[str, Any], list[Location]]:
    """
    Describe the clusters of duplicates, without any text.

    Returns
    -------
    The profile, and the places of the members that it names. `number` is that of clusters, `records` what is in them:
    but for the first of each they are `copies` or `near`, of which `otherwise` have another answer than the first.
    `sizes` has for each group of sizes, from one size to below another, the number of clusters and of records in them.
    `largest` are the 12 largest clusters, of equal ones the first, and of each its first 6 members: where they stand,
    the exact Jaccard similarity to the first, and the words that differ from it (see `differing`). `id` is the
    beginning of the hash of a cluster's first record.
    """
    keys, heads = compared.clustered
    clusters, counts = np.unique(heads, return_counts=True)
    largest = np.lexsort((clusters, -counts))[:LARGEST]
    chosen = [keys[heads == head][:MEMBERS] for head in clusters[largest].tolist()]
    members = np.concatenate([np.empty(0, np.int64), *chosen])
    firsts = np.repeat(clusters[largest], [len(some) for some in chosen])
    places = dict(zip(members.tolist(), data.locations(members), strict=True))
    similar = dict(zip(members.tolist(), compared.similarity(members, firsts).tolist(), strict=True))
    opened = []
    for size, some in zip(counts[largest].tolist(), chosen, strict=True):
        said = _said(data, some)
        first = said[int(some[0])]
        opened.append(
            {
                "id": (places[int(some[0])].record_sha256 or "")[:STORED_HASH],
                "size": size,
                "members": [
                    {
                        **_where(places[key]),
                        "similarity": round(similar[key], 4),
                        "differs": {
                            side: list(differing(mine, its))
                            for side, mine, its in zip(("prompt", "answer"), said[key], first, strict=True)
                        },
                    }
                    for key in some.tolist()
                ],
            }
        )
    profile = {
        "number": len(clusters),
        "records": len(keys),
        "copies": len(compared.copies) + len(compared.strange_copies),
        "near": len(compared.near),
        "otherwise": compared.answering_otherwise,
        "sizes": _sizes(counts),
        "largest": opened,
    }
    return profile, list(places.values())


def differing(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> tuple[int, int]:
    """
    Count the words by which two texts differ, whatever their order, and the words of the longer one.

    Words are those of `text.words`, folded and without punctuation, each as often as it occurs: what the longer text
    has, less what both have.
    """
    (mine, times), (others, other_times) = (np.unique(side, return_counts=True) for side in (one, other))
    _, left, right = np.intersect1d(mine, others, assume_unique=True, return_indices=True)
    longer = max(len(one), len(other))
    return longer - int(np.minimum(times[left], other_times[right]).sum()), longer


def _sizes(counts: NDArray[np.int64]) -> list[list[int]]:
    """Count clusters and records of each group of sizes, as far as there are any: from, to below, clusters, records."""
    groups = np.searchsorted(SIZES, counts, "right") - 1
    clusters = np.bincount(groups, minlength=len(SIZES))
    records = np.bincount(groups, counts, len(SIZES)).astype(np.int64)
    rows = zip(SIZES, SIZES[1:], clusters.tolist(), records.tolist(), strict=False)  # the last is an end only
    return [[*row] for row in rows if row[2]]


def _said(data: Dataset, keys: NDArray[np.int64]) -> dict[int, Said]:
    """Read records again, and return their words; none of those of no known shape."""
    batch = Batch(list(data.fetch(keys)), data.settings)
    hashes, starts, cuts, _ = words(batch)
    borders = zip(batch.keys.tolist(), starts[:-1].tolist(), cuts.tolist(), starts[1:].tolist(), strict=True)
    said = {key: (hashes[start:cut], hashes[cut:end]) for key, start, cut, end in borders}
    return {key: said.get(key, (_NOTHING, _NOTHING)) for key in keys.tolist()}


def _where(place: Location) -> dict[str, Any]:
    """Return what is known of a place by itself: the column where records share a line."""
    return place.model_dump(include={"path", "line", "column", "record_sha256"}, exclude_none=True)
