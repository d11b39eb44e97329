"""Preference pairs, and labelled answers in LLaMA-Factory's columns."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from dsready.convert.chat import CHAT, SERVICE, graded, read_labelled, write_labelled
from dsready.convert.dialogue import Dialogue, Turn, Unfit, last_answer, said
from dsready.convert.flat import COLUMNS, context, instruction, one, spelled, write_instruction
from dsready.convert.layout import Layout
from dsready.convert.pairs import asked
from dsready.convert.sharegpt import KEYS, SAID, declared_as_text, placed, read_said, write_said
from dsready.convert.turns import beside, declared, read_turns, write_turns
from dsready.dataset.shapes.flat import REFERENCES
from dsready.dataset.shapes.preference import ANSWER_MARK, shared_prefix, shared_text

SIDES = ("chosen", "rejected")


def pair(
    turns: tuple[Turn, ...], chosen: tuple[Turn, ...], rejected: tuple[Turn, ...], aside: dict[str, Any]
) -> Dialogue:
    """Make a preference of a context and two answers."""
    return Dialogue("preference", turns, chosen, rejected, tools=aside["tools"], extra=aside["extra"])


def side(held: Any, read: Any = read_turns) -> tuple[Turn, ...]:
    """Read an answer: a list of turns, one turn, or its text."""
    if isinstance(held, str):
        return (said("assistant", held),)
    turns: tuple[Turn, ...] = read(held if isinstance(held, list) else [held])
    return turns


def single(turns: tuple[Turn, ...]) -> Turn:
    """Return the one turn of an answer."""
    if len(turns) != 1:
        raise Unfit("holds an answer of several turns")
    if turns[0].role != "assistant":
        raise Unfit(f"has an answer of the role {turns[0].role}")
    return turns[0]


def answer_text(turns: tuple[Turn, ...]) -> str:
    """Return the text of an answer of one turn."""
    return single(turns).text


# OpenAI


def _openai(value: dict[str, Any]) -> Dialogue:
    nouns = ("output", "completion")
    names = next(n for noun in nouns if value.keys() >= (n := {f"preferred_{noun}", f"non_preferred_{noun}"}))
    better, worse = (read_turns(value[name]) for name in sorted(names, key=len))
    outer = {key: held for key, held in value.items() if key not in {"input", *names}}
    inner = beside(value["input"], "messages")
    aside = {"tools": inner["tools"], "extra": {**inner["extra"], **outer}}
    found = pair((*inner["turns"], *read_turns(value["input"]["messages"])), better, worse, aside)
    return replace(found, unread=tuple(f"key {key} of input" for key in inner["extra"].keys() & outer.keys()))


def _write_openai(dialogue: Dialogue) -> dict[str, Any]:
    return {
        "input": {"messages": write_turns(dialogue.turns), **declared(dialogue)},
        "preferred_output": write_turns([single(dialogue.chosen)]),
        "non_preferred_output": write_turns([single(dialogue.rejected)]),
    }


# A context in turns, and two answers beside it


def _ranking(value: dict[str, Any]) -> Dialogue:
    key, mark = placed(value, *((key, mark) for key in (*KEYS, "messages") for mark in ("from", "role")))
    aside = beside(value, key, *SIDES)
    read = read_said if mark == "from" else read_turns
    chosen, rejected = (side(value[name], read) for name in SIDES)
    return pair((*aside["turns"], *read(value[key])), chosen, rejected, aside)


def _write_ranking(dialogue: Dialogue) -> dict[str, Any]:
    sides = {name: write_said([single(turns)])[0] for name, turns in _sides(dialogue)}
    return {"conversations": write_said(dialogue.turns), **sides, **declared_as_text(dialogue)}


def _sides(dialogue: Dialogue) -> tuple[tuple[str, tuple[Turn, ...]], ...]:
    return ("chosen", dialogue.chosen), ("rejected", dialogue.rejected)


def _write_axolotl(dialogue: Dialogue) -> dict[str, Any]:
    sides = {name: write_turns([single(turns)])[0] for name, turns in _sides(dialogue)}
    return {"messages": write_turns(dialogue.turns), **sides, **declared(dialogue)}


def _trl(value: dict[str, Any]) -> Dialogue:
    aside = beside(value, "prompt", *SIDES)
    turns, chosen, rejected = (read_turns(value[key]) for key in ("prompt", *SIDES))
    return pair((*aside["turns"], *turns), chosen, rejected, aside)


def _write_trl(dialogue: Dialogue) -> dict[str, Any]:
    if not dialogue.turns:
        raise Unfit("holds no prompt before its answer")
    sides = {name: write_turns(turns) for name, turns in _sides(dialogue)}
    return {"prompt": write_turns(dialogue.turns), **sides, **declared(dialogue)}


# Two full conversations


def _implicit(value: dict[str, Any], names: tuple[str, str]) -> Dialogue:
    aside = beside(value, *names)
    chosen, rejected = (read_turns(value[name]) for name in names)
    cut = shared_prefix(list(chosen), list(rejected))
    prompt = value.get("prompt")
    if not cut and isinstance(prompt, str):  # neither side repeats it
        aside["extra"].pop("prompt", None)
        return pair((*aside["turns"], said("user", prompt)), chosen, rejected, aside)
    if isinstance(prompt, str) and any(turn.role == "user" and turn.text == prompt for turn in chosen[:cut]):
        aside["extra"].pop("prompt", None)  # UltraFeedback repeats its prompt; both sides begin with it anyway
    return pair((*aside["turns"], *chosen[:cut]), chosen[cut:], rejected[cut:], aside)


def _write_implicit(dialogue: Dialogue) -> dict[str, Any]:
    before = dialogue.turns
    sides = {name: write_turns((*before, *turns)) for name, turns in _sides(dialogue)}
    return {**sides, **declared(dialogue)}


# The chosen answer ends the conversation


def _ended(value: dict[str, Any], *keys: str) -> Dialogue:
    key = next(key for key in keys if key in value)
    aside = beside(value, "messages", key)
    turns = (*aside["turns"], *read_turns(value["messages"]))
    other = side(value[key])
    # The other side may repeat the conversation; only what comes after its last user turn is the answer.
    after = max((number for number, turn in enumerate(other, 1) if turn.role == "user"), default=0)
    repeated, other = other[:after], other[after:]
    if turns[-1].role != "assistant" or not other:
        raise Unfit("holds no answer")
    cut = len(turns) - 1 if len(other) == 1 else last_answer(turns)
    found = pair(turns[:cut], turns[cut:], other, aside)
    same = repeated in ((), turns[:after])
    return found if same else replace(found, unread=("the context of the rejected answer",))


def _write_ended(dialogue: Dialogue, key: str) -> dict[str, Any]:
    turns = (*dialogue.turns, single(dialogue.chosen))
    last = single(dialogue.rejected)
    other = last.text if key == "rejected_response" else write_turns([last])[0]
    return {"messages": write_turns(turns), key: other, **declared(dialogue)}


# Texts


def _texts(id_: str, prompt: str) -> Layout:
    def read(value: dict[str, Any]) -> Dialogue:
        names = SIDES if value.keys() >= set(SIDES) else ("response_j", "response_k")
        turns, aside = context(value, said("user", value[prompt]), prompt, *names)
        return pair(turns, side(value[names[0]]), side(value[names[1]]), aside)

    def write(dialogue: Dialogue) -> dict[str, Any]:
        _, question = asked(dialogue.turns)
        return {prompt: question.text, **{name: answer_text(turns) for name, turns in _sides(dialogue)}}

    return Layout(id_, "preference", read, write)


def _alpaca(value: dict[str, Any]) -> Dialogue:
    turns, aside = context(value, instruction(value), "instruction", "input", "history", *SIDES)
    return pair(turns, side(value["chosen"]), side(value["rejected"]), aside)


def _write_alpaca(dialogue: Dialogue) -> dict[str, Any]:
    earlier, question = asked(dialogue.turns)
    sides = {name: answer_text(turns) for name, turns in _sides(dialogue)}
    record: dict[str, Any] = write_instruction(dialogue, earlier, question, **sides)
    return record


#: How Anthropic's hh-rlhf marks who speaks inside one text.
MARKS = {"user": "\n\nHuman: ", "assistant": "\n\nAssistant: "}


def _two_texts(value: dict[str, Any]) -> Dialogue:
    """Read two full texts: those marked as in hh-rlhf as turns, others as a prompt in one piece and its two ends."""
    aside = beside(value, *SIDES)
    marked = [_marked(value[name]) for name in SIDES]
    if all(marked):
        chosen, rejected = marked
        cut = shared_prefix(list(chosen), list(rejected))
        return pair((*aside["turns"], *chosen[:cut]), chosen[cut:], rejected[cut:], aside)
    cut = _end_of_prompt(value["chosen"], value["rejected"])
    better, worse = (side(value[name][cut:]) for name in SIDES)
    return pair((*aside["turns"], said("user", value["chosen"][:cut])), better, worse, aside)


def _end_of_prompt(chosen: str, rejected: str) -> int:
    """Return where the prompt of two texts ends: at a mark, or else where they part, if that is between two words."""
    cut = shared_text(chosen, rejected)
    answered = chosen[:cut].endswith(ANSWER_MARK)
    left = cut if answered else 0  # from where no mark may stand
    marked = any(mark.rstrip() in text[left:] for mark in MARKS.values() for text in (chosen, rejected))
    if answered and not marked:
        return cut
    word = any(chosen[cut - 1 : cut].isalnum() and text[cut : cut + 1].isalnum() for text in (chosen, rejected))
    if marked or word or not chosen[:cut].strip() or not chosen[cut:] or not rejected[cut:]:
        raise Unfit("its prompt is not marked")
    return cut


def _marked(text: str) -> tuple[Turn, ...]:
    """Split a text at its marks; () if it does not begin with one or does not end on an answer."""
    turns: list[Turn] = []
    rest = text
    while rest:
        role = next((role for role, mark in MARKS.items() if rest.startswith(mark.rstrip(" "))), "")
        if not role:
            return ()
        body = rest[len(MARKS[role]) - 1 :]
        end = min((at for mark in MARKS.values() if (at := body.find(mark.rstrip(" "))) >= 0), default=len(body))
        turns.append(said(role, body[:end].removeprefix(" ")))
        rest = body[end:]
    return tuple(turns) if turns and turns[-1].role == "assistant" and turns[0].role == "user" else ()


def _write_two_texts(dialogue: Dialogue) -> dict[str, Any]:
    return {name: "".join(map(_mark, (*dialogue.turns, *turns))) for name, turns in _sides(dialogue)}


def _mark(turn: Turn) -> str:
    if turn.role not in MARKS:
        raise Unfit(f"has a turn of the role {turn.role}")
    return MARKS[turn.role] + turn.text


def _read_llamafactory_kto(value: dict[str, Any]) -> Dialogue:
    if not value.keys() >= {"instruction", "output"}:
        return read_labelled(value, "kto_tag", "messages")
    turns, aside = context(value, instruction(value), "instruction", "input", "output", "history", "kto_tag")
    return Dialogue("unpaired", (*turns, said("assistant", value["output"])), label=value["kto_tag"], **aside)


def _referenced(value: dict[str, Any]) -> Dialogue:
    """Read a prompt and its reference answer: it is learned from only where the prompt is a text."""
    if isinstance(value["prompt"], list):
        aside = beside(value, "prompt")
        turns = (*aside["turns"], *read_turns(value["prompt"]))
        return graded(Dialogue("sft", turns, tools=aside["tools"], extra=aside["extra"]))
    key = next(key for key in REFERENCES if key in value)
    turns, aside = context(value, said("user", value["prompt"]), "prompt", key)
    answer = said("assistant", one(value[key]))
    return Dialogue("sft", (*turns, answer), **aside, altered=spelled(value[key]))


LAYOUTS = (
    Layout(
        "openai-preference",
        "preference",
        _openai,
        _write_openai,
        **SERVICE | {"turn_keys": frozenset({"name", "refusal"})},
        answer="turn",
        strict=True,
    ),
    Layout("sharegpt-ranking", "preference", _ranking, _write_ranking, **SAID, answer="turn"),
    Layout("axolotl-dpo-chat", "preference", _ranking, _write_axolotl, **CHAT, answer="turn"),
    Layout("trl-preference-conv", "preference", _trl, _write_trl, **CHAT, answer="turns"),
    Layout(
        "trl-preference-conv-implicit",
        "preference",
        partial(_implicit, names=SIDES),
        _write_implicit,
        **CHAT,
        answer="turns",
    ),
    Layout(
        "swift-preference",
        "preference",
        lambda value: _ended(value, "rejected_response", "rejected_messages"),
        partial(_write_ended, key="rejected_response"),
        **CHAT,
    ),
    Layout(
        "openpipe-preference",
        "preference",
        lambda value: _ended(value, "rejected_message"),
        partial(_write_ended, key="rejected_message"),
        **CHAT,
        answer="turn",
    ),
    _texts("trl-preference-text", "prompt"),
    _texts("question-preference", "question"),
    Layout("trl-preference-text-implicit", "preference", _two_texts, _write_two_texts, history=True),
    Layout("alpaca-ranking", "preference", _alpaca, _write_alpaca, **COLUMNS, applies=True),
    Layout("llamafactory-kto", "unpaired", _read_llamafactory_kto, partial(write_labelled, label="kto_tag"), **CHAT),
)
#: Shapes that are read only: what they say is written in other ones.
READ_ONLY = (
    Layout("prompt-reference", "sft", _referenced, lambda _: {}),
    Layout(
        "llamafactory-v1-preference",
        "preference",
        partial(_implicit, names=("chosen_messages", "rejected_messages")),
        lambda _: {},
    ),
)
