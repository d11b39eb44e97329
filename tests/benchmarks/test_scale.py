"""Growth is measured from nothing, and then on what earlier runs kept."""

from pathlib import Path

import pytest

from benchmarks import scale
from benchmarks.measure import Measured


@pytest.fixture
def runs(monkeypatch):
    """Collect the runs: their options, and how many records the file had."""
    made = []

    def once(commands, *_, **__):
        (command,) = commands
        train = next(name for name in command if name.endswith("_40.jsonl"))
        with Path(train).open("rb") as file:
            made.append((command[6:], sum(1 for _ in file)))
        return Measured(2.0 / len(made), 2.0, 50.0, 1)

    monkeypatch.setattr("benchmarks.speed.once", once)
    return made


def test_the_file_is_run_without_a_cache_then_with_one_then_grown(runs, tmp_path):
    text = scale.run(tmp_path, [40])

    assert [count for _, count in runs] == [40] * 9 + [50, 60, 70, 80]
    assert ["--no-cache" in options for options, _ in runs] == [True] * 4 + [False] * 9
    assert "again, 10 appended" in text
    assert "0.25" in text  # the median of runs two to four is the third, of ten to thirteen the twelfth


def test_a_failure_ends_it(monkeypatch, tmp_path):
    monkeypatch.setattr("benchmarks.speed.once", lambda *_, **__: Measured(1.0, 1.0, 1.0, 2, "why"))
    with pytest.raises(SystemExit, match="dsready ended with 2: why"):
        scale.run(tmp_path, [40])
