"""What is known of one record, for a reader at a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from dsready.model import SHOWN_HASH, STORED_HASH
from dsready.output import harmless
from dsready.output.look import COLORS, plural
from dsready.output.parts import ACCEPTED_BY
from dsready.text.worddiff import Piece, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dsready.inspection.model import Inspected, Inspection, Other, Said
    from dsready.model import Finding
    from dsready.output.look import Look

T = TypeVar("T")

#: What is shown of a record: characters of each text, turns from each end, findings and places of each kind.
CHARACTERS, TURNS, LINES = 2000, 20, 20
#: Words of a change that are shown.
WORDS = 60
#: How words are marked that only one of two records has, as `git diff --word-diff=plain` does, and coloured.
MARKS = {"old": ("[-", "-]", "red"), "new": ("{+", "+}", "green")}
ROLES = {"train": "training data", "eval": "evaluation data"}


def render(found: Inspection, look: Look, *, full: bool) -> str:
    """
    Return what is known of a record as text.

    Parameters
    ----------
    full
        Whether to show all of it, however long.
    """
    show = _Show(look, full)
    blocks = [
        show.head(found.record),
        *(show.turn(said) for said in show.turns(found.record.turns)),
        show.findings("Findings", found.findings),
        show.findings("Named by findings of other records", found.naming),
        show.cluster(found),
        show.leaks(found),
    ]
    filled = [lines for lines in map(list, blocks) if lines]
    return harmless("\n".join("".join(f"{line.rstrip()}\n" for line in lines) for lines in filled))


class _Show:
    """The parts of the text."""

    def __init__(self, look: Look, full: bool) -> None:
        self.look = look
        self.full = full

    def head(self, record: Inspected) -> Iterator[str]:
        """Yield where it stands and what it is."""
        look = self.look
        digest = (record.place.record_sha256 or "")[:SHOWN_HASH]
        yield f"{look.paint(look.place(record.place), bold=True)}  record {digest}, {ROLES[record.role]}"
        size = f"{plural(record.bytes, 'byte')}, {plural(record.tokens, 'token')}"
        if record.trouble:
            yield from look.wrap(look.paint(f"cannot be used: {look.show(record.trouble)}", "red"), "", "  ")
            yield size
        else:
            yield f"{record.shape} ({record.kind}), {size}"

    def turns(self, said: Sequence[Said]) -> Iterator[Said | int]:
        """Yield turns from both ends, and between them how many are left out."""
        left = 0 if self.full else max(len(said) - 2 * TURNS, 0)
        if not left:
            yield from said
            return
        yield from said[:TURNS]
        yield left
        yield from said[-TURNS:]

    def turn(self, said: Said | int) -> Iterator[str]:
        """Yield who speaks, and what is said, line by line."""
        if isinstance(said, int):
            yield f"  … {self._left(said, 'turn')}"
            return
        yield f"{self.look.paint(self.look.show(said.role, 60), bold=True)} ({plural(said.tokens, 'token')})"
        text, left = said.text, 0
        if not self.full and len(text) > CHARACTERS:
            text, left = text[:CHARACTERS], len(text) - CHARACTERS
        if text:
            yield from (f"  {self.look.show(line, sys.maxsize)}" for line in text.split("\n"))
        else:
            yield "  (empty)"
        if left:
            yield f"  … {self._left(left, 'character')}"

    def findings(self, title: str, findings: Sequence[Finding]) -> Iterator[str]:
        """Yield findings, with what accepts them; those of other places with these."""
        if not findings:
            if title == "Findings":
                yield self.look.paint("No findings", bold=True)
            return
        look = self.look
        yield look.paint(f"{title}: {len(findings):,}", bold=True)
        shown, left = self._first(findings)
        for finding in shown:
            severity = look.paint(finding.severity, COLORS[finding.severity])
            blocker = " BLOCKER" if finding.blocks else ""
            accepted = finding.suppressed
            by = ""
            if accepted is not None:
                reason = f": {accepted.reason}" if accepted.reason else ""
                by = look.show(f" (accepted by {ACCEPTED_BY[accepted.by]}{reason})")
            place = f"{look.place(finding.location)} " if title != "Findings" and finding.location else ""
            head = f"{place}{look.paint(look.show(f'{finding.rule} {finding.name}'), bold=True)} {severity}{blocker}"
            yield f"  {head}"
            yield from look.wrap(f"{look.message(finding)}{by}", "    ", "    ")
        yield from left

    def cluster(self, found: Inspection) -> Iterator[str]:
        """Yield the duplicates of the record."""
        cluster = found.cluster
        if cluster is None:
            return
        yield self.look.paint(
            f"Duplicates: cluster {self.look.show(cluster.id[:STORED_HASH])} of {plural(cluster.size, 'record')}",
            bold=True,
        )
        yield from self._others(cluster.others, found.record, cluster.id)

    def leaks(self, found: Inspection) -> Iterator[str]:
        """Yield the items that leak, or where to: not in how many records, for an item names a few of them."""
        if not found.leaks:
            return
        if found.record.role == "eval":
            what = f"this evaluation item is found in training data; most similar: {plural(len(found.leaks), 'record')}"
        else:
            what = f"found in this record: {plural(len(found.leaks), 'evaluation item')}"
        yield self.look.paint(f"Leaks: {what}", bold=True)
        yield from self._others(found.leaks, found.record)

    def _others(self, others: Sequence[Other], record: Inspected, cluster: str = "") -> Iterator[str]:
        look = self.look
        shown, left = self._first(others)
        for other in shown:
            yield f"  {look.place(other.place)}"
            said = f"{other.rule} {other.message}".strip()
            if cluster and other.place.record_sha256 == cluster:
                said = said or "the first of the cluster"
            yield from look.wrap(look.show(said or "named by findings of others"), "    ", "    ")
            if other.differences is None:
                continue
            pieces = [Piece(difference.kind, difference.text) for difference in other.differences]
            if other.place.record_sha256 == record.place.record_sha256:
                yield "    nothing differs"
            elif all(piece.kind == "same" for piece in pieces):
                yield "    what is said does not differ, but perhaps what is masked, or stands beside it"
            else:
                most = sys.maxsize if self.full else WORDS
                yield from (f"    {line}" for line in self._marked(folded(pieces, most=most)).split("\n"))
        yield from left

    def _marked(self, pieces: Iterable[Piece]) -> str:
        """Mark the words that only one of two records has; lines break in what both have."""
        look = self.look
        found = []
        for kind, text in pieces:
            if kind == "same":
                found.append("\n".join(look.show(line, sys.maxsize) for line in text.split("\n")))
            else:
                begin, end, color = MARKS[kind]
                found.append(look.paint(f"{begin}{look.show(text, sys.maxsize)}{end}", color))
        return "".join(found)

    def _first(self, items: Sequence[T]) -> tuple[Sequence[T], list[str]]:
        """Return the first of some things, and a line on the others."""
        shown = items if self.full else items[:LINES]
        left = len(items) - len(shown)
        return shown, [f"  + {left:,} more (--full shows all)"] if left else []

    def _left(self, count: int, noun: str) -> str:
        return f"{plural(count, noun)} more (--full shows all)"
