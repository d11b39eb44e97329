"""Printed, the page says what it says on the screen."""

from __future__ import annotations

import io
import re
import unicodedata

#: The findings as they are on the page, opened or not, with the records that they quote.
FOUND = """
return [...document.querySelectorAll(".rule h3, .rule h4, .rule li, .rule pre")].map(one =>
    [...one.childNodes].filter(node => node.localName != "details").map(node => node.textContent).join(""))
"""


def bare(text):
    """Drop blanks, where lines may break, and what there may be no font for; take ligatures apart."""
    return re.sub(r"[^!-~]+", "", unicodedata.normalize("NFKC", text))


def printed(chrome):
    """Return the text of each sheet of paper."""
    import pypdf  # noqa: PLC0415  (not everybody has it)

    return [bare(sheet.extract_text()) for sheet in pypdf.PdfReader(io.BytesIO(chrome.pdf())).pages]


def test_all_findings_are_printed(chrome, page):
    # No script can help a printer everywhere: Jenkins lets none run.
    chrome.open(page.url, script=False)
    findings = [bare(one) for one in chrome.run(FOUND)]
    sheets = printed(chrome)

    assert all(sheets), f"sheet {sheets.index('') + 1} of {len(sheets)} is empty"
    text = "".join(sheets)
    assert not (lost := [one for one in findings if one not in text]), f"{len(lost)} are not printed, as {lost[0]!r}"
