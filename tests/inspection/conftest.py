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
def show(capsys):
    """Run `dsready show`, and return exit code, standard output and standard error."""

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            run(["show", "-j", "1", *map(str, arguments)])
        return end.value.code, *capsys.readouterr()

    return call
