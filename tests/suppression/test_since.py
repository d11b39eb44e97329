from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import dsready
from dsready.accepting import Acceptance
from dsready.config import Config, merge
from dsready.errors import ConfigError
from dsready.project import lint_all


@pytest.fixture
def commit(put, tmp_path):  # noqa: ARG001  (makes it the working directory)
    def git(*arguments):
        identity = ("-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")

    def commit_all():
        git("add", ".")
        git("commit", "-q", "-m", "x")

    return commit_all


def test_only_findings_on_new_records_are_reported(rows, put, lint, commit, counts, shuffled):
    put("train.jsonl", rows[:62])
    commit()
    put("train.jsonl", shuffled(rows))

    report = lint("train.jsonl", since="HEAD")
    assert counts(report, "LEN004", "DUP001") == {"LEN004": 1, "DUP001": 1}
    assert {found.suppressed.reason for found in report.findings if found.suppressed} == {"HEAD"}


def test_one_more_of_the_same_is_new(rows, put, lint, commit, counts):
    put("train.jsonl", rows)
    commit()
    put("train.jsonl", [rows[-1], *rows])

    assert counts(lint("train.jsonl", since="HEAD"), "LEN004", "DUP001") == {"LEN004": 1, "DUP001": 1}


def test_a_finding_is_new_if_one_of_its_records_is(clean, put, lint, commit, counts):
    put("train.jsonl", clean(60))
    put("eval.jsonl", clean(55, seed=9))
    commit()
    put("train.jsonl", [*clean(60), clean(1, seed=9)[0]])

    report = lint("train.jsonl", evals=["eval.jsonl"], since="HEAD")
    assert "LEK001" in counts(report)


def test_what_blocks_is_reported_old_or_not(rows, put, lint, commit, counts):
    put("train.jsonl", [*rows, b"{"])
    commit()

    assert counts(lint("train.jsonl", since="HEAD")) == {"CNT001": 1, "FMT001": 1, "LEK007": 1}


def test_an_older_copy_does_as_well(rows, put, lint, counts):
    put("old.jsonl", rows[:61])
    put("train.jsonl", rows)

    assert counts(lint("train.jsonl", since="old.jsonl"), "LEN004") == {"LEN004": 2}


def test_a_file_that_was_not_there_is_all_new(rows, put, lint, commit, counts):
    put("other.jsonl", rows)
    commit()
    put("train.jsonl", rows)

    report = lint("train.jsonl", since="HEAD")
    assert counts(report, "LEN004", "DSR002") == {"LEN004": 3, "DSR002": 1}
    (one,) = [found for found in report.findings if found.rule == "DSR002"]
    assert (one.message, one.location.path) == ("every record counts as new: it is not in HEAD", "train.jsonl")


def test_a_pointer_is_no_older_version(rows, put, lint, commit, counts):
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 5"
    Path("train.jsonl").write_bytes(pointer + b"\n")
    commit()
    put("train.jsonl", rows)

    report = lint("train.jsonl", since="HEAD")
    assert counts(report, "LEN004", "DSR002") == {"LEN004": 3, "DSR002": 1}
    assert "HEAD holds a Git LFS pointer" in next(one.message for one in report.findings if one.rule == "DSR002")


@pytest.mark.usefixtures("commit")
def test_an_unknown_revision_is_an_error(rows, put, lint):
    put("train.jsonl", rows)

    with pytest.raises(ConfigError):
        lint("train.jsonl", since="nowhere")


def test_records_in_memory_have_no_history(rows, put):
    put("unused.jsonl", [])
    report = dsready.lint(rows, config={"lint.since": "HEAD", "lint.select": ["length", "suppressions"]})
    assert [one.message for one in report.findings if one.rule == "DSR002"] == [
        "every record counts as new: it is no file, and has no history"
    ]


def test_a_file_whose_name_is_no_utf8_has_a_history_too(rows, put, lint, commit, counts):
    name = os.fsdecode(b"tr\xe4in.jsonl")
    put(name, rows)
    commit()

    assert counts(lint(name, since="HEAD"), "LEN004", "DSR002") == {}


@pytest.fixture
def several(clean, put, commit):
    """Two data sets as they were committed, and their reports when records were added to them since."""
    one, two = clean(60), clean(60, seed=7)
    put("one.jsonl", [*one, two[0]])
    put("two.jsonl", two)
    put("held.jsonl", clean(50, seed=9))
    commit()
    sets = {"one": {"paths": ["one.jsonl"], "eval": ["held.jsonl"]}, "two": {"paths": ["two.jsonl"]}}

    def lint_again(since="HEAD", **more):
        for path, records in more.items():
            put(f"{path}.jsonl", records)
        options = {"lint.since": since, "lint.select": ["across"]}
        configs = {name: merge(Config(), {**one, **options}) for name, one in sets.items()}
        acceptance = Acceptance(configs["one"])
        reports = lint_all(configs, acceptance, jobs=1, stdin_name="<stdin>", listed=10, cache=False)
        return [(found.location.path, found.location.line) for report in reports for found in report.reported]

    return one, two, lint_again


def test_what_data_sets_shared_already_is_old(several):
    _, _, lint_again = several

    assert lint_again() == []


@pytest.mark.parametrize("version", ["HEAD", "old.jsonl"])
def test_an_old_record_that_another_data_set_now_has_too_is_new(several, put, version):
    one, two, lint_again = several
    put("old.jsonl", two)

    # An older copy is one of a data set's own files: what another one had then, nobody knows.
    assert lint_again(version, one=[*one, *two[:2]]) == ([("two.jsonl", 2)] if version == "HEAD" else [])


def test_what_a_data_set_shares_with_a_file_that_was_not_there_is_new(several, clean):
    _, two, lint_again = several
    subprocess.run(["git", "rm", "-q", "--cached", "one.jsonl"], check=True)
    subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e", "commit", "-q", "-m", "x"], check=True)

    assert lint_again(one=[*clean(60), two[0]]) == [("two.jsonl", 1)]


def test_a_finding_of_more_records_than_it_names_is_new(rows, put, lint, commit, counts):
    def answered(count):
        turns = [{"role": "user", "content": "How high is the tower of the old castle?"}]
        return [{"messages": [*turns, {"role": "assistant", "content": f"{n} feet."}]} for n in range(count)]

    put("train.jsonl", [*rows[:60], *answered(6)])
    commit()

    assert counts(lint("train.jsonl", since="HEAD"), "DUP003") == {}
    put("train.jsonl", [*rows[:60], *answered(7)])
    assert counts(lint("train.jsonl", since="HEAD"), "DUP003") == {"DUP003": 1}


@pytest.mark.parametrize(
    ("version", "what"),
    [
        ("old", "old is a folder"),
        ("a" * 300, "is in no git repository"),
        ("./train.jsonl", "is the data itself"),
    ],
)
def test_what_is_no_version_is_an_error(rows, put, lint, version, what):
    put("train.jsonl", rows)
    Path("old").mkdir()

    with pytest.raises(ConfigError, match=what):
        lint("train.jsonl", since=version)
