"""What a record says, turn by turn, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.dataset.shapes import turns as read
from dsready.dataset.shapes.parts import columns, compact
from dsready.dataset.shapes.tools import declared
from dsready.text.masked import beginning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsready.dataset.example import Example, Message
    from dsready.dataset.record import Record

#: The role of what could not be read as a record.
LINE = "line"
SYSTEM = ("system", "developer")
TOOL = ("tool", "function")


def spoken(record: Record) -> Iterator[tuple[str, str]]:
    """
    Yield role and whole text of each turn of the normal form; of a line that has none, the line.

    What stands beside the turns has roles of its own: `tools` the declared functions, `media` the columns of images and
    the like, `rejected` the other side of a pair, `label`. Records without turns have the sides of their shape: system,
    prompt (or text), answer, rejected, label. A tool result is a turn of `tool`, whoever was written to have said it.
    """
    example = record.example
    if example is None:
        yield LINE, record.raw.decode("utf-8", "backslashreplace")
        return
    value = record.value or {}
    messages = example.messages
    if system := _beside(example.system, messages):
        yield "system", system
    if tools := _tools(example, value):
        yield "tools", tools
    if messages:
        yield from _before(example, value)
        for message in messages:
            yield _role(message), _with_calls(message)
    else:
        if example.prompt:
            yield "text" if example.kind == "text" else "prompt", example.prompt
        if example.answer or example.kind not in ("text", "reinforcement"):
            yield "answer", example.answer
    if example.rejected is not None:
        yield "rejected", example.rejected
    if example.label is not None and (example.kind != "sft" or example.label != example.answer):  # a class is both
        yield "label", example.label


def turns(record: Record, most: int, characters: int) -> list[tuple[str, str]]:
    """
    Quote role and text of at most so many turns, from both ends: masked while they are whole, and then cut.

    What is left out in the middle is a turn that says so.
    """
    said = list(spoken(record))
    head = said if len(said) <= most else said[: most // 2]
    tail = [] if len(said) <= most else said[-(most - most // 2) :]
    between = [("", f"({len(said) - most:,} turns more)")] if tail else []
    first, last = (
        [(beginning(role, characters), beginning(text, characters)) for role, text in part] for part in (head, tail)
    )
    return [*first, *between, *last]


def _beside(system: str, messages: Sequence[Message]) -> str:
    """Return the system prompt without the turns that are part of it."""
    own = ""
    for message in messages:
        if message.role in SYSTEM:
            own = read.joined(own, message.text)
    return "" if system == own else system.removesuffix(f"\n{own}")


def _tools(example: Example, value: dict[str, Any]) -> str:
    """Return the declared functions, one a line, with the parameters they require; as JSON, if they were not read."""
    if example.tools is not None:
        return "\n".join(f"{tool.name}({', '.join(tool.required)})" for tool in example.tools)
    return next((compact(found) for part in _parts(value) if (found := declared(part)) is not None), "")


def _before(example: Example, value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what of the prompt stands in no turn: all of it, where the turns are the answer; and media."""
    if example.prompt and example.answer == "\n".join(message.text for message in example.messages):
        yield "prompt", example.prompt
        return
    media = " ".join(filter(None, map(columns, _parts(value))))
    if media and media in example.prompt:
        yield "media", media


def _parts(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a record, and its `input`: what stands beside the turns stands in one of them."""
    inner = value.get("input")
    return [value, inner] if isinstance(inner, dict) else [value]


def _role(message: Message) -> str:
    result = message.role in TOOL and read.ROLES.get(message.raw_role) not in TOOL
    return message.role if result else message.raw_role or message.role


def _with_calls(message: Message) -> str:
    """Return the text of a turn, and below it the calls that it makes as `name(arguments)`."""
    if not message.calls:
        return message.text
    written = read.spoken((), message.calls)
    text = "" if message.text == written else message.text.removesuffix(f"\n{written}")
    calls = []
    for call in message.calls:
        arguments = "" if call.arguments is None else compact(call.arguments)
        calls.append(f"{call.name}({arguments})")
    return "\n".join([text, *calls] if text else calls)
