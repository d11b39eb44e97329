from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from dsready.accepting import Wishes
from dsready.dataset.dataset import record_hash
from dsready.errors import ConfigError
from tests.suppression.conftest import BASELINE, PRUNE, WRITE, held


def test_what_was_accepted_is_counted_apart_and_fails_nothing(rows, put, lint, counts):
    put("train.jsonl", rows)
    before = lint("train.jsonl")
    lint("train.jsonl", wishes=WRITE)
    after = lint("train.jsonl")

    assert counts(before) == {"CNT001": 1, "DUP001": 1, "LEK007": 1, "LEN004": 3}
    assert counts(after, "LEN004", "DUP001") == {}
    assert {found.suppressed.by for found in after.findings if found.rule == "LEN004"} == {"baseline"}
    assert after.summary.suppressed == 5  # all but the blocker
    assert before.failure
    assert {found.rule for found in after.reported} == {"CNT001"}


def test_the_score_is_the_same_with_and_without(rows, put, lint):
    put("train.jsonl", rows)
    before = lint("train.jsonl")
    lint("train.jsonl", wishes=Wishes(writes=True, blockers=True))
    after = lint("train.jsonl")

    assert after.reported == ()
    assert after.readiness == before.readiness
    assert [outcome.metrics for outcome in after.outcomes] == [outcome.metrics for outcome in before.outcomes]


def test_it_survives_shuffled_lines(rows, put, lint, shuffled):
    put("train.jsonl", rows)
    lint("train.jsonl", wishes=WRITE)
    put("train.jsonl", shuffled(rows))

    assert {found.rule for found in lint("train.jsonl").reported} == {"CNT001"}


def answered(question, answer):
    turns = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return {"messages": turns}


#: Records on which one finding stands that speaks of several, and the rule that they break.
TOGETHER = {
    "DUP002": [
        answered("List the planets.", " ".join(f"number {n} is a planet" for n in range(30)) + end)
        for end in ("", " or so", " I say", " I think")
    ],
    "DUP003": [answered("Which colour is the best of them all?", colour) for colour in ("Red it is.", "Blue it is.")],
    "DUP001": [{**answered("Who is there now, tell me?", "It is me again."), "id": n} for n in (1, 2, 3)],
}


@pytest.mark.parametrize("rule", TOGETHER)
def test_it_survives_another_first_of_several_records(clean, put, lint, counts, rule):
    records, more = clean(60), TOGETHER[rule]
    put("train.jsonl", [*records, *more])
    found = counts(lint("train.jsonl", wishes=WRITE), rule)
    assert found == {}
    for number in range(len(more)):
        put("train.jsonl", [*more[number:], *records, *more[:number]])
        assert counts(lint("train.jsonl"), rule, "DSR001") == {}

    put(
        "train.jsonl",
        [*more[1:], *records, *more[:1], answered("Which colour is the best of them all?", "Green it is.")],
    )
    assert counts(lint("train.jsonl"), rule) == ({rule: 1} if rule == "DUP003" else {})


@pytest.mark.parametrize("rule", ["DUP001", "DUP002"])
def test_one_more_that_is_nearly_the_same_is_new_wherever_it_stands(clean, put, lint, counts, rule):
    records, (first, *more) = clean(60), TOGETHER[rule]
    put("train.jsonl", [*records, *more])
    lint("train.jsonl", wishes=WRITE)

    for rows in ([first, *records, *more], [*more, *records, first], [more[1], *records, more[0], first, *more[2:]]):
        put("train.jsonl", rows)
        assert counts(lint("train.jsonl"), rule) == {rule: 1}


def test_one_more_of_the_same_is_new(rows, put, lint, counts):
    put("train.jsonl", rows)
    lint("train.jsonl", wishes=WRITE)
    put("train.jsonl", [*rows, rows[-1]])

    assert counts(lint("train.jsonl"), "LEN004", "DUP001") == {"LEN004": 1, "DUP001": 1}


def test_it_holds_hashes_and_no_text(rows, put, lint):
    put("train.jsonl", rows)
    lint("train.jsonl", wishes=WRITE)
    text = Path(BASELINE).read_text()

    assert "left to say" not in text
    assert record_hash(json.dumps(rows[60]).encode())[:16] in held()["records"]["train.jsonl"]["LEN004"]
    assert sorted(held()) == ["datasets", "made_with", "metrics", "records", "version"]
    assert text == json.dumps(held(), indent=2, sort_keys=True) + "\n"


