"""The duplicates check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import numpy as np
from pydantic import Field, PrivateAttr

from dsready.check import Check, Verdict, finding
from dsready.model import Finding, Metric, Rule, Severity
from dsready.text.shingles import Members, common
from dsready_checks._clusters import pictured
from dsready_checks._columns import Columns
from dsready_checks._sameness import Comparison, all_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset, Inputs
    from dsready_checks._sameness import Clustered, Copy, Found, Group, Near

EXACT = Rule(
    code="DUP001",
    name="exact-duplicate",
    severity=Severity.WARNING,
    dimension="uniqueness",
    scope="group",
    summary="The record equals an earlier one: as a JSON value, or as text after normalisation (NFKC, case, spaces)",
    fix="Keep the first, drop the others. If a record is meant to weigh more, use the trainer's weights or epochs.",
)
NEAR = Rule(
    code="DUP002",
    name="near-duplicate",
    severity=Severity.WARNING,
    dimension="uniqueness",
    scope="group",
    summary="The record shares most of its distinctive word triples with another one (exact Jaccard similarity)",
    fix="Keep one record of each cluster, or rewrite the others until they teach something of their own.",
)
CONFLICT = Rule(
    code="DUP003",
    name="conflicting-answers",
    severity=Severity.WARNING,
    dimension="uniqueness",
    scope="group",
    summary="One prompt has several different answers",
    fix="Decide which answer is right. If several samples per prompt are meant, set checks.duplicates.several-answers.",
)
REPEATED = Rule(
    code="DUP004",
    name="repeated-answer",
    severity=Severity.INFO,
    dimension="uniqueness",
    scope="group",
    summary="One long answer is given to many different prompts",
    fix="Look whether the answer fits every prompt, or is a canned text that the model will learn to fall back on.",
)
_NAMED = 6  # lines named in one finding


class Duplicates(Check[Columns]):
    """
    Records that say the same.

    Why it matters: a record that occurs twice weighs twice, wastes tokens, and hides how little the set really holds:
    it is memorised before the others are learned. One prompt with two answers teaches neither.

    How to fix: keep the first record of each cluster. Similarity is that of sets of three consecutive words;
    candidates come from MinHash and each is verified exactly. The system prompt, tool definitions and whatever stands
    in more than 5 % of the records (a template, a shared instruction) do not count. Paraphrases in other words are
    out of reach.
    """

    id: ClassVar[str] = "duplicates"
    rules: ClassVar[tuple[Rule, ...]] = (EXACT, NEAR, CONFLICT, REPEATED)

    threshold: Annotated[float, Field(gt=0, le=1)] = 0.75
    several_answers: bool = False
    repeated_words: Annotated[int, Field(ge=1)] = 8
    repeated_prompts: Annotated[int, Field(ge=2)] = 5

    _boilerplate: Members = PrivateAttr(default_factory=lambda: Members(np.empty(0, np.uint64)))

    def prepare(self, inputs: Inputs) -> Self:
        """Learn from the sample which shingles are boilerplate."""
        prepared = self.model_copy()
        prepared._boilerplate = Members(common(inputs.sample))  # noqa: SLF001  (a copy of itself)
        return prepared

    def start(self) -> Columns:
        """Return empty columns."""
        return Columns()

    def update(self, state: Columns, batch: Batch) -> Columns:
        """Add hashes and bands of the batch."""
        state.add(batch, self._boilerplate)
        return state

    def merge(self, left: Columns, right: Columns) -> Columns:
        """Put the columns together."""
        left.extend(right)
        return left

    def finish(self, state: Columns, data: Dataset) -> Verdict:
        """Compare, and report copies, near-duplicates, conflicts and repeated answers."""
        compared = Comparison(state, data, self._boilerplate, self.threshold)
        verdict = Verdict(examined=len(compared), excludes=compared.removable)
        conflicts = [] if self.several_answers else compared.conflicts
        repeats = compared.repeats(self.repeated_words, self.repeated_prompts)
        verdict.counts = {
            EXACT.code: len(compared.copies) + len(compared.strange_copies),
            NEAR.code: len(compared.near),
            CONFLICT.code: len(conflicts),
            REPEATED.code: len(repeats),
        }
        verdict.marks = {
            EXACT.code: np.concatenate([compared.copies.keys, compared.strange_copies.keys]),
            NEAR.code: compared.near.keys,
            CONFLICT.code: all_keys(conflicts),
            REPEATED.code: all_keys(repeats),
        }
        verdict.profile["clusters"], verdict.places = pictured(compared, data)
        verdict.findings += _copies(compared.copies, compared.clustered, data)
        verdict.findings += _copies(compared.strange_copies, compared.clustered, data)
        verdict.findings += _near(compared.near.first(data.listed), data)
        verdict.findings += [_conflict(group, data) for group in conflicts[: data.listed]]
        verdict.findings += [_repeat(group, data) for group in repeats[: data.listed]]
        removable, conflicting = len(compared.removable), compared.conflicting(conflicts)
        codes = (EXACT.code, NEAR.code)
        verdict.metrics += [
            Metric.share("uniqueness.removable_share", removable, len(compared), *codes, what="removable duplicates"),
            Metric.share(
                "uniqueness.conflict_share",
                conflicting,
                compared.asked,
                CONFLICT.code,
                what="with conflicting answers",
            ),
        ]
        return verdict


def _copies(found: Found[Copy], clustered: Clustered, data: Dataset) -> Iterator[Finding]:
    copies = found.first(data.listed)
    places = data.locations([copy.key for copy in copies])
    firsts = data.locations([copy.first for copy in copies])
    heads = data.locations(clustered.head(found.keys[: data.listed]))
    for copy, place, first, head in zip(copies, places, firsts, heads, strict=True):
        what = "the same JSON value as" if copy.same_json else "the same text as"
        message = f"{what} {first.within(place.path)}"
        yield finding(EXACT, message, place, related=[first], cluster=head.record_sha256)


def _near(found: Sequence[Near], data: Dataset) -> Iterator[Finding]:
    places = data.locations([near.key for near in found])
    partners = data.locations([near.partner for near in found])
    heads = data.locations([near.head for near in found])
    for near, place, partner, head in zip(found, places, partners, heads, strict=True):
        keep = "" if head == partner else f", the first is {head.within(place.path)}"
        message = f"Jaccard {near.similarity:.2f} with {partner.within(place.path)} (cluster of {near.size:,}{keep})"
        related = [partner] if head == partner else [partner, head]
        yield finding(NEAR, message, place, related=related, similarity=near.similarity, cluster=head.record_sha256)


def _conflict(group: Group, data: Dataset) -> Finding:
    first, *others = data.locations(group.keys[:_NAMED])
    also = ", ".join(place.within(first.path) for place in others).replace(", line ", ", ")
    more = " …" if len(group.keys) > _NAMED else ""
    what = (
        "prompt and answer are judged both ways" if group.judged else f"{group.number} different answers to this prompt"
    )
    message = f"{what}, also in {also}{more}"
    return finding(CONFLICT, message, first, related=others, count=len(group.keys), details=_shared(group))


def _repeat(group: Group, data: Dataset) -> Finding:
    first, *others = data.locations(group.keys[:_NAMED])
    message = f"the answer of {group.number} words stands under {len(group.keys):,} prompts"
    return finding(REPEATED, message, first, related=others, count=len(group.keys), details=_shared(group))


def _shared(group: Group) -> dict[str, str]:
    """Name a group by what its records share, whichever of them stands first."""
    return {"shared": f"{group.shared:016x}"}
