"""Pairs of answers, in turns and in texts."""

from __future__ import annotations

import pytest

from dsready.convert.notes import CALLS, MEDIA, REJECTED, SEAM

ASK = {"role": "user", "content": "Red or blue?"}
RED = {"role": "assistant", "content": "Red."}
BLUE = {"role": "assistant", "content": "Blue."}
SYSTEM = {"role": "system", "content": "Be brief."}
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "content": "blue", "tool_call_id": "c1"}
TURNS = {"prompt": [ASK], "chosen": [RED], "rejected": [BLUE]}
SIDES = {"chosen": "Red.", "rejected": "Blue."}
SAYS = {"from": "human", "value": "Red or blue?"}
PAIRS = {
    "openai-preference": {
        "input": {"messages": [ASK]},
        "preferred_output": [RED],
        "non_preferred_output": [BLUE],
    },
    "sharegpt-ranking": {
        "conversations": [SAYS],
        "chosen": {"from": "gpt", "value": "Red."},
        "rejected": {"from": "gpt", "value": "Blue."},
    },
    "axolotl-dpo-chat": {"messages": [ASK], "chosen": RED, "rejected": BLUE},
    "trl-preference-conv-implicit": {"chosen": [ASK, RED], "rejected": [ASK, BLUE]},
    "swift-preference": {"messages": [ASK, RED], "rejected_response": "Blue."},
    "openpipe-preference": {"messages": [ASK, RED], "rejected_message": BLUE},
    "trl-preference-text": {"prompt": "Red or blue?", **SIDES},
    "question-preference": {"question": "Red or blue?", **SIDES},
    "trl-preference-text-implicit": {
        "chosen": "\n\nHuman: Red or blue?\n\nAssistant: Red.",
        "rejected": "\n\nHuman: Red or blue?\n\nAssistant: Blue.",
    },
    "alpaca-ranking": {"instruction": "Red or blue?", "input": "", **SIDES},
}
#: Other spellings, which are read only.
SPELLINGS = [
    {"input": {"messages": [ASK]}, "preferred_completion": [RED], "non_preferred_completion": [BLUE]},
    {"messages": [SAYS], "chosen": "Red.", "rejected": "Blue."},
    {"question": "Red or blue?", "response_j": "Red.", "response_k": "Blue."},
    {"messages": [ASK, RED], "rejected_messages": [ASK, BLUE]},
    {"chosen_messages": [ASK, RED], "rejected_messages": [ASK, BLUE]},
    {"prompt": "Red or blue?", "chosen": [ASK, RED], "rejected": [ASK, BLUE]},
    {"prompt": "Red or blue?", "chosen": [RED], "rejected": [BLUE]},
]


@pytest.mark.parametrize("shape", PAIRS)
def test_a_pair_is_read_and_written(converted, shape):
    assert converted(TURNS, shape) == (PAIRS[shape], set(), set(), "")
    assert converted(PAIRS[shape], "trl-preference-conv") == (TURNS, set(), set(), "")


@pytest.mark.parametrize("record", SPELLINGS)
def test_other_spellings_are_read(converted, record):
    assert converted(record, "trl-preference-conv") == (TURNS, set(), set(), "")


@pytest.mark.parametrize("shape", [*PAIRS, "trl-preference-conv"])
def test_a_pair_without_its_worse_side_is_a_conversation(converted, shape):
    record = {**PAIRS, "trl-preference-conv": TURNS}[shape]

    there = converted(record, "openai-chat")

    assert there.value == {"messages": [ASK, RED]}
    assert there.lost == {REJECTED}
    assert converted({"messages": [ASK, RED]}, shape).reason == "holds no rejected answer"
    assert converted(record, "prompt-only")[:2] == ({"prompt": [ASK]}, {"the answer", REJECTED})


def test_what_stands_beside_the_context_is_kept_or_reported(converted):
    tool = {"type": "function", "function": {"name": "look"}}
    record = {"input": {"messages": [ASK], "tools": [tool], "parallel_tool_calls": True}, "id": 1}
    record |= {"preferred_output": [RED], "non_preferred_output": [BLUE]}

    there = converted(record, "trl-preference-conv")

    assert there.value == {**TURNS, "tools": [tool], "parallel_tool_calls": True, "id": 1}
    assert converted(there.value, "openai-preference").lost == {"key parallel_tool_calls", "key id"}


def test_an_answer_of_several_turns_fits_only_where_there_are_lists(converted):
    record = {"prompt": [ASK], "chosen": [CALLING, RESULT, RED], "rejected": [BLUE]}

    assert converted(record, "trl-preference-conv-implicit").value["chosen"] == [ASK, CALLING, RESULT, RED]
    assert converted(record, "openai-preference").reason == "holds an answer of several turns"
    text = converted(record, "trl-preference-text")
    assert text.value == PAIRS["trl-preference-text"]
    assert text.lost == {CALLS, "tool results"}
    image = {"type": "image_url", "image_url": {"url": "x"}}
    shown = {
        "prompt": [ASK],
        "chosen": [RED],
        "rejected": [{**BLUE, "content": [{"type": "text", "text": "Blue."}, image]}],
    }
    assert converted(shown, "swift-preference")[:2] == (PAIRS["swift-preference"], {MEDIA})
    assert converted({**TURNS, "chosen": [CALLING]}, "swift-preference").reason == "its answer is a tool call"


