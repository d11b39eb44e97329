"""From the turns of a record to the normal form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.dataset.example import Example, Message, ToolCall
from dsready.dataset.shapes.parts import Content, calls_of, columns, compact, read_parts, string
from dsready.dataset.shapes.tools import tools_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dsready.dataset.example import Kind

#: Roles as people write them. Exact: "Assistant" or "assistant " is a defect that trainers stumble over.
ROLES = {
    "system": "system",
    "developer": "developer",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "function_call": "assistant",
    "tool": "tool",
    "observation": "tool",
    "ipython": "tool",
    "function": "function",
}
COHERE_ROLES = {**ROLES, "System": "system", "User": "user", "Chatbot": "assistant"}
#: Keys beside `messages` that say nothing of a grader: those of OpenAI's format, media, and the usual names for an id.
CHAT_KEYS = frozenset(
    {"messages", "tools", "parallel_tool_calls", "functions", "function_call", "weight", "system"}
    | {"images", "image", "videos", "video", "audios", "audio", "id", "source", "metadata", "chat_template_kwargs"}
)
_PROMPT_KEYS = CHAT_KEYS | {
    "prompt",
    "contents",
    "systemInstruction",
    "system_instruction",
    "prompt_id",
    "uuid",
    "index",
}
#: Columns that hold the system prompt.
SYSTEM_COLUMNS = ("system", "system_prompt")


def read_turns(turns: list[Any], pointer: str, roles: Mapping[str, str] = ROLES) -> list[Message]:
    """Read turns with `role` and `content`. `pointer` is that of the list."""
    messages: list[Message] = []
    for number, turn in enumerate(turns):
        role = turn["role"]
        messages += _read_turn(turn, role, roles.get(role, "unknown"), f"{pointer}/{number}")
    return messages


def plain_turns(turns: Any, pointer: str) -> list[Message] | None:
    """
    Read turns that hold a role and a text each, as most do, and nothing else; None if there is any other.

    What it reads, `Turns` allows: so it needs no validation, which costs more than reading.
    """
    if turns.__class__ is not list or not turns:
        return None
    messages: list[Message] = []
    for number, turn in enumerate(turns):
        if turn.__class__ is not dict or len(turn) != 2:  # noqa: PLR2004  (role and content)
            return None
        role, content = turn.get("role"), turn.get("content")
        if role.__class__ is not str or content.__class__ is not str:
            return None
        messages.append(Message(ROLES.get(role, "unknown"), content, role, (), None, f"{pointer}/{number}"))
    return messages


def _read_turn(turn: dict[str, Any], raw_role: str, role: str, pointer: str) -> list[Message]:
    content = turn.get("content")
    said = read_parts(content) if isinstance(content, list) else Content([content] if content else [])
    for key in ("refusal", "reasoning_content"):
        extra = string(turn, key)
        if extra:
            said.texts.insert(0, extra)
    calls = turn.get("tool_calls")
    if isinstance(calls, list):
        for call in calls:
            said.calls += calls_of(call)
    if turn.get("function_call") is not None:
        said.calls += calls_of(turn["function_call"])
    return _messages(said, raw_role, role, pointer, string(turn, "tool_call_id"))


def read_contents(contents: list[Any], pointer: str) -> list[Message]:
    """Read Gemini's turns, with `parts` and an optional `role`."""
    messages: list[Message] = []
    for number, turn in enumerate(contents):
        raw_role = turn.get("role") or "user"
        said = read_parts(turn["parts"])
        messages += _messages(said, raw_role, ROLES.get(raw_role, "unknown"), f"{pointer}/{number}", None)
    return messages


def placed(messages: list[Message], pointer: str) -> list[Message]:
    """Set the pointer of messages that come from one turn outside any list."""
    for message in messages:
        message.pointer = pointer
    return messages


