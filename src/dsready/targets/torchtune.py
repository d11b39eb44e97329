"""torchtune: its transforms of messages, and the validation after them. All was tried with its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._say import CODE, CORRUPT, CRASH, IGNORE, RUN, TRUNC, rule
from dsready.targets._template import JUDGED_BAD, lost_system
from dsready.targets.hf_datasets import LOADER
from dsready.targets.rule import Tokens
from dsready.targets.target import Format, Target
from dsready.targets.whole import mixed_formats

if TYPE_CHECKING:
    from dsready.targets.rule import Row, TargetRule, Where

_NO_CONTENT = "AssertionError: content must be of type List[Dict[str, Any]], got None"
_UNSET = 1 << 20  # max_seq_len is not set unless the user does


def _roles(row: Row, path: str, key: str, names: dict[str, str]) -> list[tuple[str, str]]:
    return [(place, names.get(str(turn.get(key)), str(turn.get(key)))) for place, turn in where.turns(row, path)]


def _order(path: str, key: str, names: dict[str, str]) -> tuple[TargetRule, ...]:
    """Return the rules of `validate_messages`: it stops at the first that is broken."""

    def first(row: Row) -> tuple[str, str]:
        """Return what stops it, and where."""
        last = "assistant"
        for number, (place, role) in enumerate(_roles(row, path, key, names)):
            if role == "assistant" and last != "user":
                return "assistant", place
            if role == "user" and last == "user":
                return "user", place
            if role == "system" and number:
                return "system", place
            last = role
        return "", ""

    def stops(kind: str) -> Where:
        def test(row: Row) -> str | None:
            found, place = first(row)
            return place if found == kind and len(row[path]) > 1 else None

        return test

    return (
        rule(
            "TTN-01",
            CRASH,
            RUN,
            "fewer than two messages",
            where.fewer_than(2, path),
            quote="Messages must be at least length 2, but got 1 messages",
        ),
        rule(
            "TTN-02",
            CRASH,
            RUN,
            "an assistant message that does not follow a user's: not even one after a tool's may",
            stops("assistant"),
            quote="Assistant message before expected user message at index N in messages",
        ),
        rule(
            "TTN-03",
            CRASH,
            RUN,
            "two user messages in a row",
            stops("user"),
            quote="Two consecutive user messages at index 1 and 0 in messages",
        ),
        rule(
            "TTN-04",
            CRASH,
            RUN,
            "a system message that is not the first",
            stops("system"),
            quote="System message at index 1 in messages, but system messages must come first",
        ),
    )


def _listed(path: str, *keys: str) -> tuple[TargetRule, ...]:
    return (
        rule(
            "TTN-11",
            CRASH,
            RUN,
            f"no list of messages, or one without {' or '.join(keys)}",
            where.any_of(
                where.value(path, where.not_list),
                where.each(path, lambda turn: not isinstance(turn, dict) or not set(keys) <= turn.keys()),
            ),
            quote=f"KeyError: '{keys[-1]}'",
        ),
    )


def _nameless(*paths: str) -> TargetRule:
    """Return the rule of roles: whatever text it is, the model's own template takes it."""
    return rule(
        "TTN-11-ROLE",
        CRASH,
        RUN,
        "a role that is no text",
        where.any_of(*(where.key_of_turn("role", where.not_text, path=path) for path in paths)),
        quote="AttributeError: 'int' object has no attribute 'strip'",
    )


def _silent(turn: dict[str, Any]) -> bool:
    return not isinstance(turn.get("content"), str | list)


def _first_silent(row: Row) -> str | None:
    found = where.turns(row)
    return "/messages/0/content" if found and _silent(found[0][1]) else None


def _later_silent(row: Row) -> str | None:
    return next((f"{place}/content" for place, turn in where.turns(row)[1:] if _silent(turn)), None)


def _bad_part(part: Any) -> bool:
    if not isinstance(part, dict) or "type" not in part:
        return True
    if part["type"] == "image_url":
        return not (isinstance(part.get("image_url"), dict) and "url" in part["image_url"])
    return part["type"] == "text" and not isinstance(part.get("text"), str)


def _unanswered(row: Row) -> str | None:
    return where.no_role("assistant")(row)


