"""Together: rows with one defect break the rule that names it, and no other that refuses."""

from __future__ import annotations

import orjson
import pytest

from dsready.targets.tally import File, Tally
from dsready.targets.together import TARGET

USER = {"role": "user", "content": "q"}
ANSWER = {"role": "assistant", "content": "a"}
PNG = "data:image/png;base64,iVBORw0KGgo="


def chat(*messages, **more):
    return {"messages": list(messages), **more}


def pair(**more):
    return {"input": chat(USER), "preferred_output": [ANSWER], "non_preferred_output": [ANSWER], **more}


def picture(url=PNG, role="user"):
    return {"role": role, "content": [{"type": "image_url", "image_url": {"url": url}}]}


SAID = {"role": "assistant", "content": [{"type": "text", "text": "a"}]}
CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
ACCEPTED = [
    chat(USER, ANSWER),
    chat({"role": "system", "content": "s"}, USER, {**ANSWER, "weight": 0}, USER, {**ANSWER, "weight": 1}),
    chat(USER, {"role": "assistant", "tool_calls": [CALL]}, {"role": "tool", "content": "3"}, ANSWER, tools=[]),
    chat(picture(), SAID),
    chat({**picture(), "weight": 0}, SAID),
    chat({"role": "system", "content": []}, USER, ANSWER),
    chat({"role": "system", "content": ""}, picture(), SAID),
    chat(USER, ANSWER, weight=0.5),
    pair(preferred_output=[{"role": "assistant", "tool_calls": [CALL]}]),
    pair(preferred_output=[SAID]),
    {"prompt": "q", "completion": "a"},
    {"text": "plain"},
    pair(),
    pair(input=chat(USER, tools=[])),
]
REFUSED = [
    ("TGR-06", {"question": "q", "answer": "a"}),
    ("TGR-06", {"prompt": "q"}),
    ("TGR-08", chat(USER, ANSWER, text="x")),
    ("TGR-08", {"prompt": "q", "completion": "a", "text": "x"}),
    ("TGR-09", chat(USER, ANSWER, id=1)),
    ("TGR-09", {"text": "x", "source": "web"}),
    ("TGR-09", pair(id=1)),
    ("TGR-11", {"text": 5}),
    ("TGR-11", {"prompt": "q", "completion": ["a"]}),
    ("TGR-20", chat()),
    ("TGR-20", {"messages": "q"}),
    ("TGR-20", {"messages": ["q"]}),
    ("TGR-21", chat(USER, ANSWER, {"role": "developer", "content": "x"})),
    ("TGR-21", chat(USER, {"content": "a"}, ANSWER)),
    ("TGR-22", chat({"role": "user"}, ANSWER)),
    ("TGR-23", chat(USER, {"role": "assistant", "content": 5})),
    ("TGR-24", chat(USER)),
    ("TGR-26", chat(USER, {**ANSWER, "weight": 1.0})),
    ("TGR-26", chat(USER, {**ANSWER, "weight": 2})),
    ("TGR-27", chat(USER, ANSWER, weight=-1)),
    ("TGR-40", chat(picture("https://example.com/a.png"), SAID)),
    ("TGR-41", chat({"role": "user", "content": [{"type": "text", "text": "q"}]}, picture(role="assistant"))),
    ("TGR-42", chat(*[picture(), SAID] * 11)),
    ("TGR-43", chat(picture(), ANSWER)),
    ("TGR-44", chat({"role": "user", "content": ["q"]}, SAID)),
    ("TGR-44", chat({"role": "user", "content": [{"text": "q"}]}, SAID)),
    ("TGR-44", chat({"role": "user", "content": [{"type": "text"}]}, SAID)),
    ("TGR-44", chat({"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}, SAID)),
    ("TGR-45", chat({**picture(), "weight": 1}, SAID)),
    ("TGR-50", pair(input=chat(USER, ANSWER))),
    ("TGR-51", pair(preferred_output=[])),
    ("TGR-51", pair(preferred_output=[ANSWER, ANSWER])),
    ("TGR-51", pair(non_preferred_output="no")),
    ("TGR-51", pair(non_preferred_output=[{"role": "assistant"}])),
    ("TGR-51", pair(non_preferred_output=[{"role": "assistant", "content": None}])),
    ("TGR-51", pair(non_preferred_output=[{"role": "assistant", "content": [{"type": "text"}]}])),
    ("TGR-52", pair(tools=[])),
]
ADVISED = [
    ("TGR-25", chat(USER, USER, ANSWER)),
    ("TGR-25", chat(ANSWER, USER)),
    ("TGR-28", chat(USER, {**ANSWER, "reasoning": "r"}, USER, ANSWER)),
]
LINES = [("TGR-03", b"\xff"), ("TGR-04", b""), ("TGR-05", b"{"), ("TGR-05", b"[1]"), ("TGR-05", b"{}{}")]


def broken(row):
    return TARGET.of_line(row if isinstance(row, bytes) else orjson.dumps(row))


@pytest.mark.parametrize("row", ACCEPTED)
def test_it_takes(row):
    assert broken(row) == ()


@pytest.mark.parametrize(("rule", "row"), [*REFUSED, *LINES])
def test_it_refuses_for_one_reason(rule, row):
    found = [breach.rule for breach in broken(row)]

    assert rule in [one.id for one in found]
    assert {one.id for one in found if one.refuses} <= {rule}


@pytest.mark.parametrize(("rule", "row"), ADVISED)
def test_it_advises(rule, row):
    assert [(breach.rule.id, breach.rule.refuses) for breach in broken(row)] == [(rule, False)]


@pytest.mark.parametrize(
    ("rule", "file"),
    [
        ("TGR-01", File("train.JSONL", 1)),
        ("TGR-01", File("train.json", 1)),
        ("TGR-02", File("train.jsonl", 101 << 30)),
        ("TGR-02-SIZE", File("train.jsonl", 60 << 30)),
        ("TGR-03-FILE", File("train.jsonl", 1, frozenset({"byte-order-mark"}))),
        ("TGR-05-FILE", File("train.jsonl", 1, frozenset({"not-jsonl"}))),
        ("TGR-10", File("train.jsonl", 0)),
    ],
)
def test_files(rule, file):
    problem = TARGET.by_id[rule].whole(Tally(TARGET, {}, [file]))

    assert problem is not None
    assert problem.path in ("", file.path)


def test_every_rule_is_broken_here():
    shown = {rule for rule, _ in [*REFUSED, *ADVISED, *LINES]}
    files = {"TGR-01", "TGR-02", "TGR-02-SIZE", "TGR-03-FILE", "TGR-05-FILE", "TGR-10"}

    assert set(TARGET.by_id) - shown - files == {"TGR-07"}  # see tests/checks/test_target.py
