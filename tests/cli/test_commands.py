from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest

from dsready import registry
from dsready.cli import COMMANDS, main
from dsready.output import Look
from dsready.version import VERSION

HEAVY = {"numpy", "pydantic", "datasketch", "scipy", "langdetect", "tabulate", "orjson", "importlib.metadata"}
REPORTS = Path(__file__).parent.parent / "output"


#: The working directory of a test is another one, and the paths may be relative.
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(path).resolve()) for path in sys.path)}


@pytest.mark.parametrize(
    "args",
    [
        ["--help"],
        ["--version"],
        ["lint", "--help"],
        ["rule", "--help"],
        ["config", "--help"],
        ["convert", "--help"],
        ["cost", "--help"],
        ["show", "--help"],
    ],
)
def test_nothing_heavy_is_imported_for_help(args):
    command = [sys.executable, "-X", "importtime", "-m", "dsready", *args]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)

    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert result.returncode == 0
    assert "dsready.cli" in imported
    allowed = {"importlib.metadata"} if args == ["--version"] else set()
    assert not imported & HEAVY - allowed


def test_every_command_is_listed_and_can_be_imported(cli):
    result = cli("--help")

    assert main.list_commands(None) == list(COMMANDS)
    for name, line in COMMANDS.items():
        assert f"  {name} " in result.out
        assert line in result.out
        assert main.get_command(None, name).name == name


def test_without_a_command_the_help_is_shown(cli):
    result = cli()

    assert (result.code, result.out) == (2, "")
    assert "Usage: dsready" in result.err


def test_an_unknown_command_is_an_error(cli):
    result = cli("lnt")

    assert result.code == 2
    assert result.err.startswith("error: No such command 'lnt'")


def test_the_version_is_that_of_the_package(cli):
    assert cli("--version").out == f"dsready {version('dsready')}\n"


def test_a_closed_pipe_is_quiet():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "dsready", "lint", "--help"]
    result = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, env=ENVIRONMENT)
    os.close(writing)

    assert (result.returncode, result.stderr) == (141, b"")


def test_all_rules_are_listed(cli):
    result = cli("rule")

    assert result.code == 0
    assert result.out.splitlines()[0].split() == ["Code", "Name", "Level", "Dimension", "Reports"]
    assert "DUP002  near-duplicate   blocker  uniqueness   nearly the same text" in result.out


def test_no_rules_are_said_too(cli, monkeypatch):
    monkeypatch.setattr(registry, "load", dict)

    assert cli("rule").out == "no checks are installed\n"


def test_a_rule_explains_itself(cli):
    result = cli("rule", "near-duplicate")

    assert result.out == (
        "DUP002 near-duplicate\n"
        "  error, blocker: the data set is not ready while it is found; dimension uniqueness; check duplicates\n"
        "  Reports: nearly the same text\n"
        "  Fix: drop all but one\n"
        "  Source: Lee et al. 2022\n"
        "\n"
        "The same thing twice.\n"
        "\n"
        "Why it matters: it is learnt twice as hard, and this sentence is longer than\n"
        "eighty columns.\n"
        "\n"
        "* a list\n"
        "* stays\n"
        "\n"
        "How to fix: drop all but one.\n"
        "\n"
        "Options, in [checks.duplicates] of dsready.toml:\n"
        "  threshold = 0.75\n"
        "  keep-first = true\n"
        "  most: how many, at most\n"
    )


def test_a_prefix_explains_several_rules_under_one_manual(cli):
    result = cli("rule", "DUP")

    assert "DUP001 exact-duplicate\n" in result.out
    assert "DUP002 near-duplicate\n" in result.out
    assert result.out.count("Why it matters") == 1
    assert cli("rule", "--all").out == result.out


def test_rules_as_json(cli):
    rules = json.loads(cli("rule", "DUP002", "--output-format", "json").out)

    assert [rule["code"] for rule in rules] == ["DUP002"]
    assert rules[0]["check"] == "duplicates"
    assert rules[0]["manual"].startswith("The same thing twice.")
    assert rules[0]["options"]["keep-first"]["default"] is True


