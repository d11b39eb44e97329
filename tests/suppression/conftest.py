from __future__ import annotations

import json
import random
from pathlib import Path

import orjson
import pytest

from dsready import api
from dsready.accepting import Acceptance, Wishes
from dsready.config import Config, merge

WRITE, PRUNE = Wishes(writes=True), Wishes(prunes=True)
BASELINE = "dsready-baseline.json"
RULES = ["length", "duplicates", "leakage", "malformed", "count", "schema", "suppressions"]


def held():
    return json.loads(Path(BASELINE).read_bytes())


@pytest.fixture
def rows(clean):
    """Sixty sound records, and three with an empty answer: two of them are the same."""
    made = clean(60)
    for question in ("What is left to say?", "Who else is to come?", "Who else is to come?"):
        turns = [{"role": "user", "content": question}, {"role": "assistant", "content": ""}]
        made.append({"messages": turns})
    return made


@pytest.fixture
def put(tmp_path, monkeypatch):
    """Write records, one a line, into a file of the working directory."""
    monkeypatch.chdir(tmp_path)

    def write(name, records):
        lines = [row if isinstance(row, bytes) else orjson.dumps(row) for row in records]
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        return name

    return write


@pytest.fixture
def lint():
    """Lint files, and save the baseline if that is wished."""

    def run(*paths, evals=(), wishes=None, complete=True, target=(), part=False, **options):
        said = {f"lint.{key}": value for key, value in options.items()}
        config = merge(Config(), {"lint.select": RULES, "target": target, **said})
        acceptance = Acceptance(config, wishes or Wishes(), complete=complete)
        report = api.run(paths, evals, config, acceptance=acceptance, part=part)
        acceptance.save()
        return report

    return run


@pytest.fixture
def shuffled():
    def shuffle(records):
        mixed = list(records)
        random.Random(4).shuffle(mixed)  # noqa: S311
        return mixed

    return shuffle


@pytest.fixture
def counts():
    """Count the reported findings by rule."""

    def count(report, *codes):
        return {code: n for code, n in report.summary.by_rule.items() if not codes or code in codes}

    return count
