"""What differs between the members of a cluster, word by word, as far as the report quotes them."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from dsready.model import Turn
from dsready.text.worddiff import Piece, folded, word_diff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsready.model import Report
    from dsready.output.page.profiles import Cluster, Member

_SILENCE = Turn(role="", text="")


class Difference(NamedTuple):
    """A member of a cluster, and for each turn that differs from that of the first its role and the pieces."""

    member: Member
    turns: Sequence[tuple[str, Sequence[Piece]]]


class Opened(NamedTuple):
    """A cluster, the turns of its first record, and what differs in the others; empty where nothing is quoted."""

    cluster: Cluster
    first: Sequence[Turn] = ()
    differences: Sequence[Difference] = ()


def opened(cluster: Cluster, report: Report) -> Opened:
    """Compare the quoted members of a cluster with the first."""
    first = report.excerpts.get(cluster.members[0].record_sha256, ()) if cluster.members else ()
    others = [member for member in cluster.members[1:] if member.record_sha256 in report.excerpts] if first else []
    found = [Difference(member, _turns(first, report.excerpts[member.record_sha256])) for member in others]
    return Opened(cluster, first, found)


def _turns(first: Sequence[Turn], other: Sequence[Turn]) -> list[tuple[str, Sequence[Piece]]]:
    return [
        (mine.role or its.role, folded(word_diff(mine.text, its.text)))
        for mine, its in zip_longest(first, other, fillvalue=_SILENCE)
        if mine != its
    ]
