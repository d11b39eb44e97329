"""Whole files: what is written where, and what never happens to the files of the user."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import orjson
import pytest

from dsready.convert import SHAPES_WRITABLE, Conversion, Count, convert, job
from dsready.dataset.shapes import SHAPES
from dsready.errors import ConfigError, InputError

CHAT = b'{"messages": [{"role": "user", "content": "\xc3\xa9?"}, {"role": "assistant", "content": "Red."}], "id": 1}'
SAID = b'{"conversations":[{"from":"human","value":"\xc3\xa9?"},{"from":"gpt","value":"Red."}],"id":1}'
BARE = b'{"messages":[{"role":"user","content":"\xc3\xa9?"},{"role":"assistant","content":"Red."}]}'


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(*lines: bytes, name: str = "in.jsonl") -> str:
    Path(name).write_bytes(b"\n".join(lines) + b"\n")
    return name


def rows(name: str) -> list:
    return [orjson.loads(line) for line in Path(name).read_bytes().splitlines()]


def names() -> set[str]:
    return {path.name for path in Path().iterdir()}


def test_a_file_is_converted():
    done = convert(write(CHAT), "sharegpt", "out.jsonl")

    assert Path("out.jsonl").read_bytes() == SAID + b"\n"
    assert done == Conversion("in.jsonl", "out.jsonl", "sharegpt", True, 1, 0, 0, 0, "", {"openai-chat": 1}, {}, {}, {})
    assert names() == {"in.jsonl", "out.jsonl"}
    assert Path("in.jsonl").read_bytes() == CHAT + b"\n"


def test_records_in_the_shape_already_are_copied_byte_for_byte():
    lines = (CHAT, SAID, CHAT.replace(b", ", b" ,\t") + b" \r", b"", CHAT.replace(b"\xc3\xa9", b"\\u00e9"))

    done = convert(write(*lines), "openai-chat", "out.jsonl", allow_loss=True)

    assert Path("out.jsonl").read_bytes().split(b"\n") == [lines[0], BARE, lines[2], lines[4], b""]
    assert (done.copied, done.converted, done.blank, done.records) == (3, 1, 1, 4)
    assert done.losses == {"key id": Count(1, 2)}


def test_nothing_is_written_if_something_would_be_lost():
    Path("out.jsonl").write_bytes(b"old")

    done = convert(write(SAID, b"{}"), "openai-chat", "out.jsonl")

    assert not done.written
    assert (done.losses, done.rejected, done.rejected_path) == ({"key id": Count(1, 1)}, 1, "")
    assert Path("out.jsonl").read_bytes() == b"old"
    assert names() == {"in.jsonl", "out.jsonl"}


def test_rejected_records_go_to_a_file_with_their_reasons():
    bad = (b"{", b"\xff{", b"[1]", b'{"colour": 1}', b'{"messages": []}', b'{"text": "a"}')

    done = convert(write(CHAT, *bad), "sharegpt", "out.jsonl")

    found = rows("out.jsonl.rejected.jsonl")
    assert [row["line"] for row in found] == [2, 3, 4, 5, 6, 7]
    assert {row["path"] for row in found} == {"in.jsonl"}
    assert found[0]["reason"] == (
        "the line ends before the object does: it was cut, or the object goes on in the next line"
    )
    assert found[2]["reason"] == "not an object"
    assert found[1]["raw"] == "\\xff{"
    assert [row["raw"] for row in found[2:]] == [line.decode() for line in bad[2:]]
    assert all(row.keys() == {"path", "line", "reason", "raw"} and row["reason"] for row in found)
    assert (done.written, done.rejected, done.rejected_path) == (True, 6, "out.jsonl.rejected.jsonl")
    assert len(done.reasons) == 6
    assert len(rows("out.jsonl")) == 1


def test_an_old_file_of_rejected_records_is_not_left_to_be_taken_for_the_new_one():
    Path("out.jsonl.rejected.jsonl").write_bytes(b"old")

    convert(write(CHAT), "sharegpt", "out.jsonl")

    assert names() == {"in.jsonl", "out.jsonl"}


def test_a_file_that_the_user_names_is_not_emptied():
    Path("bad.jsonl").write_bytes(b"old")

    convert(write(CHAT), "sharegpt", "out.jsonl", rejected="bad.jsonl")

    assert Path("bad.jsonl").read_bytes() == b"old"


def test_an_old_file_is_not_replaced_by_nothing():
    Path("out.jsonl").write_bytes(b"old")

    done = convert(write(b"{", b"{}"), "sharegpt", "out.jsonl")

    assert (done.written, done.rejected, done.rejected_path) == (False, 2, "out.jsonl.rejected.jsonl")
    assert Path("out.jsonl").read_bytes() == b"old"
    assert len(rows("out.jsonl.rejected.jsonl")) == 2


@pytest.mark.parametrize("name", ["out.jsonl.gz", "OUT.ZST", "out.zip"])
def test_no_name_promises_a_packed_file(name):
    for more in ({"out": name}, {"out": "out.jsonl", "rejected": name}):
        with pytest.raises(ConfigError, match="would not be packed"):
            convert(write(CHAT), "sharegpt", **more)
    assert names() == {"in.jsonl"}


def test_a_file_needs_a_name():
    with pytest.raises(ConfigError, match="OUT has no name"):
        convert(write(CHAT), "sharegpt", "")
    with pytest.raises(ConfigError, match="the file for rejected records has no name"):
        convert(write(CHAT), "sharegpt", "out.jsonl", rejected="")


def test_a_device_has_no_file_beside_it():
    done = convert(write(CHAT, b"{"), "sharegpt", "/dev/null")

    assert (done.written, done.rejected, done.rejected_path) == (True, 1, "")
    assert names() == {"in.jsonl"}


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_what_is_private_stays_private(request):
    before = os.umask(0o022)
    request.addfinalizer(lambda: os.umask(before))
    path = write(CHAT, b"{")
    Path(path).chmod(0o600)
    Path("old.jsonl").touch()
    Path("old.jsonl").chmod(0o660)

    convert(path, "sharegpt", "new.jsonl")
    convert(path, "sharegpt", "old.jsonl")
    Path(path).chmod(0o444)
    convert(path, "sharegpt", "third.jsonl")

    made = ("new.jsonl", "new.jsonl.rejected.jsonl", "old.jsonl", "third.jsonl")
    assert [Path(name).stat().st_mode & 0o777 for name in made] == [0o600, 0o600, 0o660, 0o644]


def test_arrays_and_packed_files_are_read():
    array = b"[\n  " + CHAT.replace(b", ", b",\n   ") + b",\r\n" + SAID + b"]"
    Path("in.json.gz").write_bytes(gzip.compress(array))

    done = convert("in.json.gz", "openai-chat", "out.jsonl", allow_loss=True)

    first, second = Path("out.jsonl").read_bytes().splitlines()
    assert orjson.loads(first) == orjson.loads(CHAT)
    assert b"\n" not in first
    assert second == BARE
    assert done.losses["key id"].first_line > 1


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (gzip.compress(CHAT * 9, mtime=0)[:-9], "cut short or damaged"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "Git LFS pointer"),
        (b"PK\0\0\0", "binary"),
    ],
    ids=["packed", "pointer", "binary"],
)
def test_a_file_that_is_not_whole_is_refused(content, what):
    Path("in.jsonl").write_bytes(content)

    with pytest.raises(InputError, match=what):
        convert("in.jsonl", "openai-chat", "out.jsonl")
    assert names() == {"in.jsonl"}


def test_an_empty_file_makes_an_empty_file():
    Path("in.jsonl").touch()

    assert convert("in.jsonl", "openai-chat", "out.jsonl").records == 0
    assert Path("out.jsonl").read_bytes() == b""


def test_what_is_odd_about_a_file_is_told():
    Path("in.jsonl").write_bytes(b"\xef\xbb\xbf" + CHAT)

    done = convert("in.jsonl", "openai-chat", "out.jsonl")

    assert done.remarks == ("the file begins with a UTF-8 byte order mark (EF BB BF)",)
    assert Path("out.jsonl").read_bytes() == CHAT + b"\n"


@pytest.mark.parametrize("out", ["in.jsonl", "./in.jsonl", "soft.jsonl", "hard.jsonl"])
def test_the_input_is_never_overwritten(out):
    write(CHAT)
    Path("soft.jsonl").symlink_to("in.jsonl")
    os.link("in.jsonl", "hard.jsonl")

    with pytest.raises(ConfigError, match="the file that is read"):
        convert("in.jsonl", "sharegpt", out)
    with pytest.raises(ConfigError, match="the file that is read"):
        convert("in.jsonl", "sharegpt", "new.jsonl", rejected=out)
    assert Path("in.jsonl").read_bytes() == CHAT + b"\n"


def test_two_outputs_need_two_files():
    with pytest.raises(ConfigError, match="the file that is written"):
        convert(write(CHAT), "sharegpt", "out.jsonl", rejected="./out.jsonl")


@pytest.mark.parametrize(("out", "error"), [(".", ConfigError), ("no/such/out.jsonl", InputError)])
def test_a_place_that_cannot_be_written_is_an_error(out, error):
    with pytest.raises(error):
        convert(write(CHAT), "sharegpt", out)
    assert names() == {"in.jsonl"}


def test_a_missing_file_is_an_error():
    with pytest.raises(InputError, match="No such file"):
        convert("in.jsonl", "sharegpt", "out.jsonl")


def test_a_shape_that_nobody_knows_is_an_error():
    with pytest.raises(ConfigError, match="no record shape is called 'openai'") as error:
        convert("in.jsonl", "openai", "out.jsonl")
    assert "shapes to write: alpaca, " in error.value.hint
    with pytest.raises(ConfigError) as error:
        convert("in.jsonl", "sharegptt", "out.jsonl")
    assert error.value.hint.startswith("did you mean 'sharegpt'? shapes to write")
    with pytest.raises(ConfigError, match="cannot be written"):
        convert("in.jsonl", "prompt-reference", "out.jsonl")
    with pytest.raises(ConfigError, match="no record shape is called 'alpca'"):
        convert("in.jsonl", "sharegpt", "out.jsonl", shape="alpca")


def test_records_of_another_shape_than_the_one_given_are_rejected():
    done = convert(write(CHAT, SAID), "alpaca", "out.jsonl", shape="sharegpt")

    assert (done.converted, done.rejected) == (1, 1)


def test_a_file_that_changes_meanwhile_is_an_error(monkeypatch):
    path = write(CHAT, SAID)
    real = job.convert_record

    def slow(record, to):
        Path(path).write_bytes(CHAT)
        return real(record, to)

    monkeypatch.setattr(job, "convert_record", slow)

    with pytest.raises(InputError, match="changed while it was read"):
        convert(path, "sharegpt", "out.jsonl")
    assert names() == {"in.jsonl"}


def test_many_different_keys_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(job, "MOST_NAMES", 2)
    turns = [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]
    lines = [orjson.dumps({"conversations": turns, f"k{number}\n": 1}) for number in range(5)]

    done = convert(write(*lines), "openai-chat", "out.jsonl", allow_loss=True)

    assert done.losses == {"others": Count(3, 3), "key k0⏎": Count(1, 1), "key k1⏎": Count(1, 2)}


def test_progress_is_told():
    seen = []

    convert(write(*[CHAT] * 2000), "sharegpt", "out.jsonl", progress=lambda done, total: seen.append((done, total)))

    assert len(seen) > 1
    assert seen == sorted(seen)


def test_a_pipe_is_written_into(tmp_path):
    import threading  # noqa: PLC0415  (here only)

    os.mkfifo("pipe")
    got = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    convert(write(CHAT), "sharegpt", "pipe")
    reader.join()

    assert got == [SAID + b"\n"]
    assert Path("pipe").is_fifo()


def test_every_shape_that_is_written_is_known():
    assert set(SHAPES_WRITABLE) <= {shape.id for shape in SHAPES}
    assert {shape.id for shape in SHAPES} - set(SHAPES_WRITABLE) == {"prompt-reference", "llamafactory-v1-preference"}


def test_a_long_line_is_rejected_without_its_text(monkeypatch):
    from dsready.dataset.settings import Settings  # noqa: PLC0415

    monkeypatch.setattr(job, "Settings", lambda **more: Settings(max_line_bytes=50, **more))
    done = convert(write(CHAT), "sharegpt", "out.jsonl")

    assert rows("out.jsonl.rejected.jsonl")[0]["raw"] == ""
    assert list(done.reasons) == ["longer than max-line-bytes (50)"]
