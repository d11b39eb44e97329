"""The frozen values that a comparison returns."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from dsready.model import Frozen, Location

#: What makes a removed and an added record one that was edited: they are equal but for the id, have the same id, the
#: same prompt, share most of their words, or stand at the same place while one of them could not be read.
Why = Literal["content", "id", "prompt", "similar", "place"]


class Tokens(Frozen):
    """Tokens of a usable record, system prompt, prompt and answer together: median, 95th percentile, and of all."""

    median: int = 0
    p95: int = 0
    total: int = 0


class Side(Frozen):
    """
    One of the two versions, as `lint` sees it.

    `score` and `verdict` are None where the data set did not exist. `dimensions` maps each dimension to its subscore,
    None where it was not assessed; `findings` the code of each rule that was broken to how often.
    """

    files: tuple[str, ...] = ()
    records: int = 0
    usable: int = 0
    effective: int = 0
    score: int | None = None
    verdict: str | None = None
    dimensions: dict[str, float | None] = Field(default_factory=dict)
    tokens: Tokens = Tokens()
    shapes: dict[str, int] = Field(default_factory=dict)
    languages: dict[str, int] = Field(default_factory=dict)
    findings: dict[str, int] = Field(default_factory=dict)


class Moves(Frozen):
    """
    How many records were added, removed, edited in place or elsewhere, and left as they are.

    Records are counted as often as they stand there. `moved` are those of the unchanged ones that would have to be
    moved to get from the old order to the new one, at least.
    """

    added: int
    removed: int
    changed: int
    unchanged: int
    moved: int


class Change(Frozen):
    """
    A record that was edited: where it stood, where it stands, and why the two are taken for one.

    `pointers` are the JSON Pointers of the values that differ, the first ones if there are many; `more` counts the
    others. Of a line that is no JSON object the pointer is "", as it is where only the spelling differs of a value that
    is too deep for its hash. `similarity` is the exact Jaccard similarity of their
    word triples, where that decided.
    """

    old: Location
    new: Location
    why: Why
    similarity: float | None = None
    pointers: tuple[str, ...] = ()
    more: int = 0


class RuleChange(Frozen):
    """
    A rule that is broken more or less often than before, or by other records.

    `appeared` and `gone` count findings by the record that they are about; at least so many, where the reports do not
    list all. `places` are those of the first ones that appeared; records that were added or changed come first.
    """

    code: str
    name: str
    old: int
    new: int
    appeared: int
    gone: int
    places: tuple[Location, ...] = ()


class Difference(Frozen):
    """
    What changed between two versions of a data set.

    `added`, `removed` and `changed` list the first ones, in the order of their places; `counts` counts all. `fields`
    says in how many of the listed changes a value differs, by its pointer, in which `*` stands for any place in a list.
    """

    schema_version: Literal[1] = 1
    tool: dict[str, str]
    old: Side
    new: Side
    counts: Moves
    fields: dict[str, int]
    rules: tuple[RuleChange, ...]
    added: tuple[Location, ...]
    removed: tuple[Location, ...]
    changed: tuple[Change, ...]

    @property
    def differs(self) -> bool:
        """Whether a record was added, removed or changed; another order is no difference."""
        return bool(self.counts.added or self.counts.removed or self.counts.changed)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return self.model_dump(mode="json")
