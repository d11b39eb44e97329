"""The picture of clusters says what a comparison of every record with every other one says."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from random import Random

import orjson
import pytest

from dsready import api
from dsready.config import Config, merge
from dsready.model import STORED_HASH
from dsready.testing import assert_lawful, run
from dsready_checks.duplicates import Duplicates

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
CASES = sorted([*(FIXTURES / "duplicates").iterdir(), *(FIXTURES / "leakage").iterdir()])
NOTHING = {"number": 0, "records": 0, "copies": 0, "near": 0, "otherwise": 0, "sizes": [], "largest": []}
SYLLABLES = [f"{one}{two}" for one in "bdfgklmnprst" for two in ("a", "e", "io", "ur", "and")]
THRESHOLD = 0.75


def said(random: Random, count: int) -> list[str]:
    return ["".join(random.choices(SYLLABLES, k=3)) for _ in range(count)]


def edited(random: Random, words: list[str], count: int) -> list[str]:
    """Replace some words, far from each other."""
    changed = list(words)
    for place in random.sample(range(1, len(words), 4), count):
        changed[place] = said(random, 1)[0]
    return changed


def planted() -> list[dict[str, str]]:
    """Return strangers, and among them clusters of all kinds: copies, near-duplicates, both, and a chain of them."""
    random = Random(3)  # noqa: S311  (records, no secrets)
    records = [(said(random, 16), said(random, 24)) for _ in range(150)]
    for size in (2, 2, 3, 5, 9):
        asked, told = said(random, 16), said(random, 24)
        records += [(asked, edited(random, told, 1)) for _ in range(size)]
    for size in (2, 4, 7):
        records += [(said(random, 16), said(random, 24))] * size
    for _ in range(8):
        asked, told = said(random, 16), said(random, 24)
        records += [(asked, told), (asked, told), (edited(random, asked, 1), told)]
    asked, told = said(random, 16), said(random, 24)
    for _ in range(6):  # neighbours are alike, the ends are not
        records.append((asked, told))
        asked = edited(random, asked, 1)
    random.shuffle(records)
    return [
        {"prompt": " ".join(asked), "completion": " ".join(told).capitalize() + "." * (number % 2)}
        for number, (asked, told) in enumerate(records)
    ]


PLANTED = planted()


def split(record: dict[str, str]) -> tuple[list[str], list[str]]:
    return record["prompt"].lower().split(), record["completion"].lower().rstrip(".").split()


def triples(record: dict[str, str]) -> set[tuple[str, ...]]:
    asked, told = split(record)
    words = [*asked, *told]
    return set(zip(words, words[1:], words[2:], strict=False))


def likeness(one: dict[str, str], other: dict[str, str]) -> float:
    """Return the Jaccard similarity: where one prompt has two answers, at most that of the answers."""
    alike = len(triples(one) & triples(other)) / len(triples(one) | triples(other))
    if one["prompt"] == other["prompt"] and split(one)[1] != split(other)[1]:
        ours, theirs = (triples({"prompt": "", "completion": record["completion"]}) for record in (one, other))
        alike = min(alike, len(ours & theirs) / len(ours | theirs))
    return alike


def by_hand(records: list[dict[str, str]]) -> list[list[int]]:
    """Return the clusters, each the numbers of its records, in the order of their first ones."""
    sets = [triples(record) for record in records]
    groups = [{number} for number in range(len(records))]
    for one, other in combinations(range(len(records)), 2):
        if sets[one] & sets[other] and likeness(records[one], records[other]) >= THRESHOLD:
            groups[one] |= groups[other]
            for number in groups[one]:
                groups[number] = groups[one]
    return sorted({tuple(sorted(group)) for group in groups if len(group) > 1})


def differing(one: list[str], other: list[str]) -> list[int]:
    ours, theirs = Counter(one), Counter(other)
    return [max((ours - theirs).total(), (theirs - ours).total()), max(len(one), len(other))]


def pictured(rows, check=None):
    """Return what the check says of the clusters of these rows."""
    return run(check or Duplicates(), rows).outcomes[0].profile["clusters"]


def test_clusters_are_those_of_comparing_every_record_with_every_other_one():
    expected = by_hand(PLANTED)
    sizes = Counter(map(len, expected))

    found = pictured(PLANTED)

    assert found["number"] == len(expected) == 17
    assert found["records"] == sum(map(len, expected))
    for low, end, number, records in found["sizes"]:
        mine = {size: sizes.pop(size) for size in range(low, min(end, 1000)) if size in sizes}
        assert (number, records) == (sum(mine.values()), sum(size * count for size, count in mine.items()))
    assert not sizes
    assert [one["size"] for one in found["largest"]] == sorted(map(len, expected), reverse=True)[:12]


def test_the_largest_clusters_are_opened_and_the_first_of_equal_ones():
    expected = sorted(by_hand(PLANTED), key=lambda cluster: (-len(cluster), cluster))[:12]

    found = pictured(PLANTED)["largest"]

    assert [[member["line"] - 1 for member in one["members"]] for one in found] == [list(c[:6]) for c in expected]
    assert all(one["id"] == one["members"][0]["record_sha256"][:STORED_HASH] for one in found)
    assert {member["path"] for one in found for member in one["members"]} == {"train.jsonl"}


def test_each_member_says_how_similar_it_is_to_the_first_and_how_many_words_differ():
    for one in pictured(PLANTED)["largest"]:
        first = PLANTED[one["members"][0]["line"] - 1]
        for member in one["members"]:
            record = PLANTED[member["line"] - 1]
            prompt, answer = (differing(mine, its) for mine, its in zip(split(record), split(first), strict=True))
            assert member["similarity"] == pytest.approx(likeness(record, first), abs=1e-4)
            assert member["differs"] == {"prompt": prompt, "answer": answer}


def test_the_picture_holds_no_word_of_the_records():
    written = json.dumps(pictured(PLANTED))

    assert not [word for record in PLANTED for side in split(record) for word in side if word in written]


def test_the_picture_obeys_the_law():
    assert_lawful(Duplicates(), [*PLANTED, {"odd": 1}, {"odd": 1}, b"{broken", b"{broken"], ways=10)


@pytest.mark.parametrize("way", [{"shard_bytes": 3000}, {"batch_rows": 7}, {"jobs": 2}], ids=str)
def test_the_picture_of_several_files_is_the_same_however_they_are_cut(tmp_path, way):
    paths = []
    for number, part in enumerate((PLANTED[:70], [], PLANTED[70:])):
        path = tmp_path / f"{number}.jsonl"
        path.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in part))
        paths.append(str(path))
    config = merge(Config(), {"lint.select": ["duplicates"], "lint.show-content": "always"})

    whole, cut = api.run(paths, [], config), api.run(paths, [], config, **way)

    assert whole.outcomes[0].profile["clusters"]["number"] == 17
    assert cut.outcomes == whole.outcomes
    assert cut.excerpts == whole.excerpts
    assert cut.spread == whole.spread


def test_sizes_are_told_in_groups_that_begin_at_round_numbers():
    random = Random(1)  # noqa: S311  (records, no secrets)
    rows = [f'{{"text": "{" ".join(said(random, 9))}"}}' for _ in range(24)]
    rows = [row for number, row in enumerate(rows) for _ in range(number + 2)]

    found = pictured(rows)

    assert found["sizes"] == [
        *([size, size + 1, 1, size] for size in (2, 3, 4)),
        [5, 10, 5, sum(range(5, 10))],
        [10, 20, 10, sum(range(10, 20))],
        [20, 50, 6, sum(range(20, 26))],
    ]
    assert (found["number"], found["records"]) == (24, len(rows))


@pytest.mark.parametrize("rows", [[], [b"", b"  "], PLANTED[:1]])
def test_where_nothing_says_the_same_there_are_no_clusters(rows):
    assert pictured(rows) == NOTHING


def test_strangers_are_no_clusters(clean):
    assert pictured(clean(300)) == NOTHING


def test_records_of_no_known_shape_are_clusters_of_copies():
    found = pictured([{"odd": 1}, *PLANTED[:5], {"odd": 1}, {"odd": 2}, {"odd": 3}, {"odd": 1}, {"odd": 2}])

    assert found["sizes"] == [[2, 3, 1, 2], [3, 4, 1, 3]]
    assert [[member["line"] for member in one["members"]] for one in found["largest"]] == [[1, 7, 10], [8, 11]]
    for member in found["largest"][0]["members"]:
        assert member["similarity"] == 1
        assert member["differs"] == {"prompt": [0, 0], "answer": [0, 0]}


def test_copies_without_a_word_are_copies():
    (one,) = pictured([{"prompt": "?!", "completion": "..."}] * 3)["largest"]

    assert [member["similarity"] for member in one["members"]] == [1, 1, 1]
    assert [member["differs"]["answer"] for member in one["members"]] == [[0, 0]] * 3


def test_of_a_pair_the_answer_is_both_sides():
    random = Random(8)  # noqa: S311  (records, no secrets)
    asked, good, bad = " ".join(said(random, 12)), said(random, 20), said(random, 20)
    rows = [
        {"prompt": asked, "chosen": " ".join(good), "rejected": " ".join(side)}
        for side in (bad, edited(random, bad, 1))
    ]

    (one,) = pictured(rows)["largest"]

    assert one["members"][1]["differs"] == {"prompt": [0, 12], "answer": [1, 40]}


def test_members_that_share_a_line_are_told_apart(tmp_path):
    path = tmp_path / "train.json"
    path.write_bytes(orjson.dumps([PLANTED[0], PLANTED[1], PLANTED[0]]))
    (one,) = (
        api.run([str(path)], [], merge(Config(), {"lint.select": ["duplicates"]}))
        .outcomes[0]
        .profile["clusters"]["largest"]
    )

    assert [member["line"] for member in one["members"]] == [1, 1]
    assert len({member["column"] for member in one["members"]}) == 2


def test_clusters_can_be_put_together_from_the_findings():
    report = run(Duplicates(), [*PLANTED, {"odd": 1}, {"odd": 1}])
    groups: dict[str, set[int]] = {}
    for found in report.findings:
        if found.rule in {"DUP001", "DUP002"}:
            places = [found.location, *found.related]
            groups.setdefault(found.cluster, set()).update(place.line - 1 for place in places)

    strange = (len(PLANTED), len(PLANTED) + 1)
    assert sorted(tuple(sorted(group)) for group in groups.values()) == [*by_hand(PLANTED), strange]


def test_a_near_duplicate_names_its_partner_and_where_that_is_another_the_first_of_its_cluster():
    firsts = {number: cluster[0] for cluster in by_hand(PLANTED) for number in cluster}
    near = [found for found in run(Duplicates(), PLANTED).findings if found.rule == "DUP002"]

    for found in near:
        partner, *others = (place.line - 1 for place in found.related)
        first = firsts[found.location.line - 1]
        assert others == ([] if first == partner else [first])
    assert {len(found.related) for found in near} == {1, 2}


def test_the_members_of_clusters_are_quoted_where_that_is_wished(tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in PLANTED))
    config = merge(Config(), {"lint.select": ["duplicates"], "lint.show-content": "always"})

    report = api.run([str(path)], [], config)

    members = [member for one in report.outcomes[0].profile["clusters"]["largest"] for member in one["members"]]
    assert len(members) > 30
    for member in members:
        turns = report.excerpts[member["record_sha256"]]
        assert [turn.text for turn in turns] == list(PLANTED[member["line"] - 1].values())


def test_all_records_that_a_rule_concerns_are_on_the_map():
    clusters = by_hand(PLANTED)
    spread = run(Duplicates(), PLANTED).spread

    assert sum(map(sum, (spread.rules["DUP001"], spread.rules["DUP002"]))) == sum(len(c) - 1 for c in clusters)


def test_all_records_of_all_groups_are_on_the_map():
    asked, told = [record["prompt"] for record in PLANTED], [record["completion"] for record in PLANTED]
    rows = [{"prompt": prompt, "completion": answer} for prompt in asked[7:9] for answer in ("Yes.", "No.", "Perhaps.")]
    rows += [{"prompt": prompt, "completion": told[0]} for prompt in asked[10:16]]
    rows += [{"prompt": prompt, "completion": told[1]} for prompt in asked[16:23]]

    rules = run(Duplicates(), rows).spread.rules

    assert rules["DUP003"] == (*(1,) * 6, *(0,) * 13)
    assert rules["DUP004"] == (*(0,) * 6, *(1,) * 13)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_the_map_is_the_same_however_many_findings_are_listed(case):
    train, evals = sorted(case.glob("train*")), sorted(case.glob("eval*"))
    whole, few = (
        api.run([str(path) for path in train], [str(path) for path in evals], Config(), listed=listed)
        for listed in (10_000, 1)
    )

    mine = [code for code in whole.spread.rules if code[:3] in {"DUP", "LEK"}]
    assert all(few.spread.rules[code] == whole.spread.rules[code] for code in mine)


def test_near_duplicates_that_answer_otherwise_are_counted():
    text = " ".join(said(Random(5), 60))  # noqa: S311  (records, no secrets)
    asked = [
        {"prompt": f"{text} What is {what}?", "completion": answer} for what, answer in (("one", "1"), ("two", "2"))
    ]
    found = pictured([*asked, {"prompt": f"{text} What is two, then?", "completion": "2"}, asked[0]])

    assert (found["copies"], found["near"], found["otherwise"]) == (1, 2, 2)
    assert found["records"] == found["number"] + 3
