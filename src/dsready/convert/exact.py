"""JSON of which nothing is lost by reading it: not the first of two equal keys, not the end of a long number."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import orjson

_LONG_NUMBER = re.compile(rb"[\d.]{19}")
#: What the parser reads as an integer; it makes a float of any other one.
_INTEGERS = range(-(2**63), 2**64)
#: Digits that tell every double from every other one. More of them may mean what no double can hold.
_DIGITS = 17


class InexactError(ValueError):
    """A JSON text that cannot be read without losing some of it."""


def exact(text: str) -> Any:
    """
    Read a JSON text that stands within a record.

    Raises
    ------
    InexactError
        If something of it would be lost.
    ValueError
        If it is no JSON.
    """
    raw = text.encode()
    value = orjson.loads(raw)
    flaw = flaw_of(raw, value)
    if flaw:
        raise InexactError(flaw)
    return value


def inexact(text: Any) -> str:
    """Say what would be lost by reading a text; "" for none, and for what is no JSON."""
    try:
        exact(text if isinstance(text, str) else "")
    except InexactError as error:
        return str(error)
    except ValueError:
        pass
    return ""


def flaw_of(raw: bytes, value: Any) -> str:
    """Say what the parser did not keep of a text; "" if it kept all."""
    try:
        if orjson.dumps(value).count(b'"') < _quotes(raw):
            return "a key stands twice in one object"
        if _LONG_NUMBER.search(raw):
            json.loads(raw, parse_int=_integer, parse_float=_float)
    except InexactError as error:
        return str(error)
    except (RecursionError, orjson.JSONEncodeError):  # orjson reads deeper than it writes
        return "is nested too deep to be written"
    return ""


def _integer(digits: str) -> None:
    if len(digits) > len(str(_INTEGERS.start)) or int(digits) not in _INTEGERS:
        raise InexactError("holds an integer too large to be read exactly")


def _float(digits: str) -> None:
    """Refuse what is no double; that `0.10000000000000001` is written as `0.1` is the same number to every reader."""
    mantissa = re.split("[eE]", digits)[0]
    long = sum(map(str.isdigit, mantissa.lstrip("-0."))) > _DIGITS
    if long and Decimal(digits) != Decimal(repr(float(digits))):
        raise InexactError("holds a number with more digits than can be read exactly")


def _quotes(raw: bytes) -> int:
    r"""Count the quotes of a text, `\u0022` included: that is written as `\"`."""
    count = raw.count(b'"')
    if b"\\u0022" in raw:
        count += raw.replace(b"\\\\", b"__").count(b"\\u0022")
    return count
