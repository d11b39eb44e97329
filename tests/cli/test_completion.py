"""`dsready completion`: what shells are told, and that it takes no more than a moment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from click.shell_completion import get_completion_class

from dsready import registry
from dsready.cli import COMMANDS, COMPLETE, complete
from dsready.cli.lint import LEVELS
from dsready.dataset.shapes import SHAPES
from dsready.targets import chosen

HEAVY = {"numpy", "pydantic", "orjson", "datasketch", "tabulate", "dsready.check", "dsready.model", "dsready.dataset"}


@pytest.fixture
def completed(cli, monkeypatch):
    """Return what is offered for the last word of a command line."""

    def ask(*words):
        monkeypatch.setenv("COMP_WORDS", " ".join(["dsready", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        monkeypatch.setenv("_DSREADY_COMPLETE", "bash_complete")
        lines = cli().out.split()
        monkeypatch.delenv("_DSREADY_COMPLETE")
        return [line.removeprefix("plain,") for line in lines]

    return ask


def test_the_lists_are_those_of_what_ships():
    rules = {rule.code: rule.name for point in registry.installed().values() for rule in point.load().rules}

    assert dict(sorted(rules.items())) == complete.RULES
    assert tuple(sorted({shape.id for shape in SHAPES})) == complete.SHAPES


def test_commands_are_completed(completed):
    assert completed("co") == ["convert", "cost", "config", "completion"]
    assert completed("") == list(COMMANDS)


def test_rules_are_completed_by_code_name_and_check(completed):
    assert completed("rule", "DUP") == ["DUP001", "DUP002", "DUP003", "DUP004"]
    assert completed("rule", "dup00") == ["DUP001", "DUP002", "DUP003", "DUP004"]
    assert completed("rule", "near-") == ["near-duplicate", "near-identical-labels", "near-leak"]
    assert completed("rule", "lengt") == ["length-outlier", "length-bias", "length"]


def test_targets_and_shapes_are_completed(completed):
    assert completed("targets", "a") == ["all", "alibaba", "anyscale", "axolotl", "azure-openai"]
    assert set(completed("targets", "")) == {"all", *chosen(["all"])}
    assert completed("convert", "--to", "alp") == ["alpaca", "alpaca-ranking"]
    assert completed("convert", "--from", "x") == ["xtuner-pairs"]


def test_names_of_data_sets_and_dimensions_are_completed(completed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert completed("lint", "--data-set", "") == []
    named = '[[dataset]]\nname = "support"\n[[dataset]]\nname = "sql"\n[[dataset]]\nname = 1\n'
    (tmp_path / "dsready.toml").write_text(named)

    assert completed("lint", "--data-set", "s") == ["support", "sql"]
    assert completed("diff", "HEAD", "--data-set", "sq") == ["sql"]
    (tmp_path / "dsready.toml").write_text('dataset = "s"')
    assert completed("lint", "--data-set", "s") == []
    (tmp_path / "dsready.toml").write_text("[[")
    assert completed("show", "--data-set", "s") == []
    assert completed("score", "r.json", "--set", "v") == ["volume=", "validity="]


def test_formats_are_completed_and_paths_left_to_the_shell(completed):
    assert completed("diff", "a", "b", "--output-format", "m") == ["markdown"]
    assert completed("diff", "--output", "m") == ["markdown="]
    assert completed("diff", "--output", "markdown=x") == ["file,x"]
    assert completed("diff", "tr") == ["file,tr"]
    assert completed("show", "tr") == ["file,tr"]
    assert completed("completion", "z") == ["zsh"]


def test_lists_are_completed_behind_their_commas():
    def said(completer, text):
        return [item.value for item in completer(None, None, text)]

    assert said(complete.rules, "DUP001,LEN") == [f"DUP001,LEN00{number}" for number in range(1, 5)]
    assert said(complete.targets, "trl-sft,to") == ["trl-sft,together", "trl-sft,torchtune"]
    assert said(complete.levels, "LNG00") == ["LNG001=", "LNG002="]
    assert said(complete.levels, "LNG001=") == [f"LNG001={level}" for level in LEVELS]
    assert said(complete.levels, "LNG001=w") == ["LNG001=warning"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["--level", "LNG00"], ["LNG001=", "LNG002="]),
        (["--level", "LNG001", "="], list(LEVELS)),
        (["--level", "LNG001", "=", "w"], ["warning"]),
        (["--level", "=", "LNG00"], ["LNG001=", "LNG002="]),
        (["--level", "=", "LNG001", "=", "w"], ["warning"]),
        (["--fail-on", "=", "w"], ["warning"]),
        (["--level", "LNG001", "=", "info", "--level", "DUP004", "=", "e"], ["error"]),
        (["--output", "json", "=", "re"], ["file,re"]),
        (["--output", "json", "="], ["file,"]),
    ],
)
def test_bash_is_answered_for_the_word_it_has_cut_off(completed, words, offered):
    assert completed("lint", *words) == offered


@pytest.mark.parametrize("words", ["rule D", "targets t", "diff --output j", "convert --to a", "lint --fail-on w", "c"])
def test_nothing_heavy_is_imported(words):
    lines = ["import sys", "from dsready.cli import _code", "code = _code([])", "print(*sys.modules, file=sys.stderr)"]
    show = "\n".join([*lines, "sys.exit(code)"])
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "COMP_WORDS": f"dsready {words}",
        "COMP_CWORD": str(len(words.split())),
        "_DSREADY_COMPLETE": "bash_complete",
    }
    done = subprocess.run(
        [sys.executable, "-c", show], env=environment, capture_output=True, encoding="utf-8", check=True
    )

    assert done.stdout
    assert set(done.stderr.split()) & HEAVY == set()


@pytest.mark.parametrize("shell", ["bash", "fish", "powershell", "zsh"])
def test_every_script_asks_by_the_variable_that_is_answered(cli, shell):
    if get_completion_class(shell) is None:
        pytest.skip(f"this click knows no {shell}")

    assert COMPLETE in cli("completion", shell).out


def test_another_shell_is_the_users_mistake(cli, monkeypatch):
    assert cli("completion", "tcsh").code == 2
    monkeypatch.setattr("click.shell_completion.get_completion_class", lambda _: None)
    result = cli("completion", "powershell")

    assert result.code == 2
    assert "knows no powershell" in result.err


@pytest.fixture
def program(tmp_path):
    """Put `dsready` on the path of a shell."""
    folder = tmp_path / "bin"
    folder.mkdir()
    place = os.pathsep.join(sys.path)
    script = folder / "dsready"
    script.write_text(f"#!/bin/sh\nPYTHONPATH='{place}' exec '{sys.executable}' -m dsready \"$@\"\n")
    script.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}


#: A shell, and how it is asked what it would offer for `dsready rule DUP`.
SHELLS = {
    "bash": """
        eval "$(dsready completion bash)"
        COMP_WORDS=(dsready rule DUP) COMP_CWORD=2
        _dsready_completion dsready
        printf '%s\\n' "${COMPREPLY[@]}"
    """,
    "zsh": """
        autoload -U compinit && compinit -u
        eval "$(dsready completion zsh)"
        compadd() { : }
        _describe() { print -l ${(P)@[-1]} ${(P)@[-2]} }
        words=(dsready rule DUP) CURRENT=3
        _dsready_completion
    """,
    "fish": """
        dsready completion fish | source
        complete -C "dsready rule DUP"
    """,
}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_real_shell_takes_the_script(program, shell):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run(
        [shell, "-c", SHELLS[shell]], env=program, capture_output=True, encoding="utf-8", check=False, timeout=60
    )

    assert all(f"DUP00{number}" in done.stdout for number in range(1, 5)), done.stderr
    assert "LEN001" not in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_a_real_bash_goes_on_behind_an_equals_sign(program):
    script = """
        eval "$(dsready completion bash)"
        compopt() { echo "compopt $2"; }
        COMP_WORDS=(dsready lint --level LNG00) COMP_CWORD=3
        _dsready_completion dsready
        COMP_WORDS=(dsready lint --level LNG001 = w) COMP_CWORD=5 COMPREPLY=()
        _dsready_completion dsready
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    done = subprocess.run(
        ["bash", "-c", script], env=program, capture_output=True, encoding="utf-8", check=False, timeout=60
    )

    assert done.stdout.split("\n") == ["compopt nospace", "compopt nospace", "warning", ""], done.stderr
