"""What each target thinks of a file: its verdict, and the reasons, worst first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dsready.arrays import distinct_values
from dsready.dataset.settings import ESTIMATE
from dsready.targets import Consequence
from dsready.targets.tally import BLANK, File, Mark, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from dsready.check import Keys
    from dsready.dataset.dataset import Dataset
    from dsready.dataset.settings import Settings
    from dsready.model import Location
    from dsready.targets import Target, TargetRule, Tokens
    from dsready.targets.columns import Column
    from dsready.targets.jury import Marks

#: The first of these that holds is what a target does with a file.
Outlook = Literal["ended", "refuses", "changes", "accepts"]
_VERBS = {
    Consequence.REJECT: "refuses",
    Consequence.CRASH: "stops at",
    Consequence.CORRUPT: "changes",
    Consequence.DROP: "drops",
    Consequence.TRUNC: "cuts",
    Consequence.IGNORE: "ignores a part of",
    Consequence.WARN: "warns of",
}
#: A rule that at least so many rows break, and at least half of all, is one mistake, not one a row.
_MANY = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """
    A rule of a target that the file breaks.

    `keys` are the lines that break it, ascending; none where it is the file as a whole. `says` is more than the rule's
    own sentence, where it is about the file; `limit` is that on tokens, in words. `singly` says whether each line is a
    finding of its own.
    """

    rule: TargetRule
    keys: NDArray[np.int64]
    says: str = ""
    path: str = ""
    singly: bool = True
    limit: str = ""

    def said(self, target: Target) -> str:
        """Say what the target does, why, and how it puts it itself."""
        unsure = "" if self.rule.verified else " (unverified)"
        verb = _VERBS[self.rule.consequence]
        says = f"{self.rule.says}; {self.limit}" if self.limit else self.rule.says
        if self.says:
            what = f"{verb} the file{unsure}: {self.says}"
        elif self.singly:
            what = f"{verb} this row{unsure}: {says}"
        else:
            what = f"{verb} {len(self.keys):,} rows{unsure}: {says}"
        quote = f": {self.rule.quote}" if self.rule.quote else ""
        return f"{target.id} {what} ({self.rule.id}{quote})"


@dataclass(frozen=True)
class Opinion:
    """What a target thinks of the data set."""

    target: Target
    tally: Tally
    reasons: Sequence[Reason]

    @cached_property
    def outlook(self) -> Outlook:
        """What the target does with the file, in a word."""
        if self.target.life == "ended":
            return "ended"
        if any(reason.rule.refuses for reason in self.reasons):
            return "refuses"
        harm = {Consequence.CORRUPT, Consequence.DROP, Consequence.TRUNC}
        harmed = any(reason.rule.verified and reason.rule.consequence in harm for reason in self.reasons)
        return "changes" if harmed else "accepts"

    @cached_property
    def in_the_way(self) -> NDArray[np.int64]:
        """The rows that have to be mended or removed before the target takes the file."""
        return _union(reason.keys for reason in self.reasons if reason.rule.refuses)

    def harmed(self, consequence: Consequence) -> int:
        """Return how many rows suffer a consequence."""
        mine = (reason for reason in self.reasons if reason.rule.verified and reason.rule.consequence is consequence)
        return len(_union(reason.keys for reason in mine))

    def pointers(self, reason: Reason, keys: NDArray[np.int64], data: Dataset) -> list[str]:
        """Return where in each of these records the rule is broken."""
        if reason.rule.tokens or reason.rule.whole or reason.rule.table:
            return [""] * len(keys)
        found = []
        for record in data.fetch(keys):
            breaches = self.target.of_line(record.raw)
            found.append(next((breach.pointer for breach in breaches if breach.rule.id == reason.rule.id), ""))
        return found

    def plain(self, data: Dataset) -> dict[str, Any]:
        """Return it as plain values, for the report."""
        firsts = [int(reason.keys[0]) for reason in self.reasons if len(reason.keys)]
        places = dict(zip(firsts, data.locations(firsts), strict=True))
        return {
            "id": self.target.id,
            "name": self.target.name,
            "life": self.target.life,
            "note": self.target.note,
            "verdict": self.outlook,
            "rows": self.tally.rows,
            "in_the_way": len(self.in_the_way),
            "dropped": self.harmed(Consequence.DROP),
            "changed": self.harmed(Consequence.CORRUPT),
            "cut": self.harmed(Consequence.TRUNC),
            "reasons": [_plain(reason, places) for reason in self.reasons],
        }


def _plain(reason: Reason, places: Mapping[int, Location]) -> dict[str, Any]:
    first = places[int(reason.keys[0])] if len(reason.keys) else None
    return {
        "rule": reason.rule.id,
        "consequence": reason.rule.consequence.value,
        "evidence": list(reason.rule.evidence),
        "says": reason.says or reason.rule.says,
        "quote": reason.rule.quote,
        "rows": len(reason.keys),
        "path": first.path if first else reason.path,
        "line": first.line if first else None,
    }


def opinions(targets: Sequence[Target], places: Mapping[Marks, Keys], columns: Column, data: Dataset) -> list[Opinion]:
    """Ask every target what it thinks of the file, in their order."""
    files = [
        File(source.path, source.stamp[0], frozenset(trouble.kind for trouble in source.troubles))
        for source in data.train
    ]
    found = []
    for number, target in enumerate(targets):
        mine: dict[Mark, list[NDArray[np.int64]]] = {}
        for marks, keys in places.items():
            mine.setdefault(marks[number], []).append(keys.sorted())
        by_mark = {mark: np.sort(np.concatenate(pieces)) for mark, pieces in mine.items()}
        tally = Tally(target, _first_row(by_mark) if target.first_row_only else by_mark, files)
        reasons = [] if target.life == "ended" else sorted(_reasons(tally, columns, data.settings), key=_order)
        found.append(Opinion(target, tally, reasons))
    return found


def _first_row(by_mark: Mapping[Mark, NDArray[np.int64]]) -> dict[Mark, NDArray[np.int64]]:
    """Forget what rows break that the target does not look at before it takes the file: all but the first."""
    rows = [(int(keys[0]), mark) for mark, keys in by_mark.items() if mark.format != BLANK]
    first = min(rows)[0] if rows else -1
    found: dict[Mark, list[NDArray[np.int64]]] = {}
    for mark, keys in by_mark.items():
        found.setdefault(mark, []).append(keys[keys == first])
        found.setdefault(mark._replace(rules=()), []).append(keys[keys != first])
    joined = {mark: np.sort(np.concatenate(pieces)) for mark, pieces in found.items()}
    return {mark: keys for mark, keys in joined.items() if len(keys)}


def _reasons(tally: Tally, columns: Column, settings: Settings) -> Iterator[Reason]:
    broken = {name for mark in tally.places for name in mark.rules}
    for name, rule in tally.target.by_id.items():
        if name in broken:
            keys = tally.breaking(name)
            limit = _limit(rule.tokens, settings) if rule.tokens else ""
            yield Reason(rule, keys, singly=_are_few(keys, tally), limit=limit)
        problem = rule.whole(tally) if rule.whole else rule.table(columns) if rule.table else None
        if problem is not None:
            keys = np.empty(0, np.int64) if problem.keys is None else problem.keys
            singly = rule.whole is not None and len(keys) > 0 and _are_few(keys, tally)
            yield Reason(rule, keys, problem.says, problem.path, singly)


def _limit(tokens: Tokens, settings: Settings) -> str:
    estimated = ", estimated" if settings.tokenizer == ESTIMATE else ""
    if tokens.configurable and settings.context_length:
        return f"context-length is {settings.context_length:,} tokens{estimated}"
    return f"{'by default ' * tokens.configurable}{tokens.most:,} tokens{estimated}"


def _are_few(keys: NDArray[np.int64], tally: Tally) -> bool:
    return len(keys) < _MANY or len(keys) * 2 < tally.rows


def _order(reason: Reason) -> tuple[Any, ...]:
    rule = reason.rule
    return (not rule.verified, rule.consequence.rank, -len(reason.keys), rule.id)


def _union(pieces: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    joined: NDArray[np.int64] = np.concatenate([np.empty(0, np.int64), *pieces])
    return distinct_values(joined)
