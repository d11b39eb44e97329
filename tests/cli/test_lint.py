from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import get_args

import pytest

from dsready.cli import lint, terminal
from dsready.config import Config, FailOn
from dsready.dataset.settings import Goal
from dsready.errors import ConfigError, InputError, WorkerError
from dsready.model import Dimension, Severity


def counted(report, **counts):
    return report.model_copy(update={"summary": report.summary.model_copy(update=counts)})


@pytest.mark.usefixtures("engine")
def test_the_full_report_goes_to_standard_output(cli):
    result = cli("lint", "data/train.jsonl")

    assert result.code == 0
    assert result.out == (Path(__file__).parent.parent / "output" / "passing-full.txt").read_text("utf-8")
    assert result.err == ""


def test_every_option_reaches_the_configuration(cli, engine):
    cli(
        *("lint", "a.jsonl", "b.jsonl", "--eval", "e.jsonl", "--eval", "f.jsonl", "--exclude", "raw/*"),
        *(
            "--format",
            "openai-chat",
            "--goal",
            "style",
            "--tokenizer",
            "tiktoken:o200k_base",
            "--context-length",
            "4096",
        ),
        *("--select", "DUP, LEN001", "--select", "FMT", "--ignore", "DUP001", "--level", "DUP002=info"),
        *("--min-score", "80", "--fail-on", "never", "--max-warnings", "5", "--require", "evaluation"),
        *("--max-examples", "0", "--jobs", "3", "--stdin-filename", "x.jsonl"),
    )

    assert engine.asked["config"] == Config.model_validate(
        {
            "paths": ["a.jsonl", "b.jsonl"],
            "eval": ["e.jsonl", "f.jsonl"],
            "exclude": ["raw/*"],
            "format": "openai-chat",
            "goal": "style",
            "tokenizer": "tiktoken:o200k_base",
            "context-length": 4096,
            "lint": {
                "select": ["DUP", "LEN001", "FMT"],
                "ignore": ["DUP001"],
                "levels": {"DUP002": "info"},
                "fail-on": "never",
                "max-warnings": 5,
                "max-examples": 0,
            },
            "gate": {"min-score": 80, "require": ["evaluation"]},
        }
    )
    assert engine.asked["paths"] == ("a.jsonl", "b.jsonl")
    assert engine.asked["evals"] == ("e.jsonl", "f.jsonl")
    assert engine.asked["jobs"] == 3
    assert engine.asked["stdin_name"] == "x.jsonl"


def test_the_choices_are_those_of_the_models():
    assert get_args(Goal) == lint.GOALS
    assert get_args(Dimension) == lint.DIMENSIONS
    assert tuple(Severity) == lint.LEVELS
    assert get_args(FailOn) == (*lint.LEVELS, "never")


def test_the_configuration_names_the_data(cli, engine):
    Path("dsready.toml").write_text('paths = ["train.jsonl"]\neval = ["eval.jsonl"]\n')

    assert cli("lint").code == 0
    assert engine.asked["paths"] == ("train.jsonl",)
    assert engine.asked["evals"] == ("eval.jsonl",)


@pytest.mark.usefixtures("engine")
def test_no_data_is_an_error(cli):
    result = cli("lint")

    assert result.code == 2
    assert result.err == (
        "error: no data set is named\nhint: dsready lint train.jsonl, or paths = [...] in dsready.toml\n"
    )


@pytest.mark.parametrize(
    ("counts", "args", "code"),
    [
        ({}, [], 0),
        ({"errors": 1}, [], 1),
        ({"errors": 1}, ["--exit-zero"], 0),
        ({"errors": 1}, ["--fail-on", "never"], 0),
        ({"warnings": 1}, [], 0),
        ({"warnings": 1}, ["--fail-on", "warning"], 1),
        ({"warnings": 0, "infos": 1}, ["--fail-on", "warning"], 0),
        ({"warnings": 0, "infos": 1}, ["--fail-on", "info"], 1),
        ({"warnings": 5}, ["--max-warnings", "5"], 0),
        ({"warnings": 6}, ["--max-warnings", "5"], 1),
        ({"ready": False}, ["--fail-on", "never"], 1),
        ({"ready": False}, ["-e"], 0),
    ],
)
def test_exit_codes_of_a_finished_lint(cli, engine, counts, args, code):
    engine.answer = counted(engine.answer, **counts)

    assert cli("lint", "a.jsonl", *args).code == code


