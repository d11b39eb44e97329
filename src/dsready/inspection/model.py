"""What is known of one record, as plain values."""

from __future__ import annotations

from typing import Any, Literal

from dsready.model import Finding, Frozen, Location


class Said(Frozen):
    """What one side says: the role as written, the whole text with secrets masked, its tokens as they were unmasked."""

    role: str
    text: str
    tokens: int


class Inspected(Frozen):
    """
    One record as the normal form sees it.

    `shape` is "" where none fits, `kind` is that of the example. `trouble` says why it is no usable record, "" if it is
    one; `turns` is then the line as it stands. `bytes` is the size of the line.
    """

    place: Location
    role: Literal["train", "eval"]
    shape: str
    kind: str
    trouble: str
    bytes: int
    tokens: int
    turns: tuple[Said, ...]


class Difference(Frozen):
    """A run of words, and whether it stands in both records, only in this one (old), or only in the other (new)."""

    kind: Literal["same", "old", "new"]
    text: str


class Other(Frozen):
    """
    Another record that has to do with this one.

    `rule` and `message` are those of the finding that says so, "" for the first record of a cluster; `similarity` is
    that of the finding. `differences` compares what is said in this record (old) with the other (new); None where that
    was not looked at.
    """

    place: Location
    rule: str = ""
    message: str = ""
    similarity: float | None = None
    differences: tuple[Difference, ...] | None = None


class Cluster(Frozen):
    """The duplicates of a record. `id` is the hash of the first record of the cluster, `size` counts this one too."""

    id: str
    size: int
    others: tuple[Other, ...]


class Inspection(Frozen):
    """
    All that is known of one record.

    `findings` stand at it; `naming` stand elsewhere and name it, without those that say what `cluster` and `leaks` say.
    `leaks` are the evaluation items that are found in a training record, or the training records in which an evaluation
    item is found: each item names its three most similar ones.
    """

    schema_version: Literal[1] = 1
    record: Inspected
    findings: tuple[Finding, ...]
    naming: tuple[Finding, ...]
    cluster: Cluster | None
    leaks: tuple[Other, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return self.model_dump(mode="json")
