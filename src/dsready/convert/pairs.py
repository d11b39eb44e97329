"""Dialogues that are nothing but questions and answers in texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.convert.dialogue import Unfit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsready.convert.dialogue import Dialogue, Turn


def head(dialogue: Dialogue) -> str:
    """Return the system prompt; "" if there is none."""
    first = dialogue.turns[:1]
    return first[0].text if first and first[0].role == "system" else ""


def exchanges(turns: Sequence[Turn]) -> list[tuple[Turn, Turn]]:
    """
    Return questions and answers, without the system prompt.

    Raises
    ------
    Unfit
        If there are none, or they do not alternate.
    """
    spoken = [turn for turn in turns if turn.role != "system"]
    if not spoken or spoken[-1].role != "assistant":
        raise Unfit("holds no answer")
    _alternate(spoken)
    return list(zip(spoken[::2], spoken[1::2], strict=True))


def asked(turns: Sequence[Turn]) -> tuple[list[tuple[Turn, Turn]], Turn]:
    """
    Return earlier questions and answers, and the question that comes last.

    Raises
    ------
    Unfit
        If there is none, or the turns do not alternate.
    """
    spoken = [turn for turn in turns if turn.role != "system"]
    if not spoken or spoken[-1].role != "user":
        raise Unfit("holds no prompt before its answer")
    _alternate(spoken)
    return list(zip(spoken[:-1:2], spoken[1:-1:2], strict=True)), spoken[-1]


def _alternate(spoken: Sequence[Turn]) -> None:
    if any(turn.role != ("user", "assistant")[number % 2] for number, turn in enumerate(spoken)):
        raise Unfit("its turns are not user and assistant in turn")
