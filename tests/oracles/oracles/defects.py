"""Every way to do one thing wrong in a record."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    Path = tuple[str | int, ...]
    Defect = tuple[str, dict[str, Any]]

#: Values that are hardly ever right, by name.
_WRONG: dict[str, Any] = {"null": None, "number": 7, "empty string": "", "empty list": [], "object": {"a": 1}}
#: Weights of a message, right and wrong ones.
_WEIGHTS = (0, 1, 2, -1, 0.5, 1.0, True, "1", None)
_ROLES = ("role", "from")
_OTHER_ROLES = ("human", "assistant", "user", "system", "tool", "developer", "gpt", "model")
#: Not gone into: what a schema or an argument says is free.
_FREE = {"parameters", "arguments", "references", "tools"}


def defects(record: dict[str, Any]) -> Iterator[Defect]:
    """Yield a record with each single defect it can have, by the defect's name."""
    yield "extra key", record | {"extra_key": "x"}
    yield "weight of the row", record | {"weight": 1.0}
    for path, value in places(record):
        name = named(path)
        yield f"{name}: missing", without(record, path)
        for kind, wrong in _WRONG.items():
            if value != wrong:
                yield f"{name}: {kind}", put(record, path, wrong)
        yield from _of_value(record, path, value)


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every value inside another, with the way to it."""
    children: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    for key, child in children:
        yield (*path, key), child
        if key not in _FREE:
            yield from places(child, (*path, key))


def _of_value(record: dict[str, Any], path: Path, value: Any) -> Iterator[Defect]:
    """Yield the defects that only a value of a kind can have."""
    name, key = named(path), path[-1]
    others: dict[str, Any] = {}
    if key in _ROLES:
        others = {f"role {role!r}": role for role in (*_OTHER_ROLES, f"{value} ")}
    elif key in ("content", "value") and isinstance(value, str):
        others = {"a list": [{"type": "text", "text": value}]}
    elif key in ("tool_call_id", "id"):
        others = {"of another": "call_other"}
    elif key == "arguments" and isinstance(value, str):
        others = {"parsed": json.loads(value), "not JSON": "{"}
    elif isinstance(value, list) and value:
        others = {"first twice": [value[0], *value], "last twice": [*value, value[-1]]}
        if len(value) > 1:
            others |= {"without the last": value[:-1], "without the first": value[1:], "backwards": value[::-1]}
    elif isinstance(value, dict) and not set(_ROLES).isdisjoint(value):
        others = {"extra key": value | {"extra_key": "x"}}
        others |= {f"weight {weight!r}": value | {"weight": weight} for weight in _WEIGHTS}
    for kind, other in others.items():
        if other != value:
            yield f"{name}: {kind}", put(record, path, other)


def named(path: Path) -> str:
    """Return a way as a JSON pointer."""
    return "".join(f"/{step}" for step in path)


def put(record: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Return a record with another value in a place."""
    made = deepcopy(record)
    _inside(made, path[:-1])[path[-1]] = value
    return made


def without(record: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return a record without a place."""
    made = deepcopy(record)
    del _inside(made, path[:-1])[path[-1]]
    return made


def _inside(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
