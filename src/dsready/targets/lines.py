"""What a line is to programs that read JSON their own way: Python's parser takes what the standard forbids."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from dsready.targets.rule import Defect, Row

_DECODER = json.JSONDecoder()
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def read_line(raw: bytes) -> tuple[Row | None, frozenset[Defect]]:
    """
    Read a line as Python's `json` would, and say what is wrong with it. Never raises, whatever the bytes.

    Returns
    -------
    tuple[Row | None, frozenset[Defect]]
        The object, None where even a lenient reader finds none; the defects. A key that stands twice is not looked for.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return _leniently(raw)
    return (value, frozenset()) if isinstance(value, dict) else (None, frozenset({"not-object"}))


def _leniently(raw: bytes) -> tuple[Row | None, frozenset[Defect]]:
    if not raw.strip():
        return None, frozenset({"blank"})
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None, frozenset({"utf8"})
    defects: set[Defect] = set()
    try:
        value, end = _DECODER.raw_decode(text.strip(), 0)
    except (ValueError, RecursionError):
        return None, frozenset({"broken"})
    rest = text.strip()[end:].lstrip()
    if rest:
        return None, frozenset({"glued" if isinstance(value, dict) and rest.startswith("{") else "broken"})
    if not isinstance(value, dict):
        return None, frozenset({"not-object"})
    if _holds_surrogate(value):
        defects.add("surrogate")
    if not defects or re.search(rb"NaN|Infinity", raw):
        defects.add("nan")
    return value, frozenset(defects)


def _holds_surrogate(value: Any) -> bool:
    try:
        return _SURROGATE.search(json.dumps(value, ensure_ascii=False)) is not None
    except RecursionError:
        return False
