"""
Pictures as inline SVG, written by hand: elements, scales, and what a chart is.

Colours and sizes are presentation attributes: a content security policy that forbids style sheets does not touch them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from dsready.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A rectangle: x, y, width, height in pixels.
Box = tuple[float, float, float, float]

#: Width of every chart, in pixels; pages narrower than that scroll it in a box of its own.
WIDTH = 720
#: On white, text has a contrast of at least 4.5 to 1 and areas 3 to 1; charts keep a white panel in the dark.
INK, FAINT, GRID, PANEL = "#1d2939", "#526077", "#d5dae3", "#ffffff"
GOOD, BAD, FAIR, PLAIN = "#1a7f4b", "#b3261e", "#a65200", "#2b62b5"
LEVELS = {"error": BAD, "warning": FAIR, "info": PLAIN}
#: Kinds side by side, after Okabe and Ito (2008), darkened until each stands out from white.
KINDS = ("#2b62b5", "#c05a00", "#00795c", "#a3407c", "#7a6400", "#4f46a5", "#1d2939")
#: All other kinds together.
REST = "#7d8694"
FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif"
#: Characters of a text in a chart, and of its title.
LONGEST, LONGEST_TEXT = 60, 500


@dataclass(frozen=True, slots=True)
class Chart:
    """
    A picture that says what it shows.

    Attributes
    ----------
    id
        What it is called in the page, once.
    title
        What is found, in a sentence.
    caption
        How to read the picture.
    height
        Of the picture, in pixels.
    picture
        What is drawn, all of it markup of ours.
    head, rows
        The numbers of the picture as a table.
    """

    id: str
    title: str
    caption: str
    height: int
    picture: Markup
    head: Sequence[str]
    rows: Sequence[Sequence[str | int | float]]


def tag(name: str, *inside: str | Markup, **attributes: Any) -> Markup:
    """
    Write an element: `_` in the names of attributes is `-`, numbers have at most one decimal, None is left out.

    Text is made visible and escaped, whoever wrote it.
    """
    said = " ".join(
        f'{key.rstrip("_").replace("_", "-")}="{escape(_spelled(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    content = Markup("").join(one if isinstance(one, Markup) else visible(one, LONGEST_TEXT) for one in inside)
    start = f"<{name} {said}" if said else f"<{name}"
    made = f"{start}>{content}</{name}>" if content else f"{start}/>"
    return Markup(made)  # noqa: S704  (the name is ours, all else escaped)


def _spelled(value: Any) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def text(x: float, y: float, said: str, *, anchor: str = "start", color: str = INK, bold: bool = False) -> Markup:
    """Write a line of text; what may come from data is made visible, and cut."""
    return tag(
        "text",
        visible(said, LONGEST),
        x=x,
        y=y,
        fill=color,
        text_anchor=None if anchor == "start" else anchor,
        font_weight="bold" if bold else None,
    )


def box(x: float, y: float, width: float, height: float, color: str, **more: Any) -> Markup:
    """Draw a filled rectangle."""
    return tag("rect", x=x, y=y, width=width, height=height, fill=color, **more)


def line(x1: float, y1: float, x2: float, y2: float, color: str = GRID, **more: Any) -> Markup:
    """Draw a straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=color, **more)


def dashed(x: float, top: float, bottom: float, color: str) -> Markup:
    """Draw a threshold: a dashed line from top to bottom."""
    return line(x, top, x, bottom, color, stroke_dasharray="4 3", stroke_width=1.5)


def cells(boxes: Iterable[Box], color: str, opacity: float | None = None) -> Markup:
    """Draw many rectangles (x, y, width, height) of one colour as one path: a tenth of the bytes."""
    said = ([_spelled(float(number)) for number in one] for one in boxes)
    steps = "".join(f"M{x} {y}h{width}v{height}H{x}z" for x, y, width, height in said)
    if not steps:
        return Markup("")
    return tag("path", d=steps, fill=color, fill_opacity=None if opacity is None else f"{opacity:.2g}")


def strip(runs: Iterable[tuple[float, float]], top: float, height: float, color: str, opacity: float) -> Markup:
    """Draw runs (x, width) along one line as the dashes of one path: half the bytes of rectangles."""
    middle = _spelled(top + height / 2)
    steps = "".join(f"M{_spelled(float(x))} {middle}h{_spelled(float(width))}" for x, width in runs)
    return (
        tag("path", d=steps, stroke=color, stroke_width=height, stroke_opacity=f"{opacity:.2g}")
        if steps
        else Markup("")
    )


def joined(parts: Iterable[str | Markup]) -> Markup:
    """Put markup together."""
    return Markup("").join(parts)


def drawn(chart: Chart, within: str) -> Markup:
    """
    Return the whole element: the picture on its panel, with title and description for those who do not see it.

    Ids begin with `within`, for a page may have several charts of one kind.
    """
    id_ = f"{within}-{chart.id}"
    return tag(
        "svg",
        tag("title", chart.title, id=f"{id_}-title"),
        tag("desc", chart.caption, id=f"{id_}-desc"),
        box(0, 0, WIDTH, chart.height, PANEL),
        chart.picture,
        role="img",
        aria_labelledby=f"{id_}-title {id_}-desc",
        width=WIDTH,
        height=chart.height,
        viewBox=f"0 0 {WIDTH} {chart.height}",
        font_family=FONT,
        font_size=12,
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a value is drawn: linear, or by its logarithm; values outside are drawn at the ends."""

    low: float
    high: float
    begin: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high, value = (log10(max(one, 1e-9)) if self.log else one for one in (self.low, self.high, value))
        share = (value - low) / (high - low) if high > low else 0.5
        return round(self.begin + min(max(share, 0.0), 1.0) * (self.end - self.begin), 1)


def decades(low: float, high: float) -> list[int]:
    """Return 1, 10, 100 … within a range; with 2 and 5 between them where that gives few."""
    ticks = [base * 10**power for power in range(12) for base in (1, 2, 5) if low <= base * 10**power <= high]
    tens = [tick for tick in ticks if str(tick).strip("0") == "1"]
    return ticks if len(ticks) <= 7 else tens  # noqa: PLR2004  (labels that fit side by side)


def short(number: float) -> str:
    """Write a number for an axis: 950, 1k, 2.5M."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.3g}{unit}"
    return f"{number:g}"
