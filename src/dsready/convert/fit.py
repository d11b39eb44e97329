"""What a target shape has no room for is taken out of a dialogue, and noted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dsready.convert import notes as names
from dsready.convert.calls import drop_calls, fit_tools, part_calls, settle_ids, spell_arguments
from dsready.convert.chat import graded
from dsready.convert.dialogue import Call, Raw, Text, Turn, Unfit, calls_answered, last_answer, over, seam_at, systems
from dsready.convert.layout import WEIGHTS
from dsready.convert.notes import Notes, key_lost, void
from dsready.convert.parts import part_lost, translate, turn_key_lost, turn_lost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dsready.convert.dialogue import Dialogue
    from dsready.convert.layout import Layout

KINDS = {
    "sft": "a conversation",
    "text": "plain text",
    "preference": "a preference",
    "unpaired": "a labelled answer",
    "reinforcement": "a prompt",
}

#: Keys of a turn that say something else than a trainer learns which does not know them.
UNSEEN = WEIGHTS | {"refusal"}


def fitted(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    """
    Return what the shape has room for; the rest goes into `notes`.

    Raises
    ------
    Unfit
        If the record does not hold what the shape is about: nothing is ever made up.
    """
    notes.lost.update(dialogue.unread)
    notes.changed.update(dialogue.altered)
    dialogue = _of_kind(dialogue, layout, notes)
    for step in STEPS:
        dialogue = step(dialogue, layout, notes)
    return dialogue


def _of_kind(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    kind, wanted = dialogue.kind, layout.kind
    if kind == wanted:
        return dialogue
    if "text" in (kind, wanted):
        raise Unfit(f"holds {KINDS[kind]}, and {layout.id} is {KINDS[wanted]}")
    if wanted == "preference":
        raise Unfit("holds no rejected answer")
    if wanted == "unpaired":
        raise Unfit("holds no label")
    if kind == "reinforcement":
        raise Unfit("holds no answer")
    if kind == "unpaired":
        if not dialogue.label:
            raise Unfit("its answer is labelled as unwanted")
        notes.lost.add(names.LABEL)
        dialogue = replace(dialogue, label=None)
    if kind == "preference":
        notes.lost.add(names.REJECTED)
        if wanted == "reinforcement":
            notes.lost.add(names.ANSWER)
            return _prompted(replace(dialogue, chosen=(), rejected=()))
        turns = (*dialogue.turns, *dialogue.chosen)
        seam = seam_at(turns, len(dialogue.turns))
        dialogue = replace(dialogue, turns=turns, chosen=(), rejected=(), seam=seam)
    return _prompt(dialogue, notes) if wanted == "reinforcement" else replace(dialogue, kind="sft")


def _prompt(dialogue: Dialogue, notes: Notes) -> Dialogue:
    """Leave the prompt of a conversation."""
    cut = last_answer(dialogue.turns) if dialogue.seam is None else dialogue.seam
    if cut < len(dialogue.turns):
        notes.lost.add(names.ANSWER)
    return _prompted(replace(dialogue, turns=dialogue.turns[:cut]))


def _prompted(dialogue: Dialogue) -> Dialogue:
    if not any(turn.role == "user" for turn in dialogue.turns):
        raise Unfit("holds no prompt before its answer")
    return graded(dialogue)


def _developer(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    if layout.developer or all(turn.role != "developer" for turn in dialogue.turns):
        return dialogue
    notes.changed.add(names.DEVELOPER)
    return over(dialogue, lambda turns: (replace(t, role="system") if t.role == "developer" else t for t in turns))


def _roles(dialogue: Dialogue, layout: Layout, _: Notes) -> Dialogue:
    """Refuse roles that the service behind a shape does not know."""
    if layout.roles is None:
        return dialogue
    turns = (*dialogue.turns, *dialogue.chosen, *dialogue.rejected)
    unknown = next((turn.role for turn in turns if turn.role not in layout.roles), None)
    if unknown is not None:
        raise Unfit(f"has a turn of the role {unknown}")
    return dialogue


def _systems(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    if layout.systems == "any":
        return dialogue
    count = systems(dialogue.turns)
    head, rest = dialogue.turns[:count], dialogue.turns[count:]
    kept = tuple(turn for turn in rest if turn.role != "system")
    if len(kept) < len(rest):
        notes.lost.add(names.MIDDLE)
    for turn in (turn for turn in rest if turn.role == "system"):
        turn_lost(turn, notes)
    if head and layout.systems == "none":
        notes.lost.add(names.SYSTEM)
        for turn in head:
            turn_lost(turn, notes)
        head = ()
    elif count > 1:
        notes.lost.add(names.SEVERAL)
        notes.lost.update({turn_key_lost("tool_call_id")} if any(turn.call_id is not None for turn in head) else ())
        extra = {key: value for turn in head for key, value in turn.extra.items()}
        reasoning = "\n".join(turn.reasoning for turn in head if turn.reasoning)
        head = (Turn("system", tuple(part for turn in head for part in turn.parts), reasoning=reasoning, extra=extra),)
    notes.lost.update({names.REASONING} if any(turn.reasoning for turn in head) else ())
    return replace(dialogue, turns=(*(replace(turn, reasoning="") for turn in head), *kept))


def _applies(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    """Join what an instruction applies to with it, where there is no column for it; a column holds but the last one."""
    last = max((number for number, turn in enumerate(dialogue.turns) if turn.role == "user"), default=-1)

    def joined(number: int, turn: Turn) -> Turn:
        if not turn.applies or (layout.applies and number == last):
            return turn
        notes.changed.add(names.APPLIED)
        text = "\n".join(piece for piece in (turn.text, turn.applies) if piece)
        return replace(turn, parts=(Text(text),), applies="")

    return replace(dialogue, turns=tuple(joined(number, turn) for number, turn in enumerate(dialogue.turns)))


def _parts(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    """Drop reasoning and media that have no place, and join pieces of text where there is room for one."""

    def fit(turn: Turn) -> Turn:
        if turn.reasoning and not layout.reasoning:
            notes.lost.add(names.REASONING)
            turn = replace(turn, reasoning="")
        kept = tuple(part for part in turn.parts if isinstance(part, Text) or part.dialect == layout.dialect)
        notes.lost.update(part_lost(part) for part in turn.parts if isinstance(part, Raw) and part not in kept)
        whole = {"system": layout.systems != "any", "tool": layout.names}  # where such a turn is one text
        apart = layout.several and not whole.get(turn.role)
        if len(kept) > 1 and not apart:
            notes.changed.add(names.JOINED)
            kept = (Text("\n".join(part.text for part in kept if isinstance(part, Text))),)
        return replace(turn, parts=kept)

    fit_all = over(dialogue, lambda turns: map(fit, turns))
    if layout.systems == "any":
        return fit_all
    # An empty system prompt is none, where it does not stand among the turns.
    for turn in fit_all.turns:
        if turn.role == "system" and not turn.parts:
            turn_lost(turn, notes)
    return replace(fit_all, turns=tuple(turn for turn in fit_all.turns if turn.role != "system" or turn.parts))


def _keys(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    """Drop the keys of turns and calls that the shape does not know."""
    if layout.turn_keys is None:
        turns = (*dialogue.turns, *dialogue.chosen, *dialogue.rejected)
        told = {key for turn in turns for key, held in turn.extra.items() if not void(held)}
        notes.changed.update({names.KEPT} if told & UNSEEN else ())
        return dialogue

    def fit(turns: Sequence[Turn]) -> Iterable[Turn]:
        return (_known(turn, call, layout, notes) for turn, call in zip(turns, calls_answered(turns), strict=True))

    return over(dialogue, fit)


def _known(turn: Turn, answered: Call | None, layout: Layout, notes: Notes) -> Turn:
    known = layout.turn_keys or frozenset()
    if layout.names and turn.role == "tool":
        known |= {"name"}
    gone = turn.extra.keys() - known
    if answered is not None and turn.extra.get("name") == answered.name:
        gone.discard("name")  # the call tells it
    notes.lost.update(turn_key_lost(key) for key in gone if not void(turn.extra[key]))
    notes.lost.update(f"tool call key {key}" for call in turn.calls for key in call.extra if not void(call.extra[key]))
    extra = {key: value for key, value in turn.extra.items() if key in known}
    return replace(turn, extra=extra, calls=tuple(replace(call, extra={}) for call in turn.calls))


def _history(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    if layout.history or dialogue.kind == "text":
        return dialogue
    turns = dialogue.turns
    count = systems(turns)
    keep = 1 if dialogue.kind == "preference" else 2
    if len(turns) - count <= keep:
        return dialogue
    notes.lost.add(names.HISTORY)
    return replace(dialogue, turns=(*turns[:count], *turns[-keep:]))


def _seam(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    """Settle where the trained answer begins: a column of its own trains the last one only, a chat trains all."""
    if dialogue.kind != "sft":
        return dialogue
    wanted = None
    if layout.seam:
        last = seam_at(dialogue.turns, last_answer(dialogue.turns))
        wanted = last if dialogue.seam is None else dialogue.seam
    if wanted != dialogue.seam and layout.history:
        notes.lost.add(names.SEAM)
    return replace(dialogue, seam=wanted)


def _references(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    if layout.references or not dialogue.reference:
        return dialogue
    notes.lost.update(key_lost(key) for key, held in dialogue.reference.items() if not void(held))
    return replace(dialogue, reference={})


def _extra(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    if not layout.strict:
        return dialogue
    notes.lost.update(key_lost(key) for key in dialogue.extra.keys() - layout.keys if not void(dialogue.extra[key]))
    return replace(dialogue, extra={key: value for key, value in dialogue.extra.items() if key in layout.keys})


def _sides(dialogue: Dialogue, layout: Layout, notes: Notes) -> Dialogue:
    """Leave the text of answers, where a shape takes turns as the context but texts as the answers."""
    if layout.answer != "text" or dialogue.kind != "preference":
        return dialogue
    plain = replace(layout, calls=False, reasoning=False, dialect="", several=False, turn_keys=frozenset())
    sides = replace(dialogue, turns=(), tools=())
    for step in (translate, drop_calls, _parts, _keys):
        sides = step(sides, plain, notes)
    return replace(dialogue, chosen=sides.chosen, rejected=sides.rejected)


STEPS: tuple[Callable[[Any, Any, Notes], Any], ...] = (
    translate,
    _seam,
    _developer,
    _roles,
    _systems,
    _applies,
    _sides,
    fit_tools,
    drop_calls,
    part_calls,
    settle_ids,
    spell_arguments,
    _parts,
    _keys,
    _history,
    _references,
    _extra,
)
