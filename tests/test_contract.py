"""Every installed check keeps the contract: the law, its manual, its rules."""

from __future__ import annotations

import inspect
import pickle
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsready import registry
from dsready.dataset.settings import Settings
from dsready.model import Severity
from dsready.testing import assert_lawful, run

CHECKS = registry.load()
RULES = [(check, rule) for check in CHECKS.values() for rule in check.rules]
every_check = pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
every_rule = pytest.mark.parametrize("rule", [rule for _, rule in RULES], ids=lambda rule: rule.code)

NOUNS = ("harbour", "kettle", "letter", "garden", "window", "bicycle", "teacher", "river", "market", "blanket")
VERBS = ("keeps", "follows", "paints", "forgets", "carries", "answers", "mends", "hides", "measures", "borrows")
LONG = "The old clock in the hall strikes the hours a little late, which nobody in the house has ever minded."
CALL = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"id": 1}'}}


def prompt(number: int) -> str:
    return f"Who {VERBS[number % 10]} the {NOUNS[number // 10 % 10]} when number {number} has left the house?"


def pair(number: int, **more):
    answer = f"It is the {NOUNS[number * 7 % 10]} that {VERBS[number * 3 % 10]} it, and {number * 17} others look on."
    return {"prompt": prompt(number), "completion": answer, **more}


def chat(number: int, *turns):
    asked = {"role": "user", "content": prompt(number)}
    return {"messages": [asked, *(turns or [{"role": "assistant", "content": f"Number {number}, of course."}])]}


SOUND = [*(pair(number) for number in range(60)), *(chat(number) for number in range(60, 90))]
ODD = [
    b"",
    b"   ",
    b'{"prompt": "cut off',
    b'{"prompt": "a", "prompt": "b", "completion": "c"}',
    b"[1, 2]",
    b"null",
    b"\xff\xfe{}",
    b'{"a": "caf\xe9"}',
    b"{",
    b'"x": 1',
    b"}",
    {},
    {"promt": "a", "completion": "b"},
    {"promt": "a", "completion": "b"},
    {"messages": "hello"},
    {"text": LONG},
    {"text": LONG.upper()},
    {"prompt": prompt(3), "completion": ""},
    {"prompt": prompt(4), "completion": LONG},
    {"prompt": prompt(4), "completion": "Nobody at all."},
    *({"prompt": prompt(number), "completion": LONG} for number in range(90, 96)),
    {"prompt": prompt(5), "completion": " ".join([LONG] * 60)},
    {"prompt": prompt(6) + " Tell me.", "completion": pair(6)["completion"]},
    {"prompt": prompt(6) + " Tell us.", "completion": pair(6)["completion"]},
    pair(7, score=1),
    pair(8, score="one"),
    {
        "prompt": "¿Quién guarda las llaves de la casa?",
        "completion": "Las guarda el panadero de la esquina, desde siempre.",
    },
    {"prompt": "谁在晚上关上花园的门？", "completion": "通常是住在河边的老人，他每天都来。"},
    chat(9, {"role": "usr", "content": "x"}, {"role": "assistant", "content": " "}),
    chat(10, {"role": "assistant", "content": None, "tool_calls": [CALL]}),
    {**chat(11, {"role": "assistant", "content": None, "tool_calls": [CALL]}), "tools": []},
    {"prompt": prompt(12), "chosen": "Yes, it is so.", "rejected": "No."},
    {"prompt": prompt(13), "completion": "Yes.", "label": True},
]
BAG = [*SOUND, *SOUND[:3], *ODD]
ITEMS = [
    *(pair(number) for number in range(200, 210)),
    pair(14),
    {"prompt": f"Read this and answer. {prompt(15)} Be brief.", "completion": "x"},
    {"prompt": "Something else altogether, is it not so?", "completion": LONG},
    b"{broken",
]

rows = st.lists(st.sampled_from(BAG), min_size=1, max_size=60)


@every_check
@pytest.mark.parametrize("evals", [None, ITEMS], ids=["alone", "with-eval"])
def test_a_check_obeys_the_law_on_a_mixed_bag(check, evals):
    assert_lawful(check(), BAG, evals=evals, settings=Settings(context_length=200), ways=15)


@every_check
@settings(max_examples=12, deadline=None)
@given(rows=rows, seed=st.integers(0, 10**6), evals=st.none() | st.just(ITEMS))
def test_a_check_obeys_the_law_on_any_rows(check, rows, seed, evals):
    assert_lawful(check(), rows, evals=evals, seed=seed, ways=2)


@every_check
def test_a_check_of_no_rows_has_not_passed(check):
    report = run(check(), [])

    assert report.outcomes[0].status == "skipped"


@every_check
def test_every_finding_is_of_a_rule_of_the_check(check):
    report = run(check(), BAG, evals=ITEMS)

    assert {found.rule for found in report.findings} <= {rule.code for rule in check.rules}
    assert {code for outcome in report.outcomes for code in outcome.counts} <= {rule.code for rule in check.rules}


@every_check
def test_every_metric_belongs_to_a_dimension_of_the_check(check):
    metrics = run(check(), BAG, evals=ITEMS).outcomes[0].metrics

    assert {metric.dimension for metric in metrics} <= {rule.dimension for rule in check.rules}
    assert {code for metric in metrics for code in metric.rules} <= {rule.code for rule in check.rules}


@every_check
def test_a_check_is_built_without_options_and_pickles(check):
    built = check()

    assert pickle.loads(pickle.dumps(built)).model_dump() == built.model_dump()  # noqa: S301


@every_check
def test_a_check_is_frozen(check):
    assert check.model_config["frozen"]
    assert check.model_config["extra"] == "forbid"


@every_check
def test_a_manual_says_why_it_matters_and_how_to_fix_it(check):
    manual = inspect.getdoc(check) or ""
    heads = [part.partition(":")[0] for part in manual.split("\n\n")]

    assert heads[1:3] == ["Why it matters", "How to fix"]
    assert heads[0].endswith(".")


def test_codes_and_names_are_unique():
    used = Counter(name for _, rule in RULES for name in (rule.code, rule.name))

    assert {name for name, times in used.items() if times > 1} == set()


@every_check
def test_the_codes_of_a_check_share_their_letters(check):
    assert len({rule.code.rstrip("0123456789") for rule in check.rules}) == 1


@every_rule
def test_a_rule_says_what_it_reports_and_what_to_do(rule):
    assert rule.summary
    assert not rule.summary.endswith(".")
    assert rule.fix.endswith(".")


@every_rule
def test_what_blocks_is_an_error(rule):
    assert not rule.blocks or rule.severity is Severity.ERROR