def _messages(said: Content, raw_role: str, role: str, pointer: str, call_id: str | None) -> list[Message]:
    """Make messages of one turn. Tool results inside a user turn (Bedrock, Anthropic, Gemini) are turns of a tool."""
    messages = [Message("tool", result.text, raw_role, (), result.call_id, pointer) for result in said.results]
    if said.texts or said.calls or not messages:
        messages.append(Message(role, spoken(said.texts, said.calls), raw_role, said.calls or (), call_id, pointer))
    return messages


def spoken(texts: Sequence[str], calls: Sequence[ToolCall]) -> str:
    """Join what a turn says and the calls it makes."""
    if not calls:
        return texts[0] if len(texts) == 1 else "\n".join(texts)
    return "\n".join([*texts, *(f"{call.name} {compact(call.arguments)}".strip() for call in calls)])


def read_said(turns: list[Any], pointer: str) -> list[Message]:
    """Read ShareGPT's turns, with `from` and `value`. A `function_call` turn holds its call as JSON."""
    messages = []
    for number, turn in enumerate(turns):
        raw_role = turn["from"]
        text = turn.get("value") or ""
        calls: Sequence[ToolCall] = ()
        if raw_role == "function_call" and text:
            calls = calls_of(text)
            text = spoken((), calls)
        role = ROLES.get(raw_role, "unknown")
        messages.append(Message(role, text, raw_role, calls, None, f"{pointer}/{number}"))
    return messages


def system_column(value: dict[str, Any]) -> str:
    """Return the system prompt that stands beside the conversation."""
    return string(value, *SYSTEM_COLUMNS) or ""


def joined(*texts: str) -> str:
    """Join what is not empty, one below the other."""
    return "\n".join(text for text in texts if text)


def dialogue(
    shape: str,
    messages: list[Message],
    value: dict[str, Any],
    *,
    kind: Kind = "sft",
    system: str | None = None,
    label: str | None = None,
) -> Example:
    """
    Make an example of a conversation.

    The answer is the last assistant turn if nothing but tool results follows it. Those are left out then, as nothing is
    trained on them. Otherwise there is no answer, and all turns are the prompt; so it is where the kind has no answer.

    Parameters
    ----------
    value
        The record: its columns for the system prompt, tools and media are read.
    system
        The system prompt where it does not stand in one of the usual columns.
    """
    plain = len(value) == 1
    head = system if system is not None else "" if plain else system_column(value)
    texts: list[str] = []
    first = last = -1
    answered = False
    for message in messages:
        role = message.role
        if role == "assistant":
            last = len(texts)
            if first < 0:
                first = last
            answered = True
        elif role in {"system", "developer"}:
            head = f"{head}\n{message.text}" if head else message.text
            continue
        elif role not in {"tool", "function"}:
            answered = False
        texts.append(message.text)
    answer = ""
    if answered and kind != "reinforcement":
        answer = texts[last]
        del texts[last:]
    prompt = "\n".join(texts)
    opening = "\n".join(texts[:first]) if 0 <= first < len(texts) else None
    if plain:
        return Example(shape, kind, head, prompt, answer, messages, None, None, label, opening)
    words = columns(value)
    if words:
        prompt = joined(prompt, words)
        opening = None if opening is None else joined(opening, words)
    return Example(shape, kind, head, prompt, answer, messages, tools_of(value), None, label, opening)


def grading(value: dict[str, Any]) -> str | None:
    """Return what a grader of a reinforcement record gets besides the prompt, as canonical JSON; None if nothing."""
    left = {key: inner for key, inner in value.items() if key not in _PROMPT_KEYS}
    return compact(left) if left else None


def continued(
    shape: str,
    kind: Kind,
    context: list[Message],
    answer: list[Message],
    value: dict[str, Any],
    *,
    rejected: list[Message] | None = None,
    label: str | None = None,
    system: str | None = None,
) -> Example:
    """Make an example whose answer stands apart from its context; `messages` are those of both."""
    example = dialogue(shape, context, value, kind="reinforcement", label=label, system=system)
    example.kind = kind
    example.answer = "\n".join(message.text for message in answer)
    example.messages = [*context, *answer]
    if rejected is not None:
        example.rejected = "\n".join(message.text for message in rejected)
    return example
