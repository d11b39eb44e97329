"""From a line to the record that stands there: the way back from a place in a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dsready.dataset.source import INDEX
from dsready.errors import InputError

if TYPE_CHECKING:
    from dsready.dataset.source import Source


def record_at(source: Source, line: int, column: int | None = None) -> int:
    """
    Return the offset of the record at a line: of the one that begins there, else of the one that goes on there.

    Parameters
    ----------
    line, column
        Both from 1. The column tells records that share the line; where a line is a record it says nothing.

    Raises
    ------
    InputError
        If no record stands there, or several do.
    """
    if not source.lines:
        why = "; ".join(trouble.message for trouble in source.troubles)
        raise InputError(f"{source.path} holds no record", why)
    if line < 1 or (column is not None and column < 1):
        raise InputError(f"{source.path}: lines and columns are counted from 1", f"{source.path}:1 is the first line")
    return _of_lines(source, line) if source.spans is None else _of_spans(source, line, column)


def _of_lines(source: Source, line: int) -> int:
    if line > source.lines:
        raise InputError(f"{source.path} has no line {line:,}", f"its last line is {source.lines:,}")
    if line == 1:
        return source.begin
    ends_before = source.line_ends
    block = int(np.searchsorted(ends_before, line - 1)) - 1  # the last one before which fewer lines end
    with Path(source.file).open("rb", buffering=0) as file:
        file.seek(block * INDEX)
        ends = np.flatnonzero(np.frombuffer(file.read(INDEX), np.uint8) == ord("\n"))
    return block * INDEX + int(ends[line - 2 - int(ends_before[block])]) + 1


def _of_spans(source: Source, line: int, column: int | None) -> int:
    spans = source.spans
    assert spans is not None
    first, behind = np.searchsorted(spans.lines, [line, line + 1]).tolist()
    if column is not None:
        at = first + int(np.searchsorted(spans.columns[first:behind], column, "right")) - 1
    elif behind - first > 1:
        columns = ", ".join(f"{line}:{one}" for one in spans.columns[first : first + 3].tolist())
        raise InputError(
            f"{behind - first:,} records begin in line {line:,} of {source.path}",
            f"say which, by its column: {source.path}:{columns} …",
        )
    else:
        at = behind - 1
    if at >= 0 and line <= _last_line(source, at):
        return int(spans.starts[at])
    raise InputError(f"no record stands in line {line:,} of {source.path}", f"the first is in line {spans.lines[0]:,}")


def _last_line(source: Source, number: int) -> int:
    """Return the line in which a value ends."""
    spans = source.spans
    assert spans is not None
    begin, end = int(spans.starts[number]), int(spans.ends[number])
    with Path(source.file).open("rb") as file:
        file.seek(begin)
        return int(spans.lines[number]) + file.read(end - begin).count(b"\n")
