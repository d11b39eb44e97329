"""What is reported of a file for the targets that were chosen, and what is only shown."""

from __future__ import annotations

import json

import pytest

from dsready import api, targets
from dsready.config import Config, merge
from dsready.dataset.settings import Settings
from dsready.errors import ConfigError
from dsready.output import Look, render
from dsready.testing import assert_lawful, run
from dsready_checks.target import Target, _jury

USER = {"role": "user", "content": "What is the capital of France?"}
ANSWER = {"role": "assistant", "content": "Paris."}
GOOD = {"messages": [USER, ANSWER]}
EXTRA = {**GOOD, "id": 7}
HUMAN = {"messages": [{"role": "human", "content": "q"}, ANSWER]}
WEIGHTED = {"messages": [USER, {**ANSWER, "weight": 0}]}
TWICE = '{"text": "a", "text": "b"}'
MIXED = [
    *([GOOD] * 5),
    EXTRA,
    HUMAN,
    WEIGHTED,
    {"text": "plain"},
    {"messages": [USER, {"role": "assistant", "content": 42}]},
    {"messages": [USER, {"role": "assistant", "content": "42"}]},
    {"question": 1},
    {"messages": []},
    TWICE,
    "{broken",
    "",
    "[1]",
    b'{"text": "\xff"}',
    '{"text": "\\ud800"}',
    '{"score": NaN}',
]


def linted(rows, *targets, **settings):
    return run(Target(), rows, settings=Settings(targets=targets, **settings))


def found(report):
    return [
        (one.rule, one.location.line, one.details.get("rule", ""), one.count) for one in report.findings if one.location
    ]


def table(report):
    (outcome,) = [one for one in report.outcomes if one.check == "target"]
    return {one["id"]: one for one in outcome.profile["targets"]}


@pytest.mark.parametrize("targets", [("together",), ("all",), ("trl-sft", "hf-datasets-3")])
def test_the_law(targets):
    assert_lawful(Target(), MIXED * 2, settings=Settings(targets=targets))


def test_a_clean_file_has_no_findings():
    report = linted([GOOD] * 4, "together", "trl-sft")

    assert report.findings == ()
    assert {one["verdict"] for one in table(report).values()} == {"accepts"}


def test_a_finding_names_target_rule_consequence_and_words():
    (one,) = linted([GOOD, GOOD, EXTRA, GOOD], "together").findings

    assert (one.rule, one.location.line, one.pointer, one.blocks) == ("TGT001", 3, "/id", True)
    assert one.message.startswith("together refuses this row: a column that does not belong to the format (TGR-09: ")
    assert one.details == {
        "target": "together",
        "rule": "TGR-09",
        "consequence": "REJECT",
        "quote": 'Found extra column "…" in the line ….',
    }


def test_what_most_rows_break_is_one_finding():
    report = linted([EXTRA] * 6 + [GOOD] * 2, "together")

    assert found(report) == [("TGT001", 1, "TGR-09", 6)]
    assert report.findings[0].message.startswith("together refuses 6 rows: ")
    assert table(report)["together"]["in_the_way"] == 6


def test_what_few_rows_break_is_a_finding_a_row():
    assert found(linted([GOOD, EXTRA, GOOD, GOOD, EXTRA], "together")) == [
        ("TGT001", 2, "TGR-09", 1),
        ("TGT001", 5, "TGR-09", 1),
    ]


def test_rows_of_another_format_than_the_first_are_named():
    report = linted([GOOD, GOOD, GOOD, {"text": "plain"}], "together", "trl-sft")

    assert found(report) == [("TGT001", 4, "TGR-07", 1), ("TGT002", 4, "TRL-01", 1)]
    assert "refuses the file: 1 row of another format than the first row, openai-chat" in report.findings[0].message


def test_consequences_have_rules_of_their_own():
    rows = [GOOD, GOOD, GOOD, HUMAN, WEIGHTED, {"messages": [USER, {"role": "assistant", "content": "long " * 400}]}]
    rows += [{"messages": [{"role": "user", "content": "long " * 400}, ANSWER]}, TWICE]
    report = linted(rows, "trl-sft", context_length=200)

    assert {(rule, name) for rule, _, name, _ in found(report)} == {
        ("TGT002", "HFD-14"),
        ("TGT002", "TRL-01"),
        ("TGT003", "TPL-06"),
        ("TGT005", "TRL-11"),
        ("TGT005", "TRL-11-CHAT"),
        ("TGT006", "TRL-15"),
    }


def said(*turns):
    return {"conversations": [{"from": who, "value": "Well."} for who in turns]}


