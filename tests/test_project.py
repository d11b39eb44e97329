from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from dsready import across, project
from dsready.accepting import Acceptance
from dsready.config import read
from dsready.dataset.source import open_source
from dsready.errors import ConfigError
from dsready.sets import data_sets

CONFIG = """
goal = "style"
lint.select = ["length", "duplicates", "leakage", "malformed", "count", "across", "suppressions"]

[[dataset]]
name = "alpha"
paths = ["alpha/*.jsonl"]
eval = ["held/alpha.jsonl"]
context-length = 4096
gate = { min-score = 10 }

[[dataset]]
name = "beta"
paths = ["beta/train.jsonl"]
"""


@pytest.fixture
def put(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(name, records):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(row if isinstance(row, bytes) else orjson.dumps(row) + b"\n" for row in records))

    return write


@pytest.fixture
def config(put, clean):
    """Two data sets: the second holds two records and an evaluation item of the first."""
    first = clean(60)
    held = clean(50, seed=5)
    put("alpha/train.jsonl", first)
    put("held/alpha.jsonl", held)
    put("beta/train.jsonl", [*clean(60, seed=7), *first[:2], held[3]])
    Path("dsready.toml").write_text(CONFIG)
    return read(Path("dsready.toml"))


def alone(config):
    """Return the configuration, with data sets that are not compared with each other."""
    return config.model_copy(update={"lint": config.lint.model_copy(update={"ignore": ("across",)})})


def lint_all(config, sets, **options):
    acceptance = Acceptance(config)
    return project.lint_all(sets, acceptance, jobs=1, stdin_name="<stdin>", listed=100, cache=False, **options)


def test_each_data_set_has_what_is_said_of_all_and_what_is_said_of_it(config):
    sets = data_sets(config, {"context-length": 512})

    assert list(sets) == ["alpha", "beta"]
    assert [one.paths for one in sets.values()] == [("alpha/*.jsonl",), ("beta/train.jsonl",)]
    assert [one.eval for one in sets.values()] == [("held/alpha.jsonl",), ()]
    assert [one.gate.min_score for one in sets.values()] == [10, 70]
    assert {one.goal for one in sets.values()} == {"style"}
    assert {one.context_length for one in sets.values()} == {512}  # the user's word weighs most


def test_one_can_be_named(config):
    assert list(data_sets(config, {}, ["beta"])) == ["beta"]
    with pytest.raises(ConfigError, match="no data set is called 'betta'") as error:
        data_sets(config, {}, ["betta"])
    assert "beta" in error.value.hint


def test_without_names_there_is_one_data_set_and_none_to_name(put):
    put("train.jsonl", [])
    Path("dsready.toml").write_text('paths = ["train.jsonl"]\n')
    config = read(Path("dsready.toml"))

    assert data_sets(config, {}) == {"": config}
    with pytest.raises(ConfigError, match="no data set is called"):
        data_sets(config, {}, ["alpha"])


def test_two_of_the_same_name_are_an_error(put):
    put("train.jsonl", [])
    Path("dsready.toml").write_text('[[dataset]]\nname = "a"\n[[dataset]]\nname = "a"\n')

    with pytest.raises(ConfigError, match="two data sets are called 'a'"):
        read(Path("dsready.toml"))


def test_paths_that_belong_to_a_data_set_are_judged_as_it_is(config):
    (mine,) = data_sets(config, {"paths": ("alpha/train.jsonl",)}).values()
    (strange,) = data_sets(config, {"paths": ("held/alpha.jsonl",)}).values()
    (mixed,) = data_sets(config, {"paths": ("alpha/train.jsonl", "beta/train.jsonl")}).values()

    assert (mine.eval, mine.context_length) == (("held/alpha.jsonl",), 4096)
    assert (strange.eval, strange.context_length) == ((), None)
    assert (mixed.eval, mixed.paths) == (("held/alpha.jsonl",), ("alpha/train.jsonl", "beta/train.jsonl"))


def test_every_data_set_has_a_report_of_its_own(config):
    alpha, beta = lint_all(config, data_sets(alone(config), {}))

    assert (alpha.name, beta.name) == ("alpha", "beta")
    assert [file.path for file in alpha.inputs] == ["alpha/train.jsonl", "held/alpha.jsonl"]
    assert "LEK007" in beta.summary.by_rule
    assert not [rule for rule in beta.summary.by_rule if rule.startswith("XDS")]


