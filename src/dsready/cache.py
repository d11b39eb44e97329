"""
What is kept between runs, in a folder that is safe to delete at any time.

An entry is a file whose name says all that its content depends on. It is written under a temporary name and moved into
place, and sealed: several processes may share the folder, and nothing that a killed one or a broken disk leaves can be
taken for an entry. Whatever goes wrong here (no home, a full disk, no permission) costs time, never the run.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from blake3 import blake3

if TYPE_CHECKING:
    from collections.abc import Iterator

DIR, OFF = "DSREADY_CACHE_DIR", "DSREADY_NO_CACHE"
#: The entries of one kind, and of what they have in common, stand in one folder. The oldest of those go first.
MOST_BYTES = 4 << 30
_TEMPORARY = ".new-"
_STALE = 3600  # seconds after which a temporary file is left over from a killed process
_TAG, _TAGGED = "CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of dsready: safe to delete.\n"
_UNSET = {"", "0", "f", "false", "n", "no", "off"}
_SEAL = 16


def folder() -> Path | None:
    """
    Return where entries are kept, None if `DSREADY_NO_CACHE` is set or there is no place for them.

    Nothing is created.
    """
    return _place() if os.environ.get(OFF, "").lower() in _UNSET else None


def _place(named: str | None = None) -> Path | None:
    """
    Return the folder for entries: one of its own in what is named, or `DSREADY_CACHE_DIR` names; else the platform's.

    None if nobody knows where the home is, or if something is there that dsready has not made.
    """
    named = named or os.environ.get(DIR)
    try:
        root = Path(named, ".dsready_cache") if named else _usual()
        with contextlib.suppress(FileNotFoundError):
            return root if (root / _TAG).read_bytes() == _TAGGED.encode() else None
        return None if root.exists() and any(root.iterdir()) else root
    except (OSError, RuntimeError):
        return None


def _usual() -> Path:
    from platformdirs import user_cache_path  # noqa: PLC0415  (not for --help)

    return user_cache_path("dsready", appauthor=False)


def get(name: str) -> bytes | None:
    """Return the entry `kind/common/name`, None if there is none."""
    root = folder()
    if root is None:
        return None
    try:
        content = (root / name).read_bytes()
    except OSError:
        return None
    return content[_SEAL:] if content[:_SEAL] == _seal(name, content[_SEAL:]) else None


def _seal(name: str, content: bytes) -> bytes:
    """Return what tells an entry from a damaged one, and from another one in its place. It keeps nobody out."""
    return blake3(name.encode() + b"\0" + content).digest(_SEAL)


def put(name: str, content: bytes) -> None:
    """Keep an entry, if that is possible."""
    root = folder()
    if root is None:
        return
    path = root / name
    with contextlib.suppress(OSError):
        if not path.parent.is_dir():
            _create(root)
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_seal(name, content) + content)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def has(name: str) -> bool:
    """Say whether there are entries with this in common, `kind/common`; those are in use then."""
    root = folder()
    if root is None or not (root / name).is_dir():
        return False
    with contextlib.suppress(OSError):
        os.utime(root / name)
    return True


def trim(most: int = MOST_BYTES) -> None:
    """
    Remove what killed processes left, and the entries that were not in use for longest, down to so many bytes.

    Those in use last stay, however many they are.
    """
    root = folder()
    if root is None:
        return
    found = []
    for common in root.glob("*/*/"):
        with contextlib.suppress(OSError):  # another process may be removing it
            found.append((common.stat().st_mtime, common, sum(_sizes(common))))
    total = 0
    for _, common, size in sorted(found, reverse=True):
        if total and total + size > most:
            shutil.rmtree(common, ignore_errors=True)
        total += size


def _sizes(common: Path) -> Iterator[int]:
    for entry in os.scandir(common):
        found = entry.stat()
        if entry.name.startswith(_TEMPORARY) and found.st_mtime < time.time() - _STALE:
            Path(entry.path).unlink(missing_ok=True)
        else:
            yield found.st_size


def clean(named: str | None = None) -> int:
    """Delete all that is kept, there or where it is kept by default; return how many bytes are gone."""
    root = _place(named)
    if root is None:  # whatever is there, it is no cache of dsready
        return 0
    before = _bytes(root)
    shutil.rmtree(root, ignore_errors=True)
    return before - _bytes(root)


def _bytes(root: Path) -> int:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


def _create(root: Path) -> None:
    root.mkdir(mode=0o700, parents=True, exist_ok=True)  # for nobody else: entries tell something of the data
    (root / _TAG).write_text(_TAGGED, encoding="utf-8")
    (root / ".gitignore").write_text("*\n", encoding="ascii")
