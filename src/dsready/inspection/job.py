"""Lint the data set that a record belongs to, and put together what is known of the record."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, cast

from dsready import api
from dsready.config import merge
from dsready.dataset.diagnosis import diagnose
from dsready.dataset.lookup import record_at
from dsready.dataset.record import NOT_AN_OBJECT, Status
from dsready.dataset.shapes import explain_unknown
from dsready.errors import InputError
from dsready.files import scratch
from dsready.inspection.files import Files
from dsready.inspection.known import cluster_called, known, members, where
from dsready.inspection.model import Cluster, Difference, Inspected, Inspection, Other, Said
from dsready.text.masked import masked
from dsready.text.tokens import counter
from dsready.text.turns import spoken
from dsready.text.worddiff import word_diff

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dsready.accepting import Acceptance
    from dsready.config import Config
    from dsready.dataset.dataset import Dataset
    from dsready.dataset.record import Record
    from dsready.inspection.place import Place
    from dsready.model import Report

    Where = tuple[str, int]


def inspect(place: Place, config: Config, *, compared: int, **run: Any) -> Inspection:
    """
    Return all that is known of the record at a place.

    Parameters
    ----------
    place
        Where it stands.
    config
        That of its data set, with the files.
    compared
        So many of its duplicates, and of the records it leaks to, are compared with it word by word.
    run
        Parameters of `api.run`: jobs, progress, cache, acceptance.

    Raises
    ------
    ConfigError
        If the configuration cannot be used.
    InputError
        If there is no record at the place, or a file cannot be read.
    """
    with scratch() as folder:
        files = Files(config, folder)
        name = files.named(place.path)
        data = files.data(name)
        (source,) = data.sources
        offset = record_at(source, place.line, place.column)
        (record,) = files.records([(name, offset)]).values()
        if record.status is Status.BLANK:
            raise InputError(f"line {place.line:,} of {source.path} is blank", "no record stands there")
        counter(config.tokenizer)  # a wrong name is told at once
        return _inspection(files, (name, offset), _report(config, **run), compared)


def inspect_cluster(called: str, config: Config, *, compared: int, **run: Any) -> Inspection:
    """
    Return what is known of the first record of a cluster of duplicates, whose hash begins with `called`.

    Parameters and errors are those of `inspect`.
    """
    with scratch() as folder:
        files = Files(config, folder)
        report = _report(config, **run)
        first = where(members(report, cluster_called(report, called))[0].place)
        assert first is not None
        return _inspection(files, first, report, compared)


def _report(
    config: Config,
    *,
    jobs: int = 1,
    cache: bool = False,
    progress: Callable[[int, int], None] | None = None,
    acceptance: Acceptance | None = None,
) -> Report:
    """Lint, and list all findings: those of one record may be anywhere among them."""
    quiet = merge(config, {"lint.show-content": "never"})
    return api.run((), (), quiet, jobs=jobs, progress=progress, cache=cache, acceptance=acceptance, listed=sys.maxsize)


def _inspection(files: Files, here: Where, report: Report, compared: int) -> Inspection:
    role = files.role(here[0])
    found = known(report, here, role)
    alike = [one for one in members(report, found.cluster) if where(one.place) != here] if found.cluster else []
    others = _compared(files, here, [*alike[:compared], *found.leaks[:compared]])
    cut = len(alike[:compared])
    alike[:cut], found.leaks[:compared] = others[:cut], others[cut:]
    return Inspection(
        record=_inspected(files, here),
        findings=tuple(found.findings),
        naming=tuple(found.naming),
        cluster=Cluster(id=found.cluster, size=len(alike) + 1, others=tuple(alike)) if alike else None,
        leaks=tuple(found.leaks),
    )


def _inspected(files: Files, here: Where) -> Inspected:
    name, offset = here
    data = files.data(name)
    (record,) = files.records([here]).values()
    said = list(spoken(record))
    counts = counter(files.settings.tokenizer)([text for _, text in said]).tolist()
    return Inspected.model_validate(
        {
            "place": data.location(offset),
            "role": files.role(name),
            "shape": record.shape,
            "kind": record.example.kind if record.example else "",
            "trouble": masked(_trouble(record, data)),
            "bytes": len(record.raw),
            "tokens": sum(counts),
            "turns": tuple(
                Said(role=masked(role), text=masked(text), tokens=count)
                for (role, text), count in zip(said, counts, strict=True)
            ),
        }
    )


def _trouble(record: Record, data: Dataset) -> str:
    """Say why a line is no usable record; "" if it is one."""
    if record.status is Status.USABLE:
        return ""
    if record.invalid is not None:
        return f"it breaks its shape {record.shape} at {record.invalid.pointer or '/'}: {record.invalid.reason}"
    if record.value is not None:
        return f"no known shape; {explain_unknown(record.value, data.settings.format)}"
    if record.trouble == NOT_AN_OBJECT:
        return "it is JSON, but not an object"
    if not record.raw:
        return f"the line is {record.trouble}"
    at, reason = diagnose(record.raw)
    place = data.location(record.key, at)
    return f"invalid JSON at line {place.line}, column {place.column}: {reason}"


def _compared(files: Files, here: Where, others: Sequence[Other]) -> list[Other]:
    """Compare other records with this one."""
    wanted = {key for other in others if (key := where(other.place)) is not None}
    texts = {key: _text(record) for key, record in files.records({here, *wanted}).items()}
    found = []
    for other in others:
        pieces = word_diff(texts[here], texts[cast("Where", where(other.place))])
        differences = tuple(Difference(kind=piece.kind, text=piece.text) for piece in pieces)
        found.append(other.model_copy(update={"differences": differences}))
    return found


def _text(record: Record) -> str:
    """Return all that is said in a record, masked, as one text."""
    return "\n".join(f"{masked(role)}: {masked(text)}" for role, text in spoken(record))
