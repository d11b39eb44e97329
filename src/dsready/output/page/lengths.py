"""Lengths in tokens: histograms on a logarithmic scale, with the context and the bounds of outliers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.output.look import plural
from dsready.output.page.profiles import AllLengths, told
from dsready.output.page.svg import (
    BAD,
    FAINT,
    FAIR,
    PLAIN,
    WIDTH,
    Box,
    Chart,
    Scale,
    cells,
    dashed,
    decades,
    joined,
    line,
    short,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from dsready.model import Report
    from dsready.output.page.profiles import Lengths

PANEL, TOP, LEFT, RIGHT = 118, 28, 84, WIDTH - 24
BARS = 74
#: What each side is called where tokens are counted.
SIDES = {"prompt": "prompts", "answer": "answers", "whole": "records"}


def lengths(report: Report) -> Chart | None:
    """Draw a histogram for each side that has any; None where no lengths are told."""
    found = told(report, "lengths", AllLengths)
    if found is None:
        return None
    sides = {side: mine for side in SIDES if (mine := getattr(found, side)) is not None and mine.bins}
    if not sides:
        return None
    context = found.context
    most = max([end for mine in sides.values() for _, end, _ in mine.bins] + [context or 0])
    across = Scale(0.8, most * 1.1, LEFT, RIGHT, log=True)
    parts: list[Markup] = []
    for number, (side, mine) in enumerate(sides.items()):
        parts += _panel(side, mine, context if side == "whole" else None, across, PANEL * number)
    bottom = PANEL * len(sides) + 8
    caption = ["Dotted is the median"]
    if any(mine.outside and mine.outliers for mine in sides.values()):
        caption.append("beyond dashed lines a length is an outlier")
    if context and "whole" in sides:
        caption.append("beyond the solid red one a record does not fit into the context")
    parts += [text(across(tick), bottom, short(tick), anchor="middle", color=FAINT) for tick in decades(1, most)]
    parts.append(text(RIGHT, bottom + 18, "tokens (log scale)", anchor="end", color=FAINT))
    unit = "estimated" if found.unit in ("", "estimate") else f"of {found.unit}"
    return Chart(
        id="lengths",
        title=_title(sides, context),
        caption=f"How many records have how many tokens ({unit}). {'; '.join(caption)}.",
        height=bottom + 26,
        picture=joined(parts),
        head=("side", "tokens from", "to below", "records"),
        rows=[
            (side, f"{low:,}", f"{high:,}", f"{count:,}")
            for side, mine in sides.items()
            for low, high, count in mine.bins
        ],
    )


def _panel(side: str, mine: Lengths, context: int | None, across: Scale, top: float) -> Iterator[Markup]:
    """Yield one histogram, its bars at most `BARS` high."""
    floor = top + TOP + BARS
    highest = max((count for _, _, count in mine.bins), default=0) or 1
    low, high = mine.outside if mine.outside and mine.outliers else (None, None)
    usual: list[Box] = []
    strange: list[Box] = []
    for begin, end, count in mine.bins:
        if not count:
            continue
        left, right = across(max(begin, 0.8)), across(end)
        height = max(round(count / highest * BARS, 1), 1)
        outside = (high is not None and begin > high) or (low is not None and end - 1 < low)
        box = (left, floor - height, max(round(right - left - 1, 1), 1), height)
        (strange if outside else usual).append(box)
    yield text(LEFT, top + 20, SIDES[side], bold=True)
    yield text(RIGHT, top + 20, _summary(mine), anchor="end", color=FAINT)
    yield line(LEFT, floor, RIGHT, floor)
    yield text(LEFT - 6, floor - BARS + 10, f"{highest:,}", anchor="end", color=FAINT)
    yield cells(usual, PLAIN)
    yield cells(strange, FAIR)
    if mine.median:
        yield line(
            across(mine.median), floor - BARS, across(mine.median), floor, FAINT, stroke_width=2, stroke_dasharray="1 3"
        )
    for bound in (low, high):
        if bound is not None and across.low < bound < across.high:
            yield dashed(across(bound), floor - BARS, floor, FAIR)
    if context:
        yield line(across(context), floor - BARS, across(context), floor, BAD, stroke_width=2)
        yield text(across(context) - 6, floor - BARS + 10, f"context {context:,}", anchor="end", color=BAD)


def _summary(mine: Lengths) -> str:
    said = f"{mine.least or 0:,} to {mine.most or 0:,}, median {mine.median or 0:,.0f}"
    if mine.empty:
        said += f", {mine.empty:,} empty"
    return said + (f", {plural(mine.outliers, 'outlier')}" if mine.outliers else "")


def _title(sides: dict[str, Lengths], context: int | None) -> str:
    outliers = {side: mine.outliers for side, mine in sides.items() if mine.outliers}
    whole = sides.get("whole")
    if context and whole is not None and (whole.most or 0) > context:
        over = sum(count for begin, _, count in whole.bins if begin > context)
        least = "at least " if any(begin <= context < end - 1 for begin, end, _ in whole.bins) else ""
        said = f"{max(over, 1):,} {'does' if over <= 1 else 'do'} not fit"
        return f"The longest record has {whole.most:,} tokens, the context {context:,}: {least}{said}"
    if outliers:
        told_ = " and ".join(f"{count:,} of the {SIDES[side]}" for side, count in outliers.items())
        return f"{told_} {'is' if sum(outliers.values()) == 1 else 'are'} far longer or shorter than the rest"
    side = "answer" if "answer" in sides else next(iter(sides))
    mine = sides[side]
    # Without bounds nobody looked for outliers: of few records, or of many kinds, none is told.
    none = ": no outliers" if all(one.outside for name, one in sides.items() if name != "whole") else ""
    if mine.least == mine.most:
        return f"All {SIDES[side]} have {plural(mine.most or 0, 'token')}"
    half = plural(round(mine.median or 0), "token")
    return f"Half of the {SIDES[side]} have at most {half}, the longest has {mine.most or 0:,}{none}"
