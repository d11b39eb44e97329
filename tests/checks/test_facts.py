from __future__ import annotations

import pytest

from dsready.dataset.example import Example, Message, ToolCall
from dsready_checks._facts import LONGEST_QUESTION, PASSAGE, asks, facts, question, stated


def example(prompt, answer="It stands by the river.", **more):
    return Example(shape="prompt-completion", kind="sft", prompt=prompt, answer=answer, **more)


def told(prompt, answer, **more):
    return {(fact.kind, fact.text) for fact in facts(example(prompt, answer, **more))}


def number_of_facts(*examples):
    return [len(found) for found in stated(examples).facts]


@pytest.mark.parametrize(
    "prompt",
    [
        "Where is the mill?",
        "Where is the mill?\n\nAnswer:",
        "Q: Where is the mill?\nA:",
        "Where is the mill? ->",
        "Where is the mill?'\n",
        "أين الطاحونة؟",
    ],
)
def test_a_bare_question_is_one_that_ends_on_a_question_mark(prompt):
    answer = "" if prompt.isascii() else "هناك"

    assert asks(example(prompt, answer or "There."))


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("Tell me where the mill is.", "There."),
        ("Write a story around this: Who owns the mill? Anna", "There."),
        ("Can you write a story about the mill?", "Anna stood by the river."),
        ("Could you please make up a name for a mill?", "Anna's Mill."),
        ("", "There."),
        ("word " * (LONGEST_QUESTION + 1) + "?", "There."),
        ("Where is the mill?", "```\nprint()\n```"),
        ("Where is the mill?", '{"place": "river"}'),
        ("Where is the mill?", "SELECT place FROM mills"),
        ("Where is the mill?", "find_mill(3)"),
        ("What does ```x = 1``` mean?", "That x is one."),
        ("Who is on it? [image 0123456789abcdef]?", "Anna."),
        ("磨坊在哪里？", "Where is the mill?"),
        ("Где мельница?", "Where is the mill?"),
    ],
)
def test_no_bare_question(prompt, answer):
    assert not asks(example(prompt, answer))


def test_a_question_that_tools_answer_is_no_bare_one():
    turns = [
        Message("user", "Where is the mill?"),
        Message("assistant", calls=[ToolCall("find")]),
        Message("tool", "X"),
    ]

    assert asks(example("Where is the mill?", messages=turns[:1]))
    assert not asks(example("Where is the mill?", messages=turns[:2]))
    assert not asks(example("Where is the mill?", messages=[turns[0], turns[2]]))


def test_the_last_turn_of_the_user_is_what_is_asked():
    turns = [Message("user", "Hi."), Message("assistant", "Hello."), Message("user", "Where?")]

    assert question(example("Hi.\nHello.\nWhere?", messages=turns)) == "Where?"
    assert question(example("Where?")) == "Where?"


@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ("It belongs to Selma now.", ("name", "selma")),
        ("It belongs to the town, Aldbrook that is.", ("name", "aldbrook")),
        ('It is called "Greta" by all.', ("name", "greta")),
        ("Она стоит у Волги летом.", ("name", "волги")),
        ("It has 1,250 panes.", ("number", "1250")),
        ("It has 12.5 metres.", ("number", "125")),
        ("It costs $89 a day.", ("number", "89")),
        ("It was built in 1871.", ("date", "1871")),
        ("It opens on 12/05/2020 at last.", ("date", "12052020")),
    ],
)
def test_a_fact_is_a_name_a_number_or_a_date(answer, fact):
    assert told("What of it?", answer) == {fact}