def test_an_unknown_rule_is_an_error(cli):
    result = cli("rule", "near-duplicat")

    assert result.code == 2
    assert result.err == "error: no rule is called 'near-duplicat'\nhint: did you mean 'near-duplicate'?\n"


def test_the_score_of_a_saved_result(cli):
    assert cli("score", str(REPORTS / "passing.json")).out == (REPORTS / "passing-waterfall.txt").read_text("utf-8")


def test_the_score_with_a_value_tried(cli, monkeypatch, failing):
    asked = []
    module = ModuleType("dsready.score")
    module.rescore = lambda report, overrides: (asked.append((report.score, overrides)), failing.readiness)[1]
    monkeypatch.setitem(sys.modules, "dsready.score", module)

    result = cli("score", str(REPORTS / "passing.json"), "--set", "uniqueness=95", "--set", "volume=12.5")

    assert asked == [(87, {"uniqueness": 95.0, "volume": 12.5})]
    assert result.out == (REPORTS / "failing-waterfall.txt").read_text("utf-8")


@pytest.mark.parametrize("value", ["uniqueness", "uniqueness=", "uniqueness=101", "uniqueness=nan", "unique=5", "=5"])
def test_a_value_that_cannot_be_tried_is_an_error(cli, value):
    result = cli("score", str(REPORTS / "passing.json"), "--set", value)

    assert result.code == 2
    assert "is not DIMENSION=VALUE with one of volume, " in result.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "Invalid JSON"),
        ("[]", "Input should be an object"),
        ('{"schema_version": 2}', "schema_version: Input should be 1"),
    ],
)
def test_a_file_that_is_no_result_is_an_error(cli, content, told):
    Path("r.json").write_text(content)

    result = cli("score", "r.json")

    assert result.code == 2
    assert "error: r.json is no result of this version of dsready: " in result.err
    assert told in result.err
    assert result.err.endswith("hint: write one with dsready lint --output json=PATH\n")


def test_a_missing_result_is_an_error(cli):
    assert cli("score", "r.json").err.startswith("error: cannot read r.json: No such file or directory\n")


def test_the_configuration_is_shown_as_toml(cli):
    Path("dsready.toml").write_text(
        'goal = "style"\n[lint.levels]\nDUP002 = "info"\n[checks.duplicates]\nthreshold = 0.9\n'
    )

    result = cli("config", "show")
    shown = tomllib.loads(result.out)

    assert result.out.startswith('# "')
    assert "\n# context-length =\n" in result.out
    assert (shown["goal"], shown["lint"]["levels"], shown["gate"]["min-score"]) == ("style", {"DUP002": "info"}, 70)
    assert shown["checks"]["duplicates"] == {"threshold": 0.9, "keep-first": True}


def test_without_a_file_the_defaults_are_shown(cli):
    result = cli(
        "config", "show", "--config", 'lint.levels."near-duplicate" = "info"', "--config", 'tokenizer = "ü\\u007f"'
    )

    assert result.out.startswith("# no file; all defaults\n")
    assert tomllib.loads(result.out)["tokenizer"] == "ü\x7f"
    assert tomllib.loads(result.out)["lint"]["levels"] == {"near-duplicate": "info"}


def test_the_schema_is_shown(cli):
    schema = json.loads(cli("config", "schema").out)

    assert schema["properties"]["checks"]["properties"]["duplicates"]["properties"]["keep-first"]["default"] is True


def test_a_foreign_result_is_shown_without_harm(cli):
    result = json.loads((REPORTS / "passing.json").read_bytes())
    result["readiness"] |= {"goal": "##[x]\x1b[2J\u202e", "limits": {"{0}": 87.8}}
    Path("r.json").write_text(json.dumps(result))

    shown = cli("score", "r.json")

    assert shown.code == 0
    assert "cap: {0}  <- limits the score\n" in shown.out
    assert r"goal ##\u005bx]␛[2J\u202e, scoring" in shown.out


