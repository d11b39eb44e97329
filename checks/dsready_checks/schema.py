"""The schema check."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from dsready.check import Check, Verdict, finding
from dsready.dataset.shapes import explain_unknown
from dsready.escape import reference
from dsready.model import Finding, Metric, Rule, Severity
from dsready.text.masked import quoted
from dsready_checks._drift import Profile
from dsready_checks._forms import Forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset
    from dsready_checks._drift import Drift, Path

UNKNOWN = Rule(
    code="SCH001",
    name="unknown-shape",
    severity=Severity.ERROR,
    dimension="validity",
    summary="The record fits no known record shape, so nobody can say what is prompt and what is answer",
    fix="Rename the keys to those of a known shape, for example messages, or prompt and completion.",
)
MIXED = Rule(
    code="SCH002",
    name="mixed-shapes",
    severity=Severity.ERROR,
    dimension="consistency",
    scope="dataset",
    summary="The records are written in more than one shape; trainers decide by the first row and mishandle the others",
    fix="Convert all records to one shape.",
)
CONFLICT = Rule(
    code="SCH003",
    name="type-conflict",
    severity=Severity.ERROR,
    dimension="consistency",
    scope="dataset",
    summary="One key holds different JSON types; loaders that infer columns fail on the whole file",
    fix="Use one type throughout; null is allowed.",
)
DRIFT = Rule(
    code="SCH004",
    name="key-drift",
    severity=Severity.WARNING,
    dimension="consistency",
    scope="dataset",
    summary="A key is rare, or missing where nearly all records have it, or begins or ends at some line",
    fix="Look whether it is a misspelling, a leftover, or two sources joined; then give all records the same keys.",
)
INVALID = Rule(
    code="SCH005",
    name="invalid-example",
    severity=Severity.ERROR,
    dimension="validity",
    summary="The record breaks the rules of its own shape",
    fix="Mend the value at the place named.",
)
_MOST_RARE = 10  # rare keys named one by one
_WORDS = {
    "rare": "only in {having} of {all} records, first in line {line}",
    "missing": "missing in {lacking} of {all} records, first in line {line}",
    "begins": "in all {having} records from line {line} on, in none of the {lacking} before: two sources were joined",
    "ends": "in none of the {lacking} records from line {line} on, in all {having} before: two sources were joined",
}


class Schema(Check[Forms]):
    """
    Records of different form.

    Why it matters: trainers read the first rows, infer columns from them, and fail on the others or fill them with
    nothing. "Column changed from object to array" hours into a job is the most frequent complaint about fine-tuning
    data.

    How to fix: give all records one shape, the same keys, and the same type under each key.
    """

    id: ClassVar[str] = "schema"
    rules: ClassVar[tuple[Rule, ...]] = (UNKNOWN, MIXED, CONFLICT, DRIFT, INVALID)

    def start(self) -> Forms:
        """Return nothing seen."""
        return Forms()

    def update(self, state: Forms, batch: Batch) -> Forms:
        """Count shapes and skeletons."""
        state.add(batch)
        return state

    def merge(self, left: Forms, right: Forms) -> Forms:
        """Add the counts."""
        left.extend(right)
        return left

    def finish(self, state: Forms, data: Dataset) -> Verdict:
        """Report records that cannot be used, then what differs between records."""
        verdict = Verdict(state.records)
        unknown, invalid = state.unknown.sorted(), state.invalid.sorted()
        verdict.mark(UNKNOWN, unknown)
        verdict.mark(INVALID, invalid)
        shown = unknown[: data.listed]
        for record, place in zip(data.fetch(shown), data.locations(shown), strict=True):
            keys = {quoted(key, 40): None for key in record.value or {}}
            verdict.findings.append(finding(UNKNOWN, explain_unknown(keys, data.settings.format), place))
        shown = invalid[: data.listed]
        for record, place in zip(data.fetch(shown), data.locations(shown), strict=True):
            pointer, reason = record.invalid or ("", "")
            message = f"{quoted(reason, 200)} at {quoted(pointer) or 'the top'} ({record.shape})"
            verdict.findings.append(finding(INVALID, message, place, pointer=quoted(pointer, 200)))
        unusable = state.malformed + len(unknown) + len(invalid)
        share = Metric.share(
            "validity.unusable_share", unusable, state.records, UNKNOWN.code, INVALID.code, what="unusable"
        )
        verdict.metrics.append(share)
        shapes = state.shapes()
        self._shapes(shapes, data, verdict)
        self._columns(state, next(iter(shapes), ""), data, verdict)
        verdict.along("shape", shapes, data)
        if state.forms.others is None:  # of dropped skeletons nobody knows what stands at their top
            verdict.along("schema", state.schemas(), data)
            verdict.profile.setdefault("kinds", {})["schema"] = state.different()
        return verdict

    def _shapes(self, shapes: Mapping[str, NDArray[np.int64]], data: Dataset, verdict: Verdict) -> None:
        """Report records of other shapes than most."""
        usable = sum(map(len, shapes.values()))
        others = np.concatenate([np.empty(0, np.int64), *list(shapes.values())[1:]])
        verdict.profile["shapes"] = {shape: len(keys) for shape, keys in shapes.items()}
        share = Metric.share("consistency.shape_share", len(others), usable, MIXED.code, what="outside the main shape")
        verdict.metrics.append(share)
        if len(others):
            places = data.locations([int(keys[0]) for keys in shapes.values()])
            firsts = zip(shapes.items(), places, strict=True)
            each = [f"{shape} {len(keys):,} (first line {place.line})" for (shape, keys), place in firsts]
            message = f"{len(shapes)} shapes: {', '.join(each)}"
            verdict.mark(MIXED, others, findings=1)
            verdict.findings.append(finding(MIXED, message, places[1], related=places[2:], count=len(others)))

    def _columns(self, state: Forms, main: str, data: Dataset, verdict: Verdict) -> None:
        """Report types that conflict anywhere, and keys that drift within the main shape."""
        state.forms.prune()
        spans = state.forms.spans
        whole, mine = Profile(spans), Profile({form: span for form, span in spans.items() if form[0] == main})
        conflicts, drifts = whole.conflicts(), mine.drifts()
        of_minority_types = whole.of_minority_types(conflicts)
        for path, types in conflicts:
            each = [f"{kind} in {span.records:,} (first line {data.location(span.first).line})" for kind, span in types]
            message = f"{_pointer(path)} is {', '.join(each)}"
            place, pointer = data.location(types[1][1].first), _pointer(path)
            count = sum(span.records for _, span in types[1:])
            verdict.findings.append(finding(CONFLICT, message, place, pointer=pointer, count=count))
        verdict.mark(CONFLICT, state.of(of_minority_types), findings=len(conflicts))
        listed = [drift for drift in drifts if drift.kind != "rare"]
        rare = [drift for drift in drifts if drift.kind == "rare"]
        found = [self._drift(drift, data) for drift in (listed if len(rare) > _MOST_RARE else drifts)]
        if len(rare) > _MOST_RARE:
            first = min(drift.having.first for drift in rare)
            frequent = sorted(rare, key=lambda drift: -drift.having.records)[:5]
            names = ", ".join(_pointer(drift.path) for drift in frequent)
            message = f"{len(rare)} keys occur in less than 5 % of the records: {names} …"
            found.append(finding(DRIFT, message, data.location(first), count=len(rare)))
        verdict.findings += found
        verdict.mark(DRIFT, state.of(mine.drifting(drifts)), findings=len(found))
        slips = [drift for drift in drifts if drift.kind in ("rare", "missing")]
        outside = sum(spans[form].records for form in of_minority_types | mine.drifting(slips))
        outside += state.forms.others.records if state.forms.others else 0
        parsed = state.records - state.malformed
        codes = (CONFLICT.code, DRIFT.code)
        share = Metric.share(
            "consistency.schema_share", outside, parsed, *codes, what="with keys or types unlike the rest"
        )
        verdict.metrics.append(share)

    def _drift(self, drift: Drift, data: Dataset) -> Finding:
        place = data.location(drift.having.first if drift.kind in ("rare", "begins") else drift.without)
        having, lacking = drift.having.records, drift.lacking
        words = _WORDS[drift.kind].format(
            having=f"{having:,}", lacking=f"{lacking:,}", all=f"{having + lacking:,}", line=place.line
        )
        pointer = _pointer(drift.path)
        return finding(DRIFT, f"{pointer} is {words}", place, pointer=pointer, count=min(having, lacking))


def _pointer(path: Path) -> str:
    """Spell a path like a JSON Pointer, with [] for the elements of a list; safe to print."""
    return "".join("/" + reference(quoted(part, 40)) for part in path) or "the record"
