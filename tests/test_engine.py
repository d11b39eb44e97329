"""The report is the same for any way to cut the work, and a crash is that check's own problem."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import weakref
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest

import dsready
from dsready import registry
from dsready.api import run
from dsready.check import Check, Verdict
from dsready.config import Config
from dsready.dataset.source import open_source
from dsready.engine import local
from dsready.engine.fold import Crash, Partial, join, start
from dsready.errors import InputError, WorkerError
from dsready.model import Metric, Rule, Severity

BAD = (
    b"",
    b"{oops",
    b"[1]",
    b'{"a":"\xff"}',
    b'{"odd":1}',
    b'{"messages":[]}',
    b'{"prompt":"a","prompt":"b","completion":"c"}',
)


def lines(rows: list[Any]) -> list[bytes]:
    return [orjson.dumps(row) for row in rows]


def written(path: Path, content: list[bytes]) -> str:
    path.write_bytes(b"\n".join(content) + b"\n")
    return str(path)


@pytest.fixture
def messy(clean):
    """Return lines with every kind of defect among good ones."""
    rows = clean(400)
    near = [dict(row, note="x") for row in rows[:9]]
    mixed = [{"prompt": row["messages"][0]["content"], "completion": "Nobody knows."} for row in clean(20, 3)]
    content = lines(rows + near + rows[20:30] + mixed) + list(BAD)
    random.Random(0).shuffle(content)  # noqa: S311
    return content


@pytest.fixture
def reports(tmp_path, messy, clean):
    """Lint the messy lines against an evaluation set that leaked in part."""
    paths = [written(tmp_path / "a.jsonl", messy[:150]), written(tmp_path / "b.jsonl", messy[150:])]
    held_out = written(tmp_path / "eval.jsonl", [*lines(clean(60, 1) + clean(5)), b'{"odd":1}'])
    return lambda **cut: run(paths, [held_out], Config(), **cut).to_dict()


@pytest.mark.parametrize("rows", [1, 7, 256])
@pytest.mark.parametrize("shard", [100, 5_000, 1 << 40])
def test_shards_and_batches_do_not_show(shard, rows, reports):
    whole = reports()

    assert reports(shard_bytes=shard, batch_rows=rows) == whole
    assert len(whole["summary"]["by_rule"]) > 10


def test_the_number_of_workers_does_not_show(reports, monkeypatch):
    one = reports(jobs=1)
    monkeypatch.setattr(local, "POOL_FROM_BYTES", 1)

    assert reports(jobs=2, shard_bytes=20_000) == one


def test_the_order_of_records_changes_no_count_and_no_score(tmp_path, messy, clean):
    held_out = written(tmp_path / "eval.jsonl", lines(clean(60, 1) + clean(5)))
    found = []
    for seed in range(4):
        random.Random(seed).shuffle(messy)  # noqa: S311
        report = run([written(tmp_path / "train.jsonl", messy)], [held_out], Config())
        counts = {code: count for code, count in report.summary.by_rule.items() if code != "SCH004"}
        found.append((report.score, counts, report.summary.effective))

    assert found == found[:1] * 4


def test_two_runs_give_the_same_bytes(reports):
    assert orjson.dumps(reports()) == orjson.dumps(reports())


class Fragile(Check[int]):
    """
    A check that breaks where it is told to.

    Why it matters: others must go on.

    How to fix: look at the traceback.
    """

    id = "fragile"
    rules = (
        Rule(code="FRA001", name="fragile", severity=Severity.ERROR, dimension="content", summary="never", fix="never"),
    )
    where: str = ""

    def _at(self, place: str) -> None:
        if self.where == place:
            raise RuntimeError(f"broken in {place}")

    def prepare(self, inputs: Any) -> Fragile:  # noqa: ARG002
        self._at("prepare")
        return self

    def start(self) -> int:
        self._at("start")
        return 0

    def update(self, state: int, batch: Any) -> int:
        self._at("update")
        return state + len(batch.filled)

    def merge(self, left: int, right: int) -> int:
        self._at("merge")
        return left + right

    def finish(self, state: int, data: Any) -> Verdict:  # noqa: ARG002
        self._at("finish")
        return Verdict(state, metrics=[Metric.share("content.bad_share", 0, state, "FRA001")])


@pytest.fixture
def fragile(monkeypatch):
    """Install the check, told where to break."""
    installed = registry.load()

    def install(where: str) -> None:
        check = type(
            "Told", (Fragile,), {"__doc__": Fragile.__doc__, "__annotations__": {"where": str}, "where": where}
        )
        monkeypatch.setattr(registry, "load", lambda: {**installed, "fragile": check})

    return install


@pytest.mark.parametrize("where", ["prepare", "start", "update", "finish"])
def test_a_crash_is_that_checks_own_problem(where, fragile, linted, clean):
    fragile(where)

    report = linted(clean(2000), clean(100, 1))

    crashed = [outcome for outcome in report.outcomes if outcome.status == "crashed"]
    assert [outcome.check for outcome in crashed] == ["fragile"]
    assert crashed[0].reason == f"RuntimeError: broken in {where}"
    assert "Traceback" in crashed[0].traceback
    assert {outcome.status for outcome in report.outcomes if outcome.check != "fragile"} == {"passed"}


def test_a_crash_costs_score_and_fails_its_gate(fragile, linted, clean):
    fragile("update")

    report = linted(clean(2000), clean(100, 1))

    content = next(part for part in report.dimensions if part.id == "content")
    assert (report.score, report.ready) == (89, False)
    assert (content.score, content.reason) == (None, "fragile: crashed")
    assert [gate.id for gate in report.gates if not gate.passed] == ["crashed checks"]


def test_checks_that_say_nothing_for_one_reason_are_named_together(linted):
    report = linted([])

    reasons = {part.id: part.reason for part in report.dimensions}
    assert reasons["volume"] == "count: no record could be examined"
    assert reasons["content"] == "knowledge, preference, secrets, text: no record could be examined"


def test_a_check_that_does_not_crash_is_assessed(fragile, linted, clean):
    fragile("nowhere")

    report = linted(clean(2000), clean(100, 1))

    assert (report.score, report.ready) == (100, True)


def test_a_crash_in_merging_is_that_checks_own_problem():
    checks = [Fragile(where="merge"), Fragile()]

    joined = join(checks, start(checks, 1), start(checks, 1))

    assert "broken in merge" in joined.states[0].traceback
    assert joined.states[1] == 0


def test_of_several_crashes_the_first_place_is_kept():
    checks = [Fragile()]
    left, right, whole = (
        Partial([state], start(checks, 1).lines) for state in (Crash(9, "late"), Crash(3, "early"), 5)
    )

    assert join(checks, left, right).states == [Crash(3, "early")]
    assert join(checks, whole, left).states == [Crash(9, "late")]


class Killing:
    """Takes its process with it when it is unpacked there."""

    id = "killing"

    def start(self) -> int:
        return 0

    def __reduce__(self):
        return os._exit, (1,)


def test_a_worker_that_dies_is_named(tmp_path, clean, monkeypatch):
    monkeypatch.setattr(local, "POOL_FROM_BYTES", 1)
    source = open_source(0, written(tmp_path / "a.jsonl", lines(clean(50))), tmp_path)

    job = local.Job([Killing()], [source], Config().settings)

    with pytest.raises(WorkerError, match="a worker process died"), local.Local(2, source.size, tmp_path) as machine:
        machine.scan(job, shard_bytes=2000)


def test_workers_end_with_a_process_that_is_killed(tmp_path):
    script = tmp_path / "killed.py"
    script.write_text(
        "import os, pathlib\n"
        "from dsready.engine import local\n"
        "if __name__ == '__main__':\n"
        "    machine = local.Local(2, 1 << 40, pathlib.Path())\n"
        "    print(machine._pool.submit(os.getpid).result(), flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    worker = int(ended.stdout)

    assert ended.returncode == -9
    deadline = time.monotonic() + 30
    while psutil.pid_exists(worker) and psutil.Process(worker).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the worker goes on"
        time.sleep(0.05)


def test_records_in_memory_are_linted_like_a_file(linted, clean):
    rows = clean(250)

    inside, outside = dsready.lint(rows, eval=clean(60, 1), config={}), linted(rows, clean(60, 1))

    assert (inside.score, inside.summary) == (outside.score, outside.summary)
    assert [file.path for file in inside.inputs] == ["<memory>", "<eval>"]


def test_a_leak_between_records_in_memory_says_which_is_which(clean, found):
    rows = clean(60)

    (leak,) = found(dsready.lint(rows, eval=[*clean(49, 1), rows[6]], config={}), "LEK001")

    assert (str(leak.location), leak.message) == ("<eval>:50", "same prompt as <memory>:7")


def test_the_configuration_for_records_in_memory_is_that_of_the_working_directory(clean, tmp_path, monkeypatch):
    (tmp_path / "dsready.toml").write_text("[gate]\nmin-score = 99\n")
    monkeypatch.chdir(tmp_path)

    assert [gate.required for gate in dsready.lint(clean(30)).gates if gate.id == "score"] == [">= 99"]


def test_no_records_in_memory_are_an_empty_file():
    report = dsready.lint([], config={})

    assert "FMT008" in report.summary.by_rule


def test_records_in_memory_may_come_from_a_generator(clean):
    report = dsready.lint((row for row in clean(30)), config={})

    assert report.summary.records == 30


def test_records_in_memory_are_written_as_they_come(clean):
    (row,) = clean(1)
    kept = []

    def stream():
        for _ in range(100):
            made = type("Row", (dict,), {})(row)
            kept.append(weakref.ref(made))
            yield made
            assert sum(ref() is not None for ref in kept) <= 3

    assert dsready.lint(stream(), config={}).summary.records == 100


def test_objects_in_records_are_told_apart_by_their_content_not_by_their_place_in_memory(clean):
    class Image:
        def __init__(self, pixels):
            self.pixels = pixels

        def tobytes(self):
            return self.pixels

    def report(*images):
        rows = [{**row, "image": image} for row, image in zip(clean(2), images, strict=True)]
        return dsready.lint(rows, config={}).to_dict()

    assert report(Image(b"1"), object()) == report(Image(b"1"), object())
    assert report(Image(b"1"), object()) != report(Image(b"2"), object())


def test_what_follows_a_path_but_is_none_makes_a_record_of_it():
    report = dsready.lint(["train.jsonl", {"prompt": "Where?", "completion": "Here."}], config={})

    assert [finding.rule for finding in report.findings if finding.location] == ["FMT002"]


def test_several_paths_are_one_set(tmp_path, clean):
    rows = lines(clean(60))
    paths = [written(tmp_path / f"{name}.jsonl", part) for name, part in (("a", rows[:20]), ("b", rows[20:]))]

    report = dsready.lint(paths, config={})

    assert report.summary.records == 60
    assert [file.records for file in report.inputs] == [20, 40]


def test_progress_ends_with_all_bytes(tmp_path, clean):
    calls: list[tuple[int, int]] = []
    path = written(tmp_path / "a.jsonl", lines(clean(100)))
    size = Path(path).stat().st_size

    run([path], [], Config(), progress=lambda *call: calls.append(call), shard_bytes=4000)

    assert calls[-1] == (size, size)
    assert calls == sorted(calls)
    assert len(calls) > 3


@pytest.mark.parametrize("cut", [0, 100])
def test_a_file_that_shrinks_while_it_is_read_is_an_error(cut, tmp_path, clean):
    path = written(tmp_path / "a.jsonl", lines(clean(300)))

    def shrink(*_):
        os.truncate(path, cut)

    with pytest.raises(InputError, match=r"a\.jsonl changed while it was read"):
        run([path], [], Config(), progress=shrink, shard_bytes=4000)


def test_a_file_that_vanishes_while_it_is_read_is_an_error(tmp_path, clean):
    path = written(tmp_path / "a.jsonl", lines(clean(300)))

    with pytest.raises(InputError):
        run([path], [], Config(), progress=lambda *_: Path(path).unlink(missing_ok=True), shard_bytes=4000)
