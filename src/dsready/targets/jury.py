"""
Several targets judging the records of a batch, each record once.

Most of what a target demands is about form. So a record's outline is judged, and what was said of it holds for all
records of that outline; only rules about the text are asked of each record.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import orjson

from dsready.dataset.record import OVERSIZED, Status
from dsready.dataset.twins import twins
from dsready.targets.lines import read_line
from dsready.targets.outline import outline
from dsready.targets.tally import BLANK, UNREAD, Mark
from dsready.text.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.record import Record
    from dsready.targets.rule import Defect, Row, TargetRule, Tokens, Where
    from dsready.targets.target import Target

#: One mark for each target, in their order.
Marks = tuple[Mark, ...]

#: Outlines that are remembered. Data with more of them is judged record by record.
MOST_OUTLINES = 20_000


class _Known(NamedTuple):
    """What was said of an outline, and which texts are still to be looked at: by number of the target."""

    marks: Marks
    texts: tuple[tuple[int, TargetRule], ...]


class Jury:
    """Targets, and what they have said of outlines so far."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self.targets = tuple(targets)
        self._outlines: dict[bytes, _Known] = {}
        self._shared: dict[Marks, _Known] = {}  # many outlines are judged alike
        self._limits = [
            (number, rule.tokens, rule.id)
            for number, target in enumerate(targets)
            for rule in target.rules
            if rule.tokens is not None
        ]

    def sort(self, batch: Batch) -> dict[Marks, list[int]]:
        """Return the keys of all lines of a batch by what the targets make of them."""
        found: dict[Marks, list[int]] = {}
        double = {record.key for record in twins(batch)}
        long = self._over_limits(batch)
        for record in batch.records:
            if record.trouble.startswith(OVERSIZED):
                found.setdefault((Mark(UNREAD),) * len(self.targets), []).append(record.key)
                continue
            row, defects = (record.value, _NONE) if record.value is not None else read_line(record.raw)
            if record.key in double:
                defects |= {"duplicate-key"}
            marks = self._marks(row, defects, record)
            broken = long.get(record.key)
            if broken:
                mine = [(number, name) for number, name, limit in broken if _meant(limit, marks[number])]
                marks = _with(marks, mine)
            found.setdefault(marks, []).append(record.key)
        return found

    def rows(self, batch: Batch) -> Iterator[tuple[int, Row]]:
        """Yield every record that can be read somehow, with its key."""
        for record in batch.records:
            if record.trouble.startswith(OVERSIZED):
                continue
            row = record.value if record.value is not None else read_line(record.raw)[0]
            if row is not None:
                yield record.key, row

    def _marks(self, row: Row | None, defects: frozenset[Defect], record: Record) -> Marks:
        broken = [
            (number, rule.id) for number, target in enumerate(self.targets) for rule in target.line_rules(defects)
        ] if defects else []  # fmt: skip
        if row is None:
            empty = Mark(BLANK if record.status is Status.BLANK else UNREAD)
            return _with((empty,) * len(self.targets), broken)
        # Python's `json` reads what JSON cannot write: such a row has an outline of its own.
        known = self._judged(outline(row)) if "nan" in defects or "surrogate" in defects else self._known(row)
        answers: dict[Where, bool] = {}
        for number, rule in known.texts:
            test = rule.text
            if test is not None:
                if test not in answers:  # several targets may ask the same
                    answers[test] = test(row) is not None
                if answers[test]:
                    broken.append((number, rule.id))
        return _with(known.marks, broken) if broken else known.marks

    def _known(self, row: Row) -> _Known:
        outlined = outline(row)
        name = blake2b(orjson.dumps(outlined), digest_size=16).digest()  # an outline may be as long as its record
        known = self._outlines.get(name)
        if known is None:
            known = self._judged(outlined)
            if len(self._outlines) < MOST_OUTLINES:
                self._outlines[name] = known
        return known

    def _judged(self, outlined: Row) -> _Known:
        marks: list[Mark] = []
        texts: list[tuple[int, TargetRule]] = []
        for number, target in enumerate(self.targets):
            judged = target.on_outline(outlined)
            marks.append(Mark(judged.format, tuple(sorted({b.rule.id for b in judged.breaches})), judged.traits))
            texts += [(number, rule) for rule in target.text_rules(judged)]
        known = _Known(tuple(marks), tuple(texts))
        return self._shared.setdefault(known.marks, known) if len(self._shared) < MOST_OUTLINES else known

    def _over_limits(self, batch: Batch) -> dict[int, list[tuple[int, str, Tokens]]]:
        """Return for the key of each record that is too long which rules it breaks, if it is of their formats."""
        found: dict[int, list[tuple[int, str, Tokens]]] = {}
        if not self._limits or not len(batch.keys):
            return found
        asked: dict[Tokens, list[int]] = {}
        for number, limit, name in self._limits:
            if limit not in asked:
                asked[limit] = batch.keys[over(batch, limit)].tolist()
            for key in asked[limit]:
                found.setdefault(key, []).append((number, name, limit))
        return found


_NONE: frozenset[Defect] = frozenset()


def over(batch: Batch, limit: Tokens) -> NDArray[np.bool_]:
    """Tell which rows of a batch are longer than a limit, or than what the user set in its place; bool, (rows,)."""
    most = limit.most if not limit.configurable else batch.settings.context_length or limit.most
    lengths = tokens(batch, "system") + tokens(batch, "prompt")
    if limit.part == "prompt":
        answered = np.array([bool(example.answer) for example in batch.examples], np.bool_)
        return np.asarray((lengths >= most) & answered)
    return np.asarray(lengths + tokens(batch, "answer") > most)


def _meant(limit: Tokens, mark: Mark) -> bool:
    """Whether a limit is one for records of this format."""
    return not limit.formats or mark.format in limit.formats


def _with(marks: Marks, broken: list[tuple[int, str]]) -> Marks:
    """Add broken rules to marks, each given with the number of its target."""
    more: dict[int, set[str]] = {}
    for number, name in broken:
        more.setdefault(number, set()).add(name)
    return tuple(
        mark._replace(rules=tuple(sorted({*mark.rules, *more[number]}))) if number in more else mark
        for number, mark in enumerate(marks)
    )
