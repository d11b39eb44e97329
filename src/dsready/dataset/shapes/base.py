"""What a record shape is: a condition, a pydantic model, and the way into the normal form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from dsready.dataset.example import Example


class Invalid(NamedTuple):
    """How a record breaks its shape: the JSON Pointer of the value, and the reason."""

    pointer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shape:
    """
    One way in which people write training records.

    Attributes
    ----------
    id
        The shape's name in reports, for example "openai-chat".
    keys
        Top-level keys that every record of the shape has. Where a key has several spellings, each is a shape of its
        own with the same id.
    matches
        Whether an object that has all `keys` is written in this shape, right or wrong: a look at a few types.
    model
        What its values must be. Structure only: roles, empty contents and tool calls are the business of checks.
    example
        From an object that passed `model` to the normal form.
    plain
        The same for the plainest objects of the shape, which need no `model`; None for any other object.
    """

    id: str
    keys: tuple[str, ...]
    matches: Callable[[dict[str, Any]], bool]
    model: type[BaseModel]
    example: Callable[[dict[str, Any]], Example]
    plain: Callable[[dict[str, Any]], Example | None] | None = None
