"""`FILE:LINE` and `FILE:LINE:COLUMN`, as reports print them."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from dsready.dataset.paths import STDIN
from dsready.errors import InputError

#: A number as reports write it; longer ones are no lines.
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)


class Place(NamedTuple):
    """A file, a line and perhaps a column, both from 1."""

    path: str
    line: int
    column: int | None = None


def parse_place(text: str) -> Place:
    """
    Take a place apart. The path may have colons, and numbers behind them: the longest that there is, is meant.

    Raises
    ------
    InputError
        If no line is named, or there is no such file.
    """
    said = text.removesuffix(":")  # behind a place in a report stands a colon
    path, _, last = said.rpartition(":")
    shorter, _, line = path.rpartition(":")
    places = [Place(STDIN, 1)] if said == STDIN else []
    if path and _NUMBER.fullmatch(last):
        places.append(Place(path, int(last)))
        if shorter and _NUMBER.fullmatch(line):
            places.append(Place(shorter, int(line), int(last)))
    if not places:
        raise InputError(f"{text!r} names no line", f"write FILE:LINE, such as {said or 'train.jsonl'}:1")
    place = next((place for place in places if os.path.lexists(place.path)), places[-1])
    if place.path in (STDIN, "<stdin>"):
        raise InputError("standard input can be read only once", "write it to a file, and show a line of that")
    check_readable(place.path)
    return place


def check_readable(path: str) -> None:
    """
    Make sure that a path is a file which can be read more than once.

    Raises
    ------
    InputError
        If it is not.
    """
    if os.path.isfile(path):  # noqa: PTH113  (paths stay the strings the user typed)
        return
    if os.path.isdir(path):  # noqa: PTH112  (the same)
        raise InputError(f"{path} is a folder", f"name a file in it, and a line: {os.path.join(path, 'FILE')}:1")  # noqa: PTH118
    if os.path.exists(path):  # noqa: PTH110  (pathlib raises where a name is too long)
        raise InputError(f"{path} is no regular file, and can be read only once", "write it to a file")
    raise InputError(f"{path} does not exist", "check the path; FILE:LINE is relative to the working directory")