def test_earlier_turns_have_a_place_or_are_reported(converted):
    record = {"prompt": [SYSTEM, ASK, RED, ASK], "chosen": [RED], "rejected": [BLUE]}

    ranking = converted(record, "alpaca-ranking").value
    assert (ranking["system"], ranking["history"]) == ("Be brief.", [["Red or blue?", "Red."]])
    assert converted(ranking, "trl-preference-conv").value == record
    text = converted(record, "trl-preference-text")
    assert text.lost == {"system prompt", "multi-turn history"}
    assert converted(record, "openai-chat").lost == {REJECTED, SEAM}
    assert (
        converted({**record, "prompt": [ASK, RED]}, "trl-preference-text").reason == "holds no prompt before its answer"
    )
    assert converted({**record, "prompt": [ASK, ASK]}, "alpaca-ranking").reason.startswith("its turns are not")


def test_sides_that_share_turns_of_their_answers_are_not_cut_there_in_silence(converted):
    record = {"prompt": [ASK], "chosen": [CALLING, RESULT, RED], "rejected": [CALLING, RESULT, BLUE]}

    assert converted(record, "trl-preference-conv-implicit").reason.startswith("cannot be written as")


def test_two_texts_without_marks_are_cut_where_they_part(converted):
    record = {"chosen": "Q: Red or blue? A: Red.", "rejected": "Q: Red or blue? A: Blue."}

    there = converted(record, "trl-preference-text").value

    assert there == {"prompt": "Q: Red or blue? A: ", **SIDES}
    late = {key: f"Be brief.\n\nHuman: Red or blue?\n\nAssistant:{text}" for key, text in SIDES.items()}
    assert converted(late, "trl-preference-text").value == {
        "prompt": "Be brief.\n\nHuman: Red or blue?\n\nAssistant:",
        **SIDES,
    }


@pytest.mark.parametrize(
    "texts",
    [
        ("Yes.", "No."),
        ("It is redder", "It is red"),
        ("It is red", "It is redder"),
        ("It is", "It is, sure"),
        (" Yes", " No"),
        ("\n\nHuman: a", "\n\nHuman: b"),
        ("\n\nHuman: a\n\nAssistant: b", "\n\nHuman: a, b"),
        ("\n\nHuman: a\n\nAssistant: b\n\nHuman: c", "\n\nHuman: a\n\nAssistant: d"),
    ],
)
def test_two_texts_are_not_cut_anywhere(converted, texts):
    record = dict(zip(("chosen", "rejected"), texts, strict=True))

    assert converted(record, "trl-preference-text").reason == "its prompt is not marked"


def test_marks_inside_a_turn_cannot_be_written(converted):
    record = {"prompt": "What is\n\nHuman: x", **SIDES}

    assert converted(record, "trl-preference-text-implicit").reason.startswith("cannot be written as")
    odd = {"prompt": [{"role": "narrator", "content": "x"}, ASK], "chosen": [RED], "rejected": [BLUE]}
    assert converted(odd, "trl-preference-text-implicit").reason == "has a turn of the role narrator"


@pytest.mark.parametrize(
    "record",
    [
        {"messages": [ASK], "rejected_response": "Blue."},
        {"messages": [ASK, RED], "rejected_messages": [ASK]},
    ],
)
def test_a_pair_that_lacks_a_side_is_none(converted, record):
    assert converted(record, "trl-preference-conv").reason == "holds no answer"


def test_several_turns_of_the_worse_side_begin_where_those_of_the_better_one_do(converted):
    record = {"messages": [ASK, CALLING, RESULT, RED], "rejected_messages": [CALLING, RESULT, BLUE]}

    there = converted(record, "trl-preference-conv")

    assert there.value == {"prompt": [ASK], "chosen": [CALLING, RESULT, RED], "rejected": [CALLING, RESULT, BLUE]}


def test_a_preference_without_a_prompt_is_none(converted):
    record = {"chosen": [RED], "rejected": [BLUE]}

    assert converted(record, "trl-preference-conv").reason == "holds no prompt before its answer"


def test_labels_in_columns_are_read(converted):
    record = {"instruction": "Red or blue?", "input": "", "output": "Red.", "kto_tag": True}

    assert converted(record, "kto").value == {"prompt": "Red or blue?", "completion": "Red.", "label": True}
    turns = {"prompt": [ASK], "completion": [RED], "label": True}
    assert converted(turns, "kto-chat").value == {"messages": [ASK, RED], "label": True}
    assert converted(TURNS, "kto").reason == "holds no label"
    assert converted(record, "trl-preference-text").reason == "holds no rejected answer"


def test_nothing_that_stands_twice_gets_lost_in_silence(converted):
    inner = {"input": {"messages": [ASK], "id": 1}, "preferred_output": [RED], "non_preferred_output": [BLUE], "id": 2}
    assert converted(inner, "trl-preference-conv").lost == {"key id of input"}
    other = {"role": "user", "content": "Green?"}
    sides = {"messages": [ASK, RED], "rejected_messages": [other, BLUE]}
    assert converted(sides, "trl-preference-conv").lost == {"the context of the rejected answer"}
    nouns = {**PAIRS["openai-preference"], "preferred_completion": 1}
    assert converted(nouns, "trl-preference-conv").value == {**TURNS, "preferred_completion": 1}
