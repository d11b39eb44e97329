"""Where a conversion may write."""

from __future__ import annotations

import os

from dsready.dataset.paths import STDIN
from dsready.errors import ConfigError
from dsready.files import identity, is_stdout, is_stream

#: What the name of OUT is followed by in the name of the file for rejected rows.
REJECTED = ".rejected.jsonl"
#: Endings of packed files: nothing is packed here, and who reads such a file expects that it is.
PACKED = (".gz", ".zst", ".zstd", ".bz2", ".xz", ".zip", ".lz4")


def place(path: str, out: str, rejected: str | None) -> str:
    """
    Return where rejected records go, "" for nowhere.

    Raises
    ------
    ConfigError
        If a file cannot be written under its name, what is read would be overwritten, or two would be written into one.
    """
    _check_name("OUT", out)
    if rejected is None:
        rejected = "" if is_stream(out) else out + REJECTED
    else:
        _check_name("the file for rejected records", rejected)
        if is_stdout(rejected):
            raise ConfigError("rejected records cannot go to standard output", "name a file: --rejected rejected.jsonl")
    taken = {identity(0 if path == STDIN else path): f"the file that is read, {path}"}
    for target in (out, rejected):
        if not target or target == STDIN:
            continue
        same = identity(target)
        if same is not None and same in taken:
            raise ConfigError(
                f"{target} is {taken[same]}, too", "give it a name of its own: no input is ever overwritten"
            )
        taken[same] = "the file that is written"
    return rejected


def _check_name(what: str, name: str) -> None:
    if not name:
        raise ConfigError(f"{what} has no name", "name a file to write")
    if os.path.isdir(name):  # noqa: PTH112  (pathlib raises where a name is too long)
        raise ConfigError(f"{name} is a folder", "name a file to write")
    if name.lower().endswith(PACKED):
        raise ConfigError(f"{name} would not be packed", "write JSONL, and pack it then: -o - | gzip > out.jsonl.gz")
