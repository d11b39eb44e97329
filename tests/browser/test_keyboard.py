"""Who has no mouse comes everywhere, and sees where they are."""

from __future__ import annotations

import pytest

from tests.browser.chrome import DESK, TELEPHONE

#: What has the focus: what it is, whether it can be seen, and whether something shows that it has the focus.
FOCUSED = """
const one = document.activeElement
if (!one || one == document.body) return null
const {x, y, width, height} = one.getBoundingClientRect()
const style = getComputedStyle(one)
const at = document.elementFromPoint(x + Math.min(width, innerWidth - x) / 2, y + Math.min(height, innerHeight - y) / 2)
return {
    name: one.outerHTML.slice(0, 120),
    seen: width > 1 && height > 1 && x < innerWidth && y < innerHeight && x + width > 0 && y + height > 0,
    covered: !(at && (one.contains(at) || at.contains(one))),
    marked: style.outlineStyle != "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow != "none",
}
"""
FOCUSABLE = """
return [...document.querySelectorAll("a[href], summary, input, button, select, [tabindex='0']")]
    .filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 120))
"""
HIDDEN = """<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title>
<a href="#a" style="outline: none">no outline</a> <a href="#b" style="position: fixed; left: -99rem">far away</a>
<p><a href="#c">under something</a></p><div style="position: fixed; inset: 0; background: #fff"></div>"""
#: So often the key is pressed; long pages have more to visit of the same kinds.
TIMES = 40


def visited(chrome, times=TIMES):
    """Press the tabulator again and again, and return what has the focus each time, until the page ends."""
    for _ in range(times):
        chrome.press("TAB")
        if (focused := chrome.run(FOCUSED)) is None:
            return
        yield focused


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_what_has_the_focus_is_seen(chrome, pages, size, dark):
    chrome.open(pages("demo").url, size=size, dark=dark)
    chrome.unfold()

    for focused in visited(chrome):
        assert focused["seen"], f"has the focus, and is not in the window: {focused['name']}"
        assert not focused["covered"], f"has the focus, and is covered by something: {focused['name']}"
        assert focused["marked"], f"has the focus, and does not look like it: {focused['name']}"


def test_the_first_link_leads_past_the_head(chrome, page):
    chrome.open(page.url)
    chrome.press("TAB")
    target = chrome.run("return document.activeElement.getAttribute('href')")
    assert (target or "").startswith("#"), "the first that has the focus is no link into the page"

    chrome.press("ENTER")

    assert chrome.run("return document.querySelector(arguments[0])?.localName", target) == "main"
    assert chrome.run("return location.hash") == target
    chrome.press("TAB")
    inside = "return document.querySelector(arguments[0]).contains(document.activeElement)"
    assert chrome.run(inside, target) or chrome.run("return document.activeElement == document.body")


def test_all_is_visited_in_its_order(chrome, pages):
    chrome.open(pages("empty").url)
    there = chrome.run(FOCUSABLE)

    assert [focused["name"] for focused in visited(chrome, len(there) + 1)] == there


def test_what_hides_the_focus_is_seen(chrome, tmp_path):
    page = tmp_path / "hidden.html"
    page.write_text(HIDDEN, encoding="utf-8")
    chrome.open(page.as_uri())

    unmarked, outside, covered = visited(chrome, 3)

    assert unmarked["seen"]
    assert not unmarked["marked"]
    assert not outside["seen"]
    assert covered["seen"]
    assert covered["covered"]
