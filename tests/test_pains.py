"""
The classic pains of people who fine-tune, each with the finding that would have spared them.

Each was met in many projects, late and often in silence; the numbers are those of a survey of their issue threads.
"""

from __future__ import annotations

import json

import pytest

import dsready


def chat(*texts, **more):
    roles = ("user", "assistant")
    return {"messages": [{"role": roles[i % 2], "content": text} for i, text in enumerate(texts)], **more}


def said(*turns):
    return {"conversations": [{"from": who, "value": text} for who, text in turns]}


@pytest.fixture
def found(tmp_path):
    """Lint rows for a target; return for each finding its rule, that of the target, the line, and what it says."""

    def lint(rows, *targets, evals=None, **config):
        path = tmp_path / "train.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        report = dsready.lint(path, eval=evals, config={"target": list(targets), **config})
        return [
            (one.rule, one.details.get("rule", ""), one.location.line, one.message)
            for one in report.findings
            if one.location
        ]

    return lint


def only(findings, rule):
    """Return line and message of the one finding by a rule, of ours or of the target's."""
    ((*_, line, message),) = [one for one in findings if rule in one[:2]]
    return line, message


GOOD = [chat(f"What is {n} and {n}?", f"It is {2 * n}, of course.") for n in range(8)]


def test_1_a_type_that_changes_stops_the_loader(found):
    rows = [*GOOD, chat("And nine?", [{"type": "text", "text": "Eighteen."}])]
    findings = found(rows, "hf-datasets-3", "hf-datasets")

    line, message = only([one for one in findings if one[0] == "TGT002"], "HFD-02")
    assert line == 9
    assert "column /messages/[]/content changes from string to array" in message
    assert "Column(…) changed from … to … in row …" in message  # in the words of the traceback
    assert [one[0] for one in findings if one[1] == "HFD-02"] == ["TGT002", "TGT007"]  # newer versions take it


def test_1_and_newer_loaders_read_some_texts_as_numbers(found):
    rows = [*GOOD, chat("And nine?", 18), chat("And ten?", "20")]

    line, message = only(found(rows, "trl-sft"), "HFD-06")
    assert line == 10
    assert '"42" comes back as 42' in message


def test_2_a_trainer_drops_every_row(found):
    rows = [{"instruction": f"Add {n}", "input": "", "output": {"sum": n}} for n in range(6)]
    findings = [one for one in found(rows, "llamafactory") if one[0] == "TGT004"]

    line, message = only(findings, "LLF-10")
    assert line == 1
    assert message.startswith("llamafactory drops 6 rows")


def test_3_roles_that_do_not_alternate(found):
    rows = [*GOOD]
    rows[3] = {"messages": [{"role": "user", "content": "Hi."}, *rows[3]["messages"]]}

    line, message = only(found(rows, "torchtune"), "TTN-03")
    assert line == 4
    assert "Two consecutive user messages" in message


def test_3_a_conversation_with_a_turn_too_many_is_dropped(found):
    rows = [said(("human", f"What is {n}?"), ("gpt", "A number.")) for n in range(5)]
    rows[2]["conversations"].append({"from": "human", "value": "Thanks!"})

    line, message = only(found(rows, "llamafactory"), "LLF-21")
    assert line == 3
    assert "Invalid message count" in message


def test_4_truncation_takes_the_whole_answer(found):
    chats = [*GOOD, chat("Read this. " * 2000, "Done.")]
    pairs = [{"prompt": one["messages"][0]["content"], "completion": one["messages"][1]["content"]} for one in chats]

    line, message = only(found(chats, "trl-sft"), "TRL-11-CHAT")
    assert line == 9
    assert "the whole answer is cut off" in message
    assert "nothing of the answer is trained" in only(found(pairs, "trl-sft"), "TRL-11-ANSWER")[1]
    assert only(found(chats, **{"context-length": 1024}), "LEN002")[0] == 9


def test_5_the_format_of_another_trainer(found):
    rows = [said(("human", f"What is {n}?"), ("gpt", "A number.")) for n in range(5)]

    assert "names such as human and gpt are no roles" in only(found(rows, "trl-sft"), "TRL-07")[1]
    renamed = [{"messages": row["conversations"]} for row in rows]
    assert "KeyError: 'role'" in only(found(renamed, "axolotl"), "AXO-03")[1]
    assert "missing key 'messages'" in only(found(rows, "openai-sft"), "OAI-20")[1]


def test_7_duplicates_and_the_test_set_among_them(found):
    findings = found([*GOOD, GOOD[2]], evals=[GOOD[5]])

    assert only(findings, "DUP001")[0] == 9
    assert "train.jsonl:6" in only(findings, "LEK001")[1]


def call(arguments):
    function = {"name": "weather", "arguments": arguments}
    turns = chat("How is the weather?")["messages"]
    return {
        "messages": [
            *turns,
            {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", "function": function}]},
        ]
    }


def test_8_arguments_as_text_here_and_as_an_object_there(found):
    rows = [*[call("{}")] * 9, call({"city": "Oslo"})]

    line, message = only(found(rows, "openai-sft"), "OAI-31")
    assert line == 10
    assert "arguments as a string" in message


def test_8_arguments_are_filled_up_with_those_of_other_calls(found):
    rows = [call({"city": "Oslo"}), call({"country": "Norway"})]

    line, message = only(found(rows, "hf-datasets-3"), "HFD-04")
    assert line == 1
    assert '{"a": 1} comes back as {"a": 1, "b": None}' in message


def test_13_marks_of_images_without_images(found):
    rows = [
        {"instruction": f"<image> Describe {n}.", "input": "", "output": "A fox.", "images": ["a.png"]}
        for n in range(5)
    ]
    rows[3]["images"] = ["a.png", "b.png"]

    line, message = only(found(rows, "llamafactory"), "LLF-40")
    assert line == 4
    assert "The number of images does not match the number of <image> tokens" in message


def test_14_some_answers_reason_and_others_do_not(found):
    rows = [chat("Why?", f"<think>Because of {n}.</think>Because.") for n in range(6)] + [chat("Who?", "Me.")]

    line, message = only(found(rows, "mlx-lm"), "TPL-THINK-SOME")
    assert line == 7
    assert "1 row without reasoning, 6 with it" in message


def test_16_a_system_turn_that_the_template_of_the_model_refuses(found):
    rows = [{"messages": [{"role": "system", "content": "Be brief."}, *row["messages"]]} for row in GOOD]

    _, message = only(found(rows, "axolotl"), "TPL-06-SYSTEM")
    assert "System role not supported" in message
    assert only(found(rows, "axolotl"), "TPL-06-SYSTEM") == only(found(rows, "axolotl"), "TGT008")
