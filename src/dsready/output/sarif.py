"""
SARIF 2.1.0, with what GitHub's code scanning asks for beyond the standard.

All data sets stand in one run, because GitHub refuses several runs of one category.
"""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import orjson

from dsready.output.look import plural
from dsready.output.parts import accepted, anchor, asked, troubles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dsready.model import Finding, Location, Report
    from dsready.output.look import Look
    from dsready.output.parts import Asked

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
#: GitHub keeps so many results of a run.
MOST = 5000
#: Of the other places of a finding so many are told: GitHub takes 1,000, and 10 MB in all.
RELATED = 20
#: GitHub's limits on what is said of a rule.
LONGEST, LONGEST_NAME = 1024, 255
#: Hexadecimal digits of the hash by which GitHub knows an alert again.
DIGITS = 16
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
PROBLEMS = {"error": "error", "warning": "warning", "info": "recommendation"}
#: What is shown in its first line, and stands on none.
WHOLE_FILE, WHOLE_SET = " (this is about the whole file)", " (this is about the whole data set)"


class Result(NamedTuple):
    """A finding, its report, and what GitHub knows it by from run to run."""

    finding: Finding
    report: Report
    known: str

    @property
    def order(self) -> tuple[bool, int]:
        """What counts goes first, errors before all."""
        return self.finding.suppressed is not None, self.finding.severity.rank


