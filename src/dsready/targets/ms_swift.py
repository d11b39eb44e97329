"""
ms-swift: the preprocessor that its loader chooses by the columns. A row it cannot convert is deleted.

With `strict` the run stops instead. The first ten are shown in the log. All was tried with the preprocessors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import _ms_swift as swift
from dsready.targets import where
from dsready.targets._say import CODE, CORRUPT, DROP, IGNORE, RUN, WARN, rule
from dsready.targets._template import SOME_REASON, SYSTEM_TURN, TRAITS, model_rules
from dsready.targets._text import bad_arguments
from dsready.targets.hf_datasets import LOADER
from dsready.targets.rule import Tokens
from dsready.targets.target import Format, Target
from dsready.targets.whole import some_lack

if TYPE_CHECKING:
    from dsready.targets.rule import Row, TargetRule, Where

_DELETED = "There are errors in the dataset, the data will be deleted"
_PATHS = ("messages", "conversation", "conversations")
_CALLS = ("tool_call", "function_call", "function-call")
_RESULTS = ("tool", "tool_response", "function_response", "function-response", "observation", "observations")
_ROLES = ("system", "user", "human", "assistant", "gpt", "bot", *_CALLS, *_RESULTS)
_KEPT = ("role", "from", "content", "value", "loss", "loss_scale", "tool_calls", "tool_call_id", "name")
_THOUGHTS = ("reasoning_content", "reasoning", "thinking")
_BLOCKS = ("text", "image", "tool_use", "tool_result")
_QUERIES = ("query", "prompt", "input", "instruction", "question", "problem")
_ANSWERS = (
    *("response", "answer", "output", "targets", "target", "answer_key", "answers", "solution", "text", "completion"),
    "content",
)
_UNSET = 1 << 20  # max_length is the model's own unless the user sets it


def _path(row: Row) -> str:
    return next((path for path in _PATHS if path in row), _PATHS[0])


def _at(test: where.TurnTest) -> Where:
    return lambda row: where.turn(test, _path(row))(row)


def _key(turn: dict[str, Any], *names: str) -> Any:
    """Return what stands under the last of several names, as the preprocessor renames them."""
    return next((turn[name] for name in reversed(names) if name in turn), None)


def _in_pairs(row: Row) -> bool:
    """Whether the turns are pairs of user and assistant: the first tells."""
    first = next((turn for _, turn in where.turns(row, _path(row))), None)
    return first is not None and not any(key in first for key in ("role", "from", "content", "value"))


def _no_turns(row: Row) -> str | None:
    found = row[_path(row)]
    return f"/{_path(row)}" if found in (None, [], "") else None


def _not_turns(row: Row) -> str | None:
    path = _path(row)
    return where.any_of(
        where.value(path, lambda found: not isinstance(found, str | list)), where.each(path, where.not_object)
    )(row)


def _half_pair(row: Row) -> str | None:
    def half(turn: dict[str, Any]) -> bool:
        return not (
            any(key in turn for key in ("user", "human")) and any(key in turn for key in ("assistant", "gpt", "bot"))
        )

    return _at(half)(row) if _in_pairs(row) else None


def _in_turns(test: where.TurnTest) -> Where:
    return lambda row: None if _in_pairs(row) else _at(test)(row)


def _unnamed(turn: dict[str, Any]) -> bool:
    return "role" not in turn and "from" not in turn


def _stranger(turn: dict[str, Any]) -> bool:
    return not _unnamed(turn) and _key(turn, "role", "from") not in _ROLES


def _silent(turn: dict[str, Any]) -> bool:
    calls = turn.get("role") == "assistant" and turn.get("tool_calls")
    return not calls and _key(turn, "content", "value") is None


def _lost_key(turn: dict[str, Any]) -> bool | str:
    return next((key for key in turn if key not in _KEPT and key not in _THOUGHTS), False)


def _blocks(row: Row) -> bool:
    """Whether the messages are read as Anthropic's."""
    return (
        where.part(lambda part: isinstance(part, dict) and part.get("type") in ("tool_use", "tool_result"))(row)
        is not None
    )


def _odd_block(row: Row) -> str | None:
    """A part is no object; or where the messages are Anthropic's, none that it knows."""
    known = _BLOCKS if _blocks(row) else None
    return where.part(
        lambda part: (
            not isinstance(part, dict)
            or _unhashable(part.get("type"))
            or (known is not None and part.get("type") not in known)
        ),
        path=_path(row),
    )(row)


