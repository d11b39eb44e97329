"""Measures a command as a whole: its processes, their processor time, their memory."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_MB = 1 << 20
#: Seconds between two looks at the memory: often enough for a short run, seldom enough not to disturb a long one.
_SHORTEST, _LONGEST = 0.02, 0.25


@dataclass(frozen=True)
class Measured:
    """
    What a command took.

    Attributes
    ----------
    wall, cpu
        Seconds; `cpu` is user and system time of the process and all its children.
    peak
        MB, the highest sum over all processes alive at one moment; 0 if the memory was not sampled.
    code
        The exit code; None if it was stopped after the time allowed.
    trouble
        The last line on standard error.
    """

    wall: float
    cpu: float
    peak: float
    code: int | None
    trouble: str = ""

    def __add__(self, other: Measured) -> Measured:
        """Return the sum of two commands run one after the other."""
        code = None if None in (self.code, other.code) else max(self.code or 0, other.code or 0)
        peak = max(self.peak, other.peak)
        return Measured(self.wall + other.wall, self.cpu + other.cpu, peak, code, other.trouble or self.trouble)


class _Sampler(threading.Thread):
    """Looks at a tree of processes until told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(pid)
        self._over = threading.Event()
        self._cpu: dict[int, float] = {}
        self.peak = 0.0

    def run(self) -> None:
        start = time.perf_counter()
        pause = _SHORTEST
        while not self._over.wait(pause):
            with suppress(psutil.Error):
                self._look()
            pause = min(_LONGEST, max(_SHORTEST, (time.perf_counter() - start) / 50))

    def _look(self) -> None:
        total = 0
        for process in (self._root, *self._root.children(recursive=True)):
            with suppress(psutil.Error):
                total += memory(process)
                times = process.cpu_times()
                self._cpu[process.pid] = times.user + times.system
        self.peak = max(self.peak, total / _MB)

    def finish(self) -> float:
        """Stop, and return the processor time seen: that of children nobody waited for is in no other number."""
        self._over.set()
        self.join()
        return sum(self._cpu.values())


def memory(process: psutil.Process) -> int:
    """Return the bytes of a process: its share of what it shares with others (PSS), or its own (USS), or all (RSS)."""
    try:
        full = process.memory_full_info()
    except (psutil.AccessDenied, AttributeError):
        return int(process.memory_info().rss)
    return int(getattr(full, "pss", 0) or full.uss)


def measure(command: Sequence[str], folder: Path, *, timeout: float, env: Mapping[str, str], sample: bool) -> Measured:
    """
    Run a command in a folder, and measure it.

    Sampling costs time on the processors that are measured, so runs that are timed are best not sampled.
    """
    with tempfile.TemporaryFile() as errors:
        late = threading.Event()
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
        )

        def stop() -> None:
            late.set()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its own session: nobody else's processes

        alarm = threading.Timer(timeout, stop)
        alarm.start()
        sampler = _Sampler(process.pid) if sample else None
        if sampler:
            sampler.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        alarm.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        seen = sampler.finish() if sampler else 0.0
        errors.seek(0)
        lines = errors.read().decode(errors="replace").strip().splitlines()
    cpu = max(usage.ru_utime + usage.ru_stime, seen)
    code = None if late.is_set() else process.returncode
    return Measured(wall, cpu, sampler.peak if sampler else 0.0, code, lines[-1] if lines else "")
