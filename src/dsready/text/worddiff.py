"""What differs between two texts, word by word: for readers, at a terminal and on a page."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from dsready.text.words import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: What stands in both texts, only in the old one, only in the new one.
Kind = Literal["same", "old", "new"]
_WORD = re.compile(r"\S+")
#: Longer words are cut up, as those of scripts are that set no blanks.
_LONG = 40
#: Between two words that both texts have once, so many pairs of words are compared one by one; of more, all differ.
#: `difflib` takes cubic time at worst, 0.07 s for 250 by 250 words of the worst kind found, and 4.6 s for 1,000.
_PAIRS = 250 * 250


class Piece(NamedTuple):
    """A run of text, and which of the texts has it."""

    kind: Kind
    text: str


class _Word(NamedTuple):
    """A word, and the white space before it, which is compared by itself."""

    space: str
    text: str


def word_diff(old: str, new: str) -> list[Piece]:
    """
    Compare two texts word by word.

    The pieces are exact: those that are not new, one after the other, are the old text, and those that are not old the
    new one. An old piece stands before the new one that replaces it. Words that occur once in both texts, in the same
    order, are anchors (patience diff, as git has it); what lies between them is compared by `difflib`.
    """
    left, right = _words(old), _words(new)
    pieces: list[Piece] = []
    at = there = 0
    for mine, theirs in _matches([word.text for word in left], [word.text for word in right]):
        pieces += _changed(left[at:mine], right[there:theirs])
        if left[mine].space == right[theirs].space:
            pieces.append(Piece("same", left[mine].space + left[mine].text))
        else:
            pieces += [Piece("old", left[mine].space), Piece("new", right[theirs].space)]
            pieces.append(Piece("same", left[mine].text))
        at, there = mine + 1, theirs + 1
    return _joined([*pieces, *_changed(left[at:], right[there:])])


def folded(pieces: Sequence[Piece], context: int = 6, most: int = 60) -> list[Piece]:
    """
    Shorten pieces for a reader: of what is the same, some words beside each change; of long changes, both ends.

    Parameters
    ----------
    pieces
        What `word_diff` returned.
    context
        Words left of each end of what is the same. For the words between stands "…".
    most
        Words left of a change; between both ends of a longer one stands how many are left out.
    """
    found = []
    for number, (kind, text) in enumerate(pieces):
        if kind == "same":
            head = context if number else 0
            tail = context if number < len(pieces) - 1 else 0
            found.append(Piece(kind, _cut(text, head, tail, "…")))
        else:
            found.append(Piece(kind, _cut(text, most - most // 3, most // 3, "")))
    return found


def _cut(text: str, head: int, tail: int, between: str) -> str:
    """Keep the first and the last words; between them stands a mark, or how many are missing."""
    words = _words(text.rstrip())
    left = len(words) - head - tail
    if left <= 1:
        return text
    first = "".join(word.space + word.text for word in words[:head])
    last = "".join(word.space + word.text for word in words[len(words) - tail :]) + text[len(text.rstrip()) :]
    mark = between or f"… ({left:,} words) …"
    return f"{first} {mark}{last}" if first else mark + last


def _words(text: str) -> list[_Word]:
    """Cut a text into words, each with the space before it; the space at the end is a word without letters."""
    found: list[_Word] = []
    end = 0
    for match in _WORD.finditer(text):
        space = text[end : match.start()]
        end = match.end()
        for part in _parts(match[0]):
            found.append(_Word(space, part))
            space = ""
    return [*found, _Word(text[end:], "")] if end < len(text) else found


def _parts(word: str) -> Iterator[str]:
    """Cut up a word that is none: Chinese, Thai, base64."""
    if word.isascii() and len(word) <= _LONG:
        yield word
        return
    at = 0
    for part in split(word):
        end = word.index(part, at) + len(part)
        for begin in range(at, end, _LONG):
            yield word[begin : min(begin + _LONG, end)]
        at = end
    for begin in range(at, len(word), _LONG):
        yield word[begin : begin + _LONG]


def _matches(old: list[str], new: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of words that are taken for the same, ascending on both sides."""
    least = min(len(old), len(new))
    begin = next((at for at in range(least) if old[at] != new[at]), least)
    end = next((at for at in range(least - begin) if old[-1 - at] != new[-1 - at]), least - begin)
    yield from ((at, at) for at in range(begin))
    yield from _between(old, new, (begin, len(old) - end), (begin, len(new) - end))
    yield from ((len(old) - at, len(new) - at) for at in range(end, 0, -1))


def _between(
    old: list[str], new: list[str], left: tuple[int, int], right: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield matches within two ranges: at the anchors, and in what lies between two of them."""
    at, there = left[0], right[0]
    for mine, theirs in [*_anchors(old, new, left, right), (left[1], right[1])]:
        if 0 < (mine - at) * (theirs - there) <= _PAIRS:
            matcher = SequenceMatcher(None, old[at:mine], new[there:theirs], autojunk=False)
            for block in matcher.get_matching_blocks():
                yield from ((at + block.a + step, there + block.b + step) for step in range(block.size))
        if mine < left[1]:
            yield mine, theirs
        at, there = mine + 1, theirs + 1


def _anchors(old: list[str], new: list[str], left: tuple[int, int], right: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the places of the words that both ranges have once: the longest run of them that ascends on both sides."""
    mine, theirs = Counter(old[slice(*left)]), Counter(new[slice(*right)])
    where = {new[at]: at for at in range(*right) if theirs[new[at]] == 1}
    pairs = [(at, where[old[at]]) for at in range(*left) if mine[old[at]] == 1 and old[at] in where]
    # The longest one by patience sorting: `tops` and `ends` hold where a run of each length ends, as low as can be.
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, there) in enumerate(pairs):
        length = bisect_left(tops, there)
        before.append(ends[length - 1] if length else -1)
        tops[length : length + 1] = [there]
        ends[length : length + 1] = [number]
    run = []
    number = ends[-1] if ends else -1
    while number >= 0:
        run.append(pairs[number])
        number = before[number]
    return run[::-1]


def _changed(left: Sequence[_Word], right: Sequence[_Word]) -> Iterator[Piece]:
    yield from (Piece("old", word.space + word.text) for word in left)
    yield from (Piece("new", word.space + word.text) for word in right)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Join neighbours of one kind, old before new; the space before both is the same."""
    found: list[Piece] = []
    for same, group in groupby((piece for piece in pieces if piece.text), lambda piece: piece.kind == "same"):
        texts: dict[Kind, str] = {"same": "", "old": "", "new": ""}
        for kind, run in groupby(sorted(group, key=lambda piece: piece.kind == "new"), lambda piece: piece.kind):
            texts[kind] = "".join(piece.text for piece in run)
        space = _leading(texts["old"])
        if not same and space and space == _leading(texts["new"]):
            texts = {"same": space, **{kind: texts[kind].removeprefix(space) for kind in ("old", "new")}}
        if found and found[-1].kind == "same":
            texts["same"] = found.pop().text + texts["same"]
        found += [Piece(kind, text) for kind, text in texts.items() if text]
    return found


def _leading(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]
