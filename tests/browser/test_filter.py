"""The box above the findings: what is typed there stays, what is not goes, and how much stays is said."""

from __future__ import annotations

import pytest

#: Of each rule whose findings can be seen: its code, and the findings.
SHOWN = """
const seen = (root, what) => [...root.querySelectorAll(what)].filter(one => one.checkVisibility())
return seen(document, ".rule").map(rule => [
    rule.querySelector("h3, h4").textContent.trim().split(" ")[0],
    seen(rule, ":scope > details > ul > li").map(one => one.textContent.replace(/\\s+/g, " ").trim()),
])
"""
FOLDED = "return [...document.querySelectorAll('.rule details')].map(one => one.open)"
SAID = "return [...document.querySelectorAll('[aria-live=polite]')].map(one => one.innerText)"
FOCUS = "document.querySelectorAll('input[type=search]')[arguments[0]].focus()"


@pytest.fixture
def opened(chrome, pages):
    """Open a page, and go to a filter in it; return how to type into it: what is there before is replaced."""

    def go(name, number=0):
        chrome.open(pages(name).url)
        chrome.run(FOCUS, number)

        def typed(text):
            chrome.press("HOME")
            chrome.run("document.activeElement.select()")
            chrome.press(text or "BACKSPACE")
            return dict(chrome.run(SHOWN))

        return typed

    return go


def test_a_code_leaves_the_findings_of_its_rule(chrome, opened):
    typed = opened("demo")
    chrome.unfold()
    every = dict(chrome.run(SHOWN))
    assert len(every) > 5

    for code, findings in every.items():
        assert typed(code) == {code: findings}
        assert chrome.run(SAID) == [f"{len(findings)} shown"]


def test_small_letters_do_as_well_as_capitals(opened):
    typed = opened("demo")

    assert list(typed("dup002")) == list(typed("DUP002")) == ["DUP002"]


def test_words_leave_the_findings_that_say_them(chrome, opened):
    typed = opened("demo")
    chrome.unfold()
    every = dict(chrome.run(SHOWN))
    word = next(iter(every["DUP002"][0].split()))

    left = typed(word)

    assert left == {code: mine for code, found in every.items() if (mine := [one for one in found if word in one])}
    assert chrome.run(SAID) == [f"{sum(map(len, left.values()))} shown"]


def test_nothing_is_left_of_what_nobody_says(chrome, opened):
    assert opened("demo")("qqqq") == {}
    assert chrome.run(SAID) == ["0 shown"]


def test_an_empty_box_brings_all_back(chrome, opened):
    typed = opened("demo")
    before, folded = dict(chrome.run(SHOWN)), chrome.run(FOLDED)
    assert typed("DUP002") != before

    assert typed("") == before
    assert chrome.run(FOLDED) == folded, "what was folded before is open now"
    assert chrome.run(SAID) == [""]


def test_every_data_set_has_its_own(chrome, opened):
    typed = opened("several", 1)
    rules = chrome.run("return document.querySelectorAll('.rule').length")

    typed("qqqq")

    left = "return [...document.querySelectorAll('.rule')].filter(one => one.checkVisibility()).length"
    assert 0 < chrome.run(left) < rules
    assert chrome.run(SAID) == ["", "0 shown"]
