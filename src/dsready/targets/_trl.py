"""What TRL's trainers have in common: how they tell formats, chats and pairs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._say import CODE, CORRUPT, CRASH, DROP, IGNORE, RUN, TRUNC, WARN, rule
from dsready.targets._template import ROLES, media, template_rules
from dsready.targets.hf_datasets import LOADER
from dsready.targets.rule import Tokens
from dsready.targets.target import Format
from dsready.targets.whole import mixed_formats

if TYPE_CHECKING:
    from dsready.targets.rule import Row, TargetRule, Where

SOURCE = "trl 1.16.0 (data_utils and trainers), transformers 5.23.0, executed without a model (2026-11)"
LENGTH = 1024  # the trainers' default for max_length


def _lists(*keys: str) -> Where:
    return lambda row: "" if all(isinstance(row.get(key), list) for key in keys) else None


def texts(*keys: str) -> Where:
    return lambda row: "" if all(isinstance(row.get(key), str) for key in keys) else None


def _no_role(keys: tuple[str, ...]) -> Where:
    """The first item of a list has no role, or there is none."""

    def test(row: Row) -> str | None:
        for key in keys:
            found = row.get(key)
            first = found[0] if isinstance(found, list) and found else None
            if not (isinstance(first, dict) and "role" in first):
                return f"/{key}"
        return None

    return where.any_of(test, *(where.each(key, where.not_object) for key in keys))


def _chat(*keys: str) -> dict[str, tuple[TargetRule, ...]]:
    """Return the rules of lists of messages, wherever they stand."""
    structure = (
        rule(
            "TRL-02",
            CRASH,
            RUN,
            "a list of messages that is empty, whose first item has no role, or with an item that is no object",
            _no_role(keys),
            quote="IndexError: list index out of range; AttributeError: … has no attribute 'items'; KeyError: 'text'",
        ),
    )
    rules = (
        *template_rules(*keys),
        rule("TRL-14", WARN, CODE, "images: a model for text alone stops, or trains the list as text", media(*keys)),
        rule(
            "TRL-15",
            IGNORE,
            CODE,
            "a weight: there are none in TRL",
            where.any_of(
                where.has("weight"), *(where.turn(lambda turn: "weight" in turn and "weight", key) for key in keys)
            ),
        ),
    )
    return {"structure": structure, "rules": rules}


PROMPT_END = rule(
    "TRL-04",
    WARN,
    RUN,  # apply_chat_template refuses it, which the trainers of 1.16.0 do not call any more
    "a prompt that ends with neither user, tool nor assistant: other versions stop",
    where.last_is_not("user", "tool", "assistant", path="prompt"),
    quote="ValueError: Invalid role in the last message: system",
)


def said(row: Row) -> str | None:
    """The first turn of a conversation is written with `from` and `value`."""
    found = row.get("conversations")
    first = found[0] if isinstance(found, list) and found else None
    return "/conversations" if isinstance(first, dict) and {"from", "value"} <= first.keys() else None


NO_TURN = rule(
    "TRL-09",
    CRASH,
    RUN,
    "a turn that is no object",
    where.each("conversations", where.not_object),
    quote="AttributeError: … has no attribute 'items'",
)
LOST_TURNS = rule(
    "TRL-07",
    CORRUPT,
    RUN,
    "turns with `from` and `value`: the keys are renamed, but names such as human and gpt are no roles",
    where.role_outside(*ROLES, key="from", path="conversations"),
)


def unrecognised(row: Row) -> str | None:
    return "/conversations" if where.turns(row, "conversations") and said(row) is None else None


def conversation(*keys: str, id_: str, also: tuple[TargetRule, ...] = ()) -> Format:
    parts = _chat(*keys)
    return Format(id=id_, when=_lists(*keys), structure=parts["structure"], rules=(*also, *parts["rules"]))


def unknown(reads: str) -> TargetRule:
    return rule(
        "TRL-03",
        CRASH,
        RUN,
        f"none of the columns that it reads: {reads}",
        quote="KeyError: 'Invalid keys in the example: {…}'",
    )


def _no_tools(found: Any) -> bool:
    try:
        return not isinstance(json.loads(found) if isinstance(found, str) else found, list | None)
    except (ValueError, RecursionError):
        return True


def common(*limits: TargetRule) -> tuple[TargetRule, ...]:
    return (
        rule(
            "TRL-01",
            CRASH,
            CODE,
            "rows of several formats: the first row decides how all are read",
            whole=mixed_formats,
            quote="KeyError",
        ),
        rule(
            "TRL-19",
            CRASH,
            RUN,
            "tools that are neither a list nor the JSON of one",
            text=where.value("tools", _no_tools),
            quote="ValueError: Tools should either be a JSON schema, or a callable function …; JSONDecodeError",
        ),
        rule(
            "TPL-05", CRASH, RUN, "a lone surrogate", lines={"surrogate"}, quote="TypeError: TextEncodeInput must be …"
        ),
        *limits,
        *LOADER,
    )


CUT = rule(
    "TRL-11",
    TRUNC,
    CODE,
    "longer than max_length: the end is cut off",
    tokens=Tokens(most=LENGTH, configurable=True),
)
NO_ANSWER = rule(
    "TRL-11-ANSWER",
    DROP,
    CODE,
    "the prompt alone reaches max_length: nothing of the answer is trained",
    tokens=Tokens(
        most=LENGTH,
        part="prompt",
        configurable=True,
        formats=("prompt-completion", "trl-prompt-completion-conv"),  # only there the prompt is not trained on
    ),
)
ANSWER_CUT = rule(
    "TRL-11-CHAT",
    TRUNC,
    CODE,
    "what stands before the last answer reaches max_length: the whole answer is cut off",
    tokens=Tokens(most=LENGTH, part="prompt", configurable=True, formats=("openai-chat", "sharegpt")),
)
_WRONG_MIX = rule(
    "TRL-05",
    CRASH,
    RUN,
    "a column that is neither text nor a list of messages, or texts beside lists",
    where.any_of(),
    quote="TypeError",
)


def mix(*keys: str) -> Format:
    """Columns that are there, but texts here and lists there."""
    broken = _WRONG_MIX.model_copy(update={"outline": lambda row: _first_text(row, keys)})
    return Format(id=f"texts-and-lists-{keys[0]}", when=where.has_all(*keys), structure=(broken,))


def _first_text(row: Row, keys: tuple[str, ...]) -> str:
    found = [key for key in ("prompt", *keys) if key in row]
    neither = [key for key in found if not isinstance(row[key], str | list)]
    texts = [key for key in found if isinstance(row[key], str)]
    return f"/{(neither or texts or keys)[0]}"


def _implicit(row: Row) -> str | None:
    """Chosen and rejected do not share their first turn, or it is all they have: nothing is left for a prompt."""
    chosen, rejected = row.get("chosen"), row.get("rejected")
    if not isinstance(chosen, list) or not isinstance(rejected, list) or not chosen or not rejected:
        return None
    return "/chosen/0" if chosen[0] != rejected[0] or len(chosen) == 1 or len(rejected) == 1 else None


NO_PROMPT = rule(
    "TRL-06",
    CRASH,
    RUN,
    "chosen and rejected that share no first turn, or have no other: the prompt is empty",
    text=_implicit,
    quote="ValueError: Cannot apply chat template to an empty conversation. Provide at least one message.",
)
#: Without a prompt, the trainer of rewards reads both as they stand.
NO_SHARED_PROMPT = NO_PROMPT.model_copy(
    update={
        "consequence": WARN,
        "says": "chosen and rejected that share no first turn: they are no answers to one prompt",
        "quote": "",
    }
)


def _ends_with_user(row: Row) -> str | None:
    found = where.turns(row)
    return found[-1][0] if found and found[-1][1].get("role") == "user" else None


#: Columns that hold the question, which TRL does not read.
_QUESTIONS = ("conversations", "conversation", "messages", "question", "instruction", "query", "input", "history")
_UNREAD_PROMPT = rule(
    "TRL-20",
    CORRUPT,
    RUN,
    "a question in a column that TRL does not read: it takes what chosen and rejected begin with for the prompt",
    where.has(*_QUESTIONS),
)
UNREAD_SYSTEM = rule(
    "TRL-21",
    CORRUPT,
    CODE,
    "a system prompt in a column of its own, which is not read: nothing of it is trained",
    where.value("system", lambda found: isinstance(found, str) and not where.empty(found)),
)
UNWANTED = rule(
    "TRL-22",
    CORRUPT,
    CODE,
    "a label that calls the answer bad: SFT does not read it, and trains the answer as a good one",
    where.any_of(*(where.value(key, lambda found: found is False) for key in ("label", "kto_tag"))),
)
UNANSWERED = rule(
    "TRL-23",
    WARN,
    CODE,
    "a conversation that ends with the user: there is no answer to learn from",
    _ends_with_user,
)


def pairs(apart: TargetRule) -> tuple[Format, ...]:
    """Return the formats of chosen and rejected, with the rule of those that share no prompt."""
    return (
        conversation("prompt", "chosen", "rejected", id_="trl-preference-conv", also=(PROMPT_END,)),
        Format(id="trl-preference-text", when=texts("prompt", "chosen", "rejected")),
        Format(
            id="mixed-prompt",
            when=where.has_all("prompt", "chosen", "rejected"),
            structure=mix("chosen", "rejected").structure,
        ),
        conversation("chosen", "rejected", id_="trl-preference-conv-implicit", also=(apart, _UNREAD_PROMPT)),
        Format(id="trl-preference-text-implicit", when=texts("chosen", "rejected"), rules=(_UNREAD_PROMPT,)),
        mix("chosen", "rejected"),
    )


OPENAI = Format(
    id="openai-preference",
    when=where.has_all("input", "preferred_output"),
    structure=(
        rule(
            "TRL-10",
            CRASH,
            RUN,
            "OpenAI's preference format, which TRL does not read",
            lambda _: "/input",
            quote="KeyError: 'Invalid keys in the example: {…}'",
        ),
    ),
)
