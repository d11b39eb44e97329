"""What kinds of records there are, and where along the data each stands: shapes, schemas, roles, languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.escape import visible
from dsready.output.look import percent
from dsready.output.page.filemap import LEFT, RIGHT, Ruler, gathering, is_gathered, ruler
from dsready.output.page.profiles import Natural, all_told
from dsready.output.page.svg import GRID, KINDS, LONGEST, REST, Chart, box, cells, joined, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markupsafe import Markup

    from dsready.model import Report
    from dsready.output.page.svg import Box

Kinds = dict[str, tuple[Natural, ...]]

BAND = 44
LEGEND = 20
#: Other kinds than the most frequent are drawn as one.
MOST = len(KINDS)
OTHERS = "others"
#: A kind with so small a share is not what the set is about.
MAIN = 0.9
#: What is no kind by itself.
NO_KIND = (OTHERS, "unknown")


def along(report: Report) -> list[Chart]:
    """Draw a band for each thing that checks tell along the data, if there is more than one kind of it."""
    axis = ruler(report)
    if axis is None:
        return []
    found: list[Chart] = []
    numbers = all_told(report, "kinds", dict[str, Natural])
    for check, profile in all_told(report, "along", dict[str, Kinds]).items():
        for name, kinds in profile.items():
            sound = {kind: counts for kind, counts in kinds.items() if len(counts) == axis.count and any(counts)}
            if len(sound) > 1:
                number = numbers.get(check, {}).get(name, len(sound))
                found.append(_chart(f"along-{check}-{len(found)}", name, sound, number, axis))
    return found


def _chart(id_: str, name: str, kinds: Mapping[str, tuple[int, ...]], number: int, axis: Ruler) -> Chart:
    ordered = _ordered(kinds)
    legend = LEGEND * len(ordered)
    height = BAND + legend + 44
    totals = [sum(column) for column in zip(*ordered.values(), strict=True)]
    below = [0.0] * axis.count
    parts: list[Markup] = [axis.axis(BAND + 10), box(LEFT, 8, RIGHT - LEFT, BAND, GRID, fill_opacity=0.45)]
    for row, (kind, counts) in enumerate(ordered.items()):
        color = REST if kind == OTHERS else KINDS[row]
        shares = [count / total if total else 0.0 for count, total in zip(counts, totals, strict=True)]
        parts.append(cells(_band(shares, below, axis), color))
        below = [low + share for low, share in zip(below, shares, strict=True)]
        top = BAND + 34 + LEGEND * row
        parts += [
            box(LEFT, top, 12, 12, color),
            text(LEFT + 18, top + 11, f"{sum(counts):,}: {kind}"),
        ]
    parts.append(text(LEFT - 8, 8 + BAND / 2 + 4, name, anchor="end", bold=True))
    whole = sum(totals) or 1
    return Chart(
        id=id_,
        title=_title(name, ordered, number, axis),
        caption="The training data from its first record (left) to its last (right): which share of each stretch is of "
        f"which kind ({name}).",
        height=height,
        picture=joined(parts),
        head=("kind", "records", "share", "where most are"),
        rows=[
            (kind, f"{sum(counts):,}", f"{sum(counts) / whole:.1%}", axis.lines(*gathering(counts)[:2]))
            for kind, counts in ordered.items()
        ],
    )


def _ordered(kinds: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Return the kinds by frequency; those that are too many as one, last."""
    ranked = sorted(kinds, key=lambda kind: (kind == OTHERS, -sum(kinds[kind]), kind))
    shown = {kind: kinds[kind] for kind in ranked[:MOST]}
    rest = [kinds[kind] for kind in ranked[MOST:]]
    return shown | ({OTHERS: tuple(map(sum, zip(*rest, strict=True)))} if rest else {})


def _band(shares: list[float], below: list[float], axis: Ruler) -> Iterator[Box]:
    """Yield a rectangle for each run of stretches in which a kind has the same share."""
    begin = 0
    for stretch in range(1, axis.count + 1):
        same = stretch < axis.count and (shares[stretch], below[stretch]) == (shares[begin], below[begin])
        if same:
            continue
        if shares[begin]:
            bottom = 8 + BAND * (1 - below[begin])
            high = BAND * shares[begin]
            yield axis.x(begin), bottom - high, axis.x(stretch) - axis.x(begin), high
        begin = stretch


def _title(name: str, kinds: Mapping[str, tuple[int, ...]], number: int, axis: Ruler) -> str:
    heading = f"{name.capitalize()}: {number} kinds" if number > MOST else name.capitalize()
    whole = sum(map(sum, kinds.values())) or 1
    first, most = next(iter(kinds.items()))
    share = sum(most) / whole
    gathered = {kind: counts for kind, counts in kinds.items() if kind not in NO_KIND and is_gathered(counts)}
    if gathered:
        kind = max(gathered, key=lambda kind: sum(gathered[kind]))
        begin, end, places = gathering(gathered[kind])
        mostly = "" if places == sum(gathered[kind]) else "mostly "
        return f"{heading}: {visible(kind, LONGEST)} stands {mostly}{axis.lines(begin, end)}"
    unknown = sum(kinds.get("unknown", ()))
    others = whole - sum(most) - unknown
    if share >= MAIN:
        rest = [f"{others:,} other{'s' * (others > 1)}"] * bool(others) + [f"{unknown:,} unknown"] * bool(unknown)
        return f"{heading}: {visible(first, LONGEST)} nearly throughout; {' and '.join(rest)} of {whole:,} records"
    return f"{name.capitalize()}: {number} kinds side by side, {visible(first, LONGEST)} in {percent(share)}"
