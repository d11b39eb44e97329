"""The report: what a run says of a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import orjson
from pydantic import Field

from dsready.errors import DatasetNotReadyError
from dsready.files import replace
from dsready.model.rules import Finding, Frozen, Rule
from dsready.model.score import DimensionScore, Gate, Metric, Score, Word
from dsready.refusal import why_not

if TYPE_CHECKING:
    from os import PathLike

Status = Literal["passed", "failed", "skipped", "crashed"]


class Turn(Frozen):
    """What one side says in a record: the role as written, and the beginning of its text, with secrets masked."""

    role: str
    text: str


class Spread(Frozen):
    """
    Where along the training files the findings stand.

    The text of all files, one after the other, is cut into up to 100 stretches of about the same number of bytes, at
    the beginnings of records. `starts` are path and line of the first record of each. `rules` holds for each broken
    rule the number of places that it concerns in each stretch: exact, also where not all findings are listed. Of leaks
    these are the most similar training records of each item, at most three; of forms that are too many to be told apart
    (over 5,000) nothing is said.
    """

    starts: tuple[tuple[str, int], ...]
    rules: dict[str, tuple[Annotated[int, Field(ge=0)], ...]]


class Outcome(Frozen):
    """
    What became of one check.

    `examined` is the number of records it looked at: a check that examined none did not pass. `reason` says why it was
    skipped; `traceback` how it crashed. `rules` are the codes of its rules that were asked. `counts` holds the exact
    number of reported findings of each, also of those that the report does not list one by one. `options` are what it
    went by. `package` is name and version of the package that adds it, "" if it ships with dsready.
    """

    check: str
    package: str = ""
    options: dict[str, Any] = Field(default_factory=dict)
    status: Status
    examined: int = 0
    reason: str = ""
    traceback: str = ""
    rules: tuple[str, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)
    metrics: tuple[Metric, ...] = ()
    profile: dict[str, Any] = Field(default_factory=dict)


class InputFile(Frozen):
    """
    A file that was read. `sha256` is that of the bytes on disk; counts are of the decoded text.

    `looked_at` is how many bytes of the text were, if not all.
    """

    path: str
    role: Literal["train", "eval"]
    bytes: int
    sha256: str
    lines: int
    records: int
    usable: int
    compression: str = ""
    notes: tuple[str, ...] = ()
    looked_at: int | None = None


class Summary(Frozen):
    """
    The report in one glance.

    `effective` counts the usable records that no check excludes. `errors`, `warnings`, `infos` and `by_rule` count the
    findings that are reported, `suppressed` the others.
    """

    ready: bool
    score: int
    verdict: Word
    records: int
    usable: int
    effective: int
    errors: int
    warnings: int
    infos: int
    by_rule: dict[str, int]
    suppressed: int = 0
    truncated: bool


class Advice(Frozen):
    """
    What `dsready decide` answers for the task of the configuration, in short.

    `rung` is how high the ladder of prompting, retrieval and fine-tuning may be climbed, None where no rung helps.
    `reason` names its sources. `not_met` and `unknown` count the conditions that tuning waits for.
    """

    answer: str
    rung: str | None
    headline: str
    reason: str
    not_met: int
    unknown: int


class Report(Frozen):
    """
    The result of a lint: the same, byte for byte, for any number of workers and any shard and batch size.

    It therefore holds neither times nor dates nor the machine. `name` is that of the data set, where the configuration
    names several. `failure` says why a run of this should fail, "" if it should not: a gate that is not passed, or
    findings at the level the configuration forbids. `rules` are those that were asked, with the levels that held;
    `findings` holds the suppressed ones too. `decision` is None where the configuration says nothing of the task.
    `spread` is None where there is nothing to spread. `excerpts` are the turns of records by their hash, where texts
    were asked for: those of the first findings of each rule, and of clusters of duplicates.
    """

    schema_version: Literal[1] = 1
    name: str = ""
    tool: dict[str, str]
    settings: dict[str, Any]
    inputs: tuple[InputFile, ...]
    summary: Summary
    readiness: Score
    gates: tuple[Gate, ...]
    failure: str = ""
    outcomes: tuple[Outcome, ...]
    rules: tuple[Rule, ...] = ()
    findings: tuple[Finding, ...]
    decision: Advice | None = None
    spread: Spread | None = None
    excerpts: dict[str, tuple[Turn, ...]] = Field(default_factory=dict)

    @property
    def reported(self) -> tuple[Finding, ...]:
        """The findings that count: those that nothing suppresses."""
        return tuple(finding for finding in self.findings if finding.suppressed is None)

    @property
    def ready(self) -> bool:
        """Whether every gate passed."""
        return self.summary.ready

    @property
    def failed(self) -> bool:
        """Whether a run that ends in this report fails: a gate is not passed, or there is what the run fails on."""
        return bool(self.failure) or not self.ready

    @property
    def score(self) -> int:
        """The readiness score, 0 to 100."""
        return self.readiness.score

    @property
    def verdict(self) -> str:
        """The score in words."""
        return self.readiness.verdict

    @property
    def dimensions(self) -> tuple[DimensionScore, ...]:
        """The score's parts."""
        return self.readiness.dimensions

    def metrics(self) -> dict[str, float]:
        """
        Return the numbers that trackers of experiments plot, flat.

        They are `score`, the score of each dimension that was assessed (0 to 100), and the counts `records`,
        `effective`, `errors` and `warnings`.
        """
        summary = self.summary
        parts: dict[str, float] = {part.id: part.score for part in self.dimensions if part.score is not None}
        counts = {name: getattr(summary, name) for name in ("records", "effective", "errors", "warnings")}
        return {"score": self.score} | parts | counts

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON result as plain values."""
        return self.model_dump(mode="json")

    def to_json(self, path: str | PathLike[str]) -> None:
        """Write the JSON result to `path`, under a temporary name first."""
        replace(path, orjson.dumps(self.to_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

    def raise_if_not_ready(self) -> Self:
        """
        Return the report, for chaining, if `dsready lint` would exit with 0.

        That is if every gate passed, and nothing was found that `fail-on` and `max-warnings` forbid.

        Raises
        ------
        DatasetNotReadyError
            If not; its message holds the score, what failed and the first findings.
        """
        if not self.failed:
            return self
        raise DatasetNotReadyError(why_not(self), self)


class Reports(Frozen):
    """The result of a run over several data sets."""

    schema_version: Literal[1] = 1
    reports: Annotated[tuple[Report, ...], Field(min_length=1)]
