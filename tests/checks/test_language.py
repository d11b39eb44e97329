from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import orjson
import pytest

from dsready.dataset.batch import Batch
from dsready.dataset.record import parse
from dsready.dataset.settings import Settings
from dsready.model import Location
from dsready_checks.language import Language

if TYPE_CHECKING:
    from dsready.check import Verdict

ENGLISH = (
    "The old harbour was quiet that morning, and only two boats had come back with fish.",
    "Put the flour in a large bowl, add the eggs one at a time, and stir until it is smooth.",
    "Please write a short letter that thanks our neighbours for watering the plants in August.",
    "A triangle whose three sides are equal has three equal angles, each of them sixty degrees.",
    "She had not expected the train to be so late, but the waiting room was warm enough.",
    "Which of these two sentences is longer, and how many words does the shorter one have?",
    "The museum keeps its oldest maps in a dark room, because light would make the ink fade.",
)
SPANISH = "La panadería de la esquina abre temprano, y a las nueve ya se ha vendido casi todo el pan."
FRENCH = "La boulangerie du coin ouvre tôt, et à neuf heures presque tout le pain est déjà vendu."
CHINESE = "街角的面包店很早就开门，到九点钟的时候，大部分面包已经卖完了。"

Row = tuple[str, str]


def english(rows: int) -> list[Row]:
    return [(ENGLISH[row % 7], ENGLISH[(row + 3) % 7]) for row in range(rows)]


def batches(rows: list[Row], size: int = 64) -> list[Batch]:
    lines = [orjson.dumps({"prompt": prompt, "completion": answer}) for prompt, answer in rows]
    records = [parse(key, line) for key, line in enumerate(lines)]
    return [Batch(records[at : at + size], Settings()) for at in range(0, len(records), size)]


class Inputs:
    def __init__(self, sample: list[Batch]) -> None:
        self.sample = sample


