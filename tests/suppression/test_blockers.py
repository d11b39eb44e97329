from __future__ import annotations

from dsready.accepting import Wishes


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
