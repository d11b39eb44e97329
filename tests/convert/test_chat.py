"""Conversations in turns: OpenAI's dialect and the services and trainers that differ from it."""

from __future__ import annotations

import pytest

from dsready.convert.notes import DEVELOPER, MEDIA, MIDDLE, REASONING, SEAM, SEVERAL, SYSTEM, WEIGHT
from dsready.convert.shapes import SHAPES_READABLE

ASK = {"role": "user", "content": "Red or blue?"}
RED = {"role": "assistant", "content": "Red."}
MORE = {"role": "user", "content": "Sure?"}
YES = {"role": "assistant", "content": "Yes."}
SYSTEM_TURN = {"role": "system", "content": "Be brief."}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at": "sky"}'}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "content": "blue", "tool_call_id": "c1"}
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}


@pytest.mark.parametrize(
    ("to", "value"),
    [
        ("claude-messages", {"system": "Be brief.", "messages": [ASK, RED]}),
        (
            "cohere-chat",
            {
                "messages": [
                    {"role": "System", "content": "Be brief."},
                    {"role": "User", "content": "Red or blue?"},
                    {"role": "Chatbot", "content": "Red."},
                ]
            },
        ),
        ("sharegpt-openai-tags", {"conversations": [SYSTEM_TURN, ASK, RED]}),
        ("trl-prompt-completion-conv", {"prompt": [SYSTEM_TURN, ASK], "completion": [RED]}),
    ],
)
def test_a_conversation_is_written(converted, to, value):
    assert converted({"messages": [SYSTEM_TURN, ASK, RED]}, to) == (value, set(), set(), "")


def test_a_claude_record_without_a_system_prompt_has_an_empty_one(converted):
    there = converted({"conversations": [ASK, RED]}, "claude-messages")

    assert there.value == {"system": "", "messages": [ASK, RED]}
    assert converted(there.value, "openai-chat").value == {"messages": [ASK, RED]}


@pytest.mark.parametrize("key", ["system", "system_prompt"])
def test_the_column_of_a_system_prompt_becomes_a_turn(converted, key):
    record = {"conversations": [ASK, RED], key: "Be brief.", "tools": None}

    assert converted(record, "openai-chat").value == {"messages": [SYSTEM_TURN, ASK, RED]}


def test_an_empty_column_of_a_system_prompt_is_none(converted):
    record = {"conversations": [ASK, RED], "system": None}

    assert converted(record, "openai-chat").value == {"messages": [ASK, RED]}


def test_system_prompts_that_have_no_place_are_reported(converted):
    turns = [SYSTEM_TURN, {"role": "system", "content": "Be kind."}, ASK, {"role": "system", "content": "Now!"}, RED]

    several = converted({"messages": turns}, "claude-messages")
    assert several.value == {"system": "Be brief.\nBe kind.", "messages": [ASK, RED]}
    assert several.lost == {SEVERAL, MIDDLE}

    none = converted({"messages": turns}, "prompt-completion")
    assert none.value == {"prompt": "Red or blue?", "completion": "Red."}
    assert none.lost == {SYSTEM, MIDDLE}


def test_a_developer_becomes_the_system_where_there_is_none(converted):
    record = {"messages": [{"role": "developer", "content": "Be brief."}, ASK, RED]}

    there = converted(record, "claude-messages")

    assert there.value["system"] == "Be brief."
    assert (there.lost, there.changed) == (set(), {DEVELOPER})


def test_unknown_keys_are_kept_or_reported(converted):
    record = {"conversations": [ASK, {**RED, "weight": 0, "mood": "sad"}], "id": 7, "parallel_tool_calls": False}

    strict = converted(record, "openai-chat")
    assert strict.value == {"messages": [ASK, {**RED, "weight": 0}], "parallel_tool_calls": False}
    assert strict.lost == {"message key mood", "key id"}

    loose = converted(record, "sharegpt")
    assert loose.value["conversations"][1] == {"from": "gpt", "value": "Red.", "weight": 0, "mood": "sad"}
    assert (loose.value["id"], loose.lost) == (7, set())

    bare = converted(record, "claude-messages")
    assert bare.lost == {WEIGHT, "message key mood", "key id", "key parallel_tool_calls"}


def test_keys_that_would_make_another_shape_of_it_are_lost(converted):
    record = {"conversations": [ASK, RED], "output": "y", "history": [["a", "b"]], "note": 1}

    there = converted(record, "alpaca")

    assert there.value == {"instruction": "Red or blue?", "input": "", "output": "Red.", "note": 1}
    assert there.lost == {"key output", "key history"}


def test_reasoning_and_media_are_kept_or_reported(converted):
    ask = {"role": "user", "content": [{"type": "text", "text": "What?"}, IMAGE, {"type": "odd", "x": 1}]}
    record = {"messages": [ask, {**RED, "reasoning": "Hm."}]}

    kept = converted(record, "trl-prompt-completion-conv")
    assert kept.value == {"prompt": [ask], "completion": [{**RED, "reasoning_content": "Hm."}]}

    there = converted(record, "claude-messages")
    assert there.value["messages"] == [{"role": "user", "content": "What?"}, RED]
    assert there.lost == {MEDIA, REASONING, "content parts: odd"}


