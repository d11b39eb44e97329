"""Evaluation items are found in the training data by what they ask, and never by what all records share."""

from __future__ import annotations

from itertools import product

import pytest

ASK = (
    "Where does the old gardener keep the broken ladder of the stubborn painter during a storm in the harbour village?"
)
TELL = "He keeps it in the narrow attic above the bakery until the careful shepherd brings a heavy basket of candles."


def chat(asked: str, answer: str = "Nobody knows for sure.", system: str | None = None) -> dict:
    turns = [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
    return {"messages": [{"role": "system", "content": system}, *turns] if system else turns}


@pytest.fixture
def leaks(linted):
    """Lint with this check alone; return rule and eval line of each leak."""

    def run(train, held_out):
        report = linted(train, held_out, lint={"select": ["leakage"]})
        return [(found.rule, found.location.line) for found in report.findings if found.rule in LEAKS]

    return run


LEAKS = ("LEK001", "LEK002", "LEK003", "LEK004")


def test_strangers_are_silent(linted, clean):
    report = linted(clean(300), clean(100, 1))

    assert not [found for found in report.findings if found.rule.startswith("LEK")]


def test_an_equal_prompt_is_a_leak_that_blocks(linted, clean, found):
    report = linted([*clean(300), chat(ASK, TELL)], [*clean(99, 1), chat(ASK, "In the attic.")])

    (leak,) = found(report, "LEK001")
    assert (leak.location.line, leak.related[0].line, leak.blocks) == (100, 301, True)
    assert leak.location.path.endswith("eval.jsonl")
    assert "same prompt as" in leak.message
    assert "train.jsonl:301" in leak.message


@pytest.mark.parametrize("asked", [ASK.upper(), ASK.replace(" ", "  "), ASK.rstrip("?"), f"“{ASK}”"])
def test_case_spaces_and_punctuation_do_not_hide_a_leak(asked, leaks, clean):
    assert leaks([*clean(300), chat(asked)], [*clean(60, 1), chat(ASK)]) == [("LEK001", 61)]


def test_a_short_prompt_leaks_if_it_is_equal(leaks, clean):
    assert leaks([*clean(300), chat("Capital of Peru?")], [*clean(60, 1), chat("capital of peru")]) == [("LEK001", 61)]


def test_signs_that_mean_something_tell_prompts_apart(leaks, clean):
    assert leaks([*clean(300), chat("2 + 3 = ?")], [*clean(60, 1), chat("2 - 3 = ?")]) == []


def test_an_item_that_stands_in_many_records_is_one_leak(linted, clean, found):
    rows = clean(300)

    report = linted([*rows, *[chat(ASK, f"answer {number}") for number in range(7)]], [*clean(60, 1), chat(ASK)])

    (leak,) = found(report, "LEK001")
    assert "and 6 more" in leak.message


def test_a_nearly_equal_prompt_is_a_near_leak_with_its_similarity(linted, clean, found):
    report = linted([*clean(300), chat(ASK.replace("storm", "drought"))], [*clean(60, 1), chat(ASK)])

    (leak,) = found(report, "LEK002")
    assert 0.7 <= leak.similarity < 1
    assert f"Jaccard {leak.similarity:.2f}" in leak.message


def test_a_prompt_within_a_training_record_is_a_contained_leak(leaks, clean):
    story = f"Yesterday we met a sailor who told us many things and asked: {ASK} Nobody laughed at him then."

    assert leaks([*clean(300), chat("Tell me a story.", story)], [*clean(60, 1), chat(ASK)]) == [("LEK003", 61)]


def test_a_training_prompt_within_an_item_is_a_contained_leak(leaks, clean):
    wrapped = f"Think step by step like an old owl, then reply in one line of verse. {ASK} Begin now, please."

    assert leaks([*clean(300), chat(ASK)], [*clean(60, 1), chat(wrapped)]) == [("LEK003", 61)]


#: What fills the gaps of a template, and each of it often.
GAPS = (
    ("A", "B", "C"),
    ("田中", "佐藤", "山田"),
    (
        "今日の17時までに",
        "明後日の正午までに",
        "明日の午前中までに",
        "来週月曜の朝一で",
        "本日中に",
        "30分以内に",
        "今すぐ",
    ),
    ("進捗の報告", "納期の確認", "見積もりの説明"),
)


def test_a_template_with_other_fillings_is_no_contained_leak(leaks):
    rows = [chat(f"{a}社の{b}さんに、{c}電話して{d}をしてください。", "1") for a, b, c, d in product(*GAPS)]
    rows = [rows[131 * number % len(rows)] for number in range(len(rows))]

    found = leaks(rows[:120], rows[120:])

    assert "LEK003" not in {rule for rule, _ in found}


@pytest.mark.parametrize("other", ["weather", "weather in the north"])
def test_a_question_with_another_end_is_no_leak(leaks, clean, other):
    train = [*clean(300), chat("What is your favourite kind of chocolate?", "I can never say no to a dark one.")]

    assert leaks(train, [*clean(60, 1), chat(f"What is your favourite kind of {other}?")]) == []
    assert (
        leaks([*clean(300), chat(f"What is your favourite kind of {other}?", "None.")], [*clean(60, 1), *train[-1:]])
        == []
    )


def test_most_of_a_short_prompt_in_a_longer_one_is_a_near_leak(linted, clean, found):
    asked = "On the pier the sailor repairs nets, ropes, masts and sails of heavy linen from April until October."

    report = linted([*clean(300), chat(f"{ASK[:-1]} and why? {asked}")], [*clean(60, 1), chat(f"{ASK[:-9]} town?")])

    (leak,) = found(report, "LEK002")
    assert "of what is distinctive in one of them" in leak.message
    assert not found(report, "LEK003")


def test_a_long_sentence_that_is_asked_in_two_ways_is_a_near_leak(leaks, clean):
    told = f"{' '.join(ASK[:-1].split()[6:])} and up on the old pier of the fishermen too"
    train, held_out = chat(f"Does anyone here know this: {told}?"), chat(f"{told}: is that right or wrong, you think?")

    assert leaks([*clean(300), train], [*clean(60, 1), held_out]) == [("LEK002", 61)]


def test_pairs_are_compared_alike_however_many_at_a_time(leaks, clean, monkeypatch):
    asked = [f"{ASK[:-1]} and why? {row['messages'][0]['content']}" for row in clean(40)]
    train, held_out = [*clean(900, 2), *map(chat, asked)], [*clean(900, 1), *(chat(f"{one} Tell me!") for one in asked)]
    together = leaks(train, held_out)
    monkeypatch.setattr("dsready_checks._leaks.AT_A_TIME", 1)

    assert leaks(train, held_out) == together
    assert together


@pytest.mark.parametrize("sort", ["short", "long"])
def test_questions_in_two_templates_of_one_length_are_found(sort, leaks, clean):
    asked = [row["messages"][0]["content"] for row in clean(300)]
    asked = [" ".join(one.split()[: 12 if sort == "short" else 99]) for one in asked]
    train = [chat(f"Here comes a riddle that I want you to solve as fast as you can: {one}") for one in asked]
    items = [chat(f"Let us think step by step, and then put the answer into a box. {one}") for one in asked[:60]]

    assert {line for _, line in leaks(train, items)} == set(range(1, 61))


def test_items_that_are_all_wrapped_in_one_instruction_meet_their_originals(leaks, clean):
    rows = clean(300)
    items = [
        chat(f"Solve this riddle and put the final answer into a box. {row['messages'][0]['content']}")
        for row in rows[:60]
    ]

    found = leaks(rows, items)

    assert {line for _, line in found} == set(range(1, 61))


def test_a_shared_system_prompt_is_no_leak(leaks, clean):
    system = "You are the assistant of a large bank. Be polite, never promise anything, and always ask for the number."
    train, held_out = clean(300), clean(60, 1)
    for row in (*train, *held_out):
        row["messages"].insert(0, {"role": "system", "content": system})

    assert leaks(train, held_out) == []


def test_a_shared_instruction_in_the_prompt_is_no_leak(leaks, clean):
    frame = (
        "Classify the sentiment of the following film review as positive or negative, and answer with one word only:"
    )
    train, held_out = clean(300), clean(60, 1)
    for row in (*train, *held_out):
        row["messages"][0]["content"] = f"{frame} {row['messages'][0]['content']}"
        row["messages"][1]["content"] = "positive"

    assert leaks(train, held_out) == []


def test_tool_calls_to_the_same_tool_are_no_leak(leaks, clean):
    def call(row, number):
        function = {"name": "search", "arguments": f'{{"query":"q{number}"}}'}
        turn = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "1", "type": "function", "function": function}],
        }
        return {"messages": [row["messages"][0], turn], "tools": [{"type": "function", "function": {"name": "search"}}]}

    train = [call(row, number) for number, row in enumerate(clean(300))]
    held_out = [call(row, number) for number, row in enumerate(clean(60, 1))]

    assert leaks(train, held_out) == []


