"""
Unsloth: `standardize_data_formats`, which its notebooks call before the chat template and TRL's SFT trainer.

It acts on a column `conversations` only. All was tried with the function itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._say import CODE, CRASH, IGNORE, RUN, WARN, rule
from dsready.targets._template import JUDGED_BAD, NO_TURNS, SOME_REASON, SYSTEM_TURN, TRAITS, media, template_rules
from dsready.targets.hf_datasets import LOADER
from dsready.targets.target import Format, Target
from dsready.targets.whole import some_lack

if TYPE_CHECKING:
    from dsready.targets.rule import Row

_ALIASES = ("system", "user", "human", "input", "gpt", "assistant", "output")
_PAIRS = (("from", "value"), ("role", "content"))


def _keys(row: Row) -> tuple[str, str]:
    """Return the keys of the turns: the first turn tells them."""
    first = next((turn for _, turn in where.turns(row, "conversations")), {})
    return next((pair for pair in _PAIRS if pair[0] in first), _PAIRS[0])


def _other_keys(row: Row) -> str | None:
    wanted = set(_keys(row))
    return where.turn(lambda turn: turn.keys() != wanted, "conversations")(row)


def _no_text(row: Row) -> str | None:
    return where.turn(
        lambda turn: next((key for key, found in turn.items() if not isinstance(found, str)), False), "conversations"
    )(row)


def _unknown_role(row: Row) -> str | None:
    name = _keys(row)[0]
    return where.turn(lambda turn: _stranger(turn.get(name)) and name, "conversations")(row)


def _stranger(role: Any) -> bool:
    return isinstance(role, str) and role.strip().lower() not in _ALIASES


#: Of both formats: TRL's SFT trainer reads nothing else of a row.
_BESIDE = (
    rule(
        "UNS-04",
        WARN,
        RUN,
        "answers to choose from beside the turns: standardize_data_formats leaves them as they are, and the SFT"
        " trainer does not read them",
        where.has("chosen", "rejected", "rejected_response", "rejected_message"),
    ),
    rule(
        "UNS-05",
        WARN,
        CODE,
        "images: a model for text alone stops, or trains the list as text",
        media("messages", "conversations"),
    ),
    JUDGED_BAD,
)

TARGET = Target(
    id="unsloth",
    name="Unsloth",
    source="unsloth-zoo 2026.10.9 (standardize_data_formats), executed (2026-11)",
    note="What comes out goes through the chat template and TRL's SFT trainer: see trl-sft.",
    formats=(
        Format(
            id="sharegpt",
            when=where.has("conversations"),
            structure=(
                rule(
                    "UNS-02-LIST",
                    CRASH,
                    RUN,
                    "conversations that are no list of objects",
                    lambda row: None if row["conversations"] in ("", []) else where.no_turns("conversations")(row),
                    quote="TypeError: 'NoneType' object is not iterable",
                ),
                rule(
                    "TPL-04",
                    CRASH,
                    RUN,
                    "no turn: the chat template, which comes next, stops",
                    where.value("conversations", lambda found: found in ("", [])),
                    quote="Cannot apply chat template to an empty conversation.",
                ),
            ),
            rules=(
                rule(
                    "UNS-02",
                    CRASH,
                    RUN,
                    "other keys of a turn than from and value, or role and content: it looks at the first ten rows",
                    _other_keys,
                    quote="AssertionError; or KeyError: 'value'",
                ),
                rule(
                    "UNS-02-TEXT",
                    CRASH,
                    RUN,
                    "a turn in which something is no text",
                    _no_text,
                    quote="Unsloth: Cannot standardize non text datasets!",
                ),
                rule(
                    "UNS-03",
                    CRASH,
                    RUN,
                    "a role other than system, user, human, input, gpt, assistant and output",
                    _unknown_role,
                    quote="Unsloth: ['narrator'] are not in aliases. Please update aliases.",
                ),
                *_BESIDE,
            ),
        ),
        Format(
            id="openai-chat",
            when=where.has("messages"),
            structure=(NO_TURNS,),
            rules=(
                rule(
                    "UNS-01",
                    IGNORE,
                    RUN,
                    "messages instead of conversations: standardize_data_formats leaves them as they are",
                    where.has("messages"),
                ),
                *template_rules("messages"),
                *_BESIDE,
            ),
        ),
    ),
    # A notebook of the user's own turns any column into text: nobody can say more.
    unknown=rule(
        "UNS-01-COLUMNS",
        WARN,
        RUN,
        "neither conversations nor messages: standardize_data_formats leaves it as it is",
    ),
    rules=(
        rule(
            "UNS-01-MIX",
            CRASH,
            RUN,
            "rows without the conversations that others have: they are null there",
            whole=some_lack("conversations", "it stops at them"),
            quote="TypeError: 'NoneType' object is not iterable",
        ),
        SYSTEM_TURN,
        SOME_REASON,
        *LOADER,
    ),
    traits={**TRAITS, "conversations": where.has("conversations")},
)
