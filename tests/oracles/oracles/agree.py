"""What is compared with an oracle: records made for it, and the lines and files of data that is there."""

from __future__ import annotations

import json
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from oracles.client import Client
from oracles.compare import Judge, Row, Tally, compare_files, compare_rows, in_files
from oracles.shapes import shape_of, shape_of_file
from oracles.strategies import SHAPES, examples, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from oracles.registry import Oracle


def line(record: object) -> str:
    """Return a record as a line."""
    return json.dumps(record, ensure_ascii=False)


def made(shapes: Collection[str], count: int) -> Iterator[Row]:
    """Yield records of shapes, good ones and each with every single defect: it may make another shape of a record."""
    for shape in shapes:
        if shape in SHAPES:
            for defect, record in rows(shape, count):
                now = shape_of(record)
                now = now if now in shapes else shape
                yield Row(now, line(record), defect, _company(now))


@cache
def _company(shape: str) -> tuple[str, ...]:
    """Return good lines of a shape, as they stand before a record in a file."""
    return tuple(line(record) for record in examples(SHAPES[shape], 2)) if shape in SHAPES else ()


def made_files(shapes: Collection[str]) -> Iterator[tuple[str, Path]]:
    """Yield files of ten records, of which the third has a defect."""
    known = [shape for shape in shapes if shape in SHAPES]
    good = {shape: [line(record) for record in examples(SHAPES[shape], 9)] for shape in known}
    yield from in_files((row, good[row.shape]) for row in made(known, 1))


def found(paths: Iterable[Path], most: int) -> Iterator[Row]:
    """Yield the first lines of files, those that are records of a shape, none of them twice."""
    seen = set()
    for path in paths:
        with path.open("rb") as file:
            for raw in islice(file, most):
                try:
                    text = raw.decode("utf-8").strip("\r\n")
                    shape = shape_of(json.loads(text))
                except (ValueError, RecursionError):
                    continue
                if shape and text not in seen:
                    seen.add(text)
                    yield Row(shape, text, path.name, _company(shape))


def agree(
    oracle: Oracle,
    judge: Judge,
    lint: Callable[[Path, str], dict[str, Any]],
    paths: list[Path],
    *,
    count: int,
    most: int,
) -> Tally:
    """
    Compare an oracle with a target of ours.

    Parameters
    ----------
    oracle, judge, lint
        The oracle, and our side: the target, and what says what becomes of a file.
    paths
        Files of data.
    count
        Good records made of each shape, each then spoilt in every way.
    most
        Lines of each file that are judged by themselves.
    """
    total = Tally(oracle)
    with Client(oracle.command) as client:
        files = ((shape_of_file(path), path) for path in paths) if oracle.files else ()
        parts = [compare_files(oracle, client, lint, files)]
        if oracle.whole:
            parts.append(compare_files(oracle, client, lint, made_files(oracle.parts)))
        else:
            judged = chain(made(oracle.parts, count), found(paths, most))
            parts.append(compare_rows(oracle, client, judge, judged))
    for part in parts:
        total.files += part.files
        total.rows += part.rows
        total.agreements += part.agreements
        total.exceptions += part.exceptions
        total.disagreements += part.disagreements
    return total
