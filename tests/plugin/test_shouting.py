"""The check `shouting`: what it reports, and the law."""

from dsready.testing import assert_lawful, run
from dsready_shouting import Shouting

LOUD = {"prompt": "Where is my parcel?", "completion": "IT IS IN LEEDS."}
CALM = {"prompt": "Where is my parcel?", "completion": "It is in Leeds."}


def test_shouting_is_reported() -> None:
    report = run(Shouting(), [CALM, LOUD])

    assert [(found.rule, found.location and found.location.line) for found in report.findings] == [("SHO001", 2)]


def test_short_answers_may_be_capitals() -> None:
    assert run(Shouting(), [{"prompt": "Where?", "completion": "LEEDS"}]).findings == ()


def test_shouting_obeys_the_law() -> None:
    assert_lawful(Shouting(), [CALM, LOUD, "{broken", "", {"unknown": 1}] * 10)
