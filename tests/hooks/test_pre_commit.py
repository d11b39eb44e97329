"""The hooks, as the real pre-commit runs them: what of a commit they see, and which commits they let pass."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import subprocess
import sys

import orjson
import pytest

from tests.hooks.repository import MANIFEST, NOWHERE, ROOT

pytestmark = [
    pytest.mark.skipif(not MANIFEST.exists(), reason="the tree is not here, only the installed package"),
    pytest.mark.skipif(importlib.util.find_spec("pre_commit") is None, reason="pre-commit is not installed"),
]
lfs = pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed (apt-get install git-lfs)")

BROKEN = b'{"prompt": "Where is my parcel?", "completion": \n'


def lines(records) -> bytes:
    return b"".join(orjson.dumps(record) + b"\n" for record in records)


@pytest.fixture
def good(clean):
    """Three records: too few for any data set, and enough for a commit."""
    return lines(clean(3))


def test_the_manifest_is_valid(repository):
    done = repository.run("pre-commit", "validate-manifest", str(MANIFEST))

    assert (done.returncode, done.stdout) == (0, "")


def test_a_commit_with_a_bad_line_is_refused_and_the_mended_one_accepted(repository, good):
    repository.hooks()
    repository.write("data/train.jsonl", good + BROKEN)

    refused = repository.commit("data/train.jsonl")

    assert refused.returncode == 1
    assert repository.run("git", "log").returncode == 128  # no commit yet
    told = [line for line in refused.stdout.splitlines() if line.startswith("data/")]
    assert told[0].startswith("data/train.jsonl:4:49: FMT001 error BLOCKER the line ends before the object does")
    end = "1 rule, 1 finding (1 error, 0 warnings, 0 infos) in 4 records"
    assert told[1:] == [f"data/train.jsonl: failed: blocked by FMT001 (1); {end}"]
    assert "readiness" not in refused.stdout

    repository.write("data/train.jsonl", good)
    accepted = repository.commit("data/train.jsonl")

    assert accepted.returncode == 0, accepted.stdout
    assert repository.commits == 1


def test_what_is_staged_is_checked_and_not_what_lies_in_the_folder(repository, good):
    repository.hooks()
    repository.write("train.jsonl", good)
    repository.git("add", ".")
    repository.write("train.jsonl", good + BROKEN)

    assert repository.commit().returncode == 0
    assert repository.path.joinpath("train.jsonl").read_bytes() == good + BROKEN

    repository.git("add", ".")
    repository.write("train.jsonl", good)
    refused = repository.commit()

    assert refused.returncode == 1
    assert "train.jsonl:4:49: FMT001" in refused.stdout
    assert repository.path.joinpath("train.jsonl").read_bytes() == good


def test_only_the_files_of_the_commit_are_checked(repository, good):
    repository.write("old.jsonl", BROKEN)
    repository.git("add", ".")
    repository.git("commit", "--quiet", "--message", "before there was a hook")
    repository.hooks()
    repository.write("new.jsonl", good)

    accepted = repository.commit("new.jsonl")

    assert accepted.returncode == 0, accepted.stdout


def test_many_long_names_come_in_two_calls_and_each_file_is_judged_as_in_one(repository, good, tmp_path):
    calls = tmp_path / "calls.txt"
    counting = tmp_path / "counting.py"
    counting.write_text(
        "import runpy, sys\n"
        f"open({str(calls)!r}, 'a').write(f'{{len(sys.argv) - 4}}\\n')\n"
        "runpy.run_module('dsready', run_name='__main__', alter_sys=True)\n"
    )
    repository.hooks(entry=shlex.join([sys.executable, str(counting)]))
    # 128 KiB of names is what pre-commit hands to one call.
    names = ["/".join([f"{number:03}" + "n" * 197] * 2 + ["train.jsonl"]) for number in range(350)]
    for name in names:
        repository.write(name, good)
    for name in (names[0], names[-1]):
        repository.write(name, good + BROKEN)

    refused = repository.commit(".")

    assert refused.returncode == 1
    counts = [int(line) for line in calls.read_text().splitlines()]
    assert (len(counts), sum(counts)) == (2, len(names))
    told = [line for line in refused.stdout.splitlines() if "train.jsonl" in line]
    assert len(told) == 4
    assert told == repository.dsready("lint", "--each-file", *names).stdout.splitlines()


def test_on_demand_only_new_records_are_reported(repository, clean):
    def empty(asked: str) -> dict[str, object]:
        return {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": ""}]}

    old = [*clean(3), empty("Who is there?")]
    repository.write("train.jsonl", lines(old))
    repository.git("add", ".")
    repository.git("commit", "--quiet", "--message", "before there was a hook")
    repository.hooks(args=["--since", "HEAD", "--"])
    repository.write("train.jsonl", lines(reversed(old)))

    accepted = repository.commit("train.jsonl")
    assert accepted.returncode == 0, accepted.stdout

    repository.write("train.jsonl", lines([*old, empty("Where is it?")]))
    refused = repository.commit("train.jsonl")

    assert refused.returncode == 1
    told = [line.partition(" ")[0] for line in refused.stdout.splitlines() if line.startswith("train.jsonl:")]
    assert set(told[:-1]) == {"train.jsonl:5:1:"}


@lfs
def test_a_pointer_is_passed_over_with_a_line_and_fails_the_gate(repository, good, tmp_path):
    repository.git("lfs", "install", "--local")
    repository.git("lfs", "track", "*.jsonl")
    repository.write("train.jsonl", good)
    repository.git("add", ".")
    repository.git("commit", "--quiet", "--message", "data in LFS")
    elsewhere = tmp_path / "clone"
    repository.git("clone", "--quiet", str(repository.path), str(elsewhere), GIT_LFS_SKIP_SMUDGE="1")
    repository.path = elsewhere
    repository.hooks()
    assert elsewhere.joinpath("train.jsonl").read_bytes().startswith(b"version https://git-lfs.github.com/spec/v1\n")

    hook = repository.hook("dsready", "--all-files", "--verbose")
    gate = repository.dsready("lint", "train.jsonl")

    assert hook.returncode == 0, hook.stdout
    told = f"the file is a Git LFS pointer, not data ({len(good):,} bytes not downloaded)"
    assert f"\ntrain.jsonl: passed over: {told}\n" in hook.stdout
    assert gate.returncode == 1
    assert "FMT007 lfs-pointer" in gate.stdout


@lfs
def test_data_in_lfs_that_is_there_is_checked(repository, good):
    repository.git("lfs", "install", "--local")
    repository.git("lfs", "track", "*.jsonl")
    repository.hooks()
    repository.write("train.jsonl", good + BROKEN)

    refused = repository.commit(".")

    assert refused.returncode == 1
    assert "train.jsonl:4:49: FMT001" in refused.stdout


@pytest.mark.parametrize("name", ["train.jsonl", "a b/träin.ndjson", "--exclude=*.jsonlines", "data.jsonl.gz"])
def test_the_name_tells_which_files_are_checked_even_what_is_no_text(repository, good, name):
    repository.hooks()
    repository.write(name, good.decode().encode("utf-16"))

    refused = repository.commit("./" + name)

    assert refused.returncode == 1
    assert f"{name}: FMT003 error BLOCKER the file is in UTF-16, not in UTF-8" in refused.stdout


def test_other_files_are_none_of_its_business(repository):
    repository.hooks()
    repository.write("data.json", BROKEN)
    repository.write("jsonl", BROKEN)
    repository.write("train.jsonl.txt", BROKEN)

    accepted = repository.commit(".")

    assert accepted.returncode == 0
    assert "(no files to check)Skipped" in accepted.stdout


def test_the_training_file_is_compared_with_the_evaluation_file_and_that_with_nothing(repository, clean):
    repository.hooks()
    repository.write("dsready.toml", b'eval = ["eval.jsonl"]\n')
    repository.write("eval.jsonl", lines(clean(2)))
    repository.write("train.jsonl", lines(clean(3, seed=1)))
    assert repository.commit(".").returncode == 0

    repository.write("train.jsonl", lines([*clean(3, seed=1), clean(1)[0]]))
    repository.write("eval.jsonl", lines(clean(1)))
    refused = repository.commit(".")

    assert refused.returncode == 1
    told = [line for line in refused.stdout.splitlines() if ".jsonl" in line]
    assert [line.partition(" error")[0] for line in told[:-1]] == ["eval.jsonl:1:1: LEK001"]
    assert told[-1].startswith("train.jsonl: failed: blocked by LEK001 (1); ")


def test_the_other_hook_asks_the_gates_of_whole_data_sets(repository, clean):
    repository.hooks()
    repository.write("dsready.toml", b'paths = ["train-*.jsonl"]\neval = ["eval.jsonl"]\n')
    repository.write("train-1.jsonl", lines(clean(300)))
    repository.write("train-2.jsonl", lines(clean(300, seed=2)))
    repository.write("eval.jsonl", lines(clean(60, seed=1)))
    assert repository.commit(".").returncode == 0

    passed = repository.hook("dsready-project", "--all-files", "--hook-stage", "pre-push")
    assert passed.returncode == 0, passed.stdout

    repository.write("train-2.jsonl", lines(clean(300)))  # each file is sound, and both are the same
    assert repository.commit("train-2.jsonl").returncode == 0
    failed = repository.hook("dsready-project", "--files", "train-2.jsonl", "--hook-stage", "manual")

    assert failed.returncode == 1
    assert "train-2.jsonl:3:1: DUP001" in failed.stdout
    assert "+ 297 more (--max-examples 0 shows all)" in failed.stdout
    assert "gate failed: score: required >= 70, found " in failed.stdout


def test_a_file_of_the_configuration_calls_the_other_hook(repository):
    repository.hooks()
    repository.write("dsready.toml", b'paths = ["gone.jsonl"]\n')
    repository.git("add", ".")

    failed = repository.hook("dsready-project", "--hook-stage", "pre-push")

    assert failed.returncode == 1
    assert "gone.jsonl does not exist" in failed.stdout
    assert "exit code: 2" in failed.stdout


@pytest.mark.slow
def test_pre_commit_builds_the_hook_from_the_tree(repository, good, tmp_path):
    if not (ROOT / ".git").exists():
        pytest.skip("the tree is no checkout")
    index = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(tmp_path), "hatchling"]
    if subprocess.run(index, capture_output=True, check=False).returncode:
        pytest.skip("there are no packages to be had")
    for name in NOWHERE:
        del repository.environment[name]
    repository.write("train.jsonl", good + BROKEN)
    repository.git("add", ".")

    refused = repository.run("pre-commit", "try-repo", str(ROOT), "dsready", "--all-files")

    assert refused.returncode == 1
    assert "train.jsonl:4:49: FMT001" in refused.stdout
    assert "train.jsonl: failed: blocked by FMT001 (1)" in refused.stdout
