from __future__ import annotations

import json

import pytest

from dsready.dataset.record import parse
from dsready.dataset.shapes import SHAPES
from dsready.text.turns import spoken, turns

ASK = {"role": "user", "content": "Red or blue?"}
RED = {"role": "assistant", "content": "Red."}
BLUE = {"role": "assistant", "content": "Blue."}
SYSTEM = {"role": "system", "content": "Be brief."}
SAYS = [{"from": "human", "value": "Red or blue?"}, {"from": "gpt", "value": "Red."}]
PART = {"role": "user", "parts": [{"text": "Red or blue?"}]}
PAIR = {"chosen": "Red.", "rejected": "Blue."}
CALL = {"id": "c", "type": "function", "function": {"name": "look", "arguments": '{"at": "sky"}'}}
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"required": ["at", "how"]}}}]
SCORED = [
    {"score": score, "completion": {"role": "model", "parts": [{"text": text}]}}
    for score, text in ((0, "Blue."), (1, "Red."))
]
CANDIDATES = [
    {"preferenceLabel": label, "content": [{"text": text}]}
    for label, text in (("non-preferred", "Blue."), ("preferred", "Red."))
]

#: A record of every shape, and how it reads.
OF_SHAPES = [
    ("openai-chat", {"messages": [SYSTEM, ASK, RED]}, "system: Be brief.|user: Red or blue?|assistant: Red."),
    ("openai-chat", {"system": "Be brief.", "messages": [SYSTEM, ASK, RED]}, None),
    ("claude-messages", {"system": "Be brief.", "messages": [ASK, RED]}, None),
    ("cohere-chat", {"messages": [{**ASK, "role": "User"}, {**RED, "role": "Chatbot"}]}, None),
    ("sharegpt", {"conversations": SAYS, "system": "Be brief."}, "system: Be brief.|human: Red or blue?|gpt: Red."),
    ("sharegpt-openai-tags", {"conversations": [ASK, RED]}, None),
    (
        "swift-pairs",
        {"conversation": [{"human": "Hi", "assistant": "Yes"}, {"human": "Red?", "assistant": "Red."}]},
        None,
    ),
    ("xtuner-pairs", {"conversation": [{"system": "Be brief.", "input": "Red?", "output": "Red."}]}, None),
    (
        "gemini-contents",
        {
            "systemInstruction": {"parts": [{"text": "Be brief."}]},
            "contents": [PART, {"role": "model", "parts": [{"text": "Red."}]}],
        },
        "system: Be brief.|user: Red or blue?|model: Red.",
    ),
    (
        "bedrock-conversation",
        {
            "system": [{"text": "Be brief."}],
            "messages": [
                {"role": "user", "content": [{"text": "Red?"}]},
                {"role": "assistant", "content": [{"text": "Red."}]},
            ],
        },
        None,
    ),
    ("alpaca", {"instruction": "Choose.", "input": "Red?", "output": "Red.", "history": [["Hi", "Yes"]]}, None),
    ("dolly", {"instruction": "Choose.", "context": "Colours", "response": "Red."}, None),
    ("prompt-completion", {"prompt": "Red?", "completion": "Red."}, "prompt: Red?|answer: Red."),
    ("prompt-completion", {"prompt": "Red?", "completion": ""}, "prompt: Red?|answer: "),
    ("trl-prompt-completion-conv", {"prompt": [ASK], "completion": [RED]}, None),
    ("prompt-response", {"prompt": "Red?", "response": "Red."}, None),
    ("metharme", {"prompt": "Red?", "generation": "Red."}, None),
    ("input-output", {"input": "Red?", "output": "Red."}, None),
    ("palm", {"input_text": "Red?", "output_text": "Red."}, None),
    ("gemini-api-legacy", {"text_input": "Red?", "output": "Red."}, None),
    ("query-response", {"query": "Red?", "response": "Red.", "system": "Be brief."}, None),
    ("question-answer", {"question": "Red?", "context": "Colours", "answer": ["Red."]}, None),
    ("problem-solution", {"problem": "Red?", "solution": "Red."}, None),
    ("prompt-reference", {"prompt": "Red?", "ground_truth": "Red."}, None),
    ("text-label", {"text": "Red?", "label": "Red."}, "prompt: Red?|answer: Red."),
    ("text", {"text": "All red."}, "text: All red."),
    ("text-mistral", {"content": "All red."}, "text: All red."),
    (
        "trl-preference-conv",
        {"prompt": [ASK], "chosen": [RED], "rejected": [BLUE]},
        "user: Red or blue?|assistant: Red.|rejected: Blue.",
    ),
    ("trl-preference-text", {"prompt": "Red?", **PAIR}, "prompt: Red?|answer: Red.|rejected: Blue."),
    ("trl-preference-text-implicit", {"chosen": "Which? Red.", "rejected": "Which? Blue."}, None),
    (
        "trl-preference-conv-implicit",
        {"prompt": "Red or blue?", "chosen": [RED], "rejected": [BLUE]},
        "prompt: Red or blue?|assistant: Red.|rejected: Blue.",
    ),
    ("trl-preference-conv-implicit", {"chosen": [ASK, RED], "rejected": [ASK, BLUE]}, None),
    (
        "openai-preference",
        {
            "input": {"messages": [SYSTEM, ASK], "tools": TOOLS},
            "preferred_output": [RED],
            "non_preferred_output": [BLUE],
        },
        "tools: look(at, how)|system: Be brief.|user: Red or blue?|assistant: Red.|rejected: Blue.",
    ),
    ("alpaca-ranking", {"instruction": "Red?", **PAIR}, None),
    ("question-preference", {"question": "Red?", **PAIR}, None),
    ("sharegpt-ranking", {"conversations": SAYS[:1], **PAIR}, "human: Red or blue?|assistant: Red.|rejected: Blue."),
    ("axolotl-dpo-chat", {"messages": [ASK], "chosen": RED, "rejected": BLUE}, None),
    ("swift-preference", {"messages": [ASK, RED], "rejected_response": "Blue."}, None),
    ("openpipe-preference", {"messages": [ASK, RED], "rejected_message": BLUE}, None),
    ("llamafactory-v1-preference", {"chosen_messages": [ASK, RED], "rejected_messages": [ASK, BLUE]}, None),
    ("gemini-preference", {"contents": [PART], "completions": SCORED}, None),
    (
        "nova-dpo",
        {
            "messages": [
                {"role": "user", "content": [{"text": "Red?"}]},
                {"role": "assistant", "candidates": CANDIDATES},
            ]
        },
        None,
    ),
    ("kto", {"prompt": "Red?", "completion": "Red.", "label": True}, "prompt: Red?|answer: Red.|label: true"),
    ("kto", {"prompt": [ASK], "completion": [RED], "label": True}, "user: Red or blue?|assistant: Red.|label: true"),
    ("kto-chat", {"messages": [ASK, RED], "label": True}, None),
    ("llamafactory-kto", {"instruction": "Red?", "output": "Red.", "kto_tag": True}, None),
    ("rft-chat", {"messages": [ASK], "answer": "Red."}, 'user: Red or blue?|label: {"answer":"Red."}'),
    ("prompt-only", {"prompt": "Red?"}, "prompt: Red?"),
    ("verl", {"prompt": [ASK], "data_source": "x"}, None),
    ("gemini-rft", {"contents": [PART], "references": {"answer": "Red."}}, None),
    (
        "bedrock-distillation",
        {"schemaVersion": "x", "messages": [{"role": "user", "content": [{"text": "Red?"}]}]},
        "user: Red?",
    ),
]


