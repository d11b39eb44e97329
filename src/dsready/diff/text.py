"""A comparison for a reader at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

from dsready.diff import rows
from dsready.output import harmless
from dsready.output.look import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dsready.diff.model import Difference
    from dsready.diff.rows import Row
    from dsready.model import Location
    from dsready.output.look import Look

_ALIGNED = ("left", "right", "right", "right")


def render(difference: Difference, look: Look) -> str:
    """Return the comparison as text."""
    counts = difference.counts
    blocks = [
        [
            f"old: {rows.named(difference.old, look.show)}",
            f"new: {rows.named(difference.new, look.show)}",
            look.paint(rows.headline(difference), bold=True),
            rows.remainder(difference),
        ],
        _table(rows.measures(difference), "Measure", look),
        _table(rows.rules(difference), "Findings", look),
        _findings(difference, look),
        _places("Removed", difference.removed, counts.removed, look),
        _places("Added", difference.added, counts.added, look),
        _changes(difference, look),
    ]
    filled = [lines for lines in map(list, blocks) if lines]
    return harmless("\n".join("".join(f"{line.rstrip()}\n" for line in lines) for lines in filled))


def _table(found: Iterable[Row], head: str, look: Look) -> list[str]:
    cells = [[look.show(cell) for cell in row] for row in found]
    if not cells:
        return []
    # Without disable_numparse tabulate takes "1e5" for a number and prints 100000.
    heads = [head, "Old", "New", "Change"]
    return tabulate(cells, heads, tablefmt="simple", disable_numparse=True, colalign=_ALIGNED).splitlines()


def _findings(difference: Difference, look: Look) -> Iterator[str]:
    """Yield where new findings are, so that a terminal makes links of the places."""
    found = [rule for rule in difference.rules if rule.places]
    if found:
        yield look.paint("New findings", bold=True)
    for rule in found:
        shown = rule.places[: look.examples or None]
        yield from (f"  {look.place(place)}  {look.show(rows.called(rule))}" for place in shown)
        if rule.appeared > len(shown):
            yield f"  + {rule.appeared - len(shown):,} more of {look.show(rule.code)}"


def _places(head: str, places: Sequence[Location], count: int, look: Look) -> Iterator[str]:
    if not count:
        return
    yield look.paint(f"{head}: {plural(count, 'record')}", bold=True)
    shown = places[: look.examples or None]
    yield from (f"  {look.place(place)}" for place in shown)
    yield from _more(count - len(shown), look)


def _changes(difference: Difference, look: Look) -> Iterator[str]:
    count = difference.counts.changed
    if not count:
        return
    yield look.paint(f"Changed: {plural(count, 'record')}", bold=True)
    yield from look.wrap(f"fields: {rows.fields(difference, look.show)}", "  ", "    ")
    shown = difference.changed[: look.examples or None]
    for change in shown:
        yield f"  {look.place(change.old)} -> {look.place(change.new)}"
        yield from look.wrap(rows.reason(change, look.show), "    ", "    ")
    yield from _more(count - len(shown), look)


def _more(count: int, look: Look) -> Iterator[str]:
    if count:
        yield f"  + {count:,} more ({'--max-examples 0 shows all' if look.examples else 'not listed'})"
