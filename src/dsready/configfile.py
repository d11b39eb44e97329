"""Where the configuration file is, and what stands in it."""

from __future__ import annotations

import glob
import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsready.errors import ConfigError
from dsready.escape import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

PYPROJECT = "pyproject.toml"
NAMES = ("dsready.toml", ".dsready.toml", PYPROJECT)


def discover(paths: Sequence[str]) -> Path | None:
    """
    Return the closest configuration file above `paths`, or above the working directory if there are none.

    The search starts in the folder all paths have in common and ends at the root of the repository. A `pyproject.toml`
    without a `[tool.dsready]` table is passed over.
    """
    return _above(_common_folder([path for path in paths if path != "-"]))


def by_configuration(paths: Sequence[str]) -> list[list[str]]:
    """Return paths in groups for which, one by one, the same configuration file is the closest."""
    found: dict[Path, Path | None] = {}
    groups: dict[Path | None, list[str]] = {}
    for path in paths:
        folder = _common_folder([path] if path != "-" else [])
        if folder not in found:  # a hook may name many files
            found[folder] = _above(folder)
        groups.setdefault(found[folder], []).append(path)
    return list(groups.values())


def _above(start: Path) -> Path | None:
    """Return the configuration file of a folder, or of the closest one above it."""
    for folder in (start, *start.parents):
        for name in NAMES:
            path = folder / name
            if path.is_file() and table_of(path) is not None:
                return path
        if (folder / ".git").exists():
            return None
    return None


def table_of(path: Path) -> Any:
    """
    Return what a file says of dsready; None if it is a `pyproject.toml` without a `[tool.dsready]` table.

    Raises
    ------
    ConfigError
        If it cannot be read, or is no TOML.
    """
    return _section(path, toml(path))


def fragment(text: str) -> dict[str, Any]:
    """
    Parse `key = value` as given to `--config`.

    Raises
    ------
    ConfigError
        If it is no TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = """a text needs quotes: --config 'goal = "style"'"""
        raise ConfigError(f"--config {visible(text)}: {_reason(error)[0]}", hint) from error


def absolute(path: Path) -> Path:
    """Return an absolute path without `..`; links stay, for a linked configuration belongs where the link is."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def from_here(folder: Path) -> str:
    """Return an absolute folder as seen from the working directory, which is itself ""."""
    here = Path.cwd()
    return "" if folder == here else (folder.relative_to(here) if folder.is_relative_to(here) else folder).as_posix()


def shown(path: Path) -> str:
    """Return a path as short as it can be said from here."""
    whole, here = absolute(path), Path.cwd()
    return visible((whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix(), 500)


def _common_folder(paths: Sequence[str]) -> Path:
    places = [_fixed(path) for path in paths]
    folders = [absolute(place if os.path.isdir(place) else place.parent) for place in places]  # noqa: PTH112  (see below)
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # none given, or on several drives
        return Path.cwd()


def _fixed(path: str) -> Path:
    """Return what of a path stands before its first wildcard."""
    whole = Path(path)
    if os.path.exists(path):  # noqa: PTH110  (Path.exists raises where a name is too long)
        return whole
    wild = [number for number, part in enumerate(whole.parts) if glob.has_magic(part)]
    return Path(*whole.parts[: wild[0] + 1]) if wild else whole


def toml(path: Path, hint: str = "see --config and DSREADY_CONFIG") -> dict[str, Any]:
    """
    Return what stands in a TOML file; `hint` says what to do if it cannot be read.

    Raises
    ------
    ConfigError
        If it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"cannot read {shown(path)}: {error.strerror}", hint) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{shown(path)}: byte {error.start} is not UTF-8", "save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        reason, line = _reason(error)
        raise ConfigError(f"{shown(path)}{line}: {reason}", "the file is no valid TOML") from error


def _reason(error: tomllib.TOMLDecodeError) -> tuple[str, str]:
    """Return what tomllib has to say, and `:line` if it knows the line."""
    reason, _, place = str(error).partition(" (at ")
    line = re.match(r"line (\d+)", place)
    return visible(reason, 200), f":{line[1]}" if line else ""


def _section(path: Path, content: dict[str, Any]) -> Any:
    """Return what of a file is for us: all of it, or its `[tool.dsready]`; None if it has none."""
    if path.name != PYPROJECT:
        return content
    tool = content.get("tool", {})
    return tool.get("dsready") if isinstance(tool, dict) else None
