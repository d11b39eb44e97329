"""Reads a report page as a browser does, with the parser of the standard library."""

from __future__ import annotations

from html.parser import HTMLParser

#: Elements that have no end.
VOID = {"meta", "link", "input", "br", "rect", "line", "path", "circle", "polyline"}


class Page(HTMLParser):
    """Elements and texts of a page. `open_` is empty in the end, if all elements are closed in their order."""

    def __init__(self, content):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self.texts = {}
        self.open_ = []
        self.declared = []
        self.feed(content)
        self.close()

    def handle_decl(self, decl):
        self.declared.append(decl)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open_.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open_.pop() == tag

    def handle_data(self, data):
        where = self.open_[-1] if self.open_ else ""
        self.texts.setdefault(where, []).append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def said(self, *tags):
        return " ".join(text for tag in tags or self.texts for text in self.texts.get(tag, ()))
