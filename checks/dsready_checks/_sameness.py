"""The arithmetic of `duplicates`: which records are equal, nearly equal, or answer one prompt differently."""

from __future__ import annotations

from functools import cached_property
from hashlib import blake2b
from json import dumps, loads
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import numpy as np

from dsready.arrays import distinct_values
from dsready.check import in_order
from dsready.dataset.record import take
from dsready.similarity.lsh import clusters, near_duplicates
from dsready.similarity.minhash import Signatures
from dsready.similarity.shelf import Shelf
from dsready.text.normal import digest, surroundings
from dsready_checks._columns import ROW, STRANGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset
    from dsready.similarity.lsh import Verify
    from dsready.text.shingles import Members
    from dsready_checks._columns import Columns


T = TypeVar("T")


class Copy(NamedTuple):
    """A record that equals an earlier one: both keys, and whether the JSON values are equal, not only the texts."""

    key: int
    first: int
    same_json: bool


class Near(NamedTuple):
    """A near-duplicate and its most similar partner: both keys, how similar, its cluster's first key and size."""

    key: int
    partner: int
    similarity: float
    head: int
    size: int


class Found(Generic[T]):
    """What was found, as columns: a million near-duplicates are no million objects. Only those wanted are made."""

    def __init__(self, make: Callable[..., T], keys: NDArray[np.int64], *columns: NDArray[Any]) -> None:
        self._make, self.columns = make, (keys, *columns)
        self.keys = keys

    def __len__(self) -> int:
        return len(self.keys)

    def first(self, count: int) -> list[T]:
        """Return the first ones."""
        rows = zip(*(column[:count].tolist() for column in self.columns), strict=True)
        return [self._make(*row) for row in rows]


