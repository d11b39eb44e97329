"""Data that once broke something: found by review, kept as tests."""

from __future__ import annotations

import random

import pytest

import dsready
from dsready.dataset.record import Status, parse


@pytest.mark.parametrize("kind", ["function_response", "functionResponse", "tool_result", "toolResult"])
def test_results_within_results_are_not_looked_into(kind):
    opening = b'{"type":"' + kind.encode() + b'","content":['
    content = opening * 400 + b'{"type":"text","text":"x"}' + b"]}" * 400

    record = parse(0, b'{"messages":[{"role":"user","content":"a"},{"role":"tool","content":[' + content + b"]}]}")

    assert record.status is Status.USABLE


def test_a_huge_last_line_is_sampled_in_one_look(tmp_path, monkeypatch):
    monkeypatch.setattr("dsready.dataset.dataset.SAMPLE_BYTES", 1 << 16)
    path = tmp_path / "export.json"
    path.write_bytes(b'{"prompt":"a b c","completion":"d"}\n{"data":"' + b"x" * (4 << 20) + b'"}')

    report = dsready.lint(path, config={"max-line-bytes": 1 << 20})

    assert report.summary.by_rule["FMT010"] == 1


def test_keys_that_are_data_make_one_finding():
    rows = [{"prompt": f"p{i}", "completion": f"c{i}", f"k{i}": 1, "meta": {f"m{i}": i}} for i in range(3000)]

    report = dsready.lint(rows, select=["schema"], config={})

    assert report.summary.by_rule == {"SCH004": 1}


def test_languages_do_not_depend_on_the_order(clean):
    spanish = "La panaderia de la esquina abre temprano y a las nueve ya se ha vendido casi todo el pan del dia."
    rows = clean(290) + [
        {"prompt": f"{spanish} {number}", "completion": f"{spanish} {number * 7}"} for number in range(10)
    ]
    shuffled = rows.copy()
    random.Random(5).shuffle(shuffled)  # noqa: S311  (repeatable on purpose)

    one, other = (dsready.lint(data, select=["language"], config={}) for data in (rows, shuffled))

    assert one.summary.by_rule == other.summary.by_rule
    assert one.score == other.score


def test_integers_of_any_length_are_told_apart():
    rows = [{"a": 123456789012345678901234567890}, {"a": 123456789012345678901234567891}]
    lines = "\n".join(f'{{"a": {row["a"]}}}' for row in rows)

    report = dsready.lint(rows, select=["DUP001"], config={})

    assert lines.count("\n") == 1
    assert report.summary.by_rule == {}


def test_one_prompt_asked_by_all_is_one_subject():
    train = [{"prompt": "Say it.", "completion": f"Number {number}."} for number in range(400)]
    held_out = [{"prompt": "Say it.", "completion": f"Other {number}."} for number in range(300)]

    report = dsready.lint(train, eval=held_out, select=["leakage"], config={})

    assert report.summary.by_rule == {"LEK001": 300}
    assert report.findings[0].message.endswith("and 399 more")


def test_other_tools_are_another_question():
    def row(tool: str, answer: str) -> dict:
        turns = [{"role": "user", "content": "Help me with my tax, please."}, {"role": "assistant", "content": answer}]
        return {"messages": turns, "tools": [{"type": "function", "function": {"name": tool}}]}

    report = dsready.lint(
        [row("calc_tax", "Sure."), row("send_mail", "I cannot do that.")], select=["DUP003"], config={}
    )

    assert report.summary.by_rule == {}


def test_the_same_words_about_another_image_are_no_leak():
    def row(image: str, answer: str) -> dict:
        parts = [{"type": "text", "text": "What does the blue line in this chart show?"}]
        parts.append({"type": "image_url", "image_url": {"url": image}})
        return {"messages": [{"role": "user", "content": parts}, {"role": "assistant", "content": answer}]}

    train, held_out = [row("https://example.com/1.png", "Rain.")], [row("https://example.com/2.png", "Sales.")]

    assert dsready.lint(train, eval=held_out, select=["LEK001", "LEK002", "LEK003"], config={}).findings == ()


def test_a_mark_behind_the_prompts_of_one_side_is_no_difference():
    train = [{"prompt": f"I want {number} tacos", "completion": "Two."} for number in range(30)]
    held_out = [{"prompt": f"I want {number} tacos ->", "completion": "Two."} for number in range(30)]

    assert dsready.lint(train, eval=held_out, select=["leakage"], config={}).summary.by_rule["LEK001"] == 30


def test_one_answer_that_is_judged_both_ways_is_a_conflict_of_verdicts():
    rows = [{"prompt": "Is a whale a fish?", "completion": "No.", "label": label} for label in (True, False)]

    [found] = dsready.lint(rows, select=["DUP003"], config={}).findings

    assert found.message == "prompt and answer are judged both ways, also in line 2"


def test_judging_one_answer_both_ways_is_no_repeated_answer():
    rows = [
        {
            "prompt": f"question {n} about thing {n}",
            "completion": f"the answer {n} is {n * 3} and so on",
            "label": n % 2 == 0,
        }
        for n in range(40)
    ]

    assert "DUP004" not in dsready.lint(rows, select=["DUP"], config={}).summary.by_rule
