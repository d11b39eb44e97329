"""Generated data is repeatable, and holds what it says."""

import pytest

from benchmarks import generate, truth
from benchmarks.texts import records, texts


@pytest.fixture
def made(tmp_path):
    train, evals = tmp_path / "train.jsonl", tmp_path / "eval.jsonl"
    return generate.write(train, 3_000, evals=evals, items=100), train, evals


def test_the_same_seed_writes_the_same_bytes(made, tmp_path):
    _, train, evals = made
    generate.write(tmp_path / "again.jsonl", 3_000, evals=tmp_path / "again_eval.jsonl", items=100)
    assert (tmp_path / "again.jsonl").read_bytes() == train.read_bytes()
    assert (tmp_path / "again_eval.jsonl").read_bytes() == evals.read_bytes()
    generate.write(tmp_path / "other.jsonl", 3_000, seed=8)
    assert (tmp_path / "other.jsonl").read_bytes() != train.read_bytes()


def test_records_have_about_the_size_asked_for(made):
    _, train, _ = made
    assert 1_000 < train.stat().st_size / 3_000 < 1_200


def test_planted_duplicates_are_the_only_ones(made):
    planted, train, _ = made
    listed = [texts(record).whole() for record in records(train)]
    assert 40 <= len(planted.near) <= 80
    assert 5 <= len(planted.exact) <= 30
    assert all(listed[line - 1] == listed[earlier - 1] for line, earlier in planted.exact.items())
    assert all(listed[line - 1] != listed[earlier - 1] for line, earlier in planted.near.items())
    found = {number + 1 for number in truth.near(listed, frozenset()).repeating}
    assert set(planted.exact) <= found <= set(planted.exact) | set(planted.near)
    assert len(found & set(planted.near)) > 0.9 * len(planted.near)


def test_planted_leaks_stand_in_training_prompts(made):
    planted, train, evals = made
    trained = [texts(record).prompt for record in records(train)]
    asked = [texts(record).prompt for record in records(evals)]
    assert len(planted.leaked) == 10
    assert {line for line, prompt in enumerate(asked, 1) if prompt in trained} == set(planted.leaked)
    wrapped = {line for line, prompt in enumerate(asked, 1) if generate.WRAPPING + prompt in trained}
    assert wrapped == set(planted.wrapped)
    assert len(wrapped) == 5


def test_a_file_may_have_no_evaluation_set(tmp_path):
    planted = generate.write(tmp_path / "train.jsonl", 10)
    assert not planted.leaked
    assert len((tmp_path / "train.jsonl").read_bytes().splitlines()) == 10
