"""The pages that are looked at: what is in them, by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import dsready
from dsready.model import Report, Spread, Turn
from tests.output import hostile

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent.parent
FIXTURES, SAVED = ROOT / "fixtures", ROOT / "tests" / "output"
#: Records are quoted in all pages that have some: that is more to get wrong.
QUOTED = {"lint": {"show-content": "always"}}


def demo(_: Path) -> list[Report]:
    return [dsready.lint(FIXTURES / "demo" / "train.jsonl", eval=FIXTURES / "demo" / "eval.jsonl", config=QUOTED)]


def preference(_: Path) -> list[Report]:
    return [dsready.lint(sorted((FIXTURES / "preference").glob("*/train.jsonl")), config=QUOTED)]


def several(folder: Path) -> list[Report]:
    sets = {"chat": demo(folder)[0], "support": passing(folder)[0]}
    return [report.model_copy(update={"name": name}) for name, report in sets.items()]


def hostile_files(folder: Path) -> list[Report]:
    return [hostile.lint(folder, lint={"show-content": "always"})]


def hostile_result(_: Path) -> list[Report]:
    """A result that somebody else saved: nothing in it is what it says."""
    turn = Turn(role=hostile.HOSTILE, text=hostile.HOSTILE)
    spread = Spread(
        starts=((hostile.HOSTILE, 1), (hostile.HOSTILE, 2)), rules={hostile.HOSTILE: (1, 2), "ABC002": (3, 0)}
    )
    harm = {"excerpts": {hostile.HOSTILE: (turn, turn)}, "spread": spread}
    return [hostile.saved(passing(_)[0]).model_copy(update=harm)]


def empty(folder: Path) -> list[Report]:
    (folder / "empty.jsonl").touch()
    return [dsready.lint(folder / "empty.jsonl", config=QUOTED)]


def failing(_: Path) -> list[Report]:
    return [Report.model_validate_json((SAVED / "failing.json").read_bytes())]


def passing(_: Path) -> list[Report]:
    return [Report.model_validate_json((SAVED / "passing.json").read_bytes())]


#: How the reports of each page are made, in a folder of their own.
MADE: dict[str, Callable[[Path], list[Report]]] = {
    "demo": demo,
    "preference": preference,
    "several": several,
    "hostile-files": hostile_files,
    "hostile-result": hostile_result,
    "empty": empty,
    "failing": failing,
    "passing": passing,
}
