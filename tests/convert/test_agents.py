"""Turns of agents: their calls and results, as roles and as parts."""

from __future__ import annotations

import pytest

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
