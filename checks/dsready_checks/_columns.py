"""The state of `duplicates`: what is remembered of each record, in columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from dsready.dataset.record import Status, canonical
from dsready.similarity.minhash import BINS, signatures
from dsready.text.normal import context, labels
from dsready.text.shingles import bounds, distinctive, sequence_hash
from dsready.text.words import mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.record import Record
    from dsready.text.shingles import Members

ROW = np.dtype(
    [
        ("key", np.int64),
        ("whole", np.uint64),  # system prompt, dialogue and label: equal in exact duplicates
        ("question", np.uint64),  # what is asked, 0 where the record asks nothing
        ("response", np.uint64),  # what is answered
        ("label", np.uint64),
        ("words", np.uint32),  # length of the answer
        ("bins", np.uint8, BINS),  # the signature of the distinctive shingles
        ("filled", np.uint8),  # 0 where there are none
    ]
)


#: Of a record that fits no shape: it can only be equal as a JSON value.
STRANGE = np.dtype([("key", np.int64), ("whole", np.uint64)])


@dataclass(slots=True)
class Columns:
    """About 110 bytes a usable record, 16 bytes for one that fits no shape."""

    rows: list[NDArray[np.void]] = field(default_factory=list)
    strange: list[NDArray[np.void]] = field(default_factory=list)

    def add(self, batch: Batch, boilerplate: Members) -> None:
        """Append the records of a batch."""
        self.rows.append(_measured(batch, boilerplate))
        self.strange.append(_strange(batch))

    def extend(self, other: Columns) -> None:
        """Append all of `other`, which is left alone."""
        self.rows += other.rows
        self.strange += other.strange


def _measured(batch: Batch, boilerplate: Members) -> NDArray[np.void]:
    rows = np.zeros(len(batch.keys), ROW)
    prompt, answer = sequence_hash(batch, "prompt"), sequence_hash(batch, "answer")
    around, label = context(batch), labels(batch)
    rows["key"] = batch.keys
    rows["whole"] = mix(mix(prompt) + answer + mix(around) + mix(label + np.uint64(1)))
    rows["question"], rows["response"], rows["label"] = mix(prompt + mix(around)), answer, label
    kinds = np.array([example.kind for example in batch.examples], "U13")
    judged = kinds == "unpaired"  # the same answer judged both ways
    rows["question"][judged] += answer[judged]
    rows["response"][judged] = label[judged]
    silent = np.array([not example.prompt.strip() for example in batch.examples], bool)
    rows["question"][(kinds != "sft") & ~judged | silent] = 0
    starts, ends = bounds(batch, "answer")
    rows["words"] = np.where(judged, 0, ends - starts)
    rows["bins"], rows["filled"] = signatures(distinctive(batch, "example", boilerplate))
    return rows


def _strange(batch: Batch) -> NDArray[np.void]:
    found = [
        (record.key, _json_hash(record)) for record in batch.records if record.status in (Status.ALIEN, Status.INVALID)
    ]
    return np.array(found, STRANGE)


def _json_hash(record: Record) -> int:
    return int.from_bytes(blake2b(canonical(record.value) or record.raw, digest_size=8).digest(), "little")
