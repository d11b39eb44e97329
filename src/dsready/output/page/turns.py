"""How long conversations are, in turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.output.look import plural
from dsready.output.page.bars import bars
from dsready.output.page.profiles import Natural, told
from dsready.output.page.svg import PLAIN, Chart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsready.model import Report

#: Numbers of turns that are drawn as one bar, from the one to below the next.
BEGINS = (0, 1, 2, 3, 4, 5, 7, 11, 21, 50)


def turns(report: Report) -> Chart | None:
    """Draw how many conversations have how many turns; None where all have as many, or there are none."""
    found = told(report, "turns", tuple[tuple[Natural, Natural], ...]) or ()
    if len(found) < 2:  # noqa: PLR2004  (of one number there is nothing to compare)
        return None
    rows = [
        (_named(low, end), count)
        for low, end in zip(BEGINS, (*BEGINS[1:], 0), strict=True)
        if (count := sum(number for size, number in found if low <= size and (size < end or not end)))
    ]
    picture, height = bars([(name, count, f"{count:,}") for name, count in rows], "conversations", PLAIN)
    return Chart(
        id="turns",
        title=_title(sorted(found)),
        caption="A turn is a message of anybody, the system prompt too.",
        height=height,
        picture=picture,
        head=("turns", "conversations"),
        rows=[(name, f"{count:,}") for name, count in rows],
    )


def _named(low: int, end: int) -> str:
    if not end:
        return f"{low} turns and more"
    return plural(low, "turn") if end == low + 1 else f"{low} to {end - 1} turns"


def _title(found: Sequence[tuple[int, int]]) -> str:
    """Say how many turns half of the conversations have at most, and the longest."""
    half = sum(number for _, number in found) / 2
    seen, median = 0, 0
    for size, number in found:
        seen += number
        if seen >= half:
            median = size
            break
    longest = found[-1][0]
    most = f"{BEGINS[-1]} or more" if longest >= BEGINS[-1] else f"{longest}"
    return f"Half of the conversations have at most {plural(median, 'turn')}, the longest {most}"
