"""What OLD and NEW may be."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from dsready import git
from dsready.config import Config
from dsready.diff import diff, sides
from dsready.errors import ConfigError, InputError

A, B, C = (b'{"prompt":"%c","completion":"x"}\n' % letter for letter in b"abc")
pytestmark = pytest.mark.usefixtures("here")

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12300\n"


def commit(folder):
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    subprocess.run(["git", *identity, "commit", "-q", "-m", "x"], cwd=folder, check=True)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A repository with files of two folders in its first commit, called v1, and other ones in the working tree."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for name in git._OF_HOOKS:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for name, content in {
        "data/one.jsonl": A,
        "data/two.jsonl": B,
        "data/raw/three.jsonl": C,
        "data/notes.txt": b"no data",
        "lfs.jsonl": POINTER,
    }.items():
        (tmp_path / name).write_bytes(content)
    commit(tmp_path)
    subprocess.run(["git", "tag", "v1"], cwd=tmp_path, check=True)
    (tmp_path / "data" / "one.jsonl").write_bytes(A + C)
    (tmp_path / "lfs.jsonl").write_bytes(A)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("scratch")


def contents(found):
    return {file.name: Path(file.path).read_bytes() for file in found}


def test_a_revision_alone_is_that_of_the_other_version():
    found = diff("v1", "data/one.jsonl", Config())

    assert (found.counts.added, found.counts.unchanged) == (1, 1)
    assert found.old.files == ("v1:data/one.jsonl",)
    assert found.new.files == ("data/one.jsonl",)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("v1:data/one.jsonl", ["v1:data/one.jsonl"]),
        ("HEAD:data", ["HEAD:data/one.jsonl", "HEAD:data/raw/three.jsonl", "HEAD:data/two.jsonl"]),
        ("v1:data/t*", ["v1:data/two.jsonl"]),
        ("v1:**/t*.jsonl", ["v1:data/raw/three.jsonl", "v1:data/two.jsonl"]),
        ("v1:data/notes.txt", ["v1:data/notes.txt"]),
        ("v1:./data/two.jsonl", ["v1:data/two.jsonl"]),
    ],
)
def test_a_path_at_a_revision_stands_for_what_it_would_in_a_folder(scratch, text, names):
    assert [file.name for file in sides.files(text, scratch)] == names


@pytest.mark.parametrize("of", ["data", "data/*.jsonl", "HEAD:data"])
def test_a_revision_of_folders_and_globs_is_that_of_their_files(scratch, of):
    found = contents(sides.files("v1", scratch, of=of))

    assert found["v1:data/one.jsonl"] == A
    assert "v1:data/two.jsonl" in found


def test_paths_of_git_are_seen_from_the_top_and_with_a_dot_from_here(here, scratch, monkeypatch):
    monkeypatch.chdir(here / "data")

    assert contents(sides.files("v1:data/one.jsonl", scratch)) == {"v1:data/one.jsonl": A}
    assert contents(sides.files("v1:./one.jsonl", scratch)) == {"v1:data/one.jsonl": A}
    assert contents(sides.files("v1:../data/one.jsonl", scratch)) == {"v1:data/one.jsonl": A}
    assert contents(sides.files("v1", scratch, of="one.jsonl")) == {"v1:data/one.jsonl": A}


def test_what_is_excluded_is_so_at_a_revision_too(scratch):
    names = [file.name for file in sides.files("v1", scratch, ["data/raw/*"], of="data")]

    assert names == ["v1:data/one.jsonl", "v1:data/two.jsonl"]


def test_a_file_wins_over_a_revision_of_the_same_name(here, scratch):
    (here / "v1").write_bytes(B)
    (here / "v1:data").write_bytes(C)

    assert contents(sides.files("v1", scratch, of="data/one.jsonl")) == {"v1": B}
    assert contents(sides.files("v1:data", scratch)) == {"v1:data": C}


def test_a_data_set_that_is_new_is_all_added(here):
    (here / "new.jsonl").write_bytes(A + B)
    found = diff("v1", "new.jsonl", Config())

    assert found.counts.added == 2
    assert found.old.files == ()
    assert found.old.score is None
    assert {rule.old for rule in found.rules} == {0}


@pytest.mark.parametrize("new", ["data/two.jsonl", "data/t*.jsonl", "v2:data/two.jsonl"])
def test_a_data_set_that_is_gone_is_all_removed(here, new):
    (here / "data" / "two.jsonl").unlink()
    commit(here)
    subprocess.run(["git", "tag", "v2"], cwd=here, check=True)
    found = diff("v1", new, Config())

    assert (found.counts.removed, found.counts.added) == (1, 0)
    assert found.old.files == ("v1:data/two.jsonl",)
    assert found.new.files == ()
    assert found.new.score is None


def test_a_data_set_that_is_on_neither_side_is_a_mistake():
    with pytest.raises(InputError, match=r"data/none\.jsonl exists neither now nor at v1"):
        diff("v1", "data/none.jsonl", Config())
    with pytest.raises(InputError, match=r"^data/none\.jsonl does not exist"):
        diff("v1:data/one.jsonl", "data/none.jsonl", Config())
    with pytest.raises(InputError, match=r"^data/none\.jsonl does not exist"):
        diff("data/one.jsonl", "data/none.jsonl", Config())


def test_what_cannot_be_read_is_not_taken_for_gone(scratch, monkeypatch):
    def refuse(*_, **options):
        options["onerror"](PermissionError(13, "Permission denied", "data"))
        return iter(())

    monkeypatch.setattr("dsready.dataset.paths.os.walk", refuse)
    monkeypatch.setattr(sides, "_standing_for", lambda _, listed, __: list(listed))

    with pytest.raises(InputError, match="cannot read the folder data"):
        sides.both("v1", ["data"], scratch)


def test_standard_input_is_read_once():
    with pytest.raises(ConfigError, match="both standard input"):
        diff("-", "-", Config())


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_a_file_may_have_any_bytes_for_a_name(here):
    name = os.fsdecode(b"data/bad\xff.jsonl")
    (here / name).write_bytes(A)
    commit(here)
    found = diff("HEAD", name, Config())

    assert found.old.files == (r"HEAD:data/bad\udcff.jsonl",)
    assert json.loads(orjson.dumps(found.to_dict()))["new"]["files"] == [r"data/bad\udcff.jsonl"]


def test_what_is_named_at_a_revision_must_be_there(scratch):
    for text in ("v1:data/none.jsonl", "v1:none", "v1:data/x*"):
        with pytest.raises(InputError, match=r"there is no .* at v1") as error:
            sides.files(text, scratch)
        assert "repository's top" in error.value.hint


def test_an_unknown_revision_is_told_from_a_missing_file(scratch):
    with pytest.raises(ConfigError, match="nowhere is neither a file nor a revision: git knows no commit"):
        sides.files("nowhere", scratch, of="data")
    with pytest.raises(InputError, match=r"old\.jsonl does not exist"):
        sides.files("old.jsonl", scratch, of="data")
    with pytest.raises(InputError, match="v1 does not exist"):
        sides.files("v1", scratch)


def test_outside_of_a_repository_there_are_no_revisions(scratch, monkeypatch):
    monkeypatch.chdir(scratch)

    with pytest.raises(ConfigError, match="in no git repository"):
        sides.files("v1:one.jsonl", scratch)


def test_a_pointer_of_a_revision_says_how_to_get_the_data():
    with pytest.raises(InputError, match=r"v1:lfs\.jsonl cannot be compared: .* pointer") as error:
        diff("v1", "lfs.jsonl", Config())

    assert "git show v1:lfs.jsonl | git lfs smudge" in error.value.hint


def test_packed_files_and_standard_input_are_versions(here, monkeypatch):
    (here / "one.jsonl.gz").write_bytes(gzip.compress(A + C))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(A)))
    found = diff("-", "one.jsonl.gz", Config())

    assert (found.counts.added, found.counts.unchanged) == (1, 1)
    assert found.old.files == ("<stdin>",)


def test_standard_input_has_no_revision_and_may_be_closed(scratch, monkeypatch):
    with pytest.raises(InputError, match="v1 does not exist; as a revision it says nothing of standard input"):
        sides.files("v1", scratch, of="-")
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="standard input is closed"):
        sides.files("-", scratch)


def test_a_tree_that_leads_out_of_itself_is_not_followed(scratch, monkeypatch):
    monkeypatch.setattr(git, "listed", lambda *_: {"../../out.jsonl": "0" * 40, "data/one.jsonl": "0" * 40})
    monkeypatch.setattr(git, "spool", lambda *_: scratch / "copy")

    assert [file.name for file in sides.files("v1:data", scratch)] == ["v1:data/one.jsonl"]
    assert not (scratch.parent / "out.jsonl").exists()


@pytest.fixture
def held_out(here):
    """The repository, with its first file for training and the second for evaluation, both as they are at HEAD."""
    (here / "data" / "one.jsonl").write_bytes(A)
    shutil.copytree(here / "data", here / "copy" / "data")
    (here / "copy" / "old.jsonl").write_bytes(A)
    return Config(eval=("data/two.jsonl",), exclude=("*/raw/*", "lfs.jsonl"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("HEAD", "data"),
        ("HEAD", "./data"),
        ("HEAD", "."),
        ("HEAD", "*/*.jsonl"),
        ("HEAD", "./data/*.jsonl"),
        ("HEAD", "HEAD:data"),
        ("HEAD:data", "data"),
        ("HEAD:data", "HEAD:data/*.jsonl"),
        ("copy/data", "data"),
        ("copy/data/*.jsonl", "data"),
        ("data", "HEAD:data"),
        ("copy/old.jsonl", "data"),
    ],
)
def test_what_is_for_evaluation_is_training_data_in_neither_version(held_out, old, new):
    config = held_out
    if old == "HEAD":  # which has no copy
        config = config.model_copy(update={"exclude": (*config.exclude, "copy/*")})
    found = diff(old, new, config)

    assert not found.differs
    assert found.counts.unchanged == found.old.records == found.new.records == 1
    assert found.rules == ()
    assert found.old.score == found.new.score


def test_what_was_for_evaluation_and_is_gone_is_so_still(here, held_out):
    (here / "data" / "two.jsonl").rename(here / "data" / "two2.jsonl")
    found = diff("HEAD", "data", held_out.model_copy(update={"eval": ("data/two*.jsonl",)}))

    assert found.old.files == ("HEAD:data/one.jsonl",)
    assert found.new.files == ("data/one.jsonl",)


def test_where_there_was_evaluation_data_alone_all_is_added(here, held_out):
    (here / "data" / "one.jsonl").unlink()
    commit(here)
    (here / "data" / "one.jsonl").write_bytes(A)
    found = diff("HEAD", "data", held_out)

    assert (found.old.files, found.counts.added) == ((), 1)


@pytest.mark.parametrize(("old", "new"), [("HEAD", "data/two.jsonl"), ("data/one.jsonl", "data/two.jsonl")])
def test_who_names_evaluation_data_means_it(held_out, old, new):
    found = diff(old, new, held_out)

    assert found.new.files == ("data/two.jsonl",)
    assert found.old.records == 1


def test_evaluation_data_may_be_outside_of_the_repository(tmp_path_factory):
    held = tmp_path_factory.mktemp("elsewhere") / "held.jsonl"
    held.write_bytes(C)
    found = diff("HEAD", "data/two.jsonl", Config(eval=(str(held),)))

    assert not found.differs


def test_names_of_a_revision_that_lead_to_one_file_now_are_several(here):
    (here / "data" / "two.jsonl").unlink()
    (here / "data" / "two.jsonl").symlink_to("one.jsonl")
    found = diff("HEAD", "data/*.jsonl", Config())

    assert found.old.files == ("HEAD:data/one.jsonl", "HEAD:data/two.jsonl")
    assert found.new.files == ("data/one.jsonl",)
