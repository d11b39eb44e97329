"""What is said of two versions."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dsready.config import Config
from dsready.dataset.dataset import record_hash
from dsready.diff import diff, records
from dsready.diff.columns import Columns
from dsready.errors import InputError
from dsready.testing import assert_lawful
from tests.diff.conftest import answered


def lines(locations):
    return [location.line for location in locations]


def edits(difference):
    return [(change.old.line, change.new.line, change.why, change.pointers) for change in difference.changed]


def test_equal_versions_have_no_difference(compared, clean):
    found = compared(clean(30), clean(30))

    assert not found.differs
    assert found.counts.unchanged == 30
    assert found.rules == ()
    assert found.old.score == found.new.score


def test_spelling_and_the_order_of_keys_are_no_difference(compared):
    found = compared([b'{"prompt": "a", "completion": "\\u00e9"}'], ['{"completion":"é","prompt":"a"}'.encode(), b""])

    assert not found.differs


def test_added_and_removed_records_are_named_by_their_places(compared, clean):
    old = clean(40)
    found = compared(old, [*old[:10], clean(1, seed=9)[0], *old[10:20], *old[22:]])

    assert lines(found.removed) == [21, 22]
    assert lines(found.added) == [11]
    assert found.counts.model_dump() == {"added": 1, "removed": 2, "changed": 0, "unchanged": 38, "moved": 0}
    assert found.added[0].record_sha256 == record_hash(orjson.dumps(clean(1, seed=9)[0]))


def test_a_record_that_stands_once_more_is_one_added(compared, clean):
    old = clean(5)

    assert compared(old, [*old, old[0]]).counts.added == 1
    assert compared([*old, old[0]], old).counts.removed == 1


def test_another_order_is_counted_and_no_difference(compared, clean):
    old = clean(30)
    found = compared(old, [old[-1], *old[:-1]])

    assert not found.differs
    assert found.counts.moved == 1


def test_the_same_id_makes_one_record_whatever_else_is_new(compared, clean):
    old = [{"id": f"r{number}", **record} for number, record in enumerate(clean(20))]
    new = deepcopy(old)
    new[3] = {"id": "r3", **clean(1, seed=5)[0]}

    assert edits(compared(old, new)) == [(4, 4, "id", ("/messages/0/content", "/messages/1/content"))]


def test_an_id_that_several_records_have_tells_nothing(compared, clean):
    old = [{"id": "web", **record} for record in clean(20)]
    new = [*old[:-1], {"id": "web", **clean(1, seed=5)[0]}]

    assert compared(old, new).counts.changed == 0


def test_ids_that_are_given_out_anew_do_not_say_which_record_is_which(compared, clean):
    old = [{"id": number, **record} for number, record in enumerate(clean(20))]
    kept = [*old[1:10], answered(old[10], "No."), answered(old[11], "Yes."), *old[12:]]
    found = compared(old, [{**record, "id": number} for number, record in enumerate(kept)])

    assert Counter(change.why for change in found.changed) == {"content": 17, "prompt": 2}
    assert lines(found.removed) == [1]
    assert all(change.new.line == change.old.line - 1 for change in found.changed)
    assert found.fields == {"/id": 19, "/messages/*/content": 2}


def test_the_same_prompt_with_another_answer_is_one_record(compared, clean):
    old = clean(20)
    new = [*old[:7], answered(old[7], "Something else."), *old[8:]]
    new = new[5:] + new[:5]

    assert [(change.old.line, change.why, change.pointers) for change in compared(old, new).changed] == [
        (8, "prompt", ("/messages/1/content",))
    ]


def test_a_system_prompt_given_to_all_changes_all(compared, clean):
    old = clean(20)
    new = [{"messages": [{"role": "system", "content": "Be brief."}, *record["messages"]]} for record in old]
    found = compared(old, new)

    assert found.counts.changed == 20
    assert found.fields == {"/messages": 20}


def test_a_prompt_that_several_changed_records_have_tells_nothing(compared):
    def rows(*answers):
        return [{"prompt": "Go on.", "completion": answer} for answer in answers]

    found = compared(rows("one apple", "two pears"), rows("seven seas to sail", "nine lives of a cat"))

    assert (found.counts.added, found.counts.removed, found.counts.changed) == (2, 2, 0)


@pytest.mark.parametrize("shuffled", [False, True])
def test_most_of_the_words_make_one_record_wherever_it_stands(compared, clean, shuffled):
    old = clean(300)
    new = deepcopy(old)
    for record in new[::3]:
        for turn in record["messages"]:
            first, *rest = turn["content"].split()
            turn["content"] = " ".join([first, "really", *rest])
    if shuffled:
        new = [*new[1::2], *new[::2]]
    found = compared(old, new)

    assert found.counts.changed == 100
    assert {change.why for change in found.changed} == {"similar"}
    assert all(0.5 <= change.similarity < 1 for change in found.changed)
    assert found.counts.added == found.counts.removed == 0


def test_strangers_are_added_and_removed(compared, clean):
    found = compared(clean(50), clean(50, seed=7))

    assert found.counts.changed == 0
    assert found.counts.added == found.counts.removed == 50


def test_of_several_similar_records_the_most_similar_is_the_same(compared):
    def text(*words):
        return {"text": " ".join(["the old baker sold warm bread to every child in the village", *words])}

    found = compared([text("today", "again")], [text("today", "again", "now"), text("in", "rain", "and", "snow")])

    assert edits(found) == [(1, 1, "similar", ("/text",))]
    assert lines(found.added) == [2]


def test_a_broken_line_that_was_mended_is_a_change(compared, clean):
    old = clean(10)
    found = compared([*old[:4], b'{"messages": [', *old[5:]], old)

    assert edits(found) == [(5, 5, "place", ("",))]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"messages": [', b'{"messages": [{'),
        (b'["a"]', b'["b"]'),
        (b'{"id": 1, "a": %s1%s}' % (b"[" * 1000, b"]" * 1000), b'{"id": 1, "a":%s1%s}' % (b"[" * 1000, b"]" * 1000)),
    ],
)
def test_a_change_in_no_field_is_one_of_the_whole_line(compared, clean, before, after):
    old = clean(10)
    found = compared([*old[:4], before, *old[5:]], [*old[:4], after, *old[5:]])

    assert [(change.old.line, change.pointers) for change in found.changed] == [(5, ("",))]
    assert found.fields == {"": 1}


def test_zero_and_minus_zero_differ_as_their_hashes_do(compared):
    found = compared([b'{"id": 1, "score": 0.0}'], [b'{"id": 1, "score": -0.0}'])

    assert edits(found) == [(1, 1, "id", ("/score",))]


def test_two_lines_for_a_broken_one_are_no_change(compared, clean):
    old = clean(10)
    found = compared([*old[:4], b'{"messages": [', *old[6:]], old)

    assert (found.counts.added, found.counts.removed, found.counts.changed) == (2, 1, 0)


def test_pointers_are_cut_and_counted(compared):
    old = {"id": "a", "prompt": "x", "completion": "y"}
    found = compared([old], [old | {f"k{number}": number for number in range(20)}])

    assert len(found.changed[0].pointers) == 8
    assert found.changed[0].more == 12


def test_lists_are_cut_and_counts_are_not(compared, clean, monkeypatch):
    monkeypatch.setattr(records, "MOST_FINDINGS", 2)
    monkeypatch.setattr(records, "_PAIRS", 1)
    old = [{"id": number, **record} for number, record in enumerate(clean(9))]
    new = [*({"id": row["id"], **other} for row, other in zip(old[:3], clean(3, 8), strict=True)), *clean(4, seed=9)]
    found = compared(old, new)

    assert (len(found.added), len(found.removed), len(found.changed)) == (2, 2, 2)
    assert found.counts.model_dump() == {"added": 4, "removed": 6, "changed": 3, "unchanged": 0, "moved": 0}
    assert found.fields == {"/messages/*/content": 4}


def test_what_lint_measures_stands_side_by_side(compared, clean):
    old = clean(260)
    new = [*old[:250], *old[:40], {"prompt": "hm", "completion": ""}]
    found = compared(old, new)

    assert (found.old.records, found.new.records) == (260, 291)
    assert (found.old.effective, found.new.effective) == (260, 250)
    assert found.old.shapes == {"openai-chat": 260}
    assert found.new.shapes == {"openai-chat": 290, "prompt-completion": 1}
    assert found.old.languages == {"en": 260}
    assert found.new.score < found.old.score
    assert found.new.dimensions["uniqueness"] < found.old.dimensions["uniqueness"]
    assert {rule.code: (rule.old, rule.new, rule.appeared, rule.gone) for rule in found.rules}["DUP001"] == (
        0,
        40,
        40,
        0,
    )


def test_tokens_are_counted_over_usable_records(compared):
    rows = [{"prompt": "word " * size, "completion": "yes"} for size in range(1, 101)]
    tokens = compared(rows, [*rows, b"broken"]).new.tokens

    assert tokens == compared(rows, rows).old.tokens
    assert tokens.median < tokens.p95 < tokens.total


def test_an_id_alone_is_no_content(compared):
    found = compared([{"id": 1}], [{"id": 2}, {"text": "x"}])

    assert (found.counts.added, found.counts.removed, found.counts.changed) == (2, 1, 0)


def test_a_record_may_have_an_id_of_any_kind(compared):
    odd = [
        {"id": value, "text": f"a text {number}"} for number, value in enumerate(["", None, 1.5, [1], True, {}, "a"])
    ]

    assert compared(odd, odd[::-1]).counts.unchanged == 7


def test_a_version_without_usable_records_has_no_tokens(compared):
    assert compared([b"broken"], [{"prompt": "a", "completion": "b"}]).old.tokens.total == 0


RECORDS = some.lists(
    some.sampled_from(
        [
            b'{"prompt":"a b c","completion":"d"}',
            b'{"prompt":"a b c","completion":"e"}',
            b'{"prompt":"f","completion":"d","id":1}',
            b'{"prompt":"f g","completion":"d","id":1}',
            b'{"id":1}',
            b'{"id":2}',
            b"{",
            b'"text"',
            b"  ",
        ]
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=60)
@given(RECORDS, RECORDS)
def test_every_record_is_accounted_for_once(tmp_path_factory, old, new):
    folder = tmp_path_factory.mktemp("data")
    for name, content in (("old", old), ("new", new)):
        (folder / name).write_bytes(b"".join(line + b"\n" for line in content))
    found = diff(str(folder / "old"), str(folder / "new"), Config())
    before, after = (Counter(record_hash(line) for line in content if line.strip()) for content in (old, new))
    counts = found.counts

    assert counts.unchanged == (before & after).total()
    assert counts.unchanged + counts.changed + counts.removed == before.total() == found.old.records
    assert counts.unchanged + counts.changed + counts.added == after.total() == found.new.records
    taken = Counter(place.record_sha256 for place in [*found.removed, *(change.old for change in found.changed)])
    assert taken == before - after


def test_more_processes_find_the_same(compared, clean):
    old, new = clean(40), [*clean(35), *clean(5, seed=3)]

    assert compared(old, new, jobs=2) == compared(old, new)


def test_the_scan_obeys_the_law_of_checks(clean):
    assert_lawful(Columns(), [*clean(20), "{broken", "", {"id": 1}, {"unknown": 1}] * 3)


def test_progress_goes_once_from_the_first_byte_to_the_last(compared, clean):
    seen = []
    compared(clean(20), clean(30), progress=lambda done, total: seen.append((done, total)))

    done, totals = zip(*seen, strict=True)
    assert list(done) == sorted(done)
    assert {done[-1]} == set(totals)


def test_a_crash_of_the_scan_is_no_silent_difference(compared, clean, monkeypatch):
    monkeypatch.setattr(Columns, "update", lambda *_: 1 / 0)

    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        compared(clean(2), clean(2))


@pytest.mark.parametrize(
    ("content", "reason", "hint"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12300\n", "12,300 bytes", "git lfs pull"),
        (b"\x1f\x8b\x08\x00broken", "damaged", "get the whole file"),
    ],
)
def test_a_file_that_is_not_there_as_a_whole_is_not_compared(tmp_path, write, clean, content, reason, hint):
    (tmp_path / "old.jsonl").write_bytes(content)

    with pytest.raises(InputError, match=reason) as error:
        diff(str(tmp_path / "old.jsonl"), write("new.jsonl", clean(2)), Config())

    assert hint in error.value.hint
