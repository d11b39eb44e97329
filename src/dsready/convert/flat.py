"""Records whose columns are texts."""

from __future__ import annotations

from functools import partial
from typing import Any

from dsready.convert.dialogue import Dialogue, Text, Turn, Unfit, said
from dsready.convert.layout import Layout
from dsready.convert.notes import NUMBER
from dsready.convert.pairs import exchanges, head
from dsready.convert.sharegpt import declared_as_text
from dsready.convert.turns import beside, read_turns
from dsready.dataset.shapes.flat import ANSWERS, PAIRS, options, written

#: What the columns of LLaMA-Factory and ms-swift have room for.
COLUMNS: dict[str, Any] = {"systems": "one", "history": True, "tools": True}


def history(value: dict[str, Any]) -> tuple[Turn, ...]:
    """Read the column of earlier questions and answers."""
    turns = []
    for pair in value.get("history") or ():
        if len(pair) != 2:  # noqa: PLR2004  (a question and its answer)
            raise Unfit("its history is not made of pairs")
        turns += [said("user", pair[0]), said("assistant", pair[1])]
    return tuple(turns)


def columns(dialogue: Dialogue, earlier: list[tuple[Turn, Turn]]) -> dict[str, Any]:
    """Write the columns that an instruction may have beside it."""
    system = head(dialogue)
    return {
        **({"system": system} if system else {}),
        **({"history": [[question.text, answer.text] for question, answer in earlier]} if earlier else {}),
        **declared_as_text(dialogue),
    }


def context(value: dict[str, Any], asks: Turn, *own: str) -> tuple[tuple[Turn, ...], dict[str, Any]]:
    """Return the turns up to the question, and the tools and other keys of the record."""
    aside = beside(value, *own)
    turns = (*aside.pop("turns"), *(history(value) if "history" in own else ()), asks)
    return turns, aside


def instruction(value: dict[str, Any]) -> Turn:
    """Read an instruction and what it applies to."""
    return said("user", value["instruction"], applies=value.get("input") or "")


def _pair(id_: str, prompt: str, answer: str) -> Layout:
    def read(value: dict[str, Any]) -> Dialogue:
        turns, aside = context(value, said("user", value[prompt]), prompt, answer)
        return Dialogue("sft", (*turns, said("assistant", value[answer])), **aside)

    return Layout(id_, "sft", read, partial(_write_pair, prompt=prompt, answer=answer))


def _write_pair(dialogue: Dialogue, prompt: str, answer: str) -> dict[str, Any]:
    *_, (question, answered) = exchanges(dialogue.turns)
    return {prompt: question.text, answer: answered.text}


def _question(id_: str, question: str, answers: tuple[str, ...], aside: tuple[str, ...] = ()) -> Layout:
    """Lay out a question, what stands beside it in columns of its own, and an answer that may be a number."""

    def read(value: dict[str, Any]) -> Dialogue:
        answer = next(key for key in answers if key in value)
        before = next((key for key in ("context", "passage") if key in aside and isinstance(value.get(key), str)), "")
        choices = options(value) if aside else ""
        pieces = (value[before] if before else "", value[question], choices)
        asks = Turn("user", tuple(Text(piece) for piece in pieces if piece))
        own = {question, answer, before, *(("options" if "options" in value else "choices",) if choices else ())}
        turns, rest = context(value, asks, *own)
        return Dialogue("sft", (*turns, said("assistant", one(value[answer]))), **rest, altered=spelled(value[answer]))

    return Layout(id_, "sft", read, partial(_write_pair, prompt=question, answer=answers[0]))


def one(answer: Any) -> str:
    """Write an answer that is a text, a number or a boolean, or a list of one."""
    if isinstance(answer, list) and len(answer) > 1:
        raise Unfit("holds several answers")
    return written(answer)


def spelled(answer: Any) -> tuple[str, ...]:
    """Name what `one` changes."""
    held = answer[0] if isinstance(answer, list) and answer else answer
    return () if isinstance(held, str | None) else (NUMBER,)


def _alpaca(value: dict[str, Any]) -> Dialogue:
    turns, aside = context(value, instruction(value), "instruction", "input", "output", "history")
    return Dialogue("sft", (*turns, said("assistant", value["output"])), **aside)


def write_instruction(dialogue: Dialogue, earlier: list[tuple[Turn, Turn]], question: Turn, **answers: Any) -> Any:
    """Write an instruction with its columns; `answers` stand before the rarer ones."""
    return {
        "instruction": question.text,
        "input": question.applies,
        **answers,
        **columns(dialogue, earlier),
    }


def _write_alpaca(dialogue: Dialogue) -> dict[str, Any]:
    *earlier, (question, answer) = exchanges(dialogue.turns)
    record: dict[str, Any] = write_instruction(dialogue, earlier, question, output=answer.text)
    return record


def _dolly(value: dict[str, Any]) -> Dialogue:
    key = "context" if value.get("context") else "input"
    asks = said("user", value["instruction"], applies=value.get(key) or "")
    other = "input" if key == "context" else "context"
    own = ("instruction", "response", key, *(() if value.get(other) else (other,)))
    turns, aside = context(value, asks, *own)
    return Dialogue("sft", (*turns, said("assistant", value["response"])), **aside)


def _write_dolly(dialogue: Dialogue) -> dict[str, Any]:
    *_, (question, answer) = exchanges(dialogue.turns)
    return {"instruction": question.text, "context": question.applies, "response": answer.text}


def _query(value: dict[str, Any]) -> Dialogue:
    turns, aside = context(value, said("user", value["query"]), "query", "response", "history")
    return Dialogue("sft", (*turns, said("assistant", value["response"])), **aside)


def _write_query(dialogue: Dialogue) -> dict[str, Any]:
    *earlier, (question, answer) = exchanges(dialogue.turns)
    return {"query": question.text, "response": answer.text, **columns(dialogue, earlier)}


def _kto(value: dict[str, Any]) -> Dialogue:
    prompt, completion = (
        _as_turns(value[key], role) for key, role in (("prompt", "user"), ("completion", "assistant"))
    )
    aside = beside(value, "prompt", "completion", "label")
    return Dialogue("unpaired", (*aside.pop("turns"), *prompt, *completion), label=value["label"], **aside)


def _as_turns(side: Any, role: str) -> tuple[Turn, ...]:
    return (said(role, side),) if isinstance(side, str) else read_turns(side)


def _write_kto(dialogue: Dialogue) -> dict[str, Any]:
    return {**_write_pair(dialogue, "prompt", "completion"), "label": dialogue.label}


def _text(id_: str, key: str, **room: Any) -> Layout:
    def read(value: dict[str, Any]) -> Dialogue:
        return Dialogue("text", text=value[key], extra={name: held for name, held in value.items() if name != key})

    def write(dialogue: Dialogue) -> dict[str, Any]:
        return {key: dialogue.text}

    return Layout(id_, "text", read, write, **room)


LAYOUTS = (
    Layout("alpaca", "sft", _alpaca, _write_alpaca, **COLUMNS, applies=True),
    Layout("dolly", "sft", _dolly, _write_dolly, applies=True),
    *(_pair(*names) for names in PAIRS),
    Layout("query-response", "sft", _query, _write_query, **COLUMNS),
    _question("question-answer", "question", ANSWERS, ("context", "passage")),
    _question("problem-solution", "problem", ("solution", "answer")),
    _question("text-label", "text", ("label",)),
    Layout("kto", "unpaired", _kto, _write_kto),
    _text("text", "text"),
    _text("text-mistral", "content", strict=True),
)
