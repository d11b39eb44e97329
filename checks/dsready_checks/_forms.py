"""The state of `schema`: of which shape and skeleton each record is."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from dsready.check import KINDS, OTHERS, Keys, in_order
from dsready.dataset.record import Status
from dsready.dataset.shapes import SHAPES
from dsready.text.masked import quoted
from dsready_checks._skeleton import Skeletons, shortened, skeleton, top, without_secrets
from dsready_checks._tally import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready_checks._skeleton import Form

#: A record: its place, the number of its shape among `SHAPES`, and 64 bits of the digest of its form.
ROW = np.dtype([("key", np.int64), ("shape", np.int8), ("form", np.uint64)])
#: In place of the shape of a record that cannot be used.
_UNUSABLE = -1
_NUMBERS = {shape.id: number for number, shape in enumerate(SHAPES)}
_QUOTED = 60  # characters of the keys of a record


@dataclass(slots=True)
class Forms:
    """17 bytes a record that is JSON; how often each form occurs; the places of those that cannot be used."""

    records: int = 0
    malformed: int = 0
    rows: list[NDArray[np.void]] = field(default_factory=list)
    forms: Skeletons = field(default_factory=Skeletons)
    unknown: Keys = field(default_factory=Keys)
    invalid: Keys = field(default_factory=Keys)

    def add(self, batch: Batch) -> None:
        """Add the records of a batch."""
        unusable: dict[Status, list[int]] = {Status.ALIEN: [], Status.INVALID: []}
        forms: dict[Form, list[int]] = {}
        good = Status.USABLE  # asked for once, as in a batch
        for record in batch.filled:
            if record.value is None:
                self.malformed += 1
                continue
            forms.setdefault((record.shape, skeleton(record.value)), []).append(record.key)
            if record.status is not good:
                unusable[record.status].append(record.key)
        self.records += len(batch.filled)
        kept = [(shape, without_secrets(skel)) for shape, skel in forms]
        for form, keys in zip(kept, forms.values(), strict=True):
            self.forms.add(form, Span.of(keys))
        counts = list(map(len, forms.values()))
        rows = np.empty(sum(counts), ROW)
        rows["key"] = np.fromiter(chain.from_iterable(forms.values()), np.int64, len(rows))
        rows["form"] = np.repeat(np.array([*map(shortened, kept)], np.uint64), counts)
        rows["shape"] = np.repeat(np.array([_NUMBERS.get(shape, _UNUSABLE) for shape, _ in kept], np.int8), counts)
        for keys, column in zip(unusable.values(), (self.unknown, self.invalid), strict=True):
            if keys:
                rows["shape"][np.isin(rows["key"], keys)] = _UNUSABLE
                column.add(np.array(keys, np.int64))
        self.rows.append(rows)

    def extend(self, other: Forms) -> None:
        """Add all of `other`, which is left alone."""
        self.records += other.records
        self.malformed += other.malformed
        self.rows += other.rows
        self.forms.merge(other.forms)
        self.unknown.extend(other.unknown)
        self.invalid.extend(other.invalid)

    def shapes(self) -> dict[str, NDArray[np.int64]]:
        """Return the keys of the usable records of each shape, ascending; the shape of the most records first."""
        rows = in_order(self.rows, ROW)
        found = {shape: rows["key"][rows["shape"] == number] for shape, number in _NUMBERS.items()}
        there = [(shape, keys) for shape, keys in found.items() if len(keys)]
        return dict(sorted(there, key=lambda item: (-len(item[1]), item[1][0])))

    def of(self, forms: Iterable[Form], *, others: bool = False) -> NDArray[np.int64]:
        """Return the keys of the records of some forms, or of all others, ascending."""
        rows = in_order(self.rows, ROW)
        named = np.array([*map(shortened, forms)], np.uint64)
        keys: NDArray[np.int64] = rows["key"][np.isin(rows["form"], named, invert=others)]
        return keys

    def schemas(self) -> dict[str, NDArray[np.int64]]:
        """
        Return the keys of the records by what stands at their top: the most frequent ones by name, and all others.

        All skeletons must still be told apart.
        """
        groups: dict[tuple[str, ...], list[Form]] = {}
        for form in self.forms.spans:
            groups.setdefault(top(form[1]), []).append(form)
        sizes = {names: sum(self.forms.spans[form].records for form in forms) for names, forms in groups.items()}
        often = sorted(groups, key=lambda names: (-sizes[names], names))[:KINDS]
        rest = self.of(chain.from_iterable(groups[names] for names in often), others=True)
        return _named({names: self.of(groups[names]) for names in often}) | {OTHERS: rest}

    def different(self) -> int:
        """Count what stands at the top of records, while all skeletons are told apart."""
        return len({top(skeleton) for _, skeleton in self.forms.spans})


def _named(found: Mapping[tuple[str, ...], NDArray[np.int64]]) -> dict[str, NDArray[np.int64]]:
    """Spell the keys of records: those that are cut to the same name are numbered."""
    named: dict[str, NDArray[np.int64]] = {}
    for names, keys in found.items():
        name = whole = quoted(", ".join(names), _QUOTED) or "no keys"
        number = 1
        while name in named or name == OTHERS:
            number += 1
            name = f"{whole} ({number})"
        named[name] = keys
    return named
