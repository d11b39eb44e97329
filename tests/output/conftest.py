from __future__ import annotations

from pathlib import Path

import pytest

from dsready.model import Report

HERE = Path(__file__).parent


@pytest.fixture
def report() -> Report:
    """A passing report with a little of everything."""
    return Report.model_validate_json((HERE / "passing.json").read_bytes())


@pytest.fixture
def failing() -> Report:
    """A report with blockers, a crash and a skipped check."""
    return Report.model_validate_json((HERE / "failing.json").read_bytes())
