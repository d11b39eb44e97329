"""
LLaMA-Factory: its three formattings. What they do not understand they drop, a line in the log for each row.

Which columns are read stands in the user's `dataset_info.json`; here they have the names that the documentation gives
them. All was tried with the converters, the processors and the templates themselves, without a model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import _llamafactory as llf
from dsready.targets import where
from dsready.targets._say import CODE, CORRUPT, CRASH, DROP, IGNORE, RUN, TRUNC, WARN, rule
from dsready.targets._template import SOME_REASON, TRAITS
from dsready.targets.hf_datasets import LOADER
from dsready.targets.rule import Tokens
from dsready.targets.target import Format, Target
from dsready.targets.whole import extension, fewer_valid_rows, some_lack

if TYPE_CHECKING:
    from dsready.targets.rule import Row, TargetRule, Where

_LENGTH = 2048  # the default of cutoff_len
_ABNORMAL = "Skipping this abnormal example."


def _bad_text(*keys: str) -> Where:
    """One of the values is filled and no text."""
    return where.any_of(
        *(where.value(key, lambda found: where.filled(found) and not isinstance(found, str)) for key in keys)
    )


_SYSTEM = rule(
    "LLF-33-SYSTEM",
    CRASH,
    RUN,
    "a system column that is no text",
    _bad_text("system"),
    quote="TypeError: unsupported operand type(s) for +: 'int' and 'str'",
)
_MARKS = (
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
_TOOLS_TEXT = rule(
    "LLF-42-JSON",
    CRASH,
    RUN,
    "tools written as text that is no JSON list",
    text=llf.bad_tools,
    quote="Invalid JSON format in tool description: …",
)
_KTO_TAG = rule(
    "LLF-12",
    DROP,
    RUN,
    "a kto_tag that is neither true nor false: the row is no judgement and goes",
    where.value("kto_tag", lambda found: not isinstance(found, bool)),
    quote="Dropped invalid example",
)


def _ranked(row: Row) -> bool:
    return "chosen" in row or "rejected" in row


def _weighted(path: str) -> TargetRule:
    return rule(
        "LLF-34",
        IGNORE,
        RUN,
        "a weight: there are none",
        where.any_of(where.has("weight"), where.turn(lambda turn: "weight" in turn and "weight", path)),
    )


def _quoted(**test: Any) -> TargetRule:
    return rule(
        "LLF-27",
        CORRUPT,
        RUN,
        "arguments of a tool call as text: the model learns to write an escaped string; give an object",
        quote='{"name": "f", "arguments": "{\\"city\\": \\"Oslo\\"}"}',
        **test,
    )


def _not_objects(path: str) -> Where:
    """It is no list, or one of other things than objects."""
    return where.any_of(where.value(path, where.not_list), where.each(path, where.not_object))


def _structure(path: str, tag: str, key: str, told: str) -> tuple[TargetRule, ...]:
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
            where.lacks_key(tag, path=path),
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


def _compared(tag: str, key: str, tags: tuple[str, ...]) -> tuple[TargetRule, ...]:
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
        _KTO_TAG,
        _SYSTEM,
        _TOOLS_TEXT,
        *_MARKS,
    )


_TOLD = " (for role and content, `tags` in dataset_info.json must say so)"
_SHAREGPT = Format(
    id="sharegpt",
    when=where.has("conversations"),
    structure=_structure("conversations", "from", "value", _TOLD),
    rules=(
        rule(
            "LLF-24",
            DROP,
            RUN,
            "a `from` other than human, gpt, system, observation and function_call: the row goes",
            llf.unknown_tag("conversations"),
            quote=f"Invalid role tag in […]. {_ABNORMAL}",
        ),
        rule(
            "LLF-20",
            DROP,
            RUN,
            "turns in the wrong order: human or observation, then gpt or function_call, and so on; the row goes",
            llf.misplaced("conversations"),
            quote=f"Invalid role tag in […]. {_ABNORMAL}",
        ),
        rule(
            "LLF-21",
            DROP,
            RUN,
            "an odd number of turns (with chosen and rejected: an even one): the row goes",
            llf.miscounted("conversations"),
            quote=f"Invalid message count in […]. {_ABNORMAL}",
        ),
        rule(
            "LLF-26",
            CRASH,
            RUN,
            "a function_call that is no JSON of name and arguments",
            text=llf.bad_call("conversations"),
            quote="Invalid JSON format in function message: …",
        ),
        _quoted(text=llf.quoted_arguments("conversations")),
        rule(
            "LLF-42",
            CRASH,
            RUN,
            "tools that are no JSON text",
            _bad_text("tools"),
            quote="TypeError: the JSON object must be str, bytes or bytearray, not list",
        ),
        *_compared("from", "value", llf.TAGS),
        _weighted("conversations"),
    ),
)
_OPENAI = Format(
    id="openai-chat",
    when=where.has("messages"),
    structure=_structure("messages", "role", "content", ""),
    rules=(
        rule(
            "LLF-30",
            CRASH,
            RUN,
            "a role other than user, assistant, system and tool",
            where.role_outside(*llf.OPENAI_TAGS),
            quote="KeyError: 'developer'",
        ),
        rule(
            "LLF-20",
            DROP,
            RUN,
            "messages in the wrong order: user or tool, then assistant, and so on; the row goes",
            llf.misplaced_role,
            quote=f"Invalid role tag in […]. {_ABNORMAL}",
        ),
        rule(
            "LLF-21",
            DROP,
            RUN,
            "an odd number of messages (with chosen and rejected: an even one): the row goes",
            llf.miscounted_roles,
            quote=f"Invalid message count in […]. {_ABNORMAL}",
        ),
        rule(
            "LLF-26",
            CRASH,
            RUN,
            "a tool call that is not `function` with name and arguments",
            where.call(llf.bad_tool_call),
            quote="KeyError: 'arguments'",
        ),
        rule(
            "LLF-26-CONTENT",
            CORRUPT,
            RUN,
            "content beside tool calls: it is not trained",
            where.turn(lambda turn: bool(turn.get("tool_calls")) and bool(turn.get("content")) and "content"),
        ),
        _quoted(outline=where.call(llf.text_arguments)),
        rule(
            "LLF-31",
            CORRUPT,
            RUN,
            "results of tools at the end: they are left out",
            llf.lost_results,
        ),
        # `formatting: sharegpt` with `tags` for role and content adds nothing, but knows no tool_calls.
        rule(
            "LLF-32",
            CORRUPT,
            RUN,
            "a system text that `formatting: openai` changes to end with `detailed thinking off`",
            text=llf.told_not_to_think,
            quote="detailed thinking off",
        ),
        rule(
            "LLF-42",
            CRASH,
            RUN,
            "tools that are neither a list nor its JSON text",
            where.value("tools", lambda found: where.filled(found) and not isinstance(found, str | list)),
            quote="AttributeError: 'str' object has no attribute 'get'",
        ),
        *_compared("role", "content", llf.OPENAI_TAGS),
        _weighted("messages"),
    ),
)


def _no_output(row: Row) -> str | None:
    if _ranked(row) or isinstance(row.get("kto_tag"), bool):
        return None
    return None if isinstance(row.get("output"), str) else "/output" if "output" in row else ""


_ALPACA = Format(
    id="alpaca",
    when=where.has("instruction", "output"),
    rules=(
        rule(
            "LLF-10",
            DROP,
            RUN,
            "no output, or one that is no text: the row goes",
            _no_output,
            quote="Dropped invalid example",
        ),
        rule(
            "LLF-10-TEXT",
            CRASH,
            RUN,
            "an instruction or input that is no text",
            _bad_text("instruction", "input"),
            quote="TypeError: sequence item 0: expected str instance, int found",
        ),
        rule(
            "LLF-10-HISTORY",
            CRASH,
            RUN,
            "a history that is no list of pairs of texts",
            where.value("history", llf.bad_history),
            quote="ValueError: not enough values to unpack (expected 2, got 1)",
        ),
        rule(
            "LLF-11",
            DROP,
            RUN,
            "chosen and rejected that are not both texts: the row goes",
            llf.not_ranked(str),
            quote="Dropped invalid example",
        ),
        rule(
            "LLF-42",
            CRASH,
            RUN,
            "tools that are no JSON text",
            _bad_text("tools"),
            quote="TypeError: the JSON object must be str, bytes or bytearray, not list",
        ),
        _KTO_TAG,
        _SYSTEM,
        _TOOLS_TEXT,
        *_MARKS,
        rule("LLF-34", IGNORE, RUN, "a weight: there are none", where.has("weight")),
    ),
)

TARGET = Target(
    id="llamafactory",
    name="LLaMA-Factory",
    source="llamafactory 0.9.5 (converters, processors, templates), executed without a model (2026-11)",
    note="Columns as its documentation names them; `messages` as with `formatting: openai`.",
    formats=(_SHAREGPT, _OPENAI, _ALPACA),
    unknown=rule(
        "LLF-22-COLUMNS",
        WARN,
        CODE,
        "none of the columns conversations, messages and instruction: dataset_info.json must name others",
        quote="KeyError: 'instruction'",
    ),
    rules=(
        rule(
            "LLF-01",
            CRASH,
            CODE,
            "an extension that it does not read",
            whole=extension(".json", ".jsonl", ".csv", ".parquet", ".arrow", ".txt"),
            quote="Allowed file types: csv,json,jsonl,parquet,txt,arrow.",
        ),
        rule(
            "LLF-10-COLUMN",
            CRASH,
            RUN,
            "a column that no row has",
            whole=llf.nobody_has("output", "alpaca"),
            quote="KeyError: 'output'",
        ),
        rule(
            "LLF-10-INPUT",
            WARN,
            CODE,
            "no input in any row: without `columns` in dataset_info.json the run stops",
            whole=llf.nobody_has("input", "alpaca"),
            quote="KeyError: 'input'",
        ),
        rule(
            "LLF-12-SOME",
            DROP,
            RUN,
            "rows without the kto_tag that others have",
            whole=some_lack("kto_tag", "they go"),
            quote="Dropped invalid example",
        ),
        rule(
            "LLF-22-NONE",
            CRASH,
            RUN,
            "no row that it keeps",
            whole=fewer_valid_rows(1),
            quote="Cannot find valid samples, check `data/README.md` for the data format.",
        ),
        rule(
            "LLF-41",
            TRUNC,
            CODE,
            f"longer than cutoff_len, {_LENGTH} tokens unless you set it: prompt and answer are both cut",
            tokens=Tokens(most=_LENGTH, configurable=True),
        ),
        SOME_REASON,
        *LOADER,
    ),
    traits={
        **TRAITS,
        "alpaca": lambda row: None if _ranked(row) else where.has("instruction", "output")(row),
        "output": where.has("output"),
        "input": where.has("input"),
        "kto_tag": where.has("kto_tag"),
    },
)
