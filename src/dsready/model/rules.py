"""Rules, and what they find: the defects of a data set, each with its place."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dsready.escape import visible


class Frozen(BaseModel):
    """Base of every value here: immutable, and strict about unknown fields; numbers are numbers, not NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for error, 1 for warning, 2 for info: for sorting and for `fail-on`."""
        return list(Severity).index(self)


Dimension = Literal["volume", "validity", "uniqueness", "consistency", "evaluation", "length", "content"]
Scope = Literal["record", "group", "dataset"]


Code = Annotated[str, Field(pattern=r"^[A-Z]{3,}\d{3}$")]


class Rule(Frozen):
    """
    One thing a check may report.

    `name` reads well after "allow". `blocks` says that the data set is not ready while it is found, whatever the score.
    `summary` is one sentence without a full stop; `fix` says what to do. `precision` says how many of its findings
    on real data sets were right when somebody looked; "" where what it finds is a matter of fact.
    """

    code: Code
    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    severity: Severity
    dimension: Dimension
    summary: str
    fix: str
    scope: Scope = "record"
    blocks: bool = False
    source: str = ""
    precision: str = ""


#: Characters of a record's hash that are shown, enough to find it again; and that are stored: 64 bits, so that two
#: of ten million records share one with odds of 3e-6.
SHOWN_HASH, STORED_HASH = 8, 16


class Location(Frozen):
    """
    A place in a file.

    `line` counts from 1. `byte_offset` is where the record starts, in the decompressed, decoded text. `column` counts
    characters from 1 and is given for parse errors, and where records share a line. `record_sha256` is the hash of the
    record's canonical JSON.
    """

    path: str
    line: int | None = Field(None, ge=1)
    byte_offset: int | None = Field(None, ge=0)
    column: int | None = Field(None, ge=1)
    record_sha256: str | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)

    def within(self, path: str) -> str:
        """Say the place in a sentence about `path`: "line 12", or with the other path and the column where needed."""
        here = f"line {self.line}" if self.path == path else f"{visible(self.path, 200)}:{self.line}"
        return here if self.column is None else f"{here}:{self.column}"


class Suppression(Frozen):
    """Why a finding does not count: what accepts it, and the reason given there."""

    by: Literal["per-file", "ignore-file", "record", "baseline", "since"]
    reason: str = ""


class Finding(Frozen):
    """
    A defect: which rule, what exactly, where.

    `count` is the number of records (or eval items) this one finding speaks of. `related` are the other places:
    the earlier line of a duplicate, the training lines of a leak. `cluster` is the record hash of a cluster's first
    record. Messages quote data only in escaped form. `details` say more by name: the `target` and its `rule`, or the
    hash of what all records of the finding have (`shared`), which tells it from others whichever of them stands first.
    A `suppressed` finding was found and is accepted: it is counted apart, and fails nothing.
    """

    rule: Code
    name: str
    severity: Severity
    scope: Scope
    message: str
    location: Location | None = None
    pointer: str = ""
    related: tuple[Location, ...] = ()
    count: int = 1
    similarity: float | None = None
    cluster: str | None = None
    blocks: bool = False
    details: dict[str, str] = Field(default_factory=dict)
    fingerprint: str = ""
    suppressed: Suppression | None = None
