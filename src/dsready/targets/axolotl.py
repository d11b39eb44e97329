"""
axolotl: what its strategies do to a row, one for each `type` of a data set.

The type stands in the user's configuration; here it is the one that fits the row. All was tried with the strategies
themselves and a template that prints tool calls. The loader makes one table of a file: a column that a row lacks is
null, so that a missing column stops the run only if the whole file lacks it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._axolotl_chat import CHAT, WRITTEN
from dsready.targets._axolotl_steps import NO_TEXT, SEGMENTS, STEPWISE, missing, untokenized
from dsready.targets._say import CODE, CORRUPT, CRASH, DROP, RUN, rule
from dsready.targets._template import JUDGED_BAD, SOME_REASON, SYSTEM_TURN, TRAITS
from dsready.targets.hf_datasets import LOADER
from dsready.targets.rule import Tokens
from dsready.targets.target import Format, Target
from dsready.targets.whole import fewer_valid_rows, mixed_formats, no_row_has

if TYPE_CHECKING:
    from dsready.targets.rule import Problem, Row, Where
    from dsready.targets.tally import Tally

_LENGTH = 512  # the default of sequence_len


def _texts(*keys: str) -> Where:
    """One of the values is no text; null and lists are something else."""
    return where.any_of(*(where.value(key, lambda found: not isinstance(found, str | list | None)) for key in keys))


def _unsaid(*keys: str) -> Where:
    """One of the values is missing, which among others is null, or it is no text."""
    return where.any_of(where.lacks(*keys), *(where.value(key, where.not_text) for key in keys))


_ALPACA = Format(
    id="alpaca",
    when=where.has("instruction", "output"),
    rules=(
        rule(
            "AXO-20",
            DROP,
            RUN,
            "no output, or an empty one: nothing is trained, the row goes",
            where.any_of(where.lacks("output"), where.value("output", lambda found: found in (None, "", []))),
        ),
        rule(
            "AXO-20-INSTRUCTION",
            CORRUPT,
            RUN,
            "no instruction, or one that is no text: the prompt says None, or what Python prints",
            _unsaid("instruction"),
        ),
        rule("AXO-20-TYPE", CRASH, RUN, "an output that is no text", _texts("output"), quote=NO_TEXT),
        JUDGED_BAD,
    ),
)
_METHARME = Format(
    id="metharme",
    when=where.has("generation"),
    rules=(
        rule(
            "AXO-21-PROMPT",
            CORRUPT,
            RUN,
            "no prompt, or one that is no text: None is trained, or what Python prints",
            _unsaid("prompt"),
        ),
        rule(
            "AXO-21-TYPE",
            CRASH,
            RUN,
            "a generation that is no text",
            where.value("generation", untokenized),
            quote=NO_TEXT,
        ),
        rule(
            "AXO-21-EMPTY",
            DROP,
            RUN,
            "an empty generation: nothing is trained, the row goes",
            where.value("generation", lambda found: found == ""),
        ),
    ),
)
_TEXT = Format(
    id="text",
    when=where.has("text"),
    rules=(
        rule(
            "AXO-21",
            CRASH,
            RUN,
            "a text that is null, empty or no text",
            where.value("text", lambda found: not found or not isinstance(found, str | list)),
            quote="KeyError: 'labels'",
        ),
    ),
)
_JUDGED = Format(
    id="kto",
    when=where.has_all("completion", "label"),
    structure=(missing("AXO-22", "prompt"),),
)
_SIDES = ("chosen", "rejected")
_PAIR_MAPS = ("user", "assistant", "system", "tool")


def _bad_answer(found: Any) -> bool:
    """Whether what is chosen or rejected is no text and no message, or one without role or content."""
    said = found[-1] if isinstance(found, list) and found else found
    if isinstance(said, str):
        return isinstance(found, list)
    return not (isinstance(said, dict) and said.get("role") in _PAIR_MAPS and isinstance(said.get("content"), str))


_QUESTIONS = ("prompt", "input", "question", "instruction")


def _has_messages(row: Row) -> str | None:
    """There are messages to answer, or only answers that are messages; a text is taken for the user's."""
    if isinstance(row.get("messages"), list | str):
        return where.has("chosen", "rejected")(row)
    if where.lacks_all("messages", *_QUESTIONS)(row) is None:
        return None
    return where.any_of(
        *(where.value(key, lambda found: isinstance(found, dict) and "role" in found) for key in _SIDES)
    )(row)


def _no_messages(row: Row) -> str | None:
    if isinstance(row.get("messages"), str):
        return None
    return where.any_of(where.no_turns(), where.turn(lambda turn: not turn.keys() >= {"role", "content"}))(row)


_PAIR = Format(
    id="axolotl-dpo-chat",
    when=_has_messages,
    structure=(
        missing("AXO-22", "chosen", "rejected"),
        rule(
            "AXO-22-MESSAGES",
            CRASH,
            RUN,
            "no messages, or one without role or content",
            _no_messages,
            quote="KeyError: 'content'",
        ),
    ),
    rules=(
        rule(
            "AXO-22-ROLE",
            CRASH,
            RUN,
            "a role other than user, assistant, system and tool: for DPO, human and gpt must be mapped",
            where.role_outside(*_PAIR_MAPS),
            quote="KeyError: 'human'",
        ),
        rule(
            "AXO-22-ANSWER",
            CRASH,
            RUN,
            "chosen or rejected that is no text and no message with role and content",
            where.any_of(where.value("chosen", _bad_answer), where.value("rejected", _bad_answer)),
            quote="TypeError: 'NoneType' object is not subscriptable",
        ),
    ),
)


