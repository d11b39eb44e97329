"""Columns of texts, turns with `from` and `value`, and pairs of questions and answers."""

from __future__ import annotations

import orjson
import pytest

from dsready.convert.notes import APPLIED, BESIDE, CALLS, HISTORY, JOINED, RESULTS, TOOLS

ASK = {"role": "user", "content": "Red or blue?"}
RED = {"role": "assistant", "content": "Red."}
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "content": "blue", "tool_call_id": "c1"}
FLAT = {
    "alpaca": {"instruction": "Red or blue?", "input": "", "output": "Red."},
    "dolly": {"instruction": "Red or blue?", "context": "", "response": "Red."},
    "prompt-completion": {"prompt": "Red or blue?", "completion": "Red."},
    "prompt-response": {"prompt": "Red or blue?", "response": "Red."},
    "metharme": {"prompt": "Red or blue?", "generation": "Red."},
    "input-output": {"input": "Red or blue?", "output": "Red."},
    "palm": {"input_text": "Red or blue?", "output_text": "Red."},
    "gemini-api-legacy": {"text_input": "Red or blue?", "output": "Red."},
    "query-response": {"query": "Red or blue?", "response": "Red."},
    "question-answer": {"question": "Red or blue?", "answer": "Red."},
    "problem-solution": {"problem": "Red or blue?", "solution": "Red."},
    "text-label": {"text": "Red or blue?", "label": "Red."},
    "swift-pairs": {"conversation": [{"human": "Red or blue?", "assistant": "Red."}]},
    "xtuner-pairs": {"conversation": [{"input": "Red or blue?", "output": "Red."}]},
    "sharegpt": {"conversations": [{"from": "human", "value": "Red or blue?"}, {"from": "gpt", "value": "Red."}]},
}


@pytest.mark.parametrize("shape", FLAT)
def test_a_question_and_its_answer_are_read_and_written(converted, shape):
    assert converted({"messages": [ASK, RED]}, shape) == (FLAT[shape], set(), set(), "")
    assert converted(FLAT[shape], "openai-chat") == ({"messages": [ASK, RED]}, set(), set(), "")
    assert converted({**FLAT[shape], "topic": {"a": 1}}, "trl-prompt-completion-conv").value["topic"] == {"a": 1}


def test_white_space_at_the_seam_is_kept(converted):
    record = {"prompt": "Q: x\nA:", "completion": " y\n"}

    assert converted(converted(record, "sharegpt").value, "prompt-completion").value == record


def test_what_an_instruction_applies_to_is_kept_apart_or_joined(converted):
    record = {"instruction": "Translate.", "input": "Rot", "output": "Red."}

    dolly = converted(record, "dolly")
    assert dolly.value == {"instruction": "Translate.", "context": "Rot", "response": "Red."}
    assert converted(dolly.value, "alpaca").value == record
    chat = converted(record, "openai-chat")
    assert chat.value["messages"][0]["content"] == "Translate.\nRot"
    assert (chat.lost, chat.changed) == (set(), {APPLIED})
    both = {"instruction": "Translate.", "context": "Rot", "input": "Blau", "response": "Red."}
    assert converted(both, "alpaca").value == {**record, "input": "Rot"}


def test_columns_of_an_instruction_are_turns(converted):
    tool = {"type": "function", "function": {"name": "look"}}
    record = {
        **FLAT["alpaca"],
        "system": "Be brief.",
        "history": [["Hi", "Hello"]],
        "tools": orjson.dumps([tool]).decode(),
    }
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        ASK,
        RED,
    ]

    there = converted(record, "openai-chat")
    assert there.value == {"messages": turns, "tools": [tool]}
    assert converted(there.value, "alpaca").value == record
    query = converted(there.value, "query-response").value
    assert query == {
        "query": "Red or blue?",
        "response": "Red.",
        **{k: record[k] for k in ("system", "history", "tools")},
    }
    assert converted(query, "openai-chat").value == there.value
    assert converted(there.value, "swift-pairs").value == {
        "system": "Be brief.",
        "conversation": [{"human": "Hi", "assistant": "Hello"}, {"human": "Red or blue?", "assistant": "Red."}],
    }
    xtuner = converted(there.value, "xtuner-pairs")
    assert xtuner.value["conversation"][0] == {"system": "Be brief.", "input": "Hi", "output": "Hello"}
    assert xtuner.lost == {TOOLS}
    assert converted(xtuner.value, "openai-chat").value == {"messages": turns}
    assert converted(there.value, "dolly").lost == {"system prompt", HISTORY, TOOLS}


