"""
The pydantic models that several shapes share: turns, their parts, tool calls.

They describe structure only, and only of values that end up in an example. Unknown keys are allowed everywhere. Plain
`str` is strict enough for parsed JSON: pydantic makes a string of nothing but a string.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt

T = TypeVar("T")

#: A list that holds something.
Filled = Annotated[list[T], Field(min_length=1)]
#: A reference answer that is one value: "B", 42, true.
Scalar = str | StrictInt | StrictFloat | StrictBool


class Structure(BaseModel):
    """Base of all models of shapes: built when the first record of the shape turns up, as most never do."""

    model_config = ConfigDict(defer_build=True)


class Function(Structure):
    """The function of a call. Arguments of the wrong kind are the business of the check `roles`."""

    name: str
    arguments: Any = None


class Call(Structure):
    """An item of `tool_calls`: `function` nested, or `name` and `arguments` flat as chat templates take it."""

    id: str | None = None
    function: Function | None = None
    name: str | None = None


class Part(Structure):
    """A part of a content list. Which key holds its substance depends on `type`; the reader of parts is lenient."""

    type: str | None = None
    text: str | None = None


class Turn(Structure):
    """A message with `role` and `content`."""

    role: str
    content: str | list[Part] | None = None
    reasoning_content: str | None = None
    tool_calls: list[Call] | None = None
    function_call: Function | None = None
    tool_call_id: str | None = None


class SaidTurn(Structure):
    """A message with `from` and `value`."""

    speaker: str = Field(alias="from")
    value: str | None = None


Turns = Filled[Turn]
SaidTurns = Filled[SaidTurn]
