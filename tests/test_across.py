"""What several data sets have in common is found, whatever else each of them holds."""

from __future__ import annotations

import orjson
import pytest

from dsready.across import compare, rules
from dsready.check import Between, Verdict
from dsready.config import Config, merge
from dsready.errors import ConfigError, PluginError
from dsready_checks.across import Across


@pytest.fixture
def put(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(name, records):
        lines = [row if isinstance(row, bytes) else orjson.dumps(row) for row in records]
        (tmp_path / name).write_bytes(b"".join(line + b"\n" for line in lines))
        return name

    return write


@pytest.fixture
def shared():
    """Compare data sets; return for each the rule, the line, and the message of what is found."""

    def run(jobs=1, config=None, **sets):
        configs = {name: merge(config or Config(), one) for name, one in sets.items()}
        found = compare(configs, jobs=jobs, cache=False)
        return {name: [(one.rule, one.location.line, one.message) for one in mine] for name, mine in found.items()}

    return run


def chat(prompt, answer):
    return {"messages": [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]}


def asked(record):
    return record["messages"][0]["content"]


TOLD = (
    "First bring the water to the boil, then add the tea, wait for four minutes, and pour it into a warm cup with {}."
)


def test_an_item_is_found_in_another_data_set_though_its_own_has_it_too(clean, put, shared):
    held = clean(50, seed=5)
    put("a.jsonl", [*clean(60), held[3]])
    put("held.jsonl", held)
    put("b.jsonl", [*clean(60, seed=7), chat(asked(held[3]).upper(), "Nobody knows."), held[3]])

    where = "its prompt is that of held.jsonl:4, an evaluation item of the data set a"
    assert shared(a={"paths": ["a.jsonl"], "eval": ["held.jsonl"]}, b={"paths": ["b.jsonl"]}) == {
        "a": [],
        "b": [
            ("XDS001", 62, "the same JSON value as a.jsonl:61, of the data set a"),
            ("XDS002", 61, where),
            ("XDS002", 62, where),
        ],
    }


def test_every_way_to_hold_an_item_has_its_words(clean, put, shared):
    held = clean(50, seed=5)
    item = asked(held[0])
    put("a.jsonl", clean(60))
    put("held.jsonl", held)
    near = f"{item.rpartition(' ')[0]} lunchtime?"
    around = f"Read this, think about it for a while, and then answer. {item} Why?"
    within = asked(held[1]).rpartition(" ")[0]
    put("b.jsonl", [*clean(60, seed=7), chat(near, "No."), chat(around, "Yes."), chat(within, "Well.")])

    found = shared(a={"paths": ["a.jsonl"], "eval": ["held.jsonl"]}, b={"paths": ["b.jsonl"]})["b"]
    assert [message.partition(" held")[0] for _, _, message in found] == [
        "its prompt is nearly that of",
        "it holds the prompt of",
        "its prompt stands inside that of",
    ]


def test_near_copies_are_found_though_each_has_a_nearer_one_beside_it(clean, put, shared):
    put("a.jsonl", [*clean(60), chat("How is tea made?", TOLD.format("a spoon of honey"))])
    near = [chat("How is tea made?", TOLD.format(end)) for end in ("some milk", "some milk now")]
    put("b.jsonl", [*clean(60, seed=7), *near, near[1]])

    found = shared(a={"paths": ["a.jsonl"]}, b={"paths": ["b.jsonl"]})["b"]
    assert [(rule, line) for rule, line, _ in found] == [("XDS001", line) for line in (61, 62, 63)]
    assert {message.partition(" ")[0] for _, _, message in found} == {"Jaccard"}
    assert {message.partition(" with ")[2] for _, _, message in found} == {"a.jsonl:61, of the data set a"}


def test_copies_are_found_however_often_a_data_set_repeats_itself(clean, put, shared):
    one = clean(60)
    put("a.jsonl", [*one, *[one[7]] * 10_500])
    put("b.jsonl", [*clean(60, seed=7), one[5]])

    said = "the same JSON value as a.jsonl:6, of the data set a"
    assert shared(a={"paths": ["a.jsonl"]}, b={"paths": ["b.jsonl"]})["b"] == [("XDS001", 61, said)]


def test_all_copies_are_reported_and_each_says_how_it_is_equal(clean, put, shared):
    one, strange = clean(60), {"who": "the baker", "what": 3}
    put("a.jsonl", [*one, strange])
    shouted = chat(asked(one[0]).upper(), one[0]["messages"][1]["content"])
    put("b.jsonl", [shouted, one[1], one[1], strange, {**strange, "what": 4}])

    at = "a.jsonl:{}, of the data set a"
    assert shared(a={"paths": ["a.jsonl"]}, b={"paths": ["b.jsonl"]})["b"] == [
        ("XDS001", 1, f"the same text as {at.format(1)}"),
        ("XDS001", 2, f"the same JSON value as {at.format(2)}"),
        ("XDS001", 3, f"the same JSON value as {at.format(2)}"),
        ("XDS001", 4, f"the same JSON value as {at.format(61)}"),
    ]


@pytest.mark.parametrize("first", ["a", "b"])
def test_no_data_set_says_how_another_one_is_read(clean, put, shared, first):
    one, long = clean(60), chat("What is the longest word?", "A word of many letters. " * 40)
    put("a.jsonl", [*one, long])
    put("b.jsonl", [*clean(60, seed=7), one[5], long])
    strict = {"paths": ["a.jsonl"], "max-line-bytes": 600, "format": "openai-chat", "checks.duplicates.threshold": 1}
    free = {"paths": ["b.jsonl"], "tokenizer": "missing.json"}
    sets = {"a": strict, "b": free} if first == "a" else {"b": free, "a": strict}

    found = shared(**sets)
    assert found[first] == []
    assert [rule for rule, _, _ in found["b" if first == "a" else "a"]] == ["XDS001", "XDS001"]


def test_of_several_data_sets_the_later_ones_are_told_of_the_first(clean, put, shared):
    one, two = clean(60), clean(60, seed=7)
    put("a.jsonl", one)
    put("both.jsonl", clean(60, seed=8))
    put("b.jsonl", [*two, one[0]])
    put("c.jsonl", [two[3], one[0], clean(60, seed=8)[2]])

    found = shared(
        a={"paths": ["a.jsonl", "both.jsonl"]},
        b={"paths": ["b.jsonl", "both.jsonl"]},
        c={"paths": ["c.jsonl"]},
    )
    said = "the same JSON value as {}:{}, of the data set {}".format
    assert found == {
        "a": [],
        "b": [("XDS001", 61, said("a.jsonl", 1, "a"))],
        "c": [
            ("XDS001", 1, said("b.jsonl", 4, "b")),
            ("XDS001", 2, said("a.jsonl", 1, "a")),
            ("XDS001", 3, said("both.jsonl", 3, "a, b")),
        ],
    }


def test_a_record_of_a_shared_file_is_told_to_all_it_belongs_to(clean, put, shared):
    one = clean(60)
    put("a.jsonl", one)
    put("both.jsonl", [*clean(60, seed=8), one[2]])
    put("b.jsonl", clean(60, seed=7))

    found = shared(a={"paths": ["a.jsonl"]}, b={"paths": ["b.jsonl", "both.jsonl"]}, c={"paths": ["both.jsonl"]})
    assert found["b"] == found["c"] == [("XDS001", 61, "the same JSON value as a.jsonl:3, of the data set a")]


def test_an_evaluation_file_that_another_data_set_trains_on_is_told_to_that_one(clean, put, shared):
    put("a.jsonl", clean(60))
    put("both.jsonl", clean(50, seed=5)[:2])

    where = "its prompt is that of both.jsonl:{0}, an evaluation item of the data set a"
    told = {"a": [], "b": [("XDS002", line, where.format(line)) for line in (1, 2)]}
    sets = {"a": {"paths": ["a.jsonl"], "eval": ["both.jsonl"]}, "b": {"paths": ["both.jsonl"]}}
    assert shared(**sets) == shared(jobs=2, **sets) == told


def test_standard_input_is_not_compared(clean, put, shared):
    put("a.jsonl", clean(60))

    for other in ({"paths": ["-"]}, {"paths": ["a.jsonl"], "eval": ["-"]}):
        with pytest.raises(ConfigError, match="standard input cannot be compared") as error:
            shared(a={"paths": ["a.jsonl"]}, b=other)
    assert 'ignore = ["across"]' in error.value.hint
    assert shared(config=merge(Config(), {"lint.ignore": ["across"]}), a={"paths": ["-"]}, b={}) == {"a": [], "b": []}


def test_a_comparison_that_crashes_is_an_error(clean, put, shared, monkeypatch):
    def crash(*_):
        raise ZeroDivisionError("nothing")

    put("a.jsonl", clean(60))
    monkeypatch.setattr(Across, "finish", crash)

    with pytest.raises(PluginError, match="the check across crashed: ZeroDivisionError: nothing"):
        shared(a={"paths": ["a.jsonl"]}, b={"paths": ["a.jsonl"]})


def test_what_is_said_of_no_place_is_told_to_nobody(clean, put, shared, monkeypatch):
    put("a.jsonl", clean(60))
    put("b.jsonl", clean(60))
    finish = Across.finish

    def placeless(self, state, data):
        found = finish(self, state, data).findings
        return Verdict(1, [one.model_copy(update={"location": None}) for one in found])

    assert len(shared(a={"paths": ["a.jsonl"]}, b={"paths": ["b.jsonl"]})["b"]) == 60
    monkeypatch.setattr(Across, "finish", placeless)
    assert shared(a={"paths": ["a.jsonl"]}, b={"paths": ["b.jsonl"]}) == {"a": [], "b": []}


def test_the_rules_are_those_of_checks_between_data_sets():
    assert issubclass(Across, Between)
    assert {rule.code for rule in rules()} == {"XDS001", "XDS002"}
