"""What a shape has room for, and how it is read and written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from dsready.convert.dialogue import Dialogue
    from dsready.dataset.example import Kind

#: Keys of a turn that say how much it counts in training: OpenAI and Together, axolotl, ms-swift, Alibaba, Tinker.
WEIGHTS = frozenset({"weight", "train", "training", "train_detail", "loss", "loss_scale", "loss_weight", "trainable"})

#: What services know. OpenAI and Bedrock know one more key of a function, and so does Gemini.
SERVICE_ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})
FUNCTION_KEYS = frozenset({"name", "description", "parameters"})


@dataclass(frozen=True, slots=True)
class Layout:
    """
    One shape as a source and a target; the defaults are those of plain texts.

    Attributes
    ----------
    id
        Id of the shape, as in `dsready.dataset.shapes.SHAPES`.
    kind
        What its records train.
    read
        From a valid record to the normal form. A record that does not fit in raises `Unfit`.
    write
        From what is left after `dsready.convert.fit` to a record, without `extra`.
    systems
        Where it takes system prompts: nowhere, one at the head, or anywhere.
    developer
        Whether it tells the developer's prompt from the system's.
    applies
        Whether it has a column for what an instruction applies to.
    history
        Whether it takes more than one question and answer.
    seam
        Whether it says where the trained answer begins.
    roles
        The roles that its turns may have; None for any, or where texts have no roles.
    tool_keys
        Keys that the description of a function may have; None for any. Where they are known, parameters are an object.
    schemas
        Whether a function must have parameters.
    tools, calls, beside, ids, strings, names
        Whether it takes tool definitions, tool calls with their results, and text beside a call. Ids of calls: dropped,
        kept, or needed and made up. Whether arguments must be text. Whether results tell the name of their tool.
    reasoning
        Whether it takes the reasoning before an answer.
    dialect
        How it writes images and other media; "" if it takes none.
    several
        Whether a turn may consist of several pieces of text.
    turn_keys
        Other keys that a turn may have; None for any.
    answer
        What an answer of a preference is: turns, one turn, or a text.
    references
        Whether it has room for what a grader is given.
    strict
        Whether the service that takes it refuses keys that it does not know; trainers on one's own machine look past
        them.
    keys
        Those that it knows, nevertheless.
    read_as
        Other ids under which its records may be detected.
    """

    id: str
    kind: Kind
    read: Callable[[dict[str, Any]], Dialogue]
    write: Callable[[Dialogue], dict[str, Any]]
    systems: Literal["none", "one", "any"] = "none"
    developer: bool = False
    applies: bool = False
    history: bool = False
    seam: bool = False
    roles: frozenset[str] | None = None
    tool_keys: frozenset[str] | None = None
    schemas: bool = False
    tools: bool = False
    calls: bool = False
    beside: bool = False
    ids: Literal["none", "kept", "needed"] = "none"
    strings: bool = False
    names: bool = False
    reasoning: bool = False
    dialect: str = ""
    several: bool = False
    turn_keys: frozenset[str] | None = frozenset()
    answer: Literal["turns", "turn", "text"] = "text"
    references: bool = False
    strict: bool = False
    keys: frozenset[str] = frozenset()
    read_as: frozenset[str] = frozenset()
