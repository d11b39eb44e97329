"""The map of the file: one strip for each rule along the training data."""

from __future__ import annotations

from posixpath import commonprefix
from typing import TYPE_CHECKING, NamedTuple

from dsready.escape import visible
from dsready.output.page.svg import (
    FAINT,
    GRID,
    LEVELS,
    PLAIN,
    Chart,
    box,
    joined,
    line,
    strip,
    text,
)
from dsready.output.parts import asked, by_rule, worst_first, worst_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from dsready.model import Report, Spread

#: Strips that are drawn; the others are in the table.
MOST = 24
LEFT, RIGHT, STRIP, HEIGHT = 208, 706, 18, 11
TICKS = 5
#: Characters of a rule beside its strip.
NAME = 30
#: Characters of what stands at a tick, of which the next one is a hundred pixels away.
LABEL = 13
#: A rule that has most of its places in a small part of the data is worth a title: of few places, in a smaller part.
#: Places anywhere gather so in less than one of a hundred rules.
SHARE = 0.8
#: So many other rules that gather are named.
OTHERS = 3
GATHERED = ((8, 0.2), (30, 0.45), (100, 0.6))
#: Opacity by the share of the fullest stretch.
STEPS = ((0.75, 1.0), (0.4, 0.75), (0.1, 0.5), (0.0, 0.3))


class Dense(NamedTuple):
    """The shortest run of stretches that has most of a rule's places: first, last, and how many places."""

    first: int
    last: int
    places: int


class Ruler:
    """
    The training data as the horizontal axis: which stretch is where, and which lines it has.

    Parameters
    ----------
    spread
        Where the stretches begin.
    """

    def __init__(self, spread: Spread) -> None:
        self.starts = spread.starts
        self.count = len(spread.starts)
        self.names = _names([path for path, _ in spread.starts])
        # An array may stand on one line: then no line tells where a stretch begins.
        self.by_line = len(set(spread.starts)) == self.count
        #: Whether every stretch is a record, so that what begins with a stretch begins there.
        pairs = zip(spread.starts, spread.starts[1:], strict=False)
        self.exact = all(there[0] != here[0] or there[1] == here[1] + 1 for here, there in pairs)

    def x(self, stretch: int) -> float:
        """Return where a stretch begins, in pixels."""
        return round(LEFT + (RIGHT - LEFT) * stretch / max(self.count, 1), 1)

    def runs(self, values: Sequence[float], least: float = 0) -> list[tuple[float, float]]:
        """Return begin and width in pixels of stretches that have something; neighbours as one, none below `least`."""
        found: list[tuple[float, float]] = []
        begin = None
        for stretch in range(self.count + 1):
            full = stretch < self.count and bool(values[stretch])
            if full and begin is None:
                begin = stretch
            elif not full and begin is not None:
                width = max(round(self.x(stretch) - self.x(begin), 1), least)
                found.append((min(self.x(begin), RIGHT - width), width))
                begin = None
        return found

    def begins(self, stretch: int) -> str:
        """Say where a stretch begins."""
        path, number = self.starts[stretch]
        if not self.by_line:
            return f"{stretch / self.count:.0%}"
        return f"{self.names[path]}:{number:,}" if len(self.names) > 1 else f"line {number:,}"

    def label(self, stretch: int) -> str:
        """Say where a stretch begins, in few characters: of the name of a file the end, without suffixes."""
        said = self.begins(stretch)
        if not self.by_line or len(self.names) == 1:
            return said
        path, number = self.starts[stretch]
        said = f"{self.names[path].partition('.')[0]}:{number:,}"
        return said if len(said) <= LABEL else f"…{said[1 - LABEL :]}"

    def lines(self, first: int, last: int) -> str:
        """Say from where to where some stretches go."""
        if not first and last + 1 >= self.count:
            return "everywhere"
        begin, end = self.begins(first), "the end"
        if last + 1 < self.count:
            end = f"before {self.begins(last + 1)}" if self.exact else f"about {self.begins(last + 1)}"
        about = "about " if first and not self.exact else ""
        return f"from {about}{begin} to {end}{'' if self.by_line else ' of the data'}"

    def axis(self, top: float) -> Markup:
        """Draw the axis: where the data begins, some lines on the way, and files where there are few."""
        ticks = sorted({round(self.count * share / TICKS) for share in range(TICKS)})
        parts = [line(self.x(tick), 6, self.x(tick), top) for tick in ticks]
        parts += [text(self.x(tick), top + 14, self.label(tick), color=FAINT) for tick in ticks if tick < self.count]
        return joined(parts)


def _names(paths: Sequence[str]) -> dict[str, str]:
    """Name files without their folders; with those in which they differ, where the names alone do not tell them."""
    names = {path: path.rpartition("/")[2] for path in paths}
    if len(set(names.values())) < len(names):
        same = len(commonprefix(list(names)).rpartition("/")[0])
        names = {path: path[same:].lstrip("/") for path in names}
    return names


