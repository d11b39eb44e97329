"""A baseline and findings about many records: of a target, and of what records share."""

from __future__ import annotations

import json

import pytest

from dsready.accepting import Wishes
from tests.suppression.conftest import PRUNE, WRITE, held


def answered(question, number):
    turns = [
        ("user", question),
        ("assistant", f"Here is answer {number}, and it is not like the others: {number * 77}."),
    ]
    return {"messages": [{"role": role, "content": said} for role, said in turns]}


def test_what_speaks_of_more_records_than_it_names_survives_shuffled_lines(clean, put, lint, counts, shuffled):
    records = [{"text": json.dumps(row)} for row in clean(60)]
    wishes = Wishes(writes=True, blockers=True)
    options = {"target": ["openai-sft"], "select": ["target", "suppressions"]}
    put("train.jsonl", records)
    before = lint("train.jsonl", wishes=wishes, **options)
    assert max(found.count for found in before.findings) == 60

    put("train.jsonl", shuffled(records))
    assert counts(lint("train.jsonl", **options)) == {}
    put("train.jsonl", [{"text": "One more."}, *shuffled(records)])
    assert "TGT001" in counts(lint("train.jsonl", **options))


def test_another_conflict_does_not_take_the_place_of_one_that_is_gone(clean, put, lint, counts, shuffled):
    first, second = ([answered(question, n) for n in range(7)] for question in ("Which way is it?", "Who was that?"))
    put("train.jsonl", [*clean(60), *first])
    lint("train.jsonl", wishes=WRITE)

    put("train.jsonl", shuffled([*clean(60), *first]))
    assert counts(lint("train.jsonl"), "DUP003", "DSR001") == {}
    put("train.jsonl", [*clean(60), *second[:6]])
    assert counts(lint("train.jsonl"), "DUP003") == {"DUP003": 1}
    put("train.jsonl", [*clean(60), *first[2:]])
    assert counts(lint("train.jsonl"), "DUP003") == {}


def test_targets_are_told_apart(clean, put, lint, counts):
    put("train.jsonl", clean(300))
    config = {"select": ["target", "suppressions"]}
    lint("train.jsonl", wishes=WRITE, target=["bedrock-nova"], **config)

    accepted = held()
    first = counts(lint("train.jsonl", target=["bedrock-nova"], **config))
    other = counts(lint("train.jsonl", target=["bedrock-nova", "mistral-finetune"], **config))
    alone = counts(lint("train.jsonl", target=["mistral-finetune"], baseline="", **config))
    assert other == {code: first.get(code, 0) + alone.get(code, 0) for code in {*first, *alone}}

    for other in ("mistral-finetune", "all"):
        lint("train.jsonl", wishes=PRUNE, target=[other], **config)
    assert held()["records"] == accepted["records"]
    lint("train.jsonl", wishes=WRITE, target=["mistral-finetune"], **config)
    assert counts(lint("train.jsonl", target=["bedrock-nova"], **config)) == first


@pytest.mark.parametrize("files", [("train.jsonl",), ("train.jsonl", "more.jsonl")])
def test_of_files_by_themselves_nobody_knows_what_the_whole_needs(clean, put, lint, counts, files):
    for name in files:
        put(name, clean(30))
    lint("train.jsonl", wishes=WRITE)  # too few records, and no evaluation set

    for name in files:
        assert counts(lint(name, complete=False, part=True), "DSR001") == {}
