"""What stands in front of a training job gets: an error that says all a log must say, and numbers to plot."""

from __future__ import annotations

import hashlib
import json
import pickle
import traceback
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from pydantic import ValidationError

import dsready
from dsready import api
from dsready.accepting import Acceptance, Wishes
from dsready.config import read
from dsready.errors import ConfigError, DatasetNotReadyError
from dsready.model import Report, Reports

REPORTS = Path(__file__).parent / "output"


@pytest.fixture
def failing():
    """A report with blockers, a crash and a skipped check."""
    return Report.model_validate_json((REPORTS / "failing.json").read_bytes())


def refused(report):
    with pytest.raises(DatasetNotReadyError) as caught:
        report.raise_if_not_ready()
    return caught.value


def test_a_report_that_is_ready_comes_back(linted, clean):
    report = linted(clean(600), clean(60, 1))

    assert report.raise_if_not_ready() is report


def test_the_error_says_what_failed_and_where(linted, clean):
    rows = clean(600)
    broken = [*rows, "no record", "nor this"]

    error = refused(linted(broken, [*clean(60, 1), rows[3]]))

    first, *gates, text, leak, sums = str(error).splitlines()
    assert first == "the data set did not pass its gate: readiness 49 / 100, not ready"
    assert gates == [
        "  gate failed: score: required >= 70, found 49",
        "  gate failed: blockers: required none, found FMT002 (2), LEK001 (1)",
    ]
    assert text.startswith("  FMT002 not-an-object: ")
    assert "train.jsonl:601: " in text
    assert leak.startswith("  LEK001 exact-leak: ")
    assert "eval.jsonl:61: same prompt as " in leak
    assert sums == "  in all: errors 3, warnings 0, records 602"


def test_the_error_names_what_crashed(failing):
    assert "\n  duplicates crashed: ZeroDivisionError" in str(refused(failing))


def test_the_error_gives_orders_to_nobody(tmp_path):
    evil = tmp_path / "##[error]\x1b[31m\n::stop-commands::x.jsonl"
    evil.write_text('{"prompt": "##[group]\\u001b]0;title\\u0007", "##[x]\\n::error::": 1\n')

    said = str(refused(dsready.lint(evil, config={})))

    assert "##[" not in said
    assert all(line.isprintable() for line in said.splitlines())
    assert not any(line.lstrip().startswith("::") for line in said.splitlines())


def test_a_finding_without_a_place_is_told_without_one(linted, clean):
    assert "\n  CNT001 below-floor: 5 effective examples" in str(refused(linted(clean(5), clean(60, 1))))


def test_the_error_survives_the_way_from_another_process(failing):
    error = refused(failing)

    back = pickle.loads(pickle.dumps(error))  # noqa: S301  (our own)

    assert (type(back), str(back), back.report) == (DatasetNotReadyError, str(error), failing)


def test_a_traceback_shows_the_hint():
    with pytest.raises(ConfigError) as caught:
        dsready.lint(7)  # type: ignore[arg-type]

    lines = traceback.format_exception(caught.value)
    assert [line.strip() for line in lines[-2:]] == [
        "dsready.errors.ConfigError: no data set: int",
        "hint: give a path, a list of paths, or a list of records (dicts)",
    ]


def test_metrics_are_the_score_its_parts_and_the_counts(linted, clean):
    report = linted(clean(600))

    metrics = report.metrics()

    assert metrics["score"] == report.score
    assert (metrics["records"], metrics["effective"], metrics["errors"]) == (600, report.summary.effective, 0)
    assert metrics["warnings"] == report.summary.warnings
    parts = {part.id: part.score for part in report.dimensions}
    assert parts["evaluation"] is None
    assert "evaluation" not in metrics
    assert metrics["uniqueness"] == parts["uniqueness"]
    assert all(isinstance(value, int | float) for value in metrics.values())


def test_what_fails_the_command_fails_the_job(linted, clean):
    empty = {"messages": [{"role": "user", "content": "Who is it?"}, {"role": "assistant", "content": ""}]}
    rows = [*clean(600), empty]

    report = linted(rows, clean(60, 1))
    assert (report.ready, report.failed) == (True, True)
    assert "\n  failed: 1 finding of level error (fail-on is error)\n" in str(refused(report))
    assert linted(rows, clean(60, 1), **{"lint.fail-on": "never"}).raise_if_not_ready()


SETS = """
[[dataset]]
name = "a"
paths = ["a.jsonl"]
eval = ["held.jsonl"]

[[dataset]]
name = "b"
paths = ["b.jsonl"]
"""


@pytest.fixture
def several(tmp_path, monkeypatch, clean):
    """Two data sets, of which one leaks."""
    monkeypatch.chdir(tmp_path)
    rows = clean(600)
    for name, content in (("a", rows), ("b", rows), ("held", [*clean(55, 1), rows[5]])):
        Path(f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in content))
    Path("dsready.toml").write_text(SETS)
    return rows


