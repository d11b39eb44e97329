"""Leakage: which part of the evaluation data stands where in the training data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.output.look import plural
from dsready.output.page.filemap import Ruler, ruler
from dsready.output.page.profiles import Leaks, told
from dsready.output.page.svg import BAD, FAINT, FAIR, GRID, KINDS, Chart, cells, joined, line, text

if TYPE_CHECKING:
    from markupsafe import Markup

    from dsready.model import Report

#: Each rule, its colour, and what it says of an item.
SAID = {
    "LEK001": (BAD, "same prompt"),
    "LEK003": (KINDS[3], "one prompt inside the other"),
    "LEK002": (FAIR, "nearly the same prompt"),
    "LEK004": (KINDS[0], "same answer only"),
}
TOP, HIGH, DOT = 12, 220, 6


def leaks(report: Report) -> Chart | None:
    """Draw evaluation items against training positions; None where nothing was compared."""
    found, axis = told(report, "leaks", Leaks), ruler(report)
    if found is None or axis is None or not found.items:
        return None
    rows = [(file.path, f"{file.items:,}", *(f"{file.leaked.get(code, 0):,}" for code in SAID)) for file in found.files]
    leaked = sum(count for file in found.files for code, count in file.leaked.items() if code != "LEK004")
    picture, height = _picture(found, axis)
    share = f" ({leaked / found.items:.1%})" if leaked else ""
    return Chart(
        id="leaks",
        title=f"{leaked:,} of {plural(found.items, 'evaluation item')}{share} {'is' if leaked == 1 else 'are'} in the "
        "training data",
        caption="Each mark is a leak: from left to right its place in the training data, from top to bottom its place "
        "in the evaluation data. A diagonal is a copied file; marks all over are a random split of repeated records.",
        height=height,
        picture=picture,
        head=("evaluation file", "items", *(f"{code} {what}" for code, (_, what) in SAID.items())),
        rows=rows,
    )


def _picture(found: Leaks, axis: Ruler) -> tuple[Markup, int]:
    left, right = axis.x(0), axis.x(axis.count)
    stretches = max(len(found.starts), 1)
    parts = [line(left, TOP, right, TOP), line(left, TOP + HIGH, right, TOP + HIGH), line(left, TOP, left, TOP + HIGH)]
    wide, high = max((right - left) / max(axis.count, 1), DOT), max(HIGH / stretches, DOT)
    legend = 0
    for code, (color, what) in SAID.items():
        mine = [
            (min(axis.x(place), right - wide), TOP + min(HIGH * item / stretches, HIGH - high), wide, high)
            for item, place, rule, _ in found.cells
            if rule == code and item < stretches and place < axis.count
        ]
        if mine:
            parts.append(cells(mine, color, 0.85))
            parts.append(cells([(left + 170 * (legend % 3), TOP + HIGH + 26 + 18 * (legend // 3), 10, 10)], color))
            parts.append(
                text(left + 14 + 170 * (legend % 3), TOP + HIGH + 35 + 18 * (legend // 3), f"{code}: {what}"[:28])
            )
            legend += 1
    if not found.cells:
        parts.append(text((left + right) / 2, TOP + HIGH / 2, "no leak was found", anchor="middle", color=FAINT))
    parts.append(text(left - 8, TOP + 10, _named(found, 0), anchor="end", color=FAINT))
    parts.append(text(left - 8, TOP + HIGH / 2, "evaluation items", anchor="end", bold=True))
    parts.append(text(left - 8, TOP + HIGH, "last item", anchor="end", color=FAINT))
    ticks = sorted({round(axis.count * share / 4) for share in range(4)})
    parts += [line(axis.x(tick), TOP, axis.x(tick), TOP + HIGH, GRID) for tick in ticks]
    parts += [
        text(axis.x(tick), TOP + HIGH + 16, axis.begins(tick), color=FAINT) for tick in ticks if tick < axis.count
    ]
    return joined(parts), TOP + HIGH + 52 + 18 * (max(legend - 1, 0) // 3)


def _named(found: Leaks, stretch: int) -> str:
    if stretch >= len(found.starts):
        return ""
    path, number = found.starts[stretch]
    return f"{path.rpartition('/')[2][-18:]}:{number:,}"
