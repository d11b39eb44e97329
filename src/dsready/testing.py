"""
For authors of checks: batches and whole runs from rows in memory, and the law as an assertion.

A test of a check is three lines::

    from dsready.testing import assert_lawful, run

    def test_shouting_is_reported() -> None:
        report = run(Shouting(), [{"prompt": "Hi", "completion": "HELLO THERE"}])

        assert [(found.rule, found.location.line) for found in report.findings] == [("SHO001", 1)]

    def test_shouting_obeys_the_law() -> None:
        assert_lawful(Shouting(), [{"prompt": "Hi", "completion": "HELLO"}, b"{broken", ""] * 10)

A row is a dict, or a line as it would stand in the file: text or bytes, which may be broken. Rows are written to a
temporary file first, so that a check may fetch records again as it does in real runs.
"""

from __future__ import annotations

import pickle
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from dsready.arrays import distinct_values
from dsready.dataset.batch import Batch
from dsready.dataset.dataset import Dataset, Inputs
from dsready.dataset.reader import Shard, batches
from dsready.dataset.record import Status, parse
from dsready.dataset.settings import Settings
from dsready.dataset.source import open_source
from dsready.engine import run as engine
from dsready.engine.gates import Terms
from dsready.engine.local import Local
from dsready.files import scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dsready.check import Check, Verdict
    from dsready.dataset.record import Record
    from dsready.dataset.source import Source
    from dsready.model import Dimension, Report

    Row = Mapping[str, Any] | bytes | str

TRAIN, EVAL = "train.jsonl", "eval.jsonl"
#: So many rows at most make a batch in `assert_lawful`: small ones, for there to be many ways to put them together.
MOST_ROWS = 7


def batch(*rows: Row, settings: Settings | None = None) -> Batch:
    """
    Return a batch of rows, for tests of `update` and of columns.

    Keys are those of the first file of a run: `batch({"text": "a"}, {"text": "b"}).keys` is `[0, 13]`.
    """
    settings = settings or Settings()
    records: list[Record] = []
    offset = 0
    for line in map(_line, rows):
        records.append(parse(offset, line, settings.format, settings.suppress_key))
        offset += len(line) + 1
    return Batch(records, settings)


def run(
    check: Check[Any], rows: Iterable[Row], *, evals: Iterable[Row] | None = None, settings: Settings | None = None
) -> Report:
    """
    Run one check over rows through the real engine, and return the report. The check need not be installed.

    Training rows stand in `train.jsonl`, evaluation rows in `eval.jsonl`; lines count from 1. The score is that of the
    dimensions the check belongs to.

    Example
    -------
    >>> from dsready_checks.malformed import Malformed
    >>> [finding.message for finding in run(Malformed(), [{"text": "fine"}, "[1, 2]"]).findings]
    ['an array where an object belongs']

    Raises
    ------
    AssertionError
        If the check raises, which no check may; with its traceback.
    """
    with _opened(rows, evals, settings) as stage:
        feeds: dict[Dimension, frozenset[str]] = {rule.dimension: frozenset({check.id}) for rule in check.rules}
        terms = Terms(rules=frozenset(rule.code for rule in check.rules), levels={}, feeds=feeds)
        with Local(1, 0, Path()) as machine:
            report = engine.run([check], stage.inputs, terms, machine)
    for outcome in report.outcomes:
        _demand(outcome.status != "crashed", f"{check.id} raised:\n{outcome.traceback}")
    return report


def assert_lawful(
    check: Check[Any],
    rows: Iterable[Row],
    *,
    evals: Iterable[Row] | None = None,
    settings: Settings | None = None,
    seed: int = 0,
    ways: int = 20,
) -> None:
    """
    Make sure that a check obeys the law: any split of the rows, merged in any order, gives the same verdict.

    The rows are cut into batches and dealt to states in `ways` random ways: batches of any size, in any order, states
    that see nothing, states that go on after a merge, merges in any order. States and the prepared check go through
    `pickle`, as they do between processes. The right-hand side of a merge must come out of it as it went in. And the
    check must be buildable without options.

    Use rows of all kinds, good and bad: a law is only as well tested as the rows are varied.

    Example
    -------
    >>> from dsready_checks.count import Count
    >>> assert_lawful(Count(), [{"text": "one"}, "{broken", "", {"text": "two"}])

    Raises
    ------
    AssertionError
        If the law is broken; the message says how, and which seed shows it again.
    """
    type(check)()
    with _opened(rows, evals, settings) as stage:
        prepared: Check[Any] = check.prepare(stage.inputs)
        worker: Check[Any] = pickle.loads(pickle.dumps(prepared))  # noqa: S301  (what was just pickled)
        whole = prepared.start()
        for part in stage.batches([len(records) for records in stage.records]):
            whole = prepared.update(whole, part)
        expected = _comparable(prepared.finish(whole, stage.data()))
        for way in range(ways):
            random = Random(f"{seed}/{way}")  # noqa: S311  (a way to be chosen, not a secret)
            actual = _comparable(prepared.finish(_fold(worker, stage, random), stage.data()))
            for name, value in expected.items():
                same = actual[name] == value
                where = f"way {way} of seed {seed}"
                _demand(
                    same, f"{check.id}: {name} depend on how the rows are split ({where}):\n{actual[name]}\n!=\n{value}"
                )


