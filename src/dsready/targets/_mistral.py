"""What both of Mistral's checkers look at: the calls of tools and the results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dsready.targets import where

if TYPE_CHECKING:
    from dsready.targets.rule import Row, Where

_FOREIGN = re.compile(r"[^A-Za-z0-9+/=\s]")
_SMALLEST = 32  # characters of base64: no image is shorter
_LOOKED_AT = 200
_NINE = re.compile(r"[A-Za-z0-9]{9}\Z")


def _odd(id_: Any) -> bool:
    return isinstance(id_, str) and _NINE.match(id_) is None


def odd_ids(path: str) -> Where:
    """An id that is there is not nine letters or digits."""
    return where.any_of(
        where.call(lambda call: isinstance(call, dict) and _odd(call.get("id")), path),
        where.key_of_turn("tool_call_id", _odd, path=path),
    )


ODD_IDS = odd_ids(where.MESSAGES)


def unbalanced(path: str) -> Where:
    """An assistant speaks again before each of its calls has its result, or after more results than calls."""

    def test(row: Row) -> str | None:
        expected = 0
        for number, (place, turn) in enumerate(where.turns(row, path)):
            role = turn.get("role")
            if role == "tool" and number:
                expected -= 1
            elif role == "assistant" and number:
                if expected:
                    return place
                calls = turn.get("tool_calls")
                expected = len(calls) if isinstance(calls, list) else 0
        return None

    return test


def odd_weight(found: Any) -> bool:
    """Whether a weight is there and neither 0 nor 1: it may be a boolean, or a text that pydantic reads."""
    return not isinstance(found, str | None) and (not isinstance(found, int | float) or found not in (0, 1))


def no_call(*keys: str, path: str = where.MESSAGES) -> Where:
    """A tool call lacks one of the keys, or its function a name or arguments."""

    def test(call: Any) -> bool:
        inner = call.get("function") if isinstance(call, dict) else None
        if not isinstance(inner, dict) or not set(keys) <= call.keys():
            return True
        return not (isinstance(inner.get("name"), str) and "arguments" in inner)

    return where.call(test, path)


def _no_image(part: Any) -> bool:
    found = part.get("image") if isinstance(part, dict) and part.get("type") == "image" else None
    if not isinstance(found, str):
        return False
    begin = found.find(",") + 1 if found.startswith("data:") else 0
    return len(found) - begin < _SMALLEST or _FOREIGN.search(found, begin, begin + _LOOKED_AT) is not None


#: An image of the user is a path or an address, not the image itself in base64.
UNLOADED_IMAGE = where.part(_no_image, "user")
