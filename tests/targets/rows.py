"""What tests of profiles share: turns and chats, and what of a target a record breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from dsready.targets.rule import Consequence

if TYPE_CHECKING:
    from dsready.targets.target import Target

MILD = (Consequence.WARN, Consequence.IGNORE)


def broken(target: Target, row: Any) -> set[str]:
    """Return the ids of all rules that a record breaks."""
    return {breach.rule.id for breach in target.of_line(orjson.dumps(row))}


def severe(target: Target, row: Any) -> set[str]:
    """Return the ids of those that do harm for sure."""
    found = target.of_line(orjson.dumps(row))
    return {breach.rule.id for breach in found if breach.rule.verified and breach.rule.consequence not in MILD}


def says(role: str, content: Any = "x", **keys: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **keys}


def chat(*turns: Any, **keys: Any) -> dict[str, Any]:
    return {"messages": list(turns), **keys}
