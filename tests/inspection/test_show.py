"""`dsready show`, from the command line to what it prints."""

from __future__ import annotations

import gzip
import json
import os
import sys
from pathlib import Path

import pytest

from dsready.text.turns import LINE

sys.path.insert(0, str(Path(__file__).parent.parent / "output"))
from hostile import NAMES, lint

FIXTURES = Path(__file__).parents[2] / "fixtures"
EXPECTED = [(path, json.loads(path.read_text("utf-8"))) for path in sorted(FIXTURES.glob("*/*/expected.json"))]
#: Every fixture in which something is found at a line, and the first such line.
FOUND = [
    (path.parent, found["rule"], found["line"])
    for path, expected in EXPECTED
    for found in [next((one for one in expected["findings"] if one["line"]), None)]
    if found and found["rule"] != "DSR001"  # it stands in the ignore file
]
pytestmark = pytest.mark.usefixtures("apart")


def written(path, rows):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def pair(number, answer=""):
    asked = f"question {number} about the towers number {number * 7919} of the town and {number * 104729} others"
    return {"prompt": asked, "completion": answer or f"the answer of the day is number {number * 1299709} as ever"}


@pytest.mark.parametrize(
    ("case", "rule", "line"), FOUND, ids=lambda value: value.name if isinstance(value, Path) else str(value)
)
def test_the_first_finding_of_every_fixture_can_be_shown(show, case, rule, line, monkeypatch):
    monkeypatch.chdir(case)
    train, evals = next(case.glob("train.*")).name, ["--eval", "eval.jsonl"] if (case / "eval.jsonl").exists() else []
    settings = ["--config", "options.toml"] if (case / "options.toml").exists() else ["--isolated"]
    places = [f"{name}:{line}" for name in (train, "eval.jsonl") if Path(name).exists()]
    said = []
    for place in places:
        code, out, err = show(place, train, *evals, *settings, "--output-format", "json")
        if code == 0:
            found = json.loads(out)
            said += [finding["rule"] for finding in [*found["findings"], *found["naming"]]]
            assert found["record"]["turns"]
            assert show(place, train, *evals, *settings)[0] == 0
        else:
            assert "begin in line" in err or "is blank" in err or "has no line" in err

    assert rule in said or {"FMT009"} == {rule} or case.name in ("array", "broken-array")


def test_a_record_is_shown_with_all_that_is_known_of_it(show):
    written("train.jsonl", [pair(1), pair(2), {**pair(1), "prompt": pair(1)["prompt"] + " besides"}, pair(3)])
    written("eval.jsonl", [pair(2)])

    code, out, err = show("train.jsonl:3", "--eval", "eval.jsonl")

    assert (code, err) == (0, "")
    head, facts, *rest = out.splitlines()
    assert head.startswith("train.jsonl:3  record ")
    assert facts == "prompt-completion (sft), 156 bytes, 30 tokens"
    assert "answer (12 tokens)" in rest
    assert f"  {pair(1)['prompt']} besides" in rest
    assert "  DUP002 near-duplicate warning" in rest
    assert any(line.startswith("Duplicates: cluster ") and line.endswith(" of 2 records") for line in rest)
    assert rest[rest.index("  train.jsonl:1") + 1] == "    the first of the cluster"
    assert rest[rest.index("  train.jsonl:1") + 2] == "    … 104729 others[- besides-]" or "[- besides-]" in out


def test_a_leak_is_shown_on_both_sides(show):
    written("train.jsonl", [pair(1), pair(2), pair(3)])
    written("eval.jsonl", [pair(9), pair(2, "something else")])

    _, out, _ = show("train.jsonl:2", "--eval", "eval.jsonl")
    assert "Leaks: found in this record: 1 evaluation item\n  eval.jsonl:2\n    LEK001 same prompt as" in out
    assert "{+something else+}" in out
    _, out, _ = show("eval.jsonl:2", "train.jsonl", "--eval", "eval.jsonl")
    assert "Leaks: this evaluation item is found in training data; most similar: 1 record\n  train.jsonl:2\n" in out
    assert "[-something else-]" in out
    assert "evaluation data" in out.splitlines()[0]


