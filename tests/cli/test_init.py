"""`dsready init`: what it finds, what it writes, and what it leaves alone."""

from __future__ import annotations

import os
import sys
import tomllib

import pytest

from dsready.cli import guess
from dsready.config import read
from dsready.templates import template


@pytest.fixture
def data(tmp_path):
    """Make files of these names."""

    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b'{"text": "a"}\n')

    return make


def written(tmp_path):
    return tomllib.loads((tmp_path / "dsready.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("names", "paths", "evals"),
    [
        (["train.jsonl"], ["train.jsonl"], None),
        (["a.jsonl", "a_eval.jsonl.gz"], ["a.jsonl"], ["a_eval.jsonl.gz"]),
        (["d/train.jsonl", "d/valid.jsonl", "d/test.jsonl"], ["d/train.jsonl"], ["d/test.jsonl", "d/valid.jsonl"]),
        (["d/train/x.jsonl", "d/test/y.ndjson"], ["d/train/x.jsonl"], ["d/test/y.ndjson"]),
        (["d/x.jsonl", "eval/y.jsonl"], ["d/x.jsonl"], ["eval/y.jsonl"]),
        (["latest.jsonl", "contest.jsonl", "device.jsonl"], ["contest.jsonl", "device.jsonl", "latest.jsonl"], None),
        (["Held-Out.jsonl", "Train_eval.jsonl"], ["Train_eval.jsonl"], ["Held-Out.jsonl"]),
        (["x.jsonl", "dev.jsonl", "x_validation.jsonl"], ["x.jsonl"], ["dev.jsonl", "x_validation.jsonl"]),
        (['a "b" \\ é 漢😀.jsonl'], ['a "b" \\ é 漢😀.jsonl'], None),
    ],
)
def test_files_are_told_by_their_names(cli, data, tmp_path, names, paths, evals):
    data(*names)
    result = cli("init")

    assert result.code == 0, result.err
    assert written(tmp_path) == {"paths": paths} | ({"eval": evals} if evals else {})
    assert read(tmp_path / "dsready.toml").paths == tuple(paths)


def test_lint_then_needs_no_arguments(cli, data, engine):
    data("data/train.jsonl", "data/test.jsonl")
    cli("init")

    assert cli("lint").code == 0
    assert engine.asked["paths"] == ("data/train.jsonl",)
    assert engine.asked["evals"] == ("data/test.jsonl",)


def test_several_folders_are_several_data_sets(cli, data, tmp_path):
    data("a b/train.jsonl", "a b/test.jsonl", "a-b/train/1.jsonl", "x.jsonl", "only/eval.jsonl")
    cli("init")
    text = (tmp_path / "dsready.toml").read_text(encoding="utf-8")

    assert written(tmp_path) == {
        "dataset": [
            {"name": "top", "paths": ["x.jsonl"]},
            {"name": "a-b", "paths": ["a b/train.jsonl"], "eval": ["a b/test.jsonl"]},
            {"name": "a-b-2", "paths": ["a-b/train/1.jsonl"]},
        ]
    }
    assert '# eval = ["only/eval.jsonl"]' in text


def test_every_key_in_a_comment_is_real(cli, data, tmp_path):
    data("train.jsonl")
    cli("init")
    path = tmp_path / "dsready.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line.removeprefix("# ") if "=" in line or line[:3] == "# [" else line for line in lines))

    assert read(path).context_length == 4096
    assert read(path).gate.require == ("evaluation",)


@pytest.mark.parametrize(
    "name",
    [".git/a.jsonl", ".hidden/a.jsonl", "node_modules/a.jsonl", "tests/a.jsonl", "venv/a.jsonl", "a.json", ".a.jsonl"],
)
def test_what_is_nobodys_data_is_passed_over(cli, data, tmp_path, name):
    data(name, "venv/pyvenv.cfg")
    result = cli("init")

    assert result.code == 2
    assert "no data set is here" in result.err
    assert not (tmp_path / "dsready.toml").exists()


def test_without_training_data_nothing_is_written(cli, data):
    data("test.jsonl")

    assert "no training data is here" in cli("init").err


def test_many_files_are_named_by_a_pattern_if_it_means_no_other(cli, data, tmp_path):
    data(*(f"d/[{number:02}].jsonl" for number in range(10)))
    cli("init")
    assert written(tmp_path) == {"paths": ["d/[[]0*].jsonl"]}

    (tmp_path / "dsready.toml").unlink()
    data("d/[0 eval].jsonl")
    cli("init")
    assert len(written(tmp_path)["paths"]) == 10


def test_no_more_files_are_looked_at_than_it_takes(cli, data, monkeypatch):
    monkeypatch.setattr(guess, "_MOST_FILES", 2)
    data("a/1.jsonl", "b/2.jsonl", "c/3.jsonl")
    result = cli("init")

    assert "only the first 2 files were looked at" in result.err
    assert result.out.startswith("dsready.toml: 2 training files, 0 evaluation files, 2 data sets\n")


@pytest.mark.parametrize("name", ["dsready.toml", ".dsready.toml", "pyproject.toml"])
def test_a_configuration_that_is_there_stays(cli, data, tmp_path, name):
    data("train.jsonl")
    (tmp_path / name).write_text("[tool.dsready]\n" if name == "pyproject.toml" else "# mine\n")
    result = cli("init")

    assert result.code == 2
    assert f"{name} is there already" in result.err
    assert ("[tool.dsready] in " in result.err) == (name == "pyproject.toml")
    assert (tmp_path / name).read_text() in ("[tool.dsready]\n", "# mine\n")
    assert len(list(tmp_path.glob("*.toml"))) == 1
    assert cli("init", "--dry-run").code == 0


def test_a_file_that_appears_meanwhile_stays(cli, data, tmp_path, monkeypatch):
    data("train.jsonl")
    monkeypatch.setattr("dsready.templates.template", lambda name: (tmp_path / name).write_text("mine") and "")
    result = cli("init")

    assert result.code == 2
    assert (tmp_path / "dsready.toml").read_text() == "mine"


def test_a_folder_above_may_have_its_own(cli, data, tmp_path, monkeypatch):
    data("sub/train.jsonl")
    (tmp_path / "dsready.toml").write_text("# above\n")
    monkeypatch.chdir(tmp_path / "sub")

    assert cli("init").code == 0


def test_a_dry_run_prints_what_it_would_write(cli, data, tmp_path):
    data("train.jsonl")
    dry = cli("init", "--dry-run")

    assert not (tmp_path / "dsready.toml").exists()
    cli("init")
    assert (tmp_path / "dsready.toml").read_text(encoding="utf-8") == dry.out


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_a_name_that_no_configuration_can_spell_is_left_out(cli, data, tmp_path):
    data("train.jsonl", "bad\x1b[31m\n[lint].jsonl", os.fsdecode(b"bad\xff.jsonl"))
    result = cli("init")

    assert written(tmp_path) == {"paths": ["train.jsonl"]}
    assert result.err == "left out, because no configuration can spell the name: 2 files\n"
    assert "\x1b" not in result.out
    (tmp_path / "train.jsonl").unlink()
    (tmp_path / "dsready.toml").unlink()
    assert "no data set is here whose name a configuration can spell" in cli("init").err


def test_a_blank_of_another_kind_is_no_reason_to_leave_a_file_out(cli, data, tmp_path):
    data("no\u00a0break.jsonl", "wide\u3000blank.jsonl")
    result = cli("init")

    assert result.err == ""
    assert written(tmp_path) == {"paths": ["no\u00a0break.jsonl", "wide\u3000blank.jsonl"]}
    assert read(tmp_path / "dsready.toml").paths == ("no\u00a0break.jsonl", "wide\u3000blank.jsonl")


def test_a_link_to_a_data_set_is_no_second_one(cli, data, tmp_path):
    data("a/v2.jsonl", "outside.jsonl")
    (tmp_path / "a" / "latest.jsonl").symlink_to("v2.jsonl")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "same.jsonl").symlink_to("../a/v2.jsonl")
    (tmp_path / "outside.jsonl").rename(tmp_path.parent / "outside.jsonl")
    (tmp_path / "a" / "linked.jsonl").symlink_to("../../outside.jsonl")
    cli("init")

    assert written(tmp_path) == {"paths": ["a/linked.jsonl", "a/v2.jsonl"]}


@pytest.mark.parametrize("name", ["dsready.toml", "../dsready.toml"])
def test_a_dry_run_does_not_mind_a_broken_configuration(cli, data, tmp_path, monkeypatch, name):
    data("sub/train.jsonl")
    monkeypatch.chdir(tmp_path / "sub")
    (tmp_path / "sub" / name).write_text("= broken")
    dry = cli("init", "--dry-run")

    assert (dry.code, dry.err) == (0, "")
    assert 'paths = ["train.jsonl"]' in dry.out
    assert cli("init").code == (2 if name == "dsready.toml" else 0)


def test_a_folder_that_cannot_be_written_is_told(cli, data, monkeypatch):
    data("train.jsonl")
    monkeypatch.setattr("dsready.cli.init.NAME", "nowhere/dsready.toml")
    monkeypatch.setattr("dsready.templates.template", lambda _: "")

    assert "cannot write" in cli("init").err


def test_the_hook_and_the_workflow_are_printed_as_they_are(cli, data):
    data("train.jsonl")
    out = cli("init").out

    assert template("pre-commit.yaml") in out
    assert out.endswith(template("github.yaml"))
