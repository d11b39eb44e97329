"""Nothing of the page is wider than what it is shown on: a telephone, or paper."""

from __future__ import annotations

import pytest

from tests.browser.chrome import DESK, PAPER, TELEPHONE

#: What stands out of the page on its right, and is not inside a box that scrolls; the innermost of each branch.
WIDER = """
const root = document.documentElement, width = root.clientWidth
if (root.scrollWidth <= width) return []
const scrolls = one => one && one != root &&
    (/auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement))
const out = [...document.body.querySelectorAll("*")].filter(one =>
    one.getBoundingClientRect().right > width + 0.5 && !scrolls(one.parentElement))
return [`${root.scrollWidth} pixels of ${width}`, ...out
    .filter(one => !out.some(other => one != other && one.contains(other)))
    .map(one => `${Math.round(one.getBoundingClientRect().right)}: ${one.outerHTML.slice(0, 120)}`)]
"""
#: Boxes whose content is cut off at the right, because they do not scroll.
CUT = """
return [...document.body.querySelectorAll("*")].filter(one =>
    !one.ownerSVGElement && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1 &&
    /hidden|clip/.test(getComputedStyle(one).overflowX)).map(one => one.outerHTML.slice(0, 120))
"""
#: Boxes that scroll to the right, and have text that paper would not show.
SCROLLS = """
return [...document.body.querySelectorAll("*")].filter(one =>
    one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1 && !one.ownerSVGElement &&
    /auto|scroll/.test(getComputedStyle(one).overflowX)).map(one => one.outerHTML.slice(0, 120))
"""
WIDE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title><style>body { margin: 0 }</style>
<div style="overflow: auto"><div style="width: 2000px">scrolls</div></div>
<div style="overflow: hidden"><div style="width: 2000px">is cut</div></div>"""


@pytest.mark.parametrize("size", [TELEPHONE, DESK], ids=["telephone", "desk"])
def test_the_page_does_not_scroll_sideways(chrome, page, size):
    chrome.open(page.url, size=size)
    chrome.unfold()

    assert not (wider := chrome.run(WIDER)), "\n".join(wider)
    assert not (cut := chrome.run(CUT)), "cut off at the right:\n" + "\n".join(cut)


def test_nothing_is_cut_off_on_paper(chrome, page):
    chrome.open(page.url)
    chrome.unfold()
    chrome.look(paper=True, size=PAPER)

    assert not (wider := chrome.run(WIDER)), "\n".join(wider)
    assert not (cut := chrome.run(CUT) + chrome.run(SCROLLS)), "paper does not scroll:\n" + "\n".join(cut)


def test_what_is_too_wide_is_seen(chrome, tmp_path):
    page = tmp_path / "wide.html"
    page.write_text(WIDE, encoding="utf-8")
    chrome.open(page.as_uri(), size=TELEPHONE)
    assert chrome.run(WIDER) == []
    assert ["is cut" in box for box in chrome.run(CUT)] == [True]
    assert ["scrolls" in box for box in chrome.run(SCROLLS)] == [True]

    chrome.run("document.body.insertAdjacentHTML('beforeend', '<p id=far style=\"width: 400px\">far</p>')")

    assert chrome.run(WIDER)[0] == "400 pixels of 360"
    assert "far" in chrome.run(WIDER)[1]
