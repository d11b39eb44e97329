"""The helpers for authors find what they are there to find."""

from __future__ import annotations

import doctest
import pickle
from typing import ClassVar

import numpy as np
import pytest

import dsready.testing
from dsready.check import Check, Verdict, finding
from dsready.dataset.settings import Settings
from dsready.model import Rule, Severity
from dsready.testing import assert_lawful, batch, run

ROWS = [{"prompt": f"Question {number}?", "completion": f"Answer {number}."} for number in range(30)]


class Lawful(Check[list[int]]):
    """Remembers the keys of all rows."""

    id: ClassVar[str] = "lawful"
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            code="LAW001", name="law", severity=Severity.WARNING, dimension="content", summary="a law", fix="Keep it."
        ),
    )

    def start(self):
        return []

    def update(self, state, batch):
        state += batch.keys.tolist()
        return state

    def merge(self, left, right):
        left += right
        return left

    def finish(self, state, data):
        return Verdict(len(state), [finding(self.rules[0], "first", data.location(min(state)))] if state else [])


class FirstSeen(Lawful):
    def finish(self, state, data):
        return Verdict(len(state), [finding(self.rules[0], "first", data.location(state[0]))])


class FirstMarked(Lawful):
    def finish(self, state, data):  # noqa: ARG002
        return Verdict(len(state), marks={"LAW001": np.array(state[:1], np.int64)})


class FirstNamed(Lawful):
    def finish(self, state, data):
        return Verdict(len(state), places=data.locations(state[:1]))


class Eater(Lawful):
    def merge(self, left, right):
        left += right
        right.clear()
        return left


class Hoarder(Lawful):
    """Keeps a piece of the right-hand side, and changes it at the next merge."""

    def merge(self, left, right):
        if not left:
            return right
        left += right
        return left


class Forgetful(Lawful):
    def merge(self, left, right):
        return left or right[:]


class Unpicklable(Lawful):
    def start(self):
        class Local(list):
            """Found by no import."""

        return Local()


class Greedy(Lawful):
    least: int


class Raiser(Lawful):
    def update(self, state, batch):
        if len(batch.records) < 5:
            return state
        raise ValueError("too many")


class LateRaiser(Lawful):
    def finish(self, state, data):  # noqa: ARG002
        raise ValueError("too late")


class Unprepared(Lawful):
    def prepare(self, inputs):
        raise ValueError(f"{len(inputs.sample)} batches")


def test_a_lawful_check_passes():
    assert_lawful(Lawful(), [*ROWS, "", b"{broken"])


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (FirstSeen, "findings depend on how the rows are split"),
        (FirstMarked, "marks depend on how the rows are split"),
        (FirstNamed, "places depend on how the rows are split"),
        (Eater, "merge changes its right-hand side"),
        (Hoarder, "merge changes its right-hand side"),
        (Forgetful, "depend on how the rows are split"),
    ],
)
def test_a_broken_law_is_found(check, message):
    with pytest.raises(AssertionError, match=message):
        assert_lawful(check(), ROWS)


def test_a_state_that_does_not_pickle_is_found():
    with pytest.raises((AttributeError, pickle.PicklingError), match="pickle"):
        assert_lawful(Unpicklable(), ROWS)


def test_a_check_that_needs_options_is_found():
    with pytest.raises(ValueError, match="least"):
        assert_lawful(Greedy(least=3), ROWS)


@pytest.mark.parametrize(
    ("check", "message"), [(Raiser, "too many"), (LateRaiser, "too late"), (Unprepared, "1 batches")]
)
def test_a_check_that_raises_is_found(check, message):
    with pytest.raises(AssertionError, match=message):
        run(check(), ROWS)


def test_a_run_finds_lines_and_scores():
    report = run(Lawful(), ["", *ROWS])

    assert [(found.rule, found.location.path, found.location.line) for found in report.findings] == [
        ("LAW001", "train.jsonl", 2)
    ]
    assert [part.id for part in report.dimensions] == ["content"]


def test_a_run_knows_the_evaluation_set():
    report = run(Lawful(), ROWS, evals=[*ROWS[:2], "{"])

    assert [(file.path, file.records, file.usable) for file in report.inputs] == [
        ("train.jsonl", 30, 30),
        ("eval.jsonl", 3, 2),
    ]


def test_a_batch_has_the_rows_that_can_be_used():
    made = batch({"text": "a"}, b"{", "", '{"text": "b"}', settings=Settings(goal="style"))

    assert len(made.records) == 4
    assert made.keys.dtype == np.int64
    assert made.keys.tolist() == [0, 16]
    assert [example.prompt for example in made.examples] == ["a", "b"]
    assert made.settings.goal == "style"


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(dsready.testing).failed == 0
