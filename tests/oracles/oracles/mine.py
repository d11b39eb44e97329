"""Our side: the targets of dsready."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready import lint as lint_
from dsready.targets import installed, load

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

    from dsready.targets import Target


def known() -> Container[str]:
    """Return the ids of all targets."""
    return installed()


def target(id_: str) -> Target:
    """Return a target."""
    return load(id_)


def lint(path: Path, id_: str) -> dict[str, Any]:
    """Return what becomes of a file, as the profile of the target says."""
    report = lint_(path, select=["TGT"], config={"target": [id_]})
    profile = next(outcome.profile for outcome in report.outcomes if outcome.check == "target")
    found: dict[str, Any] = next(each for each in profile["targets"] if each["id"] == id_)
    return found
