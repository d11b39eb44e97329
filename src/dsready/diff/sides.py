"""From what the user called a version of the data to its files: paths, or a revision of the repository."""

from __future__ import annotations

import glob
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dsready import git
from dsready.dataset.paths import STDIN, excluded, expand, standard_input
from dsready.errors import ConfigError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence


class File(NamedTuple):
    """
    A file of a version.

    Attributes
    ----------
    path
        What to read.
    name
        What it is called.
    place
        Where it is in the working tree, or would be; "" for standard input.
    below
        Its path below the folder that was named, or that a glob begins with; "" where it was named itself.
    revision
        What it is of; "" for the working tree.
    """

    path: str
    name: str
    place: str = ""
    below: str = ""
    revision: str = ""


def both(
    old: str, new: Sequence[str], folder: Path, exclude: Sequence[str] = (), evals: Sequence[str] = ()
) -> tuple[list[File], list[File]]:
    """
    Return the files of the old version and of the new one, without those that are for evaluation.

    Parameters and errors are those of `files`; `evals` are files, folders and globs. There may be several new ones if
    the old version is a revision alone. Then the data set may be missing on one side, because it is new or gone.
    """
    if (old, *new) == (STDIN, STDIN):
        raise ConfigError("OLD and NEW are both standard input, which can be read once", "name a file for one of them")
    before: dict[str, File] = {}
    after: dict[str, File] = {}
    alone = is_revision(old)
    for path in new:
        was = files(old, folder, exclude, of=path)
        try:
            now = files(path, folder, exclude)
        except InputError as error:
            if not alone or error.__cause__ is not None:  # it is there, and cannot be read
                raise
            if not was:
                raise InputError(f"{path} exists neither now nor at {old}", error.hint) from error
            now = []
        before |= {file.name if file.revision else file.place: file for file in was}
        after |= {file.name if file.revision else file.place: file for file in now}
    return _training([*before.values()], [*after.values()], evals, folder, moved=not alone)


def _training(
    old: list[File], new: list[File], evals: Sequence[str], folder: Path, *, moved: bool
) -> tuple[list[File], list[File]]:
    """
    Leave out what is for evaluation, unless there is nothing else: who names that means it.

    What has that role in one version has it in the other. Where the data was moved, that is what is called the same.
    """
    held_out = _held_out(old, evals, folder) | _held_out(new, evals, folder)
    was = [file for file in old if not {file.place, os.path.realpath(file.place)} & held_out]
    now = [file for file in new if not {file.place, os.path.realpath(file.place)} & held_out]
    if moved:
        names = {file.below for file in new if file.below and file not in now}
        return [file for file in was if file.below not in names] or old, now or new
    return (was, now) if was or now else (old, new)


def _held_out(version: Sequence[File], evals: Sequence[str], folder: Path) -> set[str]:
    """Return the places of the files that are for evaluation, or were when the version was made."""
    found = {os.path.realpath(path) for path in (expand(evals) if evals else ())}
    old = [file.place for file in version if file.revision]
    top = git.root(old[0]) if old else None
    if top is None:
        return found
    names = {Path(os.path.relpath(place, top)).as_posix(): place for place in old}
    inside = [_inside(path, top) for path in evals]
    return found.union(*([names[name] for name in _standing_for(path, [*names], folder)] for path in inside if path))


def is_revision(text: str) -> bool:
    """Tell whether a version is a revision alone, if it is anything."""
    return not is_path(text) and ":" not in text


def is_path(text: str) -> bool:
    """Tell whether a version is a path, standard input included; what exists is one, whatever else it may be."""
    return text == STDIN or os.path.lexists(text) or glob.has_magic(text.partition(":")[0])


def place(text: str) -> str:
    """Return where a version is in the working tree, or would be if it were there."""
    return _from_top(text.partition(":")[2]) if _names_revision(text) else text


