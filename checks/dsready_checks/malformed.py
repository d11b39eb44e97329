"""The malformed check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from dsready.arrays import distinct_values
from dsready.check import Check, Keys, Verdict, finding
from dsready.dataset.diagnosis import diagnose
from dsready.dataset.record import NOT_AN_OBJECT, OFFSET_BITS, OVERSIZED, Record, Status
from dsready.dataset.twins import twins
from dsready.model import Finding, Location, Metric, Rule, Severity
from dsready_checks._printed import printed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset
    from dsready.dataset.source import Source


def _rule(number: int, name: str, summary: str, fix: str, severity: Severity = Severity.ERROR, **more: Any) -> Rule:
    return Rule(
        code=f"FMT{number:03}", name=name, severity=severity, dimension="validity", summary=summary, fix=fix, **more
    )


JSON = _rule(
    1, "invalid-json", "The line is not valid JSON", "Write records with a JSON library, one a line.", blocks=True
)
OBJECT = _rule(
    2, "not-an-object", "The line is JSON, but not an object", "Write each record as a JSON object.", blocks=True
)
UTF8 = _rule(3, "invalid-utf8", "The bytes are not UTF-8", "Convert the file to UTF-8.", blocks=True)
TWICE = _rule(
    4,
    "duplicate-key",
    "A key stands twice in one object: parsers keep one of the values and say nothing, some loaders refuse the file",
    "Remove or rename one of the two.",
    Severity.WARNING,
)
BOM = _rule(
    5,
    "byte-order-mark",
    "The file begins with a byte order mark, which many parsers take for part of the first record",
    "Save the file as UTF-8 without a mark (in Python: encoding='utf-8', not 'utf-8-sig').",
    Severity.WARNING,
    scope="dataset",
)
LINES = _rule(
    6,
    "not-jsonl",
    "The file is a JSON array, or objects printed over several lines, where one record a line belongs",
    "Convert it: jq -c '.[]' for an array, jq -c . for printed objects. The other checks have read its records anyway.",
    scope="dataset",
    blocks=True,
)
POINTER = _rule(
    7,
    "lfs-pointer",
    "The file is a Git LFS pointer, not the data",
    "Run git lfs pull; in CI, check out with LFS (actions/checkout: lfs: true).",
    scope="dataset",
    blocks=True,
)
EMPTY = _rule(
    8, "empty-file", "The file holds no record", "Check the export that wrote it.", scope="dataset", blocks=True
)
BLANK = _rule(9, "blank-line", "The line is blank; some services refuse the file", "Remove it.", Severity.INFO)
HUGE = _rule(
    10, "oversized-line", "The line is longer than max-line-bytes and was skipped", "Split it, or raise the limit."
)
DAMAGED = _rule(
    11,
    "damaged-archive",
    "The compressed file is cut short or damaged; what could be unpacked was examined",
    "Copy or download the file again.",
    scope="dataset",
    blocks=True,
)
RETURNS = _rule(
    12,
    "cr-line-ends",
    "Lines end in a lone carriage return: most readers see one single line",
    "Convert the line ends to LF.",
    Severity.WARNING,
    scope="dataset",
)
_OF_TROUBLE = {
    "lfs-pointer": POINTER,
    "encoding": UTF8,
    "byte-order-mark": BOM,
    "cr-line-ends": RETURNS,
    "not-jsonl": LINES,
    "damaged": DAMAGED,
}
_LEGACY_LINES = 3  # from here on, if most lines that are not ASCII are bad, the file has another encoding
_BAD_UTF8 = "str is not valid UTF-8"


@dataclass(slots=True)
class Seen:
    """Places of bad lines by rule; per source, how many lines are not ASCII."""

    records: int = 0
    places: dict[str, Keys] = field(default_factory=dict)
    foreign: dict[int, int] = field(default_factory=dict)

    def add(self, rule: Rule, records: Iterable[Record]) -> None:
        """Note lines that a rule reports."""
        keys = np.fromiter((record.key for record in records), np.int64)
        self.places.setdefault(rule.code, Keys()).add(keys)


class Malformed(Check[Seen]):
    """
    Lines that are not JSON objects.

    Why it matters: one bad line makes most loaders refuse the whole file, often hours into a job; others skip it in
    silence.

    How to fix: mend the lines named. The usual causes are records glued together by hand, Python's repr() instead of
    a JSON library, a cut download, or an editor that saved another encoding.
    """

    id: ClassVar[str] = "malformed"
    rules: ClassVar[tuple[Rule, ...]] = (
        JSON, OBJECT, UTF8, TWICE, BOM, LINES, POINTER, EMPTY, BLANK, HUGE, DAMAGED, RETURNS,
    )  # fmt: skip

    def start(self) -> Seen:
        """Return nothing seen."""
        return Seen()

    def update(self, state: Seen, batch: Batch) -> Seen:
        """Sort the lines of the batch by what is wrong with them."""
        state.records += len(batch.filled)
        bad: dict[str, list[Record]] = {}
        for record in batch.records:
            if record.value is None:
                bad.setdefault(_rule_of(record).code, []).append(record)
        for rule in self.rules:
            state.add(rule, bad.get(rule.code, ()))
        state.add(TWICE, twins(batch))
        if len(batch.records):
            source = batch.records[0].key >> OFFSET_BITS
            foreign = sum(not record.raw.isascii() for record in batch.records)
            state.foreign[source] = state.foreign.get(source, 0) + foreign
        return state

    def merge(self, left: Seen, right: Seen) -> Seen:
        """Put places and counts together."""
        left.records += right.records
        for code, keys in right.places.items():
            left.places.setdefault(code, Keys()).extend(keys)
        for source, count in right.foreign.items():
            left.foreign[source] = left.foreign.get(source, 0) + count
        return left

    def finish(self, state: Seen, data: Dataset) -> Verdict:
        """Report files, then lines."""
        verdict = Verdict(state.records)
        places = {rule.code: state.places.get(rule.code, Keys()).sorted() for rule in self.rules}
        unusable = sum(len(places[rule.code]) for rule in (JSON, OBJECT, UTF8, HUGE))  # before lines are put together
        for source in data.train:
            self._file(source, int(data.records[source.number]), verdict)
            self._encoding(source, places, state, data, verdict)
        self._printed(places, data, verdict)
        for rule in (JSON, OBJECT, UTF8, TWICE, BLANK, HUGE):
            keys = places[rule.code]
            verdict.mark(rule, keys)
            shown = keys[: data.listed]
            for record, place in zip(data.fetch(shown), data.locations(shown), strict=True):
                verdict.findings.append(self._line(rule, record, place, data))
        codes = (JSON.code, OBJECT.code, UTF8.code, HUGE.code)
        share = Metric.share("validity.malformed_share", unusable, state.records, *codes, what="are no JSON objects")
        verdict.metrics.append(share)
        if not state.records:
            verdict.skipped = "there is no record"
        return verdict

    def _file(self, source: Source, records: int, verdict: Verdict) -> None:
        place = Location(path=source.path)
        found = [(_OF_TROUBLE[trouble.kind], trouble.message) for trouble in source.troubles]
        if not records and not any(rule is POINTER for rule, _ in found):
            found.append((EMPTY, "the file holds no record"))
        for rule, message in found:
            verdict.findings.append(finding(rule, message, place))
            verdict.counts[rule.code] = verdict.counts.get(rule.code, 0) + 1

    def _encoding(
        self, source: Source, places: dict[str, NDArray[np.int64]], state: Seen, data: Dataset, verdict: Verdict
    ) -> None:
        """Replace one finding a line by one for the file, if the file is in another encoding throughout."""
        keys = places[UTF8.code]
        mine = keys >> OFFSET_BITS == source.number
        count = int(mine.sum())
        if count >= _LEGACY_LINES and count * 2 >= state.foreign.get(source.number, 0):
            message = f"the file is in a legacy encoding such as Windows-1252: {count:,} lines are not UTF-8"
            (first,) = data.fetch(keys[mine][:1])
            place = data.location(first.key, diagnose(first.raw).at)
            verdict.findings.append(finding(UTF8, message, place, count=count))
            verdict.mark(UTF8, keys[mine], findings=1)
            places[UTF8.code] = keys[~mine]

    def _printed(self, places: dict[str, NDArray[np.int64]], data: Dataset, verdict: Verdict) -> None:
        """Replace the findings of neighbouring lines by one, if together they are objects."""
        # Some lines of an object are values by themselves.
        keys = distinct_values(np.concatenate([places[JSON.code], places[OBJECT.code]]))
        if not len(keys):
            return
        in_lines = np.array([source.spans is None for source in data.train], np.bool_)
        keys = keys[in_lines[keys >> OFFSET_BITS]]
        solved = np.zeros(len(keys), np.bool_)
        count = 0
        for number, (first, last, objects) in enumerate(printed(data.fetch(keys))):
            solved[np.searchsorted(keys, first) : np.searchsorted(keys, last) + 1] = True
            count = number + 1
            if number < data.listed:
                begin, end = data.locations([first, last])
                message = f"{objects:,} object(s) printed over lines {begin.line}-{end.line}, read by no other check"
                verdict.findings.append(finding(LINES, message, begin, count=objects))
        verdict.mark(LINES, keys[solved], findings=count)
        for rule in (JSON, OBJECT):
            places[rule.code] = np.setdiff1d(places[rule.code], keys[solved])

    def _line(self, rule: Rule, record: Record, place: Location, data: Dataset) -> Finding:
        if rule in (JSON, UTF8):
            at, reason = diagnose(record.raw)
            return finding(rule, reason, data.location(record.key, at))
        if rule is OBJECT:
            return finding(rule, f"{_kind(record.raw)} where an object belongs", place)
        if rule is TWICE:
            return finding(rule, "a key stands twice in one object; the last value was read", place)
        return finding(rule, "blank line" if rule is BLANK else f"{record.trouble}, and was skipped", place)


def _rule_of(record: Record) -> Rule:
    if record.status is Status.BLANK:
        return BLANK
    if record.trouble.startswith(OVERSIZED):
        return HUGE
    if record.trouble == NOT_AN_OBJECT:
        return OBJECT
    return UTF8 if record.trouble.startswith(_BAD_UTF8) else JSON


def _kind(raw: bytes) -> str:
    first = raw.lstrip()[:1]
    kinds = {b"[": "an array", b'"': "a string", b"n": "null", b"t": "true", b"f": "false"}
    return kinds.get(first, "a number")