def read(value):
    return parse(0, json.dumps(value).encode())


def test_every_shape_has_a_record_here():
    assert {shape for shape, _, _ in OF_SHAPES} == {shape.id for shape in SHAPES}


@pytest.mark.parametrize(("shape", "value", "said"), OF_SHAPES)
def test_all_that_the_normal_form_holds_is_said_once(shape, value, said):
    record = read(value)
    assert (record.shape, record.example is not None) == (shape, True)

    found = [f"{role}: {text}" for role, text in spoken(record)]

    if said is not None:
        assert found == said.split("|")
    whole = "\n".join(found)
    sides = (record.example.system, record.example.prompt, record.example.answer, record.example.rejected or "")
    for text in [line for side in sides for line in side.splitlines()]:
        times = sum(side.splitlines().count(text) for side in sides)
        assert whole.count(f": {text}") + whole.count(f"\n{text}") == times, text


def test_calls_are_said_once_and_results_are_of_the_tool():
    said = [
        ASK,
        {"role": "assistant", "content": "I look.", "tool_calls": [CALL, CALL]},
        {"role": "tool", "tool_call_id": "c", "content": "It is red."},
        {"role": "assistant", "content": None, "function_call": CALL["function"]},
    ]

    assert list(spoken(read({"messages": said, "tools": TOOLS}))) == [
        ("tools", "look(at, how)"),
        ("user", "Red or blue?"),
        ("assistant", 'I look.\nlook({"at": "sky"})\nlook({"at": "sky"})'),
        ("tool", "It is red."),
        ("assistant", 'look({"at": "sky"})'),
    ]