def test_a_failure_the_report_does_not_show_is_explained(cli, engine, passing):
    engine.answer = counted(passing, errors=3)

    for form in ("full", "concise", "statistics"):
        result = cli("lint", "a", "--output-format", form)
        assert result.out.endswith("\nfailed: 3 findings of level error (fail-on is error)\n")
        assert result.out.count("failed:") == 1
        assert result.err == ""
    result = cli("lint", "a", "-q")
    assert (result.code, "failed: " in result.out, result.err) == (1, False, "")
    engine.answer = counted(passing, warnings=1)
    result = cli("lint", "a", "--max-warnings", "0")
    assert result.out.endswith("\nfailed: 1 warning (max-warnings is 0)\n")


def test_where_programs_read_a_failure_is_explained_beside_the_report(cli, engine, passing):
    engine.answer = counted(passing, errors=1)

    result = cli("lint", "a", "--output-format", "json")

    assert json.loads(result.out)["summary"]["errors"] == 1
    assert result.err == "failed: 1 finding of level error (fail-on is error)\n"


def test_a_failure_that_does_not_count_is_told_all_the_same(cli, engine, passing):
    engine.answer = counted(passing, errors=3)

    result = cli("lint", "a", "-e")

    assert result.code == 0
    assert result.out.endswith("\nwould fail: 3 findings of level error (fail-on is error)\n")


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (ConfigError("no such goal", "try another"), 2, "error: no such goal\nhint: try another\n"),
        (InputError("no file\x1b[2J"), 2, "error: no file␛[2J\n"),
        (WorkerError("a worker died", "give it memory"), 2, "error: a worker died\nhint: give it memory\n"),
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
    ],
)
def test_errors_are_three_lines_at_most(cli, engine, error, code, told):
    engine.answer = error

    result = cli("lint", "a.jsonl", "--exit-zero")

    assert (result.code, result.out, result.err) == (code, "", told)


def test_a_bug_shows_its_traceback_and_asks_for_a_report(cli, engine):
    engine.answer = ValueError("\x1b[2J##[add-mask]x")

    result = cli("lint", "a.jsonl", "--exit-zero")

    assert result.code == 101
    assert result.err.startswith("Traceback (most recent call last):\n")
    assert "ValueError: ␛[2J##\\u005badd-mask]x\n" in result.err
    assert result.err.endswith(
        "error: this is a bug in dsready\nhint: please report it, with the lines above and those of dsready version\n"
    )


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--selct", "DUP"], "error: No such option '--selct'"),
        (["--level", "DUP002=off"], "'DUP002=off' is not CODE=LEVEL with one of error, warning, info."),
        (["--output", "jsn=a.json"], "'jsn=a.json' is not FORMAT=PATH with one of full, concise"),
        (["--output", "json"], "'json' is not FORMAT=PATH"),
        (["--output", "json=no/such/a.json"], "'no/such/a.json' cannot be written"),
        (["--output", "json=."], "'.' cannot be written"),
        (
            ["--config", "gate.min-score = 'high'"],
            "error: --config: 'gate.min-score' should be a valid integer, not 'high'",
        ),
        (["--config", "goal = style"], "error: --config goal = style: Invalid value"),
        (["--config", "a.toml", "--config", "b.toml"], "error: --config: two files are given, a.toml and b.toml"),
        (["--config", "a.toml", "--isolated"], "error: --isolated reads no configuration file"),
        (["--config", "a.toml"], "error: cannot read a.toml: No such file or directory"),
    ],
)
def test_a_mistake_on_the_command_line_is_told(cli, engine, args, told):
    result = cli("lint", "a.jsonl", *args)

    assert result.code == 2
    assert told in result.err
    assert result.err.count("\n") <= 2
    assert engine.asked == {}


def test_the_command_line_weighs_more_than_the_file(cli, engine):
    Path("dsready.toml").write_text('goal = "style"\n[gate]\nmin-score = 60\nrequire = ["volume"]\n')

    cli("lint", "a.jsonl", "--min-score", "80", "--config", "lint.max-examples = 9")

    config = engine.asked["config"]
    assert (config.goal, config.gate.min_score, config.gate.require) == ("style", 80, ("volume",))
    assert config.lint.max_examples == 9


def test_the_environment_can_name_the_configuration(cli, engine, monkeypatch):
    Path("other file.toml").write_text('goal = "format"\n')
    monkeypatch.setenv("DSREADY_CONFIG", "other file.toml")

    cli("lint", "a.jsonl")
    assert engine.asked["config"].goal == "format"

    cli("lint", "a.jsonl", "--isolated")
    assert engine.asked["config"].goal == "general"

    monkeypatch.setenv("DSREADY_CONFIG", "")
    assert cli("lint", "a.jsonl").code == 0
    assert engine.asked["config"].goal == "general"


