"""
LLaMA-Factory: its three formattings. What they do not understand they drop, a line in the log for each row.

Which columns are read stands in the user's `dataset_info.json`; here they have the names that the documentation gives
them. All was tried with the converters, the processors and the templates themselves, without a model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.targets import _llamafactory as llf
from dsready.targets import _llamafactory_rules as shared
from dsready.targets import where
from dsready.targets._say import CODE, CORRUPT, CRASH, DROP, IGNORE, RUN, TRUNC, WARN, rule
from dsready.targets._template import SOME_REASON, TRAITS
from dsready.targets.hf_datasets import LOADER
from dsready.targets.rule import Problem, Tokens
from dsready.targets.target import Format, Target
from dsready.targets.whole import extension, fewer_valid_rows, mixed_formats, no_row_has, rows, some_lack

if TYPE_CHECKING:
    from dsready.targets.rule import Row
    from dsready.targets.tally import Tally

_LENGTH = 2048  # the default of cutoff_len
_ABNORMAL = "Skipping this abnormal example."


_TOLD = " (for role and content, `tags` in dataset_info.json must say so)"
_SHAREGPT = Format(
    id="sharegpt",
    when=where.has("conversations"),
    structure=shared.structure("conversations", "from", "value", _TOLD),
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
        shared.quoted(text=llf.quoted_arguments("conversations")),
        rule(
            "LLF-42",
            CRASH,
            RUN,
            "tools that are no JSON text",
            shared.bad_text("tools"),
            quote="TypeError: the JSON object must be str, bytes or bytearray, not list",
        ),
        *shared.compared("from", "value", llf.TAGS),
        shared.weighted("conversations"),
    ),
)
_OPENAI = Format(
    id="openai-chat",
    when=where.has("messages"),
    structure=shared.structure("messages", "role", "content", ""),
    rules=(
        rule(
            "LLF-30",
            CRASH,
            RUN,
            "a role other than user, assistant, system and tool",
            llf.needing(where.role_outside(*llf.OPENAI_TAGS)),
            quote="KeyError: 'developer'",
        ),
        rule(
            "LLF-24",
            DROP,
            RUN,
            "a role other than user, assistant and system: the row goes (`formatting: openai` stops at it)",
            llf.plain(where.role_outside(*llf.OPENAI_TAGS)),
            quote=f"Invalid role tag in […]. {_ABNORMAL}",
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
        shared.quoted(outline=where.call(llf.text_arguments)),
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
            WARN,
            RUN,
            "no system text: `formatting: openai` puts `detailed thinking off` in its place;"
            " `formatting: sharegpt` with `tags` for role and content does not",
            llf.plain(llf.given_a_system),
            quote="detailed thinking off",
        ),
        rule(
            "LLF-32-SYSTEM",
            WARN,
            RUN,
            "a system text, to which `formatting: openai` adds `detailed thinking off`;"
            " `formatting: sharegpt` with `tags` for role and content does not",
            text=llf.plain(llf.told_not_to_think),
            quote="detailed thinking off",
        ),
        rule(
            "LLF-32-TOOLS",
            CORRUPT,
            RUN,
            "tool calls without tools, for which there is `formatting: openai` alone: it puts `detailed thinking off`"
            " into the system text",
            text=llf.needing(where.any_of(llf.given_a_system, llf.told_not_to_think)),
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
        *shared.compared("role", "content", llf.OPENAI_TAGS),
        shared.weighted("messages"),
    ),
)


def _no_output(row: Row) -> str | None:
    if shared.ranked(row) or isinstance(row.get("kto_tag"), bool):
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
            shared.bad_text("instruction", "input"),
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
            shared.bad_text("tools"),
            quote="TypeError: the JSON object must be str, bytes or bytearray, not list",
        ),
        rule(
            "LLF-33",
            CRASH,
            RUN,
            "a judged output that is no text",
            llf.judged_no_text,
            quote="RuntimeError: Expected a string, got None",
        ),
        shared.KTO_TAG,
        shared.EMPTY_BUT_GOOD,
        shared.SYSTEM,
        shared.TOOLS_TEXT,
        *shared.MARKS,
        rule("LLF-34", IGNORE, RUN, "a weight: there are none", where.has("weight")),
    ),
)

_NESTED = Format(
    id="openai-preference",
    when=where.has("preferred_output", "non_preferred_output"),
    structure=(
        rule(
            "LLF-25-NESTED",
            CRASH,
            RUN,
            "OpenAI's pairs, whose messages stand within `input`: no dataset_info.json can name them; conversations"
            " with chosen and rejected it reads",
            where.always,
            quote="TypeError: sequence item 0: expected str instance, dict found",
        ),
    ),
)
_V1 = Format(
    id="llamafactory-v1",
    when=where.any_of(
        where.has("chosen_messages", "rejected_messages"),
        where.part(lambda part: isinstance(part, dict) and "value" in part),
    ),
    structure=(
        rule(
            "LLF-33-V1",
            CRASH,
            RUN,
            "messages whose content is a list of type and value: a file for LLaMA-Factory's v1 (USE_V1=1), which"
            " the usual loader does not read",
            where.always,
            quote="RuntimeError: Expected a string, got […]",
        ),
    ),
)
_LISTS = {_SHAREGPT.id: "conversations", _OPENAI.id: "messages"}


def _beside_tools(tally: Tally) -> Problem | None:
    """For some rows there is `formatting: openai` alone: it is that of the others as well."""
    keys = tally.breaking("LLF-32", "LLF-32-SYSTEM")
    if not len(keys) or not len(tally.having("tools or tool calls")):
        return None
    says = f"{rows(len(keys))} beside others with tools: `formatting: openai` puts `detailed thinking off` into them"
    return Problem(says, keys)


def _without_turns(tally: Tally) -> Problem | None:
    """The file holds conversations, and some rows have none: the loader gives them null."""
    path = _LISTS.get(tally.first_format)
    return some_lack(path, "the run stops at them")(tally) if path else None


TARGET = Target(
    id="llamafactory",
    name="LLaMA-Factory",
    source="llamafactory 0.9.5 (converters, processors, templates), executed without a model (2026-11)",
    note="Columns as its documentation names them; `messages` with tools as with `formatting: openai`, others as with"
    " `formatting: sharegpt` and `tags` for role and content.",
    formats=(_NESTED, _V1, _SHAREGPT, _OPENAI, _ALPACA),
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
            whole=no_row_has("alpaca", "output"),
            quote="KeyError: 'output'",
        ),
        rule(
            "LLF-10-INPUT",
            WARN,
            CODE,
            "no input in any row: without `columns` in dataset_info.json the run stops",
            whole=no_row_has("alpaca", "input"),
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
            "LLF-22-MIX",
            DROP,
            RUN,
            "rows of several formats: dataset_info.json gives a file one formatting; others go, or stop the run",
            whole=mixed_formats,
            quote="TypeError: object of type 'NoneType' has no len()",
        ),
        rule(
            "LLF-22-SOME",
            CRASH,
            RUN,
            "rows without the turns that others have",
            whole=_without_turns,
            quote="TypeError: object of type 'NoneType' has no len()",
        ),
        rule(
            "LLF-32-SOME",
            CORRUPT,
            RUN,
            "rows without tools beside others that have them",
            whole=_beside_tools,
            quote="detailed thinking off",
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
            "longer than cutoff_len: prompt and answer are both cut",
            tokens=Tokens(most=_LENGTH, configurable=True, formats=(_SHAREGPT.id, _OPENAI.id, _ALPACA.id)),
        ),
        SOME_REASON,
        *LOADER,
    ),
    traits={
        **TRAITS,
        "alpaca": lambda row: None if shared.ranked(row) else where.has("instruction", "output")(row),
        "output": where.has("output"),
        "input": where.has("input"),
        "kto_tag": where.has("kto_tag"),
        "tools or tool calls": llf.needs_openai,
        **{path: where.has(path) for path in _LISTS.values()},
    },
)
