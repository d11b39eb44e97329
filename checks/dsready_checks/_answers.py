"""What `format` keeps of the answers of a set: how each holds its payload, skeletons, and how often values occur."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from dsready.check import in_order
from dsready.text.normal import context
from dsready_checks._payload import read, spoken, values
from dsready_checks._skeleton import Skeletons, shortened, skeleton, without_secrets
from dsready_checks._tally import Span, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset
    from dsready.dataset.example import Example
    from dsready_checks._skeleton import Form as Named
    from dsready_checks._taught import Taught

#: One answer: its place, how it holds its payload, its group, and the hash of its skeleton.
ROW = np.dtype([("key", np.int64), ("form", np.uint8), ("group", np.int32), ("skeleton", np.uint64)])
#: A value in one answer: the place of the answer, and 64 bits of the digest of the value and of where it stands.
SAID = np.dtype([("key", np.int64), ("value", np.uint64)])

#: A value, and the number of its place among those that are looked at.
Value = tuple[int, str]
#: What is kept of one: the place, and a digest of the value.
Name = tuple[int, bytes]


def answers(batch: Batch) -> Iterator[tuple[int, str]]:
    """Yield row and text of each answer."""
    for row, example in enumerate(batch.examples):
        text = spoken(example)
        if text and not text.isspace():
            yield row, text


@dataclass(slots=True)
class Values(Tally[Name]):
    """Values at the places that are looked at, by the number of the place and a digest."""

    @staticmethod
    def rank(name: Name) -> bytes:
        """Return the digest."""
        return name[1]


@dataclass(slots=True)
class Answers:
    """All rows; and of a set that teaches a format its answers, their skeletons by group, and their values."""

    rows: int = 0
    table: list[NDArray[np.void]] = field(default_factory=list)
    forms: Skeletons = field(default_factory=Skeletons)
    values: Values = field(default_factory=Values)
    said: list[NDArray[np.void]] = field(default_factory=list)

    def add(self, batch: Batch, taught: Taught) -> None:
        """Add the answers of a batch, if the set teaches a format."""
        self.rows += len(batch.keys)
        found: defaultdict[Value, list[int]] = defaultdict(list)
        keys = batch.keys.tolist()
        if taught.language:
            self._read(batch, taught, found)
        elif taught.fields:
            for row, text in answers(batch):
                found[0, text].append(keys[row])
        said = np.empty(sum(map(len, found.values())), SAID)
        begin = 0
        for value, places in found.items():
            self.values.add(_name(value), Span.of(places))
            mine = said[begin : (begin := begin + len(places))]
            mine["key"], mine["value"] = places, _shortened(_name(value))
        self.said.append(said)

    def _read(self, batch: Batch, taught: Taught, found: defaultdict[Value, list[int]]) -> None:
        """Add answers that hold a payload, and put their values with the others."""
        assert taught.language is not None  # or nobody would ask
        around, keys = context(batch).tolist(), batch.keys.tolist()
        rows: list[tuple[int, int, int, int]] = []
        forms: defaultdict[Named, list[int]] = defaultdict(list)
        for row, text in answers(batch):
            group = taught.group(around[row])
            if group < 0:
                continue
            payload = read(text, taught.language)
            form: Named = (str(group), without_secrets(skeleton(payload.value)) if payload.held else "")
            rows.append((keys[row], payload.form, group, shortened(form)))
            if payload.held:
                forms[form].append(keys[row])
                for value in _values(payload.value, taught):
                    found[value].append(keys[row])
        self.table.append(np.array(rows, ROW))
        for form, places in forms.items():
            self.forms.add(form, Span.of(places))

    def extend(self, other: Answers) -> None:
        """Add all of `other`, which is left alone."""
        self.rows += other.rows
        self.table.extend(other.table)
        self.forms.merge(other.forms)
        self.values.merge(other.values)
        self.said.extend(other.said)

    def spelt(self, taught: Taught, data: Dataset) -> list[dict[str, Span]]:
        """Return for each place its values, read again, and where they occur; none where there are too many."""
        self.values.prune()
        result: list[dict[str, Span]] = [{} for _ in taught.fields]
        if self.values.others:
            return result
        left = self.values.spans
        for record in data.fetch(np.array([span.first for span in left.values()], np.int64)):
            assert record.example is not None  # only examples have answers
            for value in _said(record.example, taught):
                span = left.get(_name(value))
                if span and span.first == record.key:
                    result[value[0]][value[1]] = span
        return result

    def saying(self, place: int, values: Iterable[str]) -> NDArray[np.int64]:
        """Return the keys of the answers with some of the values at a place, by its number, ascending."""
        said = in_order(self.said, SAID)
        names = np.array([_shortened(_name((place, value))) for value in values], np.uint64)
        keys: NDArray[np.int64] = said["key"][np.isin(said["value"], names)]
        return keys


def _said(example: Example, taught: Taught) -> set[Value]:
    text = spoken(example)
    return _values(read(text, taught.language).value, taught) if taught.language else {(0, text)}


def _values(payload: object, taught: Taught) -> set[Value]:
    """Return the values of a payload that are one of a few."""
    numbers = {path: number for number, path in enumerate(taught.fields)}
    return {(numbers[path], value) for path, value in values(payload) if path in numbers}


def _name(value: Value) -> Name:
    """Return the name under which a value is counted."""
    return value[0], blake2b(value[1].encode(), digest_size=16).digest()


def _shortened(name: Name) -> int:
    """Return the name of a value as `SAID` holds it: places are told apart in its lowest bits."""
    return int.from_bytes(name[1][:8], "little") ^ name[0]
