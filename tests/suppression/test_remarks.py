"""What is said once about a set stays accepted when good records are added to it."""

from __future__ import annotations

import pytest

from dsready.accepting import Wishes

WRITE = Wishes(writes=True, blockers=True)
SYSTEM = " ".join(f"Rule {number}: keep gate {number} of the old harbour closed at night." for number in range(40))


def pair(prompt, answer):
    return {"prompt": prompt, "completion": answer}


def instructed(row):
    return {"messages": [{"role": "system", "content": SYSTEM}, *row["messages"]]}


def preferred(row):
    prompt, answer = (turn["content"] for turn in row["messages"])
    return {"prompt": prompt, "chosen": answer * 3, "rejected": answer}


def templated(row):
    return pair(row["messages"][0]["content"], f"{{{{order_number}}}} {row['messages'][1]['content']}")


def stating(number):
    return pair(
        f"When was the mill called {chr(97 + number % 26)}{number} built?", f"In {1500 + number}, by the river."
    )


@pytest.mark.parametrize(
    ("rule", "shape"), [("PRM001", instructed), ("PRF004", preferred), ("TXT004", templated), ("KNW001", stating)]
)
def test_ten_more_of_the_same_leave_what_is_said_of_the_set_accepted(rule, shape, clean, put, lint, counts):
    rows = [shape(row) for row in (range(220) if rule == "KNW001" else clean(220))]
    put("train.jsonl", rows[:210])
    assert rule in counts(lint("train.jsonl", select=["ALL"]))
    lint("train.jsonl", wishes=WRITE, select=["ALL"])
    put("train.jsonl", rows)

    assert counts(lint("train.jsonl", select=["ALL"]), rule) == {}
