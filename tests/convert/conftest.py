from __future__ import annotations

from typing import Any, NamedTuple

import orjson
import pytest

from dsready.convert.record import convert_record
from dsready.dataset.record import parse


class Converted(NamedTuple):
    value: Any
    lost: set[str]
    changed: set[str]
    reason: str


@pytest.fixture
def converted():
    """Convert one record; a text is the line itself."""

    def run(record: dict[str, Any] | str, to: str) -> Converted:
        line = record.encode() if isinstance(record, str) else orjson.dumps(record)
        outcome = convert_record(parse(0, line), to)
        value = None if outcome.line is None else orjson.loads(outcome.line)
        return Converted(value, outcome.notes.lost, outcome.notes.changed, outcome.reason)

    return run
