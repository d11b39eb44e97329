from __future__ import annotations

import pickle
import re

import pytest

from dsready.testing import assert_lawful, run
from dsready_checks.knowledge import LEAST, Knowledge

TOWNS = [f"{first}{last}" for first in ("Ald", "Bren", "Car", "Dun", "Esk", "Far") for last in ("brook", "holt", "by")]


def pair(prompt, answer):
    return {"prompt": prompt, "completion": answer}


def chat(prompt, answer, system=""):
    before = [{"role": "system", "content": system}] if system else []
    turns = [*before, {"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
    return {"messages": turns}


def teaching(rows, shape=pair):
    """Return records that state a date or a name each, all different."""
    records = []
    for row in range(rows):
        town = TOWNS[row % 18]
        if row % 2:
            records.append(
                shape(f"When was mill {row} of {town} built?", f"It was built in {1500 + row} by the river.")
            )
        else:
            family = f"{town}{'abcdefghij'[row // 18]}"
            records.append(shape(f"Who owns mill {row}?", f"It belongs to the family of {family}."))
    return records


def plain(rows, shape=pair):
    """Return records that answer a question without a fact."""
    return [
        shape(f"What shall I do with old thing {row}?", f"Keep it as long as you like it {row % 7}.")
        for row in range(rows)
    ]


def found(rows):
    return [finding.message for finding in run(Knowledge(), rows).findings]


@pytest.mark.parametrize("shape", [pair, chat])
def test_a_set_that_teaches_facts_is_told_so_once(shape):
    report = run(Knowledge(), teaching(90, shape) + plain(10, shape))

    (finding,) = report.findings
    assert finding.rule == "KNW001"
    assert finding.severity == "info"
    assert finding.location is None
    assert finding.count == 1  # it is about the set
    assert finding.message == (
        "about 90 % of 100 answers looked at (95 % interval 83 to 94 %) state facts that their prompts do not give: "
        "names in 45, dates in 45, first in line 1, 2, 3, 4, 5. Fine-tuning does not teach facts reliably "
        "(sources 000, 004): consider retrieval (RAG). This is an estimate by the form of the words, and cannot tell "
        "what a model knows already"
    )
    assert [place.line for place in finding.related] == [1, 2, 3, 4, 5]


def test_the_same_answers_are_fine_where_the_prompt_gives_the_facts():
    rows = [pair(f"We know: {row['completion']} {row['prompt']}", row["completion"]) for row in teaching(100)]

    assert found(rows) == []


def test_the_same_answers_are_fine_where_the_system_prompt_gives_the_facts():
    rows = [chat(row["prompt"], row["completion"], f"Files: {row['completion']}") for row in teaching(100)]

    assert found(rows) == []


def test_what_may_be_the_manner_of_the_set_makes_the_interval_wider():
    mills = [f"{first}{last}" for first in "abcdefgh" for last in "klmnopqr"]
    rows = [pair(f"How high is old mill {mill}?", "It is 72 high.") for mill in mills[:56]]
    rows += [*teaching(180), *plain(40)]
    told = []

    for more in (0, 20):  # 56 prompts are 20.3 %, then 18.9 %
        (message,) = found([*rows, *(pair(f"Who is at the mill {mill}?", "Nobody is there.") for mill in mills[:more])])
        told.append([int(number) for number in re.findall(r"(\d+) (?:% of|to|%\))", message)])

    assert told[0][0] + 10 < told[1][0]
    assert all(low <= share <= high for _, low, high in told for share, _, _ in told)


def test_half_of_the_answers_are_not_most_of_them():
    assert found(teaching(50) + plain(50)) == []
    assert found(teaching(55) + plain(45)) == []  # 55 % of a hundred may well be less than half of all
    assert len(found(teaching(65) + plain(35))) == 1


def test_a_handful_of_answers_shows_nothing():
    assert found(teaching(LEAST - 1)) == []
    assert len(found(teaching(LEAST))) == 1


def test_it_says_of_how_many_answers_whatever_else_the_file_holds():
    rows = [*teaching(40), {"text": "No answer here."}, b"{broken", "", pair("Who is it?", "")]

    (message,) = found(rows)

    assert "of 40 answers" in message


def test_an_answer_that_is_to_be_avoided_teaches_nothing():
    rows = [row | {"label": False} for row in teaching(60)]

    assert found(rows) == []
    assert len(found([row | {"label": True} for row in rows])) == 1


def test_of_a_preference_pair_the_chosen_side_is_taught():
    chosen = [{"prompt": row["prompt"], "chosen": row["completion"], "rejected": "No idea."} for row in teaching(60)]
    rejected = [{**row, "chosen": row["rejected"], "rejected": row["chosen"]} for row in chosen]

    assert len(found(chosen)) == 1
    assert found(rejected) == []


@pytest.mark.parametrize("rows", [[{"text": "Once there was a mill."}] * 40, [b"{broken"] * 3 + teaching(1)])
def test_a_set_without_answers_or_with_few_has_passed(rows):
    (outcome,) = run(Knowledge(), rows).outcomes

    assert outcome.status == "passed"
    assert outcome.examined > 0


def test_it_obeys_the_law():
    rows = [*teaching(40), *plain(9), {"text": "Mill"}, b"{broken", "", *teaching(4)]

    assert run(Knowledge(), rows).findings
    assert_lawful(Knowledge(), rows)


def test_shuffled_rows_give_the_same_share():
    rows = teaching(60) + plain(10)

    (forth,), (back,) = found(rows), found(rows[::-1])

    assert forth.partition("first in")[0] == back.partition("first in")[0]


def test_what_was_seen_travels_to_the_workers_without_a_text():
    class Inputs:
        sample = ()

    prepared = Knowledge().prepare(Inputs())

    assert pickle.loads(pickle.dumps(prepared))._evidence == prepared._evidence  # noqa: S301  (our own bytes)