def test_a_result_that_the_user_brings_is_the_tools():
    said = [
        {"role": "user", "content": [{"text": "Red?"}]},
        {"role": "assistant", "content": [{"toolUse": {"name": "look", "toolUseId": "1", "input": {"at": "sky"}}}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "1", "content": [{"text": "Red."}]}}]},
    ]

    assert list(spoken(read({"schemaVersion": "x", "messages": said})))[1:] == [
        ("assistant", 'look({"at":"sky"})'),
        ("tool", "Red."),
    ]


def test_a_call_without_arguments_and_one_that_is_no_json():
    said = [
        ASK,
        {
            "role": "assistant",
            "tool_calls": [{"function": {"name": "stop"}}, {"function": {"name": "x", "arguments": {"a": 1}}}],
        },
    ]

    assert list(spoken(read({"messages": said})))[-1] == ("assistant", 'stop()\nx({"a":1})')


@pytest.mark.parametrize(
    "value",
    [
        {"messages": [ASK, RED], "images": ["a.png", "b.png"]},
        {
            "input": {"messages": [ASK], "images": ["a.png", "b.png"]},
            "preferred_output": [RED],
            "non_preferred_output": [BLUE],
        },
    ],
)
def test_media_beside_the_turns_are_said(value):
    role, text = next(spoken(read(value)))

    assert role == "media"
    assert [part[:6] for part in text.split("] ")] == ["[image", "[image"]


def test_media_in_the_turns_are_said_there_and_nowhere_else():
    parts = [{"type": "text", "text": "Which?"}, *({"type": "image_url", "image_url": {"url": u}} for u in "ab")]
    ((role, text), _) = spoken(read({"messages": [{"role": "user", "content": parts}, RED]}))

    assert (role, text.count("[image ")) == ("user", 2)


def test_tools_that_are_not_understood_are_shown_as_they_are_written():
    record = read({"messages": [ASK, RED], "tools": [{"type": "web_search"}]})

    assert next(spoken(record)) == ("tools", '[{"type":"web_search"}]')


def test_a_system_prompt_in_a_column_and_in_a_turn_is_said_in_both_places():
    record = read(
        {"messages": [SYSTEM, {"role": "developer", "content": "Be kind."}, ASK, RED], "system_prompt": "Hi."}
    )

    assert [text for _, text in spoken(record)][:3] == ["Hi.", "Be brief.", "Be kind."]


def test_a_line_that_is_no_record_is_said_as_it_stands():
    assert list(spoken(parse(0, b'{"a": \xff'))) == [("line", '{"a": \\xff')]


def test_what_is_quoted_is_masked_before_it_is_cut_and_says_what_is_missing():
    long = [{"role": "user", "content": f"{number} write to anna.smith@gmail.com"} for number in range(9)]

    assert turns(read({"messages": long}), 3, 21) == [
        ("user", "0 write to a…@…"),
        ("", "(6 turns more)"),
        ("user", "7 write to a…@…"),
        ("user", "8 write to a…@…"),
    ]
    assert turns(read({"messages": long[:2]}), 2, 9) == [("user", "0 write …"), ("user", "1 write …")]
