"""A comparison in Markdown, for a comment on a pull request or the summary of a job."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dsready.diff import rows
from dsready.output import harmless
from dsready.output.block import marks
from dsready.output.look import plural
from dsready.output.markdown import code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dsready.diff.model import Difference
    from dsready.diff.rows import Row
    from dsready.model import Location
    from dsready.output.look import Look

#: The name in the marks of its block, which therefore may stand in one file with that of a report.
BLOCK = "dsready-diff"


def render(difference: Difference, look: Look) -> str:
    """
    Return the comparison as GitHub's and GitLab's Markdown: a block with its marks.

    What comes from data stands in code spans only, and in no table.
    """
    counts = difference.counts
    quote = partial(code, look=look)
    old, new = rows.named(difference.old, quote), rows.named(difference.new, quote)
    begin, end = marks(BLOCK)
    blocks = [
        [begin, f"### Data set: {rows.headline(difference)}"],
        [f"From {old} to {new}: {rows.remainder(difference)}."],
        _table(rows.measures(difference), "Measure"),
        _table(rows.rules(difference), "Findings"),
        _findings(difference, look),
        _places("Removed", difference.removed, counts.removed, look),
        _places("Added", difference.added, counts.added, look),
        _changes(difference, look),
        [end],
    ]
    filled = [lines for lines in map(list, blocks) if lines]
    return harmless("\n".join("".join(f"{line}\n" for line in lines) for lines in filled))


def _table(found: Iterable[Row], head: str) -> list[str]:
    """Lay out a table. Its cells hold numbers and names of ours, and nothing from data."""
    lines = [f"| {row.name} | {row.old} | {row.new} | {row.change} |" for row in found]
    return [f"| {head} | Old | New | Change |", "|---|---:|---:|---:|", *lines] if lines else []


def _findings(difference: Difference, look: Look) -> Iterator[str]:
    found = [rule for rule in difference.rules if rule.places]
    if found:
        yield "**New findings**"
        yield ""
    for rule in found:
        shown = rule.places[: look.examples or None]
        more = rule.appeared - len(shown)
        said = ", ".join(code(str(place), look) for place in shown)
        yield f"* {rows.called(rule)}: {said}{f' and {more:,} more' if more > 0 else ''}"


def _places(head: str, places: Sequence[Location], count: int, look: Look) -> Iterator[str]:
    if not count:
        return
    yield f"**{head}:** {plural(count, 'record')}"
    yield ""
    shown = places[: look.examples or None]
    yield from (f"* {code(str(place), look)}" for place in shown)
    yield from _more(count - len(shown))


def _changes(difference: Difference, look: Look) -> Iterator[str]:
    count = difference.counts.changed
    if not count:
        return
    quote = partial(code, look=look)
    yield f"**Changed:** {plural(count, 'record')}, in {rows.fields(difference, quote)}"
    yield ""
    shown = difference.changed[: look.examples or None]
    for change in shown:
        yield f"* {quote(str(change.old))} → {quote(str(change.new))}, {rows.reason(change, quote)}"
    yield from _more(count - len(shown))


def _more(count: int) -> Iterator[str]:
    if count:
        yield f"* and {count:,} more"
