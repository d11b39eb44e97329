"""
Jenkins shows the page, too.

It sends artifacts with a policy that allows neither scripts nor style sheets in them: all that is drawn has to be drawn
by attributes, and all that is said to be readable as plain HTML.
"""

from __future__ import annotations

import pytest

#: The default for artifacts, as Jenkins' own "Configuring Content Security Policy" has it, today and in older versions.
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


def test_every_chart_is_drawn_and_every_table_can_be_read(chrome, server, page):
    styled, tables = opened(chrome, page.url)

    for policy in POLICIES.values():
        bare, plain = opened(chrome, server.serve(page.path.read_bytes(), policy))
        for chart, with_styles in zip(bare, styled, strict=True):
            name = f"the chart {chart['name']!r}, under {policy!r},"
            assert chart["size"] == chart["given"], f"{name} has no size of its own"
            assert chart["shapes"], f"{name} is empty"
            for shape, other in zip(chart["shapes"], with_styles["shapes"], strict=True):
                assert shape == other, f"in {name} a shape has its colour or size from a style sheet"
            painted = {fill for shape, fill, *_ in chart["shapes"] if not shape.startswith("<text")}
            assert painted - {"rgb(0, 0, 0)", "none"}, f"{name} is all black"
        assert [table["rows"] for table in plain] == [table["rows"] for table in tables]
        flat = [table["name"] for table in plain if table["flat"]]
        assert not flat, f"tables with rows that have no height: {flat}"


def opened(chrome, address):
    """Open all of a page, and return its charts and its tables."""
    chrome.open(address)
    chrome.unfold()
    return chrome.run(DRAWN), chrome.run(READ)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_the_policy_holds_here(chrome, server, policy):
    styled = b"<!doctype html><style>p { color: red }</style><p>x</p><script>document.title = 'run'</script>"

    seen = chrome.open(server.serve(styled, policy))

    assert chrome.run("return getComputedStyle(document.querySelector('p')).color") == "rgb(0, 0, 0)"
    assert chrome.run("return document.title") == ""
    assert any("Applying inline style violates" in said for said in seen.console)
    assert any("'allow-scripts' permission is not set" in said for said in seen.console)
