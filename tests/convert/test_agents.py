"""Turns of agents: their calls and results, as roles and as parts."""

from __future__ import annotations

import pytest

from dsready.convert.notes import KEPT, NUMBER, ORDER

USER = {"role": "user", "content": "Who?"}
ANNA = {"role": "assistant", "content": "Anna."}
CALL = '{"name": "look", "arguments": {"at": "sky"}}'
WRITTEN = [
    {"from": "human", "value": "Who?"},
    {"from": "function_call", "value": '{"name":"look","arguments":{"at":"sky"}}'},
    {"from": "observation", "value": "blue"},
    {"from": "gpt", "value": "Anna."},
]


@pytest.mark.parametrize("calls", ["function_call", "tool_call"])
@pytest.mark.parametrize("answers", ["tool_response", "observation", "tool"])
def test_the_roles_of_agents_are_calls_and_results(converted, calls, answers):
    turns = [USER, {"role": calls, "content": CALL}, {"role": answers, "content": "blue"}, ANNA]

    assert converted({"messages": turns}, "sharegpt") == ({"conversations": WRITTEN}, set(), set(), "")
    there = converted({"messages": turns}, "bedrock-conversation").value["messages"]
    assert there[1]["content"] == [{"toolUse": {"toolUseId": "call_1", "name": "look", "input": {"at": "sky"}}}]
    assert there[2]["content"] == [{"toolResult": {"toolUseId": "call_1", "content": [{"text": "blue"}]}}]


def test_they_are_the_same_with_from_and_value(converted):
    turns = [WRITTEN[0], {**WRITTEN[1], "from": "tool_call"}, {**WRITTEN[2], "from": "tool_response"}, WRITTEN[3]]

    there = converted({"conversations": turns}, "kto-chat")
    assert there.reason == "holds no label"
    there = converted({"conversations": turns}, "trl-prompt-completion-conv").value
    assert [turn["role"] for turn in there["completion"]] == ["assistant", "tool", "assistant"]
    assert there["completion"][0]["tool_calls"][0]["function"] == {"name": "look", "arguments": {"at": "sky"}}


@pytest.mark.parametrize("said", ["Hello!", "[]", '["look"]', '{"at": 1}', f"[{CALL}, 1]"])
def test_a_calling_turn_without_a_call_is_rejected(converted, said):
    reason = "a function_call turn holds no JSON object with the call"
    turns = [USER, {"role": "tool_call", "content": said}, ANNA]

    assert converted({"messages": turns}, "sharegpt").reason == reason


def test_an_id_claims_its_call_before_results_without_one(converted):
    calls = [{"id": key, "type": "function", "function": {"name": key, "arguments": "{}"}} for key in ("c1", "c2")]
    results = [{"role": "tool", "content": "second"}, {"role": "tool", "tool_call_id": "c1", "content": "first"}]
    record = {"messages": [USER, {"role": "assistant", "content": None, "tool_calls": calls}, *results, ANNA]}

    there = converted(record, "bedrock-conversation").value["messages"][2]["content"]
    assert {row["toolResult"]["toolUseId"]: row["toolResult"]["content"][0]["text"] for row in there} == {
        "c1": "first",
        "c2": "second",
    }
    there = converted(record, "gemini-contents").value["contents"][2]["parts"]
    assert {row["functionResponse"]["name"]: row["functionResponse"]["response"]["result"] for row in there} == {
        "c1": "first",
        "c2": "second",
    }


def test_no_id_is_made_up_that_a_result_has(converted):
    call = {"function": {"name": "look", "arguments": "{}"}}
    stray = {"role": "tool", "tool_call_id": "call_1", "content": "r"}
    turns = [USER, {"role": "assistant", "content": None, "tool_calls": [call]}, stray, ANNA]

    there = converted({"conversations": turns}, "openai-chat").value["messages"]

    assert there[1]["tool_calls"][0]["id"] == "call_2"


@pytest.mark.parametrize(("key", "held"), [("weight", 0), ("train", False), ("refusal", "No.")])
def test_a_key_that_a_trainer_may_not_see_is_noted(converted, key, held):
    there = converted({"messages": [USER, {**ANNA, key: held}]}, "sharegpt")

    assert there.value["conversations"][1][key] == held
    assert there.changed == {KEPT}
    assert converted({"messages": [USER, {**ANNA, key: None}]}, "sharegpt").changed == set()


@pytest.mark.parametrize("answer", [7, True, [7], 0.5])
def test_a_number_that_becomes_a_text_is_noted(converted, answer):
    assert converted({"question": "Who?", "answer": answer}, "openai-chat").changed == {NUMBER}
    assert converted({"question": "Who?", "answer": "7"}, "openai-chat").changed == set()


def test_an_order_of_parts_that_is_not_kept_is_noted(converted):
    use = {"toolUse": {"toolUseId": "t", "name": "look", "input": {}}}
    result = {"toolResult": {"toolUseId": "t", "content": [{"text": "r"}]}}

    def bedrock(*parts):
        contents = [[{"text": "q"}], parts, [result], [{"text": "a"}]]
        roles = ("user", "assistant", "user", "assistant")
        turns = [{"role": role, "content": list(content)} for role, content in zip(roles, contents, strict=True)]
        return {"schemaVersion": "bedrock-conversation-2024", "messages": turns}

    assert converted(bedrock(use, {"text": "after"}), "openai-chat").changed == {ORDER}
    assert converted(bedrock({"text": "before"}, use), "openai-chat").changed == set()
    said = {"role": "model", "parts": [{"text": "a"}, {"text": "hm", "thought": True}]}
    gemini = {"contents": [{"role": "user", "parts": [{"text": "q"}]}, said]}
    assert converted(gemini, "openai-chat").changed == {ORDER}
