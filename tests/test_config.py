from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from dsready import config, configfile, registry, validation
from dsready.check import Check, Verdict
from dsready.config import Config
from dsready.dataset.settings import Settings
from dsready.errors import ConfigError
from dsready.model import Frozen, Rule, Severity


def rule(code: str, name: str) -> Rule:
    return Rule(code=code, name=name, severity=Severity.ERROR, dimension="content", summary="a", fix="b")


class Silent(Check[int]):
    def start(self) -> int:
        return 0

    def update(self, state: int, batch: object) -> int:  # noqa: ARG002
        return state

    def merge(self, left: int, right: int) -> int:
        return left + right

    def finish(self, state: int, data: object) -> Verdict:  # noqa: ARG002
        return Verdict()


class Part(Frozen):
    words: int = 3


class Duplicates(Silent):
    """The same twice.

    More.
    """

    id = "duplicates"
    rules = (rule("DUP001", "exact-duplicate"), rule("DUP002", "near-duplicate"))
    threshold: float = 0.75
    keep_first: bool = True
    part: Part = Part()


class Length(Silent):
    id = "length"
    rules = (rule("LEN001", "over-context"),)


@pytest.fixture(autouse=True)
def _repository(monkeypatch, tmp_path):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(registry, "load", lambda: {"duplicates": Duplicates, "length": Length})


def put(path: str, text: str = "") -> Path:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, "utf-8")
    return Path(path)


def test_an_empty_file_is_the_defaults():
    read = config.read(put("dsready.toml"))

    assert read == Config()
    assert read.lint.select == ("ALL",)
    assert (read.lint.fail_on, read.lint.max_examples, read.gate.min_score) == ("error", None, 70)
    assert read.settings == Settings()


def test_every_key_can_be_set():
    read = config.read(
        put(
            "dsready.toml",
            """
            paths = ["train.jsonl"]
            eval = ["eval.jsonl"]
            exclude = ["**/raw/**"]
            format = "openai-chat"
            goal = "style"
            tokenizer = "tiktoken:o200k_base"
            context-length = 4096
            max-line-bytes = 1000
            [lint]
            select = ["DUP"]
            ignore = ["DUP002"]
            fail-on = "warning"
            max-warnings = 0
            max-examples = 1
            [lint.levels]
            DUP001 = "info"
            [score]
            not-applicable = ["evaluation"]
            [gate]
            min-score = 90
            require = ["volume"]
            [checks.duplicates]
            threshold = 0.8
            """,
        )
    )

    assert read.settings == Settings(
        goal="style", tokenizer="tiktoken:o200k_base", context_length=4096, max_line_bytes=1000, format="openai-chat"
    )
    assert read.lint.levels == {"DUP001": Severity.INFO}
    assert read.score.not_applicable == ("evaluation",)
    assert read.checks == {"duplicates": {"threshold": 0.8}}


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("gate.minscore = 3", "unknown key 'gate.minscore'", "did you mean 'gate.min-score'?"),
        ("context_length = 3", "unknown key 'context_length'", "did you mean 'context-length'?"),
        ("min-score = 3", "unknown key 'min-score'", "did you mean 'gate.min-score'?"),
        ("zzz = 3", "unknown key 'zzz'", "known: checks, context-length, dataset, eval, "),
        ("gate.min-score = 'a'", "'gate.min-score' should be a valid integer, not 'a'", ""),
        ("gate.min-score = true", "'gate.min-score' should be a valid integer, not True", ""),
        ("gate.min-score = 101", "'gate.min-score' should be less than or equal to 100, not 101", ""),
        ("gate = 3", "'gate' should be a table, not 3", ""),
        ("checks.duplicates = 3", "'checks.duplicates' should be a table, not 3", ""),
        ("lint.select = 'DUP'", "'lint.select' should be a list, not 'DUP'", ""),
        ("lint.select = ['a', 3]", "'lint.select[1]' should be a valid string, not 3", ""),
        ("goal.a = 1", "'goal' should be 'general', 'style'", ""),
        ("goal = 'stile'", "'goal' should be 'general', 'style'", "did you mean 'style'?"),
        (
            "lint.levels.A = 'off'",
            "'lint.levels.A' should be 'error', 'warning' or 'info', not 'off'",
            "known: error, ",
        ),
        ("context-length = 0", "'context-length' should be greater than 0, not 0", ""),
    ],
)
def test_a_mistake_is_a_sentence_with_its_place(text, what, hint):
    with pytest.raises(ConfigError, match="^" + re.escape(f"dsready.toml: {what}")) as error:
        config.read(put("dsready.toml", text))

    assert error.value.hint.startswith(hint)