def test_a_history_of_anything_but_pairs_is_not_understood(converted):
    assert converted({**FLAT["alpaca"], "history": [["a"]]}, "openai-chat").reason == "its history is not made of pairs"


def test_unknown_keys_of_pairs_are_reported(converted):
    pairs = [{"input": "a", "output": "b", "system": "", "x": 1}, {"input": "c", "output": "d", "system": "e"}]

    there = converted({"conversation": pairs}, "openai-chat")

    assert there.lost == {"key x of a pair"}
    assert [turn["role"] for turn in there.value["messages"]] == ["user", "assistant", "system", "user", "assistant"]
    assert converted({"conversation": [{"human": "a", "assistant": "b", "y": 1}]}, "alpaca").lost == {"key y of a pair"}


def test_what_stands_beside_a_question_belongs_to_it(converted):
    record = {"question": "Which?", "context": "Look up.", "options": {"A": "red", "B": "blue"}, "answer": "B"}

    there = converted(record, "prompt-completion")

    assert there.value == {"prompt": "Look up.\nWhich?\nA: red\nB: blue", "completion": "B"}
    assert there.changed == {JOINED}
    assert (
        converted({"question": "Which?", "choices": ["red"], "answer": "B"}, "palm").value["input_text"]
        == "Which?\nred"
    )


@pytest.mark.parametrize(("answer", "text"), [(42, "42"), (True, "true"), (["Red."], "Red."), (["a", "b"], None)])
def test_an_answer_may_be_a_number(converted, answer, text):
    there = converted({"question": "Which?", "answer": answer}, "prompt-completion")

    assert (there.value or {}).get("completion") == text
    assert there.reason == ("" if text else "holds several answers")


def test_tools_have_no_place_in_texts(converted):
    calling = {**CALLING, "content": "Let me see."}
    record = {"messages": [ASK, calling, RESULT, RED]}

    there = converted(record, "prompt-completion")
    assert there.value == FLAT["prompt-completion"]
    assert there.lost == {CALLS, RESULTS, BESIDE}
    assert converted({"messages": [ASK, calling]}, "palm").value["output_text"] == "Let me see."
    assert converted({"messages": [ASK, CALLING]}, "palm").reason == "its answer is a tool call"
    unheard = {"messages": [ASK, CALLING, RESULT, ASK, RED]}
    assert converted(unheard, "alpaca").reason == "its turns are not user and assistant in turn"


def test_calls_of_sharegpt_are_turns(converted):
    call = orjson.dumps({"name": "look", "arguments": {"at": "sky"}}).decode()
    two = orjson.dumps([{"name": "look", "arguments": {}}, {"name": "hear", "arguments": {}}]).decode()
    turns = [
        {"from": "human", "value": "Red or blue?"},
        {"from": "function_call", "value": call},
        {"from": "observation", "value": "blue"},
        {"from": "function_call", "value": two},
        {"from": "observation", "value": "x"},
        {"from": "observation", "value": "y"},
        {"from": "gpt", "value": "Red."},
    ]
    record = {"conversations": turns, "tools": '[{"type":"function","function":{"name":"look"}}]'}

    there = converted(record, "openai-chat")
    assert there.value["messages"][1]["tool_calls"][0]["function"] == {"name": "look", "arguments": '{"at":"sky"}'}
    assert [turn.get("tool_call_id") for turn in there.value["messages"][4:6]] == ["call_2", "call_3"]
    assert converted(there.value, "sharegpt").value == record
    spoken = {"messages": [ASK, {**CALLING, "content": "Let me see."}, RESULT, RED]}
    assert BESIDE in converted(spoken, "sharegpt").lost


@pytest.mark.parametrize("text", ["look()", "[]", "3", '["look"]'])
def test_a_call_that_is_no_json_is_not_understood(converted, text):
    turns = [{"from": "human", "value": "a"}, {"from": "function_call", "value": text}, {"from": "gpt", "value": "b"}]

    assert (
        converted({"conversations": turns}, "openai-chat").reason
        == "a function_call turn holds no JSON object with the call"
    )


def test_text_stays_text(converted):
    assert converted({"text": "Once", "url": "x"}, "text-mistral")[:2] == ({"content": "Once"}, {"key url"})
    assert converted({"content": "Once"}, "text").value == {"text": "Once"}
    assert converted({"text": "Once"}, "openai-chat").reason == "holds plain text, and openai-chat is a conversation"
    assert converted({"messages": [ASK, RED]}, "text").reason == "holds a conversation, and text is plain text"
