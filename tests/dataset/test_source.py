"""Files as they come are opened, unpacked and decoded, and what is wrong with them is said."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import sys
import threading
from types import SimpleNamespace

import pytest
import zstandard

from dsready.dataset.reader import batches, shards
from dsready.dataset.settings import Settings
from dsready.dataset.source import open_source
from dsready.errors import InputError

LINE = '{"prompt":"Grüße €","completion":"😀"}\n'
TEXT = LINE * 3
DATA = TEXT.encode()
LONG = b"".join(b'{"prompt":"%d","completion":"%d"}\n' % (number, number * 7919) for number in range(5000))


def opened(content: bytes, folder, name: str = "a.jsonl"):
    path = folder / name
    path.write_bytes(content)
    return open_source(0, str(path), folder)


def lines(source) -> list[bytes]:
    whole = shards([source], 1 << 40)
    return [record.raw for part in whole for batch in batches(source, part, Settings()) for record in batch.records]


def kinds(source) -> list[str]:
    return [trouble.kind for trouble in source.troubles]


def test_a_plain_file_is_read_where_it_lies(tmp_path):
    source = opened(DATA, tmp_path)

    assert source.file == str(tmp_path / "a.jsonl")
    assert (kinds(source), source.packed, source.spans) == ([], "", None)
    assert lines(source) == DATA.splitlines()


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl"])
def test_gzip_is_known_by_its_first_bytes(name, tmp_path):
    source = opened(gzip.compress(DATA), tmp_path, name)

    assert (source.packed, kinds(source)) == ("gzip", [])
    assert lines(source) == DATA.splitlines()


def test_gzip_members_follow_each_other(tmp_path):
    source = opened(gzip.compress(DATA) + gzip.compress(DATA), tmp_path)

    assert lines(source) == (DATA * 2).splitlines()


def test_zstandard_frames_follow_each_other(tmp_path):
    source = opened(zstandard.compress(DATA) + zstandard.compress(DATA), tmp_path, "a.jsonl.zst")

    assert (source.packed, kinds(source)) == ("zstd", [])
    assert lines(source) == (DATA * 2).splitlines()


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
@pytest.mark.parametrize("keep", [0.5, 0.9, 0.999])
def test_a_packed_file_that_was_cut_is_damaged(pack, keep, tmp_path):
    packed = pack(LONG)

    source = opened(packed[: int(len(packed) * keep)], tmp_path)

    assert kinds(source) == ["damaged"]
    assert "cut short or damaged" in source.troubles[0].message


def test_what_a_cut_gzip_file_still_holds_is_read(tmp_path):
    packed = gzip.compress(LONG)

    source = opened(packed[: len(packed) // 2], tmp_path)

    assert len(lines(source)) > 100
    assert LONG.startswith(b"\n".join(lines(source)))


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_a_packed_file_with_flipped_bits_is_damaged(pack, tmp_path):
    packed = bytearray(pack(LONG))
    for place in range(len(packed) // 2, len(packed) // 2 + 8):
        packed[place] ^= 0xFF

    source = opened(bytes(packed), tmp_path)

    assert kinds(source) == ["damaged"]


def test_junk_behind_a_gzip_member_is_damage(tmp_path):
    source = opened(gzip.compress(DATA) + b"junk", tmp_path)

    assert lines(source) == DATA.splitlines()
    assert kinds(source) == ["damaged"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_other_encodings_are_read_and_reported(encoding, tmp_path):
    source = opened(TEXT.encode(encoding), tmp_path)

    assert kinds(source) == (["byte-order-mark"] if encoding == "utf-8-sig" else ["encoding"])
    assert lines(source) == DATA.splitlines()


def test_marks_of_big_endian_encodings_are_known(tmp_path):
    sixteen = opened("\ufeff".encode("utf-16-be") + TEXT.encode("utf-16-be"), tmp_path, "a.jsonl")
    thirty_two = opened("\ufeff".encode("utf-32-be") + TEXT.encode("utf-32-be"), tmp_path, "b.jsonl")

    assert lines(sixteen) == DATA.splitlines()
    assert lines(thirty_two) == DATA.splitlines()


def test_half_a_character_at_the_end_of_utf_16_does_not_stop_the_reader(tmp_path):
    source = opened(TEXT.encode("utf-16")[:-1], tmp_path)

    assert kinds(source) == ["encoding"]
    assert lines(source)[:2] == DATA.splitlines()[:2]


def test_gzip_of_utf_16_is_unpacked_then_decoded(tmp_path):
    source = opened(gzip.compress(TEXT.encode("utf-16")), tmp_path)

    assert (source.packed, kinds(source)) == ("gzip", ["encoding"])
    assert lines(source) == DATA.splitlines()


def test_lone_carriage_returns_are_line_ends(tmp_path):
    source = opened(DATA.replace(b"\n", b"\r"), tmp_path)

    assert kinds(source) == ["cr-line-ends"]
    assert lines(source) == DATA.splitlines()


def test_one_line_that_ends_in_a_carriage_return_is_fine(tmp_path):
    assert kinds(opened(b'{"a":1}\r', tmp_path)) == []
    assert kinds(opened(DATA.replace(b"\n", b"\r\n"), tmp_path)) == []


def test_an_lfs_pointer_is_no_data(tmp_path):
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"

    source = opened(pointer, tmp_path)

    assert kinds(source) == ["lfs-pointer"]
    assert "12,345 bytes not downloaded" in source.troubles[0].message
    assert lines(source) == []


@pytest.mark.parametrize("size", [b"", b"size x", b"size \xff", b"size " + b"9" * 900])
def test_any_size_in_an_lfs_pointer_will_do(size, tmp_path):
    source = opened(b"version https://git-lfs.github.com/spec/v1\n" + size, tmp_path)

    assert kinds(source) == ["lfs-pointer"]


def test_an_array_is_not_jsonl(tmp_path):
    source = opened(b'[{"a":1},\n{"b":2}]', tmp_path)

    assert kinds(source) == ["not-jsonl"]
    assert "one JSON array" in source.troubles[0].message
    assert source.lines == 2


def test_printed_objects_are_not_jsonl(tmp_path):
    source = opened(b'{\n "a":1\n}\n{\n "b":2\n}\n', tmp_path)

    assert "over several lines" in source.troubles[0].message
    assert lines(source) == [b'{\n "a":1\n}', b'{\n "b":2\n}']


def test_the_hash_is_that_of_the_bytes_on_disk(tmp_path):
    packed = gzip.compress(DATA)

    assert opened(packed, tmp_path).sha256 == hashlib.sha256(packed).hexdigest()


def test_a_pipe_is_copied_first(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(DATA,))
    writer.start()

    source = open_source(0, str(pipe), tmp_path)
    writer.join()

    assert lines(source) == DATA.splitlines()
    source.check_unchanged()


def test_standard_input_is_copied_first(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(gzip.compress(DATA))))

    source = open_source(0, "-", tmp_path, "<stdin>")

    assert (source.path, source.packed) == ("<stdin>", "gzip")
    assert lines(source) == DATA.splitlines()


@pytest.mark.parametrize("change", [DATA[:10], DATA + DATA, b""], ids=["shrunk", "grown", "emptied"])
def test_a_file_that_changed_meanwhile_is_an_error(change, tmp_path):
    source = opened(DATA, tmp_path)

    (tmp_path / "a.jsonl").write_bytes(change)

    with pytest.raises(InputError, match=r"a\.jsonl changed while it was read"):
        source.check_unchanged()


def test_a_file_that_vanished_meanwhile_is_an_error(tmp_path):
    source = opened(DATA, tmp_path)

    (tmp_path / "a.jsonl").unlink()

    with pytest.raises(InputError, match="changed while it was read"):
        source.check_unchanged()


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        open_source(0, str(tmp_path / "none.jsonl"), tmp_path)


def test_a_folder_is_an_error(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        open_source(0, str(tmp_path), tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to the superuser")
def test_a_file_that_must_not_be_read_is_an_error(tmp_path):
    (tmp_path / "a.jsonl").touch(mode=0)

    with pytest.raises(InputError, match="Permission denied"):
        open_source(0, str(tmp_path / "a.jsonl"), tmp_path)


def test_a_file_name_may_be_any_bytes(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jsonl")
    with open(path, "wb") as file:  # noqa: PTH123  (pathlib would do; the bytes are the point)
        file.write(DATA)

    source = open_source(0, path, tmp_path)

    assert source.path.endswith("\\udcff.jsonl")
    assert lines(source) == DATA.splitlines()
