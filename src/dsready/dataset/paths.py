"""From what the user typed to the files it stands for."""

from __future__ import annotations

import glob
import os
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from dsready.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

STDIN = "-"
ENDINGS = tuple(
    f".{name}{packed}" for name in ("jsonl", "ndjson", "jsonlines") for packed in ("", ".gz", ".zst", ".gzip", ".zstd")
)


def standard_input() -> BinaryIO:
    """
    Return standard input.

    Raises
    ------
    InputError
        If it is closed.
    """
    if sys.stdin is None:
        raise InputError("standard input is closed", "pipe data into dsready, or name a file")
    return sys.stdin.buffer


def expand(paths: Iterable[str], exclude: Sequence[str] = ()) -> list[str]:
    """
    Return the files that files, folders and globs stand for: in order, each once, without the excluded ones.

    In folders only JSONL files count (`.jsonl`, `.ndjson`, `.jsonlines`, plain or packed), hidden folders do not, and
    links to folders are not followed. A file that is named is taken whatever its ending.

    Raises
    ------
    InputError
        If a path does not exist, a glob matches nothing, a folder holds no data or cannot be read, or all is excluded.
    """
    found: dict[str, str] = {}
    for path in paths:
        for file in _files(path):
            if file == STDIN or not excluded(file, exclude):
                found.setdefault(file if file == STDIN else os.path.realpath(file), file)
    if not found:
        raise InputError("no input file is left", "every file given is excluded: see `exclude` in the configuration")
    return list(found.values())


def both(paths: Iterable[str], evals: Sequence[str], exclude: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    """
    Return the training files and the evaluation files that paths stand for; there may be none of the latter.

    What is for evaluation is no training data, in folders and globs, and named as a shell does that expands a glob:
    unless there is nothing else, for whoever compares a file with itself means it.
    """
    held_out = expand(evals) if evals else []
    apart = {os.path.realpath(path) for path in held_out}
    named = expand(paths, exclude)
    train = [path for path in named if path == STDIN or os.path.realpath(path) not in apart]
    return train or named, held_out


def _files(path: str) -> list[str]:
    if path == STDIN:
        return [path]
    if os.path.isdir(path):  # noqa: PTH112  (paths stay the strings the user typed)
        files = sorted(_walk(path))
        if not files:
            raise InputError(
                f"{path} holds no data set", f"a folder is searched for files ending in {', '.join(ENDINGS[::5])}"
            )
        return files
    if os.path.lexists(path):
        return [path]
    if glob.has_magic(path):
        files = sorted(name for name in glob.glob(path, recursive=True) if not os.path.isdir(name))  # noqa: PTH207, PTH112
        if not files:
            raise InputError(f"no file matches {path}", "check the pattern; ** goes through folders")
        return files
    raise InputError(f"{path} does not exist", "check the path; in a checkout, check that the file was downloaded")


def _walk(folder: str) -> Iterator[str]:
    for root, folders, names in os.walk(folder, onerror=_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                yield os.path.join(root, name)  # noqa: PTH118  (paths stay the strings the user typed)


def _unreadable(error: OSError) -> NoReturn:
    """Refuse to pass over a folder: what is in it would count as checked."""
    raise InputError(
        f"cannot read the folder {error.filename}: {error.strerror}", "make it readable, or name the files to check"
    ) from error


def matches(path: str, pattern: str) -> bool:
    """
    Tell whether a path matches a pattern, both seen from the working directory.

    `*` also matches `/`; a pattern that begins with `**/` or `/` may match the whole absolute path.
    """
    whole = Path(os.path.abspath(path)).as_posix()  # noqa: PTH100  (links are not followed)
    here = glob.escape(Path.cwd().as_posix().rstrip("/"))
    return any(
        fnmatch(name, form) for name in (Path(path).as_posix(), whole) for form in (pattern, f"{here}/{pattern}")
    )


def excluded(path: str, patterns: Iterable[str]) -> bool:
    """Say whether a path is left out by one of the patterns."""
    return any(matches(path, pattern) for pattern in patterns)
