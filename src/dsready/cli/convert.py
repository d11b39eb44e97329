"""`dsready convert`: a data set in another record shape."""

from __future__ import annotations

import dataclasses
import sys
import textwrap
from typing import TYPE_CHECKING

import click

from dsready.cli import complete, options
from dsready.cli.terminal import Progress, complain, emit, look, remark
from dsready.files import is_stdout
from dsready.output.look import plural

if TYPE_CHECKING:
    from dsready.convert import Conversion, Count
    from dsready.output import Look

#: So many reasons for rejections are listed.
REASONS = 10
#: Columns of the tables beside the name: two counts and the gaps.
COUNTS = 25


@click.command("convert", short_help="Write a data set in another record shape.")
@click.argument("source", metavar="IN", shell_complete=complete.files)
@click.option("--to", required=True, metavar="SHAPE", shell_complete=complete.shapes, help="The shape to write.")
@click.option("-o", "--out", required=True, metavar="OUT", help="The file to write; - is standard output.")
@click.option(
    "--from",
    "shape",
    default="auto",
    metavar="SHAPE",
    shell_complete=complete.shapes,
    help="The shape to read.  [default: auto]",
)
@click.option("--allow-loss", is_flag=True, help="Write even if the shape has no room for something.")
@click.option(
    "--rejected", metavar="PATH", help="Where records go that cannot be converted.  [default: OUT.rejected.jsonl]"
)
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", help="[default: text]")
@options.no_progress
def command(
    source: str,
    to: str,
    out: str,
    shape: str,
    allow_loss: bool,
    rejected: str | None,
    output_format: str,
    no_progress: bool,
) -> int:
    """
    Write the data set IN to OUT in the record shape SHAPE, as JSONL.

    IN is JSONL, also packed, or a JSON array; - is standard input. Records that are in SHAPE already are copied byte
    for byte. If SHAPE has no room for something, that is listed, and nothing is written without --allow-loss. Records
    that are broken, or that do not hold what SHAPE is about, go to a file of their own with the reason: nothing is
    ever made up. If all of them are rejected, OUT is not written.

    Exit codes: 0 every record was written; 1 nothing was written because of a loss, or some records were rejected;
    2 the job could not be done.
    """
    from dsready.convert import convert  # noqa: PLC0415  (--help needs none)

    with Progress(wanted=not no_progress) as progress:
        done = convert(source, to, out, shape=shape, allow_loss=allow_loss, rejected=rejected, progress=progress)
    _tell(_json(done) if output_format == "json" else _text(done, look()), aside=is_stdout(out))
    if not done.written and done.losses:
        complain(
            f"nothing was written: {done.to} has no room for what is listed as lost", "--allow-loss writes it without"
        )
    elif not done.written:
        complain(f"{out} was not written: no record could be converted", "the reasons are listed above")
    if done.rejected:
        went = "it went" if done.rejected == 1 else "they went"
        remark(f"{plural(done.rejected, 'record')} could not be converted; {went} {_where(done)}")
    return int(not done.written or bool(done.rejected))


def _where(done: Conversion) -> str:
    """Say where rejected records went."""
    if done.rejected_path:
        return f"to {done.rejected_path}"
    return "nowhere, as nothing was written" if done.losses and not done.written else "nowhere: --rejected names a file"


def _tell(summary: str, *, aside: bool) -> None:
    """Print the summary, beside the data if those go to standard output."""
    if aside:
        click.echo(summary, nl=False, file=sys.stderr)
    else:
        emit(summary)


def _json(done: Conversion) -> str:
    import orjson  # noqa: PLC0415  (--help needs none)

    held = {"records": done.records, **dataclasses.asdict(done)}
    return orjson.dumps(held, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _text(done: Conversion, seen: Look) -> str:
    parts = [
        *_table("Lost", done.losses, seen),
        *_table("Changed, not lost", done.changes, seen),
        *_table("Rejected because the record", dict(list(done.reasons.items())[:REASONS]), seen),
    ]
    more = len(done.reasons) - REASONS
    if more > 0:
        parts.append(f"… and {plural(more, 'more reason')}\n")
    read = ", ".join(f"{seen.show(name)} {count:,}" for name, count in done.shapes.items())
    blank = f", {plural(done.blank, 'blank line')} left out" if done.blank else ""
    where = seen.show(done.out) if done.written else "not written"
    verb = "converted" if done.written else "would be converted"
    counts = f"{done.converted:,} {verb} to {done.to}, {done.copied:,} copied unchanged, {done.rejected:,} rejected"
    lines = [
        *(f"{seen.show(done.path)}: {seen.show(remark_)}" for remark_ in done.remarks),
        f"{seen.show(done.path)}: {plural(done.records, 'record')} read{f' ({read})' if read else ''}{blank}",
        f"{where}: {counts}",
    ]
    wrapped = [line for text in lines for line in seen.wrap(text, "", "  ")]
    return "\n".join([*parts, "\n".join(wrapped) + "\n"])


def _table(head: str, counts: dict[str, Count], seen: Look) -> list[str]:
    """Lay out a table, if there is anything in it."""
    if not counts:
        return []
    from tabulate import tabulate  # noqa: PLC0415  (--help needs none)

    rows = [
        [textwrap.fill(seen.show(name), seen.width - COUNTS), f"{count.records:,}", f"{count.first_line:,}"]
        for name, count in counts.items()
    ]
    heads = [head, "Records", "First line"]
    return [tabulate(rows, heads, tablefmt="simple", disable_numparse=True, colalign=("left", "right", "right")) + "\n"]
