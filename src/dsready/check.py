"""What a check is, and the law it obeys."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from dsready.escape import reference
from dsready.model import Finding, Location, Metric, Rule, Severity
from dsready.tables import kebab
from dsready.text.masked import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset, Inputs
    from dsready.dataset.settings import Settings

S = TypeVar("S")

#: So many kinds of records are told apart in one picture, and the name of all the others.
KINDS = 7
OTHERS = "others"


@dataclass(slots=True)
class Verdict:
    """
    What a check has to say in the end.

    Attributes
    ----------
    examined
        Records (or eval items) the check looked at. A check that examined none did not pass.
    findings
        Those of the first `Dataset.listed` places of each rule, any order.
    counts
        Exact number of findings by rule, where `findings` was cut; else left empty.
    metrics
        What the score reads.
    excludes
        int64 keys of the records that should not count as examples: duplicates, leaked or unusable ones.
    marks
        For rules whose findings are cut, or speak of more records than the one they stand at: int64 keys of all those
        records, for the map of the file. Of other rules the places of the findings say the same.
    profile
        Plain values for pictures; no text of records. Under "along" any check may say where along the training files
        the records are of which kind: {NAME: {KIND: [records in each stretch]}}, as the method `along` makes it; and
        under "kinds" how many kinds there are in all: {NAME: number}, which it counts unless some are called "others".
    places
        Places that `profile` names: the texts of their records are put into the report, where texts are asked for.
    skipped
        Why nothing could be examined; then the dimension is not assessed.
    """

    examined: int = 0
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    metrics: list[Metric] = field(default_factory=list)
    excludes: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    marks: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    profile: dict[str, Any] = field(default_factory=dict)
    places: list[Location] = field(default_factory=list)
    skipped: str = ""

    def mark(self, rule: Rule, keys: NDArray[np.int64], findings: int | None = None) -> None:
        """
        Mark the records that a rule concerns, and count its findings: one for each, or so many for all together.

        What was marked and counted of the rule before stays.
        """
        before = self.marks.get(rule.code)
        self.marks[rule.code] = keys if before is None else np.concatenate((before, keys))
        self.counts[rule.code] = self.counts.get(rule.code, 0) + (len(keys) if findings is None else findings)

    def along(self, name: str, kinds: Mapping[str, NDArray[np.int64]], data: Dataset) -> None:
        """
        Put into the profile how many records of each kind are in each stretch of the training data.

        The `KINDS` kinds of the most records are kept, the most frequent one first; all others, and what is called so
        already, are counted together as "others". Where all records are of one kind there is nothing to see, and
        nothing is put there.

        Parameters
        ----------
        name
            What the kinds are kinds of.
        kinds
            int64 keys of the records of each kind, in any order. Names are printed: what is from the data is quoted.
        """
        there = {kind: keys for kind, keys in kinds.items() if len(keys)}
        often = sorted(there.keys() - {OTHERS}, key=lambda kind: (-len(there[kind]), kind))
        found = {kind: data.along(there.pop(kind)) for kind in often[:KINDS]}
        if there:
            found[OTHERS] = data.along(np.concatenate(list(there.values())))
        if len(found) > 1:
            self.profile.setdefault("along", {})[name] = found
            if OTHERS not in kinds:
                self.profile.setdefault("kinds", {})[name] = len(often)


class Check(BaseModel, ABC, Generic[S]):
    """
    A question put to the data set: a frozen model whose fields are its options, and a fold that can be cut anywhere.

    **The law**: any split of the rows, merged in any order, gives the same verdict. So a state never holds the built-in
    `hash()`, never "the first seen" but always the smallest key, no clock and no unseeded randomness. States that grow
    with the data are columns: numpy arrays of keys, hashes and lengths, never objects per row, never text.

    `update` and `merge` may change and return their first argument and leave the second alone. Options that are
    thresholds touch only `finish`. A check reports; it never raises, prints, or reads files.

    The docstring is the manual: its first line names the problem, and it has the headings *Why it matters* and *How to
    fix*.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, alias_generator=kebab)

    id: ClassVar[str]
    rules: ClassVar[tuple[Rule, ...]]
    #: Judged after all others, when `data.effective` is known.
    last: ClassVar[bool] = False

    def applies(self, settings: Settings) -> bool:  # noqa: ARG002  (for those who need it)
        """Say whether there is anything to ask under these settings. Where there is not, nobody misses the check."""
        return True

    def prepare(self, inputs: Inputs) -> Self:  # noqa: ARG002  (for those who need it)
        """Look once at what is there before the scan: the eval set, an even sample of the data."""
        return self

    def goes_by(self) -> Any:
        """
        Return what `update` goes by besides the batch: states of checks that agree in it are kept for each other.

        A prepared check that has learned what only `finish` needs leaves that out. It must pickle to the same bytes.
        """
        return self.__dict__, self.__pydantic_private__

    @abstractmethod
    def start(self) -> S:
        """Return a state that has seen nothing."""

    @abstractmethod
    def update(self, state: S, batch: Batch) -> S:
        """Add a batch."""

    @abstractmethod
    def merge(self, left: S, right: S) -> S:
        """Join two states."""

    @abstractmethod
    def finish(self, state: S, data: Dataset) -> Verdict:
        """Judge: findings and metrics."""