def test_the_parts_of_llama_factory_are_understood(converted):
    said = [
        {"type": "reasoning", "value": "Hm."},
        {"type": "text", "value": "Wait."},
        {"type": "tool_call", "value": '{"name": "look", "arguments": {"at": "sky"}}'},
    ]
    record = {"messages": [{"role": "user", "content": [{"type": "text", "value": "Go"}]}, {**RED, "content": said}]}

    there = converted(record, "trl-prompt-completion-conv")

    assert there.value["prompt"] == [{"role": "user", "content": "Go"}]
    call = {"type": "function", "function": {"name": "look", "arguments": {"at": "sky"}}}
    answer = {"role": "assistant", "content": "Wait.", "reasoning_content": "Hm.", "tool_calls": [call]}
    assert there.value["completion"] == [answer]


def test_old_function_calls_become_tool_calls(converted):
    calling = {"role": "assistant", "content": "", "function_call": {"name": "look", "arguments": "{}"}}
    record = {
        "conversations": [ASK, calling, {"role": "function", "name": "look", "content": "blue"}, RED],
        "functions": [{"name": "look"}],
    }

    there = converted(record, "openai-chat")

    call = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    result = {"role": "tool", "content": "blue", "tool_call_id": "call_1", "name": "look"}
    assert there.value["messages"] == [ASK, {**CALLING, "tool_calls": [call]}, result, RED]
    assert there.value["tools"] == [{"type": "function", "function": {"name": "look"}}]
    assert there.changed == {"ids made up for tool calls"}


def test_made_up_ids_differ_from_those_that_are_there(converted):
    calls = [{**CALL, "id": "call_1"}, {k: v for k, v in CALL.items() if k != "id"}]
    results = [{"role": "tool", "content": "x", "tool_call_id": "call_1"}, {"role": "tool", "content": "y"}]

    there = converted({"conversations": [ASK, {**CALLING, "tool_calls": calls}, *results, RED]}, "openai-chat")

    assert [call["id"] for call in there.value["messages"][1]["tool_calls"]] == ["call_1", "call_2"]
    assert [turn["tool_call_id"] for turn in there.value["messages"][2:4]] == ["call_1", "call_2"]


def test_a_result_without_a_call_cannot_get_an_id(converted):
    record = {"conversations": [ASK, {"role": "tool", "content": "x"}, RED]}

    assert converted(record, "openai-chat").reason == "has a tool result without a call"


def test_where_the_answer_begins_is_kept_or_reported(converted):
    several = {"messages": [ASK, RED, MORE, YES]}
    there = converted(several, "trl-prompt-completion-conv")
    assert there.value == {"prompt": [ASK, RED, MORE], "completion": [YES]}
    assert there.lost == {SEAM}

    back = converted(there.value, "openai-chat")
    assert (back.value, back.lost) == (several, {SEAM})
    assert converted({"messages": [ASK, CALLING, RESULT, RED]}, "trl-prompt-completion-conv").lost == set()


@pytest.mark.parametrize(
    ("turns", "reason"),
    [([ASK], "holds no answer"), ([RED], "holds no prompt before its answer")],
)
def test_a_prompt_and_an_answer_are_both_needed(converted, turns, reason):
    assert converted({"messages": turns}, "trl-prompt-completion-conv").reason == reason


def test_prompts_keep_what_a_grader_is_given(converted):
    record = {"messages": [ASK], "reference_answer": {"is": "Red."}, "id": 3}

    only = converted(record, "prompt-only").value
    assert only == {"prompt": [ASK], "reference_answer": {"is": "Red."}, "id": 3}
    gemini = converted(record, "gemini-rft")
    assert gemini.value["references"] == {"reference_answer": {"is": "Red."}}
    assert gemini.lost == {"key id"}
    assert converted(gemini.value, "rft-chat").value == {k: v for k, v in record.items() if k != "id"}
    assert converted(record, "verl").reason == "holds none of reward_model, data_source, extra_info"
    assert converted(record, "bedrock-distillation").lost == {"key reference_answer", "key id"}
    assert converted(record, "openai-chat").reason == "holds no answer"


def test_a_prompt_in_text_becomes_a_turn(converted):
    record = {"prompt": "Red or blue?", "data_source": "x", "reward_model": {"ground_truth": "Red."}}

    there = converted(record, "rft-chat")

    assert there.value == {"messages": [ASK], **{k: v for k, v in record.items() if k != "prompt"}}
    assert converted(there.value, "verl").value == {**record, "prompt": [ASK]}


def test_a_prompt_with_its_reference_answer_is_read(converted):
    turns = {"prompt": [ASK], "answer": "Red."}
    assert converted(turns, "rft-chat").value == {"messages": [ASK], "answer": "Red."}
    assert converted({"prompt": "Red or blue?", "answer": "Red."}, "openai-chat").value == {"messages": [ASK, RED]}


