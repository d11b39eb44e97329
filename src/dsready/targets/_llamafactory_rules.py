"""The rules that the formattings of LLaMA-Factory share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import _llamafactory as llf
from dsready.targets import where
from dsready.targets._say import CODE, CORRUPT, CRASH, DROP, IGNORE, RUN, WARN, rule

if TYPE_CHECKING:
    from dsready.targets.rule import Row, TargetRule, Where


def bad_text(*keys: str) -> Where:
    """One of the values is filled and no text."""
    return where.any_of(
        *(where.value(key, lambda found: where.filled(found) and not isinstance(found, str)) for key in keys)
    )


SYSTEM = rule(
    "LLF-33-SYSTEM",
    CRASH,
    RUN,
    "a system column that is no text",
    bad_text("system"),
    quote="TypeError: unsupported operand type(s) for +: 'int' and 'str'",
)
MARKS = (
    rule(
        "LLF-40",
        CRASH,
        CODE,
        "another number of <image>, <video> or <audio> marks than of images, videos or audios",
        text=llf.unmatched_marks,
        quote="The number of images does not match the number of <image> tokens in …",
    ),
    rule(
        "LLF-40-MARK",
        WARN,
        CODE,
        "<image>, <video> or <audio> marks without the column: models that see stop there",
        text=llf.stray_marks,
        quote="The number of images does not match the number of <image> tokens in …",
    ),
)
TOOLS_TEXT = rule(
    "LLF-42-JSON",
    CRASH,
    RUN,
    "tools written as text that is no JSON list",
    text=llf.bad_tools,
    quote="Invalid JSON format in tool description: …",
)
KTO_TAG = rule(
    "LLF-12",
    DROP,
    RUN,
    "a kto_tag that is neither true nor false: the row is no judgement and goes",
    where.value("kto_tag", lambda found: not isinstance(found, bool)),
    quote="Dropped invalid example",
)


JUDGED = rule(
    "LLF-12-LABEL",
    WARN,
    CODE,
    "an answer whose label is false: it is trained like a good one unless dataset_info.json names label as kto_tag",
    where.value("label", lambda found: found is False),
)
EMPTY_BUT_GOOD = rule(
    "LLF-12-EMPTY",
    CORRUPT,
    CODE,
    "an empty answer whose kto_tag is true: it is trained as a bad one",
    llf.empty_but_good,
)


def ranked(row: Row) -> bool:
    """Whether two answers are compared."""
    return "chosen" in row or "rejected" in row


def weighted(path: str) -> TargetRule:
    """Return the rule about weights of turns."""
    return rule(
        "LLF-34",
        IGNORE,
        RUN,
        "a weight: there are none",
        where.any_of(where.has("weight"), where.turn(lambda turn: "weight" in turn and "weight", path)),
    )


def quoted(**test: Any) -> TargetRule:
    """Return the rule about arguments that are text."""
    return rule(
        "LLF-27",
        CORRUPT,
        RUN,
        "arguments of a tool call as text: the model learns to write an escaped string; give an object",
        quote='{"name": "f", "arguments": "{\\"city\\": \\"Oslo\\"}"}',
        **test,
    )


def _not_objects(path: str) -> Where:
    """It is no list, or one of other things than objects. What is empty has no turns, whatever it is."""
    return where.any_of(
        where.value(path, lambda found: not isinstance(found, list) and found not in ("", {})),
        where.each(path, where.not_object),
    )


def structure(path: str, tag: str, key: str, told: str) -> tuple[TargetRule, ...]:
    """Return what a list of turns must be, with the keys of who speaks and of what is said."""
    return (
        rule(
            "LLF-22",
            CRASH,
            RUN,
            "no list of turns",
            where.any_of(where.lacks(path), _not_objects(path)),
            quote="TypeError: object of type 'NoneType' has no len()",
        ),
        rule(
            "LLF-22-EMPTY",
            DROP,
            RUN,
            "an empty list of turns: the row goes without a word in the log",
            llf.no_turns(path) if tag == "from" else llf.no_messages,
        ),
        rule(
            "LLF-23",
            CRASH,
            RUN,
            f"a turn without {tag}{told}",
            where.turn(lambda turn: tag not in turn, path),
            quote=f"KeyError: '{tag}'",
        ),
        rule(
            "LLF-23-VALUE" if tag == "from" else "LLF-30-CONTENT",
            CRASH,
            RUN,
            f"a turn without {key}" + ("; beside tool_calls it must be null or empty" if key == "content" else ""),
            where.turn(lambda turn: key not in turn, path),
            quote=f"KeyError: '{key}'",
        ),
    )


def compared(tag: str, key: str, tags: tuple[str, ...]) -> tuple[TargetRule, ...]:
    """Return the rules of both formattings with turns."""
    return (
        rule(
            "LLF-25",
            DROP,
            RUN,
            "chosen and rejected that are not both single objects: the row goes",
            llf.not_ranked(dict),
            quote="Dropped invalid example",
        ),
        rule(
            "LLF-25-ROLE",
            CRASH,
            RUN,
            f"chosen or rejected without a {tag} that it knows, or without {key}",
            llf.answer_lacks(tag, key, tags),
            quote="KeyError: 'foo'",
        ),
        rule(
            "LLF-33",
            CRASH,
            RUN,
            f"a {key} that is no text",
            llf.not_text(key, "conversations" if tag == "from" else "messages"),
            quote="RuntimeError: Expected a string, got None",
        ),
        KTO_TAG,
        EMPTY_BUT_GOOD,
        JUDGED,
        SYSTEM,
        TOOLS_TEXT,
        *MARKS,
    )
