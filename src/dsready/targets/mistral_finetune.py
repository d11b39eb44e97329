"""
mistral-finetune: Mistral's trainer for its open models, archived. It stops at the first row that it does not accept.

The rules were tried with mistral-common 1.3.4, which it needs: tokenizer v3, in fine-tuning mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._mistral import no_call, odd_ids, odd_weight, unbalanced
from dsready.targets._say import CODE, IGNORE, REJECT, RUN, WARN, rule
from dsready.targets.target import Format, Target
from dsready.targets.whole import trouble

if TYPE_CHECKING:
    from dsready.targets.rule import Row

_ROLES = ("system", "user", "assistant", "tool")
_CONTENT = ("content", "text")
_EITHER = "Assistant message must have either content or tool_calls, but not both."


def _calls(turn: dict[str, Any]) -> bool:
    return turn.get("tool_calls") is not None


def _said(turn: dict[str, Any]) -> Any:
    return next((turn[key] for key in _CONTENT if turn.get(key) is not None), None)


def _no_text(turn: dict[str, Any]) -> bool | str:
    # A list of texts passes for the user, and then the tokenizer stops at it.
    return next((key for key in _CONTENT if not isinstance(turn.get(key), str | None)), False)


def _too_many_systems(row: Row, path: str) -> str | None:
    found = [place for place, turn in where.turns(row, path) if turn.get("role") == "system"]
    given = 1 + ("system_prompt" in row and row["system_prompt"] is not None)
    return found[2 - given] if len(found) + given > 2 else None  # noqa: PLR2004


def _begins_otherwise(row: Row, path: str) -> str | None:
    first = next(((place, turn) for place, turn in where.turns(row, path) if turn.get("role") != "system"), None)
    return first[0] if first and first[1].get("role") in ("assistant", "tool") else None


def _no_tool(tool: Any) -> bool:
    inner = tool.get("function") if isinstance(tool, dict) else None
    if not isinstance(inner, dict) or not {"name", "description", "parameters"} <= inner.keys():
        return True
    return not isinstance(inner["parameters"], dict)


def _only_last(row: Row, path: str) -> str | None:
    answers = [place for place, turn in where.turns(row, path) if turn.get("role") == "assistant"]
    if len(answers) > 1 and (row.get("tools") or row.get("available_tools") or row.get("only_last")):
        return answers[0]
    return None


def _instruct(path: str, other: str) -> Format:
    return Format(
        id="openai-chat" if path == "messages" else "mistral-interactions",
        when=where.has(path),
        structure=(
            rule(
                "MFT-01",
                REJECT,
                RUN,
                "both messages and interactions",
                where.has(other),
                quote="ConversationFormatError: … cannot contain both of 'messages, interactions' key…",
            ),
            rule(
                "MFT-02",
                REJECT,
                RUN,
                "no list of messages, or an empty one",
                where.no_turns(path),
                quote="Conversation must have at least one message",
            ),
            rule(
                "MFT-03",
                REJECT,
                RUN,
                "a role other than system, user, assistant and tool",
                where.role_outside(*_ROLES, path=path),
                quote="UnrecognizedRoleError, which itself fails with AttributeError",
            ),
        ),
        rules=(
            rule(
                "MFT-04",
                REJECT,
                RUN,
                "a message without content: null counts as missing",
                where.turn(lambda turn: not _calls(turn) and _said(turn) is None, path),
                quote="MessageFormatError: … does not contain one of '['content', 'text']' key",
            ),
            rule(
                "MFT-04-BOTH",
                REJECT,
                CODE,
                "a message with both content and text",
                where.turn(lambda turn: set(_CONTENT) <= turn.keys(), path),
                quote="MessageFormatError: … contains both a 'text' and 'content' key.",
            ),
            rule(
                "MFT-04-TEXT",
                REJECT,
                RUN,
                "content that is no text: it takes neither parts nor images",
                where.turn(_no_text, path),
                quote="content Input should be a valid string; Message content must be normalized",
            ),
            rule(
                "MFT-05",
                REJECT,
                RUN,
                "an empty answer",
                where.turn(
                    lambda turn: (
                        turn.get("role") == "assistant"
                        and (_said(turn) == "" or (_calls(turn) and _said(turn) is None))
                        and not turn.get("tool_calls")
                    ),
                    path,
                ),
                quote=_EITHER,
            ),
            rule(
                "MFT-06",
                REJECT,
                RUN,
                "more than one system message, or no user after it",
                lambda row: _too_many_systems(row, path) or _begins_otherwise(row, path),
                quote="Multiple messages with role 'system' encountered.; Conversation must start with a user …",
            ),
            rule(
                "MFT-07",
                REJECT,
                RUN,
                "a last message that is not the assistant's",
                where.last_is_not("assistant", path=path),
                quote="Expected last role Assistant for finetuning but got user",
            ),
            rule(
                "MFT-09",
                REJECT,
                RUN,
                "arguments of a tool call that are no text",
                where.call(_object_arguments, path),
                quote="ToolCallFormatError: … does not have a 'arguments' key of type str",
            ),
            rule(
                "MFT-09-KEYS",
                REJECT,
                CODE,
                "a tool call without id, or without a function of name and arguments",
                no_call("id", "function", path=path),
                quote="ToolCallFormatError: A tool call of an assistant message does not have a id key",
            ),
            rule(
                "MFT-10",
                REJECT,
                RUN,
                "an id of a call or a result that is not nine letters or digits",
                text=odd_ids(path),
                quote="Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.",
            ),
            rule(
                "MFT-10-NONE",
                REJECT,
                CODE,
                "a result without tool_call_id",
                where.turn(lambda turn: turn.get("role") == "tool" and "tool_call_id" not in turn, path),
                quote="MessageFormatError: A tool message does not contain a 'tool_call_id' key",
            ),
            rule(
                "MFT-11",
                REJECT,
                RUN,
                "content beside tool calls",
                where.turn(
                    lambda turn: turn.get("role") == "assistant" and bool(turn.get("tool_calls")) and bool(_said(turn)),
                    path,
                ),
                quote=_EITHER,
            ),
            rule(
                "MFT-12",
                REJECT,
                RUN,
                "another number of results than of calls",
                lambda row: unbalanced(path)(row) if _begins_otherwise(row, path) is None else None,
                quote="Not the same number of function calls and responses",
            ),
            rule(
                "MFT-14",
                REJECT,
                RUN,
                "a weight of an answer that is neither 0 nor 1",
                where.key_of_turn("weight", odd_weight, "assistant", path=path),
                quote="Assistant message weight must be either 0 or 1",
            ),
            rule(
                "MFT-15",
                IGNORE,
                RUN,
                "a key that it does not know",
                where.any_of(
                    where.beyond(path, "tools", "available_tools", "system_prompt", "only_last"),
                    where.unknown_key(
                        *("role", "content", "text", "tool_calls", "tool_call_id", "name", "weight"), path=path
                    ),
                ),
            ),
            rule(
                "MFT-16",
                WARN,
                CODE,
                "tools and several answers: only the last answer is trained",
                lambda row: _only_last(row, path),
            ),
            rule(
                "MFT-19",
                REJECT,
                CODE,
                "a tool that is no function with name, description and parameters",
                where.any_of(
                    where.has_all("tools", "available_tools"),
                    where.each("tools", _no_tool),
                    where.each("available_tools", _no_tool),
                ),
                quote="FunctionFormatError: A function dict does not have a description key.",
            ),
        ),
    )


def _object_arguments(call: Any) -> bool:
    inner = call.get("function") if isinstance(call, dict) else None
    return isinstance(inner, dict) and not isinstance(inner.get("arguments", ""), str)


TARGET = Target(
    id="mistral-finetune",
    name="mistral-finetune",
    source="mistral-finetune @1943535 with mistral-common 1.3.4, executed",
    life="deprecated",
    note="The repository is archived (2026-06).",
    formats=(
        _instruct("messages", "interactions"),
        _instruct("interactions", "messages"),
        Format(
            id="text",
            when=where.has("text", "content"),
            rules=(
                rule(
                    "MFT-17",
                    REJECT,
                    RUN,
                    "both text and content, or one that is no text",
                    where.any_of(
                        where.has_all("text", "content"),
                        where.value("text", where.not_text),
                        where.value("content", where.not_text),
                    ),
                    quote="Make sure to have either 'text' or 'content' in your data. Not both.",
                ),
            ),
        ),
    ),
    unknown=rule(
        "MFT-01-NONE",
        REJECT,
        RUN,
        "neither messages nor interactions",
        quote="ConversationFormatError: The conversation does not contain one of 'messages, interactions' key",
    ),
    rules=(
        rule(
            "MFT-20",
            REJECT,
            CODE,
            "a line that is no JSON object, or a blank one",
            lines={"blank", "broken", "glued", "not-object", "utf8"},
            quote="json.decoder.JSONDecodeError",
        ),
        rule(
            "MFT-20-FILE",
            REJECT,
            CODE,
            "no object on each line, another encoding, or a byte order mark",
            whole=trouble("not-jsonl", "encoding", "byte-order-mark", "lfs-pointer"),
            quote="json.decoder.JSONDecodeError",
        ),
    ),
)
