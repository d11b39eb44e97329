"""Bars, one under the other: how many there are of each size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.output.page.svg import FAINT, WIDTH, Scale, box, joined, line, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

ROW, LEFT, RIGHT = 22, 200, WIDTH - 260


def bars(rows: Sequence[tuple[str, int, str]], foot: str, color: str) -> tuple[Markup, int]:
    """
    Draw a bar for each name and number, and return the picture and its height.

    Parameters
    ----------
    rows
        Name, number, and what stands behind the bar.
    foot
        What the bars count.
    """
    across = Scale(0, max((number for _, number, _ in rows), default=1), LEFT, RIGHT)
    height = ROW * len(rows) + 34
    parts = [line(LEFT, 8, LEFT, height - 22)]
    for row, (name, number, note) in enumerate(rows):
        top, end = 10 + ROW * row, max(across(number), LEFT + 2)
        parts += [
            text(LEFT - 8, top + 12, name, anchor="end"),
            box(LEFT, top, end - LEFT, ROW - 8, color),
            text(end + 6, top + 12, note, color=FAINT),
        ]
    parts.append(text(LEFT, height - 8, foot, color=FAINT))
    return joined(parts), height
