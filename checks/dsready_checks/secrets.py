"""The check for secrets and personal data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from dsready.check import Check, Verdict
from dsready.dataset.strings import strings
from dsready.model import Metric, Rule, Severity
from dsready.text.personal import MAIL, PERSONAL
from dsready.text.published import INVENTED
from dsready.text.scan import compiled, together
from dsready.text.secrets import SECRETS
from dsready.text.sensitive import Kinds, values
from dsready_checks._defects import Defect, Defects, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset
    from dsready.dataset.record import Record
    from dsready.model import Finding

SECRET = Rule(
    code="SEC001",
    name="secret",
    severity=Severity.ERROR,
    dimension="content",
    summary="The record holds a private key, an API key of a known form, or an address of a database with its password",
    fix="Revoke the secret where it was issued, then replace it in the data by a placeholder.",
    precision="1 finding in 156 public files, which was right",
)
PERSON = Rule(
    code="SEC002",
    name="personal-data",
    severity=Severity.WARNING,
    dimension="content",
    summary="The record holds an e-mail address, a phone number, or a number of a card, an account or a person",
    fix="Replace it by one that is made up (example.com, 555-0100), or make sure that you may train on it.",
    precision="31 of the 33 different ones in 156 public files were right; one was an office, one made up",
)
_ALL = Kinds(SECRETS.kinds + PERSONAL.kinds)
_CODES = {kind.name: code.code for code, kinds in ((SECRET, SECRETS), (PERSON, PERSONAL)) for kind in kinds.kinds}


#: Where functions are declared: an address there is an example of an argument, and tells nothing of the others.
_DECLARED = ("/tools", "/functions")


@dataclass(slots=True)
class Seen:
    """
    What was seen.

    `records` were scanned, and `found` are the defects of some. In `mailed` of them stands an address of somebody, in
    `invented` one that is made up.
    """

    records: int = 0
    mailed: int = 0
    invented: int = 0
    found: Defects = field(default_factory=Defects)


class Secrets(Check[Seen]):
    """
    Secrets and personal data.

    Why it matters: a model repeats what it was trained on, word for word where a text is rare, as keys and addresses
    are. Whoever may ask the model, or reads the file, has them. What was trained in is not taken out again.

    How to fix: revoke each secret first, for the file was read by others before; then replace it by a placeholder.
    Replace personal data by values that are reserved for examples: `@example.com`, 555-0100, test card numbers; these
    are never reported. Values are masked in all that dsready writes.
    """

    id: ClassVar[str] = "secrets"
    rules: ClassVar[tuple[Rule, ...]] = (SECRET, PERSON)

    def start(self) -> Seen:
        """Return a state that has seen nothing."""
        return Seen()

    def update(self, state: Seen, batch: Batch) -> Seen:
        """Scan the lines as they stand, for a secret may be anywhere in them; look closely at those with a hint."""
        records = batch.filled
        state.records += len(records)
        whole = together([record.raw for record in records])
        hits: dict[str, list[int]] = {}
        for row in whole.rows(compiled(_ALL.pattern)).tolist():
            state.invented += _invents(records[row])
            for defect in _defects(records[row]):
                state.mailed += defect.message.startswith(MAIL)
                hits.setdefault(defect.code, []).append(records[row].key)
        for code, keys in hits.items():
            state.found.add(code, np.array(keys, np.int64))
        return state

    def merge(self, left: Seen, right: Seen) -> Seen:
        """Join two states."""
        left.records += right.records
        left.mailed += right.mailed
        left.invented += right.invented
        left.found.extend(right.found)
        return left

    def finish(self, state: Seen, data: Dataset) -> Verdict:
        """List what was found, and never what it says."""
        verdict = Verdict(examined=state.records)
        for rule in self.rules:
            keys = state.found.of(rule.code)
            verdict.mark(rule, keys)
            verdict.findings += told(rule, keys[: data.listed], data, _defects)
        if state.invented > state.mailed:
            verdict.findings = list(map(_milder, verdict.findings))
        hit = len(state.found.records([SECRET.code]))
        verdict.metrics.append(
            Metric.share("content.secret_share", hit, state.records, SECRET.code, what="with secrets in them")
        )
        return verdict


def _milder(found: Finding) -> Finding:
    """Tell of an address in a set that makes up most of its addresses: this one may be made up too."""
    if not found.message.startswith(MAIL):
        return found
    message = f"{found.message}; most addresses of the set are made up"
    return found.model_copy(update={"message": message, "severity": Severity.INFO})


def _invents(record: Record) -> bool:
    """Say whether an address that is reserved for examples stands in what a record says."""
    return any(INVENTED.search(text) for pointer, text in _texts(record) if not pointer.startswith(_DECLARED))


def _defects(record: Record) -> list[Defect]:
    """Return a defect for each kind of value in a record, with the place of its first one."""
    kinds = _ALL.hinted(record.raw)
    first: dict[str, Defect] = {}
    more: Counter[str] = Counter()
    for pointer, text in _texts(record):
        for value in values(kinds, text):
            if _CODES[value.kind] == PERSON.code and pointer.startswith(_DECLARED):
                continue
            shown = "" if value.shown == "…" else f" {value.shown},"
            message = f"{value.kind},{shown} {value.end - value.start} characters"
            first.setdefault(value.kind, Defect(_CODES[value.kind], message, pointer))
            more[value.kind] += 1
    return [
        defect if more[kind] == 1 else defect._replace(message=f"{defect.message}, and {more[kind] - 1} more like it")
        for kind, defect in first.items()
    ]


def _texts(record: Record) -> Iterator[tuple[str, str]]:
    if record.value is None:
        return iter([("", record.raw.decode(errors="replace"))])
    return strings(record.value)
