"""`dsready report`: what it spares, where it is called, and what it says of a file that is no result."""

from __future__ import annotations

import io
import json
from pathlib import Path

import orjson
import pytest


@pytest.fixture
def result(passing, monkeypatch):
    """A saved result in the folder `sets`, with the files it names beside it; the folder is the working directory."""
    Path("sets/data").mkdir(parents=True)
    monkeypatch.chdir("sets")
    for file in passing.inputs:
        Path(file.path).write_bytes(b"precious")
    passing.to_json("result.json")
    return "result.json"


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("data/train.jsonl", "the training data"),
        ("./data/../data/eval.jsonl", "the evaluation data"),
        ("link", "the training data"),
        ("result.json", "the result"),
    ],
)
def test_neither_the_data_nor_the_result_is_written_over(cli, result, target, what):
    Path("link").symlink_to("data/train.jsonl")
    before = Path(target).read_bytes()
    shown = cli("report", result, "--output", f"json={target}")

    assert (shown.code, shown.out) == (2, "")
    assert f"would overwrite {what}" in shown.err
    assert Path(target).read_bytes() == before


def test_a_data_file_that_is_gone_is_in_nobodys_way(cli, result):
    Path("data/eval.jsonl").unlink()

    assert cli("report", result, "--output", "json=data/eval.jsonl").code == 0


def test_elsewhere_the_names_stay_and_that_is_said(cli, result, monkeypatch):
    monkeypatch.chdir("data")
    shown = cli("report", f"../{result}", "--output-format", "gitlab")

    assert shown.err == (
        "no file that ../result.json names is here: they are called as they were where it was written\n"
    )
    assert {item["location"]["path"] for item in json.loads(shown.out)} == {"data/train.jsonl"}
    assert cli("report", f"../{result}", "-q").err == ""


def test_where_the_data_is_its_names_are_those_of_the_repository(cli, result):
    shown = cli("report", result, "--output-format", "gitlab")

    assert shown.err == ""
    assert {item["location"]["path"] for item in json.loads(shown.out)} == {"sets/data/train.jsonl"}


def test_standard_input_is_nowhere_and_not_missed(cli, passing):
    inputs = tuple(file.model_copy(update={"path": "<stdin>"}) for file in passing.inputs)
    passing.model_copy(update={"inputs": inputs}).to_json("result.json")

    assert cli("report", "result.json").err == ""


def test_the_exit_code_is_that_of_the_run_but_for_exit_zero(cli, failing):
    failing.to_json("result.json")

    assert cli("report", "result.json").code == 1
    assert cli("report", "result.json", "--exit-zero").code == 0
    assert "With --exit-zero it is 0." in cli("report", "--help").out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"schema_version": 1, "reports": [{"tool": 1}]}', "is no result of this version of dsready: reports.0.tool"),
        ('{"tool": 1}', "is no result of this version of dsready: tool"),
        ('{"reports": []}', "is no result of this version of dsready: reports: Tuple should have at least 1 item"),
        ("[]", "is no result of this version of dsready"),
        ("{", "is no result of this version of dsready: Invalid JSON: "),
    ],
)
def test_of_a_broken_result_it_is_said_what_is_wrong_with_it(cli, content, said):
    Path("other.json").write_text(content)
    shown = cli("report", "other.json", "--output", "markdown=summary.md")

    assert shown.code == 2
    assert f"other.json {said}" in shown.err
    assert not Path("summary.md").exists()


def test_places_that_no_file_has_are_no_result(cli, passing):
    whole = passing.to_dict()
    whole["findings"][0]["location"]["line"] = -3
    Path("other.json").write_text(json.dumps(whole))

    shown = cli("report", "other.json", "--output", "sarif=out.sarif")

    assert (shown.code, Path("out.sarif").exists()) == (2, False)
    assert "findings.0.location.line: Input should be greater than or equal to 1" in shown.err


def test_a_result_may_come_from_standard_input(cli, failing, monkeypatch):
    for command, said in (("report", "Readiness 49 / 100"), ("score", "not ready (rounded down")):
        content = orjson.dumps(failing.to_dict())
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

        assert said in cli(command, "-").out


def test_standard_input_that_is_no_result_is_named(cli, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"{}")))

    assert cli("report", "-").err.startswith("error: standard input is no result of this version of dsready")
