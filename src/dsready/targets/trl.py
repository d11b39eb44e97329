"""
TRL's trainers: SFT, DPO, KTO and reward modelling.

The first row decides how all are read. Texts are rendered by the chat template of the model, which prints what it gets.
"""

from __future__ import annotations

from dsready.targets import where
from dsready.targets._say import CODE, CRASH, DROP, RUN, WARN, rule
from dsready.targets._template import SOME_REASON, SYSTEM_TURN, TRAITS
from dsready.targets._trl import (
    ANSWER_CUT,
    CUT,
    LENGTH,
    LOST_TURNS,
    NO_ANSWER,
    NO_PROMPT,
    NO_SHARED_PROMPT,
    NO_TURN,
    OPENAI,
    PROMPT_END,
    SOURCE,
    UNANSWERED,
    UNREAD_SYSTEM,
    UNWANTED,
    common,
    conversation,
    mix,
    pairs,
    said,
    texts,
    unknown,
    unrecognised,
)
from dsready.targets.rule import Tokens
from dsready.targets.target import Format, Target

SFT = Target(
    id="trl-sft",
    name="TRL SFTTrainer",
    source=SOURCE,
    formats=(
        Format(id="sharegpt", when=said, structure=(NO_TURN, LOST_TURNS)),
        Format(
            id="sharegpt-openai-tags",
            when=unrecognised,
            structure=(
                rule(
                    "TRL-08",
                    CRASH,
                    RUN,
                    "`conversations` with role and content, which is not recognised",
                    lambda _: "/conversations",
                    quote="KeyError",
                ),
            ),
        ),
        Format(id="prompt-completion", when=texts("prompt", "completion"), rules=(UNREAD_SYSTEM, UNWANTED)),
        conversation(
            "prompt", "completion", id_="trl-prompt-completion-conv", also=(PROMPT_END, UNREAD_SYSTEM, UNWANTED)
        ),
        mix("prompt", "completion"),
        conversation("messages", id_="openai-chat", also=(UNREAD_SYSTEM, UNWANTED, UNANSWERED)),
        Format(id="text", when=texts("text")),
    ),
    unknown=unknown("messages, prompt and completion, or text"),
    rules=common(CUT, NO_ANSWER, ANSWER_CUT, SYSTEM_TURN, SOME_REASON),
    traits=TRAITS,
)
DPO = Target(
    id="trl-dpo",
    name="TRL DPOTrainer",
    source=SOURCE,
    formats=(OPENAI, *pairs(NO_PROMPT)),
    unknown=unknown("chosen and rejected, with or without prompt"),
    rules=common(
        rule(
            "TRL-12",
            DROP,
            CODE,
            "the prompt alone reaches max_length",
            tokens=Tokens(most=LENGTH, part="prompt", configurable=True),
        ),
        CUT,
    ),
)
_LABEL = (
    rule(
        "TRL-18",
        CRASH,
        RUN,
        "a label that is neither true nor false",
        where.value("label", lambda label: not isinstance(label, bool | int | float)),
        quote="TypeError: unsupported operand type(s) for +: 'int' and 'str'",
    ),
    rule(
        "TRL-18-NUMBER",
        WARN,
        CODE,
        "a number for a label: all but 0 count as true",
        where.value("label", lambda label: not where.not_number(label) and label not in (0, 1)),
    ),
)


def _labelled(format_: Format) -> Format:
    """Return a format of prompts and answers with a label."""
    return format_.model_copy(
        update={
            "when": lambda row: format_.when(row) if "label" in row else None,
            "rules": (*format_.rules, *_LABEL),
        }
    )


_LABELLED = tuple(
    _labelled(format_)
    for format_ in (
        Format(id="kto", when=texts("prompt", "completion")),
        conversation("prompt", "completion", id_="trl-kto-conv", also=(PROMPT_END,)),
        mix("prompt", "completion"),
    )
)
KTO = Target(
    id="trl-kto",
    name="TRL KTOTrainer",
    source=SOURCE,
    formats=(
        OPENAI,
        *_LABELLED,
        *pairs(NO_PROMPT),
    ),
    unknown=unknown("prompt, completion and label; or chosen and rejected"),
    rules=common(DPO.by_id["TRL-12"], CUT),
)
REWARD = Target(
    id="trl-reward",
    name="TRL RewardTrainer",
    source=SOURCE,
    formats=(OPENAI, *pairs(NO_SHARED_PROMPT)),
    unknown=unknown("chosen and rejected"),
    rules=common(
        rule(
            "TRL-12",
            DROP,
            CODE,
            "longer than max_length",
            tokens=Tokens(most=LENGTH, configurable=True),
        )
    ),
)
