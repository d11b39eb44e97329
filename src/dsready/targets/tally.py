"""What a target has made of all records of a file, and the file as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dsready.targets.rule import Consequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from dsready.targets.target import Target

    Keys = NDArray[np.int64]


class Mark(NamedTuple):
    """
    What a target makes of one record: its format ("" for none), the ids of the rules it breaks, its traits.

    The format of a blank line is `BLANK`, that of a line without an object `UNREAD`.
    """

    format: str
    rules: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()


BLANK, UNREAD = "(blank)", "(unread)"


@dataclass(frozen=True, slots=True)
class File:
    """
    A training file as a target sees it.

    Attributes
    ----------
    path
        As the user knows it.
    size
        Bytes on disk.
    troubles
        What is wrong with it as a whole: the kinds of `dsready.dataset.source.Trouble`.
    """

    path: str
    size: int
    troubles: frozenset[str] = frozenset()


@dataclass
class Tally:
    """
    All records of a data set in the eyes of one target.

    Attributes
    ----------
    target
        The target.
    places
        For each mark the keys of its lines: int64, ascending.
    files
        The training files.
    """

    target: Target
    places: Mapping[Mark, Keys]
    files: Sequence[File] = ()

    @cached_property
    def rows(self) -> int:
        """Number of lines that are not blank."""
        return sum(len(keys) for mark, keys in self.places.items() if mark.format != BLANK)

    def breaking(self, *rules: str) -> Keys:
        """Return the lines that break one of these rules."""
        return _joined(keys for mark, keys in self.places.items() if not set(rules).isdisjoint(mark.rules))

    def suffering(self, *consequences: Consequence) -> Keys:
        """Return the lines that surely break a rule with one of these consequences."""
        known = self.target.by_id
        return self.breaking(*(id_ for id_, rule in known.items() if rule.sure and rule.consequence in consequences))

    @property
    def readable(self) -> bool:
        """Whether a row is in one of the target's formats, and has the structure of it."""
        structures = {format_.id: {rule.id for rule in format_.structure} for format_ in self.target.formats}
        return any(structures[mark.format].isdisjoint(mark.rules) for mark in self.places if mark.format in structures)

    @cached_property
    def blank(self) -> Keys:
        """The blank lines, which are no rows."""
        return _joined(keys for mark, keys in self.places.items() if mark.format == BLANK)

    @cached_property
    def valid(self) -> int:
        """Number of rows that are by themselves neither refused nor dropped."""
        lost = self.suffering(Consequence.REJECT, Consequence.CRASH, Consequence.DROP)
        return self.rows - len(np.setdiff1d(lost, self.blank))

    def having(self, trait: str) -> Keys:
        """Return the rows that have a trait."""
        return _joined(keys for mark, keys in self.places.items() if trait in mark.traits)

    def lacking(self, trait: str) -> Keys:
        """Return the rows that were read and do not have a trait."""
        return _joined(
            keys for mark, keys in self.places.items() if trait not in mark.traits and mark.format not in _NONE
        )

    @cached_property
    def first_format(self) -> str:
        """The format of the first row that has one."""
        firsts = {int(keys[0]): mark.format for mark, keys in self.places.items() if mark.format not in ("", *_NONE)}
        return firsts[min(firsts)] if firsts else ""

    def unlike_first(self) -> Keys:
        """Return the rows of another format than the first row's; those of no format have a rule of their own."""
        return _joined(keys for mark, keys in self.places.items() if mark.format not in ("", *_NONE, self.first_format))


_NONE = (BLANK, UNREAD)


def _joined(pieces: Iterable[Keys]) -> Keys:
    return np.sort(np.concatenate([np.empty(0, np.int64), *pieces]))
