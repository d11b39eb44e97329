from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from dsready import cache
from dsready.cli import run


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    for name in ("PRE_COMMIT", "DSREADY_CONFIG", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(cache.OFF, "1")  # what a run sets itself is taken back with it
    monkeypatch.delenv(cache.OFF)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def each(capsys):
    """Judge files in this process; return the exit code, the lines of standard output, and standard error."""

    def call(*arguments: str):
        with pytest.raises(SystemExit) as end:
            run(["lint", "--each-file", "-j1", *arguments])
        seen = capsys.readouterr()
        return end.value.code, seen.out.splitlines(), seen.err

    return call


def write(name: str, content) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else lines(content))
    return name


def lines(records) -> bytes:
    return b"".join(orjson.dumps(record) + b"\n" for record in records)


def failed(*said: str) -> list[str]:
    """Return the files that fail, of the closing lines of the output."""
    return [line.partition(": failed: ")[0] for line in said if ": failed: " in line]