def test_an_item_does_not_say_how_many_records_it_is_found_in(show):
    written("train.jsonl", [{**pair(1), "completion": pair(number)["completion"]} for number in range(5)])
    written("eval.jsonl", [pair(1, "something else")])

    _, out, _ = show("eval.jsonl:1", "train.jsonl", "--eval", "eval.jsonl")
    assert "same prompt as train.jsonl:1 and 4 more" in out
    assert "Leaks: this evaluation item is found in training data; most similar: 3 records\n" in out


def test_no_other_record_is_called_the_first_of_a_cluster_whose_first_is_not_named(show):
    near = {**pair(2), "completion": pair(2)["completion"] + " today"}
    written("train.jsonl", [pair(2), near, near])
    Path("dsready.toml").write_text('[lint]\nignore = ["DUP002"]\n')

    _, out, _ = show("train.jsonl:3")
    assert "  train.jsonl:2\n    named by findings of others\n    nothing differs\n" in out


def test_what_stands_beside_the_turns_may_differ(show):
    written("train.jsonl", [{**pair(1), "source": name} for name in ("one", "another")])

    _, out, _ = show("train.jsonl:2")
    assert "what is said does not differ, but perhaps what is masked, or stands beside it" in out


def test_a_cluster_is_shown_by_its_first_record_with_every_member(show):
    near = {**pair(2), "completion": pair(2)["completion"] + " today"}
    written("train.jsonl", [pair(1), pair(2), near, pair(2), pair(5), pair(5)])
    found = json.loads(show("train.jsonl:4", "--output-format", "json")[1])
    assert found["cluster"]["size"] == 3

    code, out, _ = show("--cluster", found["cluster"]["id"][:8].upper(), "train.jsonl")
    assert code == 0
    assert out.startswith("train.jsonl:2  record ")
    assert "of 3 records\n  train.jsonl:3\n" in out
    assert "    nothing differs\n" in out
    assert "{+ today+}" in out
    Path("dsready.toml").write_text('paths = ["train.jsonl"]\n')
    assert show("--cluster", found["cluster"]["id"])[1] == out
    code, out, err = show("--cluster", "0123456")
    assert (code, out) == (2, "")
    assert "there are 2 clusters of duplicates" in err


def test_the_data_set_of_the_configuration_is_linted_for_one_of_its_files(show, monkeypatch):
    written("data/a.jsonl", [pair(1)])
    written("data/b.jsonl", [pair(2), pair(1)])
    written("data/e.jsonl", [pair(2)])
    Path("dsready.toml").write_text('paths = ["data/a.jsonl", "data/b.jsonl"]\neval = ["data/e.jsonl"]\n')

    assert "the same JSON value as data/a.jsonl:1" in show("data/b.jsonl:2")[1]
    assert "same JSON value" not in show("data/b.jsonl:2", "data/b.jsonl")[1]
    assert "same JSON value" not in show("data/b.jsonl:2", "--isolated")[1]
    assert "is found in training data; most similar: 1 record" in show("data/e.jsonl:1")[1]
    monkeypatch.chdir("data")
    named = show("./b.jsonl:2")[1]
    assert "a.jsonl:1 " in " ".join(named.split())
    assert show(f"{Path('b.jsonl').absolute()}:2")[1] == named


def test_of_several_data_sets_that_of_the_file_is_taken(show):
    for name in ("a", "b", "c"):
        written(f"{name}.jsonl", [pair(1), pair(1)])
    Path("dsready.toml").write_text(
        '[[dataset]]\nname = "one"\npaths = ["a.jsonl"]\neval = ["c.jsonl"]\n'
        '[[dataset]]\nname = "two"\npaths = ["b.jsonl"]\neval = ["c.jsonl"]\nformat = "alpaca"\n'
    )

    assert "prompt-completion (sft)" in show("a.jsonl:1")[1]
    assert "which the configuration asks for" in " ".join(show("b.jsonl:1")[1].split())
    code, _, err = show("c.jsonl:1")
    assert (code, "say which: --data-set one or two" in err) == (2, True)
    assert "is found in" in show("c.jsonl:1", "--data-set", "one")[1]
    assert show("c.jsonl:1", "--data-set", "three")[0] == 2
    code, _, err = show("--cluster", "abcdef")
    assert (code, "--data-set one or two" in err) == (2, True)
    assert "there is 1 cluster of duplicates" in show("--cluster", "000000", "--data-set", "one")[2]