def _not_a_pair(row: Row) -> str | None:
    """One is a list, and it is not a question and an answer."""
    for key in ("chosen", "rejected"):
        turns = row.get(key)
        if isinstance(turns, list) and (len(turns) < 2 or not all(isinstance(turn, dict) for turn in turns)):  # noqa: PLR2004
            return f"/{key}"
    return None


def _texts_to_choose(row: Row) -> str | None:
    """A question, or what may be answered, is written as text: so is all the rest."""
    if _has_messages(row) is not None or any(isinstance(row.get(key), list) and row[key] for key in _SIDES):
        return None
    return where.has(*_SIDES)(row)


def _printed(row: Row) -> str | None:
    """A text that is trained is missing, or something else, which is printed."""
    if _texts_to_choose(row) is None:
        return None
    asked = next((key for key in _QUESTIONS if key in row), None)
    lost = where.any_of(
        where.lacks(*_SIDES),
        *(where.value(key, lambda found: not isinstance(found, str | list)) for key in _SIDES),
    )(row)
    return "" if asked is None else where.value(asked, where.not_text)(row) if lost is None else lost


_TEXT_PAIR = Format(
    id="axolotl-dpo-text",
    when=where.has(*_SIDES),
    rules=(
        rule(
            "AXO-22-NULL",
            CORRUPT,
            RUN,
            "no prompt, chosen or rejected, or one that is no text: None is trained, or what Python prints",
            _printed,
        ),
        rule(
            "AXO-22-TURNS",
            CRASH,
            CODE,
            "lists of messages to choose from that are not a question and an answer",
            _not_a_pair,
            quote="IndexError: list index out of range",
        ),
    ),
)
_SHAREGPT = Format(
    id="sharegpt",
    when=where.has("conversations", "conversation"),
    structure=(
        rule(
            "AXO-13",
            CRASH,
            "RUN, CODE",
            "conversations: `type: sharegpt` is gone, and chat_template reads them only if field_messages and"
            " message_property_mappings are set",
            where.has("conversations", "conversation"),
            quote="`type: sharegpt.*` is deprecated; Messages is null. Please check `field_messages`.",
        ),
    ),
)

_COLUMNS = (
    no_row_has("alpaca", "instruction", "output"),
    no_row_has("metharme", "prompt"),
    no_row_has("texts to choose from", "prompt", *_SIDES),
)


def _no_column(tally: Tally) -> Problem | None:
    return next((problem for test in _COLUMNS if (problem := test(tally)) is not None), None)


#: All but text, which is split into pieces of sequence_len.
_WHOLE = tuple(
    one.id for one in (_PAIR, WRITTEN, CHAT, SEGMENTS, STEPWISE, _JUDGED, _TEXT_PAIR, _ALPACA, _METHARME, _SHAREGPT)
)

TARGET = Target(
    id="axolotl",
    name="axolotl",
    source="axolotl 0.19.0 (prompt_strategies), executed without a model (2026-11)",
    note="Its configuration says of what `type` a data set is; here it is the one that fits the row.",
    formats=(
        _PAIR,
        WRITTEN,
        CHAT,
        SEGMENTS,
        STEPWISE,
        _JUDGED,
        _TEXT_PAIR,
        _ALPACA,
        _METHARME,
        _TEXT,
        _SHAREGPT,
        Format(id="pretokenized", when=where.has("input_ids")),
    ),
    unknown=rule(
        "AXO-01",
        CRASH,
        RUN,
        "none of the columns that its types read; others must be named in a `type` of your own",
        quote="Messages is null. Please check `field_messages`.",
    ),
    rules=(
        rule(
            "AXO-20-COLUMN",
            CRASH,
            RUN,
            "a column that no row has",
            whole=_no_column,
            quote="KeyError: 'output'",
        ),
        rule("AXO-21-MIX", CRASH, CODE, "rows of several types: a data set has one", whole=mixed_formats),
        rule(
            "AXO-30",
            DROP,
            CODE,
            "longer than sequence_len: the row goes",
            tokens=Tokens(most=_LENGTH, configurable=True, formats=_WHOLE),
            quote="excess_length_strategy: drop",
        ),
        rule(
            "AXO-30-NONE",
            CRASH,
            CODE,
            "no row with anything to train on",
            whole=fewer_valid_rows(1),
            quote="ValueError",
        ),
        SYSTEM_TURN,
        SOME_REASON,
        *LOADER,
    ),
    traits={
        **TRAITS,
        "alpaca": _ALPACA.when,
        "instruction": where.has("instruction"),
        "output": where.has("output"),
        "metharme": _METHARME.when,
        "texts to choose from": _texts_to_choose,
        "prompt": where.has(*_QUESTIONS),
        **{key: where.has(key) for key in _SIDES},
    },
)
