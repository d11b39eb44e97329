"""A command is measured with all its processes."""

import os
import sys
import time

import psutil

from benchmarks.measure import Measured, measure

CHILD = """
import time
held = bytearray(60_000_000)
while time.process_time() < 0.2: pass
time.sleep(0.6)
"""
PARENT = f"""
import subprocess, sys
children = [subprocess.Popen([sys.executable, "-c", {CHILD!r}]) for _ in range(2)]
for child in children: child.wait()
"""


def run(code, folder, timeout=60.0, sample=True):
    return measure([sys.executable, "-c", code], folder, timeout=timeout, env=os.environ, sample=sample)


def test_memory_and_processor_time_are_those_of_all_processes(tmp_path):
    done = run(PARENT, tmp_path)
    assert done.code == 0
    assert done.peak > 120
    assert done.cpu >= 0.4
    assert done.wall > 0


def test_without_sampling_memory_is_not_known(tmp_path):
    done = run("pass", tmp_path, sample=False)
    assert (done.code, done.peak) == (0, 0)


def test_a_failure_has_its_last_line(tmp_path):
    done = run("import sys; print('first', file=sys.stderr); sys.exit('the reason')", tmp_path)
    assert (done.code, done.trouble) == (1, "the reason")


def test_a_command_is_stopped_with_its_children_when_its_time_is_over(tmp_path):
    begun = tmp_path / "begun"
    child = f"import os, pathlib, time; pathlib.Path({str(begun)!r}).write_text(str(os.getpid())); time.sleep(600)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    done = run(parent, tmp_path, timeout=2.0)
    assert done.code is None
    if begun.exists():
        pid, deadline = int(begun.read_text()), time.monotonic() + 30
        while not gone(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert gone(pid)


def gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_commands_run_one_after_the_other_add_up():
    both = Measured(1.0, 2.0, 30.0, 0, "a") + Measured(2.0, 1.0, 40.0, 1)
    assert both == Measured(3.0, 3.0, 40.0, 1, "a")
    assert (both + Measured(1.0, 1.0, 1.0, None)).code is None
