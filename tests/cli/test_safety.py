"""What a run must never do to its surroundings, whatever becomes of it."""

from __future__ import annotations

import contextlib
import errno
import gzip
import io
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
import zstandard

from dsready.cli import run

#: The working directory of a test is another one, and the paths may be relative.
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(path).resolve()) for path in sys.path)}
#: The folder of a run is made, and is its own: from here on it tidies up.
LOCKED = "*/.dsready-lock"


def dsready(*args, **streams):
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "dsready", *args]
    kept = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    return subprocess.run(command, check=False, env=ENVIRONMENT, **kept)


class Full(io.BytesIO):
    """A file on a full disk."""

    def write(self, _):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("train.jsonl", "the training data"),
        ("./data/../train.jsonl", "the training data"),
        ("soft", "the training data"),
        ("hard", "the training data"),
        ("data/deep/part.jsonl", "the training data"),
        ("held-out.jsonl", "the evaluation data"),
        ("dsready.toml", "the configuration"),
        ("tokenizer.json", "the tokenizer"),
        ("new.json", "another output"),
        ("data/../new.json", "another output"),
    ],
)
def test_no_file_that_is_read_is_written_over(cli, engine, target, what):
    Path("data/deep").mkdir(parents=True)
    for name in ("train.jsonl", "held-out.jsonl", "data/deep/part.jsonl", "tokenizer.json"):
        Path(name).touch()
    Path("dsready.toml").write_text('eval = ["held*.jsonl"]\ntokenizer = "tokenizer.json"\n')
    Path("soft").symlink_to("train.jsonl")
    Path("hard").hardlink_to("train.jsonl")

    result = cli("lint", "tr*.jsonl", "data", "--output", "json=new.json", "--output", f"json={target}")

    assert (result.code, result.out) == (2, "")
    assert result.err == f"error: --output json={target} would overwrite {what}\nhint: give it a file of its own\n"
    assert engine.asked == {}


@pytest.mark.usefixtures("engine")
def test_a_device_can_be_written_twice_and_read_as_well(cli):
    assert cli("lint", "/dev/null", "--output", "json=/dev/null", "--output", "full=/dev/null").code == 0


def test_the_data_on_standard_input_is_not_written_over(tmp_path):
    Path("a.jsonl").write_text('{"prompt": "a", "completion": "b"}\n')
    with Path("a.jsonl").open("rb") as data:
        result = dsready("lint", "-", "--output", f"json={tmp_path / 'a.jsonl'}", stdin=data)

    assert result.returncode == 2
    assert b"would overwrite the training data" in result.stderr


@pytest.mark.parametrize("command", [("lint", "-"), ("report", "-"), ("score", "-"), ("diff", "-", "a.jsonl")])
def test_closed_standard_input_is_an_error(cli, monkeypatch, command):
    monkeypatch.setattr(sys, "stdin", None)

    result = cli(*command)

    assert result.code == 2
    assert result.err == "error: standard input is closed\nhint: pipe data into dsready, or name a file\n"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_full_temporary_folder_is_named(cli, monkeypatch, pack):
    Path("a.jsonl").write_bytes(pack(b'{"prompt": "a", "completion": "b"}\n' * 9))
    monkeypatch.setattr("dsready.dataset.source._Copies.write", lambda _, fill: fill(Full()))

    result = cli("lint", "a.jsonl")

    assert result.code == 2
    assert result.err == (
        f"error: cannot unpack or copy a.jsonl: the temporary folder {tempfile.gettempdir()} is full\n"
        "hint: make room there, or let TMPDIR name another folder\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full disk to offer")
def test_a_full_disk_behind_standard_output_is_an_error():
    with Path("/dev/full").open("wb") as full:
        result = dsready("rule", stdout=full)

    assert result.returncode == 2
    assert result.stderr == f"error: cannot write to standard output: {os.strerror(errno.ENOSPC)}\n".encode()