def test_what_is_accepted_is_shown_with_its_reason(show):
    written("train.jsonl", [pair(1), {**pair(1), "lint": "DUP001 it is meant"}, pair(2)])
    Path("dsready.toml").write_text('paths = ["train.jsonl"]\n[lint.per-file-ignores]\n"train.jsonl" = ["DUP001"]\n')

    assert "(accepted by per-file-ignores: train.jsonl)" in " ".join(show("train.jsonl:2")[1].split())
    assert not Path("dsready-baseline.json").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"prompt": "a", "completion": }', "cannot be used: invalid JSON at line 2, column 31:"),
        (b"[1, 2]", "cannot be used: it is JSON, but not an object"),
        (b'{"a": 1}', "cannot be used: no known shape; keys: a;"),
        (b'{"prompt": "a", "completion": 7}', "cannot be used: it breaks its shape prompt-completion at /completion:"),
        (b'{"prompt": "\xff"}', "cannot be used: invalid JSON at line 2, column 13: not UTF-8"),
        (b'{"prompt": "' + b"x" * 99 + b'"}', "cannot be used: the line is longer than max-line-bytes (100)"),
    ],
)
def test_a_line_that_is_no_record_says_what_it_is_and_why(show, line, said):
    Path("train.jsonl").write_bytes(b'{"prompt": "a", "completion": "b"}\n' + line + b"\n")
    code, out, _ = show("train.jsonl:2", "--config", "max-line-bytes = 100")

    assert code == 0
    assert said in " ".join(out.split())
    assert f"\n{LINE} (" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a record, FILE:LINE, or a cluster"),
        (("train.jsonl",), "names no line"),
        (("train.jsonl:9",), "has no line 9"),
        (("train.jsonl:2",), "line 2 of train.jsonl is blank"),
        (("train.jsonl:0",), "counted from 1"),
        (("gone.jsonl:1",), "gone.jsonl does not exist"),
        (("--", "-:1"), "standard input can be read only once"),
        (("-",), "standard input can be read only once"),
        (("train.jsonl:1", "-"), "standard input can be read only once"),
        (("train.jsonl:1", "other.jsonl"), "train.jsonl is not among the files"),
        (("train.jsonl:1", "--tokenizer", "none"), "no tokenizer is called"),
        (("train.jsonl:1", "--format", "none"), "no record shape is called"),
        (("train.jsonl:1", "--eval", "gone"), "gone does not exist"),
        (("train.jsonl:1", "--config", "a.toml"), "cannot read a.toml"),
        (("--cluster", "abcdef"), "no data set is named"),
        (("--cluster", "abc", "train.jsonl"), "is no beginning of a record's hash"),
    ],
)
def test_mistakes_are_told(show, arguments, message):
    Path("train.jsonl").write_text(json.dumps(pair(1)) + "\n\n")
    written("other.jsonl", [pair(1)])
    code, out, err = show(*arguments)

    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_packed_files_and_names_with_colons_are_read(show):
    Path("a:7.jsonl.gz").write_bytes(gzip.compress((json.dumps(pair(1)) + "\n").encode() * 2))

    code, out, _ = show("a:7.jsonl.gz:2")
    assert (code, out.splitlines()[0][:16]) == (0, "a:7.jsonl.gz:2  ")
    assert "DUP001" in out


def test_long_texts_lists_and_conversations_are_cut_unless_they_are_wanted_whole(show):
    roles = ("user", "assistant")
    turns = [{"role": roles[n % 2], "content": f"turn {n} " + "word " * (600 * (n == 1))} for n in range(60)]
    row = {"messages": turns}
    written("train.jsonl", [row, *({**row, "id": n} for n in range(30))])

    code, out, _ = show("train.jsonl:1")
    assert code == 0
    assert "  … 20 turns more (--full shows all)" in out
    assert "  … 1,007 characters more (--full shows all)" in out
    assert "  + 10 more (--full shows all)" in out
    code, out, _ = show("train.jsonl:1", "--full")
    assert code == 0
    assert "more (--full" not in out
    assert "  turn 30" in out
    assert "train.jsonl:31" in out


