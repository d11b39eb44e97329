"""One odd key costs no more than itself, and what says nothing is no loss."""

from __future__ import annotations

import orjson
import pytest

from dsready.convert.notes import CALLS, IDS, JOINED, MEDIA, REASONING, RESULTS, TOOLS, WEIGHT

USER, ANNA = {"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Anna."}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}


def chat(*turns, **more):
    return {"messages": list(turns), **more}


def results(content):
    calling = {"role": "assistant", "content": None, "tool_calls": [CALL]}
    return chat(USER, calling, {"role": "tool", "tool_call_id": "c1", "content": content}, ANNA)


@pytest.mark.parametrize(
    ("part", "lost"),
    [
        ({"type": "text", "text": "Who?", "cache_control": {"type": "ephemeral"}}, {"content key cache_control"}),
        ({"type": "text", "text": "Who?", "train": False}, {WEIGHT}),
        ({"type": "input_text", "text": "Who?"}, set()),
        ({"type": "output_text", "text": "Who?", "annotations": []}, set()),
        ({"type": "text", "text": "Who?", "cache_control": None}, set()),
    ],
)
@pytest.mark.parametrize("to", ["prompt-completion", "claude-messages", "bedrock-conversation", "gemini-contents"])
def test_a_text_with_one_more_key_is_kept(converted, part, lost, to):
    there = converted(chat({"role": "user", "content": [part]}, ANNA), to)

    assert (there.value, there.lost) == (converted(chat(USER, ANNA), to).value, lost)


def test_its_key_is_kept_where_the_dialect_is_the_same(converted):
    part = {"type": "text", "text": "Who?", "train": False}

    there = converted(chat({"role": "user", "content": [part]}, ANNA), "sharegpt-openai-tags")

    assert there.value["conversations"][0]["content"] == [part]
    assert there.lost == set()