class Clustered(NamedTuple):
    """Records that have a duplicate, and the first of the cluster of each: keys, int64, (records,), ascending."""

    keys: NDArray[np.int64]
    heads: NDArray[np.int64]

    def head(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the first record of the cluster of each of these records; int64, (keys,)."""
        return self.heads[np.searchsorted(self.keys, keys)]


class Group(NamedTuple):
    """
    Records that share a prompt, or an answer: their keys, and how many different answers (or words in the one).

    `shared` is the hash of what they share. If `judged`, they share both, and differ in the verdict on them.
    """

    keys: Sequence[int]
    number: int
    shared: int
    judged: bool = False


def all_keys(groups: Iterable[Group]) -> NDArray[np.int64]:
    """Return the keys of the records of all groups; int64."""
    return np.array([key for group in groups for key in group.keys], np.int64)


class Comparison:
    """
    All records compared with each other, as far as they can be anything to each other.

    Everything here is in the order of the records' places.

    Parameters
    ----------
    columns
        What the scan remembered.
    data
        Where suspects are read again, to be judged to the letter.
    boilerplate
        Shingles that do not count.
    threshold
        Jaccard similarity from which records are near-duplicates.
    """

    def __init__(self, columns: Columns, data: Dataset, boilerplate: Members, threshold: float) -> None:
        self._rows = in_order(columns.rows, ROW)
        self._strange = in_order(columns.strange, STRANGE)
        self._data, self._boilerplate, self._threshold = data, boilerplate, threshold

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def copies(self) -> Found[Copy]:
        """Usable records that equal an earlier one."""
        return _copies(self._data, self._rows)

    @cached_property
    def strange_copies(self) -> Found[Copy]:
        """Records of no known shape that equal an earlier one."""
        return _copies(self._data, self._strange)

    @property
    def near(self) -> Found[Near]:
        """Near-duplicates, one record of each cluster excepted: its first."""
        return self._linked[1]

    @property
    def answering_otherwise(self) -> int:
        """How many near-duplicates have other words in their answer than the first record of their cluster."""
        keys, _, _, heads, _ = self.near.columns
        mine, first = (np.searchsorted(self._rows["key"], column) for column in (keys, heads))
        return int(np.count_nonzero(self._rows["response"][mine] != self._rows["response"][first]))

    @cached_property
    def _linked(self) -> tuple[NDArray[np.int64], Found[Near]]:
        """The cluster of each row, by its first row; and the near-duplicates."""
        keys = self._rows["key"]
        copies, firsts = (np.searchsorted(keys, column) for column in self.copies.columns[:2])
        fresh = self._rows["filled"] > 0
        fresh[copies] = False
        distinct = np.flatnonzero(fresh)
        rows = self._rows[distinct]
        verify = likeness(self._data, rows, self._boilerplate, self._threshold)
        edges = near_duplicates(Signatures(rows["bins"], rows["filled"]), self._threshold, verify)
        left = np.concatenate([firsts, distinct[edges.left]])
        right = np.concatenate([copies, distinct[edges.right]])
        label = clusters(len(keys), left, right)
        sizes = np.bincount(label, minlength=len(keys))
        partner, similarity = edges.best(len(distinct))
        found = np.flatnonzero((label[distinct] != distinct) & (partner >= 0))
        heads = label[distinct[found]]
        mine, partners = distinct[found], distinct[partner[found]]
        return label, Found(Near, keys[mine], keys[partners], similarity[found], keys[heads], sizes[heads])

    @cached_property
    def clustered(self) -> Clustered:
        """
        The clusters of duplicates: what copies and near-duplicates connect.

        Records of no known shape have copies alone, and clusters of their own.
        """
        label = self._linked[0]
        rows = np.flatnonzero(np.bincount(label, minlength=len(label))[label] > 1)
        copies, firsts = self.strange_copies.columns[:2]
        alone = distinct_values(firsts)
        keys = np.concatenate([self._rows["key"][rows], copies, alone])
        heads = np.concatenate([self._rows["key"][label[rows]], firsts, alone])
        order = np.argsort(keys)
        return Clustered(keys[order], heads[order])

    def similarity(self, keys: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.float64]:
        """
        Return how similar records are to others of their clusters: as near-duplicates are, and 1 for equal words.

        Both int64, (pairs,); so records of no known shape are copies. Returns float64, (pairs,).
        """
        similarity = np.ones(len(keys))
        known = _places(self._rows["key"], keys) >= 0
        some = _places(self._rows["key"], distinct_values(np.concatenate([keys[known], others[known]])))
        rows = self._rows[some]
        left, right = (np.searchsorted(rows["key"], column[known]) for column in (keys, others))
        exact = likeness(self._data, rows, self._boilerplate, 0)(left, right)
        exact[rows["whole"][left] == rows["whole"][right]] = 1  # where all is boilerplate, nothing is left to compare
        similarity[known] = exact
        return similarity

    @cached_property
    def removable(self) -> NDArray[np.int64]:
        """Keys of the records that say what another one says; int64, ascending."""
        return np.sort(np.concatenate([self.copies.keys, self.near.keys]))

    @cached_property
    def _asking(self) -> NDArray[np.bool_]:
        asks: NDArray[np.bool_] = self._rows["question"] != 0
        return asks

    @property
    def asked(self) -> int:
        """Records that ask something, clusters of duplicates counted once."""
        return len(distinct_values(self._linked[0][self._asking]))

    @property
    def conflicts(self) -> list[Group]:
        """
        Prompts with several answers.

        Copies and near-duplicates are one answer, whichever of them stands first. So the conflicts do not depend on the
        order of the records.
        """
        label, rows = self._linked[0], np.flatnonzero(self._asking)
        rows = rows[_repeated(self._rows["question"][rows])]
        found = []
        asked = np.concatenate([np.empty(0, np.uint64), *self._data.map(_questions, self._rows["key"][rows])])
        for group in _groups(asked, label[rows]):
            answers, first = np.unique(label[rows[group]], return_index=True)
            shown = self._rows[rows[group[np.sort(first)]]]
            judged = bool(shown["response"][0] == shown["label"][0])  # as the columns have it
            found.append(Group(shown["key"].tolist(), len(answers), int(asked[group[0]]), judged))
        return found

    def conflicting(self, groups: Iterable[Group]) -> int:
        """Count the records in conflicts, clusters of duplicates once, over however many prompts they conflict."""
        rows = np.searchsorted(self._rows["key"], all_keys(groups))
        return len(distinct_values(self._linked[0][rows]))

    def repeats(self, words: int, prompts: int) -> list[Group]:
        """Answers of at least so many words under at least so many different prompts."""
        long = np.flatnonzero(self._asking & (self._rows["words"] >= words))
        questions, found = self._rows["question"][long], []
        for group in _groups(self._rows["response"][long], questions):
            _, first = np.unique(questions[group], return_index=True)
            if len(first) >= prompts:
                shown = self._rows[long[group[np.sort(first)]]]
                found.append(Group(shown["key"].tolist(), int(shown["words"][0]), int(shown["response"][0])))
        return found


def likeness(data: Dataset, rows: NDArray[np.void], boilerplate: Members, threshold: float) -> Verify:
    """Return what says how similar two of these rows are, by their places among them; perhaps 0 below the threshold."""
    examples = Shelf(data, rows["key"], "example", boilerplate)
    answers = Shelf(data, rows["key"], "answer", boilerplate)

    def verify(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
        exact = examples.jaccard(left, right, threshold)
        exact[rows["label"][left] != rows["label"][right]] = 0
        # Of one long prompt with two answers all but the answers is alike: they decide whether it is a copy.
        asked = np.flatnonzero(_conflicting(rows[left], rows[right]) & (exact >= threshold))
        exact[asked] = np.minimum(exact[asked], answers.jaccard(left[asked], right[asked], threshold))
        return exact

    return verify


class Equals(NamedTuple):
    """
    Rows whose words occur more than once: which they are, where among them each text stands first, and JSON hashes.

    int64 (ascending), int64, uint64, each (rows,).
    """

    rows: NDArray[np.int64]
    firsts: NDArray[np.int64]
    values: NDArray[np.uint64]


def equals(data: Dataset, rows: NDArray[np.void]) -> Equals:
    """Decide which of the rows whose words are the same really are the same text."""
    repeated = _repeated(rows["whole"])
    read = np.concatenate([np.empty((0, 2), np.uint64), *data.map(_identities, rows["key"][repeated])])
    texts, values = read.T
    _, first, group = np.unique(texts, return_index=True, return_inverse=True)
    return Equals(repeated, first[group], values)  # the keys ascend, so this is where each text stands first


def _copies(data: Dataset, rows: NDArray[np.void]) -> Found[Copy]:
    """Return the rows that equal an earlier one."""
    equal = equals(data, rows)
    keys, firsts = rows["key"][equal.rows], equal.firsts
    copy = np.flatnonzero(firsts != np.arange(len(keys)))
    same = equal.values[copy] == equal.values[firsts[copy]]
    return Found(Copy, keys[copy], keys[firsts[copy]], same)


def _identities(batch: Batch) -> NDArray[np.uint64]:
    """Hash records to the letter: the normalised text, or of one without a shape its value; and the JSON value."""
    found = []
    for record in batch.records:
        json = _exact_json_hash(record.raw, batch.settings.suppress_key)
        example = record.example
        text = json
        if example is not None:
            text = digest(surroundings(example), example.prompt, example.answer, example.rejected, example.label)
        found.append((text, json))
    return np.array(found, np.uint64).reshape(-1, 2)


def _exact_json_hash(raw: bytes, without: str) -> int:
    """Hash the JSON value with all digits of its integers: the fast parser makes floats of those beyond 64 bits."""
    try:
        value = loads(raw)
        if without and isinstance(value, dict):
            take(value, without)
        text = dumps(value, sort_keys=True).encode()
    except (ValueError, RecursionError):
        text = raw
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little")


def _conflicting(left: NDArray[np.void], right: NDArray[np.void]) -> NDArray[np.bool_]:
    """Say which pairs of rows have one prompt and different answers."""
    asked = (left["question"] == right["question"]) & (left["question"] != 0)
    found: NDArray[np.bool_] = asked & (left["response"] != right["response"])
    return found


def _questions(batch: Batch) -> NDArray[np.uint64]:
    """
    Hash the questions of records to the letter; uint64, (rows,).

    The columns hash words alone, and "2 + 3" asks something else than "2 - 3".
    """
    found = []
    for example in batch.examples:
        judged = example.kind == "unpaired"
        found.append(digest(surroundings(example), example.prompt, example.answer if judged else None))
    return np.array(found, np.uint64)


def _places(ordered: NDArray[np.int64], values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where values stand in an ascending column, -1 for those that do not; int64, (values,)."""
    places = np.searchsorted(ordered, values)
    held = places < len(ordered)
    held[held] = ordered[places[held]] == values[held]
    return np.where(held, places, -1)


def _repeated(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the rows whose value occurs more than once, ascending; int64."""
    order = np.argsort(values)
    same = values[order[1:]] == values[order[:-1]]
    repeated = np.zeros(len(values), bool)
    repeated[order[1:][same]] = repeated[order[:-1][same]] = True
    return np.flatnonzero(repeated)


def _groups(values: NDArray[np.uint64], others: NDArray[Any]) -> list[NDArray[np.int64]]:
    """
    Return the rows of each value beside which several others stand, ascending, in order of their first rows.

    Both are columns of the same rows.
    """
    rows = _repeated(values)
    if not len(rows):
        return []
    rows = rows[np.argsort(values[rows], kind="stable")]
    starts = np.flatnonzero(np.diff(values[rows], prepend=~values[rows[0]]))
    several = np.minimum.reduceat(others[rows], starts) != np.maximum.reduceat(others[rows], starts)
    groups = zip(starts[several].tolist(), np.append(starts[1:], len(rows))[several].tolist(), strict=True)
    return sorted((rows[start:stop] for start, stop in groups), key=lambda group: int(group[0]))
