"""The page breaks no rule of WCAG 2.2 A and AA that a program can ask for, nor a best practice that axe-core knows."""

from __future__ import annotations

import pytest

from tests.browser.chrome import DESK, TELEPHONE

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Those of colours: in the dark nothing else is different.
COLOURS = ["cat.color"]
ASK = """
const done = arguments[1]
axe.run(document, {runOnly: arguments[0], resultTypes: ["violations"]}).then(found => done(found.violations))
"""
POOR = """<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title><style>
p { color: #777; background: #fff } @media (prefers-color-scheme: dark) { p { color: #333; background: #000 } }
</style><main><h1>Poor</h1><details><summary>More</summary><img src="data:," width="30" height="30"></details>
<p>Words of grey</p></main>"""


def breaches(chrome, axe, tags=TAGS):
    """Ask axe-core, and say for each rule that is broken where, and how."""
    if not chrome.run("return 'axe' in window"):
        chrome.run(axe)
    return [
        f"{rule['id']} ({rule['impact']}) at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in chrome.run_async(ASK, tags)
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("opened", [False, True], ids=["closed", "opened"])
def test_axe_finds_nothing(chrome, axe, page, opened):
    chrome.open(page.url)
    chrome.unfold(opened=opened)
    light = breaches(chrome, axe)
    chrome.look(dark=True)
    dark = breaches(chrome, axe, COLOURS)

    assert not light, "\n".join(light)
    assert not dark, "\n".join(["in the dark:", *dark])


def test_axe_finds_nothing_on_a_telephone(chrome, axe, page):
    chrome.open(page.url, size=TELEPHONE)
    chrome.unfold()

    assert not (found := breaches(chrome, axe)), "\n".join(found)


def test_axe_finds_what_is_wrong(chrome, axe, tmp_path):
    page = tmp_path / "poor.html"
    page.write_text(POOR, encoding="utf-8")

    chrome.open(page.as_uri(), size=DESK)
    light = breaches(chrome, axe)
    chrome.look(dark=True)
    dark = breaches(chrome, axe, COLOURS)
    chrome.unfold()
    opened = breaches(chrome, axe)

    assert [said.partition(" ")[0] for said in light] == ["color-contrast"]
    assert "foreground color: #333333" in dark[0]
    assert [said.partition(" ")[0] for said in opened] == ["color-contrast", "image-alt"]
