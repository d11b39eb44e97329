"""Every shape is detected, brought into the normal form, and told apart from broken records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import example as case
from hypothesis import given, settings
from hypothesis import strategies as st

from dsready.dataset.shapes import MOST_KEY_SETS, SHAPES, _candidates, explain_unknown, read

if TYPE_CHECKING:
    from dsready.dataset.example import Example

FIXTURES = Path(__file__).parents[2].parent / "shared" / "formats" / "fixtures.jsonl"
#: Valid for some trainer, but of no use as an example.
LEFT_OUT = [{"segments": [{"label": False, "text": "Q: "}, {"label": True, "text": "A"}]}]

ASK = {"role": "user", "content": "Red or blue?"}
RED = {"role": "assistant", "content": "Red."}
BLUE = {"role": "assistant", "content": "Blue."}
SYSTEM = {"role": "system", "content": "Be brief."}
SAYS = {"from": "human", "value": "Red or blue?"}
SAYS_RED = {"from": "gpt", "value": "Red."}
SAYS_BLUE = {"from": "gpt", "value": "Blue."}
PART = {"role": "user", "parts": [{"text": "Red or blue?"}]}
PAIR = {"chosen": "Red.", "rejected": "Blue."}


def converse(*turns: str, **more: Any) -> dict[str, Any]:
    roles = ("user", "assistant")
    return {"messages": [{"role": roles[n % 2], "content": [{"text": t}]} for n, t in enumerate(turns)], **more}


def scored(score: int, text: str) -> dict[str, Any]:
    return {"score": score, "completion": {"role": "model", "parts": [{"text": text}]}}


def candidate(label: str, text: str) -> dict[str, Any]:
    return {"preferenceLabel": label, "content": [{"text": text}]}


#: Records that all mean: asked "Red or blue?", answer "Red.".
SFT = [
    ("openai-chat", {"messages": [ASK, RED]}),
    ("claude-messages", {"system": "Be brief.", "messages": [ASK, RED]}),
    ("cohere-chat", {"messages": [{"role": "User", "content": "Red or blue?"}, {**RED, "role": "Chatbot"}]}),
    ("openai-chat", {"messages": [ASK, RED], "id": 7, "weight": 1.0}),
    ("sharegpt", {"conversations": [SAYS, SAYS_RED]}),
    ("sharegpt", {"conversation": [SAYS, SAYS_RED], "system": "Be brief."}),
    ("sharegpt", {"messages": [SAYS, SAYS_RED]}),
    ("sharegpt-openai-tags", {"conversations": [ASK, RED]}),
    ("swift-pairs", {"conversation": [{"human": "Red or blue?", "assistant": "Red."}]}),
    ("swift-pairs", {"conversations": [{"user": "Red or blue?", "assistant": "Red."}]}),
    ("xtuner-pairs", {"conversation": [{"system": "Be brief.", "input": "Red or blue?", "output": "Red."}]}),
    ("gemini-contents", {"contents": [PART, {"role": "model", "parts": [{"text": "Red."}]}]}),
    ("bedrock-conversation", converse("Red or blue?", "Red.")),
    ("bedrock-conversation", converse("Red or blue?", "Red.", schemaVersion="x", system=[{"text": "Be brief."}])),
    ("alpaca", {"instruction": "Red or blue?", "input": "", "output": "Red."}),
    ("dolly", {"instruction": "Red or blue?", "context": None, "response": "Red."}),
    ("prompt-completion", {"prompt": "Red or blue?", "completion": "Red."}),
    ("trl-prompt-completion-conv", {"prompt": [ASK], "completion": [RED]}),
    ("prompt-response", {"prompt": "Red or blue?", "response": "Red."}),
    ("metharme", {"prompt": "Red or blue?", "generation": "Red."}),
    ("input-output", {"input": "Red or blue?", "output": "Red."}),
    ("palm", {"input_text": "Red or blue?", "output_text": "Red."}),
    ("gemini-api-legacy", {"text_input": "Red or blue?", "output": "Red."}),
    ("query-response", {"query": "Red or blue?", "response": "Red.", "system": "Be brief."}),
    ("question-answer", {"question": "Red or blue?", "answer": "Red."}),
    ("question-answer", {"question": "Red or blue?", "best_answer": ["Red."]}),
    ("problem-solution", {"problem": "Red or blue?", "solution": "Red."}),
    ("prompt-reference", {"prompt": "Red or blue?", "ground_truth": "Red."}),
    ("text-label", {"text": "Red or blue?", "label": "Red."}),
]
PREFERENCE = [
    ("trl-preference-conv", {"prompt": [ASK], "chosen": [RED], "rejected": [BLUE]}),
    ("trl-preference-text", {"prompt": "Red or blue?", **PAIR}),
    ("trl-preference-conv-implicit", {"chosen": [ASK, RED], "rejected": [ASK, BLUE]}),
    ("trl-preference-conv-implicit", {"prompt": "Red or blue?", "chosen": [RED], "rejected": [BLUE]}),
    (
        "openai-preference",
        {"input": {"messages": [SYSTEM, ASK]}, "preferred_output": [RED], "non_preferred_output": [BLUE]},
    ),
    (
        "openai-preference",
        {"input": {"messages": [ASK]}, "preferred_completion": [RED], "non_preferred_completion": [BLUE]},
    ),
    ("alpaca-ranking", {"instruction": "Red or blue?", **PAIR}),
    ("question-preference", {"question": "Red or blue?", **PAIR}),
    ("question-preference", {"question": "Red or blue?", "response_j": "Red.", "response_k": "Blue."}),
    ("sharegpt-ranking", {"conversations": [SAYS], "chosen": SAYS_RED, "rejected": SAYS_BLUE}),
    ("sharegpt-ranking", {"conversations": [SAYS], **PAIR}),
    ("sharegpt-ranking", {"conversation": [ASK], "chosen": [RED], "rejected": [BLUE]}),
    ("axolotl-dpo-chat", {"messages": [ASK], "chosen": RED, "rejected": BLUE}),
    ("swift-preference", {"messages": [ASK, RED], "rejected_response": "Blue."}),
    ("swift-preference", {"messages": [ASK, RED], "rejected_messages": [ASK, BLUE]}),
    ("openpipe-preference", {"messages": [ASK, RED], "rejected_message": BLUE}),
    ("llamafactory-v1-preference", {"chosen_messages": [ASK, RED], "rejected_messages": [ASK, BLUE]}),
    ("gemini-preference", {"contents": [PART], "completions": [scored(0, "Blue."), scored(1, "Red.")]}),
    (
        "nova-dpo",
        {
            "messages": [
                {"role": "user", "content": [{"text": "Red or blue?"}]},
                {
                    "role": "assistant",
                    "candidates": [candidate("non-preferred", "Blue."), candidate("preferred", "Red.")],
                },
            ]
        },
    ),
]
UNPAIRED = [
    ("kto", {"prompt": "Red or blue?", "completion": "Red.", "label": True}),
    ("kto", {"prompt": [ASK], "completion": [RED], "label": True}),
    ("kto", {"prompt": [ASK], "completion": "Red.", "label": True}),
    ("kto-chat", {"messages": [ASK, RED], "label": True}),
    ("kto-chat", {"conversations": [ASK, RED], "label": True}),
    ("kto-chat", {"conversations": [SAYS, SAYS_RED], "label": True}),
    ("llamafactory-kto", {"instruction": "Red or blue?", "output": "Red.", "kto_tag": True}),
    ("llamafactory-kto", {"messages": [ASK, RED], "kto_tag": True}),
]
REINFORCEMENT = [
    ("rft-chat", {"messages": [ASK], "reference_answer": "Red."}),
    ("prompt-only", {"prompt": "Red or blue?"}),
    ("prompt-only", {"prompt": [ASK]}),
    ("prompt-reference", {"prompt": [ASK], "answer": 4}),
    ("verl", {"prompt": [ASK], "data_source": "x", "reward_model": {"ground_truth": "Red."}}),
    ("gemini-rft", {"contents": [PART], "references": {"answer": "Red."}}),
    ("bedrock-distillation", converse("Red or blue?", schemaVersion="x")),
]


def understood(value: dict[str, Any]) -> Example:
    _, example, invalid = read(value)
    assert invalid is None
    assert example is not None
    return example


@pytest.mark.parametrize(("shape", "value"), SFT)
def test_a_dialogue_means_the_same_in_every_shape(shape, value):
    example = understood(value)
    assert (example.shape, example.kind) == (shape, "sft")
    assert (example.prompt, example.answer, example.rejected) == ("Red or blue?", "Red.", None)
    assert example.opening is None
    assert example.system == ("Be brief." if "Be brief." in str(value) else "")


@pytest.mark.parametrize(("shape", "value"), PREFERENCE)
def test_a_preference_means_the_same_in_every_shape(shape, value):
    example = understood(value)
    assert (example.shape, example.kind) == (shape, "preference")
    assert (example.prompt, example.answer, example.rejected) == ("Red or blue?", "Red.", "Blue.")
    assert example.system == ("Be brief." if "Be brief." in str(value) else "")
    if example.messages:
        assert example.messages[-1].text == "Red."
        pointed: Any = value
        for token in example.messages[-1].pointer.split("/")[1:]:
            pointed = pointed[int(token) if token.isdecimal() else token]
        assert "Red." in str(pointed)
        assert "Blue." not in str(pointed)


@pytest.mark.parametrize(("shape", "value"), UNPAIRED)
def test_an_unpaired_preference_has_a_label(shape, value):
    example = understood(value)
    assert (example.shape, example.kind, example.label) == (shape, "unpaired", "true")
    assert (example.prompt, example.answer) == ("Red or blue?", "Red.")


@pytest.mark.parametrize(("shape", "value"), REINFORCEMENT)
def test_reinforcement_ends_on_the_prompt(shape, value):
    example = understood(value)
    assert (example.shape, example.kind) == (shape, "reinforcement")
    assert (example.prompt, example.answer) == ("Red or blue?", "")


@pytest.mark.parametrize(("shape", "key"), [("text", "text"), ("text-mistral", "content")])
def test_plain_text_is_its_own_prompt(shape, key):
    example = understood({key: "Once upon a time."})
    assert (example.shape, example.kind, example.prompt, example.answer) == (shape, "text", "Once upon a time.", "")


def test_every_shape_is_tried_here():
    tried = {shape for shape, _ in [*SFT, *PREFERENCE, *UNPAIRED, *REINFORCEMENT]}
    tried |= {"text", "text-mistral", "trl-preference-text-implicit"}
    assert tried == {shape.id for shape in SHAPES}


def test_a_pair_of_full_texts_is_cut_at_the_last_answer():
    start = "\n\nHuman: Red or blue?\n\nAssistant:"
    example = understood({"chosen": f"{start} By night red.", "rejected": f"{start} By day blue."})
    assert example.shape == "trl-preference-text-implicit"
    assert (example.prompt, example.answer, example.rejected) == (start, " By night red.", " By day blue.")


def test_a_pair_of_equal_conversations_still_has_an_answer():
    example = understood({"chosen": [ASK, RED], "rejected": [ASK, RED]})
    assert (example.prompt, example.answer, example.rejected) == ("Red or blue?", "Red.", "Red.")


def test_a_long_dialogue_knows_its_opening():
    example = understood({"messages": [SYSTEM, ASK, RED, {"role": "user", "content": "Sure?"}, BLUE]})
    assert example.system == "Be brief."
    assert (example.opening, example.answer) == ("Red or blue?", "Blue.")
    assert example.prompt == "Red or blue?\nRed.\nSure?"
    assert [message.pointer for message in example.messages] == [f"/messages/{n}" for n in range(5)]


def test_history_stands_before_the_question():
    example = understood({"query": "Sure?", "response": "Yes.", "history": [["Red or blue?", "Red."]]})
    assert (example.opening, example.prompt) == ("Red or blue?", "Red or blue?\nRed.\nSure?")
    paired = understood({"conversation": [{"human": "Hm?", "assistant": "Mm."}, {"human": "So?", "assistant": "Ah."}]})
    assert (paired.opening, paired.prompt, paired.answer) == ("Hm?", "Hm?\nMm.\nSo?", "Ah.")


def test_what_follows_the_last_answer_decides_whether_it_is_one():
    ends_on_user = understood({"messages": [ASK, RED, ASK]})
    assert (ends_on_user.answer, ends_on_user.opening) == ("", "Red or blue?")
    ends_on_result = understood({"messages": [ASK, RED, {"role": "tool", "content": "ok"}]})
    assert (ends_on_result.prompt, ends_on_result.answer) == ("Red or blue?", "Red.")


@pytest.mark.parametrize(
    ("value", "pointer", "reason"),
    [
        ({"messages": []}, "/messages", "empty list"),
        ({"messages": "[]"}, "/messages", "expected a list, found a string"),
        ({"messages": [ASK, "Red."]}, "/messages/1", "expected an object, found a string"),
        ({"messages": [{"content": "x"}]}, "/messages/0", "lacks role"),
        ({"messages": [{"role": None}]}, "/messages/0/role", "expected a string, found null"),
        ({"messages": [{**ASK, "content": 5}]}, "/messages/0/content", "expected a string or a list, found a number"),
        ({"messages": [{**ASK, "content": ["x"]}]}, "/messages/0/content/0", "expected an object, found a string"),
        (
            {"messages": [{**ASK, "content": {"str": 1}}]},
            "/messages/0/content",
            "expected a string or a list, found an object",
        ),
        (
            {"messages": [{"role": "assistant", "tool_calls": [{"function": {"arguments": "{}"}}]}]},
            "/messages/0/tool_calls/0/function",
            "lacks name",
        ),
        ({"prompt": 5, "completion": "x"}, "/prompt", "expected a string, found a number"),
        ({"prompt": "x", "completion": True}, "/completion", "expected a string, found a boolean"),
        (
            {"input": [], "preferred_output": [], "non_preferred_output": []},
            "/input",
            "expected an object, found a list",
        ),
        (
            {"input": {"messages": [ASK]}, "preferred_output": [], "non_preferred_output": [RED]},
            "/preferred_output",
            "empty list",
        ),
        ({"chosen": "x", "rejected": None}, "/rejected", "expected a string, found null"),
        (
            {"conversations": [{"from": "human", "value": 5}]},
            "/conversations/0/value",
            "expected a string, found a number",
        ),
        ({"contents": [{"parts": "x"}]}, "/contents/0/parts", "expected a list, found a string"),
        ({"contents": [PART], "systemInstruction": "x"}, "/systemInstruction", "expected an object, found a string"),
        ({**converse("a", "b"), "system": "x"}, "/system", "expected a list, found a string"),
        ({"text": ["x"]}, "/text", "expected a string, found a list"),
    ],
)
def test_a_broken_record_says_where_and_why(value, pointer, reason):
    shape, example, invalid = read(value)
    assert shape
    assert example is None
    assert invalid == (pointer, reason)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"nums": 1}, "keys: nums; no known shape has any of them"),
        ({"instruction": "x"}, "keys: instruction; nearest shape alpaca lacks output"),
        ({"contents": "x"}, "keys: contents; nearest shape gemini-contents, but with values of other types"),
        ({}, "keys: none; no known shape has any of them"),
        ({"a\x1b": 1}, "keys: a␛; no known shape has any of them"),
    ],
)
def test_an_unknown_record_is_told_what_it_lacks(value, message):
    assert read(value) == ("", None, None)
    assert explain_unknown(value) == message


def test_an_unknown_record_does_not_list_all_its_keys():
    assert " and 88 more; " in explain_unknown({f"key{n}": n for n in range(100)})


def test_wide_and_varied_records_do_not_fill_the_memory():
    for number in range(MOST_KEY_SETS + 10):
        assert read({f"key{number}": 1}) == ("", None, None)
    assert read({"prompt": "a", "completion": "b", **{f"k{n}": n for n in range(100)}})[0] == "prompt-completion"
    assert len(_candidates) <= MOST_KEY_SETS
    _candidates.clear()


KEYS = sorted({key for shape in SHAPES for key in shape.keys})
INNER = (
    *("role", "content", "from", "value", "parts", "text", "type", "tool_calls", "function", "name", "arguments"),
    *("toolUse", "toolResult", "functionCall", "candidates", "preferenceLabel", "image", "messages", "human", "system"),
    *("tools", "history", "options", "images", "schemaVersion", "completion", "score", "function_call"),
)
WORDS = st.sampled_from(["user", "assistant", "function_call", "text", "image_url", "tool_use", "{", "[]", "", "x"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=3)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from((*KEYS, *INNER)) | st.text(max_size=2), VALUES, max_size=4))
@case({"messages": [{"role": "user", "content": [{"type": "image", "image": "\ud800"}]}]})
def test_no_record_whatever_raises(value):
    shape, example, invalid = read(value)
    if shape:
        assert (example is None) != (invalid is None)
    else:
        assert (example, invalid) == (None, None)
        assert explain_unknown(value).startswith("keys: ")
    assert read(value) == (shape, example, invalid)


TOOLS = {
    "messages": [ASK, {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}]}],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {"required": ["a"]}}}],
}
KNOWN = [value for _, value in [*SFT, *PREFERENCE, *UNPAIRED, *REINFORCEMENT]] + [TOOLS]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, inner in items for place in [(*path, key), *places(inner, (*path, key))]]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_damage_to_a_good_record_raises(data):
    value = orjson.loads(orjson.dumps(data.draw(st.sampled_from(KNOWN))))
    *path, last = data.draw(st.sampled_from(places(value)))
    inner: Any = value
    for key in path:
        inner = inner[key]
    inner[last] = data.draw(VALUES)
    shape, example, invalid = read(value)
    assert (example is not None) + (invalid is not None) == bool(shape)


def test_deep_nesting_does_not_raise():
    deep: Any = "x"
    for _ in range(3000):
        deep = [deep]
    call = {"function": {"name": "f", "arguments": deep}}
    result = {"type": "tool_result", "content": deep}
    for value in (
        {"messages": [{"role": "assistant", "tool_calls": [call]}]},
        {"messages": [{"role": "user", "content": [result, {"type": "x", "y": deep}]}], "images": [deep]},
        {"messages": [{"role": "user", "content": [{"type": "tool_result", "content": [{"type": deep}]}]}]},
        {"messages": [{"role": "user", "content": [{"type": deep}]}]},
        {"messages": deep},
        {"question": "x", "answer": "y", "options": deep},
    ):
        assert read(value)[0]


@pytest.mark.skipif(not FIXTURES.exists(), reason="the shared fixtures are not there")
def test_every_valid_fixture_is_understood():
    rows = [orjson.loads(line) for line in FIXTURES.read_bytes().splitlines()]
    not_understood = [item["row"] for item in rows if item["verdict"] == "valid" and read(item["row"])[1] is None]
    assert not_understood == LEFT_OUT
