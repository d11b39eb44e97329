"""The picture of leakage says which items leak where, and where the training data has them."""

from __future__ import annotations

import json
from collections import Counter
from random import Random

import orjson
import pytest

from dsready import api
from dsready.config import Config, merge
from dsready.testing import assert_lawful, run
from dsready_checks.leakage import Leakage

SYLLABLES = [f"{one}{two}" for one in "bdfgklmnprst" for two in ("a", "e", "io", "ur", "and")]
TRAIN, ITEMS = 900, 130


def said(random: Random, count: int) -> str:
    return " ".join("".join(random.choices(SYLLABLES, k=3)) for _ in range(count))


def pair(random: Random) -> dict[str, str]:
    return {"prompt": said(random, 16), "completion": said(random, random.randint(12, 40))}


def asked_again(item: dict[str, str], rule: str, random: Random) -> dict[str, str]:
    """Return a training record of which a rule says that it has the item."""
    prompt, completion = item["prompt"], item["completion"]
    words = prompt.split()
    return {
        "LEK001": {"prompt": prompt.upper() + "?", "completion": said(random, 20)},
        "LEK002": {"prompt": " ".join([said(random, 1), *words[1:]]), "completion": said(random, 20)},
        "LEK003": {"prompt": f"{said(random, 30)} {prompt} {said(random, 30)}", "completion": said(random, 20)},
        "LEK004": {"prompt": said(random, 16), "completion": completion},
    }[rule]


def planted():
    """Return training records, items, and of each leak the item, the record with the best hit, and the rule."""
    random = Random(11)  # noqa: S311  (records, no secrets)
    train = [pair(random) for _ in range(TRAIN)]
    items = [pair(random) for _ in range(ITEMS)]
    places = iter(random.sample(range(TRAIN), 100))
    leaks = []
    for number, item in enumerate(random.sample(range(ITEMS), 40)):
        rule = f"LEK00{number % 4 + 1}"
        where = [next(places)]
        if rule == "LEK001" and number % 3 == 0:  # of two that are equally good the first counts
            where.append(next(places))
        for place in where:
            train[place] = asked_again(items[item], rule, random)
        if rule == "LEK001":  # and a weaker kind does not
            train[next(places)] = asked_again(items[item], "LEK003", random)
        leaks.append((item, min(where), rule))
    return train, items, leaks


TRAINING, HELD_OUT, LEAKS = planted()


def jsonl(records) -> bytes:
    return b"".join(orjson.dumps(record) + b"\n" for record in records)