def test_the_answer_of_a_conversation_is_lost_in_a_prompt(converted):
    there = converted({"messages": [ASK, RED, MORE, CALLING, RESULT, YES], "topic": "x"}, "rft-chat")

    assert there.value == {"messages": [ASK, RED, MORE], "topic": "x"}
    assert there.lost == {"the answer"}
    assert converted({"messages": [ASK]}, "prompt-only").lost == set()
    assert converted({"messages": [ASK, RED]}, "rft-chat").reason.startswith("holds nothing that a grader")
    assert converted({"messages": [RED]}, "prompt-only").reason == "holds no prompt before its answer"


def test_labelled_answers_are_kept_apart(converted):
    record = {"conversations": [{"from": "human", "value": "Red or blue?"}, {"from": "gpt", "value": "Red."}]}

    assert converted({**record, "label": True}, "kto-chat").value == {**record, "label": True}
    assert converted({**record, "label": True}, "llamafactory-kto").value == {"messages": [ASK, RED], "kto_tag": True}
    good = converted({**record, "label": True}, "openai-chat")
    assert (good.value, good.lost) == ({"messages": [ASK, RED]}, {"the label"})
    assert converted({**record, "label": False}, "openai-chat").reason == "its answer is labelled as unwanted"
    assert converted({"messages": [ASK, RED]}, "kto-chat").reason == "holds no label"
    text = converted({**record, "label": False}, "kto")
    assert text.value == {"prompt": "Red or blue?", "completion": "Red.", "label": False}
    assert converted(text.value, "kto-chat").value == {"messages": [ASK, RED], "label": False}


def test_a_role_that_a_shape_does_not_know_is_no_other_role(converted):
    record = {"messages": [{"role": "narrator", "content": "Once"}, ASK, RED]}

    assert converted(record, "sharegpt").value["conversations"][0] == {"from": "narrator", "value": "Once"}
    assert converted(record, "alpaca").reason == "its turns are not user and assistant in turn"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            '{"conversation": [{"human": "a", "assistant": "b"}], "x": {"k": 1, "k": 2}}',
            "a key stands twice in one object",
        ),
        ('{"conversation": [{"human": "a\\u0022", "assistant": "b"}], "x": 1}', ""),
        (
            '{"conversation": [{"human": "a", "assistant": "b"}], "x": 123456789012345678901}',
            "holds an integer too large to be read exactly",
        ),
        ('{"conversation": [{"human": "1234567890123456789012", "assistant": "b"}]}', ""),
        (
            '{"conversation": [{"human": "a", "assistant": "b"}], "x": ' + "[" * 300 + "]" * 300 + "}",
            "is nested too deep",
        ),
        ('{"messages": [{"role": "user", "content": NaN}]}', "NaN and Infinity are not JSON: write null"),
        ("[1]", "not an object"),
        ('{"colour": "red"}', "unknown shape (keys: colour; no known shape has any of them)"),
        ('{"messages": []}', "invalid openai-chat: empty list (at /messages)"),
    ],
)
def test_a_record_that_cannot_be_kept_whole_is_rejected(converted, line, reason):
    assert converted(line, "sharegpt").reason.startswith(reason)
    assert (converted(line, "sharegpt").value is None) == bool(reason)


def test_a_built_in_tool_has_no_place_at_bedrock(converted):
    record = {"messages": [ASK, RED], "tools": [TOOL, {"type": "web_search"}]}

    there = converted(record, "bedrock-conversation")

    assert len(there.value["toolConfig"]["tools"]) == 1
    assert there.lost == {"tool definitions"}
    assert converted(record, "trl-prompt-completion-conv").value["tools"] == record["tools"]


def test_tools_that_nobody_understands_stay_what_they_are(converted):
    record = {"conversations": [ASK, RED], "tools": "look, hear"}

    assert converted(record, "kto-chat").reason == "holds no label"
    assert converted(record, "trl-prompt-completion-conv").value["tools"] == "look, hear"
    assert converted({**record, "tools": TOOL}, "openai-chat").value["tools"] == [TOOL]


def test_odd_keys_of_calls_are_kept_or_reported(converted):
    function = {"name": "look", "arguments": "{}", "strict": True}
    calls = [
        {**CALL, "index": 0, "function": function},
        {"name": "hear", "arguments": {}, "id": "c2", "type": "custom"},
    ]
    record = {"messages": [ASK, {**CALLING, "tool_calls": calls}]}

    kept = converted(record, "trl-prompt-completion-conv").value["completion"][0]["tool_calls"]
    assert kept[0] == calls[0]
    assert kept[1] == {"id": "c2", "type": "custom", "function": {"name": "hear", "arguments": {}}}
    lost = converted(record, "bedrock-conversation").lost
    assert lost == {"tool call key index", "tool call key function", "tool call key type"}
    numbered = {
        "conversations": [{"from": "human", "value": "a"}, {"from": "function_call", "value": '{"name":"f","id":7}'}]
    }
    assert converted(numbered, "sharegpt-openai-tags").reason.startswith("would break its shape")


def test_a_shape_that_cannot_be_read_is_rejected(converted, monkeypatch):
    monkeypatch.delitem(SHAPES_READABLE, "openai-chat")

    assert (
        converted({"messages": [ASK, RED]}, "alpaca").reason == "records of the shape openai-chat cannot be converted"
    )
