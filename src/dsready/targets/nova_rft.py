"""Amazon Nova on Bedrock: reinforcement tuning, whose records are in the way of OpenAI, not of Bedrock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import _nova as nova
from dsready.targets import where
from dsready.targets._say import DOC, REJECT, RUN, WARN, rule
from dsready.targets.target import Format, Target
from dsready.targets.whole import some_only

if TYPE_CHECKING:
    from dsready.targets.rule import Row

_ROLES = ("system", "user", "assistant", "tool", "bot", "developer")
_KEYS = ("role", "content", "tool_calls", "tool_call_id")


def _said(turn: dict[str, Any]) -> str:
    return str(turn.get("role") or "").lower()


def _system_later(row: Row) -> str | None:
    # Forge reads developer as system before it looks, and checks the first message only.
    turns = where.turns(row)
    if not turns or _said(turns[0][1]) in ("system", "developer"):
        return None
    return next((place for place, turn in turns[1:] if _said(turn) in ("system", "developer")), None)


def _ends_with_answer(row: Row) -> str | None:
    turns = where.turns(row)
    return turns[-1][0] if turns and _said(turns[-1][1]) in ("assistant", "bot") else None


def _bad_tool(tool: Any) -> bool:
    function = tool.get("function") if isinstance(tool, dict) and tool.get("type") == "function" else None
    parameters = function.get("parameters") if isinstance(function, dict) else None
    return not (
        isinstance(function, dict)
        and all(isinstance(function.get(key), str) and function[key].strip() for key in ("name", "description"))
        and isinstance(parameters, dict)
        and parameters.get("type") == "object"
        and isinstance(parameters.get("properties"), dict)
    )


def _same_tool(row: Row) -> str | None:
    names = [str(where.value_at(tool, "function.name")) for _, tool in where.turns(row, "tools")]
    return "/tools" if len(set(names)) < len(names) else None


TARGET = Target(
    id="bedrock-nova-rft",
    name="Amazon Nova on Bedrock, reinforcement",
    source=nova.SOURCE,
    note="For Nova 2 Lite, without a validation file.",
    formats=(
        Format(
            id="rft-chat",
            when=where.always,
            structure=(
                rule(
                    "NOV-50",
                    REJECT,
                    "DOC, RUN",
                    "no list of messages, or an empty one",
                    where.no_turns(),
                    quote="Invalid messages, you must have at least one message.",
                ),
            ),
            rules=(
                rule(
                    "NOV-51",
                    REJECT,
                    RUN,
                    f"a role other than {', '.join(_ROLES)}",
                    where.turn(lambda turn: turn.get("role") is not None and _said(turn) not in _ROLES and "role"),
                    quote="Invalid role, must be one of ['system', 'user', 'assistant', 'tool', 'bot', 'developer']",
                ),
                rule(
                    "NOV-51-CONTENT",
                    REJECT,
                    RUN,
                    "content that is empty, or neither text nor a list",
                    where.key_of_turn(
                        "content",
                        lambda found: found is not None and (not isinstance(found, str | list) or where.empty(found)),
                    ),
                    quote="Invalid content, if provided cannot be empty",
                ),
                rule(
                    "NOV-51-SYSTEM",
                    REJECT,
                    RUN,
                    "a system message that is not the first",
                    _system_later,
                    quote="Invalid messages, system message must be first if present.",
                ),
                rule(
                    "NOV-51-USER",
                    REJECT,
                    RUN,
                    "no message of the user",
                    lambda row: None if any(_said(turn) == "user" for _, turn in where.turns(row)) else "/messages",
                    quote="Invalid messages, must have at least one user message.",
                ),
                rule(
                    "NOV-51-KEY",
                    REJECT,
                    RUN,
                    f"a message with a key besides {', '.join(_KEYS)}",
                    where.unknown_key(*_KEYS),
                    quote="Extra inputs are not permitted (type=extra_forbidden)",
                ),
                rule(
                    "NOV-51-ID",
                    REJECT,
                    RUN,
                    "an id that is empty or no text",
                    where.value(
                        "id", lambda found: found is not None and (where.not_text(found) or where.empty(found))
                    ),
                    quote="Invalid id, if provided cannot be empty.",
                ),
                rule(
                    "NOV-51-CALLS",
                    REJECT,
                    RUN,
                    "tool_calls that are no list, or a tool_call_id that is no text",
                    where.any_of(
                        where.key_of_turn("tool_calls", lambda found: not isinstance(found, list | None)),
                        where.key_of_turn("tool_call_id", lambda found: not isinstance(found, str | None)),
                    ),
                    quote="messages.1.tool_calls: Input should be a valid list",
                ),
                rule(
                    "NOV-51-TOOLS",
                    REJECT,
                    RUN,
                    "tools that are not functions with a name, a description, and parameters of type object",
                    text=where.any_of(
                        where.value("tools", lambda found: found is not None and where.not_filled_list(found)),
                        where.each("tools", _bad_tool),
                        _same_tool,
                    ),
                    quote="Invalid tools, tools list cannot be empty when provided.",
                ),
                rule(
                    "NOV-50-REFERENCE",
                    WARN,
                    DOC,
                    "no reference_answer: the documentation asks for what a grader compares an answer with",
                    where.lacks("reference_answer"),
                ),
                rule(
                    "NOV-50-LAST",
                    WARN,
                    DOC,
                    "a last message that is the assistant's: the messages are the prompt that the model answers",
                    _ends_with_answer,
                ),
                rule(
                    "NOV-50-ANSWER",
                    WARN,
                    RUN,
                    "a reference_answer that is empty, or neither text nor an object: Nova Forge refuses it",
                    where.value(
                        "reference_answer",
                        lambda found: found is not None and (not isinstance(found, str | dict) or where.empty(found)),
                    ),
                    quote="Invalid reference_answer, must be a string or dictionary.",
                ),
            ),
        ),
    ),
    rules=(
        *nova.file_rules(100, "DOC, CODE"),
        rule(
            "NOV-51-REFERENCE",
            REJECT,
            RUN,
            "a reference_answer in some rows only",
            whole=some_only("reference_answer"),
            quote="If any sample contains 'reference_answer', all samples must contain 'reference_answer'.",
        ),
        *(
            rule(
                f"NOV-51-ALL-{name.upper()}",
                WARN,
                RUN,
                f"{name} in some rows only: Nova Forge refuses it",
                whole=some_only(name),
                quote=f"If any sample contains '{name}', all samples must contain '{name}'.",
            )
            for name in ("id", "tools")
        ),
    ),
    traits={name: where.has(name) for name in ("reference_answer", "id", "tools")},
)
