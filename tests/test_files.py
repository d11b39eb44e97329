"""A file is written as a whole or not at all, and what is no file is written into."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from dsready import files
from dsready.errors import InputError
from dsready.files import replace


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "a.json"
    replace(path, b"old")
    replace(str(path), b"new")

    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path):
    replace(tmp_path / ("a" * 255), b"x")

    assert (tmp_path / ("a" * 255)).read_bytes() == b"x"


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "data").mkdir()
    link = tmp_path / "link.json"
    link.symlink_to("data/real.json")

    replace(link, b"first")  # what it leads to is not there yet
    replace(link, b"second")

    assert link.is_symlink()
    assert (tmp_path / "data" / "real.json").read_bytes() == b"second"


def test_a_pipe_is_written_into(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()

    replace(pipe, b"x")
    reader.join()

    assert got == [b"x"]
    assert pipe.is_fifo()


def test_a_device_stays_a_device():
    replace(os.devnull, b"x")

    assert not Path(os.devnull).is_file()


def test_our_own_output_is_written_on_where_it_is(tmp_path, monkeypatch):
    path = tmp_path / "out"
    with path.open("wb", buffering=0) as out:
        monkeypatch.setattr(files, "_STREAMS", (out.fileno(), 1 << 20))
        out.write(b"a")
        replace(path, b"b")
        out.write(b"c")

    assert path.read_bytes() == b"abc"


def test_a_reader_that_went_away_is_no_mistake(monkeypatch):
    reading, writing = os.pipe()
    os.close(reading)
    monkeypatch.setattr(files, "_STREAMS", (writing,))

    with pytest.raises(BrokenPipeError):
        replace(f"/dev/fd/{writing}", b"x")
    os.close(writing)


@pytest.mark.parametrize("path", ["no/such/a.json", "file/a.json", "folder", "a" * 300])
def test_what_cannot_be_written_is_an_error(path, tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()

    with pytest.raises(InputError, match="cannot write") as error:
        replace(tmp_path / path, b"x")

    assert error.value.hint == "give a path in a folder that exists and can be written"


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    made = tempfile.mkstemp

    def full(**options):
        handle, name = made(**options)
        os.close(handle)
        return os.open("/dev/full", os.O_WRONLY), name

    monkeypatch.setattr(tempfile, "mkstemp", full)

    with pytest.raises(InputError, match=os.strerror(errno.ENOSPC)) as error:
        replace(path, b"new")

    assert error.value.hint == "make room on the disk"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_folder_of_a_run_is_gone_after_it(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with files.scratch() as folder:
        (folder / "copy.jsonl").write_bytes(b"x")

    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="such locks are not known there")
def test_the_folder_of_a_killed_run_is_removed_by_the_next_and_that_of_a_living_one_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = (
        "import os, sys, tempfile; from dsready import files; tempfile.tempdir = sys.argv[1]\n"
        "with files.scratch() as folder:\n"
        "    (folder / 'copy.jsonl').write_bytes(b'x'); os.kill(os.getpid(), 9)"
    )
    (tmp_path / "dsready-notes").mkdir()  # somebody's own: it has no lock
    with files.scratch() as living:
        assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == -9
        left = set(tmp_path.iterdir()) - {living, tmp_path / "dsready-notes"}
        assert len(left) == 1
        monkeypatch.setattr(files, "_YOUNG", -60)

        with files.scratch() as mine:
            assert set(tmp_path.iterdir()) == {living, mine, tmp_path / "dsready-notes"}


@pytest.mark.skipif(sys.platform == "win32", reason="such locks are not known there")
def test_the_folders_of_others_are_let_be(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(files, "_YOUNG", -60)
    theirs, notes = tmp_path / "dsready-run-theirs", tmp_path / "dsready-run-notes"
    for folder, mark in ((theirs, files._MARK), (notes, b"mine")):
        folder.mkdir()
        (folder / ".dsready-lock").write_bytes(mark)
    with files.scratch():
        pass
    assert not theirs.exists()
    assert notes.exists()

    theirs.mkdir()
    (theirs / ".dsready-lock").write_bytes(files._MARK)
    monkeypatch.setattr(os, "getuid", lambda: -1)

    with files.scratch():
        pass

    assert theirs.is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="such locks are not known there")
def test_a_run_needs_no_locks(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(files.fcntl, "flock", lambda *_: (_ for _ in ()).throw(OSError(38, "not implemented")))

    with files.scratch() as folder:
        assert folder.is_dir()


def test_a_draft_that_is_not_kept_leaves_nothing(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    with files.Draft(str(path)) as draft:
        draft.write(b"new")
    assert path.read_bytes() == b"old"
    with files.Draft(str(path)) as draft:
        draft.write(b"new")
        draft.keep()

    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