def test_the_place_in_a_pyproject_is_named_in_full():
    path = put("pyproject.toml", "[tool.dsready.gate]\nminscore = 3")

    with pytest.raises(ConfigError, match=r"pyproject.toml: unknown key 'tool.dsready.gate.minscore'") as error:
        config.read(path)

    assert error.value.hint == "did you mean 'tool.dsready.gate.min-score'?"
    with pytest.raises(ConfigError, match=r"'tool.dsready' should be a table, not 3"):
        config.read(put("pyproject.toml", "[tool]\ndsready = 3"))


def test_what_is_no_toml_is_an_error():
    with pytest.raises(ConfigError, match=r"^dsready.toml:2: Invalid value\n"):
        config.read(put("dsready.toml", "\ngoal = style\n"))
    with pytest.raises(ConfigError, match=r"^dsready.toml: Expected ']'"):
        config.read(put("dsready.toml", "[lint"))
    Path("dsready.toml").write_bytes(b"goal = '\xff'")
    with pytest.raises(ConfigError, match=r"^dsready.toml: byte 8 is not UTF-8"):
        config.read(Path("dsready.toml"))
    with pytest.raises(ConfigError, match=r"^cannot read nothing.toml: No such file"):
        config.read(Path("nothing.toml"))


def test_a_byte_order_mark_is_no_mistake():
    Path("dsready.toml").write_bytes(b"\xef\xbb\xbfgoal = 'style'")

    assert config.read(Path("dsready.toml")).goal == "style"


def test_paths_are_relative_to_the_file(monkeypatch, tmp_path):
    text = "paths = ['../a.jsonl', 'b/*.jsonl', '-', '/c.jsonl']\neval = ['e.jsonl']\ntokenizer = 't.json'"
    path = put("conf/dsready.toml", text)

    read = config.read(path)
    assert read.paths == ("a.jsonl", "conf/b/*.jsonl", "-", "/c.jsonl")
    assert (read.eval, read.tokenizer) == (("conf/e.jsonl",), "conf/t.json")

    monkeypatch.chdir(tmp_path / "conf")
    assert config.read(Path("dsready.toml")).paths == ("../a.jsonl", "b/*.jsonl", "-", "/c.jsonl")

    put("elsewhere/x")
    monkeypatch.chdir(tmp_path / "conf" / "elsewhere")
    assert config.read(Path("../dsready.toml")).eval == ((tmp_path / "conf/e.jsonl").as_posix(),)


def test_wildcards_in_the_name_of_the_folder_are_none():
    read = config.read(put("a[b]/dsready.toml", "paths = ['*.jsonl', 'x.jsonl']"))

    assert read.paths == ("a[[]b]/*.jsonl", "a[b]/x.jsonl")


def found(*paths: str) -> str | None:
    path = configfile.discover(paths)
    return path and path.relative_to(Path.cwd()).as_posix()


def test_the_closest_file_wins():
    put("a/b/train.jsonl")
    put("a/c/train.jsonl")
    assert found("a/b/train.jsonl") is None

    put("dsready.toml")
    assert found("a/b/train.jsonl") == "dsready.toml"
    assert found() == found("-") == "dsready.toml"

    put("a/pyproject.toml", "[project]")
    assert found("a/b/train.jsonl") == "dsready.toml"
    put("a/pyproject.toml", "tool = 3")
    assert found("a/b/train.jsonl") == "dsready.toml"
    put("a/pyproject.toml", "[tool.dsready]")
    assert found("a/b/train.jsonl", "a/c/train.jsonl") == "a/pyproject.toml"
    assert found("a/b/train.jsonl", "dsready.toml") == "dsready.toml"

    put("a/b/.dsready.toml")
    assert found("a/b") == "a/b/.dsready.toml"
    assert found("a/b/*.jsonl") == "a/b/.dsready.toml"
    assert found("a/b/missing.jsonl") == "a/b/.dsready.toml"
    assert found("a/*/train.jsonl") == "a/pyproject.toml"
    put("a/b/dsready.toml")
    assert found("a/b") == "a/b/dsready.toml"


def test_the_search_ends_at_the_root_of_the_repository():
    put("dsready.toml")
    put("inner/.git/HEAD")
    put("inner/train.jsonl")

    assert found("inner/train.jsonl") is None


def test_without_a_repository_the_search_ends_at_the_root(monkeypatch, tmp_path):
    (tmp_path / ".git").rmdir()
    monkeypatch.setattr(configfile, "NAMES", ("no-such-name.toml",))

    assert found() is None


def test_names_that_cannot_exist_do_no_harm():
    put("dsready.toml")

    assert found("x" * 5000) == "dsready.toml"
    assert found(os.fsdecode(b"\xff.jsonl")) == "dsready.toml"