def test_a_foreign_configuration_is_shown_without_harm(cli):
    Path("dsready.toml").write_text(
        'paths = ["\\u009b31m", "\\u202egnp.exe", "##[add-mask]x", "\\U000e0041", "ü", "::stop::"]\n'
        '[lint.levels]\n"##[\u2028]" = "info"\n',
        encoding="utf-8",
    )

    shown = cli("config", "show", "--config", 'lint.select = ["DUP"]', "--config", 'lint.levels."##[x]" = "info"').out

    assert "##[" not in shown
    assert all(char == "\n" or char.isprintable() for char in shown)
    read = tomllib.loads(shown)
    assert read["paths"] == ["\x9b31m", "\u202egnp.exe", "##[add-mask]x", "\U000e0041", "ü", "::stop::"]
    assert set(read["lint"]["levels"]) == {"##[\u2028]", "##[x]"}


def test_toml_is_toml_also_where_only_ascii_can_be_printed(cli, monkeypatch):
    monkeypatch.setattr("dsready.cli.config.look", lambda: Look(ascii=True))

    shown = cli("config", "show", "--config", 'format = "ü😀"').out

    assert shown.isascii()
    assert tomllib.loads(shown)["format"] == "ü😀"


def test_no_command_gives_orders_to_a_runner(cli, monkeypatch):
    order = "##[add-mask]x"
    check = registry.load()["duplicates"]
    monkeypatch.setattr(check, "__doc__", f"{order}\n\n::stop::\n")

    for args in (["rule", "--all"], ["rule", "--output-format", "json"], ["config", "schema"]):
        shown = cli(*args).out
        assert "##[" not in shown
        assert r"##\u005badd-mask]x" in shown
        assert not any(line.startswith("::") for line in shown.splitlines())
    assert json.loads(cli("rule", "--output-format", "json").out)[0]["manual"].startswith(order)


def test_the_version_names_all_that_the_result_rests_on(cli):
    found = json.loads(cli("version", "--output-format", "json").out)
    lines = cli("version").out.splitlines()

    assert found["dsready"] == VERSION
    assert found["scoring"] == 1
    assert found["libraries"]["numpy"] == version("numpy")
    assert not {"pytest", "selenium"} & set(found["libraries"])
    assert found["plugins"] == []
    assert lines[0] == f"dsready {VERSION}, scoring version 1"
    assert f"  numpy {version('numpy')}" in lines


def test_a_missing_library_is_named_by_the_version(cli, monkeypatch):
    monkeypatch.setattr("importlib.metadata.requires", lambda _: ["nothing-of-that-name>=1", 'mypy; extra == "lint"'])

    assert cli("version").out.splitlines()[2:] == ["  nothing-of-that-name is missing"]


def test_clean_deletes_what_is_kept_and_says_how_much_that_was(cli, tmp_path):
    from dsready import cache  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.DIR, str(tmp_path / "kept"))
        cache.put("a/b/c", bytes(2_000_000))

        assert cli("clean", "--cache-dir", str(tmp_path / "kept")).out == "2.0 MB freed\n"
        assert cli("clean").out == "nothing was kept there\n"

        cache.put("a/b/c", bytes(2_000_000))
        patch.setenv(cache.OFF, "1")  # nothing is added, but what is there goes
        assert cli("clean").out == "2.0 MB freed\n"

    assert not list((tmp_path / "kept").iterdir())


@pytest.mark.parametrize("option", ["--no-cache", "--cache-dir"])
def test_options_say_whether_and_where_results_are_kept(cli, tmp_path, monkeypatch, option):
    from dsready import cache  # noqa: PLC0415

    for name in (cache.OFF, cache.DIR):
        monkeypatch.setenv(name, "")  # and so what the command sets is undone
    monkeypatch.setenv(cache.DIR, str(tmp_path / "usual"))
    (tmp_path / "train.jsonl").write_bytes(b'{"prompt":"a","completion":"b"}\n')

    cli("lint", str(tmp_path / "train.jsonl"), option, *([str(tmp_path / "named")] * (option == "--cache-dir")))

    assert not (tmp_path / "usual").exists()
    assert (tmp_path / "named" / ".dsready_cache" / "lint").exists() == (option == "--cache-dir")
