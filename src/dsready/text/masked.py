"""Mask what must not leave a data set in whatever is said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.escape import visible
from dsready.text.personal import PERSONAL
from dsready.text.secrets import FORMATS, SECRETS
from dsready.text.sensitive import Kinds, expression

if TYPE_CHECKING:
    import re

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


def masked(text: str) -> str:
    """Replace secrets and personal data by the little of them that everybody may know: `sk-…`, `j…@…`, `…`."""
    if _ALL.may_hold(text):
        for value in reversed(_ALL.values(text)):
            text = text[: value.start] + value.shown + text[value.end :]
    return expression(_CUT).sub(_beginning, text) if "…" in text else text


def quoted(text: str, limit: int = 60) -> str:
    """Quote text from the data: masked while it is whole, for half a phone number is no phone number, and then cut."""
    return visible(masked(text[: limit + _LONGEST]), limit)


def beginning(text: str, limit: int) -> str:
    """Quote the beginning of a text with its line breaks: masked while it is whole, then cut. Outputs escape it."""
    whole = masked(text[: limit + _LONGEST])
    return whole if len(whole) <= limit else whole[: limit - 1] + "…"


def _beginning(match: re.Match[str]) -> str:
    return f"{match['start'] or match['head'] or ''}…"
