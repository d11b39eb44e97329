"""
The normal form of a conversion: all that a record says, whatever shape it was written in.

`dsready.dataset.example.Example` is made for measuring texts, and joins and digests what it reads. Here everything is
kept, so that a record can be written again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dsready.convert.exact import exact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dsready.dataset.example import Kind


class Unfit(Exception):  # noqa: N818  (a verdict on a record, not an error of the program)
    """A record that cannot be read into the normal form, or that the target shape cannot express at all."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text."""

    text: str


@dataclass(frozen=True, slots=True)
class Raw:
    """A part of a content list that is no plain text, as it is written in one dialect: "typed", "bedrock", "gemini"."""

    dialect: str
    value: dict[str, Any]

    @property
    def what(self) -> str:
        """Say what kind of part this is."""
        kind = self.value.get("type")
        return kind if isinstance(kind, str) else next(iter(self.value), "")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function. `arguments` is kept as written, text or object; `extra` are its unknown keys."""

    name: str
    arguments: Any = None
    id: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """
    One turn.

    `role` is system, developer, user, assistant or tool; any other is kept as written. `applies` is what an instruction
    applies to, where a shape has a column for it. `extra` are the turn's unknown keys, weights among them.
    """

    role: str
    parts: tuple[Text | Raw, ...] = ()
    calls: tuple[Call, ...] = ()
    call_id: str | None = None
    reasoning: str = ""
    applies: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All its text, one piece below the other."""
        return "\n".join(part.text for part in self.parts if isinstance(part, Text))


@dataclass(frozen=True, slots=True)
class Dialogue:
    """
    What a record says.

    Attributes
    ----------
    kind
        What it trains, as in `Example`.
    turns
        All turns; those before the two answers of a preference; none of a text.
    chosen, rejected
        The two answers of a preference.
    label
        Whether the answer of an unpaired preference is wanted.
    seam
        The turn at which the trained answer begins; None where all assistant turns are trained, which is the same if
        there is none before the seam.
    tools
        Declared functions in OpenAI's form, as far as they can be put into it.
    reference
        What a grader is given of a prompt.
    extra
        All other keys beside the conversation, as they are.
    text
        The text of a record that has no turns.
    unread
        What the record says that has no place here: it is lost on every way.
    altered
        What is said another way here, without a loss.
    """

    kind: Kind
    turns: tuple[Turn, ...] = ()
    chosen: tuple[Turn, ...] = ()
    rejected: tuple[Turn, ...] = ()
    label: bool | None = None
    seam: int | None = None
    tools: tuple[dict[str, Any], ...] = ()
    reference: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    unread: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()


def said(role: str, text: str, **more: Any) -> Turn:
    """Make a turn of one text; an empty text is no part."""
    return Turn(role, (Text(text),) if text else (), **more)


def systems(turns: Sequence[Turn]) -> int:
    """Count the system turns at the head."""
    return next((number for number, turn in enumerate(turns) if turn.role != "system"), len(turns))


def seam_at(turns: Sequence[Turn], number: int) -> int | None:
    """Return where the trained answer begins, None if no assistant turn stands before."""
    return number if any(turn.role == "assistant" for turn in turns[:number]) else None


def last_answer(turns: Sequence[Turn]) -> int:
    """Return the first turn after the last one that is neither the assistant's nor a tool's."""
    back = next((n for n, turn in enumerate(reversed(turns)) if turn.role not in ("assistant", "tool")), len(turns))
    return len(turns) - back


def calls_answered(turns: Iterable[Turn]) -> Iterator[Call | None]:
    """Yield for each turn the call that it is the result of: by its id, or else the oldest that no id claims."""
    pending: list[Call] = []
    run: list[Turn] = []
    for turn in turns:
        if turn.role == "tool":
            run.append(turn)
            continue
        yield from _paired(run, pending)
        run = []
        if turn.role == "user":
            pending.clear()
        pending.extend(turn.calls)
        yield None
    yield from _paired(run, pending)


def _paired(results: Sequence[Turn], pending: list[Call]) -> list[Call | None]:
    """Pair results that follow each other, and take their calls out of those that wait for one."""
    found: list[Call | None] = [None] * len(results)
    for number, result in enumerate(results):
        if result.call_id is not None:
            found[number] = next((call for call in pending if call.id == result.call_id), None)
            pending[:] = [call for call in pending if call is not found[number]]
    for number, result in enumerate(results):
        if result.call_id is None and pending:
            found[number] = pending.pop(0)
    return found


def parsed(text: Any) -> Any:
    """Return the object that a text is the JSON of; anything else as it is, also what cannot be read exactly."""
    if not isinstance(text, str) or text.lstrip()[:1] != "{":
        return text
    try:
        return exact(text)
    except ValueError:
        return text


def unwrapped(response: Any) -> Any:
    """Return the text that a result wraps, as Gemini has it, where nothing but objects may be a result."""
    match response:
        case {"result": str(text)} if len(response) == 1 and not isinstance(parsed(text), dict):
            return text
    return response


def arguments_of(call: Call) -> Any:
    """Return the arguments of a call, as an object if they can be read as one; {} for none."""
    held = parsed(call.arguments)
    return {} if held is None or held == "" else held


def over(dialogue: Dialogue, change: Any) -> Dialogue:
    """Apply a function of turns to the turns, and to both answers."""
    turns, chosen, rejected = (tuple(change(side)) for side in (dialogue.turns, dialogue.chosen, dialogue.rejected))
    return replace(dialogue, turns=turns, chosen=chosen, rejected=rejected)


def comparable(dialogue: Dialogue) -> dict[str, Any]:
    """
    Return what two dialogues must have in common to say the same, by name.

    Spelling does not count: arguments and results as JSON text or as an object, a name that the call tells, `{}` for no
    arguments, what lies between empty, null and missing.
    """
    context = dialogue.turns
    return {
        "what it trains": dialogue.kind,
        "its turns": _turns(context),
        "its answer": _turns((*context, *dialogue.chosen))[len(context) :],
        "its rejected answer": _turns((*context, *dialogue.rejected))[len(context) :],
        "its label": dialogue.label,
        "where its answer begins": dialogue.seam,
        "its tools": list(dialogue.tools),
        "its other keys": {**dialogue.extra, **dialogue.reference},
        "its text": dialogue.text,
    }


def _turns(turns: Sequence[Turn]) -> list[Any]:
    return [_turn(turn, call) for turn, call in zip(turns, calls_answered(turns), strict=True)]


def _turn(turn: Turn, answered: Call | None) -> Any:
    extra = turn.extra
    if answered is not None and extra.get("name") == answered.name:
        extra = {key: value for key, value in extra.items() if key != "name"}
    parts: list[Any] = [part.text if isinstance(part, Text) else (part.dialect, part.value) for part in turn.parts]
    if turn.role == "tool" and len(parts) == 1:
        parts = [unwrapped(parsed(parts[0]))]
    calls = [(call.name, arguments_of(call), call.id, call.extra) for call in turn.calls]
    return turn.role, turn.applies, [part for part in parts if part], calls, turn.call_id, turn.reasoning, extra