#: What conversations have beside their turns.
_BESIDE = (
    rule(
        "TTN-16",
        CORRUPT,
        RUN,
        "a system text beside the turns: it is not read; make it the first turn",
        text=lost_system,
    ),
    rule(
        "TTN-16-IMAGES",
        IGNORE,
        RUN,
        "images beside the turns: they are not read, and <image> is trained as text",
        where.has("images", "videos", "audios"),
    ),
    JUDGED_BAD,
)
_ORDER = _order("messages", "role", {})
_CHAT = Format(
    id="openai-chat",
    when=where.has("messages"),
    structure=_listed("messages", "role", "content"),
    rules=(
        *_ORDER,
        _nameless("messages"),
        rule(
            "TTN-05",
            CORRUPT,
            RUN,
            "no assistant message (gpt or model is none): nothing of it is trained",
            lambda row: (
                None if any(test.outline and test.outline(row) is not None for test in _ORDER) else _unanswered(row)
            ),
        ),
        rule(
            "TTN-10",
            CORRUPT,
            RUN,
            "content that is neither text nor parts: the text of the message before it is trained in its place",
            lambda row: None if _first_silent(row) is not None else _later_silent(row),
        ),
        rule(
            "TTN-10-FIRST",
            CRASH,
            RUN,
            "a first message whose content is neither text nor parts",
            _first_silent,
            quote="UnboundLocalError: cannot access local variable 'content' …",
        ),
        rule(
            "TTN-11-PART",
            CRASH,
            RUN,
            "a part without type, or a text whose text is none, or an image without image_url.url",
            where.part(_bad_part),
            quote="KeyError: 'type'",
        ),
        rule(
            "TTN-11-LOST",
            CORRUPT,
            RUN,
            "a part other than text and image_url: it is left out",
            where.part(lambda part: not _bad_part(part) and part["type"] not in ("text", "image_url")),
        ),
        rule(
            "TTN-11-CALLS",
            CORRUPT,
            RUN,
            "tool calls: they are left out",
            where.turn(lambda turn: bool(turn.get("tool_calls")) and "tool_calls"),
        ),
        rule(
            "TTN-11-WEIGHT",
            IGNORE,
            RUN,
            "a weight: there are none",
            where.turn(lambda turn: "weight" in turn and "weight"),
        ),
        *_BESIDE,
    ),
)
_HUMANS = {"human": "user", "gpt": "assistant"}
_SHAREGPT = Format(
    id="sharegpt",
    when=where.has("conversations"),
    structure=_listed("conversations", "from", "value"),
    rules=(
        rule(
            "TTN-12",
            CRASH,
            RUN,
            "a `from` other than human, gpt and system",
            where.role_outside("human", "gpt", "system", key="from", path="conversations"),
            quote="KeyError: 'user'",
        ),
        *_order("conversations", "from", _HUMANS),
        rule(
            "TTN-12-VALUE",
            CRASH,
            RUN,
            "a value that is no text",
            where.key_of_turn("value", lambda found: found != [] and not isinstance(found, str), path="conversations"),
            quote=_NO_CONTENT,
        ),
        *_BESIDE,
    ),
)


def _needs(*keys: str) -> TargetRule:
    return rule("TTN-13", CRASH, RUN, f"no {' or '.join(keys)}", where.lacks(*keys), quote=f"KeyError: '{keys[-1]}'")


_ALPACA = Format(
    id="alpaca",
    when=where.has("instruction"),
    structure=(_needs("output"),),
    rules=(
        rule(
            "TTN-13-NONE",
            CORRUPT,
            RUN,
            "an instruction that is no text: the prompt says None, or what Python prints",
            where.value("instruction", where.not_text),
        ),
        rule(
            "TTN-13-TEXT",
            CRASH,
            RUN,
            "an output that is no text",
            where.value("output", lambda found: not isinstance(found, str | list)),
            quote=_NO_CONTENT,
        ),
        JUDGED_BAD,
    ),
)
_PAIRED = Format(
    id="input-output",
    when=where.has("input", "output"),
    structure=(_needs("input", "output"),),
    rules=(
        rule(
            "TTN-13-TEXT",
            CRASH,
            RUN,
            "an input or an output that is no text",
            where.any_of(where.value("input", where.not_text), where.value("output", where.not_text)),
            quote="AttributeError: 'int' object has no attribute 'strip'",
        ),
        JUDGED_BAD,
    ),
)
_RANKED = ("question", "response_j", "response_k")
_STACK_EXCHANGE = Format(
    id="stack-exchange-paired",
    when=where.has(*_RANKED[1:]),
    structure=(_needs(*_RANKED),),
    rules=(
        rule(
            "TTN-13-TEXT",
            CRASH,
            RUN,
            "a question or a response that is no text",
            where.any_of(*(where.value(key, lambda found: not isinstance(found, str | list)) for key in _RANKED)),
            quote=_NO_CONTENT,
        ),
    ),
)


def _own_part(part: Any) -> bool:
    """Whether a part of a content is written as torchtune has them, which are not OpenAI's."""
    if not isinstance(part, dict) or part.get("type") == "image":
        return isinstance(part, dict)
    return part.get("type") == "text" and isinstance(part.get("content"), str)


def _spoken(path: str) -> Where:
    return where.any_of(
        where.turn(lambda turn: _silent(turn) and "content", path),
        where.part(lambda part: not _own_part(part), path=path),
    )


_PREFERENCE = Format(
    id="trl-preference-conv-implicit",
    when=where.has("chosen", "rejected"),
    structure=(
        _needs("chosen", "rejected"),
        *_listed("chosen", "role", "content"),
        *(one.model_copy(update={"id": "TTN-11-REJECTED"}) for one in _listed("rejected", "role", "content")),
    ),
    rules=(
        rule(
            "TTN-14",
            CRASH,
            RUN,
            "a message to choose from whose content is no text, or is in parts as OpenAI has them",
            where.any_of(_spoken("chosen"), _spoken("rejected")),
            quote=_NO_CONTENT,
        ),
        _nameless("chosen", "rejected"),
    ),
)

TARGET = Target(
    id="torchtune",
    name="torchtune",
    source="torchtune 0.6.1 (transforms of messages and their validation), executed (2026-11)",
    note="In maintenance: no new features.",
    formats=(
        _CHAT,
        _SHAREGPT,
        _PREFERENCE,
        _STACK_EXCHANGE,
        _ALPACA,
        _PAIRED,
        Format(id="text", when=where.has("text")),
    ),
    unknown=rule(
        "TTN-13-COLUMNS",
        CRASH,
        RUN,
        "none of the columns that its transforms read; others must be named in column_map",
        quote="KeyError: 'messages'",
    ),
    rules=(
        rule(
            "TTN-13-MIX",
            CRASH,
            CODE,
            "rows of several formats: a data set has one transform",
            whole=mixed_formats,
            quote="KeyError",
        ),
        rule(
            "TTN-15",
            TRUNC,
            CODE,
            "longer than max_seq_len: the end is cut off, without a warning",
            tokens=Tokens(most=_UNSET, configurable=True),
        ),
        *LOADER,
    ),
)
