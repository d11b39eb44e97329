"""Which findings came, where, and which went."""

from __future__ import annotations

from dsready import api
from dsready.config import Config
from dsready.diff import diff
from tests.diff.conftest import answered


def test_findings_that_go_and_come_are_not_set_off_against_each_other(compared, clean):
    empty = [answered(record, "") for record in clean(2, seed=4)]
    found = compared([*clean(30), empty[0]], [*clean(30), empty[1]])

    assert [(rule.old, rule.new, rule.appeared, rule.gone) for rule in found.rules if rule.code == "LEN004"] == [
        (1, 1, 1, 1)
    ]


def test_the_report_of_a_rule_that_lists_not_all_says_the_least(compared, clean, monkeypatch):
    monkeypatch.setattr(api.run, "__kwdefaults__", {**api.run.__kwdefaults__, "listed": 1})
    old, new = ([answered(record, "") for record in clean(count, seed=4)] for count in (5, 3))

    assert [(rule.appeared, rule.gone) for rule in compared(old, new).rules if rule.code == "LEN004"] == [(0, 2)]


def places(difference, code):
    return next(
        [str(place).rpartition("/")[2] for place in rule.places] for rule in difference.rules if rule.code == code
    )


def test_new_findings_are_named_by_their_places_up_to_three(compared, clean):
    empty = [answered(record, "") for record in clean(6, seed=4)]
    found = compared([*clean(30), empty[0]], [empty[1], *clean(30), *empty, b"{"])

    assert places(found, "FMT001") == ["new.jsonl:38:2"]
    assert places(found, "LEN004") == ["new.jsonl:1", "new.jsonl:33", "new.jsonl:34"]  # line 32 is as it was
    assert next(rule.appeared for rule in found.rules if rule.code == "LEN004") == 6


def test_places_of_new_records_come_before_those_of_old_ones(compared, clean):
    old = clean(30)
    kinds = [answered(record, "Something else, at some length.") for record in old[20:22]]
    found = compared(old, [old[21], kinds[0], *old[:21], *old[22:], kinds[1]])

    assert places(found, "DUP003") == ["new.jsonl:2", "new.jsonl:1"]


def test_a_finding_that_is_gone_has_no_place(compared, clean):
    found = compared([*clean(9), b"{"], clean(9))

    assert places(found, "FMT001") == []


def test_a_finding_that_moved_to_another_file_is_the_same(write, clean):
    write("one/a.jsonl", [*clean(9), b"{"])
    write("two/b.jsonl", [b"{", *clean(9)])
    folder = write("x", []).removesuffix("/x")

    assert diff(f"{folder}/one", f"{folder}/two", Config()).rules == ()


def test_of_findings_that_are_not_listed_only_those_of_new_records_are_known(compared, clean, monkeypatch):
    monkeypatch.setattr(api.run, "__kwdefaults__", {**api.run.__kwdefaults__, "listed": 2})
    empty = [answered(record, "") for record in clean(6, seed=4)]
    found = compared(empty[:4], [empty[2], empty[5], empty[3]])

    assert places(found, "LEN004") == ["new.jsonl:2"]
    assert [(rule.appeared, rule.gone) for rule in found.rules if rule.code == "LEN004"] == [(1, 2)]
