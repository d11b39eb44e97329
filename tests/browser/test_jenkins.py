"""
Jenkins shows the page, too.

It sends artifacts with a policy that allows neither scripts nor style sheets in them: all that is drawn has to be drawn
by attributes, and all that is said to be readable as plain HTML.
"""

from __future__ import annotations

import pytest

#: The default of `hudson.model.DirectoryBrowserSupport.CSP`, and what it was before 2.539.
POLICIES = {
    "default": "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self'",
    "older": "sandbox; default-src 'none'; img-src 'self'; style-src 'self'",
}
#: Of every shape what it is painted with, and of every chart the size it has and the one it was given.
DRAWN = """
const box = one => { const {width, height} = one.getBoundingClientRect(); return [width, height] }
return [...document.querySelectorAll("svg")].map(svg => ({
    name: svg.querySelector("title")?.textContent ?? svg.outerHTML.slice(0, 80),
    size: box(svg),
    given: [parseFloat(svg.getAttribute("width")), parseFloat(svg.getAttribute("height"))],
    shapes: [...svg.querySelectorAll("rect, path, circle, ellipse, line, polyline, polygon, text")].map(shape => {
        const {fill, stroke, fontSize} = getComputedStyle(shape)
        return [shape.outerHTML.slice(0, 200), fill, stroke, shape.localName == "text" ? fontSize : ""]
    }),
}))
"""
READ = """
return [...document.querySelectorAll("table")].map(table => ({
    name: (table.caption ?? table).textContent.trim().slice(0, 60),
    rows: [...table.rows].map(row => row.innerText.replace(/\\s+/g, " ").trim()),
    flat: [...table.rows].filter(row => row.getBoundingClientRect().height < 8).length,
}))
"""


@pytest.fixture(params=POLICIES)
def policy(request):
    return POLICIES[request.param]


@pytest.fixture
def address(server, page, policy):
    return server.serve(page.path.read_bytes(), policy)


def test_every_chart_is_drawn_as_with_styles(chrome, page, address):
    chrome.open(page.url)
    chrome.unfold()
    styled = chrome.run(DRAWN)
    chrome.open(address)
    chrome.unfold()
    bare = chrome.run(DRAWN)

    assert len(bare) == len(styled)
    for with_styles, chart in zip(styled, bare, strict=True):
        assert chart["size"] == chart["given"], f"the chart {chart['name']!r} has no size of its own"
        assert chart["shapes"], f"the chart {chart['name']!r} is empty"
        for shape, other in zip(chart["shapes"], with_styles["shapes"], strict=True):
            assert shape == other, f"in the chart {chart['name']!r} a shape takes its colour or size from a style sheet"
        painted = {fill for shape, fill, *_ in chart["shapes"] if not shape.startswith("<text")}
        assert painted - {"rgb(0, 0, 0)", "none"}, f"all of the chart {chart['name']!r} is black"


def test_every_table_can_be_read(chrome, page, address):
    chrome.open(page.url)
    chrome.unfold()
    styled = chrome.run(READ)
    chrome.open(address)
    chrome.unfold()
    bare = chrome.run(READ)

    assert [table["rows"] for table in bare] == [table["rows"] for table in styled]
    assert not (flat := [table["name"] for table in bare if table["flat"]]), f"tables with rows of no height: {flat}"


def test_the_policy_holds_here(chrome, server, policy):
    styled = b"<!doctype html><style>p { color: red }</style><p>x</p><script>document.title = 'run'</script>"

    seen = chrome.open(server.serve(styled, policy))

    assert chrome.run("return getComputedStyle(document.querySelector('p')).color") == "rgb(0, 0, 0)"
    assert chrome.run("return document.title") == ""
    assert any("Applying inline style violates" in said for said in seen.console)
    assert any("'allow-scripts' permission is not set" in said for said in seen.console)