def render(reports: Sequence[Report], look: Look) -> bytes:
    """
    Return one run with a result for each finding.

    Of more than 5,000 the errors are written, then what else there is room for; one result for each rule counts the
    others, and a notification says so.
    """
    rules = {code: rule for report in reports for code, rule in asked(report).items()}
    paths = list(dict.fromkeys(file.path for report in reports for file in report.inputs))
    writer = _Writer(look, {code: number for number, code in enumerate(rules)}, paths)
    results = sorted((one for report in reports for one in _known(report)), key=lambda one: one.order)
    # Each rule of each data set may need one more, for what there was no room for; of too many sets, each rule of all.
    broken = [code for report in reports for code in report.summary.by_rule]
    together = len(broken) > MOST // 2
    listed = results[: max(MOST - len(set(broken) if together else broken), 0)]
    rest = list(_rest(listed, reports))
    if together:
        rest = list(_joined(rest))
    version = writer.text(reports[0].tool.get("version", ""))
    run = {
        "tool": {
            "driver": {
                "name": "dsready",
                "version": version,
                "semanticVersion": version,
                "rules": [writer.rule(rule) for rule in rules.values()],
            }
        },
        "automationDetails": {"id": "dsready/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(reports, _cut(results, listed, rest), writer)],
        "artifacts": list(_artifacts(reports, paths, writer)),
        "results": [*map(writer.result, listed), *(writer.rest(*one) for one in rest)],
        "properties": _properties(reports, writer),
    }
    whole = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


class _Writer:
    """
    What is said of rules and findings.

    Parameters
    ----------
    look
        How texts look.
    numbers
        The number of each rule, by its code.
    paths
        The files that were read.
    """

    def __init__(self, look: Look, numbers: Mapping[str, int], paths: Sequence[str]) -> None:
        self._look = look
        self._numbers = numbers
        self._artifacts = {path: number for number, path in enumerate(paths)}

    def text(self, text: str, limit: int = LONGEST) -> str:
        """Make text fit to be shown. SARIF would make a link of `[here](there)`, so the two are parted."""
        return self._look.show(text, limit).replace("](", "] (")[:limit]

    def uri(self, path: str) -> str:
        """Return a path as a URI reference: one within the repository is relative, any other absolute."""
        path = self._look.repository(path)
        drive = re.match(r"[A-Za-z]:(?=/)", path)
        if drive:
            return f"file:///{drive[0]}{quote(path[drive.end() :])}"
        return ("file://" if path.startswith("/") else "") + quote(path) or "."

    def rule(self, rule: Asked) -> dict[str, Any]:
        code, summary = self.text(rule.code, LONGEST_NAME), self.text(rule.summary or rule.code)
        advice = (rule.fix or rule.summary or rule.code).rstrip(".")
        return {
            "id": code,
            "name": self.text(rule.name or rule.code, LONGEST_NAME),
            "shortDescription": {"text": summary},
            "fullDescription": {"text": summary},
            "help": {"text": self.text(f"{advice}. See dsready rule {rule.code}.")},
            "defaultConfiguration": {"level": LEVELS[rule.severity]},
            "properties": {
                "tags": ["data", *filter(None, [self.text(rule.dimension), "blocker" * rule.blocks])],
                "problem.severity": PROBLEMS[rule.severity],
            },
        }

    def result(self, result: Result) -> dict[str, Any]:
        finding, report, known = result
        place = anchor(finding, report)
        where = "" if place.line else WHOLE_FILE if finding.location else WHOLE_SET
        found: dict[str, Any] = {
            **self._core(finding, report, self._look.message(finding) + where),
            "locations": [self._place(place)],
            "partialFingerprints": {"primaryLocationLineHash": known},
        }
        if finding.fingerprint:
            found["fingerprints"] = {"dsready/v1": self.text(finding.fingerprint)}
        if finding.related:
            places = finding.related[:RELATED]
            found["relatedLocations"] = [{"id": number, **self._place(one)} for number, one in enumerate(places, 1)]
        if finding.suppressed:
            by, reason = finding.suppressed.by, finding.suppressed.reason
            why = f"{by}: {reason}" if reason else by
            kind = "inSource" if by == "record" else "external"
            found["suppressions"] = [{"kind": kind, "status": "accepted", "justification": self.text(why)}]
        properties = {"pointer": finding.pointer, "dataSet": report.name}
        return found | {"properties": {key: self.text(value) for key, value in properties.items() if value}}

    def rest(self, finding: Finding, report: Report, count: int) -> dict[str, Any]:
        """Return a result for the findings of a rule that there was no room for."""
        said = f"{count:,} more of {finding.name}, not listed one by one"
        return {
            **self._core(finding, report, said),
            "locations": [self._place(anchor(finding, report).model_copy(update={"line": None, "byte_offset": None}))],
            "partialFingerprints": {"primaryLocationLineHash": f"{_hash(report.name, finding.rule, 'rest')}:1"},
            "occurrenceCount": count,
        }

    def _core(self, finding: Finding, report: Report, said: str) -> dict[str, Any]:
        name = f"{report.name}: " if report.name else ""
        return {
            "ruleId": self.text(finding.rule, LONGEST_NAME),
            "ruleIndex": self._numbers[finding.rule],
            "level": LEVELS[finding.severity],
            "message": {"text": self.text(name + said)},
            "suppressions": [],  # the standard wants them in all results or in none
        }

    def _place(self, place: Location) -> dict[str, Any]:
        line, column = place.line or 1, place.column or 1
        region = {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column + 1}
        if place.byte_offset is not None and place.column is None:
            region["byteOffset"] = place.byte_offset  # it is where the record starts
        artifact: dict[str, Any] = {"uri": self.uri(place.path)}
        if place.path in self._artifacts:
            artifact["index"] = self._artifacts[place.path]
        return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _known(report: Report) -> Iterator[Result]:
    """
    Yield findings with a hash of the record, which stays when lines move; equal ones of a rule are numbered.

    A file may belong to several data sets: where they have names, the hash is of the name too.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in report.findings:
        place = anchor(finding, report)
        record = place.record_sha256 or ""
        digest = record[:DIGITS] if re.fullmatch(r"[0-9a-f]{16,}", record) else _fallback(finding, place)
        digest = _hash(report.name, digest) if report.name else digest
        key = (finding.rule, place.path, digest)
        seen[key] += 1
        yield Result(finding, report, f"{digest}:{seen[key]}")


def _fallback(finding: Finding, place: Location) -> str:
    """Return a hash for what has no record: a line that is no JSON, a whole file."""
    return _hash(finding.rule, place.path, finding.pointer, finding.fingerprint)


def _hash(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:DIGITS]


def _rest(listed: Sequence[Result], reports: Sequence[Report]) -> Iterator[tuple[Finding, Report, int]]:
    """Yield for each rule the first finding, the report, and how many findings that count are not listed."""
    written = Counter((id(one.report), one.finding.rule) for one in listed if one.finding.suppressed is None)
    for report in reports:
        firsts = {finding.rule: finding for finding in reversed([*report.reported, *report.findings])}
        for code, count in report.summary.by_rule.items():
            rest = count - written[id(report), code]
            if rest > 0 and code in firsts:
                yield firsts[code], report, rest


def _joined(rest: Iterable[tuple[Finding, Report, int]]) -> Iterator[tuple[Finding, Report, int]]:
    """Yield for each rule the first finding, a report without the name of a data set, and the sum of the counts."""
    firsts: dict[str, tuple[Finding, Report]] = {}
    counts: Counter[str] = Counter()
    for finding, report, count in rest:
        firsts.setdefault(finding.rule, (finding, report))
        counts[finding.rule] += count
    for code, (finding, report) in firsts.items():
        yield finding, report.model_copy(update={"name": ""}), counts[code]


def _cut(results: Sequence[Result], listed: Sequence[Result], rest: Sequence[tuple[Finding, Report, int]]) -> str:
    """Say what was left out; empty if nothing was."""
    hidden = sum(one.finding.suppressed is not None for one in results[len(listed) :])
    left = [plural(sum(count for _, _, count in rest), "finding")] if rest else []
    left += [plural(hidden, "suppressed finding")] if hidden else []
    return f"not listed one by one: {', '.join(left)}" if left else ""


def _invocation(reports: Sequence[Report], cut: str, writer: _Writer) -> dict[str, Any]:
    told = [("warning", cut)] if cut else []
    for report in reports:
        name = f"{report.name}: " if report.name else ""
        told += [
            ("error" if trouble.traceback else "warning", f"{name}{trouble.subject}: {trouble.reason}")
            for trouble in troubles(report)
        ]
        suppressed = accepted(report)
        told += [("note", name + suppressed)] if suppressed else []
    crashed = any(outcome.status == "crashed" for report in reports for outcome in report.outcomes)
    return {
        "executionSuccessful": not crashed,
        "toolExecutionNotifications": [
            {"level": level, "message": {"text": writer.text(text)}} for level, text in told
        ],
    }


def _artifacts(reports: Sequence[Report], paths: Sequence[str], writer: _Writer) -> Iterator[dict[str, Any]]:
    files = {file.path: file for report in reports for file in report.inputs}
    for path in paths:
        file = files[path]
        yield {
            "location": {"uri": writer.uri(path)},
            "length": file.bytes,
            "roles": ["analysisTarget"],
            "hashes": {"sha-256": writer.text(file.sha256)},
            "properties": {"role": file.role, "records": file.records},
        }


def _properties(reports: Sequence[Report], writer: _Writer) -> dict[str, Any]:
    worst = min(reports, key=lambda report: report.score)
    return {
        "score": worst.score,
        "verdict": worst.verdict,
        "ready": all(report.ready for report in reports),
        "failed": any(report.failed for report in reports),
        "scoringVersion": worst.readiness.version,
        "dataSets": [
            {
                "name": writer.text(report.name),
                "score": report.score,
                "low": report.readiness.low,
                "high": report.readiness.high,
                "verdict": report.verdict,
                "ready": report.ready,
                "failed": report.failed,
                "failure": writer.text(report.failure),
                "dimensions": {part.id: part.score for part in report.dimensions},
                "gates": {writer.text(gate.id): gate.passed for gate in report.gates},
            }
            for report in reports
        ],
    }
