"""What is told of values that are one of a few: spelt twice, hardly ever there, or far from even."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dsready.text.masked import quoted
from dsready_checks import _format_rules as rules
from dsready_checks._judged import pointer
from dsready_checks._labels import EACH, closed, misspelt
from dsready_checks._payload import trimmed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dsready.model import Rule
    from dsready_checks._drift import Path
    from dsready_checks._labels import Pair
    from dsready_checks._tally import Span

#: Classes of fewer examples are named, in sets that have twice as many for each on average.
FEW, ENOUGH = 10, 20
#: Classes are far from even if one has such a share; or if it has half of all, and so many times another's.
LARGEST, HALF, TIMES = 0.8, 0.5, 10
#: Of more values that come again, one that does not is no surprise: names of things, not of kinds.
MOST = 20
_NAMED = 10  # classes in one message
_QUOTED = 40


class Classes(NamedTuple):
    """
    Values at one place.

    Attributes
    ----------
    pairs
        Rarer spellings of a value, each with the usual one.
    once
        Values that occur once, where all others come again and again.
    sizes
        Records of each value, other spellings with the usual one; the most frequent first.
    spellings
        The ways in which each of these values is spelt.
    """

    pairs: list[Pair]
    once: list[str]
    sizes: dict[str, int]
    spellings: dict[str, list[str]]

    @property
    def few(self) -> list[str]:
        """The classes too small to be learned, the smallest first; none in a set that is too small for so many."""
        small = [value for value, size in reversed(self.sizes.items()) if size < FEW]
        return small if sum(self.sizes.values()) >= ENOUGH * len(self.sizes) else []

    @property
    def uneven(self) -> bool:
        """Whether one class is nearly all there is, or most and many times another one."""
        sizes = list(self.sizes.values())
        if len(sizes) < 2:  # noqa: PLR2004  (classes)
            return False
        return sizes[0] >= sum(sizes) * (HALF if sizes[0] >= TIMES * sizes[-1] else LARGEST)


def classes(spans: Mapping[str, Span]) -> Classes:
    """Judge the values at one place; those of a place that is no closed set after all give nothing."""
    counts = {value: span.records for value, span in spans.items()}
    if not closed(counts):
        return Classes([], [], {}, {})
    pairs = misspelt(counts)
    usual = {pair.rare: pair.usual for pair in pairs}
    spellings: dict[str, list[str]] = {}
    for value in counts:
        name = usual.get(value, value)
        spellings.setdefault(usual.get(name, name), []).append(value)
    sizes = {name: sum(counts[value] for value in values) for name, values in spellings.items()}
    ordered = dict(sorted(sizes.items(), key=lambda item: (-item[1], item[0])))
    often = [value for value, size in ordered.items() if size >= EACH]
    rare = [value for value, size in ordered.items() if size < EACH]
    once = [value for value in rare if ordered[value] == 1 and not any(map(str.isdigit, value))]
    told = len(often) <= MOST and len(rare) <= max(1, len(often) // 4)
    return Classes(pairs, once if told else [], ordered, spellings)


class Told(NamedTuple):
    """
    What is to be reported: the rule, in words, the first records of what is odd and of what is usual, how many.

    `values` are those that it is about.
    """

    rule: Rule
    message: str
    values: list[str]
    first: int
    usual: int | None = None
    records: int = 1


def tell(path: Path, spans: Mapping[str, Span], *, is_label: bool) -> Iterator[Told]:
    """Say what is odd about the values at one place."""
    found = classes(spans)
    where = f"{pointer(path)}: " if path else ""
    for rare, usual in found.pairs:
        span, other = spans[rare], spans[usual]
        message = f"{where}{_quoted(rare)} in {_answers(span.records)}, {_quoted(usual)} in {other.records:,}"
        yield Told(rules.NEAR, message, [rare], span.first, other.first, span.records)
    total = sum(found.sizes.values())
    if not is_label:
        for value in found.once:
            message = (
                f"{where}{_quoted(value)} occurs once, the {len(found.sizes) - 1:,} other values {total - 1:,} times"
            )
            yield Told(rules.RARE, message, [value], spans[value].first)
        return
    if few := found.few:
        named = ", ".join(f"{_quoted(trimmed(value))} {found.sizes[value]}" for value in few[:_NAMED])
        more = " …" if len(few) > _NAMED else ""
        message = f"{len(few):,} of {len(found.sizes):,} classes have fewer than {FEW} examples: {named}{more}"
        first, records = min(spans[value].first for value in few), sum(found.sizes[value] for value in few)
        yield Told(rules.FEW, message, [text for value in few for text in found.spellings[value]], first, None, records)
    if found.uneven:
        sizes = list(found.sizes.items())
        (top, most), (last, least) = sizes[0], sizes[-1]
        usual, rarest = _quoted(trimmed(top)), _quoted(trimmed(last))
        message = (
            f"{usual} in {most:,} of {total:,} answers, {rarest} in {least:,}: always to answer "
            f"{usual} is right in {100 * most / total:.1f} %, which is the baseline to beat"
        )
        yield Told(rules.UNEVEN, message, found.spellings[top], spans[top].first, records=most)


def _quoted(value: str) -> str:
    return f'"{quoted(value, _QUOTED)}"'


def _answers(count: int) -> str:
    return f"{count:,} answer{'s' * (count > 1)}"
