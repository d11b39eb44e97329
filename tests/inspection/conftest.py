from __future__ import annotations

import os
from pathlib import Path

import pytest

from dsready import cache
from dsready.cli import run
from dsready.model import Report

REPORTS = Path(__file__).parent.parent / "output"


@pytest.fixture
def passing():
    return Report.model_validate_json((REPORTS / "passing.json").read_bytes())


@pytest.fixture
def show(capsys, monkeypatch):
    """Run `dsready show`, and return exit code, standard output and standard error."""
    for name in (cache.OFF, cache.DIR):  # the command sets them, and other tests want their own
        monkeypatch.setenv(name, os.environ.get(name, ""))

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            run(["show", "-j", "1", *map(str, arguments)])
        return end.value.code, *capsys.readouterr()

    return call