@dataclass(frozen=True)
class _Stage:
    """Rows as a run sees them: the opened files, and the records of each training file."""

    inputs: Inputs
    records: Sequence[Sequence[Record]]

    @property
    def settings(self) -> Settings:
        return self.inputs.settings

    def batches(self, sizes: Sequence[int] | Callable[[], int]) -> Iterator[Batch]:
        """Cut the records of each file into batches: of one size a file, or of sizes asked for one by one."""
        for number, records in enumerate(self.records):
            begin = 0
            while begin < len(records):
                size = sizes() if callable(sizes) else sizes[number]
                yield Batch(records[begin : begin + size], self.settings)
                begin += size

    def data(self) -> Dataset:
        """Return what `finish` is given."""
        lines = np.array([Batch(records, self.settings).statuses for records in self.records])
        train, evals = self.inputs.train, self.inputs.evals
        counts = lines.sum(axis=1) - lines[:, Status.BLANK]
        return Dataset([*train, *evals], len(train), self.settings, counts, int(lines[:, Status.USABLE].sum()))


@contextmanager
def _opened(rows: Iterable[Row], evals: Iterable[Row] | None, settings: Settings | None) -> Iterator[_Stage]:
    settings = settings or Settings()
    with scratch() as folder:

        def source(number: int, name: str, lines: Iterable[Row]) -> Source:
            path = folder / name
            path.write_bytes(b"".join(_line(row) + b"\n" for row in lines))
            return open_source(number, str(path), folder, name)

        train = source(0, TRAIN, rows)
        held_out = [] if evals is None else [source(1, EVAL, evals)]
        everything = Shard(train.number, train.begin, train.size)
        records = [record for part in batches(train, everything, settings) for record in part.records]
        yield _Stage(Inputs([train], held_out, settings), [records])


def _line(row: Row) -> bytes:
    if isinstance(row, bytes):
        return row
    return row.encode("utf-8", "surrogatepass") if isinstance(row, str) else orjson.dumps(row)


def _fold(check: Check[Any], stage: _Stage, random: Random) -> Any:
    """Deal the batches to some states in a random order, merge these at random, and return the last one left."""
    dealt = list(stage.batches(lambda: random.randint(1, MOST_ROWS)))
    random.shuffle(dealt)
    states = [check.start() for _ in range(random.randint(1, 5))]
    given: list[tuple[Any, bytes]] = []
    while dealt or len(states) > 1:
        if len(states) > 1 and random.random() < (0.2 if dealt else 1):
            right = states.pop(random.randrange(len(states)))
            place = random.randrange(len(states))
            given.append((right, pickle.dumps(right)))
            states[place] = check.merge(states[place], right)
        else:
            place = random.randrange(len(states))
            states[place] = check.update(states[place], dealt.pop())
        if random.random() < 1 / 2:
            states[place] = pickle.loads(pickle.dumps(states[place]))  # noqa: S301  (what was just pickled)
    for right, before in given:  # only now: `left` may have kept a piece of it and changed that later
        _demand(pickle.dumps(right) == before, f"{check.id}: merge changes its right-hand side")
    return states[0]


def _comparable(verdict: Verdict) -> dict[str, Any]:
    """Return all a verdict says, in an order of its own."""
    return {
        "examined": verdict.examined,
        "findings": sorted(finding.model_dump_json() for finding in verdict.findings),
        "counts": {code: count for code, count in sorted(verdict.counts.items()) if count},
        "metrics": sorted(metric.model_dump_json() for metric in verdict.metrics),
        "excludes": distinct_values(verdict.excludes).tolist(),
        "marks": {code: distinct_values(keys).tolist() for code, keys in sorted(verdict.marks.items()) if len(keys)},
        "profile": verdict.profile,
        "places": sorted({place.model_dump_json() for place in verdict.places}),
        "skipped": verdict.skipped,
    }


def _demand(holds: bool, otherwise: str) -> None:
    """Raise where a demand does not hold; unlike `assert`, under `python -O` too."""
    if not holds:
        raise AssertionError(otherwise)
