"""Bedrock and Gemini: contents made of parts, tool results inside turns of the user."""

from __future__ import annotations

import pytest

from dsready.convert.notes import IDS, MADE, MEDIA, REASONING, TOOLS

SCHEMA = {"type": "object", "properties": {"at": {"type": "string"}}}
TOOL = {"type": "function", "function": {"name": "look", "description": "d", "parameters": SCHEMA}}
ASK = {"role": "user", "content": "Red or blue?"}
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at":"sky"}'}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "content": '{"colour":"blue"}', "tool_call_id": "c1"}
SYSTEM = {"role": "system", "content": "Be brief."}
OPENAI = {
    "messages": [
        SYSTEM,
        ASK,
        CALLING,
        RESULT,
        {"role": "user", "content": "So?"},
        {"role": "assistant", "content": "Blue."},
    ],
    "tools": [TOOL],
}
BEDROCK = {
    "schemaVersion": "bedrock-conversation-2024",
    "system": [{"text": "Be brief."}],
    "messages": [
        {"role": "user", "content": [{"text": "Red or blue?"}]},
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "c1", "name": "look", "input": {"at": "sky"}}}]},
        {
            "role": "user",
            "content": [
                {"toolResult": {"toolUseId": "c1", "content": [{"text": '{"colour":"blue"}'}]}},
                {"text": "So?"},
            ],
        },
        {"role": "assistant", "content": [{"text": "Blue."}]},
    ],
    "toolConfig": {"tools": [{"toolSpec": {"name": "look", "description": "d", "inputSchema": {"json": SCHEMA}}}]},
}
GEMINI = {
    "systemInstruction": {"role": "system", "parts": [{"text": "Be brief."}]},
    "contents": [
        {"role": "user", "parts": [{"text": "Red or blue?"}]},
        {"role": "model", "parts": [{"functionCall": {"name": "look", "args": {"at": "sky"}}}]},
        {
            "role": "user",
            "parts": [{"functionResponse": {"name": "look", "response": {"colour": "blue"}}}, {"text": "So?"}],
        },
        {"role": "model", "parts": [{"text": "Blue."}]},
    ],
    "tools": [{"functionDeclarations": [TOOL["function"]]}],
}


def user(*parts):
    return {"role": "user", "content": list(parts)}


def said(text):
    return {"role": "assistant", "content": [{"text": text}]}


def test_openai_and_bedrock_say_the_same(converted):
    assert converted(OPENAI, "bedrock-conversation") == (BEDROCK, set(), set(), "")
    assert converted(BEDROCK, "openai-chat") == (OPENAI, set(), set(), "")


def test_gemini_has_no_ids(converted):
    assert converted(OPENAI, "gemini-contents") == (GEMINI, {IDS}, set(), "")
    back = converted(GEMINI, "openai-chat")
    assert back.changed == {MADE}
    assert back.value["messages"][2]["tool_calls"][0]["id"] == "call_1"
    assert back.value["messages"][3] == {**RESULT, "tool_call_id": "call_1", "name": "look"}
    assert converted(BEDROCK, "gemini-contents").value == GEMINI


def test_results_are_put_in_the_order_of_their_calls_where_ids_are_lost(converted):
    calls = [CALL, {**CALL, "id": "c2", "function": {"name": "hear", "arguments": "{}"}}]
    results = [{**RESULT, "content": "bang", "tool_call_id": "c2"}, {**RESULT, "content": "blue"}]
    record = {"messages": [ASK, {**CALLING, "tool_calls": calls}, *results, {"role": "assistant", "content": "Ok."}]}

    there = converted(record, "gemini-contents")

    responses = [part["functionResponse"] for part in there.value["contents"][2]["parts"]]
    assert responses == [
        {"name": "look", "response": {"result": "blue"}},
        {"name": "hear", "response": {"result": "bang"}},
    ]
    missing = {"messages": [*record["messages"][:3], record["messages"][4]]}
    assert converted(missing, "gemini-contents").reason == "has tool calls and results that only their ids tell apart"


