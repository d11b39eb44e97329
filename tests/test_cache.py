"""What is kept between runs changes no report, is safe to lose, and is trusted with nothing."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path

import numpy as np
import orjson
import pytest

from dsready import cache
from dsready.api import run
from dsready.config import Config, merge
from dsready.dataset.source import open_source
from dsready.engine import kept, local
from dsready.errors import InputError
from dsready.text import profiles

SHARD = 1 << 20


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.DIR, str(tmp_path / "cache"))
    return tmp_path / "cache" / ".dsready_cache"


@pytest.fixture
def train(tmp_path, clean):
    path = tmp_path / "train.jsonl"
    records = [record | {"source": "s" * 800} for record in clean(750)]  # few and long: what counts is bytes
    path.write_bytes(b"".join(map(line, records)) * 3)
    assert path.stat().st_size > 2 * SHARD
    return path


@pytest.fixture
def scanned(monkeypatch):
    """Count the shards that are really scanned."""
    found: list[int] = []
    scan = local._Scan.__call__

    def counting(self, job, shard):
        found.append(shard.start)
        return scan(self, job, shard)

    monkeypatch.setattr(local._Scan, "__call__", counting)
    return found


def line(record) -> bytes:
    return orjson.dumps(record) + b"\n"


def report(path: Path, *, config: Config | None = None, keeps: bool = True, **cut):
    return run([str(path)], [], config or Config(), cache=keeps, shard_bytes=SHARD, **cut).to_dict()


def shards(path: Path) -> list[int]:
    return list(range(0, path.stat().st_size, SHARD))


def entries(folder: Path) -> list[Path]:
    return [path for path in folder.glob("lint/*/*") if path.is_file()]


def test_a_second_run_scans_nothing_and_says_the_same(train, scanned):
    first = report(train)
    assert scanned == shards(train)

    scanned.clear()

    assert report(train) == first == report(train, keeps=False)
    assert scanned == shards(train)  # by the last one, which keeps nothing


def test_records_read_again_are_known_too(train, monkeypatch):
    read = []
    again = local._Again.__call__
    monkeypatch.setattr(local._Again, "__call__", lambda self, job, keys: read.append(keys) or again(self, job, keys))
    first = report(train)
    assert read

    read.clear()

    assert report(train) == first
    assert not read


def test_appending_costs_the_last_shard(train, scanned, clean):
    report(train)
    scanned.clear()
    with train.open("ab") as file:
        file.writelines(map(line, [*clean(3, 9), *clean(2)]))

    grown = report(train)

    assert scanned == shards(train)[-1:]
    assert grown == report(train, keeps=False)
    assert grown["summary"]["records"] == 2255


def test_a_changed_byte_costs_all_from_there_on(train, scanned):
    data = train.read_bytes()
    place = data.index(b"e", SHARD + 1000)
    report(train)
    scanned.clear()
    train.write_bytes(data[:place] + b"o" + data[place + 1 :])

    changed = report(train)

    assert scanned == shards(train)[1:]
    assert changed == report(train, keeps=False)


def test_a_last_line_that_goes_on_behind_its_shard_is_part_of_it(tmp_path, scanned, clean):
    path = tmp_path / "train.jsonl"
    head = b"".join(map(line, clean(400)))
    record = {"prompt": "long", "completion": "word " * SHARD}  # begins in the first shard, ends behind the fifth
    path.write_bytes(head + line(record) + head)
    report(path)
    scanned.clear()
    path.write_bytes(head + line(record | {"completion": "word " * (SHARD - 1) + "sword"}) + head)

    assert report(path) == report(path, keeps=False)
    assert 0 in scanned


def test_other_options_and_settings_are_other_entries(train, scanned):
    report(train)
    scanned.clear()

    report(train, config=merge(Config(), {"checks.duplicates.threshold": 0.9}))
    assert scanned == shards(train)
    scanned.clear()
    report(train, config=merge(Config(), {"max-line-bytes": 5000}))
    assert scanned == shards(train)


def test_another_version_of_the_code_makes_other_entries(train, scanned, monkeypatch):
    report(train)
    scanned.clear()
    monkeypatch.setattr(kept, "_code", lambda package: f"{package} edited")

    report(train)

    assert scanned == shards(train)


def test_the_number_of_workers_does_not_show(train, scanned, monkeypatch):
    monkeypatch.setattr(local, "POOL_FROM_BYTES", 1)
    first = report(train, jobs=2)
    scanned.clear()

    assert report(train) == first
    assert not scanned


def test_no_process_is_started_where_nothing_is_left_to_do(train, monkeypatch):
    monkeypatch.setattr(local, "POOL_FROM_BYTES", 1)
    first = report(train)
    monkeypatch.setattr(local, "ProcessPoolExecutor", None)

    assert report(train, jobs=2) == first


def test_a_function_that_does_not_pickle_is_called_and_not_kept(train):
    known = kept.Kept("lint/x", frozenset({"dsready"}))
    source = open_source(0, str(train), train.parent)
    job = local.Job([], [source], Config().settings, kept=known)

    with local.Local(1, source.size, train.parent) as machine:
        assert machine.map(job, lambda batch: len(batch.keys), np.array([0])) == [1]

    assert not cache.has(known.job)


@pytest.mark.parametrize("content", [b"", b"no pickle", pickle.dumps(None), pickle.dumps([1, 2])])
def test_a_damaged_entry_is_worked_out_again(train, folder, content):
    first = report(train)
    for entry in entries(folder):
        entry.write_bytes(content)

    assert report(train) == first


def test_an_entry_that_names_anything_but_states_is_refused(train, folder, tmp_path):
    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "pwned"),)

    first = report(train)
    for entry in entries(folder):
        cache.put(entry.relative_to(folder).as_posix(), pickle.dumps(Evil()))

    assert report(train) == first
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("what", [os.system, eval, np.load, cache.clean, Path, kept.Kept, local.Local])
def test_nothing_but_classes_of_states_is_read(what):
    known = kept.Kept("lint/x", frozenset({"dsready"}))
    known.put("lint/x/y", what)

    assert cache.get("lint/x/y")
    assert known.get("lint/x/y") is None


def test_no_text_is_kept(train, folder):
    word = "Zanzibar"
    with train.open("ab") as file:
        file.write(line({"prompt": f"{word} is where?", "completion": f"{word} is an island."}) * 3)
    report(train)

    assert entries(folder)
    assert not [entry for entry in entries(folder) if word.encode() in entry.read_bytes()]


def test_a_crash_is_not_kept(train, scanned, monkeypatch):
    from dsready_checks.count import Count  # noqa: PLC0415

    with monkeypatch.context() as patch:
        patch.setattr(Count, "update", lambda *_: 1 / 0)
        assert "crashed" in str(report(train)["outcomes"])
    scanned.clear()

    assert "crashed" not in str(report(train)["outcomes"])
    assert scanned == shards(train)


def test_nothing_is_kept_of_a_file_that_changes_meanwhile(train, folder, monkeypatch):
    data = train.read_bytes()
    scan = local._Scan.__call__

    def changing(self, job, shard):
        train.write_bytes(data.replace(b"e", b"o"))
        return scan(self, job, shard)

    with monkeypatch.context() as patch:
        patch.setattr(local._Scan, "__call__", changing)
        with pytest.raises(InputError, match="changed while it was read"):
            report(train)

    assert not entries(folder)
    train.write_bytes(data)
    assert report(train) == report(train, keeps=False)


def test_nothing_is_kept_of_what_has_no_lines(tmp_path, clean, folder):
    path = tmp_path / "train.json"
    path.write_bytes(orjson.dumps(clean(50)))

    assert report(path) == report(path) == report(path, keeps=False)
    assert not entries(folder)


def test_a_folder_that_cannot_be_written_costs_nothing(train, folder, monkeypatch):
    folder.parent.mkdir()
    folder.write_text("a file is in the way")

    assert report(train) == report(train, keeps=False)

    monkeypatch.setenv(cache.OFF, "1")
    assert cache.folder() is None
    assert report(train) == report(train, keeps=False)


def test_without_a_home_nothing_is_kept(monkeypatch):
    import platformdirs  # noqa: PLC0415

    def homeless(*_, **__):
        raise RuntimeError("no home")

    monkeypatch.delenv(cache.DIR)
    monkeypatch.setattr(platformdirs, "user_cache_path", homeless)

    cache.put("a/b/c", b"x")

    assert cache.folder() is None
    assert cache.get("a/b/c") is None
    assert not cache.has("a/b")
    assert cache.clean() == 0
    cache.trim()


def test_the_folder_is_private_and_tells_other_programs_what_it_is(folder):
    cache.put("a/b/c", b"x")

    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert (folder / ".gitignore").read_text() == "*\n"


def test_an_entry_is_whole_or_not_there(folder, monkeypatch):
    cache.put("a/b/c", b"old")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))

    cache.put("a/b/c", b"new")

    assert cache.get("a/b/c") == b"old"
    assert [path.name for path in (folder / "a" / "b").iterdir()] == ["c"]


def test_a_damaged_or_moved_entry_is_none(folder):
    cache.put("a/b/c", b"something")
    cache.put("a/b/d", b"something else")
    content = (folder / "a" / "b" / "c").read_bytes()

    for damaged in (b"", content[:-1], bytes(len(content)), content.replace(b"some", b"same")):
        (folder / "a" / "b" / "c").write_bytes(damaged)
        assert cache.get("a/b/c") is None
    (folder / "a" / "b" / "d").write_bytes(content)
    assert cache.get("a/b/d") is None


def test_what_was_not_in_use_for_longest_goes_first(folder):
    for number, name in enumerate(("old", "older", "new")):
        cache.put(f"a/{name}/x", bytes(100))
        os.utime(folder / "a" / name, (number, number))
    assert cache.has("a/old")  # and so it is in use

    cache.trim(250)

    assert cache.get("a/older/x") is None
    assert cache.get("a/old/x") == cache.get("a/new/x") == bytes(100)

    cache.trim(50)

    assert cache.get("a/old/x")  # what was in use last stays
    assert cache.get("a/new/x") is None


def test_what_a_killed_process_left_is_removed(folder):
    cache.put("a/b/c", b"x")
    left, fresh = folder / "a" / "b" / ".new-1", folder / "a" / "b" / ".new-2"
    left.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(left, (0, 0))

    cache.trim()

    assert not left.exists()
    assert fresh.exists()


def test_cleaning_deletes_nothing_but_a_cache(folder, tmp_path):
    cache.put("a/b/c", bytes(1000))
    mine = tmp_path / "mine" / ".dsready_cache"
    mine.mkdir(parents=True)
    (mine / "thesis.txt").write_text("all of it")
    (folder.parent / "other").write_text("of another program")

    assert cache.clean(str(tmp_path / "mine")) == 0
    assert cache.clean(str(folder.parent)) > 1000
    assert not folder.exists()
    assert (mine / "thesis.txt").exists()
    assert (folder.parent / "other").exists()
    assert cache.clean() == 0


def test_a_folder_that_dsready_has_not_made_is_not_used(tmp_path, monkeypatch):
    mine = tmp_path / ".dsready_cache"
    mine.mkdir()
    (mine / ".gitignore").write_text("mine")
    monkeypatch.setenv(cache.DIR, str(tmp_path))

    cache.put("a/b/c", b"x")

    assert [path.name for path in mine.iterdir()] == [".gitignore"]
    assert (mine / ".gitignore").read_text() == "mine"


@pytest.mark.parametrize(("value", "kept_anything"), [("", True), ("0", True), ("false", True), ("1", False)])
def test_the_cache_is_off_where_the_variable_says_so(folder, monkeypatch, value, kept_anything):
    monkeypatch.setenv(cache.OFF, value)

    cache.put("a/b/c", b"x")

    assert folder.exists() == kept_anything


def test_profiles_are_the_same_from_the_cache(folder):
    profiles.load.cache_clear()
    read = profiles.load()
    profiles.load.cache_clear()
    kept_ones = profiles.load()
    (entry,) = folder.glob("profiles/*/*")
    entry.write_bytes(entry.read_bytes()[:1000])
    profiles.load.cache_clear()
    again = profiles.load()

    for other in (kept_ones, again):
        assert np.array_equal(read.keys, other.keys)
        assert np.array_equal(read.logs, other.logs)
        assert np.array_equal(read.squares, other.squares)
    shutil.rmtree(folder)
