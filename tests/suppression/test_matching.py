from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from dsready.suppression.matching import DATASETS, RECORDS, Wanted, entries


def place(name, rule="DUP003", kind=RECORDS):
    return kind, "train.jsonl", rule, name


names = st.sampled_from(["a", "b", "c", "d", "a t1", "b t1"])
places = st.builds(place, names, st.sampled_from(["DUP003", "TGT001"]), st.sampled_from([RECORDS, DATASETS]))
wanted = st.builds(Wanted, places, st.integers(1, 4), st.lists(places, max_size=2).map(tuple), st.booleans())


@given(st.lists(wanted, max_size=12), st.dictionaries(places, st.integers(1, 8)))
def test_no_entry_accepts_more_than_it_holds_and_none_of_another_rule(findings, held):
    found = entries(findings, held)

    used = Counter()
    for one, entry in zip(findings, found, strict=True):
        if entry is not None:
            used[entry] += one.records
            assert entry[:3] == one.place[:3] or entry in one.others
    assert all(used[entry] <= held[entry] for entry in used)


def test_its_own_entry_is_for_a_finding_before_that_of_another():
    finding, other = Wanted(place("b"), 1, (place("a"),)), Wanted(place("a"), 1)

    assert entries([finding, other], {place("a"): 1}) == [None, place("a")]
    assert entries([finding, other], {place("a"): 1, place("b"): 1}) == [place("b"), place("a")]
    assert entries([finding], {place("a"): 1}) == [place("a")]


def test_what_names_too_few_records_takes_the_smallest_entry_that_is_enough_and_gone():
    vague = Wanted(place("x"), 7, vague=True)
    held = {place("a"): 6, place("b"): 9, place("c"): 8, place("d", "DUP004"): 7}

    assert entries([vague], held) == [place("c")]
    assert entries([vague, vague, vague], held) == [place("c"), place("b"), None]
    assert entries([vague, Wanted(place("c"), 1)], held) == [place("b"), place("c")]
    assert entries([Wanted(place("x t1"), 7, vague=True)], held) == [None]
    assert entries([Wanted(place("x"), 7)], held) == [None]


def test_of_tens_of_thousands_of_findings_as_many_are_matched_as_can_be():
    held = {place(f"{number}"): 2 if number % 2 else 9 for number in range(30_000)}
    wanted = [Wanted(place(f"new{number}"), 7, vague=True) for number in range(30_000)]

    found = entries(wanted, held)

    assert sum(entry is not None for entry in found) == 15_000
