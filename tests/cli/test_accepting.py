from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from dsready import registry
from dsready.output import Look, render
from dsready.output.here import repository_paths, today

LOAD = registry.load


@pytest.fixture(autouse=True)
def _the_real_checks(monkeypatch, _clean):
    monkeypatch.setattr(registry, "load", LOAD)
    row = {"messages": [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": ""}]}
    Path("train.jsonl").write_text(json.dumps(row) + "\n")
    Path("dsready.toml").write_text('lint.select = ["length", "suppressions"]\npaths = ["train.jsonl"]\n')


def test_a_baseline_is_written_and_then_taken(cli):
    first = cli("lint")
    wrote = cli("lint", "--write-baseline")
    after = cli("lint")

    assert (first.code, wrote.code, after.code) == (1, 1, 1)  # a set of one record is not ready
    assert wrote.err.endswith(
        "wrote dsready-baseline.json: commit it, and what it accepts fails no run\n"
        "hint: what is accepted still counts in the score, which is 0; gate.min-score asks for >= 70\n"
    )
    assert "LEN004" in first.out
    assert "LEN004" not in after.out
    assert "LEN004" in cli("lint", "--no-baseline").out


def test_a_baseline_can_be_pruned(cli):
    cli("lint", "--write-baseline")
    Path("train.jsonl").write_text('{"prompt": "Who is there?", "completion": "Nobody, as always."}\n')

    assert "DSR001" in cli("lint").out
    assert "wrote dsready-baseline.json without 1 that nothing needs" in cli("lint", "--prune-baseline").err
    assert "dsready-baseline.json is as it was" in cli("lint", "--prune-baseline").err
    assert "DSR001" not in cli("lint").out
    assert json.loads(Path("dsready-baseline.json").read_bytes())["records"] == {}


def test_findings_are_ignored_with_a_reason(cli):
    added = cli("lint", "--add-ignore", "LEN004", "--reason", "it is meant")

    assert "added 1 line to dsready-ignore.txt" in added.err
    assert Path("dsready-ignore.txt").read_text().endswith(" LEN004  # it is meant\n")
    assert "LEN004" not in cli("lint").out
    assert "LEN004" in cli("lint", "--no-ignores").out
    assert "nothing to ignore: " in cli("lint", "--add-ignore", "LEN004", "--reason", "it is meant").err


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["--add-ignore", "LEN004"], "--add-ignore needs a --reason"),
        (["--include-blockers"], "--include-blockers says what goes into a baseline"),
        (["--write-baseline", "--since", "HEAD"], "--write-baseline accepts all findings"),
        (["--write-baseline", "--no-baseline"], "--no-baseline leaves no baseline to write"),
        (["--prune-baseline"], "there is no baseline to prune"),
        (["--baseline", "nowhere.json"], "cannot read the baseline nowhere.json"),
        (["--output", "json=train.jsonl"], "would overwrite the training data"),
        (["--since", "HEAD"], "git"),
    ],
)
def test_what_makes_no_sense_is_an_error(cli, args, what):
    result = cli("lint", *args)

    assert result.code == 2
    assert what in result.err


def test_an_output_does_not_overwrite_what_accepts(cli):
    cli("lint", "--write-baseline")

    result = cli("lint", "--output", "json=dsready-baseline.json")
    assert (result.code, "would overwrite the baseline" in result.err) == (2, True)


def test_several_data_sets_make_several_reports(cli):
    Path("dsready.toml").write_text(
        'lint.select = ["length"]\n[[dataset]]\nname = "a"\npaths = ["train.jsonl"]\n'
        '[[dataset]]\nname = "b"\npaths = ["train.jsonl"]\n'
    )
    result = cli("lint", "--output", "json=result.json", "--output-format", "concise")

    assert [line.partition(": ")[0] for line in result.out.splitlines() if "readiness" in line] == ["a", "b"]
    saved = json.loads(Path("result.json").read_bytes())
    assert [report["name"] for report in saved["reports"]] == ["a", "b"]
    assert cli("lint", "--data-set", "b", "--statistics").out.startswith("b:\n")
    assert cli("report", "result.json", "--statistics").out.startswith("a:\n")
    assert cli("score", "result.json").out.startswith("Data set a\n100.0  start\n")
    assert cli("lint", "--data-set", "c").code == 2


def test_a_data_set_without_paths_is_named(cli):
    Path("dsready.toml").write_text('[[dataset]]\nname = "a"\n')

    assert "the data set a has no paths" in cli("lint").err


def test_every_file_can_be_judged_by_itself(cli):
    Path("good.jsonl").write_text('{"prompt": "Who is there?", "completion": "Nobody, as always."}\n')
    Path("pointer.jsonl").write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 5\n")
    Path("dsready.toml").write_text('exclude = ["raw/*"]\n')

    assert cli("lint", "--each-file", "good.jsonl").code == 0
    assert cli("lint", "--each-file", "raw/gone.jsonl").code == 0
    assert cli("lint", "--each-file", "pointer.jsonl").code == 0
    result = cli("lint", "--each-file", "good.jsonl", "train.jsonl")
    assert result.code == 1
    assert "train.jsonl:1:1: LEN004" in result.out
    assert "good.jsonl" not in result.out


