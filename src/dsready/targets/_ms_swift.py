"""Values that ms-swift reads in its own way: messages and histories written as text, and the objects of an image."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from dsready.targets import where
from dsready.targets._say import CODE, WARN, rule
from dsready.targets.rule import Problem
from dsready.targets.whole import rows

if TYPE_CHECKING:
    from dsready.targets.tally import Mark, Tally

_NO_LITERAL = (ValueError, SyntaxError, RecursionError, MemoryError, TypeError)


def no_messages(text: Any) -> bool:
    """Whether a text is neither JSON nor a Python literal of messages."""
    if not isinstance(text, str) or not text:
        return False
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        try:
            found = ast.literal_eval(text)
        except _NO_LITERAL:
            return True
    return not (isinstance(found, list) and found and all(isinstance(turn, dict) for turn in found))


def bad_history(found: Any) -> bool:
    """Whether a history, or the Python literal of one, is no list of pairs."""
    if isinstance(found, str) and found:
        try:
            found = ast.literal_eval(found)
        except _NO_LITERAL:
            return True
    if not found:
        return False
    return not (isinstance(found, list) and all(isinstance(pair, list | tuple) and len(pair) > 1 for pair in found))


def bad_objects(found: Any) -> bool:
    """Whether the objects of an image have no boxes, or boxes of other than two or four numbers."""
    boxes = found.get("bbox") if isinstance(found, dict) else None
    if found is None or (isinstance(boxes, list) and not boxes):
        return False
    return not (isinstance(boxes, list) and all(isinstance(box, list) and len(box) in (2, 4) for box in boxes))


UNREAD = rule(
    "SWF-08",
    WARN,
    CODE,
    "chosen or rejected: they are not read; the answer that is not wanted stands in rejected_response or"
    " rejected_messages",
    where.has("chosen", "rejected"),
)
#: What a row has whose missing `input` is null where others have one.
INSTRUCTION = "instruction"


def mixed(tally: Tally) -> Problem | None:
    """The columns of the whole file choose a preprocessor, and some rows are not for it."""
    alpaca = any(mark.format == "alpaca" for mark in tally.places)

    def kind(mark: Mark) -> str:
        return "alpaca" if alpaca and mark.format == "query-response" and INSTRUCTION in mark.traits else mark.format

    known = {format_.id for format_ in tally.target.formats}
    firsts = [(int(keys[0]), kind(mark)) for mark, keys in tally.places.items() if mark.format in known]
    first = min(firsts, default=(0, ""))[1]
    others = [keys for mark, keys in tally.places.items() if mark.format in known and kind(mark) != first]
    if not others:
        return None
    keys = np.sort(np.concatenate(others))
    return Problem(f"{rows(len(keys))} of another format than the first row, {first}", keys)
