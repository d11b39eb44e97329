"""axolotl's `chat_template`: what its strategy does to a conversation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._say import CORRUPT, CRASH, DROP, IGNORE, RUN, WARN, rule
from dsready.targets._template import JUDGED_BAD, ROLES, model_rules, odd_content, said_nothing
from dsready.targets._text import bad_arguments
from dsready.targets.target import Format

if TYPE_CHECKING:
    from dsready.targets.rule import Row

_ROLES = ("human", "gpt", *ROLES)
_TEXT_KEYS = ("text", "content", "value")
_SPEAKS = ("assistant", "gpt")


def _parsed(text: Any) -> Any:
    """Return what a text spells, None if it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _unhashable(turn: dict[str, Any]) -> bool | str:
    return isinstance(turn.get("role"), list | dict) and "role"


def _role_key(turn: dict[str, Any]) -> bool | str:
    return "role" if "role" in turn else True


def _answers(row: Row) -> list[dict[str, Any]]:
    return [turn for _, turn in where.turns(row) if turn.get("role") in _SPEAKS]


def _no_answer(row: Row) -> str | None:
    return None if _answers(row) else "/messages"


def _says_something(content: Any) -> bool:
    """Whether a content, or a part of it, is more than nothing."""
    if not isinstance(content, list):
        return where.filled(content)
    return any(part.get(key) for part in content if isinstance(part, dict) for key in _TEXT_KEYS)


def _unjoined(part: Any) -> bool:
    """The text of a part is none: it cannot be joined to the others."""
    text = next((part[key] for key in _TEXT_KEYS if where.filled(part.get(key))), "") if isinstance(part, dict) else ""
    return not isinstance(text, str)


def _uncallable(turn: dict[str, Any]) -> bool | str:
    """A turn calls something in which axolotl cannot look for a function or for arguments."""
    calls = turn.get("tool_calls")
    inner = [_function(call) for call in calls or ()] if _looks_in(calls) else [calls]
    return where.filled(calls) and not all(map(_looks_in, inner)) and "tool_calls"


def _function(call: Any) -> Any:
    found = call.get("function") if isinstance(call, dict) else None
    return call if found is None else found


def _looks_in(found: Any) -> bool:
    return isinstance(found, str | list | dict)


def _empty_answers(row: Row) -> str | None:
    """No answer says anything."""
    found = _answers(row)
    said = [_says_something(turn.get("content")) or bool(turn.get("tool_calls")) for turn in found]
    return "/messages" if said and not any(said) else None


def _said_nothing(row: Row) -> str | None:
    """A turn says nothing, in a row where others do."""
    if _empty_answers(row) is not None:
        return where.turn(lambda turn: turn.get("role") not in _SPEAKS and said_nothing(turn))(row)
    return where.turn(said_nothing)(row)


def _ends_otherwise(row: Row) -> str | None:
    return where.last_is_not(*_SPEAKS)(row) if _answers(row) else None


def _bad_tool(tool: Any) -> bool:
    """The parameters of a tool are a text that is no JSON."""
    inner = tool.get("function") if isinstance(tool, dict) else None
    written = inner.get("parameters") if isinstance(inner, dict) else None
    return isinstance(written, str) and _parsed(written) is None


def _bad_conversation(text: Any) -> bool:
    found = _parsed(text)
    return not (isinstance(found, list) and found and all(isinstance(turn, dict) and "role" in turn for turn in found))


def _no_written_answer(row: Row) -> str | None:
    written = row["messages"]
    return None if _bad_conversation(written) else _no_answer({"messages": _parsed(written)})


