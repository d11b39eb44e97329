"""`dsready diff`, from the command line to the files it writes."""

from __future__ import annotations

import os
import subprocess

import orjson
import pytest

from dsready import git
from dsready.cli import run

pytestmark = pytest.mark.usefixtures("apart")


@pytest.fixture
def cli(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            run(["diff", *arguments])
        return end.value.code, *capsys.readouterr()

    return call


@pytest.fixture
def two(write, clean):
    return write("old.jsonl", clean(20)), write("new.jsonl", clean(21))


@pytest.fixture
def repository(tmp_path, write, clean, monkeypatch):
    """A repository whose folder `data` says that its files are Alpaca's, but for those of one data set."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for name in git._OF_HOOKS:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".git").rmdir()
    (tmp_path / "other").mkdir()
    write("data/train.jsonl", clean(5))
    write("data/chat.jsonl", clean(5))
    (tmp_path / "data" / "dsready.toml").write_text(
        'format = "alpaca"\n[[dataset]]\nname = "chat"\npaths = ["chat.jsonl"]\nformat = "openai-chat"\n'
    )
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", "x"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def test_a_difference_is_no_failure_unless_it_is_asked_for(cli, two):
    code, out, err = cli(*two)

    assert (code, err) == (0, "")
    assert "1 added, 0 removed, 0 changed" in out
    assert cli(*two, "--exit-code")[0] == 1
    assert cli(two[0], two[0], "--exit-code")[0] == 0


def test_json_holds_all_of_it(cli, two):
    code, out, _ = cli(*two, "--output-format", "json", "--max-examples", "0")
    found = orjson.loads(out)

    assert code == 0
    assert found["counts"] == {"added": 1, "removed": 0, "changed": 0, "unchanged": 20, "moved": 0}
    assert found["added"][0]["line"] == 21


def test_files_are_written_beside(cli, two, tmp_path):
    _, out, _ = cli(*two, "--output", "markdown=diff.md", "--output", "json=diff.json", "--output", "text=diff.txt")

    assert "\n### Data set: 1 added" in (tmp_path / "diff.md").read_text(encoding="utf-8")
    assert orjson.loads((tmp_path / "diff.json").read_bytes())["counts"]["added"] == 1
    assert (tmp_path / "diff.txt").read_text(encoding="utf-8") == out


def test_in_markdown_only_its_own_block_is_written(cli, two, tmp_path):
    block = "<!-- dsready:begin -->\nof lint\n<!-- dsready:end -->\n"
    (tmp_path / "README.md").write_text(f"# Mine\n\n{block}")
    cli(*two, "--output", "markdown=README.md")
    first = (tmp_path / "README.md").read_text(encoding="utf-8")
    cli(two[0], two[0], "--output", "markdown=README.md")
    second = (tmp_path / "README.md").read_text(encoding="utf-8")

    assert first.startswith(f"# Mine\n\n{block}\n<!-- dsready-diff:begin -->\n### Data set: 1 added")
    assert second.startswith(f"# Mine\n\n{block}\n<!-- dsready-diff:begin -->\n### Data set: 0 added")
    assert second.count("dsready-diff:") == 2


@pytest.mark.parametrize("value", ["html=x", "json", "json=", "json=nowhere/x", "json=."])
def test_an_output_that_cannot_be_written_is_told_at_once(cli, value):
    code, _, err = cli("none", "none", "--output", value)

    assert code == 2
    assert value.partition("=")[2] in err
    assert "does not exist." in err or "FORMAT=PATH" in err


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("old.jsonl", "the old version"),
        ("new.jsonl", "the new version"),
        ("held.jsonl", "the evaluation data"),
        ("dsready.toml", "the configuration"),
        ("dsready-baseline.json", "the baseline"),
        ("dsready-ignore.txt", "the ignore file"),
        ("tokenizer.json", "the tokenizer"),
    ],
)
def test_no_file_that_matters_is_written_over_and_that_is_told_at_once(
    cli, two, write, clean, tmp_path, monkeypatch, name, what
):
    def work(*_, **__):
        raise AssertionError

    write("held.jsonl", clean(3, seed=8))
    for other in ("dsready-baseline.json", "dsready-ignore.txt", "tokenizer.json"):
        (tmp_path / other).write_text("precious")
    (tmp_path / "dsready.toml").write_text('eval = ["held.jsonl"]\ntokenizer = "tokenizer.json"\n')
    before = (tmp_path / name).read_bytes()
    monkeypatch.setattr("dsready.diff.diff", work)
    code, _, err = cli(*two, "--output", f"json={name}")

    assert code == 2
    assert f"would overwrite {what}\n" in err
    assert (tmp_path / name).read_bytes() == before


def test_a_data_set_that_is_gone_does_not_come_back_as_a_report(cli, two, tmp_path):
    assert "would overwrite" in cli(two[0], "gone.jsonl", "--output", "json=gone.jsonl")[2]
    assert not (tmp_path / "gone.jsonl").exists()


def test_no_file_is_written_twice(cli, two):
    assert "would overwrite" in cli(*two, "--output", "json=x", "--output", "markdown=x")[2]


def test_the_configuration_near_the_new_version_holds(cli, two, tmp_path):
    (tmp_path / "dsready.toml").write_text('format = "alpaca"\n')

    assert "usable" in cli(*two)[1]
    assert orjson.loads(cli(*two, "--output-format", "json")[1])["new"]["usable"] == 0
    assert orjson.loads(cli(*two, "--isolated", "--output-format", "json")[1])["new"]["usable"] == 21


def test_the_configuration_near_the_path_of_a_revision_holds(cli, repository, monkeypatch):
    def usable(*arguments):
        return orjson.loads(cli(*arguments, "--output-format", "json")[1])["new"]["usable"]

    monkeypatch.chdir(repository / "other")
    assert usable("../data/train.jsonl", "HEAD:data/train.jsonl") == 0
    assert usable("../data/train.jsonl", "HEAD:./../data/chat.jsonl") == 5


def test_colours_are_for_those_who_want_them(cli, two):
    assert "\x1b[1m" in cli(*two, "--color", "always")[1]
    assert "\x1b" not in cli(*two)[1]


def test_a_missing_file_is_the_users_mistake(cli, two):
    code, _, err = cli("none.jsonl", two[1])

    assert code == 2
    assert "none.jsonl does not exist" in err
    assert cli(two[0], "none")[0] == 2


def found(cli, *arguments):
    code, out, err = cli(*arguments, "--output-format", "json")
    assert (code, err) == (0, "")
    return orjson.loads(out)


def test_a_revision_alone_is_compared_with_what_the_configuration_names(cli, repository, write, clean, monkeypatch):
    said = 'paths = ["train.jsonl", "more", "c*.jsonl", "test.jsonl"]\neval = ["test.jsonl"]\n'
    (repository / "data" / "dsready.toml").write_text(said)
    write("data/chat.jsonl", clean(7))
    write("data/more/new.jsonl", clean(3, seed=4))
    write("data/test.jsonl", clean(2, seed=6))
    (repository / "data" / "train.jsonl").unlink()
    monkeypatch.chdir(repository / "data")
    difference = found(cli, "HEAD")

    assert difference["old"]["files"] == ["HEAD:data/train.jsonl", "HEAD:data/chat.jsonl"]
    assert difference["new"]["files"] == ["more/new.jsonl", "chat.jsonl"]
    assert difference["counts"] == {"added": 5, "removed": 5, "changed": 0, "unchanged": 5, "moved": 0}
    assert "would overwrite the new version" in cli("HEAD", "--output", "json=chat.jsonl")[2]


def test_of_several_data_sets_one_is_to_be_named(cli, repository, monkeypatch):
    monkeypatch.chdir(repository / "data")
    assert found(cli, "HEAD")["new"]["files"] == ["chat.jsonl"]  # there is one

    with (repository / "data" / "dsready.toml").open("a") as file:
        file.write('[[dataset]]\nname = "tables"\npaths = ["train.jsonl"]\n')
    code, _, err = cli("HEAD")
    assert code == 2
    assert "the configuration has several data sets" in err
    assert "--data-set chat or tables" in err
    assert found(cli, "HEAD", "--data-set", "tables")["new"]["files"] == ["train.jsonl"]
    assert found(cli, "HEAD", "train.jsonl", "--data-set", "chat")["new"]["usable"] == 5  # as it says


def test_where_nothing_says_what_is_compared_that_is_told(cli, two):
    code, _, err = cli("HEAD")
    assert code == 2
    assert "no data set is named" in err
    assert "dsready diff HEAD train.jsonl, or paths = [...] in dsready.toml" in err

    for old in (two[0], "HEAD:old.jsonl", "-"):
        code, _, err = cli(old)
        assert code == 2
        assert f"{old} is to be compared with nothing" in err


def test_a_folder_of_several_data_sets_is_compared_without_what_they_are_evaluated_by(cli, repository, monkeypatch):
    (repository / "data" / "dsready.toml").unlink()
    (repository / "dsready.toml").write_text(
        '[[dataset]]\nname = "a"\npaths = ["data/train.jsonl"]\neval = ["data/chat.jsonl"]\n'
        '[[dataset]]\nname = "b"\npaths = ["data/other.jsonl"]\n'
    )
    (repository / "data" / "other.jsonl").write_text('{"prompt": "a", "completion": "b"}\n')
    monkeypatch.chdir(repository)
    difference = found(cli, "HEAD", ".")

    assert difference["old"]["files"] == ["HEAD:data/train.jsonl"]
    assert difference["new"]["files"] == ["./data/other.jsonl", "./data/train.jsonl"]
    assert difference["counts"]["unchanged"] == 5
