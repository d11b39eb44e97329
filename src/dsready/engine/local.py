"""Running on this machine: in this process, or in a pool of processes started afresh."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import cached_property, lru_cache
from hashlib import sha256
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, Self, TypeVar

import numpy as np

from dsready import registry
from dsready.arrays import distinct_values
from dsready.dataset.dataset import batches_at
from dsready.dataset.reader import BATCH_ROWS, batches, shards
from dsready.dataset.record import OFFSET_BITS
from dsready.engine.fold import Partial, fold, join, start
from dsready.errors import WorkerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from dsready.check import Check
    from dsready.dataset.batch import Batch
    from dsready.dataset.reader import Shard
    from dsready.dataset.settings import Settings
    from dsready.dataset.source import Source
    from dsready.engine.kept import Kept

    Progress = Callable[[int, int], None]

T = TypeVar("T")
P = TypeVar("P")
P_contra = TypeVar("P_contra", contravariant=True)
T_co = TypeVar("T_co", covariant=True)

SHARD_BYTES = 2 << 20
#: Starting the workers costs about as much as scanning this much.
POOL_FROM_BYTES = 8 << 20
#: Records that a worker reads again at a time.
_PORTION = 1024
#: Bytes of a source that they stand in.
_REGION = 1 << 26


class Job(NamedTuple):
    """What workers need to know: the prepared checks, how to read, and where partials are kept."""

    checks: Sequence[Check[Any]]
    sources: Sequence[Source]
    settings: Settings
    batch_rows: int = BATCH_ROWS
    kept: Kept | None = None


class Local:
    """
    The machine that dsready runs on.

    Small inputs are worked on in this process, larger ones also in a pool.

    Parameters
    ----------
    jobs
        Processes to use, this one included.
    total
        Bytes to scan.
    scratch
        A folder for what the workers are handed.
    early
        Start the processes at once: they import what they need while the checks prepare themselves. Otherwise only
        when there is work for them, which there may not be if an earlier run has done it.
    """

    def __init__(self, jobs: int, total: int, scratch: Path, *, early: bool = True) -> None:
        self._scratch = scratch
        self._workers = jobs - 1 if total >= POOL_FROM_BYTES else 0
        if self._workers and early:
            _ = self._pool

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if "_pool" in self.__dict__:
            self._pool.shutdown(wait=False, cancel_futures=True)

    @cached_property
    def _pool(self) -> ProcessPoolExecutor:
        # `spawn`, not `fork`: a forked child inherits locks and threads, and hides what does not pickle.
        pool = ProcessPoolExecutor(self._workers, get_context("spawn"), _outlive_nobody)
        with _one_thread_each(), _deaf():
            for _ in range(self._workers):  # a process is started for each task that finds none idle
                pool.submit(registry.load)
        return pool

    def scan(self, job: Job, *, shard_bytes: int = SHARD_BYTES, progress: Progress | None = None) -> Partial:
        """
        Show every batch to every check.

        Parameters
        ----------
        shard_bytes
            How the work is cut; the result is the same for any.
        progress
            Called now and then with the bytes done and the bytes in all.

        Raises
        ------
        WorkerError
            If a worker process dies.
        """
        work = shards(job.sources, shard_bytes)
        total = sum(shard.stop - shard.start for shard in work)
        found = start(job.checks, len(job.sources))
        done = 0
        for number, part in self._shared(job, _Scan(), work):
            found = join(job.checks, found, part)
            done += work[number].stop - work[number].start
            if progress:
                progress(done, total)
        return found

    def map(self, job: Job, function: Callable[[Batch], T], keys: NDArray[np.int64]) -> list[T]:
        """Read records again, ascending keys, and return what a function, one that pickles, makes of each batch."""
        keys = distinct_values(keys)
        # Cut by place first: what was asked of the same bytes before is known.
        borders = np.flatnonzero(np.diff(keys // _REGION)) + 1
        portions = [
            part for region in np.split(keys, borders) for part in np.array_split(region, len(region) // _PORTION + 1)
        ]
        task = _Again(function, _digest(function) if job.kept else None)
        made = dict(self._shared(job, task, [part for part in portions if len(part)]))
        return [value for number in range(len(made)) for value in made[number]]

    def _shared(self, job: Job, task: Task[P, T], items: Sequence[P]) -> Iterator[tuple[int, T]]:
        """
        Work items off, here and in the pool; yield the number and the result of each as it is done.

        What is kept from earlier runs comes first. Whoever is done with one item takes the next, so nobody waits for
        the others; a worker has its next one at hand.
        """
        waiting = deque(enumerate(items))
        names: list[str | None] = [None] * len(items)
        if job.kept:
            names = [task.name(job.kept, task.source(job, item), item) for item in items]
            some = job.kept.used()
            for _ in range(len(waiting)):
                number, item = waiting.popleft()
                known = job.kept.get(names[number]) if some else None
                if known is None:
                    waiting.append((number, item))
                else:
                    yield number, known
        running: dict[Future[T], int] = {}
        with _dying():
            while waiting or running:
                while len(waiting) > 1 and len(running) < 2 * self._workers:
                    number, item = waiting.popleft()
                    running[self._pool.submit(_handed, self._hand(job), task, item, names[number])] = number
                if waiting:
                    number, item = waiting.popleft()
                    yield number, _done(job, task, item, names[number])
                else:
                    wait(running, return_when=FIRST_COMPLETED)
                for future in [future for future in running if future.done()]:
                    yield running.pop(future), future.result()

    def _hand(self, job: Job) -> str:
        """Write a job to a file once, for every worker to read once: an index of evaluation items may be large."""
        path = self._scratch / f"job-{id(job)}"
        if not path.exists():
            path.write_bytes(pickle.dumps(job))
        return str(path)


def _outlive_nobody() -> None:
    """End a worker when the process that started it has ended, even if that was killed and could tell nobody."""
    parent = parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


@lru_cache(maxsize=1)
def _job(path: str) -> Job:
    job: Job = pickle.loads(Path(path).read_bytes())  # noqa: S301  (written by the parent a moment ago)
    return job


class Task(Protocol[P_contra, T_co]):
    """Something to be done with many items, in any process: it pickles."""

    def __call__(self, job: Job, item: P_contra, /) -> T_co:
        """Do it."""

    def source(self, job: Job, item: P_contra, /) -> Source:
        """Return the one file that it reads."""

    def name(self, kept: Kept, source: Source, item: P_contra, /) -> str | None:
        """Name what comes of it, to be kept for the next run; None if that is not possible."""


class _Scan:
    """Show the batches of a shard to every check."""

    def __call__(self, job: Job, shard: Shard) -> Partial:
        read = batches(self.source(job, shard), shard, job.settings, job.batch_rows)
        return fold(job.checks, start(job.checks, len(job.sources)), read)

    def source(self, job: Job, shard: Shard) -> Source:
        return job.sources[shard.source]

    def name(self, kept: Kept, source: Source, shard: Shard) -> str | None:
        return kept.shard(source, shard)


class _Again(NamedTuple, Generic[T]):
    """
    Read records of one source again, and make something of each batch.

    `digest` tells one function from others; None for one that cannot be told.
    """

    function: Callable[[Batch], T]
    digest: bytes | None

    def __call__(self, job: Job, keys: NDArray[np.int64]) -> list[T]:
        return [self.function(batch) for batch in batches_at(job.sources, keys, job.settings)]

    def source(self, job: Job, keys: NDArray[np.int64]) -> Source:
        return job.sources[int(keys[0]) >> OFFSET_BITS]

    def name(self, kept: Kept, source: Source, keys: NDArray[np.int64]) -> str | None:
        return None if self.digest is None else kept.portion(self.digest, source, keys)


def _digest(function: Callable[[Batch], T]) -> bytes | None:
    try:
        return sha256(pickle.dumps(function)).digest()
    except Exception:  # noqa: BLE001  (one that does not pickle may do in this process)
        return None


def _handed(path: str, task: Task[P, T], item: P, name: str | None) -> T:
    return _done(_job(path), task, item, name)


def _done(job: Job, task: Task[P, T], item: P, name: str | None) -> T:
    with _uncollected():
        made = task(job, item)
    crashed = isinstance(made, Partial) and made.crashed
    # The name has the hash of the bytes that were there in the beginning: are they what was read?
    if job.kept and not crashed and task.source(job, item).unchanged:
        job.kept.put(name, made)
    return made


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """
    Keep the garbage collector from looking through the records of a batch again and again: they hold no cycles.

    That is a tenth of the time of a scan.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@contextlib.contextmanager
def _dying() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise WorkerError(
            "a worker process died",
            "most often the memory ran out: try --jobs 1; a script that calls dsready.lint(..., jobs=2) needs "
            'if __name__ == "__main__":',
        ) from error


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Keep numerical libraries in the workers from starting a thread pool each: there is one process a core already."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update({name: "1" for name in names if before[name] is None})
    try:
        yield
    finally:
        for name in names:
            if before[name] is None:
                os.environ.pop(name, None)


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Ignore Ctrl-C while processes start: they inherit that, and leave interrupts to this one even while importing."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set signals, and gets them
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