def _unhashable(found: Any) -> bool:
    return isinstance(found, list | dict)


def _nameless(call: Any) -> bool:
    inner = call.get("function", call) if isinstance(call, dict) else None
    return not (isinstance(inner, dict) and "name" in inner)


def _same_answer(row: Row) -> str | None:
    found = where.turns(row, _path(row))
    said = _key(found[-1][1], "content", "value") if found else None
    rejected = row.get("rejected_response")
    return "/rejected_response" if isinstance(rejected, str) and rejected == said else None


_REJECTED = rule(
    "SWF-07",
    DROP,
    RUN,
    "a rejected_response that is null: the row is deleted",
    where.value("rejected_response", lambda found: found is None),
    quote="ValueError: rejected_response: None",
)


def _twice(names: tuple[str, ...]) -> Where:
    """Two columns mean the same, and neither has the name that counts."""

    def test(row: Row) -> str | None:
        found = [name for name in names if name in row]
        return f"/{found[1]}" if len(found) > 1 and names[0] not in found else None

    return test


_CHAT = Format(
    id="openai-chat",
    when=where.has(*_PATHS),
    structure=(
        rule("SWF-04", DROP, RUN, "no turn: the row goes without a word in the log", _no_turns),
        rule("SWF-01", DROP, RUN, "no list of turns: the row is deleted", _not_turns, quote=_DELETED),
        rule(
            "SWF-06-PAIR",
            DROP,
            RUN,
            "a pair without user or without assistant: the row is deleted",
            _half_pair,
            quote="KeyError: 'assistant'",
        ),
        rule(
            "SWF-02-KEY",
            DROP,
            RUN,
            "a turn without role: the row is deleted",
            _in_turns(_unnamed),
            quote="KeyError: 'role'",
        ),
    ),
    rules=(
        rule(
            "SWF-01-JSON",
            DROP,
            RUN,
            "messages written as text that is no JSON list of them: the row is deleted",
            text=lambda row: f"/{_path(row)}" if swift.no_messages(row[_path(row)]) else None,
            quote="ValueError: malformed node or string",
        ),
        rule(
            "SWF-02",
            DROP,
            RUN,
            "a role that it does not know (developer is none): the row is deleted",
            _in_turns(_stranger),
            quote="AssertionError: message: {'role': 'developer', …}",
        ),
        rule(
            "SWF-03",
            DROP,
            RUN,
            "content that is null or missing: the row is deleted",
            _in_turns(_silent),
            quote="AssertionError: message: {'role': 'assistant', 'content': None}",
        ),
        rule("SWF-05", IGNORE, RUN, "a key of a turn that is removed", _in_turns(_lost_key)),
        rule(
            "SWF-05-REASONING",
            CORRUPT,
            RUN,
            "reasoning in a key of its own: it is removed; only <think> within the content is trained",
            _in_turns(lambda turn: next((key for key in _THOUGHTS if turn.get(key)), False)),
        ),
        rule(
            "SWF-06",
            DROP,
            RUN,
            "a block that is no object, or beside Anthropic's tools none of text, image, tool_use and tool_result:"
            " the row is deleted",
            _odd_block,
            quote="ValueError: Unsupported Anthropic content block type: thinking",
        ),
        rule(
            "SWF-06-CALL",
            DROP,
            RUN,
            "tool calls that are no list, or one without a name: the row is deleted",
            where.any_of(
                where.call(_nameless),
                where.key_of_turn(
                    "tool_calls", lambda found: where.filled(found) and where.not_list(found), "assistant"
                ),
            ),
            quote="KeyError: 'name'",
        ),
        rule(
            "SWF-06-ID",
            DROP,
            RUN,
            "an id of a tool call that is a list or an object: the row is deleted",
            where.any_of(
                where.call(lambda call: isinstance(call, dict) and _unhashable(call.get("id"))),
                where.key_of_turn("tool_call_id", _unhashable),
            ),
            quote="TypeError: unhashable type: 'dict'",
        ),
        rule(
            "SWF-06-ARGUMENTS",
            WARN,
            CODE,
            "arguments of a tool call that are no JSON: they stay text",
            text=bad_arguments,
        ),
        rule(
            "SWF-07-SAME",
            DROP,
            RUN,
            "a rejected_response that is the answer itself: the row is deleted",
            text=_same_answer,
            quote="ValueError: rejected_response: …",
        ),
        _REJECTED,
        *model_rules(),
    ),
)