def test_closed_standard_output_does_not_change_the_verdict():
    command = f"exec {shlex.quote(sys.executable)} -m dsready config schema >&- 2>&-"

    assert subprocess.run(["sh", "-c", command], check=False, env=ENVIRONMENT).returncode == 0


@pytest.mark.parametrize("args", [["lint", "gone.jsonl"], ["lnit"], []])
def test_what_nobody_can_read_does_not_change_the_exit_code(args):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as broken, Path("/dev/full").open("wb") as full:
        assert [dsready(*args, stderr=stream).returncode for stream in (broken, full)] == [2, 2]


# Signals that whoever started the tests ignores would be ignored by what is started here: `nohup`, or a CI's runner.
LISTENING = """
import os, signal, sys
for name in ("SIGHUP", "SIGINT", "SIGTERM"):
    signal.signal(getattr(signal, name), signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])
"""


@contextlib.contextmanager
def started(command, env=ENVIRONMENT, **options):
    """
    Start a program that hears every signal, and leave none behind.

    Its coverage is not measured: who measures holds a lock at nearly every call, and a handler that is called meanwhile
    waits for it for ever.
    """
    ours = {name: value for name, value in env.items() if not name.startswith("COVERAGE_PROCESS")}
    command = [sys.executable, "-c", LISTENING, *command]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=ours, **options) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_being_told_to_end_leaves_nothing_behind(tmp_path, jobs):
    """The second file is a pipe that nobody writes to, or the data is enough for a pool of processes."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    row = '{"prompt": "What is %d?", "completion": "It is the number %d, and that is all there is to it."}\n'
    Path("a.jsonl").write_text("".join(row % (n, n) for n in range(120_000 if jobs == "2" else 1)))
    os.mkfifo("pipe.jsonl")
    args = ["lint", "a.jsonl", *(["pipe.jsonl"] if jobs == "1" else []), "--jobs", jobs, "--no-cache"]
    ours = ENVIRONMENT | {"TMPDIR": str(scratch)}
    with started([sys.executable, "-m", "dsready", *args], stdout=subprocess.PIPE, env=ours) as process:
        until = time.monotonic() + 60
        while not any(scratch.glob("*/job-*" if jobs == "2" else LOCKED)) and time.monotonic() < until:
            time.sleep(0.02)
        process.terminate()
        out, err = process.communicate(timeout=60)

    assert (process.returncode, out) == (143, b"")
    assert err.startswith(b"error: terminated\n")
    assert b"Traceback" not in err
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("heard", [True, False])
def test_a_terminal_that_goes_away_leaves_nothing_behind(tmp_path, heard):
    """Unless the signal is ignored, as with `nohup`."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    os.mkfifo("pipe.jsonl")
    command = [sys.executable, "-m", "dsready", "convert", "pipe.jsonl", "--to", "kto", "-o", "out.jsonl"]
    trap = "" if heard else "trap '' HUP; "
    command = ["sh", "-c", f"{trap}exec {shlex.join(command)}"]
    with started(command, env=ENVIRONMENT | {"TMPDIR": str(scratch)}) as process:
        until = time.monotonic() + 60
        while not any(scratch.glob(LOCKED)) and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGHUP)
        if not heard:
            Path("pipe.jsonl").write_bytes(b"{}\n")
        _, err = process.communicate(timeout=60)

    assert process.returncode == (143 if heard else 1)
    assert err.startswith(b"error: terminated\n") == heard
    assert list(scratch.iterdir()) == []


@pytest.mark.usefixtures("engine")
def test_the_handler_of_the_signal_is_put_back(cli):
    before = signal.getsignal(signal.SIGTERM)
    cli("lint", "a")

    assert signal.getsignal(signal.SIGTERM) is before


def test_in_another_thread_no_handler_is_set():
    ends = []

    def call():
        with pytest.raises(SystemExit) as end:
            run(["--version"])
        ends.append(end.value.code)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()

    assert ends == [0]


def test_closed_standard_input_answers_no_question(cli, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)

    assert cli("decide", "--ask").code == 0