def stretches(parts: list[list[dict[str, str]]]) -> list[int]:
    """Return the stretch that each training record stands in: of 100 places, each begins with the next record."""
    begins, ends, whole = [], [], 0
    for part in parts:
        end = whole + len(jsonl(part))
        for record in part:
            begins.append(whole)
            ends.append(end)
            whole += len(jsonl([record]))
    starts = set()
    for place in range(0, whole, -(-whole // 100)):
        file = min(end for end in ends if end > place)
        starts |= set([begin for begin, end in zip(begins, ends, strict=True) if end == file and begin >= place][:1])
    return [sum(start <= begin for start in starts) - 1 for begin in begins]


def cells(parts, items: int = ITEMS):
    """Return the cells that the planted leaks make."""
    along = stretches(parts)
    most = min(50, items)
    found = Counter((item * most // items, along[record], rule) for item, record, rule in LEAKS)
    return [[*cell, count] for cell, count in sorted(found.items())]


def told(found):
    """Return the cells that a picture tells of."""
    return sorted(
        [item, place, rule, count]
        for rule, item, counts in found["rows"]
        for place, count in enumerate(counts)
        if count
    )


def written(folder, name, records) -> str:
    path = folder / name
    path.write_bytes(jsonl(records))
    return str(path)


def looked_for(train, evals, **more):
    return api.run(train, evals, merge(Config(), {"lint.select": ["leakage"]}), **more)


def pictured(train, items):
    return run(Leakage(), train, evals=items).outcomes[0].profile


def test_every_leak_stands_in_its_cell():
    found = pictured(TRAINING, HELD_OUT)["leaks"]

    assert told(found) == cells([TRAINING])
    assert sum(cell[-1] for cell in told(found)) == 40


def test_items_are_cut_into_stretches_of_equally_many():
    found = pictured(TRAINING, HELD_OUT)["leaks"]

    lines = [line for _, line in found["starts"]]
    assert (lines[0], len(lines)) == (1, 50)
    lengths = [after - before for before, after in zip(lines, [*lines[1:], ITEMS + 1], strict=True)]
    assert set(lengths) == {2, 3}
    firsts = {item * 50 // ITEMS: item + 1 for item in reversed(range(ITEMS))}
    assert lines == [firsts[number] for number in range(50)]


@pytest.mark.parametrize("way", [{}, {"shard_bytes": 5000}, {"batch_rows": 7}, {"jobs": 2}], ids=str)
def test_several_files_are_counted_one_by_one_and_cut_as_one(tmp_path, way):
    parts = [TRAINING[:350], [], TRAINING[350:]]
    train = [written(tmp_path, f"train-{number}.jsonl", part) for number, part in enumerate(parts)]
    evals = [written(tmp_path, "one.jsonl", HELD_OUT[:31]), written(tmp_path, "other.jsonl", HELD_OUT[31:])]

    report = looked_for(train, evals, **way)

    found = report.outcomes[0].profile["leaks"]
    inside = [Counter(rule for item, _, rule in LEAKS if (item < 31) == first) for first in (True, False)]
    assert found["items"] == ITEMS
    assert found["files"] == [
        {"path": path, "items": items, "leaked": dict(sorted(leaked.items()))}
        for path, items, leaked in zip(evals, (31, ITEMS - 31), inside, strict=True)
    ]
    assert told(found) == cells(parts)
    first_of_other = next(number for number, (path, _) in enumerate(found["starts"]) if path == evals[1])
    assert found["starts"][first_of_other - 1][0] == evals[0]
    assert report.spread == looked_for(train, evals, listed=1).spread


def test_only_items_that_can_be_compared_are_counted():
    items = [b"{broken", *HELD_OUT[:40], {"odd": 1}, *HELD_OUT[40:]]

    found = pictured(TRAINING, items)["leaks"]

    assert (found["items"], found["files"][0]["items"]) == (ITEMS, ITEMS)
    assert found["starts"][0][1] == 2
    assert told(found) == cells([TRAINING])


def test_few_items_are_a_stretch_each():
    found = pictured(TRAINING, HELD_OUT[:7])["leaks"]

    assert [line for _, line in found["starts"]] == list(range(1, 8))


def test_strangers_are_in_no_cell(clean):
    found = pictured(clean(200), clean(60, 1))["leaks"]

    assert told(found) == []
    assert found["files"] == [{"path": "eval.jsonl", "items": 60, "leaked": {}}]


def test_of_no_training_data_nothing_leaks():
    found = pictured([], HELD_OUT)["leaks"]

    assert (found["items"], len(found["starts"]), told(found)) == (ITEMS, 50, [])


@pytest.mark.parametrize("items", [None, [], [b"{broken"]])
def test_without_items_there_is_no_picture(items):
    assert "leaks" not in pictured(TRAINING, items)


def test_the_training_records_of_each_rule_are_on_the_map():
    rules = run(Leakage(), TRAINING, evals=HELD_OUT).spread.rules
    along = stretches([TRAINING])
    twice = {record for _, record, rule in LEAKS if rule == "LEK001"}

    assert set(rules) == {"LEK001", "LEK002", "LEK003", "LEK004"}
    for code, counts in rules.items():
        expected = Counter(along[record] for _, record, rule in LEAKS if rule == code)
        more = sum(counts) - expected.total()
        assert more == (len(twice) + 2) // 3 * (code == "LEK001")  # the second ones of equal hits
        assert all(counts[stretch] >= count for stretch, count in expected.items())


def test_the_picture_holds_no_word_of_the_records():
    text = json.dumps(pictured(TRAINING, HELD_OUT))

    assert not [word for item in HELD_OUT for side in item.values() for word in side.split() if word in text]


def test_the_picture_obeys_the_law():
    assert_lawful(Leakage(), TRAINING[:200], evals=[*HELD_OUT, b"{broken"], ways=6)
