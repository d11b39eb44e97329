"""TRL: what each trainer makes of rows."""

from __future__ import annotations

import orjson
import pytest

from dsready.targets.trl import DPO, KTO, REWARD, SFT

USER = {"role": "user", "content": "q"}
ANSWER = {"role": "assistant", "content": "a"}
OTHER = {"role": "assistant", "content": "b"}
IMAGE = {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "q"}]}


def chat(*messages, **more):
    return {"messages": list(messages), **more}


def pair(prompt=None, chosen=ANSWER, rejected=OTHER, **more):
    return {"prompt": prompt or [USER], "chosen": [chosen], "rejected": [rejected], **more}


TEXTS = {"prompt": "q", "chosen": "a", "rejected": "b"}
JUDGED = {"prompt": "q", "completion": "a", "label": True}
ACCEPTED = [
    (SFT, chat(USER, ANSWER)),
    (SFT, chat({"role": "system", "content": "s"}, USER, ANSWER, tools=[], id=7)),
    (SFT, {"prompt": [USER], "completion": [ANSWER]}),
    (SFT, {"prompt": "q", "completion": "a"}),
    (SFT, chat(USER, ANSWER, tools="[]")),
    (SFT, {"text": "plain"}),
    (SFT, {"conversations": [{"from": "user", "value": "q"}, {"from": "assistant", "value": "a"}]}),
    (DPO, pair()),
    (DPO, TEXTS),
    (DPO, {"chosen": [USER, ANSWER], "rejected": [USER, OTHER]}),
    (DPO, {"chosen": "a", "rejected": "b"}),
    (KTO, JUDGED),
    (KTO, {**JUDGED, "label": 1}),
    (KTO, {"prompt": [USER], "completion": [ANSWER], "label": False}),
    (KTO, pair()),
    (REWARD, pair()),
    (REWARD, {"chosen": "a", "rejected": "b"}),
]
BROKEN = [
    (SFT, "TRL-02", chat()),
    (SFT, "TRL-02", chat({"content": "q"}, ANSWER)),
    (SFT, "TRL-02", chat(USER, "a")),
    (SFT, "TRL-02", chat(USER, None)),
    (SFT, "TRL-02", chat({"from": "user", "value": "q"}, {"from": "assistant", "value": "a"})),
    (SFT, "TRL-03", {"instruction": "q", "output": "a"}),
    (SFT, "TRL-03", {"completion": [ANSWER]}),
    (SFT, "TRL-03", TEXTS),
    (SFT, "TRL-05", {"prompt": "q", "completion": [ANSWER]}),
    (SFT, "TRL-07", {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}),
    (SFT, "TRL-07", {"conversations": [{"from": "user", "value": "q"}, {"value": "a"}]}),
    (SFT, "TRL-08", {"conversations": [USER, ANSWER]}),
    (SFT, "TRL-08", {"conversations": [7, {"from": "gpt", "value": "a"}]}),
    (SFT, "TRL-09", {"conversations": [{"from": "human", "value": "q"}, 7]}),
    (SFT, "TRL-19", chat(USER, ANSWER, tools={"a": 1})),
    (SFT, "TRL-19", chat(USER, ANSWER, tools="")),
    (SFT, "TRL-19", chat(USER, ANSWER, tools='{"a": 1}')),
    (SFT, "TPL-01", chat(USER, {"role": "assistant", "content": None})),
    (SFT, "TPL-01", chat(USER, {"role": "assistant"})),
    (SFT, "TPL-02", chat(USER, {"role": "assistant", "content": 5})),
    (SFT, "TPL-03", chat(USER, {"role": "assistant", "content": [{"type": "text", "text": "a"}]})),
    (SFT, "TPL-06", chat({"role": "human", "content": "q"}, ANSWER)),
    (SFT, "TPL-06", {"prompt": [USER], "completion": [{"role": "gpt", "content": "a"}]}),
    (SFT, "TPL-06", chat(USER, {"content": "a"})),
    (DPO, "TRL-03", chat(USER, ANSWER)),
    (DPO, "TRL-06", {"chosen": [USER, ANSWER], "rejected": [{"role": "user", "content": "p"}, OTHER]}),
    (DPO, "TRL-06", {"chosen": [ANSWER], "rejected": [ANSWER]}),
    (DPO, "TRL-05", pair(prompt="q")),
    (DPO, "TRL-05", {"chosen": "a", "rejected": [ANSWER]}),
    (DPO, "TRL-10", {"input": chat(USER), "preferred_output": [ANSWER], "non_preferred_output": [OTHER]}),
    (DPO, "TRL-02", pair(prompt=[{"content": "q"}])),
    (KTO, "TRL-03", {"prompt": "q", "completion": "a"}),
    (KTO, "TRL-02", {"prompt": [], "completion": [ANSWER], "label": True}),
    (KTO, "TRL-05", {"prompt": "q", "completion": 7, "label": True}),
    (KTO, "TRL-06", {"chosen": [ANSWER], "rejected": [OTHER]}),
    (KTO, "TRL-18", {**JUDGED, "label": "true"}),
    (KTO, "TRL-18", {**JUDGED, "label": None}),
    (KTO, "TPL-01", {"prompt": [USER], "completion": [{"role": "assistant"}], "label": True}),
    (KTO, "TPL-06", {"prompt": [USER], "completion": [{"role": "gpt", "content": "a"}], "label": True}),
    (KTO, "TRL-05", {"prompt": "q", "completion": [ANSWER], "label": True}),
    (REWARD, "TRL-03", JUDGED),
    (REWARD, "TRL-05", {"prompt": [USER], "chosen": "a", "rejected": "b"}),
]
BROKEN += [
    (DPO, "TRL-20", {"question": "q", "chosen": "a", "rejected": "b"}),
    (DPO, "TRL-20", {"conversations": [{"from": "human", "value": "q"}], "chosen": "a", "rejected": "b"}),
    (REWARD, "TRL-20", {"instruction": "q", "chosen": [USER, ANSWER], "rejected": [USER, OTHER]}),
    (SFT, "TRL-21", chat(USER, ANSWER, system="Be brief.")),
    (SFT, "TRL-21", {"prompt": "q", "completion": "a", "system": "Be brief."}),
    (SFT, "TRL-22", {"prompt": "q", "completion": "a", "label": False}),
]
ADVISED = [
    (SFT, "TRL-23", chat(USER)),
    (SFT, "TRL-04", {"prompt": [{"role": "system", "content": "s"}], "completion": [ANSWER]}),
    (SFT, "TRL-14", chat(IMAGE, ANSWER)),
    (SFT, "TRL-15", chat(USER, {**ANSWER, "weight": 0})),
    (SFT, "TRL-15", chat(USER, ANSWER, weight=2)),
    (SFT, "TPL-06-ORDER", chat(USER, USER, ANSWER)),
    (SFT, "TPL-THINK", chat(USER, {"role": "assistant", "content": "<think>x</think>a"}, USER, ANSWER)),
    (REWARD, "TRL-06", {"chosen": [USER, ANSWER], "rejected": [{"role": "user", "content": "p"}, OTHER]}),
    (KTO, "TRL-18-NUMBER", {**JUDGED, "label": 0.5}),
]


