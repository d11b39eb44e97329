"""Leakage: which part of the evaluation data stands where in the training data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.output.look import percent, plural
from dsready.output.page.filemap import Ruler, ruler
from dsready.output.page.profiles import Leaks, told
from dsready.output.page.svg import BAD, FAINT, FAIR, GRID, KINDS, Chart, cells, joined, line, strip, text

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
#: The legend: width of an entry, two of which stand in a row, and height of a row.
KEY, ROW = 260, 18


def leaks(report: Report) -> Chart | None:
    """Draw evaluation items against training positions; None where nothing was compared."""
    found, axis = told(report, "leaks", Leaks), ruler(report)
    if found is None or axis is None or not found.items:
        return None
    rows = [(file.path, f"{file.items:,}", *(f"{file.leaked.get(code, 0):,}" for code in SAID)) for file in found.files]
    leaked = sum(count for file in found.files for code, count in file.leaked.items() if code != "LEK004")
    picture, height = _picture(found, axis)
    share = f" ({percent(leaked / found.items)})" if leaked else ""
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
    high = max(HIGH / stretches, DOT)
    shown: list[str] = []
    for code, (color, _) in reversed(SAID.items()):  # the worst last: on top of the others
        rows = [(item, counts) for rule, item, counts in found.rows if rule == code and len(counts) == axis.count]
        for item, counts in rows:
            top = TOP + min(HIGH * min(item, stretches) / stretches, HIGH - high)
            parts.append(strip(axis.runs(counts, DOT), top, high, color, 0.85))
        if rows:
            shown.insert(0, code)
    for number, code in enumerate(shown):
        color, what = SAID[code]
        x, y = left + KEY * (number % 2), TOP + HIGH + 26 + ROW * (number // 2)
        parts += [cells([(x, y, 10, 10)], color), text(x + 16, y + 9, f"{code}: {what}")]
    if not shown:
        parts.append(text((left + right) / 2, TOP + HIGH / 2, "no leak was found", anchor="middle", color=FAINT))
    parts.append(text(left - 8, TOP + 10, _named(found, 0), anchor="end", color=FAINT))
    parts.append(text(left - 8, TOP + HIGH / 2, "evaluation items", anchor="end", bold=True))
    parts.append(text(left - 8, TOP + HIGH, "last item", anchor="end", color=FAINT))
    ticks = sorted({round(axis.count * share / 4) for share in range(4)})
    parts += [line(axis.x(tick), TOP, axis.x(tick), TOP + HIGH, GRID) for tick in ticks]
    parts += [text(axis.x(tick), TOP + HIGH + 16, axis.label(tick), color=FAINT) for tick in ticks if tick < axis.count]
    return joined(parts), TOP + HIGH + 28 + ROW * -(-len(shown) // 2)


def _named(found: Leaks, stretch: int) -> str:
    if stretch >= len(found.starts):
        return ""
    path, number = found.starts[stretch]
    return f"{path.rpartition('/')[2][-18:]}:{number:,}"
