"""Who speaks: roles that a service does not know, and where the answers of a preference begin."""

from __future__ import annotations

import pytest

from dsready.convert.notes import ANSWER, REJECTED

USER = {"role": "user", "content": "Who?"}
ANNA, BERT = {"role": "assistant", "content": "Anna."}, {"role": "assistant", "content": "Bert."}
SURE = {"role": "user", "content": "Sure?"}
SERVICES = ("bedrock-conversation", "gemini-contents", "claude-messages", "cohere-chat")


@pytest.mark.parametrize("role", ["critic", "Assistant", "assistant "])
@pytest.mark.parametrize("to", SERVICES)
def test_a_service_is_given_no_role_that_it_does_not_know(converted, role, to):
    record = {"messages": [USER, {"role": role, "content": "Hm."}, SURE, ANNA]}

    assert converted(record, to).reason == f"has a turn of the role {role}"


def test_nor_is_openai(converted):
    turns = [{"from": "human", "value": "Who?"}, {"from": "critic", "value": "Hm."}, {"from": "gpt", "value": "Anna."}]

    assert converted({"conversations": turns}, "openai-chat").reason == "has a turn of the role critic"
    assert converted({"conversations": turns}, "sharegpt-openai-tags").value["conversations"][1]["role"] == "critic"


@pytest.mark.parametrize("to", ["prompt-only", "verl", "bedrock-distillation"])
def test_a_prompt_holds_nothing_of_the_answers(converted, to):
    record = {"prompt": [USER], "chosen": [ANNA, SURE, BERT], "rejected": [BERT], "data_source": "x"}

    there = converted(record, to)

    assert there.lost >= {ANSWER, REJECTED}
    assert "Anna." not in str(there.value)
    assert "Sure?" not in str(there.value)


def test_an_answer_of_the_user_is_none(converted):
    turns = {"contents": [{"role": "user", "parts": [{"text": "Who?"}]}]}
    answers = [
        {"score": 1.0, "completion": {"role": "user", "parts": [{"text": "Anna."}]}},
        {"score": 0.0, "completion": {"role": "model", "parts": [{"text": "Bert."}]}},
    ]

    there = converted({**turns, "completions": answers}, "trl-preference-conv")
    assert there.reason == "has a completion that is not the model's"
    record = {"prompt": [USER], "chosen": [{"role": "critic", "content": "Anna."}], "rejected": [BERT]}
    assert converted(record, "trl-preference-text").reason == "has an answer of the role critic"