def _no_question(row: Row) -> str | None:
    """Instruction and input come to something that is no text."""
    instruction, more = row.get("instruction"), row.get("input")
    if where.filled(instruction):
        return None if isinstance(instruction, str) or where.filled(more) else "/instruction"
    return None if isinstance(more, str) or (instruction == "" and more is None) else "/input"


def _alone(names: tuple[str, ...]) -> TargetRule:
    return rule(
        "SWF-09",
        WARN,
        RUN,
        "no answer: the row is trained without one",
        lambda row: "" if all(row.get(name) is None for name in names) else None,
    )


_NO_CHOICE = rule(
    "SWF-09-EMPTY",
    DROP,
    RUN,
    "an empty list of answers, of which it takes one: the row is deleted",
    where.any_of(*(where.value(name, lambda found: found == []) for name in _ANSWERS)),
    quote="IndexError: list index out of range",
)
_HISTORY = rule(
    "SWF-01-HISTORY",
    DROP,
    RUN,
    "a history that is no list of pairs: the row is deleted",
    text=where.value("history", swift.bad_history),
    quote="IndexError: list index out of range",
)
_ALPACA = Format(
    id="alpaca",
    when=where.has_all("instruction", "input"),
    rules=(
        rule(
            "SWF-01-QUERY",
            DROP,
            RUN,
            "an instruction that is no text: the row is deleted",
            _no_question,
            quote="AssertionError: query: 5",
        ),
        _alone(_ANSWERS),
        _NO_CHOICE,
        _HISTORY,
        _REJECTED,
    ),
)
_PAIR = Format(
    id="query-response",
    when=where.has(*_QUERIES, *_ANSWERS),
    structure=(
        rule(
            "SWF-04",
            DROP,
            RUN,
            "neither a question nor an answer: the row is deleted",
            lambda row: "" if all(row.get(name) is None for name in (*_QUERIES, *_ANSWERS)) else None,
            quote="AssertionError: messages: []",
        ),
        rule(
            "SWF-10",
            CORRUPT,
            RUN,
            "two columns that mean the question, or the answer: neither is read",
            where.any_of(_twice(_QUERIES), _twice(_ANSWERS)),
        ),
    ),
    rules=(_alone(_ANSWERS), _NO_CHOICE, _HISTORY, _REJECTED),
)

TARGET = Target(
    id="ms-swift",
    name="ms-swift",
    source="ms-swift 4.6.0 (AutoPreprocessor), executed (2026-11)",
    note="Rows that it cannot convert are deleted; with strict the run stops.",
    formats=(_CHAT, _ALPACA, _PAIR),
    unknown=rule(
        "SWF-01-COLUMNS",
        DROP,
        RUN,
        "none of the columns that it reads: the row is deleted",
        quote="AssertionError: messages: []",
    ),
    rules=(
        rule(
            "SWF-04-MIX",
            DROP,
            CODE,
            "rows of several formats: the columns of the whole file choose one preprocessor, the other rows go",
            whole=swift.mixed,
        ),
        rule(
            "SWF-07-SOME",
            DROP,
            RUN,
            "rows without the rejected_response that others have",
            whole=some_lack("rejected_response", "they are deleted"),
            quote="ValueError: rejected_response: None",
        ),
        rule(
            "SWF-01-LENGTH",
            DROP,
            CODE,
            "longer than max_length (the model's own unless you set it): the row goes",
            tokens=Tokens(most=_UNSET, configurable=True),
            quote="MaxLengthError",
        ),
        rule(
            "SWF-01-OBJECTS",
            DROP,
            RUN,
            "objects without bbox, or with a box of other than two or four numbers: the row is deleted",
            where.value("objects", swift.bad_objects),
            quote="AssertionError: len(box): 3",
        ),
        swift.UNREAD,
        SYSTEM_TURN,
        SOME_REASON,
        *LOADER,
    ),
    traits={**TRAITS, swift.INSTRUCTION: where.has("instruction"), "rejected_response": where.has("rejected_response")},
)
