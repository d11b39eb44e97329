"""What Gemini does not read, and people bring: its own older formats, and the messages of OpenAI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.targets import where
from dsready.targets._say import DOC, REJECT, rule
from dsready.targets.target import Format

if TYPE_CHECKING:
    from dsready.targets.rule import Row


def _older(row: Row) -> str | None:
    return where.has("messages", "input_text", "text_input")(row) if "contents" not in row else None


def _of_old(row: Row) -> str | None:
    """Find what was Gemini's own: prompts with an answer, or messages of which some are the model's."""
    given = where.has("input_text", "text_input")(row)
    return given if given is not None else where.key_of_turn("role", lambda role: role == "model")(row)


OLD = Format(
    id="older-gemini",
    when=_older,
    structure=(
        rule(
            "GEM-40",
            REJECT,
            DOC,
            "an older format (messages, input_text, text_input): today it is contents with parts",
            _of_old,
        ),
        rule(
            "GEM-40-OPENAI",
            REJECT,
            DOC,
            "messages of OpenAI's kind: Gemini reads contents with parts",
            where.always,
        ),
    ),
)
