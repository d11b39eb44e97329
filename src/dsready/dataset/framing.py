"""Finding the records of a file that is JSON, but not one record a line: an array, or objects over several lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np
import orjson

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 1 << 20
_SPACE = b" \t\r\n"
_QUOTE, _COMMA, _BRACKET, _NEWLINE, _BACKSLASH = (np.uint8(ord(char)) for char in '",]\n\\')
_TAIL_BITS, _TAIL = np.uint8(0xC0), np.uint8(0x80)  # of a byte that goes on with a character of UTF-8
#: What a byte outside strings does to the nesting depth.
_DELTA = np.zeros(256, np.int8)
_DELTA[list(b"{[")] = 1
_DELTA[list(b"}]")] = -1
_IS_STRUCTURE = _DELTA != 0
_IS_STRUCTURE[list(b'",')] = True
_IS_SOLID = np.ones(256, np.bool_)
_IS_SOLID[list(_SPACE)] = False


class Spans(NamedTuple):
    """
    Where the values of a file stand.

    First byte, byte past the last; line and column (in characters), from 1, of the first byte. Each int64, (values,).
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lines: NDArray[np.int64]
    columns: NDArray[np.int64]


def is_lines(head: bytes, whole: bool) -> bool:
    """
    Say whether a file is one record a line, from its first bytes.

    A file is taken for something else only if its first line is no JSON value by itself, or is an array and all there
    is: a broken first line must not turn a million good ones into nonsense.

    Parameters
    ----------
    head
        The first bytes, at least the first line if it is not huge.
    whole
        Whether `head` is the whole file.
    """
    text = head.lstrip(_SPACE)
    if text[:1] not in (b"{", b"["):
        return True
    line, newline, rest = text.partition(b"\n")
    if not newline and not whole:
        return text[:1] == b"{"  # a first line of a megabyte
    if _parses(line):
        return text[:1] == b"{" or bool(rest.strip(_SPACE))
    if text[:1] == b"[":
        return False
    ends = _scan(np.frombuffer(text, np.uint8), 0, array=False, inside=False).ends
    end = ends[0] if len(ends) else 0
    return not (b"\n" in text[:end] and _parses(text[:end]))


def values(file: BinaryIO, skip: int = 0) -> Spans:
    """
    Find the values of a JSON array, or of values that follow each other over several lines.

    The file is scanned once, a megabyte at a time, without parsing: strings are told from structure by their quotes, as
    Langdale and Lemire do in "Parsing gigabytes of JSON per second" (2019), stage 1, here with numpy. What stands
    between two values and is no comma is a value too, so that nothing is lost: it will not parse, and be reported.

    Parameters
    ----------
    file
        What to scan; it must be possible to seek in it.
    skip
        Length of the byte order mark, which belongs to no line.
    """
    file.seek(skip)
    array = _first_byte(file) == b"["
    begin = file.tell() if array else skip  # behind the opening bracket, which lifts everything by one level
    file.seek(skip)
    cutter = _Cutter(skip, file.read(begin - skip))
    depth, inside = int(array), False
    while block := _block(file):
        data = np.frombuffer(block, np.uint8)
        scan = _scan(data, depth, array=array, inside=inside)
        cutter.cut(data, scan.ends, gap=int(array))
        depth, inside = scan.depth, scan.inside
    return cutter.spans()


class _Scan(NamedTuple):
    ends: NDArray[np.int64]
    depth: int
    inside: bool


