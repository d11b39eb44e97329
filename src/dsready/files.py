"""
Files that are written, and the folder for what is needed only while a run lasts.

A file is written under a temporary name, then moved into place, so that nobody ever reads half of one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dsready.errors import InputError

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What the system says when there is no room left: the disk is full, or the user's share of it.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_STREAMS = (1, 2)
_MODE = 0o666
_SCRATCH, _LOCK, _MARK = "dsready-run-", ".dsready-lock", b"temporary files of a run of dsready\n"
_YOUNG = 60  # seconds in which a run surely has locked its folder


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """
    Give a folder for temporary files, and remove it in the end.

    A process that is killed cannot: its folder is removed by the next one. It is known by its lock, which the system
    lets go when the process ends, however it ends.
    """
    _sweep()
    with (
        tempfile.TemporaryDirectory(prefix=_SCRATCH, ignore_cleanup_errors=True) as name,
        Path(name, _LOCK).open("wb") as lock,
    ):
        lock.write(_MARK)
        lock.flush()
        if sys.platform != "win32":  # pragma: no branch
            with contextlib.suppress(OSError):  # not every file system has locks; then nobody removes it
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(name)


def _sweep() -> None:
    """Remove the folders of killed processes of the same user."""
    if sys.platform == "win32":  # pragma: no cover  (such locks are not known there)
        return
    with contextlib.suppress(OSError):
        for left in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}*/{_LOCK}"):
            with contextlib.suppress(OSError):
                found = left.parent.lstat()
                young = left.stat().st_mtime > time.time() - _YOUNG
                if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or young:
                    continue
                with left.open("rb") as lock:
                    if lock.read() != _MARK:
                        continue
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises while its owner lives
                    shutil.rmtree(left.parent, ignore_errors=True)


def replace(path: str | os.PathLike[str], content: bytes) -> None:
    """
    Write `content` to `path`, all of it or nothing.

    A link stays a link: what it leads to is written. What is no regular file (a device, a pipe, `/dev/stdout`) cannot
    be replaced, and is written straight into.

    Raises
    ------
    InputError
        If the folder does not exist or cannot be written, or the disk is full.
    """
    with _told(path):
        stream = _stream(path)
        if stream is None:
            _replace(Path(os.path.realpath(path)), content)
        else:
            with open(stream, "wb") as file:  # noqa: PTH123  (may be a descriptor)
                file.write(content)


class Draft:
    """
    A file in the making: `with Draft(path) as draft`. Unless it is kept, it leaves no trace.

    What is no regular file is written into when the draft is kept; "-" is standard output. A file that is there keeps
    its mode; a new one has at most the mode `most`, so that a copy is as private as what it was made from.

    Raises
    ------
    InputError
        If the folder does not exist or cannot be written, or the disk is full.
    """

    def __init__(self, path: str, most: int = _MODE) -> None:
        self.path = path
        self._most = most

    def __enter__(self) -> Self:
        with _told(self.path):
            self._stream = os.dup(_STREAMS[0]) if self.path == "-" else _stream(self.path)
            self._target = Path(os.path.realpath(self.path))
            folder = self._target.parent if self._stream is None else None
            handle, name = tempfile.mkstemp(prefix=".dsready-", dir=folder)
            self._name, self._file = Path(name), os.fdopen(handle, "w+b")
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # what was kept is written; the rest may be lost
            self._file.close()
        if isinstance(self._stream, int):
            os.close(self._stream)
        self._name.unlink(missing_ok=True)

    def write(self, content: bytes) -> None:
        """Add to what is there."""
        with _told(self.path):
            self._file.write(content)

    def keep(self) -> None:
        """Put it where it belongs."""
        with _told(self.path):
            self._file.flush()
            if self._stream is None:
                _install(self._name, self._target, self._most)
                return
            self._file.seek(0)
            with open(self._stream, "wb", closefd=not isinstance(self._stream, int)) as stream:
                shutil.copyfileobj(self._file, stream)


def discard(path: str) -> None:
    """Remove a file, if it is there and is one."""
    with _told(path):
        if Path(path).is_file():
            Path(path).unlink()


def mode_of(path: str | int) -> int:
    """Return the mode that a copy of a file may have; anything for what is no regular file."""
    try:
        found = os.stat(path)  # noqa: PTH116  (may be a descriptor)
    except OSError:
        return _MODE
    return stat.S_IMODE(found.st_mode) | 0o600 if stat.S_ISREG(found.st_mode) else _MODE


def is_stdout(path: str) -> bool:
    """Tell standard output, whatever it is called; the null device takes everything and mixes nothing."""
    if path == "-":
        return True
    try:
        return _is_open(_STREAMS[0], os.stat(path)) and os.path.realpath(path) != os.devnull  # noqa: PTH116
    except OSError:
        return False


def is_stream(path: str) -> bool:
    """Tell what is written straight into, or has no name of its own in a folder of files."""
    try:
        found = os.stat(path)  # noqa: PTH116  (pathlib raises where a name is too long)
    except OSError:
        return path == "-"
    named = not path.startswith("/dev/") and stat.S_ISREG(found.st_mode)
    return path == "-" or not named or any(_is_open(number, found) for number in _STREAMS)


def identity(path: str | int) -> tuple[int, int] | str | None:
    """Return what is the same for two names of a file; None for a device or a pipe, which nothing overwrites."""
    try:
        found = os.stat(path)  # noqa: PTH116  (may be a descriptor)
    except OSError:
        return os.path.realpath(path) if isinstance(path, str) else None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


@contextlib.contextmanager
def _told(path: str | os.PathLike[str]) -> Iterator[None]:
    """Tell the user why a file cannot be written."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever reads has seen enough: no mistake of anybody's
    except OSError as error:
        full = error.errno in FULL
        hint = "make room on the disk" if full else "give a path in a folder that exists and can be written"
        raise InputError(f"cannot write {os.fspath(path)}: {error.strerror or error}", hint) from error


def _stream(path: str | os.PathLike[str]) -> str | int | None:
    """Return what to open if `path` is to be written straight into; None for a file that is there or will be."""
    try:
        found = os.stat(path)  # noqa: PTH116  (a path may be a string here)
    except FileNotFoundError:
        return None
    for number in _STREAMS:
        # Opened by its name once more it would be written from its start, and moved away the rest would be lost.
        if _is_open(number, found):
            return os.dup(number)
    return None if stat.S_ISREG(found.st_mode) else os.fspath(path)


def _is_open(number: int, found: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.fstat(number), found)
    except OSError:  # closed by whoever started us
        return False


def _replace(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".dsready-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        _install(Path(name), target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _install(made: Path, target: Path, most: int = _MODE) -> None:
    try:
        mode = stat.S_IMODE(target.stat().st_mode) & 0o777
    except OSError:
        umask = os.umask(0)
        os.umask(umask)
        mode = _MODE & ~umask & most  # mkstemp makes it private; a report is not
    made.chmod(mode)
    made.replace(target)