def test_only_a_distinctive_answer_leaks(leaks, clean):
    train = [*clean(300), chat("Which place is it then?", TELL)]

    assert leaks(train, [*clean(60, 1), chat("Say where the thing is stored.", TELL)]) == [("LEK004", 61)]


def test_an_answer_under_several_training_prompts_is_canned(leaks, clean):
    train = [*clean(300), chat("Which place is it then?", TELL), chat("Some other question here?", TELL)]

    assert leaks(train, [*clean(60, 1), chat("Say where the thing is stored.", TELL)]) == []


def test_an_answer_of_several_items_is_canned(leaks, clean):
    items = [chat("Say where the thing is stored.", TELL), chat("Name the best hiding place.", TELL)]

    assert leaks([*clean(300), chat("Which place is it then?", TELL)], [*clean(60, 1), *items]) == []


def test_short_answers_never_leak(leaks, clean):
    train = [*clean(300), chat("Which place is it then?", "In the narrow attic.")]

    assert leaks(train, [*clean(60, 1), chat("Say where the thing is stored.", "In the narrow attic.")]) == []


def test_a_small_eval_set_is_a_warning_with_its_uncertainty(linted, clean, found):
    (small,) = found(linted(clean(300), clean(25, 1)), "LEK005")

    assert "25 items" in small.message
    assert "±20 points" in small.message