def ruler(report: Report) -> Ruler | None:
    """Return the axis of a report, None where it has no stretches."""
    spread = report.spread
    return Ruler(spread) if spread is not None and spread.starts else None


def filemap(report: Report) -> Chart | None:
    """Draw a strip for each broken rule; None where nothing stands anywhere."""
    axis, spread = ruler(report), report.spread
    if axis is None or spread is None:
        return None
    known = asked(report)
    levels = {code: worst_level(found) for code, found in by_rule(report).items()}
    strips = {
        code: spread.rules[code]
        for code in worst_first(report)
        if len(spread.rules.get(code, ())) == axis.count and any(spread.rules[code])
    }
    if not strips:
        return None
    shown = list(strips)[:MOST]
    height = STRIP * len(shown) + 34
    parts = [axis.axis(STRIP * len(shown) + 10)]
    for number, code in enumerate(shown):
        top, counts = 8 + STRIP * number, strips[code]
        level = levels.get(code) or "info"
        name = f"{code} {known[code].name if code in known else ''}"
        parts.append(text(LEFT - 8, top + HEIGHT - 1, visible(name, NAME), anchor="end"))
        parts.append(box(LEFT, top, RIGHT - LEFT, HEIGHT, GRID, fill_opacity=0.45))
        parts += _shaded(counts, axis, top, LEVELS.get(level, PLAIN))
    rows = [_row(code, counts, axis) for code, counts in strips.items()]
    return Chart(
        id="map",
        title=_title(strips, axis),
        caption="The training data from its first record (left) to its last (right), one strip for each rule: coloured "
        "where the rule is broken, darker where it is so more often. Red is an error, brown a warning, blue an info. "
        "Places are the records that a rule concerns, of a leak the three that are most like it; a finding may "
        "speak of many.",
        height=height,
        picture=joined(parts),
        head=("rule", "places", "stretches with any", "where most are"),
        rows=rows,
    )


def _shaded(counts: Sequence[int], axis: Ruler, top: float, color: str) -> list[Markup]:
    most = max(counts)
    parts = []
    above = 2.0
    for least, opacity in STEPS:
        values = [count if count and least <= count / most < above else 0 for count in counts]
        parts.append(strip(axis.runs(values), top, HEIGHT, color, opacity))
        above = least
    return parts


def densest(counts: Sequence[int]) -> Dense:
    """Return the shortest run of stretches with at least `SHARE` of the places; the first of equal ones."""
    wanted = SHARE * sum(counts)
    best = Dense(0, len(counts) - 1, sum(counts))
    first = held = 0
    for last, count in enumerate(counts):
        held += count
        while held - counts[first] >= wanted:
            held -= counts[first]
            first += 1
        if held >= wanted and last - first < best.last - best.first:
            best = Dense(first, last, held)
    return best


def gathering(counts: Sequence[int]) -> Dense:
    """Return the densest part, and what goes on beside it half as densely: the whole of it, not four fifths."""
    first, last, places = densest(counts)
    least = places / (last - first + 1) / 2
    while first and counts[first - 1] >= least:
        first -= 1
    while last + 1 < len(counts) and counts[last + 1] >= least:
        last += 1
    return Dense(first, last, sum(counts[first : last + 1]))


def is_gathered(counts: Sequence[int]) -> bool:
    """Say whether most of some places stand close together: in a part of the data that means something."""
    dense = densest(counts)
    part = max((part for least, part in GATHERED if sum(counts) >= least), default=0.0)
    return dense.last - dense.first + 1 <= part * len(counts)


def _row(code: str, counts: Sequence[int], axis: Ruler) -> tuple[str, int, str, str]:
    dense = gathering(counts)
    where = f"{dense.places:,} {axis.lines(dense.first, dense.last)}"
    return code, sum(counts), f"{sum(map(bool, counts))} of {axis.count}", where


def _title(strips: dict[str, tuple[int, ...]], axis: Ruler) -> str:
    gathered = [code for code, counts in strips.items() if is_gathered(counts)]
    if not gathered:
        few = GATHERED[0][0]
        most, least = (one(map(sum, strips.values())) for one in (max, min))
        if most < few:
            return f"Where the defects stand: no rule has {few} places, and fewer gather nowhere"
        which = "no rule" if least >= few else f"no rule with {few} places or more"
        return f"Where the defects stand: {which} gathers in one part of the data"
    code, *others = gathered  # the worst first
    dense, whole = gathering(strips[code]), sum(strips[code])
    more = f"; {', '.join(others[:OTHERS])}{' …' * (len(others) > OTHERS)} gather too" if others else ""
    if len(others) == 1:
        more = f"; {others[0]} gathers too"
    where = axis.lines(dense.first, dense.last)
    part = f"All {whole:,}" if dense.places == whole else f"{dense.places:,} of the {whole:,}"
    return f"{part} places of {code} stand {where}{more}"