@pytest.mark.parametrize(
    "answer",
    [
        "It is by the river. Go there, and ask. The miller knows.",  # capitals at the beginning of sentences
        "It has 3 wheels and 2 doors.",  # single digits, which anything has
        "1. Go there.\n10. Ask.\n- 11) Come back.",  # numbers of a list
        "See model B2B or part 4x4 or v12.",  # digits within words
        "That is NOT so.",  # capitals throughout
        "That is so.",  # a short answer, but no name
        "Das Haus ist von der Familie und nicht von Greta.",  # German nouns
        "12 x 12 = 144",
        "It is 12 * 12, so 144 in all.",
    ],
)
def test_no_fact(answer):
    assert told("What of it?", answer) == set()


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("Who is Selma?", "The owner is Selma."),
        ("What of the Selmas?", "The owner is Selma."),
        ("What of Selma?", "They are the Selmas."),
        ("What of the year 1871?", "It was built in 1871."),
        ("What of 1250?", "It has 1,250 panes."),
        ("It has 12 wheels and 30 doors, how many are that?", "There are 42 of them."),
    ],
)
def test_what_the_prompt_gives_or_lets_work_out_is_no_fact(prompt, answer):
    assert told(prompt, answer) == set()


def test_what_the_system_prompt_gives_is_no_fact():
    assert told("Whose is it?", "It is the mill of Selma since 1871.", system="Selma bought it in 1871.") == set()


@pytest.mark.parametrize(
    "answer",
    ["Aldbrook", "Aldbrook.", " Aldbrook<|endoftext|>", "Aldbrook ###", "Lake Aldbrook", "University of Aldbrook"],
)
def test_a_short_answer_that_is_a_name_is_a_fact(answer):
    assert "short answer" in {kind for kind, _ in told("Where?", answer)}


@pytest.mark.parametrize(
    "answer", ["", "...", "wildlife refuge", "Miso paste", "Yes", "On the River", "Down by the old Mill"]
)
def test_a_short_answer_that_is_no_name_is_no_fact(answer):
    assert "short answer" not in {kind for kind, _ in told("Where is the River?", answer)}


def test_a_short_answer_to_many_questions_is_a_label():
    asked = [example(f"Is it {word}?", "Positive") for word in "abc"]

    assert number_of_facts(*asked[:2]) == [1, 1]
    assert number_of_facts(*asked) == [0, 0, 0]
    assert number_of_facts(*[asked[0]] * 5) == [1] * 5  # one question, asked again


def test_what_all_answers_say_is_their_manner():
    asked = [example(f"Who is number {row}?", f"It is Selma who has {row + 1800} of them.") for row in range(40)]

    assert [{fact.kind for fact in found} for found in stated(asked).facts] == [{"date"}] * 40


def test_a_name_that_other_questions_have_is_familiar():
    answered = example("Who brings it?", "It comes with Northpost.")
    asked = [example(f"Did Northpost lose my {what}?", "I am sorry.") for what in ("kettle", "lamp", "tent")]

    assert number_of_facts(answered, *asked[:2])[0] == 1
    assert number_of_facts(answered, *asked)[0] == 0
    assert number_of_facts(example("Who brings it?", "Northpost"), *asked)[0] == 0


def test_a_name_that_another_answer_writes_in_lower_case_is_none():
    heading = example("What helps?", "It is about Regular walks.")

    assert number_of_facts(heading) == [1]
    assert number_of_facts(heading, example("What else?", "It is regular sleep.")) == [0, 0]


def test_one_name_in_a_long_answer_stands_there_by_the_way():
    answer = "It is as Selma says. " + "So it goes on. " * (PASSAGE // 15)

    assert number_of_facts(example("What of it?", answer)) == [0]
    assert number_of_facts(example("What of it?", answer + "And so says Greta.")) == [2]


def test_only_answers_to_bare_questions_state_facts():
    assert number_of_facts(example("Write about mills.", "It belongs to Selma.")) == [0]


def test_hostile_texts_take_no_time():
    for text in ("-" * 100_000, "1" * 100_000, "1," * 50_000, "A " * 50_000, "a, B" * 25_000, "\n \n" * 30_000):
        assert len(stated([example(f"{text}?", text), example("What?", text)]).facts) == 2