def test_what_is_no_longer_there_is_told_and_pruned_on_request(rows, put, lint, counts):
    put("train.jsonl", rows)
    lint("train.jsonl", wishes=WRITE)
    put("train.jsonl", rows[:61])
    (stale,) = [found for found in lint("train.jsonl").reported if found.rule == "DSR001"]

    assert stale.message == "3 entries are no longer needed: --prune-baseline removes them"
    assert (stale.count, stale.location.path) == (3, BASELINE)
    lint("train.jsonl", wishes=PRUNE)
    assert counts(lint("train.jsonl")) == {"CNT001": 1}
    assert list(held()["records"]["train.jsonl"]) == ["LEN004"]


def test_entries_of_other_files_and_of_rules_that_are_not_asked_are_left_alone(rows, put, lint, counts):
    put("a.jsonl", rows)
    put("b.jsonl", rows)
    lint("a.jsonl", wishes=WRITE)
    lint("b.jsonl", wishes=WRITE)

    assert sorted(held()["records"]) == ["a.jsonl", "b.jsonl"]
    assert counts(lint("a.jsonl")) == {"CNT001": 1}
    put("a.jsonl", rows[:60])
    assert counts(lint("a.jsonl", select=["count", "suppressions"]), "DSR001") == {}
    lint("a.jsonl", wishes=PRUNE)
    assert sorted(held()["records"]) == ["b.jsonl"]


def test_a_finding_on_the_data_set_is_accepted_only_while_it_is_no_worse(clean, put, lint, counts):
    records = clean(300)
    put("train.jsonl", records)
    lint("train.jsonl", wishes=WRITE)

    assert counts(lint("train.jsonl"), "CNT002") == {}
    put("train.jsonl", records[:299])
    assert counts(lint("train.jsonl"), "CNT002", "DSR001") == {"CNT002": 1}
    put("train.jsonl", clean(301))
    assert counts(lint("train.jsonl"), "CNT002") == {}


def test_pruning_tightens_what_was_measured_where_it_got_better(clean, put, lint):
    put("train.jsonl", clean(300))
    lint("train.jsonl", wishes=WRITE)
    before = held()["metrics"]["train.jsonl"]
    put("train.jsonl", clean(310))
    lint("train.jsonl", wishes=PRUNE)
    after = held()["metrics"]["train.jsonl"]

    assert after["volume.effective_examples"] > before["volume.effective_examples"]
    put("train.jsonl", clean(290))
    lint("train.jsonl", wishes=PRUNE)
    assert held()["metrics"]["train.jsonl"] == after


def test_paths_are_those_seen_from_the_baseline(rows, put, lint, counts, monkeypatch, tmp_path):
    put("data/train.jsonl", rows)
    lint("data/train.jsonl", wishes=WRITE)

    assert list(held()["records"]) == ["data/train.jsonl"]
    monkeypatch.chdir(tmp_path / "data")
    assert counts(lint("train.jsonl", baseline=f"../{BASELINE}")) == {"CNT001": 1}
    assert counts(lint(str(tmp_path / "data" / "train.jsonl"), baseline=str(tmp_path / BASELINE))) == {"CNT001": 1}


def test_several_files_are_one_data_set(rows, put, lint, counts):
    put("a.jsonl", rows[:30])
    put("b.jsonl", rows[30:])
    lint("a.jsonl", "b.jsonl", wishes=WRITE)

    assert list(held()["metrics"]) == ["a.jsonl + b.jsonl"]
    assert counts(lint("a.jsonl", "b.jsonl")) == {"CNT001": 1}


def test_every_finding_counts_however_few_are_listed(clean, put, lint):
    bad = [{"messages": [{"role": "user", "content": str(n)}, {"role": "assistant", "content": ""}]} for n in range(50)]
    put("train.jsonl", [*clean(10), *bad])
    lint("train.jsonl", wishes=WRITE)

    assert len(held()["records"]["train.jsonl"]["LEN004"]) == 50


def test_a_baseline_made_otherwise_is_said_to_be(rows, put, lint, found):
    put("train.jsonl", rows)
    lint("train.jsonl", wishes=WRITE)
    put("train.jsonl", rows[:60])

    (stale,) = found(lint("train.jsonl", **{"suppress-key": "meta.dsready"}), "DSR001")
    assert "made under another configuration" in stale.message


@pytest.mark.parametrize(
    ("content", "what", "hint"),
    [
        (b"{", "is no JSON", "restore or mend it"),
        (b"<<<<<<< HEAD", "is no JSON", "restore or mend it"),
        (b"[]", "is no baseline of this version of dsready", "restore or mend it"),
        (b'{"version": 2}', "is no baseline of this version of dsready: version", "a newer dsready wrote it"),
        (b'{"records": {"a": 1}}', "records.a", "restore or mend it"),
    ],
)
def test_a_file_that_is_no_baseline_is_an_error(rows, put, lint, content, what, hint):
    put("train.jsonl", rows)
    Path(BASELINE).write_bytes(content)

    with pytest.raises(ConfigError, match=what) as caught:
        lint("train.jsonl", wishes=WRITE)
    assert caught.value.hint.startswith(hint)
    assert Path(BASELINE).read_bytes() == content


