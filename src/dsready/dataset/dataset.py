"""The data set as checks see it besides the batches: `Inputs` before the scan, `Dataset` after it."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
import orjson

from dsready.arrays import distinct_values
from dsready.dataset.batch import Batch
from dsready.dataset.reader import BATCH_BYTES, BATCH_ROWS, Shard, batches, fetch, first_from, lines, pieces, read_raw
from dsready.dataset.record import OFFSET_BITS, OFFSET_MASK, Record, canonical, take
from dsready.model import Location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from dsready.dataset.settings import Settings
    from dsready.dataset.source import Source

T = TypeVar("T")


class Mapped(Protocol):
    """Does what `Dataset.map` promises, perhaps in other processes."""

    def __call__(self, function: Callable[[Batch], T], keys: NDArray[np.int64], /) -> list[T]:
        """Return what the function makes of each batch of these records."""


#: Into so many stretches the training data is cut, to say where along it something is.
STRETCHES = 100
#: Size of the even sample.
SAMPLE = 2000
#: A report lists at most this many findings of one rule; the count stays exact.
MOST_FINDINGS = 10_000
#: Bytes of the sample: of larger records it has fewer. Up to here a file of no more than `SAMPLE` lines is taken whole.
SAMPLE_BYTES = 32 << 20
#: So many records tell how large they are.
_PROBE = 50
#: What is hashed before the bytes of a record that is no JSON object.
_RAW = b"raw:"


class Inputs:
    """
    What a check may look at in `prepare`: the evaluation sets, whole, and an even sample of the training data.

    Attributes
    ----------
    train, evals
        The opened files.
    settings
        What the user said of the data.
    owners
        The data sets that each file belongs to, by its number, where several are compared; else empty.
    """

    def __init__(
        self,
        train: Sequence[Source],
        evals: Sequence[Source],
        settings: Settings,
        owners: Sequence[frozenset[str]] = (),
    ) -> None:
        self.train = tuple(train)
        self.evals = tuple(evals)
        self.settings = settings
        self.owners = tuple(owners)

    @cached_property
    def sample(self) -> list[Batch]:
        """
        Up to `SAMPLE` records of the training data, evenly spaced by byte position; all, if there are no more.

        Drawn before the scan, so it is the same for any number of workers; a set that is taken whole gives the same
        sample in any order.
        """
        return _sample(self.train, self.settings)

    def release(self) -> None:
        """Forget the sample and the evaluation records: they are for `prepare`, and as large as they are."""
        self.__dict__.pop("sample", None)
        self.__dict__.pop("eval_batches", None)

    @cached_property
    def eval_batches(self) -> list[list[Batch]]:
        """The batches of each evaluation file: they are small, and read once for all checks."""
        return [list(batches(source, _all(source), self.settings)) for source in self.evals]


def _all(source: Source) -> Shard:
    return Shard(source.number, source.begin, source.size)


def _sample(sources: Sequence[Source], settings: Settings) -> list[Batch]:
    total = sum(source.size - source.begin for source in sources)
    if total <= SAMPLE_BYTES and sum(source.lines for source in sources) <= SAMPLE:
        return [batch for source in sources for batch in batches(source, _all(source), settings)]
    sizes = [len(record.raw) for record in _spaced(sources, _step(total, _PROBE), settings)]
    most = min(SAMPLE, SAMPLE_BYTES * len(sizes) // max(sum(sizes), 1))
    records = list(_spaced(sources, _step(total, max(most, _PROBE)), settings))
    return [Batch(records[i : i + BATCH_ROWS], settings) for i in range(0, len(records), BATCH_ROWS)]


def _step(total: int, count: int) -> int:
    """
    Return the bytes from one of at most `count` places to the next: a multiple of a power of two, 8 to 15 times.

    So a set that grows a little has the same places as before, and perhaps one more.
    """
    least = -(-total // count)
    unit = 1 << max(least.bit_length() - 4, 0)
    return -(-least // unit) * unit


def _evenly(sources: Sequence[Source], step: int) -> Iterator[tuple[Source, list[int]]]:
    """Yield for each source the offsets of the records at every so many bytes of all sources together, each once."""
    before = 0
    for source in sources:
        mine = range(source.begin + -before % step, source.size, step)
        before += source.size - source.begin
        yield source, first_from(source, mine)


def _spaced(sources: Sequence[Source], step: int, settings: Settings) -> Iterator[Record]:
    """Read the records at every so many bytes of all sources together, each once."""
    for source, offsets in _evenly(sources, step):
        yield from fetch(source, offsets, settings)


def _fetch(sources: Sequence[Source], keys: NDArray[np.int64], settings: Settings) -> Iterator[Record]:
    keys = distinct_values(keys)
    numbers = keys >> OFFSET_BITS
    for number in distinct_values(numbers).tolist():
        yield from fetch(sources[number], (keys[numbers == number] & OFFSET_MASK).tolist(), settings)


def batches_at(sources: Sequence[Source], keys: NDArray[np.int64], settings: Settings) -> Iterator[Batch]:
    """Read records again as batches, in ascending order of their keys, each record once."""
    records: list[Record] = []
    held = 0
    for record in _fetch(sources, keys, settings):
        records.append(record)
        held += len(record.raw)
        if len(records) >= BATCH_ROWS or held >= BATCH_BYTES:
            yield Batch(records, settings)
            records, held = [], 0
    if records:
        yield Batch(records, settings)


class Dataset:
    """
    What a check may look at in `finish`: totals, places, and single records read again.

    Attributes
    ----------
    sources
        Training files, then evaluation files; a source's number is its index.
    evals
        Number of the first evaluation file.
    settings
        What the user said of the data.
    records
        Records by training source: everything but blank lines. int64, (training sources,).
    usable
        Records that can be trained on, in all.
    effective
        Usable records that no check excludes. Known to checks that are judged last; until then all usable ones.
    listed
        So many findings of a rule are wanted one by one, in the order of their places; of the others only the number.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        evals: int,
        settings: Settings,
        records: NDArray[np.int64],
        usable: int,
        listed: int = MOST_FINDINGS,
        mapped: Mapped | None = None,
    ) -> None:
        self.sources = tuple(sources)
        self.evals = evals
        self.settings = settings
        self.records = records
        self.usable = usable
        self.effective = usable
        self.listed = listed
        self._mapped = mapped
        self._places: dict[int, Location] = {}

    @property
    def train(self) -> tuple[Source, ...]:
        """The training files."""
        return self.sources[: self.evals]

    @cached_property
    def stretches(self) -> NDArray[np.int64]:
        """
        Keys of the first record of each stretch of the training data; int64, (at most `STRETCHES`,).

        Stretches are about equally many bytes; one begins where a record does, so small files have fewer.
        """
        total = sum(source.size - source.begin for source in self.train)
        step = max(-(-total // STRETCHES), 1)
        places = _evenly(self.train, step)
        keys = [source.number << OFFSET_BITS | offset for source, offsets in places for offset in offsets]
        return np.array(keys, np.int64)

    def along(self, keys: NDArray[np.int64]) -> list[int]:
        """Count keys in each stretch; those of other files than the training files are left out."""
        where = self.stretch(keys[keys >> OFFSET_BITS < self.evals])
        counts: list[int] = np.bincount(where, minlength=len(self.stretches)).tolist()
        return counts

    def stretch(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the stretch that each training record stands in, by its place in `stretches`; int64, (keys,)."""
        return np.searchsorted(self.stretches, keys, "right") - 1

    def fetch(self, keys: NDArray[np.int64]) -> Iterator[Record]:
        """
        Read records again, in ascending order of their keys: the one door back to the files.

        Parameters
        ----------
        keys
            int64, any order; each is read once.
        """
        return _fetch(self.sources, keys, self.settings)

    def map(self, function: Callable[[Batch], T], keys: NDArray[np.int64]) -> list[T]:
        """
        Read records again, in ascending order of their keys, and return what a function makes of each batch of them.

        The function may be called in another process: it must pickle.
        """
        if self._mapped is None:
            return [function(batch) for batch in batches_at(self.sources, keys, self.settings)]
        return self._mapped(function, keys)

    def locations(self, keys: NDArray[np.int64] | Sequence[int]) -> list[Location]:
        """Return the place of each record, with its hash, in the order given; best asked for many at once."""
        wanted = np.asarray(keys, np.int64)
        missing = distinct_values(np.array([key for key in wanted.tolist() if key not in self._places], np.int64))
        numbers = missing >> OFFSET_BITS
        for number in distinct_values(numbers).tolist():
            source, offsets = self.sources[number], missing[numbers == number] & OFFSET_MASK
            lines, columns = source.places(offsets)
            rows = zip(
                offsets.tolist(),
                lines.tolist(),
                repeat(None) if columns is None else columns.tolist(),
                read_raw(source, offsets.tolist(), self.settings.max_line_bytes),
                strict=False,  # repeat() has no end
            )
            for offset, line, column, raw in rows:
                self._places[number << OFFSET_BITS | offset] = Location(
                    path=source.path,
                    line=line,
                    byte_offset=offset,
                    column=column,
                    record_sha256=_hash(source, offset, raw, self.settings.suppress_key),
                )
        return [self._places[key] for key in wanted.tolist()]

    def lines(self, keys: NDArray[np.int64]) -> dict[str, list[int]]:
        """Return the lines on which records begin, by file; int64 keys, ascending. Nothing is read but line ends."""
        numbers = keys >> OFFSET_BITS
        return {
            self.sources[number].path: self.sources[number].places(keys[numbers == number] & OFFSET_MASK)[0].tolist()
            for number in distinct_values(numbers).tolist()
        }

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {source.path: source.number for source in reversed(self.sources)}

    def key(self, place: Location | None) -> int | None:
        """Return the key of the record at a place, the way back from `locations`; None if no record stands there."""
        if place is None or place.byte_offset is None or place.path not in self._numbers:
            return None
        return self._numbers[place.path] << OFFSET_BITS | place.byte_offset

    def location(self, key: int, at: int | None = None) -> Location:
        """
        Return the place of one record, with the line and the column of its byte `at`, if one is named.

        Parameters
        ----------
        key
            The record's key.
        at
            Offset within the bytes of the record, which may go over several lines.
        """
        place = self.locations([key])[0]
        if at is None:
            return place
        with Path(self.sources[key >> OFFSET_BITS].file).open("rb") as file:
            file.seek(key & OFFSET_MASK)
            *whole, part = file.read(at).split(b"\n")
        before = 0 if whole or place.column is None else place.column - 1
        column = before + len(part.decode(errors="replace")) + 1
        return place.model_copy(update={"line": (place.line or 1) + len(whole), "column": column})


def record_hash(raw: bytes, without: str = "") -> str:
    """
    Return the hash by which a record is known: SHA-256 of its canonical JSON, in hexadecimal.

    A line that is no JSON object, or too deep to be written, is hashed as it stands, after "raw:". So is one too long
    to be read at once, whatever it holds. What stands under the key `without` is no part of the record.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        value = None
    if without and isinstance(value, dict):
        take(value, without)
    return digest(raw, value).hex()


def hashes(source: Source, settings: Settings) -> Iterator[str]:
    """Yield the hash of every record of a file."""
    for offset, raw in lines(source, settings.max_line_bytes):
        yield _hash(source, offset, raw, settings.suppress_key)


def _hash(source: Source, offset: int, raw: bytes | None, without: str) -> str:
    """Return the hash of a record; of one that is too long, as if it were no JSON, without holding it."""
    if raw is not None:
        return record_hash(raw, without)
    found = sha256(_RAW)
    for piece in pieces(source, offset):
        found.update(piece)
    return found.hexdigest()


def digest(raw: bytes, value: Any) -> bytes:
    """Return the bytes of `record_hash`, for whoever has parsed the line already; None where it is no JSON."""
    form = canonical(value) if isinstance(value, dict) else b""
    return sha256(form or _RAW + raw).digest()