def test_a_saved_result_is_shown_again_with_its_exit_code(cli):
    cli("lint", "--output", "json=result.json", "-qq")
    full = cli("lint")
    again = cli("report", "result.json")

    assert (again.out, again.code) == (full.out, full.code)
    assert cli("report", "result.json", "-e").code == 0
    assert cli("report", "result.json", "-qq").out == ""
    assert cli("report", "nowhere.json").code == 2
    Path("other.json").write_text('{"a": 1}')
    assert "is no result of this version of dsready" in cli("report", "other.json").err
    assert "would overwrite the result" in cli("report", "result.json", "--output", "json=result.json").err


def test_a_result_of_an_older_version_fails_if_it_is_not_ready(cli):
    cli("lint", "--output", "json=result.json", "-qq")
    saved = json.loads(Path("result.json").read_bytes())
    for key in ("failure", "rules", "name"):
        del saved[key]
    Path("result.json").write_text(json.dumps(saved))

    assert cli("report", "result.json").code == 1


@pytest.mark.parametrize(("epoch", "date"), [("86400", "1970-01-02"), ("x", ""), ("9" * 30, "")])
def test_builds_that_must_be_reproduced_have_their_date(monkeypatch, epoch, date):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert today() == date or (not date and today() > "2024")


def test_paths_are_known_from_the_root_of_the_repository(tmp_path, monkeypatch, passing):
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path / "data")
    Path("train.jsonl").touch()
    file = passing.inputs[0]
    Path("link.jsonl").symlink_to("/elsewhere/x.jsonl")
    eval_ = str(tmp_path / "data" / "eval.jsonl")
    names = ["train.jsonl", eval_, "<stdin>", "/elsewhere/x.jsonl", "../../x.jsonl", "../data/link.jsonl"]
    report = passing.model_copy(
        update={"inputs": tuple(file.model_copy(update={"path": name}) for name in names), "findings": ()}
    )

    assert repository_paths([report]) == {
        "train.jsonl": "data/train.jsonl",
        eval_: "data/eval.jsonl",
        "../../x.jsonl": (tmp_path.parent / "x.jsonl").as_posix(),
        "../data/link.jsonl": "data/link.jsonl",
    }
    assert render(report, "sarif", Look(paths=repository_paths([report]))).count(b'"uri": "file:///') == 2


def test_the_settings_of_several_data_sets_are_shown_as_they_may_be_written(cli):
    said = (
        '[lint.per-file-ignores]\n"data/*.jsonl" = ["LEN004"]\n'
        '[[dataset]]\nname = "a"\npaths = ["train.jsonl"]\ngate = { min-score = 10 }\n[[dataset]]\nname = "b"\n'
    )
    Path("dsready.toml").write_text(said)
    shown = cli("config", "show").out

    held = tomllib.loads(shown)
    assert held["dataset"] == [{"name": "a", "paths": ["train.jsonl"], "gate": {"min-score": 10}}, {"name": "b"}]
    assert held["lint"]["per-file-ignores"] == {"data/*.jsonl": ["LEN004"]}
    Path("again.toml").write_text(shown)
    assert cli("config", "show", "--config", "again.toml").out.splitlines()[1:] == shown.splitlines()[1:]


def test_which_files_are_not_what_they_seem_is_pointed_out(cli):
    row = '{"prompt": "Who is there?", "completion": "Nobody, as always."}\n'
    for name in ("eval.jsonl", "more.jsonl"):
        Path(name).write_text(row)
    named = ("train.jsonl", "eval.jsonl", "more.jsonl")

    hint = "hint: eval.jsonl seems to be for evaluation, and counts as training data: see --eval\n"
    assert cli("lint", *named).err == hint
    assert cli("lint", *named, "-q").err == ""
    assert cli("lint", "eval.jsonl").err == ""  # whoever names one file knows it
    left = "eval.jsonl is for evaluation, and left out of the training data\n"
    assert cli("lint", *named, "--eval", "eval.jsonl").err == left
    assert cli("lint", ".", "--eval", "eval.jsonl").err == ""

    Path("dsready.toml").write_text('eval = ["eval.jsonl"]\n')
    assert cli("lint", ".").err == left  # the configuration said it, maybe long ago
    alone = "eval.jsonl is for evaluation, and judged as training data: nothing else is named\n"
    assert cli("lint", "eval.jsonl").err == alone
    Path("dsready.toml").write_text('paths = ["."]\neval = ["eval.jsonl"]\n')
    assert cli("lint").err == ""


def test_what_several_data_sets_are_evaluated_by_is_pointed_out_and_not_trained_on(cli):
    row = '{"prompt": "Who is there?", "completion": "Nobody, as always."}\n'
    tables = ""
    for name in ("a", "b"):
        Path(name).mkdir()
        for part in ("train", "eval"):
            Path(name, f"{part}.jsonl").write_text(row)
        tables += f'[[dataset]]\nname = "{name}"\npaths = ["{name}/train.jsonl"]\neval = ["{name}/eval.jsonl"]\n'
    Path("dsready.toml").write_text(tables)
    result = cli("lint", "a", "b", "--output-format", "json")

    assert result.err == "a/eval.jsonl and 1 more file are for evaluation, and left out of the training data\n"
    assert [(file["path"], file["role"]) for file in json.loads(result.out)["inputs"]] == [
        ("a/train.jsonl", "train"),
        ("b/train.jsonl", "train"),
        ("a/eval.jsonl", "eval"),
        ("b/eval.jsonl", "eval"),
    ]
