"""A judgement in Markdown, for a pull request or the summary of a job."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dsready.judging import rows
from dsready.output import harmless
from dsready.output.block import marks
from dsready.output.markdown import cell, code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsready.judging.model import Judgement
    from dsready.output.look import Look

#: The name in the marks of its block.
BLOCK = "dsready-judge"


def render(found: Judgement, look: Look) -> str:
    """
    Return the judgement as GitHub's and GitLab's Markdown: a block with its marks.

    What comes from data stands in code spans only.
    """
    begin, end = marks(BLOCK)
    quote = partial(cell, look=look)
    blocks = [
        [begin, f"### Tuned model: {rows.headline(found)}"],
        _files(found, look),
        [f"- {sentence}" for sentence in rows.basis(found, partial(code, look=look))],
        _table(rows.METRICS, rows.metrics(found, quote)),
        [*_table(rows.SLICES, rows.slices(found, quote)), "", rows.LEGEND] if found.slices else [],
        _examples(found, look),
        _notes(found, look),
        [end],
    ]
    filled = [lines for lines in map(list, blocks) if lines]
    return harmless("\n".join("".join(f"{line}\n" for line in lines) for lines in filled))


def _files(found: Judgement, look: Look) -> Iterator[str]:
    named = [
        ("evaluation set", found.files.evals),
        ("baseline", found.files.baseline),
        ("tuned model", found.files.tuned),
    ]
    yield "; ".join(f"{what} {', '.join(code(path, look) for path in paths)}" for what, paths in named) + "."


def _table(heads: Sequence[str], cells: list[list[str]]) -> list[str]:
    aligned = ["---", *["---:"] * (len(heads) - 2), "---"]
    return [f"| {' | '.join(row)} |" for row in [list(heads), aligned, *cells]]


def _examples(found: Judgement, look: Look) -> Iterator[str]:
    yield f"**{rows.tally(found)}**"
    shown = found.examples[: look.examples or None]
    if shown:
        yield ""
    for example in shown:
        said = [f"{what} {code(getattr(example, what), look)}" for what in ("reference", "baseline", "tuned")]
        yield f"- {code(look.place(example.item), look)}: {', '.join(said)}"
    rest = found.regressions - len(shown)
    if rest > 0:
        yield f"- and {rest:,} more"


def _notes(found: Judgement, look: Look) -> Iterator[str]:
    if found.leakage.leaked:
        yield f"- {rows.left_out(found)}"
    for note in found.notes:
        yield f"- {code(note, look)}"
