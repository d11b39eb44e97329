"""What holds of a decision whatever is said and measured."""

from __future__ import annotations

from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from dsready.decide import Facts, advice, decide
from dsready.decide.case import Case
from dsready.decide.ladder import ANSWERS, RUNGS, SPECS
from dsready.decide.sources import ALL, cited, named
from dsready.task import Gap, Hypothesis, Prompting, Task
from tests.decide.cases import ANSWERED, case

_share = st.floats(0, 1)
_count = st.one_of(st.none(), st.sampled_from([0, 1, 2, 30, 31, 49, 50, 60, 120, 200, 500, 1200, 10**9]))
_answer = st.one_of(st.none(), st.booleans())
_text = st.one_of(st.none(), st.text(max_size=5))


def promptings(accuracy):
    """Build how far prompting went; what was measured was tried."""
    measured = st.builds(Prompting, tried=st.sampled_from([None, True]), accuracy=accuracy, inputs=_count)
    return st.one_of(measured, st.just(Prompting(tried=False)))


TASKS = st.builds(
    Task,
    gap=st.one_of(st.none(), st.sampled_from(get_args(Gap))),
    prompting=promptings(st.one_of(st.none(), _share)),
    rag_tried=_answer,
    more_examples=_answer,
    stable_for_days=_count,
    metric=_text,
    baseline=st.one_of(st.none(), _share),
    hypothesis=st.builds(Hypothesis, from_=st.one_of(st.none(), _share), to=st.one_of(st.none(), _share)),
    rounds_budgeted=_count,
    maintainer=_text,
    readable=_answer,
    prototype=_answer,
    calls_per_month=_count,
)
FACTS = st.builds(
    Facts,
    goal=st.sampled_from(["general", "style", "format", "behaviour", "classification", "distillation", "reasoning"]),
    effective=_count,
    items=_count,
    leaked=_count,
    gate=_answer,
    score=_count,
    teaches_facts=_answer,
    facts_share=st.one_of(st.none(), _share),
    constant_prompt=_answer,
)
#: Cases in which much holds, for among others hardly anything does.
NEARLY = st.builds(
    lambda changed: case(**changed),
    st.fixed_dictionaries(
        {},
        optional={
            "gap": st.sampled_from([None, "cost", "tone", "knowledge"]),
            "prompting": promptings(st.sampled_from([None, 0.5, 0.95])),
            "rag_tried": _answer,
            "more_examples": _answer,
            "effective": _count,
            "items": _count,
            "prototype": _answer,
        },
    ),
)
CASES = st.one_of(st.builds(Case, TASKS, FACTS), NEARLY)


def height(found):
    return RUNGS.index(found.rung) if found.rung else -1


def without(one: Case):
    """Yield the case with each single answer or fact taken away."""
    for name in ANSWERED | {"more_examples": 0}:
        empty = Task.model_fields[name].default
        yield one._replace(task=one.task.model_copy(update={name: empty}))
    for name in Prompting.model_fields:
        prompting = one.task.prompting.model_copy(update={name: None})
        yield one._replace(task=one.task.model_copy(update={"prompting": prompting}))
    for name in ("effective", "items", "leaked", "gate", "teaches_facts"):
        yield one._replace(facts=one.facts.model_copy(update={name: None}))


@given(CASES)
def test_there_is_a_decision_for_any_case_and_it_explains_itself(one):
    found = decide(*one)

    assert found == decide(*one)
    assert found.answer in ANSWERS
    assert found.sources
    assert cited(found.sources) in found.reason
    assert all(item.sources and item.title and set(item.sources) <= set(ALL) for item in found.items)
    assert all(item.evidence for item in found.items if item.id not in ("metric", "owner"))
    assert all(position.sources for one in found.disagreements for position in one.positions)
    assert all(named(note) for note in found.notes)
    assert all(item.next for item in found.items if item.status != "met")


@given(CASES)
def test_tuning_is_advised_only_where_everything_that_decides_is_met(one):
    found = decide(*one)

    assert (found.answer == "fine-tuning") == all(item.status == "met" for item in found.items if item.decisive)
    assert (found.answer == "not yet") == bool(found.first)


@settings(max_examples=40)  # each with every answer taken away
@given(CASES)
def test_what_is_unknown_never_counts_as_met(one):
    found = decide(*one)
    before = {item.id: item.status for item in found.items}
    for other in without(one):
        less = decide(*other)
        after = {item.id: item.status for item in less.items}

        assert less.answer != "fine-tuning" or found.answer == "fine-tuning"
        if all(before[name] == "met" or before[name] == after[name] for name in before):
            assert height(less) <= height(found)


@given(CASES)
def test_what_would_change_the_answer_does(one):
    found = decide(*one)
    flips = {spec.id: spec for spec in SPECS}
    for change in found.changes:
        other = one
        for name in change.items:
            flip = flips[name].met if change.status == "met" else flips[name].unmet
            assert flip
            other = flip(other)
        new = decide(*other)

        assert (new.answer, new.rung) == (change.answer, change.rung) != (found.answer, found.rung)
        assert all(item.status == change.status for item in new.items if item.id in change.items)
    if found.answer != "fine-tuning":
        assert "fine-tuning" in [change.answer for change in found.changes]


@given(CASES)
def test_changes_are_ordered_by_how_far_they_move_the_answer(one):
    found = decide(*one)
    moves = [abs(ANSWERS.index(change.answer) - ANSWERS.index(found.answer)) for change in found.changes]

    assert moves == sorted(moves, reverse=True)


@given(CASES)
def test_the_short_form_says_the_same(one):
    found, short = decide(*one), advice(*one)

    assert (short.answer, short.rung, short.reason) == (found.answer, found.rung, found.reason)
    assert (short.not_met + short.unknown == 0) == (found.answer == "fine-tuning")
