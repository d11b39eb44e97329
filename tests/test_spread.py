from __future__ import annotations

import json
from pathlib import Path

import pytest

from dsready import api
from dsready.accepting import Acceptance, Wishes
from dsready.api import lint
from dsready.config import Config, merge

STRETCHES = 100
FIXTURES = Path(__file__).parent.parent / "fixtures"
CASES = sorted(case for folder in FIXTURES.iterdir() for case in folder.iterdir() if case.is_dir())


def record(number, **more):
    return {"prompt": f"question {number} about {number * 7919}", "answer": f"the answer is {number * 104729}"} | more


def written(path, records):
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return str(path)


def test_a_stretch_begins_where_a_record_does_and_small_files_have_as_many_as_records(tmp_path):
    report = lint(written(tmp_path / "a.jsonl", [record(0), *map(record, range(11))]))

    assert report.spread.starts == tuple((str(tmp_path / "a.jsonl"), line) for line in range(1, 13))
    assert report.spread.rules["DUP001"] == (0, 1, *(0,) * 10)


def test_places_are_counted_along_all_training_files_and_no_other(tmp_path):
    first = written(tmp_path / "a.jsonl", map(record, range(300)))
    second = written(tmp_path / "b.jsonl", map(record, range(250, 550)))
    report = lint([first, second], eval=written(tmp_path / "eval.jsonl", [record(3), record(3)]))

    assert len(report.spread.starts) <= STRETCHES
    copies = report.spread.rules["DUP001"]
    assert sum(copies) == 50
    begins = next(number for number, (path, _) in enumerate(report.spread.starts) if path == second)
    assert not any(copies[: begins - 1])  # the stretch before may end in the second file
    assert all(sum(counts) for counts in report.spread.rules.values())


def test_what_is_accepted_is_on_no_map(tmp_path):
    path = written(tmp_path / "a.jsonl", [record(0), *map(record, range(30))])
    config = merge(Config(), {"lint.per-file-ignores": {str(tmp_path / "*"): ["DUP001"]}})

    assert "DUP001" not in lint(path, config=config).spread.rules


def test_a_place_with_one_accepted_finding_of_two_stays_on_the_map(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked, said = {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}
    rows = [{"messages": [asked, said]}, {"messages": [asked, said, asked], "more": 1}, {"messages": [asked, said]}]
    written(tmp_path / "a.jsonl", rows)
    one = merge(Config(), {"target": ["mistral-api"], "lint.baseline": "known.json"})
    api.run(["a.jsonl"], [], one, acceptance=(writing := Acceptance(one, Wishes(writes=True, blockers=True))))
    writing.save()
    assert "TGT001" not in api.run(["a.jsonl"], [], one).spread.rules
    two = merge(one, {"target": ["mistral-api", "together"]})
    report = api.run(["a.jsonl"], [], two)

    assert {found.suppressed is None for found in report.findings if found.rule == "TGT001"} == {False, True}
    assert report.spread.rules["TGT001"] == (0, 1, 0)


def test_nothing_is_spread_over_no_records(tmp_path):
    assert lint(written(tmp_path / "a.jsonl", [])).spread is None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_the_map_is_the_same_however_many_findings_are_listed(case):
    train, evals = sorted(case.glob("train*")), sorted(case.glob("eval*"))
    if not train:
        pytest.skip("no file of its own")
    whole, few = (
        api.run([str(path) for path in train], [str(path) for path in evals], Config(), listed=listed)
        for listed in (10_000, 1)
    )

    assert few.spread == whole.spread
    assert few.summary.by_rule == whole.summary.by_rule