def test_what_data_sets_share_is_reported_where_it_stands(config):
    alpha, beta = lint_all(config, data_sets(config, {}))

    assert [found for found in alpha.findings if found.rule.startswith("XDS")] == []
    crossing = [(found.rule, found.location.line, found.message) for found in beta.findings if "XDS" in found.rule]
    assert crossing == [
        ("XDS001", 61, "the same JSON value as alpha/train.jsonl:1, of the data set alpha"),
        ("XDS001", 62, "the same JSON value as alpha/train.jsonl:2, of the data set alpha"),
        ("XDS002", 63, "its prompt is that of held/alpha.jsonl:4, an evaluation item of the data set alpha"),
    ]
    assert {rule.code for rule in beta.rules} >= {"XDS001", "XDS002"}
    assert beta.readiness.blockers.keys() == {"CNT001"}


def test_the_score_knows_nothing_of_it(config):
    together = lint_all(config, data_sets(config, {}))
    apart = lint_all(config, data_sets(alone(config), {}))

    assert [report.readiness for report in together] == [report.readiness for report in apart]


def test_a_file_of_both_is_no_finding(config):
    Path("dsready.toml").write_text(CONFIG + 'eval = ["held/alpha.jsonl"]\n')
    config = read(Path("dsready.toml"))
    reports = lint_all(config, data_sets(config, {}))

    assert [found.rule for report in reports for found in report.findings if "XDS002" in found.rule] == []
    assert "LEK001" in reports[1].summary.by_rule


def test_who_does_not_ask_pays_nothing(config, monkeypatch):
    opened = []
    monkeypatch.setattr(across, "open_source", lambda *args: opened.append(args[1]) or open_source(*args))
    quiet = alone(config)
    lint_all(quiet, data_sets(quiet, {}))
    assert opened == []

    lint_all(config, data_sets(config, {}))
    assert opened == ["alpha/train.jsonl", "beta/train.jsonl", "held/alpha.jsonl"]


def test_what_they_share_can_be_accepted(config):
    config = config.model_copy(
        update={"lint": config.lint.model_copy(update={"per_file_ignores": {"beta/*": ("across",)}})}
    )
    _, beta = lint_all(config, data_sets(config, {}))

    assert [found.suppressed.by for found in beta.findings if "XDS" in found.rule] == ["per-file"] * 3


def test_an_ignored_record_of_any_data_set_is_needed(config):
    reports = lint_all(config, data_sets(config, {}))
    digests = [
        next(one.location.record_sha256 for one in reports[1].findings if one.rule == code)
        for code in ("XDS001", "XDS002")
    ]
    Path("dsready-ignore.txt").write_text(f"{digests[0]} XDS001\n{digests[1]} XDS002\n00000000 DUP001\n")
    alpha, beta = lint_all(config, data_sets(config, {}))

    assert [one.location.line for one in (*alpha.reported, *beta.reported) if one.rule == "DSR001"] == [3]


def test_a_folder_may_hold_what_its_data_set_is_evaluated_by(put, clean):
    put("a/train.jsonl", clean(60))
    put("a/eval.jsonl", clean(55, seed=4))
    Path("dsready.toml").write_text('[[dataset]]\nname = "a"\npaths = ["a/train.jsonl"]\neval = ["a/eval.jsonl"]\n')
    config = read(Path("dsready.toml"))

    for paths in (("a",), ("a/*.jsonl",), ("a/train.jsonl", "a/eval.jsonl")):
        (mine,) = data_sets(config, {"paths": paths}).values()
        assert mine.eval == ("a/eval.jsonl",)
        (report,) = lint_all(mine, {"": mine})
        assert [file.role for file in report.inputs] == ["train", "eval"]


