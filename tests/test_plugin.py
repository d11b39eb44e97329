"""Checks of other people: `tests/plugin/` is installed as they would, and broken ones are told from good ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dsready import registry

PLUGIN = Path(__file__).parent / "plugin"
NAMED = "[dsready.checks]\n{} = other:Other\n"
MODULE = """
from dsready_shouting import SHOUTED, Shouting

class Other(Shouting):
    id = "{id}"
    rules = (SHOUTED.model_copy(update={{"code": "{code}", "name": "{name}"}}),)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with the plug-in installed into it."""
    folder = tmp_path_factory.mktemp("site")
    options = ["--no-deps", "--no-index", "--no-build-isolation", "--quiet", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, "--target", folder, PLUGIN], check=True)
    return folder


@pytest.fixture
def other(tmp_path):
    """Install another plug-in by hand: its id and its source."""

    def install(id_: str, source: str) -> Path:
        info = tmp_path / "other-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(NAMED.format(id_))
        (tmp_path / "other.py").write_text(source)
        return tmp_path

    return install


def start(*command: str, path: tuple[Path, ...], folder: Path | None = None):
    """Start Python with more folders to import from."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False, env=environment, cwd=folder
    )


def dsready(*arguments: str, path: tuple[Path, ...], folder: Path | None = None):
    return start("-m", "dsready", *arguments, path=path, folder=folder)


def test_who_adds_a_check_is_found_out_once_however_many_files_are_judged():
    assert registry.packages() is registry.packages()


@pytest.mark.slow
def test_a_rule_of_a_plug_in_explains_itself(site):
    result = dsready("rule", "SHO001", path=(site,))

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("SHO001 shouted-answer\n")
    assert "Why it matters: a model learns the tone" in result.stdout
    assert "least-letters = 10" in result.stdout


@pytest.mark.slow
def test_the_version_names_plug_ins_and_what_they_add(site):
    result = dsready("version", path=(site,))

    assert result.stdout.endswith("\ndsready-shouting 1.0 adds checks shouting; targets house\n")


@pytest.mark.slow
def test_a_check_of_a_plug_in_runs(site, tmp_path):
    rows = [{"prompt": "Where is it?", "completion": "IN LEEDS, I SAID."}, {"prompt": "Oh.", "completion": "Sorry."}]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    result = dsready(
        "lint", "--select", "SHO", "--output-format", "concise", "train.jsonl", path=(site,), folder=tmp_path
    )

    assert result.stdout.startswith("train.jsonl:1:1: SHO001 warning in capitals [")
    assert result.stderr == ""


@pytest.mark.slow
def test_a_plug_in_feeds_a_dimension_of_the_score(site, tmp_path):
    (tmp_path / "train.jsonl").write_text('{"prompt": "Where?", "completion": "IN LEEDS, I SAID."}\n')

    result = dsready("lint", "--output-format", "json", "train.jsonl", path=(site,), folder=tmp_path)

    scores = {part["id"]: part["score"] for part in json.loads(result.stdout)["readiness"]["dimensions"]}
    assert scores["content"] == 0


@pytest.mark.slow
def test_the_report_says_which_package_adds_a_check_and_what_it_went_by(site, tmp_path):
    (tmp_path / "train.jsonl").write_text('{"prompt": "Where?", "completion": "IN LEEDS, I SAID."}\n')
    options = ("--config", "checks.shouting.least-letters = 3", "--report", "report.html", "--output-format", "json")

    result = dsready("lint", *options, "train.jsonl", path=(site,), folder=tmp_path)

    outcomes = {outcome["check"]: outcome for outcome in json.loads(result.stdout)["outcomes"]}
    assert outcomes["shouting"]["package"] == "dsready-shouting 1.0"
    assert outcomes["shouting"]["options"] == {"least-letters": 3}
    assert outcomes["duplicates"]["package"] == ""
    row = '<tr><th scope="row">shouting</th><td>least-letters 3</td><td>dsready-shouting 1.0</td></tr>'
    assert row in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_target_of_a_plug_in_judges(site, tmp_path):
    turns = [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "In Leeds."}]
    rows = [{"messages": turns}] * 4 + [{"messages": turns[:1]}, {"messages": []}, {"text": "Leeds"}]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    options = ("--target", "house", "--select", "TGT", "--output-format", "concise", "-j", "2", "--no-cache")
    result = dsready("lint", *options, "train.jsonl", path=(site,), folder=tmp_path)

    found = [line.split(" ")[:2] for line in result.stdout.splitlines() if "HSE" in line]
    assert found == [["train.jsonl:6:1:", "TGT002"], ["train.jsonl:7:1:", "TGT002"], ["train.jsonl:5:1:", "TGT004"]]
    assert "(HSE-01: KeyError: 0)" in result.stdout
    assert "our own trainer" in dsready("targets", path=(site,)).stdout


@pytest.mark.parametrize(
    ("id_", "source", "message"),
    [
        ("other", "import nothing_of_that_name", "the check 'other' of other cannot be loaded: ModuleNotFoundError"),
        ("other", "Other = 1", "other:Other is registered as a check but is none"),
        ("count", "", "two checks are called 'count'"),
    ],
)
def test_a_broken_plug_in_is_told(other, tmp_path, id_, source, message):
    (tmp_path / "train.jsonl").write_text('{"text": "a"}\n')

    result = dsready("lint", "train.jsonl", path=(other(id_, source),), folder=tmp_path)

    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("id_", "code", "name", "message"),
    [
        ("other", "CNT001", "loud", "the rule CNT001 belongs to both 'count' and 'other'"),
        ("other", "OTH001", "below-floor", "the rule below-floor belongs to both 'count' and 'other'"),
        ("another", "OTH001", "loud", "is registered as 'other' and calls itself 'another'"),
    ],
)
def test_a_clash_is_told(other, id_, code, name, message):
    site = other("other", MODULE.format(id=id_, code=code, name=name))

    result = dsready("rule", path=(site, PLUGIN))

    assert result.returncode == 2
    assert message in result.stderr