def test_a_baseline_that_is_named_must_be_there(rows, put, lint):
    put("train.jsonl", rows)

    with pytest.raises(ConfigError, match=r"cannot read the baseline other\.json"):
        lint("train.jsonl", baseline="other.json")
    with pytest.raises(ConfigError, match="there is no baseline to prune"):
        lint("train.jsonl", wishes=PRUNE)
    assert lint("train.jsonl", baseline="").summary.suppressed == 0


def test_standard_input_and_records_in_memory_keep_their_names(rows, put, lint, monkeypatch):
    put("train.jsonl", rows)
    with Path("train.jsonl").open("rb") as file:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(file))
        lint("-", wishes=WRITE)

    assert list(held()["records"]) == ["<stdin>"]


def answers(number, start=0):
    """Make records that answer one prompt differently."""
    asked = {"role": "user", "content": "Who keeps the keys of the old harbour office these days?"}
    return [
        {"messages": [asked, {"role": "assistant", "content": f"Number {start + n} keeps them {'and ' * n}now."}]}
        for n in range(number)
    ]


def test_a_finding_that_speaks_of_more_records_than_it_did_is_new(clean, put, lint, counts):
    put("train.jsonl", [*answers(6), *clean(60)])
    lint("train.jsonl", wishes=WRITE)

    assert counts(lint("train.jsonl"), "DUP003") == {}
    put("train.jsonl", [*answers(6), *clean(60), *answers(9, 100)])
    assert counts(lint("train.jsonl"), "DUP003") == {"DUP003": 1}


def test_what_no_metric_measures_is_accepted_only_while_it_speaks_of_no_more(clean, put, lint, counts):
    put("train.jsonl", clean(60))
    put("eval.jsonl", [*clean(60, seed=3), {"odd": 1}])
    lint("train.jsonl", evals=["eval.jsonl"], wishes=WRITE)

    assert counts(lint("train.jsonl", evals=["eval.jsonl"]), "LEK006") == {}
    put("eval.jsonl", [*clean(60, seed=3), *[{"odd": 1}] * 5])
    assert counts(lint("train.jsonl", evals=["eval.jsonl"]), "LEK006") == {"LEK006": 1}


def test_writing_for_some_rules_leaves_what_was_measured_for_others(clean, put, lint, counts):
    put("train.jsonl", clean(300))
    lint("train.jsonl", wishes=WRITE)
    put("train.jsonl", clean(300)[:280])
    lint("train.jsonl", wishes=WRITE, select=["length"])

    assert counts(lint("train.jsonl"), "CNT002") == {"CNT002": 1}


def test_the_order_of_the_files_and_one_more_of_them_change_nothing(clean, put, lint, counts):
    for number, name in enumerate(("a", "b", "c")):
        put(f"{name}.jsonl", clean(110, seed=number))
    lint("b.jsonl", "a.jsonl", wishes=WRITE)

    assert list(held()["datasets"]) == ["a.jsonl + b.jsonl"]
    assert counts(lint("a.jsonl", "b.jsonl"), "CNT002") == {}
    assert counts(lint("a.jsonl", "b.jsonl", "c.jsonl"), "CNT002") == {}
    assert counts(lint("b.jsonl"), "CNT001", "CNT002") == {"CNT001": 1}


def test_a_run_over_a_part_of_the_data_takes_nothing_away(rows, put, lint, counts):
    put("a.jsonl", rows)
    put("b.jsonl", rows[:1])
    lint("a.jsonl", "b.jsonl", wishes=WRITE)
    before = held()

    assert "DSR001" not in counts(lint("b.jsonl", complete=False))
    with pytest.raises(ConfigError, match="is about more files than this run"):
        lint("b.jsonl", wishes=PRUNE, complete=False)
    lint("b.jsonl", wishes=WRITE, complete=False)
    assert held()["records"] == before["records"]
    assert counts(lint("a.jsonl", "b.jsonl"), "DUP001") == {}


def test_entries_of_a_file_that_is_gone_are_stale(rows, put, lint, found):
    put("a.jsonl", rows)
    put("b.jsonl", rows)
    lint("a.jsonl", wishes=WRITE)
    lint("b.jsonl", wishes=WRITE)
    Path("b.jsonl").unlink()

    (stale,) = found(lint("a.jsonl"), "DSR001")
    assert stale.count == 5
    lint("a.jsonl", wishes=PRUNE)
    assert list(held()["records"]) == list(held()["metrics"]) == ["a.jsonl"]
