"""Mask what must not leave a data set in whatever is said about it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from dsready.escape import visible
from dsready.text.personal import PERSONAL
from dsready.text.secrets import FORMATS, SECRETS
from dsready.text.sensitive import Kinds, expression

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

    from dsready.text.sensitive import Value

_ALL = Kinds(SECRETS.kinds + PERSONAL.kinds)
#: No value is longer, but a private key of more than 8,192 bits.
_LONGEST = 10_000
#: What a quotation cut off before its form was complete: it is masked without having been verified.
_CUT = (
    "(?<![A-Za-z0-9])(?:(?P<start>"
    + "|".join(start for _, start, _ in FORMATS if start)
    + r"|eyJ)[A-Za-z0-9_./+=-]{12,500}|(?P<head>-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)[^…]{1,500}"
    r"|[\w.+-]{1,64}@[\w.-]{0,255})…"
)

#: An escape of JSON, and one of JSON within JSON. Where no escape follows, backslashes are one.
_ESCAPE = r'\\+(?:u(?P<code>[0-9A-Fa-f]{4})|(?P<name>[nrtbf/"]))?'
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def masked(text: str) -> str:
    """
    Replace secrets and personal data by the little of them that everybody may know: `sk-…`, `j…@…`, `…`.

    They are found as well where JSON's escapes stand in them: in lines that are no records, in arguments of calls.
    """
    if "\\" in text:
        plain, origin = _undone(text)
        found = _of(plain)
        text = _without(text, [value._replace(start=origin(value.start), end=origin(value.end)) for value in found])
    text = _without(text, _of(text))
    return expression(_CUT).sub(_beginning, text) if "…" in text else text


def _of(text: str) -> list[Value]:
    return _ALL.values(text) if _ALL.may_hold(text) else []


def _without(text: str, values: Sequence[Value]) -> str:
    for value in reversed(values):
        text = text[: value.start] + value.shown + text[value.end :]
    return text


def _undone(text: str) -> tuple[str, Callable[[int], int]]:
    """Undo JSON's escapes, however often escaped; the function says where in the text a character had its place."""
    parts: list[str] = []
    begins, shifts = [0], [0]  # from which place on the original is so many characters further
    at = length = 0
    for match in expression(_ESCAPE).finditer(text):
        parts += [text[at : match.start()], _character(match)]
        length += match.start() - at + 1
        at = match.end()
        begins.append(length)
        shifts.append(at - length)
    return "".join([*parts, text[at:]]), lambda place: place + shifts[bisect_right(begins, place) - 1]


def _character(match: re.Match[str]) -> str:
    if match["code"]:
        found = chr(int(match["code"], 16))
        return "\ufffd" if "\ud800" <= found <= "\udfff" else found  # half of a pair is no text
    name = match["name"] or "\\"
    return _NAMED.get(name, name)


def quoted(text: str, limit: int = 60) -> str:
    """Quote text from the data: masked while it is whole, for half a phone number is no phone number, and then cut."""
    return visible(masked(text[: limit + _LONGEST]), limit)


def beginning(text: str, limit: int) -> str:
    """Quote the beginning of a text with its line breaks: masked while it is whole, then cut. Outputs escape it."""
    whole = masked(text[: limit + _LONGEST])
    return whole if len(whole) <= limit else whole[: limit - 1] + "…"


def _beginning(match: re.Match[str]) -> str:
    return f"{match['start'] or match['head'] or ''}…"
