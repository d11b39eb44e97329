"""`dsready lint --each-file`: every file by itself, as hooks need it."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest

from dsready import api, cache
from dsready.check import Check
from dsready.cli import each_file as judging
from dsready.cli import run
from dsready.dataset import lfs
from tests.each_file.conftest import failed, lines, write

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1048576\n"
PASSED = "the file is a Git LFS pointer, not data (1,048,576 bytes not downloaded)"
BROKEN = b'{"prompt": "Where?"\n'


def test_of_clean_files_nothing_is_said(each, clean):
    names = [write(f"{number}.jsonl", clean(3, number)) for number in range(3)]

    assert each(*names) == (0, [], "")


def test_the_same_records_in_two_files_are_no_matter_here(each, clean):
    assert each(write("a.jsonl", clean(3)), write("b.jsonl", clean(3))) == (0, [], "")


def test_a_file_that_fails_has_its_findings_and_a_line_that_says_what_fails_it(each, clean):
    name = write("a.jsonl", lines([*clean(3), clean(1)[0]]) + BROKEN)

    code, said, _ = each(name, write("b.jsonl", clean(3)))

    assert code == 1
    assert [line.split()[:2] for line in said[:2]] == [["a.jsonl:5:20:", "FMT001"], ["a.jsonl:4:1:", "DUP001"]]
    assert said[2:] == [
        "a.jsonl: failed: blocked by FMT001 (1); 2 rules, 2 findings (1 error, 1 warning, 0 infos) in 5 records"
    ]


def test_warnings_fail_and_show_only_where_they_are_asked_to(each, clean):
    name = write("a.jsonl", [*clean(3), *clean(2)])

    assert each(name) == (0, [], "")
    code, said, _ = each(name, "--fail-on", "warning")
    assert (code, len(said)) == (1, 3)
    assert "a.jsonl: failed: 2 findings of level warning or above (fail-on is warning); " in said[-1]
    code, said, _ = each(name, "--max-warnings", "1")
    assert "a.jsonl: failed: 2 warnings (max-warnings is 1); " in said[-1]
    assert each(name, "--fail-on", "warning", "--exit-zero")[0] == 0


def test_of_a_rule_so_many_findings_are_shown_as_are_wished(each, clean):
    name = write("a.jsonl", lines(clean(3)) + BROKEN * 10)

    code, said, _ = each(name)

    assert (code, len(said)) == (1, 4)
    assert said[-1].endswith(" in 13 records; 7 not shown (--max-examples 0 shows all)")
    assert len(each(name, "--max-examples", "0")[1]) == 11
    assert each(name, "-q")[1] == said[:-1]
    assert each(name, "-qq")[:2] == (1, [])


def test_what_only_a_whole_data_set_can_be_judged_by_is_not_asked(each, clean):
    write("dsready.toml", b'eval = ["eval.jsonl"]\n[gate]\nmin-score = 100\nrequire = ["evaluation"]\n')
    write("eval.jsonl", clean(2, seed=1))
    name = write("a.jsonl", clean(3))

    assert each(name) == (0, [], "")
    assert each(name, "--isolated", "--fail-on", "info") == (0, [], "")


@pytest.mark.parametrize("target", ["openai-sft", "fireworks", "azure-openai", "together", "all"])
def test_targets_judge_the_records_and_not_their_number(each, clean, target):
    name = write("a.jsonl", clean(2))

    assert each(name, "--target", target, "--fail-on", "warning") == (0, [], "")
    write("a.jsonl", [{"messages": [{"role": "user", "content": "?"}]}] * 2)
    assert each(name, "--target", target, "--select", "TGT,ROL")[0] == 1


def test_a_pointer_is_passed_over_with_a_line(each, clean):
    names = [write("pointer.jsonl", POINTER), write("a.jsonl", clean(3))]

    assert each(*names) == (0, [f"pointer.jsonl: passed over: {PASSED}"], "")
    assert each(*names, "-q") == (0, [], "")


def test_what_cannot_be_read_is_no_pointer(tmp_path):
    assert lfs.told_of(str(tmp_path)) == ""
    assert lfs.told_of("x" * 5000) == ""


def test_an_evaluation_set_that_is_a_pointer_is_passed_over_too(each, clean):
    write("dsready.toml", b'eval = ["eval-*.jsonl"]\n')
    write("eval-1.jsonl", POINTER)
    write("eval-2.jsonl", clean(1))

    code, said, _ = each(write("a.jsonl", clean(3)), write("b.jsonl", clean(3, seed=1)))

    assert code == 1
    assert said[0] == f"eval-1.jsonl: passed over: {PASSED}"
    assert said[1].startswith("eval-2.jsonl:1:1: LEK001 ")
    assert failed(*said) == ["a.jsonl"]


def test_excluded_files_are_left_out_be_it_all(each):
    write("dsready.toml", b'exclude = ["fixtures/**"]\n')
    name = write("fixtures/broken.jsonl", BROKEN)

    assert each(name) == (0, [], "")
    assert each("fixtures") == (0, [], "")
    assert each("fixtures/gone.jsonl") == (0, [], "")
    assert each(name, "--isolated")[0] == 1


def test_a_file_that_is_named_twice_is_judged_once(each):
    write("a/b.jsonl", BROKEN)

    assert failed(*each("a/b.jsonl", "./a/b.jsonl", "a", "a/../a/b.jsonl")[1]) == ["a/b.jsonl"]


def test_standard_input_has_the_name_it_is_given(each, monkeypatch):
    with Path(write("a.jsonl", BROKEN)).open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        code, said, _ = each("-", "--stdin-filename", "upload.jsonl")

    assert code == 1
    assert said[0].startswith("upload.jsonl:1:20: FMT001 ")
    assert failed(*said) == ["upload.jsonl"]


def test_accepted_findings_fail_no_file(each, clean):
    write("a.jsonl", lines(clean(3)) + BROKEN)
    write("dsready.toml", b'[lint.per-file-ignores]\n"a.jsonl" = ["FMT001"]\n')

    assert each("a.jsonl") == (0, [], "")
    assert each("a.jsonl", "--no-ignores")[0] == 1


def test_what_is_kept_between_runs_changes_nothing(each, clean, monkeypatch):
    trims = []
    monkeypatch.setattr(cache, "trim", lambda: trims.append(1))
    names = [write("a.jsonl", lines(clean(3)) + BROKEN), write("b.jsonl", clean(3))]

    first = each(*names)

    assert each(*names) == first
    assert trims == [1, 1]  # once for all files, or every file costs as much as all that is kept
    assert each(*names, "--no-cache") == first
    assert trims == [1, 1]


def test_a_check_that_crashes_fails_the_file_and_says_so(each, clean, monkeypatch):
    def crash(*_):
        raise ValueError("a bug")

    monkeypatch.setattr(Check, "prepare", crash)

    code, said, _ = each(write("a.jsonl", clean(3)), "--select", "SCH", "--no-cache")

    assert code == 1
    assert said[0] == "schema: CRASHED, its rules were not checked: ValueError: a bug"
    assert said[1].startswith("a.jsonl: failed: not checked: schema; ")


@pytest.mark.parametrize(
    "options",
    [
        ("--data-set", "x"),
        ("--min-score", "1"),
        ("--require", "length"),
        ("--write-baseline",),
        ("--prune-baseline",),
        ("--add-ignore", "DUP001", "--reason", "x"),
        ("--output", "json=r.json"),
        ("--report", "r.html"),
        ("--output-format", "json"),
        ("--statistics",),
    ],
)
def test_what_speaks_of_whole_data_sets_is_refused(each, clean, options):
    code, said, error = each(write("a.jsonl", clean(3)), *options)

    assert (code, said) == (2, [])
    assert f"{options[0]} is for whole data sets, and --each-file judges single files" in error
    assert not Path("r.json").exists()


def test_a_format_in_the_environment_is_not_meant_for_hooks(each, monkeypatch):
    monkeypatch.setenv("DSREADY_OUTPUT_FORMAT", "json")

    assert failed(*each(write("a.jsonl", BROKEN))[1]) == ["a.jsonl"]


def test_without_files_there_is_nothing_to_judge(each):
    code, _, error = each()

    assert code == 2
    assert "no file is named" in error


def test_a_missing_file_or_evaluation_set_is_told(each, clean):
    assert each("gone.jsonl")[0] == 2
    code, _, error = each(write("a.jsonl", clean(3)), "--eval", "gone.jsonl")
    assert code == 2
    assert "gone.jsonl does not exist" in error


def test_the_configuration_is_named_on_demand(each, clean):
    write("dsready.toml", b"")

    code, _, error = each(write("a.jsonl", clean(3)), "-v")

    assert code == 0
    assert "configuration: " in error
    assert "dsready.toml; " in error


def test_a_hostile_name_gives_no_orders(each):
    name = write("\x1b[31m::error::\n::set-output name=x::y.jsonl", BROKEN)

    said = each(name)[1]

    assert all("\x1b" not in line and not line.startswith("::") for line in said)
    assert failed(*said) == ["␛[31m::error::⏎::set-output name=x::y.jsonl"]


def test_parts_are_told_apart_by_their_settings(clean, tmp_path):
    path = Path(write(str(tmp_path / "a.jsonl"), clean(3)))

    whole, part = (api.run((str(path),), (), api.Config(), part=part) for part in (False, True))

    assert {"CNT001", "LEK007"} <= {found.rule for found in whole.findings}
    assert part.settings["part"]
    assert not part.findings


@pytest.fixture
def fast(monkeypatch):
    monkeypatch.setattr(judging, "FAST", 2000)


@pytest.mark.usefixtures("fast")
def test_on_demand_only_the_beginning_of_each_file_is_looked_at_and_it_says_so(each, clean):
    kept = lines(clean(6))
    assert 1500 < len(kept) < 2000
    name = write("a.jsonl", kept + b'{"text": "' + b"x" * 600 + b'"}\n' + BROKEN)
    small = write("b.jsonl", clean(1))

    assert each(name, small, "--fast") == (0, [f"a.jsonl: only the first {len(kept) / 1e6:.1f} MB were looked at"], "")
    assert each(name, small, "--fast", "-q") == (0, [], "")
    assert each(name, small)[0] == 1


@pytest.mark.usefixtures("fast")
def test_defects_at_the_beginning_and_long_evaluation_files_are_found_and_told_too(each, clean):
    name = write("a.jsonl", BROKEN + lines(clean(20)))
    write("eval.jsonl", clean(20, seed=1))

    code, said, _ = each(name, "--eval", "eval.jsonl", "--fast")

    assert code == 1
    assert [line.partition(": ")[0] for line in said[:2]] == ["a.jsonl", "eval.jsonl"]
    assert said[2].startswith("a.jsonl:1:20: FMT001")
    assert each(name, "--eval", "eval.jsonl", "--fast", "-j2") == (code, said, "")


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("content", [b'{"prompt": "' + b"x" * 3000 + b'", "completion": "y"}\n', b"packed", b"pretty"])
def test_where_no_line_ends_or_a_record_has_many_the_whole_file_is_looked_at(each, clean, content):
    records = clean(20)
    whole = {
        b"packed": gzip.compress(lines(records), mtime=0),
        b"pretty": orjson.dumps(records, option=orjson.OPT_INDENT_2),
    }
    code, said, _ = each(write("a.jsonl", whole.get(content, content)), "--fast", "--ignore", "FMT006")

    assert code == 0
    assert len(said) == (content == b"packed")  # which is cut when it is unpacked


def test_fast_is_for_single_files(capsys):
    with pytest.raises(SystemExit) as end:
        run(["lint", "--fast", "a.jsonl"])

    assert end.value.code == 2
    assert "--fast goes with --each-file" in capsys.readouterr().err
