"""Clusters of duplicates by size, and the lines of the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.output.look import plural
from dsready.output.page.bars import bars
from dsready.output.page.profiles import Clusters, told
from dsready.output.page.svg import FAIR, Chart

if TYPE_CHECKING:
    from dsready.model import Report


def clusters(report: Report) -> Chart | None:
    """Draw how many clusters there are of each size; None where there is none."""
    found = told(report, "clusters", Clusters)
    if found is None or not found.number:
        return None
    rows = [(_named(low, end), count, records) for low, end, count, records in found.sizes]
    notes = [(name, count, f"{plural(count, 'cluster')}, {records:,} records") for name, count, records in rows]
    picture, height = bars(notes, "clusters of this size", FAIR)
    return Chart(
        id="clusters",
        title=_title(found),
        caption="A cluster is a set of records that are equal or nearly equal to each other, directly or by way of "
        "others; what comes after its first record is a duplicate. Near-duplicates share most of their distinctive "
        "words; those that answer otherwise than the first may be different questions about one text.",
        height=height,
        picture=picture,
        head=("records in a cluster", "clusters", "records"),
        rows=[(size, f"{count:,}", f"{records:,}") for size, count, records in rows],
    )


def _title(found: Clusters) -> str:
    largest = max((cluster.size for cluster in found.largest), default=0)
    parts = [plural(found.copies, "exact duplicate")] if found.copies else []
    parts += [plural(found.near, "near-duplicate")] if found.near else []
    said = " and ".join(parts) or plural(found.records - found.number, "duplicate")
    told_ = f"{said} in {plural(found.number, 'cluster')}" + (
        f", the largest of {largest:,} records" if largest else ""
    )
    if not found.otherwise:
        return told_
    return f"{told_}; {found.otherwise:,} of the near ones answer{'s' * (found.otherwise == 1)} otherwise"


def _named(low: int, end: int) -> str:
    """Name a group of sizes."""
    return f"of {low:,} records" if end == low + 1 else f"of {low:,} to {end - 1:,} records"
