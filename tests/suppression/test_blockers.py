from __future__ import annotations

import json
from pathlib import Path

from dsready.accepting import Wishes
from tests.suppression.conftest import BASELINE, WRITE, held


def test_blockers_are_not_accepted_by_accident(rows, put, lint, counts):
    put("train.jsonl", [*rows, b'{"oops'])
    lint("train.jsonl", wishes=WRITE)

    assert counts(lint("train.jsonl")) == {"CNT001": 1, "FMT001": 1}
    lint("train.jsonl", wishes=Wishes(writes=True, blockers=True))
    assert counts(lint("train.jsonl")) == {}
    assert held()["made_with"]["blockers"] == ["CNT001", "FMT001"]
    lint("train.jsonl", wishes=WRITE)
    assert counts(lint("train.jsonl")) == {"CNT001": 1, "FMT001": 1}


def test_an_entry_for_what_did_not_block_does_not_accept_what_does(rows, put, lint, counts):
    put("train.jsonl", [*rows, b'{"oops'])
    lint("train.jsonl", wishes=Wishes(writes=True, blockers=True))
    changed = held()
    changed["made_with"]["blockers"] = []
    Path(BASELINE).write_text(json.dumps(changed))

    report = lint("train.jsonl")
    assert counts(report) == {"CNT001": 1, "FMT001": 1}  # and no word of entries that nothing needs


def test_with_all_blockers_accepted_the_gate_asks_for_the_score_without_them(clean, put, lint):
    put("train.jsonl", [*clean(240), b'{"oops'])
    lint("train.jsonl", wishes=Wishes(writes=True, blockers=True))
    report = lint("train.jsonl")

    assert report.score == 49
    gates = {gate.id: gate for gate in report.gates}
    assert gates["score"].found == f"{report.readiness.without_blockers} without the accepted blockers (49 with them)"
    assert gates["blockers"].found == "none; accepted: FMT001 (1)"
    assert gates["blockers"].passed


def test_a_run_over_one_file_leaves_the_blockers_that_were_accepted_of_another(rows, put, lint, counts):
    put("a.jsonl", [*rows, b'{"oops'])
    put("b.jsonl", [*rows, b'{"oh'])
    for name in ("a.jsonl", "b.jsonl"):
        lint(name, wishes=Wishes(writes=True, blockers=True), complete=False)

    lint("a.jsonl", wishes=Wishes(writes=True), complete=False)

    assert counts(lint("b.jsonl", complete=False)) == {}


def test_a_run_over_all_files_takes_back_what_blocks(rows, put, lint, counts):
    put("a.jsonl", [*rows, b'{"oops'])
    lint("a.jsonl", wishes=Wishes(writes=True, blockers=True))

    lint("a.jsonl", wishes=Wishes(writes=True))

    assert counts(lint("a.jsonl")) == {"CNT001": 1, "FMT001": 1}
