"""What tools found is read and counted right."""

import numpy as np

from benchmarks import leaks, quality
from benchmarks.inputs import lines
from benchmarks.quality import Flagged
from benchmarks.truth import Truth


def test_what_was_not_kept_is_flagged(tmp_path):
    a, b = {"text": "a"}, {"text": "b"}
    path = lines(tmp_path / "all.jsonl", [a, b, a, a, b])
    kept = lines(tmp_path / "kept.jsonl", [a, b])
    assert quality._kept(path, kept).near == {2, 3, 4}


def test_what_is_reported_otherwise_counts_as_found_and_not_as_claimed():
    true = Truth(np.array([[0, 1], [2, 3]]), {1, 3}, {0, 1, 2, 3})
    flagged = Flagged({1, 9}, {3, 8})
    assert quality._shares(flagged, true) == ["100.00 %", "50.00 %"]


def test_a_share_is_rounded_down():
    assert quality._percent(set(range(99_999)), set(range(100_000))) == "99.99 %"


def test_items_whose_prompt_was_trained_on_are_known(tmp_path):
    train = lines(tmp_path / "train.jsonl", [{"question": "How  many?", "answer": "1"}])
    evals = lines(tmp_path / "eval.jsonl", [{"prompt": "how MANY", "completion": "2"}, {"text": "Who?"}])
    assert leaks._equal(train, evals) == {0}
