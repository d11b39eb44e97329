"""The across check."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from pydantic import PrivateAttr

from dsready.check import Between, Verdict, finding, in_order
from dsready.escape import visible
from dsready.model import Rule, Severity
from dsready.text.shingles import Members, common
from dsready_checks._crossing import LEAK as LEAKED
from dsready_checks._crossing import Owners, Seen, copies, strange_items, strongest
from dsready_checks._leaks import Items, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset, Inputs
    from dsready.model import Finding
    from dsready_checks._crossing import Copies

COPY = Rule(
    code="XDS001",
    name="duplicate-across-data-sets",
    severity=Severity.WARNING,
    dimension="uniqueness",
    scope="group",
    summary="The record stands in another data set too, equal or nearly so",
    fix="Keep it in one of them, unless they never train the same model.",
)
LEAK = Rule(
    code="XDS002",
    name="leak-across-data-sets",
    severity=Severity.WARNING,
    dimension="evaluation",
    scope="group",
    summary="An evaluation item of another data set is in the training data",
    fix="Take it out of the training data, unless the two data sets never meet in one model.",
)
_SAID = {
    Kind.EQUAL: "its prompt is that of",
    Kind.ITEM_INSIDE: "it holds the prompt of",
    Kind.PROMPT_INSIDE: "its prompt stands inside that of",
    Kind.NEAR: "its prompt is nearly that of",
    Kind.PARTLY: "its prompt is nearly that of",
}
#: Jaccard similarity from which records are near-duplicates.
_NEAR = 0.75


class Across(Between[Seen]):
    """
    Records that several data sets share.

    Why it matters: data sets of one repository tend to meet in one model: mixed, or one after the other. Then a record
    in both counts twice, and an evaluation item of one that the other trains on measures nothing.

    How to fix: keep shared records in one data set; reported are those of the data set that is named later. Where the
    data sets are for different models, ignore the rules: then nothing is compared, and nothing is read twice. A run of
    one data set compares nothing either.
    """

    id: ClassVar[str] = "across"
    rules: ClassVar[tuple[Rule, ...]] = (COPY, LEAK)

    _owners: Owners = PrivateAttr(default_factory=lambda: Owners([]))
    _boilerplate: Members = PrivateAttr(default_factory=lambda: Members(np.empty(0, np.uint64)))
    _items: Items | None = PrivateAttr(None)
    _strange: NDArray[np.int64] = PrivateAttr(default_factory=lambda: np.empty((0, 0), np.int64))

    def prepare(self, inputs: Inputs) -> Self:
        """Learn what is boilerplate and whose the files are, and index the evaluation items."""
        files = len(inputs.train) + len(inputs.evals)
        boilerplate = common(inputs.sample)
        prepared = self.model_copy()
        prepared._owners = Owners(inputs.owners or [frozenset({""})] * files)  # noqa: SLF001  (a copy of itself)
        prepared._boilerplate = Members(boilerplate)  # noqa: SLF001  (the same)
        if inputs.evals:
            asked = common([batch for batches in inputs.eval_batches for batch in batches], "prompt")
            items = Items(inputs.eval_batches, Members(np.concatenate([boilerplate, asked])))
            prepared._items, prepared._strange = items, strange_items(items, prepared._owners)  # noqa: SLF001  (the same)
        return prepared

    def start(self) -> Seen:
        """Return what nothing was seen of."""
        return Seen()

    def update(self, state: Seen, batch: Batch) -> Seen:
        """Add columns, and probe the items with the batch."""
        state.columns.add(batch, self._boilerplate)
        if self._items is not None and len(self._items) and len(batch.keys):
            prompts, _, _ = self._items.probe(batch)
            owner = int(self._owners.of(batch.keys[:1])[0])  # a batch is of one file
            state.leaks.append(strongest(prompts, self._strange[owner]))
        return state

    def merge(self, left: Seen, right: Seen) -> Seen:
        """Put both together."""
        left.columns.extend(right.columns)
        left.leaks += right.leaks
        return left

    def finish(self, state: Seen, data: Dataset) -> Verdict:
        """Compare the data sets, and report what they share."""
        verdict = Verdict()
        for found in copies(state.columns, data, self._owners, self._boilerplate, _NEAR):
            verdict.findings += self._copies(found, data)
        verdict.findings += self._leaks(in_order(state.leaks, LEAKED), data)
        verdict.examined = sum(len(rows) for rows in (*state.columns.rows, *state.columns.strange))
        return verdict

    def _copies(self, found: Copies, data: Dataset) -> Iterator[Finding]:
        places, others = data.locations(found.keys), data.locations(found.others)
        owners = self._owners.of(found.others).tolist()
        facts = zip(found.similarity.tolist(), found.same_json.tolist(), strict=True)
        for place, other, owner, (similarity, same) in zip(places, others, owners, facts, strict=True):
            near = similarity == similarity  # noqa: PLR0124  (nan is not itself)
            what = f"Jaccard {similarity:.2f} with" if near else f"the same {'JSON value' if same else 'text'} as"
            message = f"{what} {other.within('')}, of {self._named(owner)}"
            yield finding(COPY, message, place, related=[other], similarity=similarity if near else None)

    def _leaks(self, found: NDArray[np.void], data: Dataset) -> Iterator[Finding]:
        places, items = data.locations(found["key"]), data.locations(found["item"])
        owners = self._owners.of(found["item"]).tolist()
        facts = zip(found["kind"].tolist(), found["similarity"].tolist(), strict=True)
        for place, item, owner, (kind, similarity) in zip(places, items, owners, facts, strict=True):
            message = f"{_SAID[Kind(kind)]} {item.within('')}, an evaluation item of {self._named(owner)}"
            yield finding(LEAK, message, place, related=[item], similarity=similarity)

    def _named(self, owner: int) -> str:
        return "the data set " + ", ".join(visible(name) for name in self._owners.names[owner])
