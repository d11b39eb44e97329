"""A comparison in words and rows of a table: what every format for people says in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dsready.output.look import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dsready.diff.model import Change, Difference, RuleChange, Side

    #: Makes what comes from data harmless, in one format or the other.
    Quote = Callable[[str], str]

#: What makes two records one that was edited.
WHY = {
    "content": "another id",
    "id": "same id",
    "prompt": "same prompt",
    "similar": "similar",
    "place": "same place",
}
#: So many files of a version are named, and so many fields.
_FILES, _FIELDS = 3, 10


class Row(NamedTuple):
    """A line of a table: what is measured, both values, and the change, "" where there is none to be counted."""

    name: str
    old: str
    new: str
    change: str = ""


def measures(difference: Difference) -> Iterator[Row]:
    """Yield what both versions were measured by. Dimensions, shapes and languages stand there if they differ."""
    old, new = difference.old, difference.new
    yield _row("records", old.records, new.records)
    yield _row("usable", old.usable, new.usable)
    yield _row("effective", old.effective, new.effective)
    yield _row("score", old.score, new.score)
    yield Row("verdict", old.verdict or "-", new.verdict or "-")
    for name in new.dimensions:
        was, is_ = _rounded(old.dimensions.get(name)), _rounded(new.dimensions[name])
        if was != is_ and old.score is not None:
            yield _row(name, was, is_)
    yield _row("tokens", old.tokens.total, new.tokens.total)
    yield _row("tokens, median", old.tokens.median, new.tokens.median)
    yield _row("tokens, 95th percentile", old.tokens.p95, new.tokens.p95)
    yield from _group("shape", old.shapes, new.shapes)
    yield from _group("language", old.languages, new.languages)


def rules(difference: Difference) -> Iterator[Row]:
    """Yield the rules that are broken otherwise than before."""
    for rule in difference.rules:
        parts = [f"+{rule.appeared:,}" * bool(rule.appeared), f"-{rule.gone:,}" * bool(rule.gone)]
        yield Row(called(rule), f"{rule.old:,}", f"{rule.new:,}", " ".join(filter(None, parts)))


def called(rule: RuleChange) -> str:
    """Name a rule."""
    return f"{rule.code} {rule.name}".rstrip()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _group(what: str, old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[Row]:
    for name in sorted(old.keys() | new.keys(), key=lambda name: (-new.get(name, 0), name)):
        if old.get(name, 0) != new.get(name, 0):
            yield _row(f"{what} {name}", old.get(name, 0), new.get(name, 0))


def _row(name: str, old: float | None, new: float | None) -> Row:
    change = "" if old is None or new is None or old == new else f"{round(new - old, 1):+,}"
    was, is_ = ("-" if value is None else f"{value:,}" for value in (old, new))
    return Row(name, was, is_, change)


def headline(difference: Difference) -> str:
    """Say how many records changed, and how."""
    counts = difference.counts
    return f"{counts.added:,} added, {counts.removed:,} removed, {counts.changed:,} changed"


def remainder(difference: Difference) -> str:
    """Say how many records did not change."""
    counts = difference.counts
    return f"{counts.unchanged:,} unchanged" + (f", {counts.moved:,} of them at another place" if counts.moved else "")


def named(side: Side, quote: Quote) -> str:
    """Name the files of a version."""
    more = len(side.files) - _FILES
    rest = f" and {plural(more, 'more file')}" if more > 0 else ""
    return ", ".join(map(quote, side.files[:_FILES])) + rest or "nothing"


def reason(change: Change, quote: Quote) -> str:
    """Say why two records are taken for one, and what differs."""
    why = WHY[change.why] + (f" {change.similarity:.2f}" if change.similarity is not None else "")
    more = f" and {change.more:,} more" if change.more else ""
    return f"{why}: {', '.join(_field(pointer, quote) for pointer in change.pointers)}{more}"


def fields(difference: Difference, quote: Quote) -> str:
    """Name the fields that differ, and in how many of the listed changes."""
    said = [f"{_field(name, quote)} {count:,}" for name, count in list(difference.fields.items())[:_FIELDS]]
    return ", ".join(said) + (", …" if len(difference.fields) > _FIELDS else "")


def _field(pointer: str, quote: Quote) -> str:
    return quote(pointer) if pointer else "the whole line"
