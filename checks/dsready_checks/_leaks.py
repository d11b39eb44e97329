"""The arithmetic of `leakage`: the evaluation items as an index, and the hits of a batch of training records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from dsready.arrays import distinct_values
from dsready.check import Keys
from dsready.similarity.containment import Index
from dsready.text.normal import digest, loosened, pictures
from dsready.text.ragged import Ragged, offsets, spread, stacked
from dsready.text.shingles import HASH_BITS, WIDTH, Members, bounds, distinct, distinctive, sequence_hash, shingles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.similarity.containment import Overlaps
    from dsready.text.shingles import View

T = TypeVar("T", bound=np.generic)

#: DESIGN's thresholds: shares, and how much there must be for a share to mean something.
NEAR = 0.7
INSIDE = 0.8
#: A prompt that is so many times as long as another one is wrapped around it. Of two that are alike in length, one is
#: an edit of the other where they have so much in common word for word, boilerplate included, but not all: two that
#: have less stand in different templates. Of 144 pairs with different gaps in one Japanese template, all have more.
WRAPPED = 1.25
SAME_TEMPLATE = 0.5
#: Of so many distinctive shingles some may be missing. Of fewer that is doubtful: the other text may be the same
#: template with another word in its gap. Of 8,145 questions planted in pairs of templates, in three languages, 7,096
#: are found, and 7,142 without the thresholds from `SAME_TEMPLATE` to `SOME`; of the strangers among them 47 pass for
#: contained, not 516.
ENOUGH = 30
#: Where the template is in doubt too, so many make a near leak: fillings of sentences have up to 18 in common, and
#: public prompts with 20 and more are mostly one question that is put in two ways.
LIKELY = 20
#: With fewer, what is missing may be all that a short question asks for: another word at its end is a shingle of five.
SOME = 5
LEAST_COMMON = 3
LEAST_ITEM_WORDS = 5
LEAST_PROMPT_WORDS = 8
LEAST_PROMPT_SHINGLES = 6
LEAST_ANSWER_WORDS = 8
#: About so many shingles of pairs are compared at a time: each pair has some, and 2**20 pairs can be told apart.
AT_A_TIME = 1 << 20
#: Training lines named for an item.
SHOWN = 3


class Kind(IntEnum):
    """How an item is found in the training data, strongest first; `PARTLY` is a doubtful kind of inside."""

    EQUAL = 0
    ITEM_INSIDE = 1
    PROMPT_INSIDE = 2
    NEAR = 3
    PARTLY = 4
    ANSWER = 5


HIT = np.dtype([("item", np.int64), ("kind", np.uint8), ("similarity", np.float32), ("key", np.int64)])


@dataclass(slots=True)
class Hits:
    """
    What was found so far.

    `hits` keeps the best `SHOWN` hits of each item and kind, by similarity, then by place; `counts` has them all.
    `low` and `high` are the smallest and largest prompt hash under which an item's answer was met: equal for a single
    prompt.
    """

    hits: NDArray[np.void]
    counts: NDArray[np.int64]
    low: NDArray[np.uint64]
    high: NDArray[np.uint64]
    leaked: Keys
    rows: int = 0

    @classmethod
    def empty(cls, items: int) -> Hits:
        """Return the state that has seen nothing."""
        most = np.uint64(2**64 - 1)
        counts = np.zeros((items, len(Kind)), np.int64)
        return cls(np.empty(0, HIT), counts, np.full(items, most), np.zeros(items, np.uint64), Keys())

    def best(self, subjects: NDArray[np.int64], kinds: NDArray[np.int64]) -> Ragged[np.void]:
        """Return the best hits of subjects, each by the kind that stands beside it; at least one where it has any."""
        codes = self.hits["item"] * len(Kind) + self.hits["kind"]
        wanted = subjects * len(Kind) + kinds
        begins = np.searchsorted(codes, wanted)
        lengths = np.searchsorted(codes, wanted + 1) - begins
        return Ragged(self.hits[spread(begins, lengths)], offsets(lengths))

    def add(self, hits: NDArray[np.void]) -> None:
        """Add hits and count them."""
        np.add.at(self.counts, (hits["item"], hits["kind"]), 1)
        self.join(hits)

    def join(self, hits: NDArray[np.void]) -> None:
        """Add hits that are counted already."""
        if len(hits):
            self.hits = _best(np.concatenate([self.hits, hits]))


def _best(hits: NDArray[np.void]) -> NDArray[np.void]:
    hits = hits[np.lexsort((hits["key"], -hits["similarity"], hits["kind"], hits["item"]))]
    group = hits["item"] * len(Kind) + hits["kind"]
    new = np.ones(len(hits), bool)
    new[1:] = group[1:] != group[:-1]
    first = np.maximum.accumulate(np.where(new, np.arange(len(hits)), 0))
    return hits[np.arange(len(hits)) - first < SHOWN]


class Items:
    """
    The evaluation items that can be compared, as an index.

    Equal prompts are one subject, however many items ask it: subjects 0 to `prompts` - 1. The answer of each item is a
    subject of its own, behind them.

    Attributes
    ----------
    keys
        int64, (items,): where the items stand.
    subject
        int64, (items,): the prompt each item asks.
    records, comparable
        Records of each evaluation file, and how many of them are items.
    distinct
        Items, each counted once: the same prompt with the same answer shows nothing a second time.
    """

    def __init__(self, files: Sequence[Sequence[Batch]], boilerplate: Members) -> None:
        everything = [batch for batches in files for batch in batches]
        examples = [example for batch in everything for example in batch.examples]
        words = _joined((_lengths(batch, "prompt") for batch in everything), np.int64)
        kept = np.flatnonzero(words > 0)
        self.boilerplate = boilerplate
        self.records = [sum(len(batch.filled) for batch in batches) for batches in files]
        files_of = np.repeat(np.arange(len(files)), [sum(len(batch.keys) for batch in batches) for batches in files])
        self.comparable = np.bincount(files_of[kept], minlength=len(files)).tolist()
        self.keys = _joined((batch.keys for batch in everything), np.int64)[kept]
        texts = [digest(loosened(examples[row].prompt), pictures(examples[row].prompt)) for row in kept.tolist()]
        _, first, self.subject = np.unique(np.array(texts, np.uint64), return_index=True, return_inverse=True)
        asked = kept[first]
        self.prompts = len(asked)
        self.prompt_words = words[asked]
        self._by_text = {texts[item]: subject for subject, item in enumerate(first.tolist())}
        self._pictures = [pictures(examples[row].prompt) for row in asked.tolist()]
        sequences = _joined((sequence_hash(batch, "prompt") for batch in everything), np.uint64)
        self._sequences = Members(sequences[kept])
        answers = _joined((sequence_hash(batch, "answer") for batch in everything), np.uint64)[kept]
        self.distinct = len(set(zip(self.subject.tolist(), answers.tolist(), strict=True)))
        self._whole = _sets(everything, "prompt", Members(np.empty(0, np.uint64))).take(asked)
        prompts = _sets(everything, "prompt", boilerplate).take(asked)
        self._index = Index(stacked([prompts, self._distinctive_answers(everything, kept)], np.uint64))

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def subjects(self) -> int:
        """Prompts and answers together."""
        return self.prompts + len(self)

    def _distinctive_answers(self, batches: Sequence[Batch], kept: NDArray[np.int64]) -> Ragged[np.uint64]:
        """Return the shingles of the answers; of short ones, and of those that several items have, none."""
        answers = _sets(batches, "answer", self.boilerplate).take(kept)
        texts = _joined((sequence_hash(batch, "answer") for batch in batches), np.uint64)[kept]
        words = _joined((_lengths(batch, "answer") for batch in batches), np.int64)[kept]
        _, inverse, counts = np.unique(texts, return_inverse=True, return_counts=True)
        distinctive = (words >= LEAST_ANSWER_WORDS) & (counts[inverse] == 1)
        return answers.keep(np.repeat(distinctive, answers.lengths))

    def _equal(self, batch: Batch) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return rows and subjects where the prompts are equal after normalisation."""
        rows, _ = self._sequences.find(sequence_hash(batch, "prompt"))
        known: dict[str, int] = {}
        found = []
        for row in rows.tolist():
            prompt = batch.examples[row].prompt
            if prompt not in known:
                known[prompt] = self._by_text.get(digest(loosened(prompt), pictures(prompt)), -1)
            found.append(known[prompt])
        subjects = np.array(found, np.int64)
        return rows[subjects >= 0], subjects[subjects >= 0]

    def probe(self, batch: Batch) -> tuple[NDArray[np.void], NDArray[np.void], NDArray[np.int64]]:
        """Return the hits on prompts, the hits on answers, and the row of each of the latter."""
        rows, items = self._equal(batch)
        hits = [_hits(batch, rows, items, Kind.EQUAL, np.ones(len(rows)))]

        # What has less in common than this is no hit of any kind, so a side of fewer words needs no look.
        met = self._index.meet(shingles(batch, "example"), LEAST_COMMON)
        starts, ends = bounds(batch, "prompt")
        asked = (ends - starts)[met.rows]
        prompt, answer = met.where(met.ranks <= asked - WIDTH), met.where(met.ranks >= asked)
        prompt_sizes, answer_sizes = np.split(self._index.sizes, [self.prompts])

        found = self._index.overlaps(prompt).among(0, self.prompts)
        rows, items, common = found
        sizes = _set_sizes(distinctive(batch, "prompt", self.boilerplate), rows)
        lengths = (ends - starts)[rows]
        similarity, share = common / (sizes + prompt_sizes[items] - common), common / sizes
        near = (similarity >= NEAR) & (common >= LEAST_COMMON)
        hits.append(_hits(batch, rows[near], items[near], Kind.NEAR, similarity[near]))
        longer = np.maximum(lengths / self.prompt_words[items], self.prompt_words[items] / lengths)
        edited = (longer < WRAPPED) & (np.maximum(share, common / prompt_sizes[items]) >= INSIDE)
        literal = self._literal(batch, rows[edited], items[edited])
        edited[edited] = (literal >= SAME_TEMPLATE) & (literal < 1)
        inside = (share >= INSIDE) & (lengths >= LEAST_PROMPT_WORDS) & (sizes >= LEAST_PROMPT_SHINGLES)
        hits += _contained(batch, Kind.PROMPT_INSIDE, found.where(inside), share[inside], edited[inside])
        pairs = rows[edited] * self.prompts + items[edited]

        found = self._index.overlaps(met).among(0, self.prompts)
        share = found.common / prompt_sizes[found.items]
        inside = (
            (share >= INSIDE) & (found.common >= LEAST_COMMON) & (self.prompt_words[found.items] >= LEAST_ITEM_WORDS)
        )
        found, share = found.where(inside), share[inside]
        edited = np.isin(found.rows * self.prompts + found.items, pairs)
        hits += _contained(batch, Kind.ITEM_INSIDE, found, share, edited)

        prompts = self._same_pictures(batch, np.concatenate(hits))
        rows, items, common = self._index.overlaps(answer).among(self.prompts, self.subjects)
        share = common / answer_sizes[items]
        same = (share >= INSIDE) & (common >= LEAST_COMMON)
        answers = _hits(batch, rows[same], items[same] + self.prompts, Kind.ANSWER, share[same])
        return prompts, answers, rows[same]

    def _literal(self, batch: Batch, rows: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how much of the smaller of two prompts the other one has, boilerplate and all."""
        found = [np.empty(0)]
        wanted, places = np.unique(rows, return_inverse=True)
        ours = distinct(shingles(batch, "prompt").take(wanted))
        done = np.cumsum(ours.lengths[places] + self._whole.lengths[items])
        for some in np.split(np.arange(len(rows)), np.flatnonzero(np.diff(done // AT_A_TIME)) + 1):
            sides = ours.take(places[some]), self._whole.take(items[some])
            tagged = [side.values | side.rows.astype(np.uint64) << np.uint64(HASH_BITS) for side in sides]
            either = distinct_values(np.concatenate(tagged)) >> np.uint64(HASH_BITS)
            sizes = np.array([side.lengths for side in sides])
            common = sizes.sum(axis=0) - np.bincount(either.astype(np.int64), minlength=len(some))
            found.append(common / sizes.min(axis=0))
        return np.concatenate(found)

    def _same_pictures(self, batch: Batch, hits: NDArray[np.void]) -> NDArray[np.void]:
        """Drop hits whose prompts show different images: the same words then ask something else."""
        if not any(self._pictures):
            return hits
        rows = np.searchsorted(batch.keys, hits["key"]).tolist()
        shown = [pictures(batch.examples[row].prompt) for row in rows]
        asked = [self._pictures[subject] for subject in hits["item"].tolist()]
        same = [not one or not other or one == other for one, other in zip(shown, asked, strict=True)]
        kept: NDArray[np.void] = hits[np.array(same, bool)]
        return kept


def _hits(
    batch: Batch, rows: NDArray[np.int64], items: NDArray[np.int64], kind: Kind, similarity: NDArray[np.float64]
) -> NDArray[np.void]:
    hits = np.zeros(len(rows), HIT)
    hits["item"], hits["kind"], hits["key"], hits["similarity"] = items, kind, batch.keys[rows], similarity
    return hits


def _contained(
    batch: Batch, kind: Kind, found: Overlaps, share: NDArray[np.float64], edited: NDArray[np.bool_]
) -> Iterator[NDArray[np.void]]:
    """Yield the hits on what is inside for sure, then the doubtful ones, where enough is common for the doubts."""
    sure = (share == 1) | (found.common >= ENOUGH)
    least = np.where(sure, 0, np.where(edited, LIKELY, SOME))
    doubtful = (edited | ~sure) & (found.common >= least)
    for which, mask in ((kind, sure & ~edited), (Kind.PARTLY, doubtful)):
        yield _hits(batch, found.rows[mask], found.items[mask], which, share[mask])


def _set_sizes(ragged: Ragged[np.uint64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of distinct values of each of `rows`; only those rows are sorted."""
    wanted, inverse = np.unique(rows, return_inverse=True)
    return distinct(ragged.take(wanted)).lengths[inverse]


def _sets(batches: Sequence[Batch], view: View, boilerplate: Members) -> Ragged[np.uint64]:
    return stacked((distinct(distinctive(batch, view, boilerplate)) for batch in batches), np.uint64)


def _lengths(batch: Batch, view: View) -> NDArray[np.int64]:
    starts, ends = bounds(batch, view)
    return ends - starts


def _joined(parts: Iterable[NDArray[T]], dtype: type[T]) -> NDArray[T]:
    return np.concatenate([np.empty(0, dtype), *parts])