def test_json_holds_whole_texts_and_exact_differences(show):
    long = "much to say " * 2000
    asked = {
        "messages": [
            {"role": "user", "content": long + "here"},
            {"role": "assistant", "content": pair(1)["completion"]},
        ]
    }
    told = json.loads(json.dumps(asked).replace("here", "HERE"))
    written("train.jsonl", [pair(1), asked, pair(2), told])
    found = json.loads(show("train.jsonl:4", "--output-format", "json")[1])

    assert found["schema_version"] == 1
    assert [turn["role"] for turn in found["record"]["turns"]] == ["user", "assistant"]
    assert found["record"]["turns"][0]["text"] == long + "HERE"
    (other,) = found["cluster"]["others"]
    assert other["place"]["line"] == 2
    sides = ["".join(one["text"] for one in other["differences"] if one["kind"] != kind) for kind in ("new", "old")]
    assert sides == [f"user: {long}{end}\nassistant: {pair(1)['completion']}" for end in ("HERE", "here")]


def test_secrets_are_masked_before_anything_is_cut_or_compared(show):
    key = "sk-" + "proj-" + "Zk3nT7qLw9XbVr5HmYc2PdJf8GsAe4Uo" * 3
    row = pair(1, "Write to anna.smith@gmail.com or take the key. " + "word " * 389 + key)
    other = {**row, "completion": row["completion"].replace("Write to anna.smith", "Write  to  bert.jones")}
    written("train.jsonl", [row, other])
    for arguments in ((), ("--full",), ("--output-format", "json"), ("--output-format", "json", "--full")):
        _, out, _ = show("train.jsonl:1", *arguments)

        assert "Zk3nT7" not in out
        assert "anna.smith" not in out
        assert "bert.jones" not in out


def test_records_that_differ_only_in_what_is_masked_say_so(show):
    asked = " ".join(pair(number)["prompt"] for number in range(5))
    written(
        "train.jsonl",
        [{"prompt": f"{asked} Call {name}@gmail.com", "completion": "Yes."} for name in ("anna.smith", "arno.jones")],
    )
    out = show("train.jsonl:2")[1]

    assert "but perhaps what is masked" in out


def test_hostile_records_cannot_reach_the_terminal_or_a_runner(show, tmp_path):
    lint(tmp_path)
    for name in NAMES[:2]:
        count = (tmp_path / name).read_bytes().count(b"\n")
        for line in range(1, count, 5):
            for arguments in ((), ("--ascii",), ("--output-format", "json"), ("--full",)):
                code, out, err = show(f"{name}:{line}", "--eval", NAMES[2], *arguments)

                assert code == 0, err
                bad = {char for char in out if char != "\n" and not char.isprintable() and char not in "\xa0\u3000"}
                assert bad == set()
                assert not any(line.lstrip().startswith("::") for line in out.split("\n"))
                assert "##[" not in out
                assert "##vso[" not in out
                assert arguments != ("--ascii",) or out.isascii()


def test_differences_are_coloured_where_colours_are_wanted_and_read_without(show):
    written("train.jsonl", [pair(1), {**pair(1), "completion": pair(1)["completion"] + " twice"}])

    assert "\x1b[31m[- twice-]\x1b[0m" in show("train.jsonl:2", "--color", "always")[1]
    assert "\x1b[32m{+ twice+}\x1b[0m" in show("train.jsonl:1", "--color", "always")[1]
    assert "\x1b" not in show("train.jsonl:2")[1]


def test_a_second_look_finds_what_the_first_has_kept(show, monkeypatch, tmp_path):
    written("train.jsonl", [pair(n) for n in range(50)])
    monkeypatch.setenv("DSREADY_CACHE_DIR", str(tmp_path / "kept"))

    first = show("train.jsonl:3", "--no-cache")[1]
    assert not (tmp_path / "kept").exists()
    monkeypatch.delenv("DSREADY_NO_CACHE", raising=False)
    assert show("train.jsonl:3", "--cache-dir", tmp_path / "kept")[1] == first
    assert (tmp_path / "kept").exists()
    assert show("train.jsonl:3")[1] == first


def test_any_number_of_processes_shows_the_same(show):
    written("train.jsonl", [pair(n % 40) for n in range(90)])

    assert show("train.jsonl:85", "-j", "2", "--no-cache") == show("train.jsonl:85", "--no-cache")


def test_a_file_that_is_no_regular_one_is_refused_among_others(show):
    written("train.jsonl", [pair(1)])
    os.mkfifo("pipe")
    code, _, err = show("train.jsonl:1", "train.jsonl", "pipe")

    assert (code, "pipe is no regular file" in err) == (2, True)