def test_rows_that_are_dropped_are_no_examples():
    report = linted([said("human", "gpt")] * 3 + [said("human", "gpt", "human")], "llamafactory")

    assert (report.summary.usable, report.summary.effective) == (4, 3)
    assert [(one.rule, one.severity) for one in report.findings] == [("TGT004", "warning")]


def test_lines_that_are_no_examples_anyway_are_not_taken_off_twice():
    report = linted([{"foo": n} for n in range(6)] + [GOOD] * 3, "ms-swift")

    assert table(report)["ms-swift"]["dropped"] == 6
    assert (report.summary.usable, report.summary.effective) == (3, 3)


def test_a_target_that_drops_every_row_refuses_the_file():
    report = linted([said("human", "gpt", "human")] * 4, "llamafactory")

    (one,) = [one for one in report.findings if one.rule == "TGT004"]
    assert (one.severity, one.count) == ("error", 4)
    assert table(report)["llamafactory"]["verdict"] == "refuses"


def test_so_it_is_where_it_drops_each_for_another_reason():
    report = linted([said("human", "gpt", "human"), said("gpt", "human"), {"conversations": []}], "llamafactory")

    assert {one.severity for one in report.findings if one.rule == "TGT004"} == {"error"}


def test_an_estimated_length_is_never_more_than_a_warning():
    long = {"messages": [{"role": "user", "content": "long " * 400}, ANSWER]}
    report = linted([long] * 4, "trl-sft", "axolotl", context_length=200)

    assert "error" not in {one.severity for one in report.findings}
    assert report.summary.effective == 4
    assert {metric.part for outcome in report.outcomes for metric in outcome.metrics} == {0}


def test_the_length_that_the_user_sets_is_the_trainers():
    rows = [{"messages": [USER, {"role": "assistant", "content": "long " * 3000}]}]

    assert [name for *_, name, _ in found(linted(rows, "trl-sft"))] == ["TRL-11"]
    assert found(linted(rows, "trl-sft", context_length=8000)) == []


def test_the_first_lines_are_listed_whatever_they_break(tmp_path):
    path = tmp_path / "train.jsonl"
    rows = [GOOD, WEIGHTED, *[EXTRA] * 2, *[HUMAN] * 2, GOOD, GOOD, GOOD, GOOD, GOOD]
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows, {**EXTRA, **HUMAN}]))

    config = merge(Config(), {"lint.select": ["TGT001"], "target": ["together", "llm-foundry"]})
    report = api.run([str(path)], [], config, listed=3)

    assert [one.location.line for one in report.findings] == [2, 3, 3]
    assert report.summary.by_rule == {"TGT001": 12}


def test_a_file_is_refused_as_a_whole():
    report = linted([], "together")

    (one,) = report.findings
    assert (one.rule, one.location.line, one.location.path) == ("TGT001", None, "train.jsonl")
    assert "together refuses the file: the file holds no row (TGR-10: File is empty)" in one.message
    assert table(report)["together"]["verdict"] == "refuses"


def test_the_share_of_lost_rows_is_part_of_the_score():
    report = linted([GOOD] * 99 + [EXTRA], "together")
    (metric,) = [metric for outcome in report.outcomes for metric in outcome.metrics]

    assert (metric.id, metric.part, metric.whole) == ("validity.target_share", 1, 100)


def test_all_shows_what_each_would_do_and_judges_nothing():
    report = linted(MIXED, "all")

    assert report.findings == ()
    assert report.score == 100
    assert set(table(report)) > {"together", "trl-sft", "hf-datasets"}
    assert table(report)["together"] | {"reasons": []} == {
        "id": "together",
        "name": "Together AI",
        "life": "live",
        "note": "",
        "verdict": "refuses",
        "reads": True,
        "first_row_only": False,
        "rows": 19,
        "in_the_way": 12,
        "dropped": 0,
        "changed": 0,
        "cut": 0,
        "reasons": [],
    }
    assert table(report)["together"]["reasons"][0] == {
        "rule": "TGR-07",
        "consequence": "REJECT",
        "evidence": ["RUN"],
        "says": "3 rows of another format than the first row, openai-chat",
        "quote": "All samples in the dataset must have the same dataset format.",
        "rows": 3,
        "path": "train.jsonl",
        "line": 9,
    }


def test_beside_all_the_named_target_is_judged():
    report = linted([GOOD, GOOD, EXTRA], "all", "together")

    assert {one.details["target"] for one in report.findings} == {"together"}
    assert len(table(report)) > 5


def test_without_a_target_nobody_misses_the_check(tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps(GOOD) + "\n")
    report = api.run([str(path)], [], merge(Config(), {"lint.select": ["malformed", "TGT"]}))

    assert [outcome.check for outcome in report.outcomes] == ["malformed"]
    assert {part.id: part.reason for part in report.dimensions}["validity"] == "schema: not selected"