def test_what_is_laid_over_weighs_more():
    base = config.read(put("dsready.toml", "goal = 'style'\n[lint]\nignore = ['A']\n[lint.levels]\nDUP001 = 'info'"))

    merged = config.merge(
        base, {"lint.levels": {"DUP002": "error"}, "gate": {"min-score": 80}, "lint.select": ("DUP",), "lint": {}}
    )

    assert merged.goal == "style"
    assert merged.lint.levels == {"DUP001": Severity.INFO, "DUP002": Severity.ERROR}
    assert (merged.lint.select, merged.lint.ignore, merged.gate.min_score) == (("DUP",), ("A",), 80)
    assert base.gate.min_score == 70
    assert config.merge(base, {}) == base


def test_a_mistake_in_what_is_laid_over_names_its_source():
    with pytest.raises(ConfigError, match=r"^command line: unknown key 'gaol'"):
        config.merge(Config(), {"gaol": "style"})
    with pytest.raises(ConfigError, match=r"^--config: 'goal' should be"):
        config.merge(config.merge(Config(), {"goal": "style"}), configfile.fragment("goal.x = 1"), "--config")


def test_a_fragment_is_toml():
    assert configfile.fragment("gate.min-score = 80") == {"gate": {"min-score": 80}}
    with pytest.raises(ConfigError, match=r"^--config goal = style: Invalid value"):
        configfile.fragment("goal = style")


def test_rules_are_selected_by_code_prefix_and_name():
    def selected(**lint) -> set[str]:
        return config.selected_rules(config.merge(Config(), {"lint": lint}))

    assert selected() == {"DUP001", "DUP002", "LEN001"}
    assert selected(ignore=["near-duplicate"]) == {"DUP001", "LEN001"}
    assert selected(select=["DUP"], ignore=["DUP002"]) == {"DUP001"}
    with pytest.raises(ConfigError, match="no rule is called 'DPU'"):
        selected(select=["DPU"])
    with pytest.raises(ConfigError, match="no rule is selected"):
        selected(select=["DUP"], ignore=["ALL"])


def test_the_level_of_a_code_weighs_more_than_that_of_a_prefix():
    both = config.merge(Config(), {"lint.levels": {"DUP002": "error", "DUP": "info"}})

    assert config.levels(both) == {"DUP001": Severity.INFO, "DUP002": Severity.ERROR}
    with pytest.raises(ConfigError, match="no rule is called 'X'"):
        config.levels(config.merge(Config(), {"lint.levels": {"X": "info"}}))


def test_only_checks_with_a_selected_rule_are_built():
    one = config.merge(Config(), {"lint.select": ["DUP001"], "checks.duplicates": {"keep-first": False}})

    assert config.build_checks(one) == [Duplicates(keep_first=False)]
    assert config.build_checks(Config()) == [Duplicates(), Length()]


@pytest.mark.parametrize(
    ("checks", "what", "hint"),
    [
        ({"duplicate": {}}, "no check is called 'duplicate'", "did you mean 'duplicates'?"),
        (
            {"duplicates": {"thresold": 1}},
            "unknown key 'checks.duplicates.thresold'",
            "did you mean 'checks.duplicates.thre",
        ),
        ({"duplicates": {"threshold": "x"}}, "'checks.duplicates.threshold' should be a valid number", ""),
        (
            {"duplicates": {"part": {"word": 1}}},
            "unknown key 'checks.duplicates.part.word'",
            "did you mean 'checks.dupl",
        ),
    ],
)
def test_a_mistake_in_the_options_of_a_check_names_its_place(checks, what, hint):
    with pytest.raises(ConfigError, match=re.escape(what)) as error:
        config.build_checks(Config(checks=checks))

    assert error.value.hint.startswith(hint)


def test_what_pydantic_says_otherwise_is_kept():
    class Even(Length):
        size: int = 2

        def model_post_init(self, _: object) -> None:
            if self.size % 2:
                raise ValueError("size must be even")

    with pytest.raises(ConfigError, match=r"configuration: 'checks.length': size must be even"):
        validation.validated(Even, {"size": 3}, "configuration: ", "checks.length.")


def test_the_schema_knows_the_options_of_the_checks():
    schema = config.json_schema()

    checks = schema["properties"]["checks"]["properties"]
    assert checks["duplicates"]["description"] == "The same twice."
    assert checks["duplicates"]["properties"]["part"]["$ref"] == "#/$defs/Part"
    assert set(schema["$defs"]) >= {"Part", "Lint"}
    assert checks["length"]["additionalProperties"] is False
    assert schema["additionalProperties"] is False
    json.dumps(schema)