class Dataset:
    def __init__(self, listed: int = 100) -> None:
        self.listed = listed

    def locations(self, keys) -> list[Location]:
        return [Location(path="train.jsonl", line=key + 1) for key in keys.tolist()]

    def along(self, keys) -> list[int]:
        return np.bincount(keys // 100, minlength=3).tolist()  # a stretch has a hundred records


def fold(prepared: Language, parts: list[Batch]):
    state = prepared.start()
    for part in parts:
        state = prepared.update(state, part)
    return state


def judge(rows: list[Row], listed: int = 100, **options) -> Verdict:
    parts = batches(rows)
    prepared = Language(**options).prepare(Inputs(parts))
    return prepared.finish(fold(prepared, parts), Dataset(listed))


def found(verdict: Verdict) -> list[tuple[str, int, str]]:
    return [(finding.rule, finding.location.line, finding.message) for finding in verdict.findings]


def plain(verdict: Verdict) -> tuple:
    return verdict.examined, verdict.findings, verdict.counts, verdict.metrics, verdict.profile


def test_an_english_set_is_silent():
    verdict = judge(english(300))

    assert verdict.findings == []
    assert verdict.examined == 300
    assert verdict.profile["languages"] == {"en": 300, "unknown": 0}
    assert [(metric.part, metric.whole) for metric in verdict.metrics] == [(0, 300)]


@pytest.mark.parametrize(
    ("text", "called"), [(SPANISH, "Spanish (es)"), (FRENCH, "French (fr)"), (CHINESE, "Chinese (zh)")]
)
def test_a_minority_is_found_with_its_lines(text, called):
    rows = english(98)
    rows[10] = rows[70] = (text, text)

    verdict = judge(rows)

    message = f"{called}, while 98.0 % of the set is English (en)"
    assert found(verdict) == [("LNG001", 11, message), ("LNG001", 71, message)]
    assert verdict.metrics[0].id == "consistency.language_share"
    assert (verdict.metrics[0].part, verdict.metrics[0].whole) == (2, 98)


def test_without_a_prevailing_language_there_is_no_minority():
    verdict = judge(english(50) + [(SPANISH, SPANISH)] * 20)

    assert verdict.findings == []
    assert verdict.metrics[0].part == 0


def test_the_share_that_prevails_is_an_option():
    verdict = judge(english(50) + [(SPANISH, SPANISH)] * 20, dominance=0.6)

    assert len(verdict.findings) == 20


def test_an_answer_in_another_language_is_found():
    rows = english(99)
    rows[5] = (ENGLISH[0], SPANISH)

    assert ("LNG002", 6, "the answer is Spanish (es), the prompt English (en)") in found(judge(rows))


@pytest.mark.parametrize(
    "prompt",
    ["Translate this sentence about a bakery: " + ENGLISH[0], "How would you say this in Spanish? " + ENGLISH[0]],
)
def test_an_answer_in_the_language_that_is_asked_for_is_fine(prompt):
    rows = english(99)
    rows[5] = (prompt, SPANISH)

    assert found(judge(rows)) == []


def test_a_set_of_translations_is_meant_that_way():
    verdict = judge([(prompt, FRENCH) for prompt, _ in english(100)])

    assert verdict.findings == []
    assert verdict.profile["answers_elsewhere"] == {"en → fr": 100}


def test_a_short_answer_says_nothing():
    rows = english(99)
    rows[5] = (ENGLISH[0], "Buenos días, señora, ¿qué tal?")

    assert found(judge(rows)) == []


def test_a_set_without_any_language_passes():
    verdict = judge([("1 + 1", "2")] * 30)

    assert verdict.findings == []
    assert (verdict.examined, verdict.metrics[0].part, verdict.metrics[0].whole) == (30, 0, 0)
    assert verdict.profile["languages"] == {"unknown": 30}


def test_an_empty_set_is_examined_in_vain():
    verdict = judge([])

    assert (verdict.examined, verdict.findings) == (0, [])


def test_the_report_is_cut_but_the_count_is_exact():
    rows = english(100)
    for row in (3, 20, 40, 60, 80):
        rows[row] = (SPANISH, SPANISH)

    verdict = judge(rows, listed=3)

    assert [finding.location.line for finding in verdict.findings] == [4, 21, 41]
    assert verdict.counts == {"LNG001": 5, "LNG002": 0}


def test_any_split_in_any_order_gives_the_same_verdict():
    rows = english(200)
    for row in range(0, 200, 23):
        rows[row] = (ENGLISH[1], SPANISH) if row % 2 else (CHINESE, CHINESE)
    prepared = Language().prepare(Inputs(batches(rows)))
    whole = prepared.finish(fold(prepared, batches(rows)), Dataset())

    assert {finding.rule for finding in whole.findings} == {"LNG001", "LNG002"}
    for size in (1, 7, 200):
        parts = batches(rows, size)
        state = prepared.merge(fold(prepared, parts[1::2]), fold(prepared, parts[::2][::-1]))
        assert plain(prepared.finish(state, Dataset())) == plain(whole)


def test_the_sample_may_come_in_any_order():
    rows = english(150)
    rows[3:9] = [(SPANISH, SPANISH)] * 6
    parts = batches(rows, 10)

    forth, back = (Language().prepare(Inputs(sample)) for sample in (parts, parts[::-1]))

    assert forth._expected == back._expected


def test_what_was_learned_travels_to_the_workers():
    prepared = Language().prepare(Inputs(batches(english(50))))
    data = pickle.dumps(prepared)

    assert pickle.loads(data)._expected == prepared._expected  # noqa: S301  (our own bytes)
    assert len(data) < 2000


def test_a_foreign_text_to_be_translated_is_on_purpose():
    rows = english(99)
    rows[5] = (f"{SPANISH} {SPANISH}\n\nTranslate to English\n\nEnglish:", "Step 1.")

    assert found(judge(rows)) == []


def test_the_languages_are_told_along_the_file_with_what_is_too_short_to_tell():
    rows = english(150) + [(FRENCH, FRENCH)] * 50 + [("1 + 1", "2")] * 20

    verdict = judge(rows)

    assert verdict.profile["along"] == {"language": {"en": [100, 50, 0], "fr": [0, 50, 0], "unknown": [0, 0, 20]}}


def test_one_language_and_what_is_too_short_to_tell_is_no_picture():
    assert "along" not in judge(english(150) + [("1 + 1", "2")] * 20).profile


def test_all_records_of_a_minority_are_marked_though_few_are_listed():
    rows = english(98)
    for row in (10, 40, 70):
        rows[row] = (SPANISH, SPANISH)
    rows[20] = (ENGLISH[0], SPANISH)

    verdict = judge(rows, listed=1)

    assert verdict.marks["LNG001"].tolist() == [10, 20, 40, 70]
    assert verdict.marks["LNG002"].tolist() == [20]
