from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

import orjson
import pytest

from dsready.config import Config
from dsready.diff import diff


@pytest.fixture
def write(tmp_path):
    """Write records, or lines as they are, to a file, and return its path."""

    def put(name, records):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [orjson.dumps(record) if isinstance(record, Mapping) else record for record in records]
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        return str(path)

    return put


@pytest.fixture
def compared(write):
    """Compare two lists of records."""

    def run(old, new, **options):
        return diff(write("old.jsonl", old), write("new.jsonl", new), Config(), **options)

    return run


def answered(record, answer):
    record = deepcopy(record)
    record["messages"][1]["content"] = answer
    return record
