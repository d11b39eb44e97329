"""Fireworks AI: OpenAI's formats, read by an own trainer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import _images as images
from dsready.targets import _openai_chat as chat
from dsready.targets import _text as text
from dsready.targets import where
from dsready.targets._jsonl import json_lines
from dsready.targets._say import CODE, DOC, REJECT, RUN, WARN, U, rule
from dsready.targets.target import Format, Target
from dsready.targets.whole import MB, extension, fewer_rows, larger, more_rows, no_rows, some_only, trouble

if TYPE_CHECKING:
    from dsready.targets.rule import Row, TargetRule

_WEIGHT = "a weight of the row"
_ROLES = ("system", "user", "assistant", "tool")


def _no_content(turn: dict[str, Any]) -> bool | str:
    content = turn.get("content")
    if content is None:
        return turn.get("role") != "assistant" or not turn.get("tool_calls")
    return not isinstance(content, str) and where.not_filled_list(content) and "content"


def _no_part(part: Any) -> bool:
    return images.url_of(part) is None and not (
        isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str)
    )


def _thinks_often(found: list[Any]) -> bool:
    spoken = [turn for turn in found if isinstance(turn, dict) and turn.get("role") == "assistant"]
    return len(spoken) > 1 and any(turn.get("reasoning_content") for turn in spoken)


def _prompts(row: Row) -> str | None:
    """Find prompts for reinforcement: messages without an answer."""
    turns = where.turns(row)
    return "" if turns and turns[-1][1].get("role") in ("system", "user") else None


_NO_MESSAGES = rule("FW-40", REJECT, DOC, "no list of messages, or an empty one", where.no_turns())

_MESSAGE: tuple[TargetRule, ...] = (
    rule("FW-10", REJECT, DOC, f"a role other than {', '.join(_ROLES)}", where.role_outside(*_ROLES)),
    rule("FW-10-SYSTEM", REJECT, DOC, "a system message that is not the first", where.later_than_first("system")),
    rule("FW-11", REJECT, DOC, "content that is neither text nor a list of parts", where.turn(_no_content)),
    rule("FW-11-PARTS", REJECT, DOC, "a part that is neither text nor image_url", where.part(_no_part)),
    rule(
        "FW-12",
        REJECT,
        DOC,
        "a weight of a message that is neither 0 nor 1",
        where.key_of_turn("weight", lambda found: where.not_number(found) or found not in (0, 1)),
    ),
    rule(
        "FW-30",
        REJECT,
        DOC,
        "an image that is not in a base64 data URL",
        text=images.image(lambda url: not images.inline(url)),
    ),
    rule("FW-30-KIND", REJECT, DOC, "an image that is no PNG or JPEG", text=images.image_besides("png", "jpeg")),
    rule("FW-10-CALLS", WARN, U, "arguments of a tool call that are no JSON", text=text.bad_arguments),
)
_ROW_WEIGHT = rule(
    "FW-13", REJECT, DOC, "a weight of the row that is no number", where.value("weight", where.not_number)
)

TARGET = Target(
    id="fireworks",
    name="Fireworks AI",
    source="documentation (2026); fireworks-ai 1.2.30, executed; fw-ai/cookbook @76821fa, read",
    formats=(
        Format(
            id="openai-preference",
            when=chat.prefers,
            structure=(
                rule(
                    "FW-20",
                    REJECT,
                    DOC,
                    "not all of input with messages, preferred_output and non_preferred_output",
                    chat.no_preference,
                ),
                rule(
                    "FW-20-TURN",
                    REJECT,
                    DOC,
                    "an output that is not a list of exactly one assistant message: only one turn is compared",
                    where.any_of(*(where.value(key, chat.not_one_answer) for key in chat.OUTPUTS)),
                ),
            ),
            rules=(
                *chat.asked_in_preference(_MESSAGE),
                rule("OAI-54", WARN, U, "two outputs that are the same", text=chat.same_outputs),
            ),
        ),
        Format(
            id="cookbook",
            when=where.any_of(where.has_all("chosen", "rejected"), where.has("samples")),
            structure=(
                rule(
                    "FW-21",
                    WARN,
                    CODE,
                    "chosen and rejected, or samples: the training cookbook reads them, managed jobs do not say so",
                    where.always,
                ),
            ),
        ),
        Format(id="rft-chat", when=_prompts, structure=(_NO_MESSAGES,), rules=(*_MESSAGE, _ROW_WEIGHT)),
        Format(
            id="openai-chat",
            when=where.always,
            structure=(_NO_MESSAGES,),
            rules=(
                *_MESSAGE,
                _ROW_WEIGHT,
                rule(
                    "FW-14",
                    WARN,
                    DOC,
                    "reasoning in one of several answers: the row becomes one example for each",
                    where.value("messages", _thinks_often),
                ),
            ),
        ),
    ),
    rules=(
        *json_lines("FW-40-JSON", DOC),
        rule(
            "FW-01",
            REJECT,
            RUN,
            "another extension than .jsonl",
            whole=extension(".jsonl", exact=False),
            quote="dataset file must have .jsonl file extension",
        ),
        rule("FW-01-EMPTY", REJECT, RUN, "no row", whole=no_rows, quote="dataset file … is empty"),
        rule("FW-02", REJECT, DOC, "fewer than 3 rows", whole=fewer_rows(3)),
        rule("FW-02-MOST", REJECT, DOC, "more than 3 million rows", whole=more_rows(3_000_000)),
        rule("FW-03", WARN, DOC, "500 MB or more: not by the console, only by CLI or API", whole=larger(500 * MB - 1)),
        rule("FW-04", WARN, RUN, "a blank line, counted as an example", lines={"blank"}),
        rule("FW-05", REJECT, U, "a byte order mark", whole=trouble("byte-order-mark")),
        rule("FW-13-ALL", REJECT, DOC, "a weight in some rows only", whole=some_only(_WEIGHT)),
    ),
    traits={_WEIGHT: where.has("weight")},
)
