"""What checks tell of the data for pictures, read from a report that may be anybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from dsready.model import Location

if TYPE_CHECKING:
    from typing import Any

    from dsready.model import Report

T = TypeVar("T")
Natural = Annotated[int, Field(ge=0)]


class Told(BaseModel):
    """Base of what is read: other keys are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Lengths(Told):
    """
    Lengths of one side in tokens: how many records have how many, between edges (the upper one exclusive).

    `least`, `median` and `most` are None where all are empty, `outside` where no outliers are judged.
    """

    records: Natural
    least: Natural | None = None
    median: Annotated[float, Field(ge=0)] | None = None
    most: Natural | None = None
    empty: Natural = 0
    outside: tuple[float | None, float | None] | None = None
    outliers: Natural = 0
    bins: tuple[tuple[Natural, Natural, Natural], ...] = ()


class AllLengths(Told):
    """Lengths of prompt, answer and whole record, in tokens of `unit`, and the context they have to fit into."""

    unit: str = ""
    context: int | None = None
    prompt: Lengths | None = None
    answer: Lengths | None = None
    whole: Lengths | None = None


class Member(Told):
    """A record of a cluster: its place, how similar it is to the first, and how many words of each side differ."""

    path: str
    line: int | None = None
    column: int | None = None
    record_sha256: str = ""
    similarity: float | None = None
    differs: dict[str, tuple[Natural, Natural]] = Field(default_factory=dict)

    def __str__(self) -> str:
        return str(Location(path=self.path, line=self.line, column=self.column))


class Cluster(Told):
    """Records that say the same; `members` are the first of them."""

    id: str
    size: Natural
    members: tuple[Member, ...] = ()


class Clusters(Told):
    """
    All clusters by size (from, to below, clusters, records), and the largest.

    But for the first of each cluster, records are exact or near-duplicates; some of the near ones answer otherwise.
    """

    number: Natural
    records: Natural
    copies: Natural = 0
    near: Natural = 0
    otherwise: Natural = 0
    sizes: tuple[tuple[Natural, Natural, Natural, Natural], ...] = ()
    largest: tuple[Cluster, ...] = ()


class EvalFile(Told):
    """An evaluation file: its items, and how many are found in the training data, by rule."""

    path: str
    items: Natural
    leaked: dict[str, Natural] = Field(default_factory=dict)


class Leaks(Told):
    """
    Evaluation items against the training data: who is where.

    Items are told in stretches, which begin at `starts`. A row is a rule, a stretch of items, and the number of its
    items by the stretch of the training data.
    """

    items: Natural
    files: tuple[EvalFile, ...] = ()
    starts: tuple[tuple[str, int], ...] = ()
    rows: tuple[tuple[str, Natural, tuple[Natural, ...]], ...] = ()


def told(report: Report, key: str, shape: type[T]) -> T | None:
    """Return what a check's profile has under `key`, None where it has nothing that can be read as `shape`."""
    return next(iter(all_told(report, key, shape).values()), None)


def all_told(report: Report, key: str, shape: type[T]) -> dict[str, T]:
    """Return what each check's profile has under `key`, as far as it can be read as `shape`, by check."""
    reader: TypeAdapter[T] = TypeAdapter(shape)
    found = {}
    for outcome in report.outcomes:
        value: Any = outcome.profile.get(key)
        if value is not None:
            try:
                found[outcome.check] = reader.validate_python(value)
            except ValidationError:  # another version's, or anybody's
                continue
    return found
