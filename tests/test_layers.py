"""Imports point one way: a module imports from its own layer's package and from the layers above it in this list."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE, CHECKS = ROOT / "src" / "dsready", ROOT / "checks" / "dsready_checks"
#: From the bottom up. What stands side by side knows nothing of each other.
LAYERS = (
    {"errors", "escape", "arrays", "intervals", "version", "templates"},
    {"files", "cache", "configfile", "git", "plugins"},
    {"validation", "refusal"},
    {"model"},
    {"tables"},
    {"task"},
    {"dataset"},
    {"text"},
    {"similarity", "targets"},
    {"check"},
    {"registry", "score", "suppression", "power"},
    {"config", "engine", "decide"},
    {"accepting", "sets"},
    {"output", "api", "testing", "convert"},
    {"across", "diff", "cost", "inspection", "judging"},
    {"project", "each_file"},
    {"cli", "integrations"},
    {"__main__"},
)
#: What a check may use: what it is given, and the arithmetic. `score` tells it the thresholds of a goal.
FOR_CHECKS = {
    "arrays",
    "intervals",
    "check",
    "model",
    "errors",
    "escape",
    "dataset",
    "text",
    "similarity",
    "score",
    "power",
    "targets",
}

pytestmark = pytest.mark.skipif(not CORE.exists(), reason="the tree is not here, only the installed package")


def layer(name: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if name in names)


def imports(path: Path) -> set[str]:
    """Return the modules a file imports when it runs, at the top or in a function; not those for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in hidden:
            assert node.level == 0, f"{path}: a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import) and id(node) not in hidden:
            found |= {alias.name for alias in node.names}
    return found


def parts(name: str) -> list[str]:
    return name.split(".")


def own_part(path: Path) -> str:
    return path.relative_to(CORE).with_suffix("").parts[0]


MODULES = [path for path in sorted(CORE.rglob("*.py")) if path != CORE / "__init__.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(CORE).as_posix())
def test_imports_point_one_way(path):
    mine = own_part(path)
    used = {parts(name)[1] for name in imports(path) if parts(name)[0] == "dsready" and len(parts(name)) > 1}
    public = {name for name in used if not (CORE / name).is_dir() and not (CORE / f"{name}.py").exists()}

    assert not public, f"{public} come from the package itself, which is for users"
    assert {name for name in used if name != mine and layer(name) >= layer(mine)} == set()


def test_every_part_has_its_layer():
    found = {own_part(path) for path in MODULES} - {"scoring"}

    assert found == set().union(*LAYERS)


def test_the_core_knows_no_check_by_name():
    lines = [line for path in MODULES for line in path.read_text(encoding="utf-8").splitlines()]

    assert [line for line in lines if "dsready_checks" in line and ">>>" not in line] == []


@pytest.mark.parametrize("path", sorted(CHECKS.rglob("*.py")), ids=lambda path: path.name)
def test_checks_use_only_what_they_are_given(path):
    used = {parts(name)[1] for name in imports(path) if parts(name)[0] == "dsready"}

    assert used <= FOR_CHECKS


@pytest.mark.parametrize("path", [*MODULES, *sorted(CHECKS.rglob("*.py"))], ids=lambda path: path.name)
def test_no_file_is_longer_than_four_hundred_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