def test_what_only_bedrock_says_is_kept_or_reported(converted):
    image = {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://b/i.png"}}}}
    thought = {"reasoningContent": {"reasoningText": {"text": "Hm."}}}
    result = {"toolResult": {"toolUseId": "c1", "content": [{"json": {"a": 1}}, image], "status": "success"}}
    odd = {"role": "assistant", "content": [{"toolUse": {"toolUseId": "c1", "name": "look", "input": {}, "z": 1}}]}
    messages = [
        user({"text": "What?"}, image),
        odd,
        user(result),
        {"role": "assistant", "content": [thought, {"text": "A."}]},
    ]
    record = {"schemaVersion": "x", "messages": messages, "toolConfig": {"tools": [], "toolChoice": {"auto": {}}}}

    there = converted(record, "trl-prompt-completion-conv")

    assert there.lost == {MEDIA, "parts of toolConfig"}
    assert there.value["completion"][1] == {
        "role": "tool",
        "content": '{"a":1}',
        "tool_call_id": "c1",
        "status": "success",
    }
    assert there.value["completion"][0]["tool_calls"][0]["z"] == 1
    assert there.value["completion"][2]["reasoning_content"] == "Hm."
    assert converted(record, "gemini-contents").lost == {
        MEDIA,
        REASONING,
        IDS,
        "parts of toolConfig",
        "message key status",
        "tool call key z",
    }


def test_a_distillation_prompt_has_no_answer(converted):
    prompt = {"schemaVersion": "bedrock-conversation-2024", "messages": [user({"text": "q"})]}

    assert converted({"prompt": [{"role": "user", "content": "q"}]}, "bedrock-distillation").value == prompt
    assert converted(prompt, "bedrock-conversation").reason == "holds no answer"
    assert converted({"conversations": [ASK]}, "bedrock-conversation").reason == "holds no answer"
    unasked = {"prompt": [{"role": "assistant", "content": "q"}]}
    assert converted(unasked, "bedrock-distillation").reason.startswith("would be taken for bedrock-conversation")


def test_empty_texts_and_results_are_written(converted):
    record = {"messages": [ASK, CALLING, {**RESULT, "content": ""}, {"role": "assistant", "content": ""}]}

    bedrock = converted(record, "bedrock-conversation").value
    assert bedrock["messages"][2:] == [
        user({"toolResult": {"toolUseId": "c1", "content": [{"text": ""}]}}),
        said(""),
    ]
    assert converted(bedrock, "openai-chat").value == record
    gemini = converted(record, "gemini-contents").value
    assert gemini["contents"][2]["parts"] == [{"functionResponse": {"name": "look", "response": {"result": ""}}}]


@pytest.mark.parametrize("to", ["bedrock-conversation", "gemini-contents"])
def test_a_conversation_may_end_on_a_result_or_not(converted, to):
    there = converted({"messages": [ASK, CALLING, RESULT]}, to)

    assert (there.value is None) == (to == "bedrock-conversation")


@pytest.mark.parametrize("to", ["bedrock-conversation", "gemini-contents"])
@pytest.mark.parametrize("arguments", ["[1]", "look", '{"a":', 3])
def test_arguments_must_be_an_object(converted, to, arguments):
    call = {**CALL, "function": {"name": "look", "arguments": arguments}}
    record = {"messages": [ASK, {**CALLING, "tool_calls": [call]}]}

    assert converted(record, to).reason == "calls a tool with arguments that are no JSON object"


def test_tool_results_of_media_and_without_a_call_do_not_fit_gemini(converted):
    alone = {"conversations": [ASK, {"role": "tool", "content": "x"}, {"role": "assistant", "content": "y"}]}
    assert converted(alone, "gemini-contents").reason == "has a tool result without a call"


def test_what_only_gemini_says_is_kept_or_reported(converted):
    file = {"fileData": {"mimeType": "image/png", "fileUri": "gs://b/i.png"}}
    record = {
        "system_instruction": {"parts": [{"text": ""}]},
        "contents": [
            {"parts": [{"text": "What?"}, file, {"functionCall": {"name": 3}}]},
            {"role": "model", "parts": [{"text": "Hm.", "thought": True}, {"functionCall": {"name": "f"}}]},
            {"role": "function", "parts": [{"functionResponse": {"name": "g", "response": {"result": "r"}}}]},
            {"role": "model", "parts": [{"text": "A."}]},
        ],
        "tools": [{"googleSearch": {}}, {"functionDeclarations": [{"name": "f"}, 3]}],
        "labels": {"x": 1},
    }

    there = converted(record, "trl-prompt-completion-conv")

    assert there.lost == {MEDIA, "content parts: functionCall", "tools that are no functions"}
    call = {"type": "function", "function": {"name": "f", "arguments": None}}
    assert there.value["completion"] == [
        {"role": "assistant", "content": None, "reasoning_content": "Hm.", "tool_calls": [call]},
        {"role": "tool", "content": "r", "name": "g"},
        {"role": "assistant", "content": "A."},
    ]
    assert there.value["labels"] == {"x": 1}
    assert converted({**record, "tools": {"functionDeclarations": []}}, "openai-chat").lost >= {"key labels"}


def test_gemini_preferences_are_told_by_their_scores(converted):
    def scored(score, text):
        return {"score": score, "completion": {"parts": [{"text": text}]}}

    record = {"contents": GEMINI["contents"][:1], "completions": [scored(0.0, "Blue."), scored(1.0, "Red.")]}
    openai = {
        "input": {"messages": [ASK]},
        "preferred_output": [{"role": "assistant", "content": "Red."}],
        "non_preferred_output": [{"role": "assistant", "content": "Blue."}],
    }

    there = converted(record, "openai-preference")
    assert (there.value, there.lost) == (openai, set())
    back = converted(openai, "gemini-preference").value
    assert [(item["score"], item["completion"]["parts"]) for item in back["completions"]] == [
        (1.0, [{"text": "Red."}]),
        (0.0, [{"text": "Blue."}]),
    ]
    record["completions"] += [scored(0.5, "Green.")]
    assert converted(record, "openai-preference").lost == {"further completions"}
    record["completions"] = [scored(2.0, "Red."), scored(1.0, "Blue.")]
    assert converted(record, "openai-preference").lost == {"scores of answers"}
    record["completions"] = [scored(1.0, "Red."), scored(1.0, "Blue.")]
    assert converted(record, "openai-preference").reason.startswith("holds no rejected answer")


def test_nova_preferences_are_told_by_their_labels(converted):
    def labelled(label, text):
        return {"content": [{"text": text}], "preferenceLabel": label}

    def record(*candidates):
        final = {"role": "assistant", "candidates": list(candidates)}
        return {"schemaVersion": "x", "messages": [user({"text": "Red or blue?"}), final]}

    good, bad = labelled("preferred", "Red."), labelled("non-preferred", "Blue.")
    there = converted(record(bad, good), "question-preference")
    assert there.value == {"question": "Red or blue?", "chosen": "Red.", "rejected": "Blue."}
    assert converted(there.value, "nova-dpo").value["messages"][1]["candidates"] == [good, bad]
    assert converted(record(good, bad, bad), "trl-preference-text").lost == {"further candidates"}
    assert converted(record(good, good), "trl-preference-text").reason == "holds no rejected answer"
    assert converted(record(bad), "trl-preference-text").reason == "holds no candidate that is preferred"


def test_a_function_without_parameters_gets_an_empty_schema_at_bedrock(converted):
    bare = {"messages": [ASK, {"role": "assistant", "content": "x"}], "tools": [{"name": "look", "strict": True}]}

    there = converted(bare, "bedrock-conversation")

    specification = there.value["toolConfig"]["tools"][0]["toolSpec"]
    assert specification == {
        "name": "look",
        "strict": True,
        "inputSchema": {"json": {"type": "object", "properties": {}}},
    }
    assert TOOLS not in there.lost
    odd = {**BEDROCK, "toolConfig": {"tools": [{"toolSpec": {"name": "look", "inputSchema": {}}}, {"cachePoint": {}}]}}
    read = converted(odd, "openai-chat")
    assert read.value["tools"] == [{"type": "function", "function": {"name": "look", "parameters": {}}}]
    assert read.lost == {"parts of toolConfig"}


def test_nothing_beside_the_known_keys_of_bedrock_gets_lost_in_silence(converted):
    final = {
        "role": "assistant",
        "x": 1,
        "candidates": [
            {"content": [{"text": "Red."}], "preferenceLabel": "preferred", "y": 1},
            {"content": [{"text": "Blue."}], "preferenceLabel": "non-preferred"},
        ],
    }
    record = {
        "schemaVersion": "x",
        "system": [{"text": "a"}, {"text": "b", "z": 1}],
        "messages": [user({"text": "q"}), final],
    }

    there = converted(record, "openai-preference")

    assert there.lost == {"keys beside candidates", "parts of system"}
    result = {"toolResult": {"toolUseId": "c1", "content": [{"text": "r"}]}}
    odd = {**BEDROCK, "messages": [*BEDROCK["messages"][:2], {**user(result), "at": 5}, said("A.")]}
    assert converted(odd, "trl-prompt-completion-conv").value["completion"][1]["at"] == 5
    assert converted(odd, "openai-chat").lost == {"message key at"}


def test_nothing_beside_the_known_keys_of_gemini_gets_lost_in_silence(converted):
    system = {"parts": [{"text": "a"}, {"functionResponse": {"name": "f", "response": {}}}], "x": 1}
    completions = [{"score": score, "completion": {"parts": [{"text": "t"}], "y": 1}, "z": 1} for score in (1.0, 0.0)]
    record = {"systemInstruction": system, "system_instruction": system, "contents": GEMINI["contents"][:1]}

    there = converted({**record, "completions": completions}, "trl-preference-conv")

    assert there.lost == {"keys beside completions", "parts of systemInstruction"}
    assert there.value["chosen"] == [{"role": "assistant", "content": "t", "y": 1}]