def files(text: str, folder: Path, exclude: Sequence[str] = (), of: str = "") -> list[File]:
    """
    Return the files of a version.

    Parameters
    ----------
    text
        A file, a folder, a glob, "-" for standard input; `REV:PATH` as git writes it, PATH being any of these; or `REV`
        alone, for what `of` was at that revision. What exists is a path, whatever else it may be.
    folder
        Where copies go.
    exclude
        Patterns of paths to leave out.
    of
        The path of the other version; "" if a revision alone says nothing.

    Returns
    -------
    The files; none if `of` did not exist at that revision.

    Raises
    ------
    ConfigError
        If git does not know the revision, or there is no repository.
    InputError
        If there is no such file.
    """
    if text == STDIN:
        return [_copied(folder)]
    if is_path(text):
        return _here(text, exclude)
    revision, colon, path = text.partition(":")
    if colon:
        found = _at(revision, _from_top(path), folder, exclude)
        if not found:
            raise InputError(
                f"there is no {path or 'file'} at {revision}", "PATH in REV:PATH is seen from the repository's top"
            )
        return found
    if of == STDIN:
        raise InputError(
            f"{text} does not exist; as a revision it says nothing of standard input", f"compare with {text}:PATH"
        )
    if not of or _is_data(text):
        return _here(text, exclude)
    try:
        return _at(revision, place(of), folder, exclude)
    except ConfigError as error:
        raise ConfigError(f"{text} is neither a file nor a revision: {error.what}", error.hint) from error


def _is_data(text: str) -> bool:
    """Tell what was surely meant to be a file: a revision has no such ending."""
    return text.endswith((".jsonl", ".ndjson", ".jsonlines", ".json", ".gz", ".zst"))


def _names_revision(text: str) -> bool:
    return ":" in text and not is_path(text)


def _copied(folder: Path) -> File:
    data = standard_input()
    path = folder / "stdin.jsonl"
    with path.open("wb") as file:
        shutil.copyfileobj(data, file)
    return File(str(path), "<stdin>")


def _from_top(path: str) -> str:
    """Return the path in `REV:PATH` as seen from here: git sees it from the top, unless it begins with a dot."""
    top = git.root(".")
    return path if top is None or path.startswith(("./", "../")) else os.path.join(top, path)  # noqa: PTH118  (a glob)


def _here(text: str, exclude: Sequence[str]) -> list[File]:
    """Return the files that a path, a folder or a glob stands for in the working tree."""
    start = text if os.path.lexists(text) else _parts(text)[0]
    return [File(path, path, os.path.realpath(path), _below(path, start)) for path in expand([text], exclude)]


def _at(revision: str, path: str, folder: Path, exclude: Sequence[str]) -> list[File]:
    """Return the files that a path, a folder or a glob stands for at a revision."""
    start, _ = _parts(path)
    listed = git.listed(revision, start)
    top = git.root(start)
    assert top is not None  # or it had no list
    begin, inside = _inside(start, top), _inside(path, top)
    assert begin is not None  # it is in the repository that was found above it
    assert inside is not None  # so is the glob
    copies = []
    for name in _standing_for(inside, listed, folder):
        seen = os.path.relpath(top / name)
        if not excluded(seen, exclude):
            copy = git.spool(start, listed[name], folder)
            copies.append(File(str(copy), f"{revision}:{name}", str(top / name), _below(name, begin), revision))
    return copies


def _below(path: str, start: str) -> str:
    below = Path(os.path.relpath(path, start)).as_posix()
    return "" if below == "." else below


def _parts(path: str) -> tuple[str, str]:
    """Return the folder in which the first wildcard of a glob is, and the rest; of another path all, and nothing."""
    if not glob.has_magic(path):
        return path, ""
    parts = Path(path).parts
    plain = next(number for number, part in enumerate(parts) if glob.has_magic(part))
    return str(Path(*parts[:plain])), Path(*parts[plain:]).as_posix()


def _inside(path: str, top: Path) -> str | None:
    """Return a path, a folder or a glob as seen from the top of a repository; None if it is elsewhere."""
    start, rest = _parts(path)
    whole = Path(os.path.realpath(start))
    return (whole.relative_to(top) / rest).as_posix() if whole.is_relative_to(top) else None


def _standing_for(path: str, listed: Sequence[str] | dict[str, str], folder: Path) -> list[str]:
    """
    Return which of the names of a revision a path stands for: what it would in a working tree.

    There is one for that, of empty files.
    """
    tree = folder / "tree"
    tree.mkdir(exist_ok=True)
    for name in listed:
        if ".." not in Path(name).parts:  # git makes no such name, but reads it
            place = tree / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
    try:
        found = expand([os.path.join(glob.escape(str(tree)) if glob.has_magic(path) else str(tree), path)])  # noqa: PTH118
    except InputError:
        return []  # it stands for nothing
    finally:
        shutil.rmtree(tree)
    return [Path(file).relative_to(tree).as_posix() for file in found]
