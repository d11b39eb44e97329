"""Files as they come: opened, unpacked, decoded, and looked at before anything is read."""

from __future__ import annotations

import os
import shutil
import stat
import threading
import zlib
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import numpy as np
from blake3 import blake3

from dsready.arrays import distinct_values
from dsready.dataset import framing, lfs
from dsready.dataset.paths import STDIN, standard_input
from dsready.errors import InputError
from dsready.files import FULL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

HEAD = 1 << 20
PREFIX = 1 << 20
_COPY = PREFIX
_NEWLINE = 0x0A
INDEX = 1 << 15  # bytes between two entries of the line index
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_GZIP_BITS = 31  # zlib's way to say: with a gzip header
_BOM = b"\xef\xbb\xbf"
_WIDE = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)

_LOOKING = threading.Lock()

TroubleKind = Literal["lfs-pointer", "encoding", "byte-order-mark", "cr-line-ends", "not-jsonl", "damaged"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a file as a whole: which kind, and one sentence."""

    kind: TroubleKind
    message: str


@dataclass(frozen=True)
class Source:
    """
    A file that can be read from any byte.

    Attributes
    ----------
    number
        Its place among all sources of a run; the upper part of every key.
    path
        As the user knows it.
    file
        What is read: the file itself, or an unpacked or decoded copy of it.
    begin, size
        Bytes of `file`: where the text begins (behind a byte order mark), and where it ends.
    packed
        "gzip", "zstd" or "".
    troubles
        What is wrong with it as a whole.
    spans
        Where its values stand, if it is not one record a line.
    stamp
        Size and time of last change of the file on disk when it was opened.
    original
        What was opened: the file on disk, or the spooled copy of a stream.
    name
        The path, not escaped: by this the file system, and git, know it.
    cut
        Whether `file` is only the beginning of the text.
    """

    number: int
    path: str
    file: str
    begin: int
    size: int
    packed: str = ""
    troubles: tuple[Trouble, ...] = ()
    spans: framing.Spans | None = None
    stamp: tuple[int, int] = (0, 0)
    original: str = ""
    name: str = ""
    cut: bool = False

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes on disk (of the spooled copy for a stream), in hexadecimal."""
        if self.original == self.file:
            return self.look[0]
        with Path(self.original).open("rb") as file:
            return file_digest(file, "sha256").hexdigest()

    @property
    def line_ends(self) -> NDArray[np.int64]:
        """Number of line ends before each block of `INDEX` bytes, and in all; int64, (blocks + 1,)."""
        return self.look[1]

    # Two looks at all bytes, best had beside something else: neither hashing nor counting needs the interpreter.

    @cached_property
    def look(self) -> tuple[str, NDArray[np.int64]]:
        """SHA-256 of all bytes, in hexadecimal, and `line_ends`."""
        with _LOOKING:  # who asks while another thread is at it waits, and finds it done
            known: tuple[str, NDArray[np.int64]] | None = self.__dict__.get("look")
            if known is None:
                digest, counts = sha256(), [0]
                with Path(self.file).open("rb", buffering=0) as file:
                    for block in _blocks(file):
                        digest.update(block)
                        ends = np.frombuffer(block, np.uint8) == _NEWLINE
                        counts += [int(np.count_nonzero(ends[at : at + INDEX])) for at in range(0, len(ends), INDEX)]
                known = self.__dict__["look"] = (digest.hexdigest(), np.cumsum(np.array(counts, np.int64)))
            return known

    @cached_property
    def prefixes(self) -> list[bytes]:
        """BLAKE3, which is three times as fast, of all bytes up to the end of each block of `PREFIX`, and of all."""
        digest = blake3()
        found = []
        with Path(self.file).open("rb", buffering=0) as file:
            for block in _blocks(file):
                digest.update(block)
                found.append(digest.copy().digest())
        return found

    def prefix(self, stop: int) -> bytes | None:
        """Return the hash of all bytes before `stop`, None if that is neither a multiple of `PREFIX` nor the end."""
        at = -(-stop // PREFIX)
        return self.prefixes[at - 1] if at and (stop % PREFIX == 0 or stop == self.size) else None

    @property
    def unchanged(self) -> bool:
        """Whether the file on disk is, by size and time, the one that was opened."""
        return _stamp(self.original) == self.stamp

    def check_unchanged(self) -> None:
        """
        Make sure that what was read is what was opened.

        Raises
        ------
        InputError
            If the file shrank, grew or was written meanwhile.
        """
        if not self.unchanged:
            raise InputError(f"{self.path} changed while it was read", "run again when whatever writes it has finished")

    @property
    def lines(self) -> int:
        """Number of lines, or of values where a line is not a record."""
        if self.spans is not None:
            return len(self.spans.starts)
        if self.size <= self.begin:
            return 0
        with Path(self.file).open("rb") as file:
            file.seek(self.size - 1)
            return int(self.line_ends[-1]) + (file.read(1) != b"\n")

    def places(self, offsets: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
        """
        Return the lines of the records that begin at ascending offsets, and their columns, if records share lines.

        Both count from 1; each int64, (offsets,).
        """
        if self.spans is not None:
            index = np.searchsorted(self.spans.starts, offsets)
            return self.spans.lines[index], self.spans.columns[index]
        blocks = offsets // INDEX
        lines = self.line_ends[blocks] + 1
        with Path(self.file).open("rb", buffering=0) as file:
            for block in distinct_values(blocks).tolist():
                file.seek(block * INDEX)
                ends = np.flatnonzero(np.frombuffer(file.read(INDEX), np.uint8) == _NEWLINE) + block * INDEX
                mine = slice(*np.searchsorted(blocks, [block, block + 1]).tolist())
                lines[mine] += np.searchsorted(ends, offsets[mine])
        return lines, None


def open_source(number: int, path: str, scratch: Path, shown: str = "") -> Source:
    """
    Open a file for reading: unpack it, decode it, and see what it is.

    What cannot be read from any byte (a packed file, a pipe, standard input, another encoding) is copied to `scratch`
    first, so that every later step may go back to a record by its offset. `shown` is what the file is called in
    reports.

    Raises
    ------
    InputError
        If the file does not exist or cannot be read, or there is no room for its copy.
    """
    name = shown or path
    shown = name.encode("utf-8", "backslashreplace").decode()  # a file name may be any bytes
    copies = _Copies(scratch, number)
    try:
        original = _seekable(path, copies)
        stamp = _stamp(original)
        return replace(_examine(number, shown, original, copies, stamp), name=name)
    except InputError:
        raise
    except OSError as error:
        if error.errno in FULL:  # nothing is written but copies
            raise InputError(
                f"cannot unpack or copy {shown}: the temporary folder {scratch.parent} is full",
                "make room there, or let TMPDIR name another folder",
            ) from error
        raise InputError(
            f"cannot read {shown}: {error.strerror or error}", "check the path and its permissions"
        ) from error


class _Copies:
    """Names of scratch files of one source."""

    def __init__(self, scratch: Path, number: int) -> None:
        self.scratch, self.number, self.made = scratch, number, 0

    def write(self, fill: Callable[[BinaryIO], None]) -> str:
        self.made += 1
        path = self.scratch / f"{self.number}-{self.made}.jsonl"
        with path.open("wb") as file:
            fill(file)
        return str(path)


def _seekable(path: str, copies: _Copies) -> str:
    if path == STDIN:
        data = standard_input()
        return copies.write(lambda file: shutil.copyfileobj(data, file, _COPY))
    mode = os.stat(path).st_mode  # noqa: PTH116  (the path stays a string)
    if stat.S_ISDIR(mode):
        raise InputError(f"{path} is a folder", "name a file")
    if stat.S_ISREG(mode):
        return path
    with Path(path).open("rb") as pipe:
        return copies.write(lambda file: shutil.copyfileobj(pipe, file, _COPY))


def _examine(number: int, shown: str, original: str, copies: _Copies, stamp: tuple[int, int]) -> Source:
    troubles: list[Trouble] = []
    file, packed = _unpack(original, copies, troubles)
    head = _head(file)
    if pointer := lfs.told(head):
        troubles.append(Trouble("lfs-pointer", pointer))
        return Source(number, shown, file, 0, 0, packed, tuple(troubles), None, stamp, original)
    if b"\0" in head and not _wide(head) and head.lstrip()[:1] not in b"{[":
        troubles.append(Trouble("encoding", "the file is binary, not text"))
        return Source(number, shown, file, 0, 0, packed, tuple(troubles), None, stamp, original)
    file = _decode(file, head, copies, troubles)
    head = _head(file)
    begin = 0
    if head.startswith(_BOM):
        begin = len(_BOM)
        troubles.append(Trouble("byte-order-mark", "the file begins with a UTF-8 byte order mark (EF BB BF)"))
    if b"\n" not in head and b"\r" in head.rstrip(b"\r"):
        file = copies.write(_translated(file))
        head = head.replace(b"\r", b"\n")
        troubles.append(Trouble("cr-line-ends", "lines end in a lone carriage return (CR)"))
    size = os.stat(file).st_size  # noqa: PTH116
    spans = None
    if not framing.is_lines(head[begin:], whole=len(head) == size):
        with Path(file).open("rb") as opened:
            spans = framing.values(opened, begin)
        what = "one JSON array" if head[begin:].lstrip()[:1] == b"[" else "JSON objects printed over several lines"
        troubles.append(Trouble("not-jsonl", f"the file is {what}, not one record a line"))
    return Source(number, shown, file, begin, size, packed, tuple(troubles), spans, stamp, original)


def _unpack(path: str, copies: _Copies, troubles: list[Trouble]) -> tuple[str, str]:
    """Return the file with the plain bytes, and how it was packed. What is damaged is read as far as it goes."""
    magic = _head(path)[:4]
    if magic[:2] == _GZIP:
        return copies.write(lambda out: _inflate(path, lambda: zlib.decompressobj(_GZIP_BITS), out, troubles)), "gzip"
    if magic == _ZSTD:
        import zstandard  # noqa: PLC0415  (only such files need it)

        reader = zstandard.ZstdDecompressor(max_window_size=1 << 31)
        return copies.write(lambda out: _inflate(path, reader.decompressobj, out, troubles)), "zstd"
    return path, ""


def _inflate(path: str, decompressor: Callable[[], Any], out: BinaryIO, troubles: list[Trouble]) -> None:
    """
    Unpack a file of one or more members (gzip) or frames (zstd), block by block.

    The stream readers of both libraries either drop the last block of a file that was cut, or do not notice the cut.
    """
    member = decompressor()
    fresh = True  # nothing of this member was read yet
    whole = 0  # bytes up to the last line end
    try:
        with Path(path).open("rb") as packed:
            for block in _blocks(packed):
                rest = block
                while rest:
                    piece = member.decompress(rest)
                    whole = out.tell() + piece.rfind(b"\n") + 1 if b"\n" in piece else whole
                    out.write(piece)
                    fresh, rest = False, b""
                    if member.eof:
                        rest = member.unused_data.lstrip(b"\0")  # tools may pad with zeros
                        member, fresh = decompressor(), True
        reason = "" if fresh else "it ends in the middle"
    except OSError:  # the disk's trouble, not the file's
        raise
    except Exception as error:  # noqa: BLE001  (each library has errors of its own)
        reason = str(error)
    if reason:
        unpacked = f"{out.tell():,} bytes could be unpacked"
        out.truncate(whole)  # the line at the cut is no record
        troubles.append(Trouble("damaged", f"the packed file is cut short or damaged ({reason}): {unpacked}"))


def _decode(path: str, head: bytes, copies: _Copies, troubles: list[Trouble]) -> str:
    """Return a file in UTF-8: the same, or a copy if it is UTF-16 or UTF-32."""
    encoding = _wide(head)
    if not encoding:
        return path

    def recode(out: BinaryIO) -> None:
        with Path(path).open(encoding=encoding, errors="replace", newline="") as text:
            while chunk := text.read(_COPY):
                out.write(chunk.encode("utf-8", "replace"))

    troubles.append(Trouble("encoding", f"the file is in {encoding.upper()}, not in UTF-8"))
    return copies.write(recode)


def _wide(head: bytes) -> str:
    """Tell UTF-16 and UTF-32 by their mark, or UTF-16 by its NUL bytes, as JSON begins with two ASCII characters."""
    marked = next((name for mark, name in _WIDE if head.startswith(mark)), "")
    if marked:
        return marked
    start = head[:4]
    if len(start) == 4 and len(head) % 2 == 0:  # noqa: PLR2004  (two characters of two bytes)
        if start[1] == start[3] == 0 and start[0] and start[2]:
            return "utf-16-le"
        if start[0] == start[2] == 0 and start[1] and start[3]:
            return "utf-16-be"
    return ""


def _translated(path: str) -> Callable[[BinaryIO], None]:
    def fill(out: BinaryIO) -> None:
        with Path(path).open("rb") as file:
            out.writelines(block.replace(b"\r", b"\n") for block in _blocks(file))

    return fill


def _head(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(HEAD)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_COPY):
        yield block


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return (-1, -1)
    return found.st_size, found.st_mtime_ns
