from __future__ import annotations

import gzip
import json

import numpy as np
import pytest

from dsready.dataset.lookup import record_at
from dsready.dataset.source import INDEX, open_source
from dsready.errors import InputError

OBJECTS = [{"prompt": "ü" * number, "completion": "line\nbreak"} for number in range(7)]


@pytest.fixture
def opened(tmp_path):
    def write(content: bytes):
        path = tmp_path / "a.jsonl"
        path.write_bytes(content)
        return open_source(0, str(path), tmp_path)

    return write


def starts_of_lines(content: bytes, begin: int) -> list[int]:
    starts = [begin, *(at + 1 for at, byte in enumerate(content) if byte == ord("\n"))]
    return [at for at in starts if at < len(content)]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n"])
@pytest.mark.parametrize("length", [1, 3, INDEX - 1, INDEX, INDEX + 1])
def test_every_line_is_found_wherever_blocks_end(opened, mark, end, length):
    lines = [b'{"a":1}', b"", b" " * length, b"x" * length, b'{"b":2}', b"", b"\r", b'{"c":3}']
    content = mark + b"\n".join(lines) + end
    source = opened(content)

    starts = starts_of_lines(content, source.begin)
    assert source.lines == len(starts)
    assert [record_at(source, line) for line in range(1, len(starts) + 1)] == starts
    assert [record_at(source, line, 99) for line in range(1, len(starts) + 1)] == starts
    with pytest.raises(InputError, match=f"has no line {len(starts) + 1}"):
        record_at(source, len(starts) + 1)


@pytest.mark.parametrize("indent", [0, 1, 4])
def test_every_line_and_column_of_a_record_of_many_lines_leads_to_it(opened, indent):
    text = json.dumps(OBJECTS, indent=indent, ensure_ascii=False)
    source = opened(text.encode())
    assert source.spans is not None

    for start, end, line, column in zip(*source.spans, strict=True):
        held = text.encode()[start:end].count(b"\n")
        assert record_at(source, int(line), int(column)) == start
        assert {record_at(source, int(one)) for one in range(line, line + held + 1)} == {start}
    with pytest.raises(InputError, match="no record stands in line"):
        record_at(source, text.count("\n") + 3)


def test_records_that_share_a_line_are_told_by_the_column(opened):
    text = json.dumps(OBJECTS, ensure_ascii=False)
    source = opened(text.encode())

    columns = [text.index(json.dumps(one, ensure_ascii=False)) + 1 for one in OBJECTS]
    assert [record_at(source, 1, column) for column in columns] == source.spans.starts.tolist()
    assert [record_at(source, 1, column + 5) for column in columns] == source.spans.starts.tolist()
    with pytest.raises(InputError, match="7 records begin in line 1") as caught:
        record_at(source, 1)
    assert ":1:2, 1:" in caught.value.hint
    with pytest.raises(InputError, match="no record stands in line 1 of"):
        record_at(source, 1, 1)


def test_the_lines_of_a_packed_file_are_those_of_its_text(opened):
    source = opened(gzip.compress(b'{"a":1}\n{"b":2}\n'))

    assert [record_at(source, line) for line in (1, 2)] == [0, 8]


@pytest.mark.parametrize("place", [(0,), (1, 0)])
def test_lines_and_columns_count_from_one(opened, place):
    with pytest.raises(InputError, match="counted from 1"):
        record_at(opened(b'{"a":1}\n'), *place)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xef\xbb\xbf", b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 9\n" % (b"0" * 64)],
)
def test_a_file_without_records_says_why(opened, content):
    with pytest.raises(InputError, match="holds no record") as caught:
        record_at(opened(content), 1)

    assert ("LFS" in caught.value.hint) == content.startswith(b"version")


def test_offsets_are_those_that_reports_name(opened):
    source = opened(b"".join(b'{"a":%d}\n' % number for number in range(9000)))
    offsets = np.array([record_at(source, line) for line in (1, 2, 4000, 9000)])

    assert source.places(offsets)[0].tolist() == [1, 2, 4000, 9000]
