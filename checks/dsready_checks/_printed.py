"""Objects that were printed over several lines, among lines that are records."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import orjson

from dsready.dataset.framing import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dsready.dataset.record import Record

#: Bytes of a value that are held; a longer one is not recognised.
HELD = 16 << 20
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?')  # no string goes over lines, not even a broken one


class Printed(NamedTuple):
    """Keys of the first and the last of some lines, and how many objects they are together."""

    first: int
    last: int
    objects: int


def printed(records: Iterable[Record]) -> Iterator[Printed]:
    """
    Find the objects among lines that are none by themselves.

    Values are put together line by line until their brackets close, so no more than one is held. Those that turn out
    to be objects and follow each other are yielded as one.

    Parameters
    ----------
    records
        The lines, in ascending order of their keys.
    """
    found: Printed | None = None
    value = bytearray()
    begin = depth = size = follows = 0
    for record in records:
        if record.key != follows:  # the line between is a good one, or this is another file
            if found:
                yield found
            found, depth = None, 0
        follows = record.key + len(record.raw) + 1
        if not depth:
            begin, size = record.key, 0
            value.clear()
        size += len(record.raw) + 1
        if size > HELD:
            value.clear()
        else:
            value += record.raw + b"\n"
        depth = max(depth + _rise(record.raw), 0)
        if depth:
            continue
        objects = objects_over_lines(bytes(value)) if begin != record.key else 0
        if objects:
            found = (
                Printed(found.first, record.key, found.objects + objects)
                if found
                else Printed(begin, record.key, objects)
            )
        elif found:
            yield found
            found = None
    if found:
        yield found


def objects_over_lines(text: bytes) -> int:
    """
    Return how many objects lines that do not parse one by one are together; 0 if they are anything else.

    Objects that do not go over several lines are something else: each with a comma behind it, or two on one line.
    """
    text = text.strip()
    with suppress(orjson.JSONDecodeError):
        if isinstance(orjson.loads(text.removesuffix(b",")), dict):
            return int(b"\n" in text)
    spans = values(io.BytesIO(text))
    for start, end in zip(spans.starts.tolist(), spans.ends.tolist(), strict=True):
        try:
            if not isinstance(orjson.loads(text[start:end]), dict):
                return 0
        except orjson.JSONDecodeError:
            return 0
    return len(spans.starts) if len(spans.starts) <= text.count(b"\n") else 0


def _rise(line: bytes) -> int:
    """Count how many more brackets a line opens than it closes."""
    bare = _STRING.sub(b"", line)
    return bare.count(b"{") + bare.count(b"[") - bare.count(b"}") - bare.count(b"]")
