"""Opened from a disk, the page asks for nothing, says nothing and does nothing."""

from __future__ import annotations

import pytest

LOUD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title>
<img src="http://127.0.0.1:9/x.png" alt="x"><img src="x.png" alt="y" onerror="alert('ouch')">
<script>console.warn("beware")</script>"""


#: What could act or ask for something, and what a policy of hashes forbids.
ACTIVE = """
const acts = one => [...one.attributes].some(({name}) => name.startsWith("on") || name == "style") ||
    /^(img|image|iframe|object|embed|audio|video|form|base|foreignObject)$/i.test(one.localName) ||
    one.localName == "script" && one.id != "result" && one != document.scripts[document.scripts.length - 1] ||
    ["href", "src", "xlink:href"].some(name => one.hasAttribute(name) && !/^(#|data:,)/.test(one.getAttribute(name)))
return [...document.querySelectorAll("*")].filter(acts).map(one => one.outerHTML.slice(0, 120))
"""


def test_the_page_asks_for_nothing_and_says_nothing(chrome, page):
    seen = chrome.open(page.url)

    assert seen.requests == [], "the page asks for more than itself"
    assert seen.console == [], "the browser complains"
    assert seen.dialogs == [], "a dialog was opened: something in the data ran as a script"


def test_nothing_of_the_data_is_markup(chrome, page):
    chrome.open(page.url)

    assert chrome.run(ACTIVE) == [], "only the page's own script may act, and links lead into the page"
    assert chrome.run("return document.scripts.length") == 2
    assert chrome.run("return JSON.parse(document.querySelector('#result').textContent)"), "the result is not there"


def test_a_page_that_does_is_seen(chrome, tmp_path):
    page = tmp_path / "loud.html"
    page.write_text(LOUD, encoding="utf-8")

    seen = chrome.open(page.as_uri())

    assert seen.requests == ["http://127.0.0.1:9/x.png", (tmp_path / "x.png").as_uri()]
    assert any("beware" in said for said in seen.console)
    assert seen.dialogs == ["ouch"]
    assert len(chrome.run(ACTIVE)) == 2


@pytest.mark.parametrize("script", [True, False])
def test_without_javascript_a_script_is_not_run(chrome, tmp_path, script):
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>still</title><script>document.title = 'run'</script>", encoding="utf-8")

    chrome.open(page.as_uri(), script=script)

    assert chrome.run("return document.title") == ("run" if script else "still")