def test_fifty_items_are_enough(linted, clean, found):
    assert found(linted(clean(300), clean(50, 1)), "LEK005") == []


INCOMPARABLE = {
    "an unknown shape": [{"frage": "a", "antwort": "b"}] * 3,
    "no JSON": b"hello\nworld\n",
    "texts without prompts": [{"messages": [{"role": "assistant", "content": "b"}]}] * 60,
}


@pytest.mark.parametrize("held_out", INCOMPARABLE.values(), ids=INCOMPARABLE)
def test_an_eval_file_that_cannot_be_compared_is_an_error_that_blocks(held_out, linted, clean, found):
    report = linted(clean(2000), held_out)

    (incomparable,) = found(report, "LEK006")
    assert (incomparable.severity, incomparable.blocks) == ("error", True)
    assert not report.ready
    assert report.score <= 49


@pytest.mark.parametrize("content", [b"", b"\n\n"], ids=["nothing", "blank lines"])
def test_an_empty_eval_file_is_never_a_silent_zero(content, linted, clean):
    report = linted(clean(2000), content)

    assert [found.rule for found in report.findings if found.rule.startswith("LEK")] == ["LEK006"]
    assert not report.ready


def test_items_that_cannot_be_compared_are_counted(linted, clean, found):
    report = linted(clean(300), [*clean(60, 1), {"frage": "a"}, {"frage": "b"}])

    (incomparable,) = found(report, "LEK006")
    assert (incomparable.severity, incomparable.blocks, incomparable.count) == ("warning", False, 2)
    assert "2 of 62" in incomparable.message


def test_no_eval_set_is_a_warning_and_costs_score(linted, clean, found):
    report = linted(clean(2000))

    assert [finding.severity for finding in found(report, "LEK007")] == ["warning"]
    assert report.score == 89
    assert next(outcome for outcome in report.outcomes if outcome.check == "leakage").status == "skipped"


def test_eval_files_of_another_shape_are_compared(leaks, clean):
    held_out = [{"question": row["messages"][0]["content"], "answer": "x"} for row in clean(60)]

    assert len(leaks(clean(300), held_out)) == 60


def test_an_item_that_is_said_three_times_is_one(linted, clean, found):
    report = linted(clean(300), clean(30, 1) * 3)

    (small,) = found(report, "LEK005")
    assert small.message.startswith("30 items without the repeated ones: a result is uncertain by ±18 points")
    (items,) = [metric for one in report.outcomes for metric in one.metrics if metric.id == "evaluation.items"]
    assert (items.value, items.part) == (30, 30)


def test_the_same_prompt_with_another_answer_is_another_item(linted, clean, found):
    rows = clean(30, 1)
    others = [{"messages": [row["messages"][0], {"role": "assistant", "content": "no idea"}]} for row in rows]

    assert not found(linted(clean(300), [*rows, *others]), "LEK005")


def test_the_share_is_of_eval_items(linted, clean):
    report = linted(clean(300), [*clean(95, 1), *clean(5)])

    shares = {metric.id: metric for outcome in report.outcomes for metric in outcome.metrics}
    assert (shares["evaluation.leaked_share"].part, shares["evaluation.leaked_share"].whole) == (5, 100)
    assert shares["evaluation.items"].part == 100


def test_the_lines_of_all_training_records_that_hold_an_item_are_told(linted, clean):
    asked = [chat(ASK, f"answer {number}") for number in range(7)]
    rows = [*clean(100), *asked[:5], *clean(100, seed=3), *asked[5:]]

    report = linted(rows, [*clean(60, 1), chat(ASK)])

    (outcome,) = [outcome for outcome in report.outcomes if outcome.check == "leakage"]
    assert list(outcome.profile["training"].values()) == [[101, 102, 103, 104, 105, 206, 207]]
