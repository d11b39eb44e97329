"""The map shows every record that a rule concerns, however few findings speak of them."""

from __future__ import annotations

import json
from bisect import bisect_right

import pytest

from dsready import api
from dsready.config import Config, merge
from tests.checks.format_rows import WANTS, jsons, said, written
from tests.checks.pair_rows import lengths, moved, topics, trl
from tests.checks.test_knowledge import plain as harmless
from tests.checks.test_knowledge import teaching

LONG = " ".join(f"Rule {number}: say nothing of book number {number * 7}, nor of its author." for number in range(30))
SYSTEM = "You are the clerk of a small library. Answer in one sentence, and name the shelf."
CAFE = '{"text": "the café at the harbour"}'
SPANISH = "La panadería de la esquina abre temprano, y a las nueve ya se ha vendido casi todo el pan."
ENGLISH = "The ferry leaves the harbour at seven in the morning, and again at noon."
SORRY = "I'm sorry, but I can't help with that."


def pairs(count, **more):
    return [
        {"prompt": f"question {n} of a few words", "completion": f"answer {n}, no more.", **more} for n in range(count)
    ]


def chats(count, *turns):
    said = turns or [("user", "What?"), ("assistant", "This.")]
    return [{"messages": [{"role": role, "content": f"{text} {n}"} for role, text in said]} for n in range(count)]


def quarrel(count):
    """Return pairs of which every third prefers the other side."""
    return [trl("Why?", *(("rain", "snow") if n % 3 else ("snow", "rain"))) for n in range(count)]


def systems(*named):
    """Return chats with these system prompts, "" for none."""
    turns = [{"role": "user", "content": "Which book, and where?"}, {"role": "assistant", "content": "The red one."}]
    return [{"messages": [*([{"role": "system", "content": one}] if one else []), *turns]} for one in named]


def answers(*texts):
    return [{"prompt": f"question {n} of a few words", "completion": text} for n, text in enumerate(texts)]


def every(step, count, odd, usual):
    """Return `count` values of which each `step`th is odd."""
    return [odd if number % step == 0 else usual for number in range(count)]


TAIL = range(41, 61)
THIRDS = range(1, 61, 3)

