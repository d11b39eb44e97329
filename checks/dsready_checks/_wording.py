"""The arithmetic of `prompt`: what all prompts have in common, and which system prompts are nearly the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dsready.dataset.shapes.parts import compact
from dsready.text.template import bags, difference, frame, overlap
from dsready.text.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsready.dataset.batch import Batch
    from dsready.dataset.record import Record
    from dsready_checks._tally import Span

#: From this share of the records on something is the same in nearly all.
NEARLY_ALL = 0.95
#: From this similarity on two prompts are nearly the same.
ALIKE = 0.8
#: A prompt that fewer records have is nobody's main one; with fewer to each, prompts are made for each record.
LEAST_RECORDS = 5
#: A variant in which other words stand is on purpose, unless it is this rare beside the main one.
RARE = 0.1
_MOST_CHARACTERS = 50_000  # of a prompt whose words are compared
_MOST_PASSAGE = 500  # characters of a difference that is read letter by letter
_KEYS = ("tools", "functions", "toolConfig")


class Constant(NamedTuple):
    """What nearly all sampled records begin their prompts with: "" where there is nothing."""

    system: str = ""
    tools: str = ""
    head: str = ""
    tail: str = ""

    @classmethod
    def of(cls, sample: Sequence[Batch]) -> Constant:
        """Find it in a sample."""
        records = [record for batch in sample for record in asking(batch)]
        examples = [record.example for record in records if record.example is not None]
        return cls(
            _usual([example.system for example in examples]),
            _usual([declared(record) for record in records]),
            *frame([example.prompt for example in examples], NEARLY_ALL),
        )

    def carried(self, record: Record) -> int:
        """
        Say which of the four a record that asks has: a bit for each, the lowest for the first.

        A prompt has the end only behind the beginning.
        """
        system, tools, head, tail = self
        assert record.example is not None  # those that ask have one
        prompt = record.example.prompt
        begins = prompt.startswith(head)
        ends = prompt.endswith(tail) and len(prompt) >= len(tail) + begins * len(head)
        declares = bool(tools) and declared(record) == tools
        return (record.example.system == system) | declares << 1 | begins << 2 | ends << 3


def _usual(texts: Sequence[str]) -> str:
    """Return the text that nearly all are: then it is the middle one of them in sorted order."""
    middle = sorted(texts)[len(texts) // 2] if texts else ""
    return middle if texts.count(middle) >= NEARLY_ALL * len(texts) else ""


def asking(batch: Batch) -> Iterator[Record]:
    """Yield the usable records that ask a model for something."""
    for record in batch.records:
        if record.example is not None and record.example.kind != "text":
            yield record


def declared(record: Record) -> str:
    """Return the tool definitions of a record as they are written, or as compact JSON; "" for none."""
    value = record.value or {}
    return next((compact(value[key]) for key in _KEYS if value.get(key)), "")


class Variant(NamedTuple):
    """One of several prompts of nearly the same text: its records, and how it differs from the main one."""

    span: Span
    similarity: float = 1.0
    main: str = ""
    own: str = ""


def drifts(prompts: Sequence[tuple[str, Span]]) -> list[list[Variant]]:
    """
    Group prompts of nearly the same text, the main one first.

    Two are as similar as their ends or their words, whichever is more: the first finds one edit in a short prompt, the
    second several in a long one. Each joins the most similar of the main ones, which are those before it that joined
    none.
    Groups that look as if they were made for each record, or on purpose, are left out.

    Parameters
    ----------
    prompts
        Most frequent first.
    """
    words = bags([text[:_MOST_CHARACTERS] for text, _ in prompts])
    groups: list[tuple[int, list[Variant]]] = []
    for number, (text, span) in enumerate(prompts):
        near = []
        for place, (first, variants) in enumerate(groups):
            main = prompts[first][0]
            longest, shortest = max(len(text), len(main)), min(len(text), len(main))
            if 2 * shortest >= ALIKE * (longest + shortest):  # else they cannot be
                found = difference(main, text)
                similarity = max(found.similarity, overlap(words[first], words[number]))
                if similarity >= ALIKE and _by_accident(found.left, found.right, span, variants[0].span):
                    near.append((similarity, -place, found))
        if near:
            similarity, place, found = max(near, key=lambda one: one[:2])
            whole = [f"{found.before}{passage}{found.after}" for passage in (found.left, found.right)]
            groups[-place][1].append(Variant(span, similarity, *whole))
        elif span.records >= LEAST_RECORDS:
            groups.append((number, [Variant(span)]))
    return [variants for _, variants in groups if len(variants) > 1 and not _made(variants)]


def _by_accident(left: str, right: str, span: Span, main: Span) -> bool:
    """Say whether a difference is no choice of other words, or is rare."""
    if span.records <= RARE * main.records:
        return True
    if max(len(left), len(right)) > _MOST_PASSAGE:
        return not left or not right
    one, two = map(_letters, (left, right))
    return one == two or not one or not two


def _letters(text: str) -> str:
    """Return the letters of a text without case, and 0 for each digit: what spelling, dates and versions leave."""
    return "".join("0" if char.isdigit() else char for char in fold(text) if char.isalnum())


def _made(variants: Sequence[Variant]) -> bool:
    """Say whether prompts were made for each record, or each day: there are few records to each, or no main one."""
    main, records = variants[0].span.records, sum(variant.span.records for variant in variants)
    if len(variants) > 2 and 2 * main < records:  # noqa: PLR2004  (of two, both may be a version)
        return True
    return records < LEAST_RECORDS * len(variants)