def test_signatures_cost_neither_texts_nor_calls_nor_reasoning(converted):
    asked = {"role": "user", "parts": [{"text": "Who?"}]}
    call = {"functionCall": {"name": "look", "args": {"a": 1}}, "thoughtSignature": "xx"}
    answer = {"functionResponse": {"name": "look", "response": {"b": 2}}}
    said = {"role": "model", "parts": [{"text": "Anna.", "thoughtSignature": "yy"}]}
    gemini = {"contents": [asked, {"role": "model", "parts": [call]}, {"role": "user", "parts": [answer]}, said]}

    there = converted(gemini, "bedrock-conversation")
    assert there.value["messages"][1]["content"][0]["toolUse"]["input"] == {"a": 1}
    assert there.value["messages"][3]["content"] == [{"text": "Anna."}]
    assert there.lost == {"content key thoughtSignature", "tool call key thoughtSignature"}

    thought = {"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "s"}}}
    turns = [
        {"role": "user", "content": [{"text": "Who?"}]},
        {"role": "assistant", "content": [thought, {"text": "A"}]},
    ]
    bedrock = {"schemaVersion": "bedrock-conversation-2024", "messages": turns}
    there = converted(bedrock, "openai-chat")
    assert there.value["messages"][1] == {"role": "assistant", "content": "A", "reasoning_content": "Hm."}
    assert there.lost == {"content key signature"}
    assert converted(bedrock, "prompt-completion").lost == {"content key signature", REASONING}


@pytest.mark.parametrize("void", [None, "", [], {}])
@pytest.mark.parametrize("to", ["claude-messages", "bedrock-conversation", "gemini-contents", "openai-preference"])
def test_what_says_nothing_is_no_loss(converted, void, to):
    record = chat(
        {**USER, "name": void, "weight": void},
        {**ANNA, "annotations": void, "audio": void},
        images=void,
        tools=void,
        functions=void,
    )

    assert converted(record, to).lost == set()


def test_an_empty_column_does_not_hide_another_one(converted):
    there = converted(chat(USER, ANNA, tools=[], functions=[{"name": "look"}]), "gemini-contents")

    assert there.value["tools"] == [{"functionDeclarations": [{"name": "look"}]}]
    assert there.lost == set()


def test_a_prompt_is_not_graded_with_nothing(converted):
    assert converted({"prompt": [USER], "answer": None}, "rft-chat").reason == (
        "holds nothing that a grader could compare an answer with"
    )


def test_a_turn_that_is_left_out_hides_no_other_loss(converted):
    calling = {"role": "assistant", "content": [IMAGE], "tool_calls": [CALL], "reasoning_content": "Hm.", "weight": 0}
    result = {"role": "tool", "tool_call_id": "c1", "content": [IMAGE], "note": "n"}

    there = converted(chat(USER, {**calling, "content": None}, {**result, "content": "r"}, ANNA), "claude-messages")
    assert there.lost == {CALLS, RESULTS, REASONING, WEIGHT, "message key note"}
    assert MEDIA in converted(chat(USER, calling, {**result, "content": "r"}, ANNA), "claude-messages").lost
    assert MEDIA in converted(chat(USER, {**calling, "content": None}, result, ANNA), "claude-messages").lost


def test_nor_does_a_system_prompt(converted):
    systems = [{"role": "system", "content": "A", "reasoning_content": "Hm."}, {"role": "system", "content": "B"}]
    late = {"role": "system", "content": "C", "weight": 1}
    odd = {"role": "system", "content": "D", "tool_call_id": "c1"}

    assert {REASONING, WEIGHT} <= converted(chat(*systems, USER, late, ANNA), "bedrock-conversation").lost
    assert {REASONING, WEIGHT} <= converted(chat(*systems, USER, late, ANNA), "prompt-completion").lost
    assert "message key tool_call_id" in converted(chat(*systems, odd, USER, ANNA), "bedrock-conversation").lost
    assert "message key tool_call_id" in converted(chat(USER, odd, ANNA), "claude-messages").lost


def test_the_parts_of_claude_are_calls_and_results(converted):
    use = {"type": "tool_use", "id": "t1", "name": "look", "input": {"a": 1}}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "42"}]}
    record = chat(
        USER,
        {"role": "assistant", "content": [{"type": "text", "text": "Wait."}, use]},
        {"role": "user", "content": [result, {"type": "text", "text": "So?"}]},
        ANNA,
    )

    there = converted(record, "bedrock-conversation")
    assert there.value["messages"][1]["content"] == [
        {"text": "Wait."},
        {"toolUse": {"toolUseId": "t1", "name": "look", "input": {"a": 1}}},
    ]
    assert there.value["messages"][2]["content"] == [
        {"toolResult": {"toolUseId": "t1", "content": [{"text": "42"}]}},
        {"text": "So?"},
    ]
    assert (there.lost, there.changed) == (set(), set())
    turns = converted(record, "sharegpt-openai-tags").value["conversations"]
    assert [turn["role"] for turn in turns] == ["user", "assistant", "tool", "user", "assistant"]


def test_a_result_of_a_tool_is_written_for_gemini(converted):
    def response(content):
        there = converted(results(content), "gemini-contents")
        return there.value["contents"][2]["parts"][0]["functionResponse"]["response"], there.changed

    assert response('{"result": "ok"}') == ({"result": "ok"}, set())
    assert response('{"result": "{\\"a\\": 1}"}') == ({"result": '{"a": 1}'}, set())
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert response(parts) == ({"result": "a\nb"}, {JOINED})


@pytest.mark.parametrize("held", [{"result": "ok"}, {"result": '{"a":1}'}, {"result": 1}, {"a": 1}, {}])
def test_what_gemini_answers_comes_back(converted, held):
    contents = converted(results(orjson.dumps(held).decode()), "gemini-contents").value

    back = converted(converted(contents, "sharegpt-openai-tags").value, "gemini-contents")

    assert back.value == contents
    assert back.lost == set()


def test_the_first_reasoning_that_is_there_counts(converted):
    there = converted(chat(USER, {**ANNA, "reasoning_content": "", "reasoning": "Hm."}), "sharegpt-openai-tags")

    assert there.value["conversations"][1] == {**ANNA, "reasoning_content": "Hm."}


def test_an_image_that_a_tool_answers_is_noted(converted):
    assert converted(results([IMAGE]), "gemini-contents").lost == {MEDIA, IDS}
    assert TOOLS not in converted(chat(USER, ANNA, tools="[]"), "claude-messages").lost
