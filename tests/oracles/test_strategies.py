import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles.agree import found, made, made_files
from oracles.defects import defects, places
from oracles.registry import ORACLES
from oracles.shapes import shape_of, shape_of_file
from oracles.strategies import SHAPES, examples, mutate, rows


@given(st.data(), st.sampled_from(sorted(SHAPES)))
def test_a_record_of_a_shape_has_that_shape(data: st.DataObject, shape: str) -> None:
    record = data.draw(SHAPES[shape])

    assert shape_of(record) == shape
    assert json.loads(json.dumps(record)) == record


@given(st.data(), st.sampled_from(sorted(SHAPES)))
def test_a_spoilt_record_differs_from_the_good_one(data: st.DataObject, shape: str) -> None:
    record = data.draw(SHAPES[shape])
    before = json.dumps(record)

    name, spoilt = data.draw(mutate(st.just(record)))

    assert name
    assert json.dumps(spoilt) != before
    assert json.dumps(record) == before


def test_the_same_records_are_made_every_time() -> None:
    assert examples(SHAPES["chat"], 5) == examples(SHAPES["chat"], 5)
    assert len(list(rows("chat", 1))) > 50


def test_every_defect_has_a_name_of_its_own() -> None:
    names = [name for name, _ in defects({"messages": [{"role": "user", "content": "a"}]})]

    assert len(names) == len(set(names))
    assert {"extra key", "/messages: missing", "/messages/0/role: role 'human'", "/messages/0: weight 0.5"} <= {*names}


def test_a_schema_is_not_gone_into() -> None:
    record = {"tools": [{"a": 1}], "messages": [{"content": "x"}]}

    assert [path for path, _ in places(record)] == [
        ("tools",),
        ("messages",),
        ("messages", 0),
        ("messages", 0, "content"),
    ]


@pytest.mark.parametrize("oracle", ORACLES, ids=lambda oracle: oracle.name)
def test_every_oracle_has_records_to_judge(oracle) -> None:
    assert set(oracle.parts) <= set(SHAPES)


@pytest.mark.parametrize(
    ("record", "shape"),
    [
        ([1], ""),
        ({"a": 1}, ""),
        ({"conversations": []}, "sharegpt"),
        ({"messages": "[]"}, "chat"),
        ({"messages": [{"role": "user", "content": []}], "tools": []}, "tools"),
        ({"messages": [{"role": "user", "content": [{"text": "a"}]}]}, "converse"),
    ],
)
def test_shapes_of_odd_records(record: object, shape: str) -> None:
    assert shape_of(record) == shape


def test_a_file_has_the_shape_of_its_first_record(tmp_path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text('\n{\n[]\n{"text": "a"}\n{"prompt": "a", "completion": "b"}\n')

    assert shape_of_file(path) == "text"


def test_lines_of_data_are_rows_once_each(tmp_path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(b'{"text": "a"}\n{"text": "a"}\n\xff\n{\n[1]\n{"text": "b"}\r\n{"text": "c"}\n')

    assert [row.text for row in found([path], 6)] == ['{"text": "a"}', '{"text": "b"}']


def test_made_rows_begin_with_a_good_one() -> None:
    first, second, *_ = made(["text", "unheard of"], 1)

    assert (first.defect, second.defect) == ("none", "extra key")


def test_made_files_have_ten_records() -> None:
    files = made_files(["text"])

    shape, path = next(files)

    assert shape == "text"
    assert len(path.read_text().splitlines()) == 10
