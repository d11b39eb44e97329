"""The gate reads a data set as it is stored, and refuses what it cannot read; at the end, the real data sets."""

from __future__ import annotations

import orjson
import pytest

from dsready.errors import ConfigError, DatasetNotReadyError
from dsready.integrations.trl import gate


class Columns:
    """A data set like those of the library: columns, and a format that is no business of the gate."""

    def __init__(self, rows, form="torch"):
        self.rows, self.form = rows, form

    def __len__(self):
        return len(self.rows)

    def with_format(self, form):
        return Columns(self.rows, form)

    def iter(self, size):
        assert self.form is None
        for start in range(0, len(self.rows), size):
            part = self.rows[start : start + size]
            yield {key: [row[key] for row in part] for key in part[0]}


def test_rows_become_records(clean):
    rows = clean(1200)

    report = gate(Columns(rows), Columns(clean(60, 1)))

    assert (report.summary.records, report.inputs[1].records) == (1200, 60)
    assert report.to_dict() == gate(rows, clean(60, 1)).to_dict()


def test_a_leak_is_told_with_both_rows(clean):
    rows = clean(600)

    with pytest.raises(DatasetNotReadyError, match="LEK001 exact-leak: <eval>:61: same prompt as <memory>:5"):
        gate(Columns(rows), Columns([*clean(60, 1), rows[4]]))


def test_options_are_those_of_lint(clean):
    with pytest.raises(DatasetNotReadyError, match="required >= 95, found"):
        gate(Columns(clean(600)), Columns(clean(60, 1)), min_score=95)


def test_it_works_without_an_evaluation_set(clean):
    assert gate(Columns(clean(600))).score == 89


def test_several_sets_are_refused(clean):
    with pytest.raises(ConfigError, match="dict: that is several data sets"):
        gate(clean(6), {"short": Columns(clean(6)), "long": Columns(clean(6))})


def test_a_stream_is_refused(clean):
    with pytest.raises(ConfigError, match="generator: nobody knows where it ends") as caught:
        gate(row for row in clean(6))

    assert "dsready.lint" in caught.value.hint


def test_a_path_is_no_stream(clean, tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in clean(600)))

    assert gate(path).score == gate(str(path)).score == 89
    with pytest.raises(ConfigError, match="no data set: NoneType"):
        gate(None)


def test_what_is_no_data_set_is_refused():
    with pytest.raises(ConfigError, match="no data set: Sampler"):
        gate(type("Sampler", (), {"__len__": lambda _: 7})())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what the library and its dependencies warn of is theirs
def test_the_real_data_sets_are_read(clean):
    datasets = pytest.importorskip("datasets", reason="needs the extra `trl`")
    rows, held_out = clean(1200), clean(60, 1)
    stored = datasets.Dataset.from_list(rows)

    expected = gate(rows, held_out).to_dict()
    assert gate(stored, datasets.Dataset.from_list(held_out)).to_dict() == expected
    assert gate(stored.with_format("numpy"), datasets.Dataset.from_list(held_out)).to_dict() == expected
    assert gate(stored.with_transform(lambda rows: {"none": rows["messages"]}), held_out).to_dict() == expected
    assert gate(stored.select(range(600)), held_out).summary.records == 600
    with pytest.raises(ConfigError, match="DatasetDict: that is several"):
        gate(datasets.DatasetDict(train=stored))
    with pytest.raises(ConfigError, match="IterableDataset: nobody knows"):
        gate(stored.to_iterable_dataset())
