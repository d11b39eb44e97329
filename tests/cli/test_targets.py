"""`dsready targets`, and the table of `dsready lint --target`."""

from __future__ import annotations

import json

import pytest

from dsready import registry
from dsready_checks.target import Target

CHAT = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}
LINT = ("lint", "train.jsonl", "--exit-zero")


@pytest.fixture(autouse=True)
def _train(tmp_path, monkeypatch):
    """Install the check, write a file of chats, the fourth with an id."""
    monkeypatch.setattr(registry, "load", lambda: {"target": Target})
    monkeypatch.setenv("DSREADY_NO_CACHE", "1")
    rows = [CHAT] * 3 + [{**CHAT, "id": "\x1b[31m::error::x"}] + [CHAT] * 8
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_the_list_names_every_target(cli):
    result = cli("targets")

    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0].split() == ["Target", "What", "it", "is"]
    assert any(line.startswith("together ") and "Together AI" in line for line in lines)
    assert all(len(line) <= 80 for line in lines)


def test_a_target_is_explained_with_its_rules_and_where_they_come_from(cli):
    result = cli("targets", "together")

    assert result.code == 0
    assert "source: together 2.14.0" in result.out
    assert "  TGR-09  REJECT   RUN       a column that does not belong to the format" in result.out
    assert "“Found extra column" in result.out
    assert result.out.count("TGR-21") == 2  # told once, and again as that of another format


def test_both_are_there_for_programs(cli):
    listed = json.loads(cli("targets", "--output-format", "json").out)
    (one,) = json.loads(cli("targets", "trl-sft", "--output-format", "json").out)

    assert "trl-sft" in [target["id"] for target in listed]
    assert "rules" not in listed[0]
    assert one["formats"][0] == "sharegpt"
    assert {"id": "TRL-08", "consequence": "CRASH", "evidence": ["RUN"], "quote": "KeyError"}.items() <= next(
        rule for rule in one["rules"] if rule["id"] == "TRL-08"
    ).items()


def test_an_unknown_target_is_an_error(cli):
    result = cli("targets", "trl")

    assert result.code == 2
    assert "no target is called 'trl'" in result.err
    assert "did you mean 'trl-" in result.err


def test_all_prints_the_table_first(cli):
    result = cli(*LINT, "--target", "all")

    head, rule, first, *_ = result.out.splitlines()
    assert head.split() == ["Target", "Takes", "it", "Rows", "Because"]
    assert "no, they read other formats (see dsready convert): " in result.out
    assert "trl-dpo" in result.out.partition("other formats ")[2]
    assert set(rule) == {"-", " "}
    assert first.split()[1] == "yes"
    assert "together" in result.out
    assert " targets: " in result.out
    assert "0 findings" in result.out


def test_a_chosen_target_is_judged_and_tabled(cli):
    result = cli(*LINT, "--target", "together", "--target", "trl-sft")

    assert "trl-sft   yes\n" in result.out
    assert "together  no          1 in the way  line 4: a column that does not belong" in result.out
    assert "2 targets: 1 yes; 1 no" in result.out
    assert "train.jsonl:4  together refuses this row" in result.out
    assert "\x1b" not in result.out
    assert "\n::" not in result.out


def test_several_targets_may_stand_in_one_option(cli):
    assert "2 targets: " in cli(*LINT, "--target", "together,trl-sft").out


def test_of_several_files_the_one_is_named(cli, tmp_path):
    (tmp_path / "more.jsonl").write_text(json.dumps({**CHAT, "id": 1}) + "\n" + json.dumps(CHAT) + "\n")

    assert "train.jsonl:4: a column" in cli(*LINT, "more.jsonl", "--target", "together").out


def test_a_rule_of_a_target_is_found_where_it_is_explained(cli):
    result = cli("rule", "TGR-43")

    assert result.code == 2
    assert "TGR-43 is a rule of together" in result.err
    assert "dsready targets together explains it" in result.err
    assert "no rule is called 'XXX-99'" in cli("rule", "XXX-99").err


def test_a_refusal_fails_the_run(cli):
    assert cli("lint", "train.jsonl", "--target", "together").code == 1
    assert cli("lint", "train.jsonl", "--target", "trl-sft").code == 0


def test_the_json_result_holds_the_table(cli):
    result = json.loads(cli(*LINT, "--target", "all", "--output-format", "json").out)

    (outcome,) = result["outcomes"]
    assert result["settings"]["targets"] == ["all"]
    assert {"id": "trl-sft", "verdict": "accepts"}.items() <= {
        target["id"]: target for target in outcome["profile"]["targets"]
    }["trl-sft"].items()