@pytest.mark.usefixtures("engine")
def test_verbose_names_the_configuration_and_the_time(cli):
    assert cli("lint", "a", "-v").err.startswith("configuration: none; 0.")
    Path("dsready.toml").touch()
    assert "dsready.toml; 0." in cli("lint", "a", "-v").err


@pytest.mark.usefixtures("engine")
def test_several_outputs_come_from_one_run(cli):
    Path("a").touch()
    result = cli("lint", "a", "--output", "json=r.json", "--output", "concise=r.txt", "-qq")

    assert (result.code, result.out) == (0, "")
    assert json.loads(Path("r.json").read_bytes())["summary"]["score"] == 87
    assert Path("r.txt").read_text("utf-8").startswith("data/train.jsonl:9041:1: DUP002 ")


@pytest.mark.usefixtures("engine")
def test_the_format_of_standard_output(cli, monkeypatch):
    assert cli("lint", "a", "--statistics").out.startswith("74\tDUP002 near-duplicate\n")
    assert json.loads(cli("lint", "a", "--output-format", "json").out)["schema_version"] == 1
    monkeypatch.setenv("PRE_COMMIT", "1")
    hooked = cli("lint", "a").out
    assert hooked.startswith("data/train.jsonl:9041:1: ")
    assert (hooked.count("DUP002"), "+ 71 more (--max-examples 0 shows all)" in hooked) == (3, True)
    assert cli("lint", "a", "--output-format", "concise").out.count("DUP002") == 4
    assert cli("lint", "a", "--max-examples", "1").out.count("DUP002") == 1
    monkeypatch.setenv("DSREADY_OUTPUT_FORMAT", "json-lines")
    assert cli("lint", "a").out.startswith('{"type":"finding"')
    assert cli("lint", "a", "--output-format", "full").out.startswith("DUP002 near-duplicate  warning")


class Stream(io.StringIO):
    """A stream that may be a terminal."""

    def __init__(self, terminal: bool = True) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    ("wish", "environment", "is_terminal", "colored"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"CLICOLOR_FORCE": "1", "TERM": "dumb"}, False, True),
        ("auto", {"TERM": "dumb"}, True, False),
    ],
)
def test_who_decides_on_colour(monkeypatch, wish, environment, is_terminal, colored):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert terminal.colored(Stream(is_terminal), wish) is colored


@pytest.mark.usefixtures("engine")
def test_colour_on_demand(cli):
    assert "\x1b[33m" in cli("lint", "a", "--color", "always").out
    assert "\x1b" not in cli("lint", "a").out


def test_a_stream_that_cannot_say_it_gets_ascii(cli, engine, passing, monkeypatch):
    finding = passing.findings[0].model_copy(update={"message": "naïve…"})
    engine.answer = passing.model_copy(update={"findings": (finding,)})

    assert "naïve…" in cli("lint", "a").out
    assert r"na\xefve..." in cli("lint", "a", "--ascii").out
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "cp1252"))
    assert terminal.look().ascii


@pytest.fixture
def progress_on(monkeypatch):
    """Return what a progress bar writes to a stream after so many seconds."""

    def written(stream: Stream, seconds: float, *, wanted: bool = True) -> str:
        monkeypatch.setattr(sys, "stderr", stream)
        with terminal.Progress(wanted=wanted) as progress:
            progress._start -= seconds
            progress(50, 200)
            progress(200, 200)
        return stream.getvalue()

    return written


def test_progress_is_shown_to_people_who_wait(progress_on):
    assert "reading" in progress_on(Stream(), 1.0)
    assert "100%" in progress_on(Stream(), 1.0)
    assert progress_on(Stream(), 0.1) == ""
    assert progress_on(Stream(), 1.0, wanted=False) == ""
    assert progress_on(Stream(terminal=False), 1.0) == ""


@pytest.mark.parametrize("name", ["CI", "PRE_COMMIT"])
def test_progress_is_not_shown_where_nobody_watches(progress_on, monkeypatch, name):
    monkeypatch.setenv(name, "true")

    assert progress_on(Stream(), 1.0) == ""


def test_jobs_default_to_the_processors(cli, engine, monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    cli("lint", "a")
    assert engine.asked["jobs"] == 3

    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: 5)
    cli("lint", "a")
    assert engine.asked["jobs"] == 5