_TOOLS = (
    rule(
        "AXO-10",
        CRASH,
        RUN,
        "tools that are neither a list nor its JSON text",
        where.value("tools", lambda found: not isinstance(found, str | list | None)),
        quote="Unknown tools format. Please convert it into a list[dict].",
    ),
    rule(
        "AXO-10-JSON",
        CRASH,
        RUN,
        "tools, or the parameters of one, written as text that is no JSON",
        text=where.any_of(
            where.value("tools", lambda found: isinstance(found, str) and not isinstance(_parsed(found), list)),
            where.each("tools", _bad_tool),
        ),
        quote="Error parsing tool parameters as JSON.",
    ),
)
CHAT = Format(
    id="openai-chat",
    when=where.has("messages"),
    structure=(
        rule(
            "AXO-01",
            CRASH,
            RUN,
            "no list of messages, or an empty one",
            where.no_turns(),
            quote="Messages is null. Please check `field_messages`.; IndexError: list index out of range",
        ),
        rule(
            "AXO-03",
            CRASH,
            RUN,
            "a first message without role: for from and value, message_property_mappings must be set",
            lambda row: "/messages/0" if row["messages"][0].get("role") is None else None,
            quote="KeyError: 'role'",
        ),
    ),
    rules=(
        rule(
            "AXO-04",
            CORRUPT,
            RUN,
            "no role, or one that neither it nor chat templates know: some train it under that name, others stop",
            where.turn(lambda turn: not _unhashable(turn) and turn.get("role") not in _ROLES and _role_key(turn)),
        ),
        rule(
            "AXO-04-TYPE",
            CRASH,
            RUN,
            "a role that is a list or an object",
            where.turn(_unhashable),
            quote="TypeError: unhashable type: 'list'",
        ),
        rule(
            "AXO-06",
            WARN,
            RUN,
            "a last turn that is not the assistant's",
            _ends_otherwise,
            quote="Last turn is not trainable, skipping having to find the turn indices.",
        ),
        rule("AXO-06-NONE", DROP, RUN, "no turn of the assistant: nothing is trained, the row goes", _no_answer),
        rule("AXO-07", DROP, RUN, "answers without content: nothing is trained, the row goes", _empty_answers),
        rule(
            "AXO-08",
            IGNORE,
            RUN,
            "a weight or `train` flags, which count only if message_field_training is set",
            where.turn(lambda turn: next((key for key in ("weight", "train", "train_detail") if key in turn), False)),
        ),
        # What is lost depends on the model's template: many print tool calls, axolotl's own chatml does not.
        rule(
            "AXO-09",
            WARN,
            RUN,
            "tool calls: a template that does not print them leaves them out without a word",
            where.turn(lambda turn: bool(turn.get("tool_calls")) and "tool_calls"),
        ),
        rule(
            "AXO-11",
            CRASH,
            RUN,
            "arguments of a tool call that are no JSON",
            text=bad_arguments,
            quote="Error parsing tool_calls arguments as JSON.",
        ),
        rule(
            "AXO-11-CALLS",
            CRASH,
            RUN,
            "tool calls that are no list of objects",
            where.turn(_uncallable),
            quote="TypeError: argument of type 'int' is not iterable",
        ),
        rule(
            "AXO-12",
            CRASH,
            RUN,
            "a part whose text is no text",
            where.part(_unjoined),
            quote="TypeError: sequence item 0: expected str instance, dict found",
        ),
        *_TOOLS,
        rule(
            "TPL-01",
            CORRUPT,
            RUN,
            "a message without content: it is trained as an empty one, or the template stops",
            _said_nothing,
        ),
        rule(
            "TPL-02",
            CORRUPT,
            RUN,
            "content that is neither text nor parts: some templates print it, others stop",
            where.turn(odd_content),
        ),
        rule(
            "TPL-03",
            WARN,
            RUN,
            "a part that is no text: without a processor nothing of it is left",
            where.part(lambda part: not (isinstance(part, dict) and isinstance(part.get("text"), str))),
        ),
        JUDGED_BAD,
        *model_rules(),
    ),
)
WRITTEN = Format(
    id="openai-chat-json-string",
    when=where.value("messages", where.is_text),
    rules=(
        rule(
            "AXO-02",
            CRASH,
            RUN,
            "messages written as text that is no JSON list of them",
            text=where.value("messages", _bad_conversation),
            quote="Error parsing messages as JSON.",
        ),
        rule(
            "AXO-06-NONE",
            DROP,
            RUN,
            "no turn of the assistant: nothing is trained, the row goes",
            text=_no_written_answer,
        ),
        *_TOOLS,
    ),
)
