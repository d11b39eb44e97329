"""Every line of a file is read once, whatever the shards, the batches and the blocks."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dsready.dataset import reader
from dsready.dataset.reader import batches, fetch, shards
from dsready.dataset.record import OFFSET_BITS, OFFSET_MASK, OVERSIZED, Status
from dsready.dataset.settings import Settings
from dsready.dataset.source import open_source

GOOD = b'{"prompt":"a","completion":"b"}'
INFINITE = 1 << 40
#: A first line that is an object of its own, so that the file is one record a line.
LINES = st.lists(st.sampled_from([GOOD, b"", b" ", b"[1]", b"{", b"\xff", b'{"a":1}\r', b"x" * 9]), max_size=12)


def opened(content: bytes, folder: Path, number: int = 0):
    path = folder / "a.jsonl"
    path.write_bytes(content)
    return open_source(number, str(path), folder)


def read(source, *, shard=INFINITE, rows=256, size=1 << 18, limit=64 << 20):
    settings = Settings(max_line_bytes=limit)
    return [
        record
        for part in shards([source], shard)
        for batch in batches(source, part, settings, rows, size)
        for record in batch.records
    ]


def line_numbers(source, records):
    return source.places(np.array([record.key & OFFSET_MASK for record in records], np.int64))[0].tolist()


def places(records):
    return [(record.key & OFFSET_MASK, record.raw) for record in records]


def expected(content: bytes, begin: int = 0):
    """Return offset and bytes of each line; what stands behind the last line end is a line if it is not empty."""
    found, offset = [], begin
    for line in content[begin:].split(b"\n"):
        found.append((offset, line))
        offset += len(line) + 1
    return found if found[-1][1] else found[:-1]


@pytest.mark.parametrize("shard", [1, 7, 1000, INFINITE])
@pytest.mark.parametrize("rows", [1, 3, 256])
@given(lines=LINES, mark=st.sampled_from([b"", b"\xef\xbb\xbf"]), end=st.sampled_from([b"", b"\n", b"\r\n", b"\n\n"]))
@example(lines=[], mark=b"\xef\xbb\xbf", end=b"")
def test_every_line_is_read_once_for_any_shard_and_batch(shard, rows, lines, mark, end):
    content = mark + b"\n".join([GOOD, *lines]) + end
    with tempfile.TemporaryDirectory() as folder:
        source = opened(content, Path(folder))

        records = read(source, shard=shard, rows=rows)

        assert places(records) == expected(content, len(mark))
        assert source.lines == len(records)
        assert line_numbers(source, records) == list(range(1, len(records) + 1))


@pytest.mark.parametrize("block", [1, 2, 5, 32, 33])
@given(lines=LINES, shard=st.sampled_from([1, 7, INFINITE]), limit=st.sampled_from([8, 31, 32, 1000]))
def test_the_borders_of_blocks_do_not_show(block, lines, shard, limit):
    content = b"\n".join([GOOD, *lines])
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        source = opened(content, Path(folder))
        patch.setattr(reader, "BLOCK", block)

        records = read(source, shard=shard, limit=limit)

        assert places(records) == [(offset, raw if len(raw) <= limit else b"") for offset, raw in expected(content)]
        assert [record.trouble.startswith(OVERSIZED) for record in records] == [
            len(raw) > limit for _, raw in expected(content)
        ]


def test_a_file_without_bytes_has_no_records(tmp_path):
    source = opened(b"", tmp_path)

    assert read(source) == []
    assert source.lines == 0


def test_a_file_of_blank_lines_has_blank_records(tmp_path):
    source = opened(b"\n \n\t\n", tmp_path)

    assert [record.status for record in read(source)] == [Status.BLANK] * 3


def test_carriage_returns_before_line_ends_are_white_space(tmp_path):
    source = opened(GOOD + b"\r\n\r\n" + GOOD + b"\r\n", tmp_path)

    assert [record.status for record in read(source)] == [Status.USABLE, Status.BLANK, Status.USABLE]


def test_the_byte_order_mark_is_no_part_of_the_first_record(tmp_path):
    source = opened(b"\xef\xbb\xbf" + GOOD, tmp_path)

    (record,) = read(source)

    assert (record.raw, record.key) == (GOOD, 3)


def test_a_line_separator_within_a_string_ends_no_line(tmp_path):
    line = '{"prompt":"a\u2028b\u2029c\x85d","completion":"e"}'.encode()
    source = opened(line + b"\n" + line, tmp_path)

    assert [record.status for record in read(source)] == [Status.USABLE] * 2


def test_a_line_over_the_limit_is_counted_but_not_loaded(tmp_path):
    source = opened(GOOD + b"\n" + b'"' + b"x" * 100 + b'"\n' + GOOD, tmp_path)

    records = read(source, limit=50)

    assert [record.trouble.startswith(OVERSIZED) for record in records] == [False, True, False]
    assert records[1].raw == b""
    assert line_numbers(source, records) == [1, 2, 3]


def test_a_batch_is_closed_at_its_bytes_too(tmp_path):
    source = opened(b"\n".join([GOOD] * 10), tmp_path)

    found = list(batches(source, shards([source], INFINITE)[0], Settings(), 256, 2 * len(GOOD)))

    assert [len(batch.records) for batch in found] == [2] * 5


def test_the_number_of_the_source_is_in_every_key(tmp_path):
    source = opened(GOOD + b"\n" + GOOD, tmp_path, number=3)

    assert {record.key >> OFFSET_BITS for record in read(source)} == {3}


@given(lines=LINES, limit=st.sampled_from([8, 31, 1000]))
def test_a_record_read_again_is_the_same(lines, limit):
    with tempfile.TemporaryDirectory() as folder:
        source = opened(b"\n".join([GOOD, *lines]), Path(folder))
        records = read(source, limit=limit)

        again = list(fetch(source, [record.key & OFFSET_MASK for record in records], Settings(max_line_bytes=limit)))

        assert again == records


@pytest.mark.parametrize("shard", [1, 7, 1000, INFINITE])
def test_the_values_of_an_array_are_read_once_for_any_shard(shard, tmp_path):
    source = opened(b"[\n" + b",\n".join([GOOD, b"1", b'{"a": [1, 2]}']) + b"\n]\n", tmp_path)

    records = read(source, shard=shard)

    assert [record.raw for record in records] == [GOOD, b"1", b'{"a": [1, 2]}']
    assert line_numbers(source, records) == [2, 3, 4]


def test_a_value_of_an_array_over_the_limit_is_skipped(tmp_path):
    source = opened(b"[" + GOOD + b",\n" + b'{"a":"' + b"x" * 100 + b'"}]', tmp_path)

    assert [record.trouble.startswith(OVERSIZED) for record in read(source, limit=50)] == [False, True]


def test_shards_cover_every_byte_once(tmp_path):
    sources = [opened(GOOD * 5, tmp_path, number) for number in range(2)]

    cut = shards(sources, 50)

    sizes = [sum(part.stop - part.start for part in cut if part.source == number) for number in range(2)]
    assert sizes == [155, 155]
