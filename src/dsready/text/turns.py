"""What a record says, turn by turn, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from dsready.text.masked import beginning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsready.dataset.example import Example, Message
    from dsready.dataset.record import Record

#: The role of what could not be read as a record.
LINE = "line"


def spoken(record: Record) -> Iterator[tuple[str, str]]:
    """
    Yield role and whole text of each turn of the normal form; of a line that has none, the line.

    Records without turns have the sides of their shape: system, prompt, answer, rejected, label.
    """
    example = record.example
    if example is None:
        yield LINE, record.raw.decode("utf-8", "backslashreplace")
    elif example.messages:
        for message in example.messages:
            yield message.raw_role or message.role, _with_calls(message)
        yield from _judged(example)
    else:
        for role, text in (("system", example.system), ("prompt", example.prompt), ("answer", example.answer)):
            if text or (role == "answer" and example.kind not in ("text", "reinforcement")):
                yield "text" if role == "prompt" and example.kind == "text" else role, text
        yield from _judged(example)


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


def _judged(example: Example) -> Iterator[tuple[str, str]]:
    """Yield what stands beside the answer."""
    if example.rejected is not None:
        yield "rejected", example.rejected
    if example.label is not None:
        yield "label", example.label


def _with_calls(message: Message) -> str:
    """Return the text of a turn, and the calls that it makes as `name(arguments)`."""
    calls = []
    for call in message.calls:
        given = call.arguments
        arguments = given if isinstance(given, str) else "" if given is None else orjson.dumps(given).decode()
        calls.append(f"{call.name}({arguments})")
    return "\n".join([message.text, *calls] if message.text else calls)