@pytest.mark.parametrize(("name", "verdict"), [("train.json", "accepts"), ("train.jsonl", "refuses")])
def test_rows_that_a_target_does_not_look_at_are_not_judged(tmp_path, name, verdict):
    path = tmp_path / name
    path.write_text(json.dumps([{"foo": 1}] * 3))
    report = api.run([str(path)], [], merge(Config(), {"lint.select": ["TGT"], "target": "sagemaker"}))

    assert table(report)["sagemaker"]["verdict"] == verdict
    assert ("SGM-02" in {one.details["rule"] for one in report.findings}) is (verdict == "refuses")


def test_an_unknown_target_is_the_users_mistake(tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps(GOOD) + "\n")

    with pytest.raises(ConfigError, match="no target is called 'trl'"):
        api.run([str(path)], [], merge(Config(), {"target": "trl"}))


def test_what_follows_from_the_rows_is_not_told_beside_them():
    refused = table(linted([{"messages": [], "id": n} for n in range(5)], "axolotl"))["axolotl"]
    dropped = table(linted([said("human", "gpt", "human")] * 4, "bedrock-distill"))["bedrock-distill"]

    assert not [reason for reason in refused["reasons"] if "valid row" in reason["says"]]
    assert "0 valid rows, fewer than 100" in [reason["says"] for reason in dropped["reasons"]][1:]


def test_blank_lines_are_no_rows():
    report = linted([GOOD, GOOD, *[""] * 30], "mlx-lm")
    (metric,) = [metric for outcome in report.outcomes for metric in outcome.metrics]

    assert (metric.part, metric.whole) == (0, 2)


def test_rows_in_the_way_of_the_file_are_lost_too():
    report = linted([GOOD] * 7 + [{"text": "plain"}] * 6, "together")
    (metric,) = [metric for outcome in report.outcomes for metric in outcome.metrics]
    (one,) = report.findings

    assert (metric.part, one.count, len(one.related)) == (6, 6, 5)
    assert one.message.endswith("; also line 9, line 10, line 11 and 2 more")


@pytest.mark.parametrize("first", [0, 3])
def test_what_json_cannot_write_is_no_null(first):
    rows = [{**GOOD, "weight": None}] * 3
    rows.insert(first, '{"messages": [' + json.dumps(USER) + "," + json.dumps(ANSWER) + '], "weight": NaN}')

    assert [count for *_, name, count in found(linted(rows, "together")) if name == "TGR-27"] == [3]


@pytest.mark.parametrize("form", ["full", "concise", "json", "json-lines", "statistics"])
def test_keys_that_no_output_can_hold_are_spelled_out(form):
    rows = ['{"messages": [], "\\ud800": 1}', '{"k\\ud800": 1}', '{"k\\ud800": "x"}', {**GOOD, "n" * 10_000: 1}]
    report = linted(rows, "together", "hf-datasets-3", "openai-sft")

    written = render(report, form, Look())

    assert len(written) < 60_000
    assert "ud800" in str(written) or form == "statistics"


def test_findings_about_other_targets_do_not_change_a_fingerprint():
    alone = linted([GOOD, EXTRA, GOOD], "together").findings[0].fingerprint
    beside = linted([GOOD, EXTRA, GOOD], "llm-foundry", "openai-sft", "together").findings

    assert alone in {one.fingerprint for one in beside}


def test_a_limit_is_estimated_whoever_asked_before():
    long = {"prompt": "Read. " * 20_000, "completion": "Done."}
    assert targets.load("bedrock-llama").by_id["LLB-02"].refuses  # asked for by an earlier run
    _jury.cache_clear()

    assert {one.rule for one in linted([long] * 120, "bedrock-llama").findings} == {"TGT007"}


@pytest.mark.parametrize(("given", "meant"), [("", ()), ("together", ("together",)), (["a", "b"], ("a", "b"))])
def test_the_configuration_takes_one_or_several(given, meant):
    assert merge(Config(), {"target": given}).settings.targets == meant


def test_the_key_that_allows_something_is_no_place_of_a_defect():
    said = {"role": "assistant", "content": [{"text": "Yes."}]}
    turns = [{"role": "user", "content": [{"text": "Is it so?"}]}, said]
    row = {"lint": ["LEN004"], "schemaVersion": "bedrock-conversation-2024", "messages": turns, "topic": "x"}
    report = run(Target(), [row], settings=Settings(targets=("bedrock-nova",), suppress_key="lint"))

    assert [found.pointer for found in report.findings if found.location and found.location.line == 1] == ["/topic"]
