"""A judgement for a reader at a terminal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tabulate import tabulate

from dsready.judging import rows
from dsready.output import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsready.judging.model import Judgement, Regression
    from dsready.output.look import Look

#: Characters that are shown of a name of a slice, and of a text.
NAME, TEXT = 22, 200


def render(found: Judgement, look: Look) -> str:
    """Return the judgement as text."""
    name = partial(look.show, limit=NAME)
    blocks = [
        _head(found, look),
        _table(rows.METRICS, rows.metrics(found, name)),
        _slices(found, look),
        _examples(found, look),
        _notes(found, look),
    ]
    filled = [lines for lines in map(list, blocks) if lines]
    return harmless("\n".join("".join(f"{line.rstrip()}\n" for line in lines) for lines in filled))


def _head(found: Judgement, look: Look) -> Iterator[str]:
    color = {"better": "green", "worse": "red"}.get(found.verdict, "yellow")
    for line in look.wrap(rows.headline(found), "", "  "):
        yield look.paint(line, color, bold=True)
    for sentence in rows.basis(found, look.show):
        yield from look.wrap(sentence, "", "  ")


def _table(heads: Sequence[str], cells: list[list[str]]) -> list[str]:
    # Without disable_numparse tabulate takes "1e5" for a number and prints 100000.
    aligned = ("left", *["right"] * (len(heads) - 2), "left")
    return tabulate(cells, heads, tablefmt="simple", disable_numparse=True, colalign=aligned).splitlines()


def _slices(found: Judgement, look: Look) -> Iterator[str]:
    if found.slices:
        yield from _table(rows.SLICES, rows.slices(found, partial(look.show, limit=NAME)))
        yield from look.wrap(rows.LEGEND, "", "")


def _examples(found: Judgement, look: Look) -> Iterator[str]:
    yield look.paint(rows.tally(found), bold=True)
    shown = found.examples[: look.examples or None]
    for example in shown:
        yield f"  {look.place(example.item)}{_scores(found, example)}"
        for what in ("reference", "baseline", "tuned"):
            yield from look.wrap(look.show(getattr(example, what), TEXT), f"    {what:<9}  ", " " * 15)
    rest = found.regressions - len(shown)
    if rest > 0:
        yield f"  + {rest:,} more (--max-examples 0 shows all)"


def _scores(found: Judgement, example: Regression) -> str:
    return "" if found.judged.table is not None else f"  {example.before:.2f} to {example.after:.2f}"


def _notes(found: Judgement, look: Look) -> Iterator[str]:
    if found.leakage.leaked:
        yield from look.wrap(rows.left_out(found), "* ", "  ")
    for note in found.notes:
        yield from look.wrap(look.show(note), "* ", "  ")