@pytest.mark.usefixtures("several")
def test_files_of_a_data_set_are_judged_as_it_is():
    assert dsready.lint("a.jsonl").summary.by_rule["LEK001"] == 1
    assert "LEK001" not in dsready.lint("b.jsonl").summary.by_rule


def test_records_in_memory_are_of_the_data_set_that_is_named(several):
    assert dsready.lint(several, data_set="a").summary.by_rule["LEK001"] == 1
    with pytest.raises(ConfigError, match="several data sets") as error:
        dsready.lint(several)
    assert error.value.hint == "say which one it is: data_set='a', 'b'"
    with pytest.raises(ConfigError, match="no data set is called 'c'"):
        dsready.lint(several, data_set="c")


def exact(records):
    return dsready.lint(records, config={}, select=["DUP001", "FMT"]).summary.by_rule


def test_of_an_array_every_value_counts():
    long = [{"ids": np.r_[np.arange(2000), number, np.arange(2000)]} for number in range(5)]

    assert exact(long) == {}
    assert exact([*long, long[0]]) == {"DUP001": 1}


def test_sets_are_the_same_in_every_run():
    record = {"tags": {"a", "b", "c", "d", "e"}, "more": frozenset((3, 1, 2))}
    report = dsready.lint([record], config={}, select=["FMT"])
    lines = b'{"tags":["a","b","c","d","e"],"more":[1,2,3]}\n'

    assert report.inputs[0].sha256 == hashlib.sha256(lines).hexdigest()


def test_a_wrong_key_is_told_where_it_was_given(clean):
    with pytest.raises(dsready.ConfigError, match=r"^config: unknown key 'gaol'"):
        dsready.lint(clean(3), config={"gaol": "style"})


def test_any_mapping_is_a_record(clean):
    assert exact([MappingProxyType(row) for row in clean(5)]) == {}


def test_what_is_not_a_number_is_a_finding_as_it_is_in_a_file():
    assert exact([{"w": float("nan")}, {"w": None}, {"w": None, 1: 2}]) == {"FMT001": 1}


def test_a_value_that_has_no_words_is_named():
    class Bad:
        def __str__(self):
            raise KeyError(1)

    with pytest.raises(ConfigError, match="record 2 cannot be written as JSON"):
        dsready.lint([{"a": 1}, {"a": Bad()}], config={})


@pytest.mark.parametrize("data", [b"train.jsonl", bytearray(b"x")])
def test_bytes_are_no_data_set(data):
    with pytest.raises(ConfigError, match="no data set: byte"):
        dsready.lint(data)


def test_somebody_must_work():
    with pytest.raises(ConfigError, match="jobs=0"):
        dsready.lint([{"a": 1}], jobs=0)


def test_a_result_without_a_report_is_none():
    with pytest.raises(ValidationError):
        Reports.model_validate({"reports": []})


def test_a_baseline_beside_the_configuration_is_taken_wherever_the_job_runs(tmp_path, monkeypatch, clean):
    empty = {"messages": [{"role": "user", "content": "Who is it?"}, {"role": "assistant", "content": ""}]}
    rows = [*clean(600), empty]
    (tmp_path / "data").mkdir()
    for name, content in (("train", rows), ("eval", clean(60, 1))):
        (tmp_path / "data" / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in content))
    (tmp_path / "dsready.toml").write_text('goal = "general"\n')
    monkeypatch.chdir(tmp_path)
    config = read(Path("dsready.toml"))
    acceptance = Acceptance(config, Wishes(writes=True))
    api.run(["data/train.jsonl"], ["data/eval.jsonl"], config, acceptance=acceptance)
    acceptance.save()

    monkeypatch.chdir(tmp_path / "data")
    report = dsready.lint("train.jsonl", eval="eval.jsonl").raise_if_not_ready()
    assert report.summary.suppressed == 1


@pytest.mark.usefixtures("several")
def test_an_evaluation_file_by_itself_is_judged_as_the_command_does():
    report = dsready.lint("held.jsonl", config={"eval": ["held.jsonl"]})

    assert [file.role for file in report.inputs] == ["train"]
    assert "LEK001" not in report.summary.by_rule
    named = dsready.lint(["a.jsonl", "held.jsonl"], eval="held.jsonl", config={})
    assert [file.role for file in named.inputs] == ["train", "eval"]


def test_a_table_is_told_to_give_its_rows():
    class DataFrame(list):  # its members are the names of its columns, which could be paths
        columns = ("prompt", "completion")

    with pytest.raises(ConfigError, match="no data set: DataFrame") as error:
        dsready.lint(DataFrame(DataFrame.columns))

    assert "to_dict('records')" in error.value.hint
