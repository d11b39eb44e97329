from __future__ import annotations

from pathlib import Path

import pytest

from dsready.cli import run
from dsready.model import Report

REPORTS = Path(__file__).parent.parent / "output"


@pytest.fixture
def passing():
    return Report.model_validate_json((REPORTS / "passing.json").read_bytes())


@pytest.fixture
def show(capsys, monkeypatch):
    """Run `dsready show`, and return exit code, standard output and standard error."""
    monkeypatch.setenv("DSREADY_NO_CACHE", "")  # --no-cache sets it, for the tests that come after, too

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            run(["show", "-j", "1", *map(str, arguments)])
        return end.value.code, *capsys.readouterr()

    return call
