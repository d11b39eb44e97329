"""Roles, turns and tool calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from dsready.check import Check, Verdict
from dsready.model import Metric, Rule, Severity
from dsready_checks._defects import Defects, told
from dsready_checks._turns import defects

if TYPE_CHECKING:
    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset
    from dsready.dataset.record import Record
    from dsready_checks._defects import Defect

RULES = (
    Rule(
        code="ROL001",
        name="unknown-role",
        severity=Severity.ERROR,
        dimension="consistency",
        summary="A turn has a role that no trainer knows",
        fix="Write system, user, assistant or tool, in lower case and without blanks.",
    ),
    Rule(
        code="ROL002",
        name="no-answer",
        severity=Severity.ERROR,
        dimension="consistency",
        summary="The conversation has no assistant turn at its end, so nothing is learned from it",
        fix="Add the answer, or cut the conversation after its last assistant turn.",
    ),
    Rule(
        code="ROL003",
        name="role-order",
        severity=Severity.WARNING,
        dimension="consistency",
        summary="Turns do not alternate, the assistant speaks first, or the system prompt does not stand first",
        fix="Join turns of one speaker, and move the system prompt to the top.",
    ),
    Rule(
        code="ROL004",
        name="empty-message",
        severity=Severity.ERROR,
        dimension="consistency",
        summary="A turn says nothing and calls no tool",
        fix="Fill the turn or drop it.",
    ),
    Rule(
        code="ROL005",
        name="tool-arguments",
        severity=Severity.ERROR,
        dimension="consistency",
        summary="The arguments of a tool call are not a JSON object",
        fix="Write the arguments as a JSON object, and in the same way in all calls.",
    ),
    Rule(
        code="ROL006",
        name="undeclared-tool",
        severity=Severity.ERROR,
        dimension="consistency",
        summary="A call names a function that is not declared, or lacks a required parameter",
        fix="Declare the function under `tools`, or correct the call.",
    ),
    Rule(
        code="ROL007",
        name="unmatched-tool-result",
        severity=Severity.ERROR,
        dimension="consistency",
        summary="A tool result has no call, or a call has no result before the next user turn",
        fix="Keep each call together with its result; let `tool_call_id` repeat the id of the call.",
    ),
)
#: The rules that say something of roles and their order; an empty turn has its roles right.
SHARED = tuple(rule.code for rule in RULES if rule.code != "ROL004")


@dataclass(slots=True)
class Turns:
    """What was seen: all rows, and the defects of those that have turns."""

    rows: int = 0
    found: Defects = field(default_factory=Defects)


class Roles(Check[Turns]):
    """
    Wrong roles, turns out of order, and broken tool calls.

    Why it matters: a chat template renders a wrong role as nothing or stops the run, and a conversation without an
    answer at its end teaches nothing. A model learns from broken tool calls to make broken ones.

    How to fix: correct the roles by a script, complete or drop the conversations listed, and check calls against the
    declared tools. Valid calls are never reported: content may be null, calls parallel, and the last one unanswered.
    """

    id: ClassVar[str] = "roles"
    rules: ClassVar[tuple[Rule, ...]] = RULES

    def start(self) -> Turns:
        """Return a state that has seen nothing."""
        return Turns()

    def update(self, state: Turns, batch: Batch) -> Turns:
        """Look at the turns of each example that has some."""
        state.rows += len(batch.examples)
        hits: dict[str, list[int]] = {}
        for example, key in zip(batch.examples, batch.keys.tolist(), strict=True):
            if not example.messages:
                continue
            state.found.looked_at += 1
            for defect in defects(example):
                hits.setdefault(defect.code, []).append(key)
        for code, keys in hits.items():
            state.found.add(code, np.array(keys, np.int64))
        return state

    def merge(self, left: Turns, right: Turns) -> Turns:
        """Join two states."""
        left.rows += right.rows
        left.found.extend(right.found)
        return left

    def finish(self, state: Turns, data: Dataset) -> Verdict:
        """List the defects. Data without conversations has no roles to be wrong: then all rows count as examined."""
        found = state.found
        verdict = Verdict(examined=found.looked_at or state.rows)
        for rule in self.rules:
            keys = found.of(rule.code)
            verdict.mark(rule, keys)
            verdict.findings += told(rule, keys[: data.listed], data, _defects)
        defective = len(found.records(SHARED))
        what = "with wrong roles, order or calls"
        verdict.metrics.append(Metric.share("consistency.role_share", defective, found.looked_at, *SHARED, what=what))
        return verdict


def _defects(record: Record) -> list[Defect]:
    assert record.example is not None  # only examples have turns
    return defects(record.example)