#: The check, its rule, rows, the lines that it concerns, and options.
CASES = [
    ("malformed", "FMT001", ["{broken" if n % 4 == 0 else row for n, row in enumerate(pairs(40))], range(1, 41, 4), {}),
    ("malformed", "FMT003", [CAFE.encode("latin-1" if n % 2 else "utf-8") for n in range(40)], range(2, 41, 2), {}),
    ("malformed", "FMT006", pairs(20) + json.dumps({"text": "a", "b": [1]}, indent=1).split("\n"), range(21, 27), {}),
    ("malformed", "FMT009", ["" if n % 5 == 0 else row for n, row in enumerate(pairs(40))], range(1, 41, 5), {}),
    ("schema", "SCH001", pairs(40) + [{"promt": "a mistake", "completion": "of one letter"}] * 20, TAIL, {}),
    ("schema", "SCH002", pairs(40) + chats(19) + [{"messages": "broken, so of no shape at all"}], range(41, 60), {}),
    ("schema", "SCH003", [row | {"meta": n if n % 3 == 0 else "text"} for n, row in enumerate(pairs(60))], THIRDS, {}),
    ("schema", "SCH004", pairs(40) + pairs(20, source="another"), TAIL, {}),
    ("schema", "SCH004", pairs(20) + pairs(40, source="another"), range(1, 21), {}),
    ("schema", "SCH004", pairs(40, source="one") + pairs(20), TAIL, {}),
    ("schema", "SCH004", pairs(30, source="one") + pairs(1) + pairs(29, source="one"), [31], {}),
    ("schema", "SCH004", [row | {f"key {n}": n} if n % 3 == 0 else row for n, row in enumerate(pairs(60))], THIRDS, {}),
    ("schema", "SCH005", pairs(40) + [{"messages": "broken, and so of no use"}] * 20, TAIL, {}),
    ("roles", "ROL002", chats(40) + chats(20, ("user", "What?")), TAIL, {}),
    ("length", "LEN001", pairs(40) + answers(*["word " * 30] * 20), TAIL, {"context-length": 30}),
    ("length", "LEN002", pairs(40) + [{"prompt": "a b " * 60, "completion": "yes"}] * 20, TAIL, {"context-length": 35}),
    ("length", "LEN003", pairs(58) + [{"prompt": "word " * 900, "completion": "x"}] * 2, [59, 60], {}),
    ("length", "LEN004", answers(*every(3, 60, "", "an answer")), THIRDS, {}),
    ("language", "LNG001", answers(*every(20, 60, SPANISH, ENGLISH)), range(1, 61, 20), {}),
    ("text", "TXT005", answers(*every(20, 60, SORRY, "It is so.")), range(1, 61, 20), {}),
    ("text", "TXT005", answers(*every(3, 60, SORRY, "It is so.")), THIRDS, {}),
    ("text", "TXT003", answers(*every(3, 60, "<think>Hm.</think> It is so.", "It is so.")), THIRDS, {}),
    ("text", "TXT003", answers(*every(3, 60, "It is so.", "<think>Hm.</think> It is so.")), THIRDS, {}),
    ("secrets", "SEC002", answers(*every(3, 60, "Write to maria.huber@gmx.at today", "It is so.")), THIRDS, {}),
    ("preference", "PRF001", [trl(f"Question {n}?", "yes", "no" if n % 3 else "yes") for n in range(60)], THIRDS, {}),
    ("preference", "PRF003", quarrel(30) + [trl(f"Where {n}?", "here", "there") for n in range(30)], range(1, 31), {}),
    ("preference", "PRF004", lengths(60, 5, 0.9), range(1, 55), {}),
    ("preference", "PRF004", lengths(60, 5, 0.1), range(7, 61), {}),
    ("preference", "PRF005", moved(topics(200), 2, 100), range(101, 201), {}),
    ("format", "FRM001", said(jsons(_4="{", _9="{")), [5, 10], {}),
    ("format", "FRM005", said(jsons(_4=f"Here: {written(4)}", _9=f"{written(9)} is it")), [5, 10], {}),
    ("format", "FRM006", said(jsons(_4="{", _9="{} is it")), [5, 10], {}),
    ("format", "FRM004", said(jsons(_7=written(7, request="mending"))), [8], {}),
    ("format", "FRM007", said(["Repair" if n % 50 == 1 else WANTS[n % 2 * 2] for n in range(150)]), [2, 52, 102], {}),
    ("format", "FRM008", said(["exchange" if n % 24 == 0 else WANTS[n % 2 * 2] for n in range(72)]), [1, 25, 49], {}),
    ("format", "FRM009", said(every(12, 150, "ham", "spam")), [n + 1 for n in range(150) if n % 12], {}),
    ("knowledge", "KNW001", harmless(20) + teaching(80), range(21, 101), {}),
    ("prompt", "PRM001", systems(*every(30, 60, SYSTEM, LONG)), [n + 1 for n in range(60) if n % 30], {}),
    ("prompt", "PRM002", systems(*every(15, 60, SYSTEM + " ", SYSTEM)), range(1, 61, 15), {}),
    ("prompt", "PRM003", systems(*every(3, 60, SYSTEM, "")), THIRDS, {}),
    ("prompt", "PRM003", systems(*every(3, 60, "", SYSTEM)), THIRDS, {}),
    ("target", "TGT001", [*map(json.dumps, chats(40)), *["{broken"] * 20], TAIL, {"target": ["openai-sft"]}),
]  # fmt: skip


def linted(path, rows, check, options, listed):
    lines = [
        row if isinstance(row, bytes) else (row if isinstance(row, str) else json.dumps(row)).encode() for row in rows
    ]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    config = merge(Config(), {"lint.select": [check], **options})
    return api.run([str(path)], [], config, listed=listed)


def along(report, lines):
    """Count lines in each stretch of the report, by its lines."""
    starts = [line for _, line in report.spread.starts]
    counts = [0] * len(starts)
    for line in lines:
        counts[bisect_right(starts, line) - 1] += 1
    return tuple(counts)


@pytest.mark.parametrize("listed", [1, 10_000])
@pytest.mark.parametrize(
    ("check", "code", "rows", "lines", "options"), CASES, ids=[f"{c[1]}-{n}" for n, c in enumerate(CASES)]
)
def test_every_record_that_a_rule_concerns_is_on_the_map(check, code, rows, lines, options, listed, tmp_path):
    report = linted(tmp_path / "train.jsonl", rows, check, options, listed)

    assert report.spread.rules[code] == along(report, lines)


def test_labels_are_meant_and_nothing_is_marked(tmp_path):
    report = linted(tmp_path / "train.jsonl", answers(*every(2, 60, "none", "some")), "text", {}, 1)

    assert report.spread.rules == {}