def _scan(data: NDArray[np.uint8], depth: int, *, array: bool, inside: bool) -> _Scan:
    """
    Find where the values of a block end.

    A bracket that closes more than was opened ends a value, which is junk, and the depth stays that of the values: it
    must not swallow the rest of the file.

    Parameters
    ----------
    data
        uint8, (bytes,); must not end inside a run of backslashes.
    depth, inside
        Nesting depth, and whether within a string, before the block.
    array
        Whether the values stand in an array, at depth 1, parted by commas; else at depth 0, one behind the other.

    Returns
    -------
    In an array the positions of the commas between values, and of the bracket that closes it; else the positions
    behind brackets that close a value. Then the depth and the string state after the block.
    """
    level = int(array)
    places = np.flatnonzero(np.take(_IS_STRUCTURE, data))
    chars = data[places]
    quotes = chars == _QUOTE
    slashes = np.flatnonzero(data == _BACKSLASH)
    if len(slashes):  # the first, third, ... backslash of a run escapes what follows it
        runs = np.maximum.accumulate(np.where(np.diff(slashes, prepend=-2) > 1, slashes, 0))
        escaped = np.zeros(len(data) + 1, np.bool_)
        escaped[slashes[(slashes - runs) % 2 == 0] + 1] = True
        quotes &= ~escaped[places]
    within = (np.cumsum(quotes) + inside) % 2 == 1
    delta = np.where(within, 0, _DELTA[chars])
    depths = depth + np.cumsum(delta, dtype=np.int64)
    floor = np.minimum(np.minimum.accumulate(depths), level)
    depths += level - floor
    if array:
        closing = (chars == _BRACKET) & (np.diff(floor, prepend=level) < 0)
        ends = places[closing | (chars == _COMMA) & ~within & (depths == level)]
    else:
        ends = places[(delta < 0) & (depths == level)] + 1
    return _Scan(ends, int(depths[-1]) if len(depths) else depth, bool(within[-1]) if len(within) else inside)


class _Cutter:
    """
    Cuts white space and stray commas off the values, drops what is empty, and counts lines and characters.

    Blocks are handed in one by one. Of what is still open at the end of a block only its first byte is kept, with line
    and column, so a value may be of any length.
    """

    def __init__(self, offset: int, before: bytes) -> None:
        """Begin behind `before`, which stands at `offset` and holds no value."""
        self._offset = offset + len(before)
        self._line = before.count(b"\n") + 1
        self._column = len(before) - before.rfind(b"\n") - 1  # characters of the line so far
        self._open: tuple[int, int, int] | None = None  # begin, line and column of the open value, if it has begun
        self._last = self._offset  # behind the last byte that is no white space
        self._found: list[NDArray[np.int64]] = []

    def cut(self, data: NDArray[np.uint8], ends: NDArray[np.int64], gap: int) -> None:
        """
        Go through a block.

        Parameters
        ----------
        data
            uint8, (bytes,).
        ends
            int64, (values that end here,): where in the block.
        gap
            Bytes between the end of a value and the start of the next.
        """
        solid = np.flatnonzero(np.take(_IS_SOLID, data))
        newlines = np.flatnonzero(data == _NEWLINE)
        tails = np.flatnonzero((data & _TAIL_BITS) == _TAIL)
        # One more row than ends: the last value is still open. One that has not begun gets the block's size as begin.
        starts = np.concatenate([[0], ends + gap])
        bare = np.append(solid[data[solid] != _COMMA], len(data))
        begins = bare[np.searchsorted(bare[:-1], starts)]
        lasts = np.append(self._last - self._offset, solid + 1)
        count = np.searchsorted(newlines, begins)
        heads = newlines + 1
        chars = np.append(-self._column, heads - np.searchsorted(tails, heads))  # before each line of the block
        columns = begins - np.searchsorted(tails, begins) - chars[count] + 1
        rows = np.stack([begins + self._offset, np.zeros_like(begins), count + self._line, columns])
        rows[1, :-1] = lasts[np.searchsorted(solid, ends)] + self._offset
        kept = begins[:-1] < ends
        opened = bool(begins[-1] < len(data))
        if self._open is not None:
            rows[[0, 2, 3], 0] = self._open
            kept[:1] = True
            opened |= not len(ends)
        self._found.append(rows[:, :-1][:, kept])
        begin, _, line, column = rows[:, -1].tolist()
        self._open = (begin, line, column) if opened else None
        self._last = self._offset + int(lasts[-1])
        self._column = len(data) - len(tails) - int(chars[-1])
        self._line += len(newlines)
        self._offset += len(data)

    def spans(self) -> Spans:
        """Return what was found, with the value that ends where the file does."""
        if self._open is not None:
            begin, line, column = self._open
            self._found.append(np.array([[begin], [self._last], [line], [column]], np.int64))
        return Spans(*np.concatenate([np.empty((4, 0), np.int64), *self._found], axis=1))


def _block(file: BinaryIO) -> bytes:
    """Read a block that does not end in a backslash, so that no escape is cut in two."""
    block = file.read(BLOCK)
    while block.endswith(b"\\"):
        more = file.read(1)
        if not more:
            break
        block += more
    return block


def _first_byte(file: BinaryIO) -> bytes:
    while byte := file.read(1):
        if byte not in _SPACE:
            return byte
    return b""


def _parses(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
