"""What the README says is what the code does. `pytest --accept` writes the blocks between its markers anew."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
import tomllib
import traceback
from pathlib import Path

import pytest

import dsready
from dsready import registry
from dsready.config import Config, build_checks, levels, merge, selected_rules
from dsready.dataset.shapes import SHAPES
from dsready.errors import DatasetNotReadyError
from dsready.targets import ALL, chosen
from dsready.templates import template

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PLUGIN = ROOT / "tests" / "plugin"
DEMO = ["lint", "fixtures/demo/train.jsonl", "--eval", "fixtures/demo/eval.jsonl"]

pytestmark = pytest.mark.skipif(not README.exists(), reason="the tree is not here, only the installed package")


def fenced(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def printed(*arguments: str, code: int = 0) -> str:
    """Return what a command prints, as it does for a reader without a terminal."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DSREADY_", "PRE_COMMIT"))}
    result = subprocess.run(
        [sys.executable, "-m", "dsready", *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
        env=environment | {"NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
    )
    assert result.returncode == code, result.stderr
    return result.stdout


def demo() -> str:
    return fenced("text", printed(*DEMO, code=1))


def matrix() -> str:
    """Return the table alone."""
    ids = ("openai-sft", "together", "bedrock-nova", "trl-sft", "llamafactory", "sagemaker", "mistral-common")
    command = ("lint", DEMO[1], "--select", "TGT", "--no-cache", "--exit-zero")
    return fenced("text", printed(*command, *(f"--target={id_}" for id_ in ids)).partition("\n\n")[0])


def targets() -> str:
    lines = ["| Target | What it is |", "|---|---|"]
    for target in chosen([ALL]).values():
        life = "" if target.life == "live" else f" ({target.life})"
        lines.append(f"| {target.id}{life} | {target.name} |")
    return "\n".join(lines)


def rules() -> str:
    lines = ["| Rule | Name | Level | Reports |", "|---|---|---|---|"]
    for check in registry.load().values():
        lines.append(
            f"| **{check.id}** | | | {(check.__doc__ or '').strip().partition(chr(10))[0].removesuffix('.')} |"
        )
        for rule in check.rules:
            level = f"{rule.severity}, blocker" if rule.blocks else rule.severity
            lines.append(f"| {rule.code} | {rule.name} | {level} | {rule.summary} |")
    return "\n".join(lines)


def shapes() -> str:
    """List each shape once, with the keys of its records."""
    keys: dict[str, list[str]] = {}
    for shape in SHAPES:
        spelled = ", ".join(f"`{key}`" for key in shape.keys)
        if spelled not in keys.setdefault(shape.id, []):
            keys[shape.id].append(spelled)
    rows = [f"| {name} | {'; '.join(spelled)} |" for name, spelled in sorted(keys.items())]
    return "\n".join(["| Shape | Keys; other spellings |", "|---|---|", *rows])


def entry() -> str:
    text = (PLUGIN / "pyproject.toml").read_text(encoding="utf-8")
    return fenced("toml", text[text.index("[project.entry-points") : text.index("[tool.")])


def example(name: str) -> str:
    return (ROOT / "examples" / "ci" / name).read_text(encoding="utf-8")


def source(name: str) -> str:
    return fenced("python", (PLUGIN / name).read_text(encoding="utf-8"))


def gate() -> str:
    return fenced("python", (ROOT / "examples" / "gate.py").read_text(encoding="utf-8"))


def refused() -> str:
    """Return what the gate's exception says of the demo, with the lines broken where they are too long to read."""
    report = dsready.lint(ROOT / DEMO[1], eval=ROOT / DEMO[3])
    with pytest.raises(DatasetNotReadyError) as caught:
        report.raise_if_not_ready()
    said = "".join(traceback.format_exception_only(caught.value)).replace(f"{ROOT}{os.sep}", "")
    lines = [textwrap.fill(line, 118, subsequent_indent="    ") for line in said.splitlines()]
    return fenced("text", "\n".join(lines))


def decided() -> str:
    said = ("--set=gap=format", "--set=prompting.accuracy=82%", "--set=prompting.inputs=60", "--set=rag-tried=yes")
    return fenced("text", printed("decide", *DEMO[1:], *said, "--no-progress"))


def costs() -> str:
    """Return the tables alone, without the figures they rest on."""
    shape = ("--examples=1000", "--input-tokens=30", "--answer-tokens=5", "--calls=1500000")
    return fenced("text", printed("cost", *shape).partition("\nHow what is won")[0])


def shown() -> str:
    return fenced("text", printed("power", "--items=100", "--baseline=85%", "--target=95%"))


def looked_at() -> str:
    """Return what is known of a record, with the lines broken where they are too long to read."""
    said = printed("show", f"{DEMO[1]}:98", "--no-progress").splitlines()
    lines = [textwrap.fill(line, 118, subsequent_indent="  ", drop_whitespace=True) for line in said]
    return fenced("text", "\n".join(lines))


BLOCKS = {
    "demo": demo,
    "show": looked_at,
    "decide": decided,
    "cost": costs,
    "power": shown,
    "rules": rules,
    "shapes": shapes,
    "matrix": matrix,
    "targets": targets,
    "target": lambda: source("dsready_house.py"),
    "check": lambda: source("dsready_shouting.py"),
    "entry": entry,
    "hook": lambda: fenced("yaml", template("pre-commit.yaml")),
    "published-hook": lambda: fenced("yaml", example("pre-commit-config.yaml")),
    "gitlab": lambda: fenced("yaml", example("gitlab-ci.yml")),
    "workflow": lambda: fenced("yaml", template("github.yaml")),
    "test": lambda: source("test_shouting.py"),
    "gate": gate,
    "refused": refused,
}


def code(language: str, heading: str, start: str = "") -> str:
    """Return the first block of code under a heading; the first that starts in some way."""
    _, _, rest = README.read_text(encoding="utf-8").partition(f" {heading}\n")
    found = re.search(rf"```{language}\n({re.escape(start)}.*?)```", rest, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_what_the_code_says(name, agree):
    text = README.read_text(encoding="utf-8")
    before, opened, rest = text.partition(f"<!-- {name} -->\n")
    _, closed, after = rest.partition(f"<!-- /{name} -->\n")
    assert opened
    assert closed

    agree(README, f"{before}{opened}\n{BLOCKS[name]()}\n\n{closed}{after}")


def test_its_pictures_are_there_and_small():
    names = re.findall(r'(?:src|srcset)="(.+?)"', README.read_text(encoding="utf-8"))

    assert len(names) == 2
    for name in names:
        content = (ROOT / name).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) < 200_000


def test_every_key_of_the_configuration_is_real():
    config = merge(Config(), tomllib.loads(code("toml", "Configuration")))

    assert {check.id for check in build_checks(config)} == set(registry.installed())
    assert "FMT009" not in selected_rules(config)
    assert levels(config) == {"LNG002": "warning"}


def test_the_example_from_python_runs(tmp_path, monkeypatch):
    for name in ("train.jsonl", "eval.jsonl"):
        (tmp_path / name).write_bytes((ROOT / "fixtures" / "demo" / name).read_bytes())
    monkeypatch.chdir(tmp_path)

    with pytest.raises(DatasetNotReadyError, match="49 / 100"):
        exec(code("python", "From Python"), {})  # noqa: S102  (our own text)

    assert (tmp_path / "result.sarif").exists()


def test_the_gate_in_front_of_a_trainer_runs(clean):
    given = {"train_dataset": clean(600), "eval_dataset": clean(60, 1)}
    shown = code("python", "In front of a training job", "from dsready.integrations")

    exec(shown, given)  # noqa: S102  (our own text)

    assert given["report"].settings["targets"] == ["trl-sft"]


def test_what_it_links_to_exists():
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text(encoding="utf-8"))

    assert [link for link in links if not (ROOT / link).exists()] == []