def test_an_evaluation_file_by_itself_is_compared_with_nothing(config):
    Path("dsready.toml").write_text('eval = ["held/alpha.jsonl"]\n')
    config = read(Path("dsready.toml"))
    named = {"paths": ("held/alpha.jsonl",)}

    assert data_sets(config, named)[""].eval == ()
    assert data_sets(config, {**named, "eval": ("held/alpha.jsonl",)})[""].eval == ("held/alpha.jsonl",)
    for paths in (("-",), ("-", "held/alpha.jsonl"), ("gone.jsonl",), ("beta/train.jsonl",)):
        assert data_sets(config, {"paths": paths})[""].eval == ("held/alpha.jsonl",)


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize("paths", [(".",), ("alpha", "beta", "held"), ("*/*.jsonl",), ("alpha/train.jsonl", "beta")])
def test_files_of_several_data_sets_are_evaluated_by_what_each_of_them_is(put, clean, paths):
    put("held/beta.jsonl", clean(50, seed=6))
    put("beta/stray.jsonl", clean(5, seed=8))  # of no data set
    Path("dsready.toml").write_text(CONFIG + 'eval = ["held/beta.jsonl"]\n')
    (together,) = data_sets(read(Path("dsready.toml")), {"paths": paths}).values()
    (report,) = lint_all(together, {"": together})

    roles = {
        role: {file.path.removeprefix("./") for file in report.inputs if file.role == role}
        for role in ("train", "eval")
    }
    assert roles == {
        "train": {"alpha/train.jsonl", "beta/stray.jsonl", "beta/train.jsonl"},
        "eval": {"held/alpha.jsonl", "held/beta.jsonl"},
    }
    assert together.context_length is None


@pytest.mark.parametrize("paths", [("data",), ("data/*.jsonl",), ("data/eval[1].jsonl", "data/train.jsonl")])
def test_what_the_configuration_evaluates_by_is_left_out_whatever_the_user_compares_with(put, clean, paths):
    for name, seed in (("data/train.jsonl", 1), ("data/eval[1].jsonl", 2), ("other.jsonl", 3)):
        put(name, clean(20, seed=seed))
    Path("dsready.toml").write_text('eval = ["data/eval[1].jsonl", "data/gone.jsonl"]\n')
    (one,) = data_sets(read(Path("dsready.toml")), {"paths": paths, "eval": ("other.jsonl",)}).values()

    (report,) = lint_all(one, {"": one})

    assert [(file.role, Path(file.path).name) for file in report.inputs] == [
        ("train", "train.jsonl"),
        ("eval", "other.jsonl"),
    ]


def test_files_of_no_data_set_are_compared_with_what_evaluates_any(put, clean):
    for number, name in enumerate(("alpha/train.jsonl", "beta/train.jsonl", "held/alpha.jsonl", "held/beta.jsonl")):
        put(name, clean(5, seed=number))
    put("new.jsonl", clean(5, seed=9))
    Path("dsready.toml").write_text(CONFIG + 'eval = ["held/beta.jsonl"]\n')
    settled = read(Path("dsready.toml"))

    (new,) = data_sets(settled, {"paths": ("new.jsonl",)}).values()
    (alpha,) = data_sets(settled, {"paths": ("held", "new.jsonl")}, ["alpha"]).values()
    (report,) = lint_all(alpha, {"": alpha})

    assert new.eval == ("held/alpha.jsonl", "held/beta.jsonl")
    assert [Path(file.path).name for file in report.inputs if file.role == "train"] == ["new.jsonl"]


def test_whoever_trains_on_what_the_configuration_evaluates_by_means_it(put, clean):
    for name in ("eval.jsonl", "other.jsonl"):
        put(name, clean(20))
    Path("dsready.toml").write_text('eval = ["eval.jsonl"]\n')

    (one,) = data_sets(read(Path("dsready.toml")), {"paths": ("eval.jsonl",), "eval": ("other.jsonl",)}).values()

    assert one.exclude == ()


def test_files_of_several_data_sets_are_compared_with_what_the_user_says(config):
    (together,) = data_sets(config, {"paths": (".",), "eval": ("held/alpha.jsonl",)}).values()

    assert together.eval == ("held/alpha.jsonl",)


def test_evaluation_files_of_several_data_sets_by_themselves_are_compared_with_nothing(config, put, clean):
    put("held/beta.jsonl", clean(50, seed=6))
    Path("dsready.toml").write_text(CONFIG + 'eval = ["held/beta.jsonl"]\n')
    config = read(Path("dsready.toml"))

    for paths in (("held",), ("held/beta.jsonl", "held/alpha.jsonl")):
        assert data_sets(config, {"paths": paths})[""].eval == ()
