"""The script behind the GitHub Action, in the environment of a runner; only pip is left out, but for one test."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.hooks.repository import ROOT
from tests.output.runner import orders

ACTION, SCRIPT = ROOT / "action.yml", ROOT / "action" / "run.py"

pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="the tree is not here, only the installed package")

BROKEN = b'{"prompt": "Where?"\n'
HOSTILE = "$(touch pwned) `touch pwned`; touch pwned\\\"'%0A::error::x"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("action_run", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Runner:
    """A working directory, and the environment that a runner gives to a step."""

    def __init__(self, script, folder: Path) -> None:
        self.script = script
        self.output, self.summary, self.temporary = (folder / name for name in ("output", "summary", "temporary"))
        self.temporary.mkdir()
        self.output.touch()
        self.asked: list[str] = []

    def environment(self, **inputs: str) -> dict[str, str]:
        return {
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.temporary),
            **{f"DSR_{name.upper()}": value for name, value in inputs.items()},
        }

    def step(self, **inputs: str) -> int:
        """Run the step with the dsready that these tests run with, where a real one installs it first."""

        def install(what: str, folder: Path) -> list[str]:
            assert not folder.exists()
            self.asked.append(what)
            return [sys.executable, "-m", "dsready"]

        return self.script.main(self.environment(**inputs), install)

    @property
    def outputs(self) -> dict[str, str]:
        """Read the outputs as the runner does."""
        found, text = {}, self.output.read_text("utf-8").splitlines()
        while text:
            name, _, end = text.pop(0).partition("<<")
            value = []
            while (line := text.pop(0)) != end:
                value.append(line)
            found[name] = "\n".join(value)
        return found


@pytest.fixture
def runner(script, tmp_path, monkeypatch):
    for name in ("DSREADY_OUTPUT_FORMAT", "DSREADY_CONFIG", "PRE_COMMIT"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return Runner(script, tmp_path)


@pytest.fixture
def data(clean, runner):  # noqa: ARG001  (in its working directory)
    """A configuration, and a data set that is ready."""
    files = {"train.jsonl": clean(600), "eval.jsonl": clean(60, 1)}
    for name, records in files.items():
        Path(name).write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
    Path("dsready.toml").write_text('paths = ["train.jsonl"]\neval = ["eval.jsonl"]\n')


@pytest.mark.usefixtures("data")
def test_without_inputs_the_configuration_is_linted_with_the_dsready_of_the_checkout(runner, capfd):
    code = runner.step()

    assert code == 0
    assert runner.asked == [str(ROOT)]
    outputs = runner.outputs
    result = json.loads(Path(outputs["json"]).read_bytes())
    summary = result["summary"]
    assert outputs == {
        "score": str(summary["score"]),
        "ready": "true",
        "errors": "0",
        "warnings": str(summary["warnings"]),
        "exit-code": "0",
        "json": str(Path(outputs["json"])),
    }
    assert runner.temporary in Path(outputs["json"]).parents
    assert runner.summary.read_text("utf-8").startswith("<!-- dsready:begin -->")
    assert f"Readiness {summary['score']} / 100" in capfd.readouterr().out


@pytest.mark.usefixtures("data")
def test_a_defect_is_annotated_and_told_in_the_outputs_and_the_code_goes_through(runner, capfd):
    with Path("train.jsonl").open("ab") as file:
        file.write(BROKEN)

    assert runner.step(sarif="dsready.sarif") == 1

    outputs = runner.outputs
    assert (outputs["ready"], outputs["errors"], outputs["exit-code"]) == ("false", "1", "1")
    assert outputs["score"] == "49"
    assert "::error file=train.jsonl,line=601,endLine=601,col=20,title=dsready (FMT001)::" in capfd.readouterr().out
    assert json.loads(Path("dsready.sarif").read_bytes())["runs"][0]["results"][0]["ruleId"] == "FMT001"
    assert "FMT001" in runner.summary.read_text("utf-8")


@pytest.mark.usefixtures("data")
def test_the_report_page_is_written_and_quotes_records_only_where_that_is_wished(runner):
    with Path("train.jsonl").open("ab") as file:
        file.write(b'{"messages": [{"role": "user", "content": "a word of the data"}]}\n')
    said = []
    for wish in ({}, {"show_content": "true"}):
        runner.step(report="page.html", **wish)
        said.append("a word of the data" in Path("page.html").read_text("utf-8"))

    assert said == [False, True]
    assert runner.step(show_content="auto") == 2


@pytest.mark.usefixtures("data")
def test_annotations_and_summary_can_be_left_out(runner, capfd):
    Path("train.jsonl").write_bytes(BROKEN)

    assert runner.step(annotations="false", summary="False ") == 1

    assert "::error" not in capfd.readouterr().out
    assert not runner.summary.exists()


@pytest.mark.usefixtures("data")
def test_of_several_data_sets_the_worst_score_and_all_errors_are_told(runner):
    Path("bad.jsonl").write_bytes(BROKEN * 2)
    Path("dsready.toml").write_text(
        '[[dataset]]\nname = "a"\npaths = ["train.jsonl"]\neval = ["eval.jsonl"]\n'
        '[[dataset]]\nname = "b"\npaths = ["bad.jsonl"]\n'
    )

    assert runner.step() == 1

    reports = json.loads(Path(runner.outputs["json"]).read_bytes())["reports"]
    outputs = runner.outputs
    assert (outputs["score"], outputs["ready"]) == (str(min(one["summary"]["score"] for one in reports)), "false")
    assert outputs["errors"] == str(sum(one["summary"]["errors"] for one in reports))
    assert int(outputs["errors"]) > 2


@pytest.mark.usefixtures("data")
def test_every_input_reaches_the_option_it_stands_for(runner):
    Path("mine.toml").write_text("[gate]\nmin-score = 100\n")
    Path("accepted.json").write_text("{}")
    Path("b.jsonl").write_bytes(Path("train.jsonl").read_bytes())

    code = runner.step(
        paths="train.jsonl\r\n\n  b.jsonl \n",
        eval="eval.jsonl\n",
        config="mine.toml",
        min_score="3",
        fail_on="never",
        baseline="accepted.json",
        args="--ignore DUP001 --level 'LEN003=error' --goal style",
    )

    assert code == 0
    result = json.loads(Path(runner.outputs["json"]).read_bytes())
    assert [(file["path"], file["role"]) for file in result["inputs"]] == [
        ("train.jsonl", "train"),
        ("b.jsonl", "train"),
        ("eval.jsonl", "eval"),
    ]
    assert result["settings"]["goal"] == "style"
    assert result["gates"][0]["required"] == ">= 3"
    assert "DUP001" not in {rule["code"] for rule in result["rules"]}


@pytest.mark.parametrize("path", ["--exit-zero", "-e", "--output=json=x", HOSTILE, "::set-output name=score::100"])
def test_a_hostile_path_is_a_path(runner, capfd, path):
    Path(path.replace("/", "")).write_bytes(BROKEN)

    assert runner.step(paths=path) == 1

    assert json.loads(Path(runner.outputs["json"]).read_bytes())["inputs"][0]["path"].startswith(path[:10])
    assert [file.name for file in Path().iterdir()] == [path]
    assert {order.command for order in orders(capfd.readouterr().out)} == {"error", "warning"}


@pytest.mark.parametrize("name", ["eval", "config", "min_score", "fail_on", "baseline"])
@pytest.mark.parametrize("value", ["--exit-zero", HOSTILE])
@pytest.mark.usefixtures("data")
def test_a_hostile_value_stays_a_value(runner, name, value):
    assert runner.step(**{name: value}) == 2

    assert runner.outputs == {
        "score": "",
        "ready": "false",
        "errors": "",
        "warnings": "",
        "exit-code": "2",
        "json": "",
    }
    assert not Path("pwned").exists()


def test_no_output_can_end_itself_or_begin_another(script, tmp_path):
    path = tmp_path / "output"

    for _ in range(2):
        script.write_outputs({"GITHUB_OUTPUT": str(path)}, {"json": "a\nready<<x\ntrue\nx"})

    ends = re.findall(r"^json<<(dsready-[0-9a-f]{32})\na\nready<<x\ntrue\nx\n\1$", path.read_text(), re.MULTILINE)
    assert len(set(ends)) == 2
    script.write_outputs({}, {"json": "x"})  # outside of a runner there is nobody to tell


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"annotations": "yes"}, "the input annotations is true or false, not 'yes'"),
        ({"summary": "1"}, "the input summary is true or false, not '1'"),
        ({"args": "--goal 'style"}, "the input args cannot be split: No closing quotation"),
        ({"version": "0.1 --index-url=http://x"}, "the input version is a version such as 0.1.0"),
        ({"version": "\n::error::x"}, "the input version is a version such as 0.1.0, not '::error::x'"),
    ],
)
def test_an_input_that_cannot_be_used_is_told_and_the_outputs_are_written(runner, capfd, inputs, told):
    assert runner.step(**inputs) == 2

    said = capfd.readouterr().out
    assert said.startswith(f"::error title=dsready::{told}")
    assert len(said.splitlines()) == 1
    assert runner.outputs["exit-code"] == "2"
    assert runner.asked == []


def test_a_released_version_is_what_pip_is_asked_for(runner):
    runner.step(version=" 0.1.0 ", paths="x")

    assert runner.asked == ["dsready==0.1.0"]


def test_an_old_python_is_told_which_one_is_needed(runner, monkeypatch, capfd):
    monkeypatch.setattr(sys, "version_info", (3, 8, 10, "final", 0))

    assert runner.step() == 2

    assert "dsready needs Python 3.11 or later, and this is 3.8.10: use actions/setup-python" in capfd.readouterr().out
    assert runner.asked == []


def test_what_cannot_be_installed_is_told(runner, script, capfd, tmp_path):
    environment = runner.environment() | {"DSR_VERSION": "0.0.0.dev999"}
    empty = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": str(tmp_path)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in empty.items():
            patch.setenv(name, value)

        assert script.main(environment) == 2

    assert (
        "::error title=dsready::dsready==0.0.0.dev999 cannot be installed: see the log above" in capfd.readouterr().out
    )
    assert runner.outputs["exit-code"] == "2"


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed by a signal there")
def test_a_run_that_is_killed_has_the_code_of_a_shell(runner, script, capfd):
    killed = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]

    assert script.main(runner.environment(), lambda *_: killed) == 137
    assert capfd.readouterr().out == "::error title=dsready::dsready ended with 137: see the log\n"


@pytest.mark.parametrize("colour", ["", "1"])
@pytest.mark.usefixtures("data")
def test_why_nothing_could_be_checked_stands_beside_the_step(runner, capfd, monkeypatch, colour):
    monkeypatch.setenv("FORCE_COLOR", colour)

    assert runner.step(eval="no%0Asuch.jsonl") == 2

    said = capfd.readouterr()
    assert said.out == "::error title=dsready::no%250Asuch.jsonl does not exist\n"
    assert "no%0Asuch.jsonl does not exist" in said.err
    assert runner.outputs["exit-code"] == "2"


@pytest.mark.usefixtures("data")
def test_a_run_that_checks_nothing_is_no_success(runner, capfd):
    assert runner.step(args="--help", sarif=" ") == 2

    assert "::error title=dsready::there is no result, so nothing was checked" in capfd.readouterr().out
    assert (runner.outputs["ready"], runner.outputs["exit-code"]) == ("false", "2")
    assert sorted(path.name for path in Path().iterdir()) == ["dsready.toml", "eval.jsonl", "train.jsonl"]


@pytest.mark.slow
@pytest.mark.usefixtures("data")
def test_the_step_installs_dsready_and_nothing_of_the_working_directory_runs(runner, tmp_path):
    index = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(tmp_path), "hatchling"]
    if subprocess.run(index, capture_output=True, check=False).returncode:
        pytest.skip("there are no packages to be had")
    for name in ("venv", "pip", "orjson", "dsready", "json"):
        Path(f"{name}.py").write_text("raise SystemExit('this is the data set of somebody else')\n")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    step = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", 'python3 -I "${GITHUB_ACTION_PATH}/action/run.py"'],
        env=environment | runner.environment() | {"GITHUB_ACTION_PATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert step.returncode == 0, step.stdout + step.stderr
    assert runner.outputs["ready"] == "true"


def test_the_action_hands_every_input_to_the_script_by_the_environment(script):
    yaml = pytest.importorskip("yaml")
    action = yaml.safe_load(ACTION.read_bytes())
    (step,) = action["runs"]["steps"]

    assert step["env"] == {
        f"DSR_{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}" for name in action["inputs"]
    }
    assert step["run"] == 'python3 -I "${GITHUB_ACTION_PATH}/action/run.py"'
    read = set(re.findall(r"DSR_\w+", SCRIPT.read_text("utf-8")))
    assert read == set(step["env"])
    told = script.summed(Path("nowhere")).keys() | {"exit-code"}
    assert {name: output["value"] for name, output in action["outputs"].items()} == {
        name: f"${{{{ steps.{step['id']}.outputs.{name} }}}}" for name in told
    }
