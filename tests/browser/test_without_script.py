"""Without JavaScript nothing is missing but what needs it."""

from __future__ import annotations

#: Every line that can be read, with what it stands in; without the filter, which only a script can work.
READ = """
const tools = [...document.querySelectorAll("input")].map(one => one.parentElement)
return [...document.body.querySelectorAll("*")]
    .filter(one => one.checkVisibility() && !tools.some(tool => tool.contains(one)))
    .flatMap(one => [...one.childNodes].filter(node => node.nodeType == Node.TEXT_NODE && node.textContent.trim())
        .map(node => `${one.localName}: ${node.textContent.replace(/\\s+/g, " ").trim()}`))
"""
#: Every picture, table and quotation, with its size.
DRAWN = """
return [...document.querySelectorAll("svg, table, pre, meter")].map(one => {
    const {width, height} = one.getBoundingClientRect()
    return `${one.localName} ${width} × ${height}: ${one.textContent.trim().slice(0, 60)}`
})
"""
FILTERS = "return [...document.querySelectorAll('input')].map(one => one.checkVisibility())"


def shown(chrome, page, *, script):
    chrome.open(page.url, script=script)
    chrome.unfold()
    return chrome.run(READ), chrome.run(DRAWN)


def test_nothing_is_missing_without_javascript(chrome, page):
    read, drawn = shown(chrome, page, script=True)
    read_without, drawn_without = shown(chrome, page, script=False)

    assert len(read) > 40, "there is hardly anything on the page"
    assert any(one.startswith("table ") for one in drawn)
    assert [line for line in read if line not in set(read_without)] == [], "these lines need JavaScript"
    assert read_without == read
    assert drawn_without == drawn


def test_all_that_was_found_can_be_read_without_javascript(chrome, page):
    chrome.open(page.url, script=False)
    chrome.unfold()
    text = "\n".join(chrome.run(READ))

    found = {code for report in page.reports for code, count in report.summary.by_rule.items() if count}
    lost = [code for code in sorted(found) if code.isalnum() and code not in text]
    assert not lost, f"found, and not on the page: {lost}"


def test_only_where_there_is_javascript_there_is_a_filter(chrome, pages):
    chrome.open(pages("several").url)
    assert chrome.run(FILTERS) == [True, True]

    chrome.open(pages("several").url, script=False)
    assert chrome.run(FILTERS) == [False, False]
