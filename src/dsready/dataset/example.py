"""The normal form: what a record means, whatever shape it was written in."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What the record trains. `text` is language modelling: no prompt, no answer. `reinforcement` ends on the prompt,
#: a grader holds the answer. `preference` has a chosen and a rejected answer, `unpaired` one answer and a label.
Kind = Literal["sft", "text", "preference", "unpaired", "reinforcement"]


@dataclass(slots=True)
class ToolCall:
    """A call of a function, as an assistant message makes it. `arguments` is kept as written: string or object."""

    name: str
    arguments: Any = None
    id: str | None = None


@dataclass(slots=True)
class Message:
    """
    One turn of a conversation.

    `role` is normalised to system, developer, user, assistant, tool or function, and is "unknown" for anything else;
    `raw_role` is the role as written. `text` holds the textual parts; images and other media stand in it as
    `[image 1f2e…]`, a digest of where they come from. `pointer` is the JSON Pointer of the turn in its record.
    """

    role: str
    text: str = ""
    raw_role: str = ""
    calls: Sequence[ToolCall] = ()
    call_id: str | None = None
    pointer: str = ""


@dataclass(slots=True)
class Tool:
    """A declared function: its name and its required parameters (None where the declaration could not be read)."""

    name: str
    required: tuple[str, ...] = ()


@dataclass(slots=True)
class Example:
    """
    A record in the normal form into which every shape maps.

    Attributes
    ----------
    shape
        Id of the record shape, for example "openai-chat".
    kind
        What the record trains.
    system
        System prompt, wherever it was written (a turn or a column).
    prompt
        All that stands before the answer, without the system prompt and the tool definitions.
        For `text` the text itself.
    answer
        The answer that is trained: the last assistant turn, the completion, the chosen side.
        Empty for `text` and `reinforcement`.
    messages
        The turns as written, the system turn included. Empty for shapes without roles.
    tools
        Declared functions; None where the record declares none, or in a form that is not understood.
    rejected
        The other side of a preference pair.
    label
        The verdict of an unpaired preference (true or false), a class label, or what the grader of a `reinforcement`
        record is given (canonical JSON). Records with different labels are never duplicates.
    opening
        What stands before the first assistant turn, where that is less than `prompt`; else None.
    """

    shape: str
    kind: Kind
    system: str = ""
    prompt: str = ""
    answer: str = ""
    messages: Sequence[Message] = ()
    tools: list[Tool] | None = None
    rejected: str | None = None
    label: str | None = None
    opening: str | None = None


def media(kind: str, where: Any) -> str:
    """
    Say which image, audio or file stands here, in one short word: `[image 1f2e3d4c]`.

    Different media must make different texts, and a data URL of a megabyte must not become a word.
    """
    digest = blake2b(str(where).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"[{kind} {digest}]"