class Elsewhere(Check[None]):
    """
    Rules that no record is asked, for what they say is known only to who compares checks or whole data sets.

    They are explained, selected and given levels like all others; what breaks them is found by who looks for it.
    """

    def applies(self, settings: Settings) -> bool:  # noqa: ARG002  (the same for all)
        """Say that there is nothing to ask a record."""
        return False

    def start(self) -> None:
        """Return no state."""

    def update(self, state: None, batch: Batch) -> None:
        """See nothing."""

    def merge(self, left: None, right: None) -> None:
        """Join nothing."""

    def finish(self, state: None, data: Dataset) -> Verdict:  # noqa: ARG002  (there is nothing to judge by)
        """Say nothing."""
        return Verdict()


class Between(Check[S]):
    """
    A question put to several data sets at once: what they have in common, and should not.

    It is asked once, of all files of all data sets, with none of their own settings: `Inputs.owners` says whose each
    file is. What it finds is reported with the data sets that the place of the finding belongs to, and moves no score.
    """

    def applies(self, settings: Settings) -> bool:  # noqa: ARG002  (the same for all)
        """Say that there is nothing to ask one data set."""
        return False


def finding(
    rule: Rule,
    message: str,
    location: Location | None = None,
    *,
    severity: Severity | None = None,
    pointer: str = "",
    related: Sequence[Location] = (),
    count: int = 1,
    similarity: float | None = None,
    cluster: str | None = None,
    details: Mapping[str, str] | None = None,
) -> Finding:
    """
    Build a finding of `rule`: its code, name, severity and scope are filled in.

    What it quotes of the data is masked here, whichever check quotes it: a secret may stand in a role or in a key too.
    Quotations that are cut are masked before, by `quoted`.
    """
    return Finding(
        rule=rule.code,
        name=rule.name,
        severity=severity or rule.severity,
        scope=rule.scope,
        message=masked(message),
        location=location,
        pointer="/".join(map(_masked_part, pointer.split("/"))),
        related=tuple(related),
        count=count,
        similarity=None if similarity is None else round(similarity, 4),
        cluster=cluster,
        blocks=rule.blocks,
        details={name: masked(value) for name, value in (details or {}).items()},
    )


def _masked_part(part: str) -> str:
    """Mask a key in a JSON Pointer: in its escapes and beside its slashes a value is not recognised."""
    key = part.replace("~1", "/").replace("~0", "~")
    shown = masked(key)
    return part if shown == key else reference(shown)


def in_order(pieces: list[NDArray[np.void]], dtype: np.dtype[np.void]) -> NDArray[np.void]:
    """
    Return all rows of a growing table in the order of their field `key`, and keep them as its only piece.

    What `Keys` is for places alone: a state appends a structured array for each batch, and reads them as one.
    """
    rows = np.empty(sum(map(len, pieces)), dtype)
    begin = 0
    for piece in pieces:  # np.concatenate would compare the fields of each
        rows[begin : begin + len(piece)] = piece
        begin += len(piece)
    pieces[:] = [rows]  # before sorting: the table is not held three times
    if np.any(np.diff(rows["key"]) < 0):
        pieces[:] = [rows[np.argsort(rows["key"], kind="stable")]]
    return pieces[0]


class Keys:
    """
    A growing column of int64: appended to array by array, read as one sorted array.

    Two of them merge by taking over the other's pieces; nothing is copied until somebody reads.
    """

    __slots__ = ("pieces",)

    def __init__(self, pieces: Iterable[NDArray[np.int64]] = ()) -> None:
        self.pieces = list(pieces)

    def add(self, values: NDArray[np.int64]) -> None:
        """Append an array."""
        if len(values):
            self.pieces.append(values)

    def extend(self, other: Keys) -> None:
        """Append all of `other`, which is left alone."""
        self.pieces.extend(other.pieces)

    def sorted(self) -> NDArray[np.int64]:
        """Return all values, ascending."""
        if not self.pieces:
            return np.empty(0, np.int64)
        whole = np.sort(np.concatenate(self.pieces))
        self.pieces = [whole]
        return whole

    def __len__(self) -> int:
        return sum(len(piece) for piece in self.pieces)