def broken(target, row):
    return [breach.rule for breach in target.of_line(orjson.dumps(row))]


@pytest.mark.parametrize(("target", "row"), ACCEPTED)
def test_it_takes(target, row):
    assert broken(target, row) == []


@pytest.mark.parametrize(("target", "rule", "row"), BROKEN)
def test_one_defect_is_one_rule(target, rule, row):
    found = broken(target, row)

    assert [one.id for one in found] == [rule]
    assert found[0].verified
    assert found[0].consequence in ("CRASH", "CORRUPT")


@pytest.mark.parametrize(("target", "rule", "row"), ADVISED)
def test_what_harms_nobody_for_sure_is_no_error(target, rule, row):
    found = broken(target, row)

    assert [one.id for one in found] == [rule]
    assert found[0].consequence in ("WARN", "IGNORE") or not found[0].verified


def test_a_surrogate_stops_the_tokenizer():
    assert [breach.rule.id for breach in SFT.of_line(b'{"text": "\\ud800"}')] == ["TPL-05", "HFD-15"]


@pytest.mark.parametrize("target", [SFT, DPO, KTO, REWARD])
def test_every_rule_is_broken_here(target):
    shown = {rule for one, rule, _ in [*BROKEN, *ADVISED]}
    #: Of lengths and whole files, tests/checks/test_target.py and test_trainers.py; of the loader, test_hf_datasets.py.
    elsewhere = {
        "TRL-01",
        "TRL-11",
        "TRL-11-ANSWER",
        "TRL-11-CHAT",
        "TRL-12",
        "TPL-05",
        "TPL-06-SYSTEM",
        "TPL-THINK-SOME",
    }

    assert {name for name in target.by_id if not name.startswith("HFD")} <= shown | elsewhere
