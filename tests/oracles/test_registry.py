import sys
from pathlib import Path

import pytest

from oracles.registry import ENVIRONMENTS, HERE, ORACLES, Environment, environments, named


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setenv("DSREADY_ORACLES", str(tmp_path))
    return Environment("fake", ("nothing-of-the-kind==1.0",), ("alone==2.0",))


def test_an_environment_is_installed_when_it_is_complete(environment: Environment) -> None:
    before = environment.installed

    environment.folder.mkdir()
    (environment.folder / "installed.txt").write_text(environment.lines)

    assert (before, environment.installed) == (False, True)
    assert environment.python.is_relative_to(environment.folder)


def test_an_environment_of_other_versions_is_not_the_one(environment: Environment) -> None:
    environment.folder.mkdir()
    (environment.folder / "installed.txt").write_text("nothing-of-the-kind==0.9\n")

    assert not environment.installed


def test_this_python_will_do_if_it_has_what_is_needed() -> None:
    ours = Environment("pytest", (f"pytest=={pytest.__version__}",))

    assert ours.installed
    assert ours.python == Path(sys.executable)
    assert not Environment("pytest", ("pytest==0.1",)).here
    assert not Environment("pytest", ours.requires, ("alone==2.0",)).here


def test_every_oracle_has_its_script() -> None:
    assert {oracle.adapter for oracle in ORACLES} == {
        path.stem.removeprefix("ask_") for path in (HERE / "adapters").glob("ask_*.py")
    }


def test_names_are_of_one_oracle_each() -> None:
    names = [oracle.name for oracle in ORACLES]

    assert len(names) == len(set(names))


def test_an_oracle_is_found_by_its_name_its_target_and_its_environment() -> None:
    assert {oracle.name for oracle in named("together")} == {"together-2.14.0", "together-1.5.35"}
    assert [oracle.name for oracle in named("together-2")] == ["together-2.14.0"]
    assert [each.name for each in environments(["axolotl"])] == ["trainers"]
    assert [each.name for each in environments([])] == list(ENVIRONMENTS)


def test_a_shape_that_is_not_known_is_taken_as_the_first_that_is() -> None:
    (oracle,) = named("llamafactory")

    assert (oracle.part("sharegpt"), oracle.part("unheard of")) == ("sharegpt", "alpaca")
