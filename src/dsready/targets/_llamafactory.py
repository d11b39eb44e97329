"""Where rows break the rules of LLaMA-Factory: what its converters and its templates do with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from dsready.targets import where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsready.targets.rule import Row, Where

USERS, MODELS = ("human", "observation"), ("gpt", "function_call")
TAGS = (*USERS, *MODELS, "system")
#: The tags that its documentation gives to OpenAI's roles; `tool` must be named as the observation_tag.
OPENAI_TAGS = ("user", "assistant", "system", "tool", "observation", "function_call")
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_MEDIA = (("images", "<image>"), ("videos", "<video>"), ("audios", "<audio>"))
_FORCED = ("detailed thinking on", "detailed thinking off")


def _ranked(row: Row) -> bool:
    return "chosen" in row or "rejected" in row


# Conversations with from and value.


def _turns(row: Row, path: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the turns after a first one of the system."""
    found = where.turns(row, path)
    return found[1:] if found and found[0][1].get("from") == "system" else found


def no_turns(path: str) -> Where:
    """The list is empty, but for a turn of the system."""
    return lambda row: None if _turns(row, path) else where.pointer(path)


def unknown_tag(path: str) -> Where:
    """A turn is from nobody it knows."""
    return where.role_outside(*TAGS, key="from", path=path)


def misplaced(path: str) -> Where:
    """A known tag stands at the wrong place."""

    def test(row: Row) -> str | None:
        if unknown_tag(path)(row) is not None:
            return None
        for number, (place, turn) in enumerate(_turns(row, path)):
            if turn["from"] not in (MODELS if number % 2 else USERS):
                return place
        return None

    return test


def miscounted(path: str) -> Where:
    """There is a question without an answer, or an answer before the two that are compared."""

    def test(row: Row) -> str | None:
        if unknown_tag(path)(row) is not None or misplaced(path)(row) is not None:
            return None
        return where.pointer(path) if len(_turns(row, path)) % 2 != _ranked(row) else None

    return test


def not_text(key: str, path: str) -> Where:
    """What a turn says is no text; or what is chosen or rejected. Of rows that go before, nobody reads it."""
    gone = (
        (misplaced_role, miscounted_roles, plain(where.role_outside(*OPENAI_TAGS)))
        if path == where.MESSAGES
        else (unknown_tag(path), misplaced(path), miscounted(path))
    )

    def test(row: Row) -> str | None:
        found = where.turns(row, path)
        dropped = any(one(row) is not None for one in gone)
        last = max((number for number, (_, turn) in enumerate(found) if not _is_result(turn)), default=-1)
        for number, (place, turn) in enumerate(found):
            if key not in turn or isinstance(turn[key], str) or turn.get("tool_calls"):
                continue
            if number > last if _is_result(turn) else dropped:
                continue  # results of tools are put together before, but for those at the end
            if not where.filled(turn[key]) and (_is_system(number, turn) or _is_judged(row, number, found)):
                continue
            return f"{place}/{key}"
        for one in ("chosen", "rejected"):
            said = row.get(one)
            if isinstance(said, dict) and key in said and not isinstance(said[key], str):
                return f"/{one}/{key}"
        return None

    return test


def _is_result(turn: dict[str, Any]) -> bool:
    return turn.get("role") in ("tool", "observation")


def _is_system(number: int, turn: dict[str, Any]) -> bool:
    return not number and "system" in (turn.get("role"), turn.get("from"))


def _is_judged(row: Row, number: int, found: list[Any]) -> bool:
    """Whether a turn is the answer that is said to be good."""
    return row.get("kto_tag") is True and number == len(found) - 1


def empty_but_good(row: Row) -> str | None:
    """An answer that says nothing is said to be good."""
    if row.get("kto_tag") is not True:
        return None
    for path, key in (("conversations", "value"), (where.MESSAGES, "content")):
        found = where.turns(row, path)
        if found and key in found[-1][1] and not found[-1][1].get("tool_calls"):
            return None if where.filled(found[-1][1][key]) else f"{found[-1][0]}/{key}"
    return None if where.filled(row.get("output", "-")) else "/output"


def judged_no_text(row: Row) -> str | None:
    """The answer that is judged is no text."""
    said, tag = row.get("output"), row.get("kto_tag")
    if not isinstance(tag, bool) or isinstance(said, str) or (tag and not where.filled(said)):
        return None
    return "/output" if "output" in row else ""


def answer_lacks(tag: str, key: str, tags: tuple[str, ...]) -> Where:
    """What is chosen or rejected is from nobody it knows, or says nothing."""

    def wrong(said: Any) -> bool:
        return isinstance(said, dict) and (said.get(tag) not in tags or said[tag] == "system" or key not in said)

    return where.any_of(where.value("chosen", wrong), where.value("rejected", wrong))


def not_ranked(kind: type) -> Where:
    """Not both of chosen and rejected are of this type."""

    def test(row: Row) -> str | None:
        if not _ranked(row):
            return None
        wrong = next((key for key in ("chosen", "rejected") if not isinstance(row.get(key), kind)), None)
        return None if wrong is None else f"/{wrong}" if wrong in row else ""

    return test


def bad_call(path: str) -> Where:
    """A turn that calls a function holds no JSON of a name and arguments."""

    def wrong(turn: dict[str, Any]) -> bool | str:
        calls = _calls(turn)
        return (
            calls is not None
            and not all(isinstance(one, dict) and {"name", "arguments"} <= one.keys() for one in calls)
            and "value"
        )

    return where.turn(wrong, path)


def quoted_arguments(path: str) -> Where:
    """A turn that calls a function gives the arguments as text."""

    def wrong(turn: dict[str, Any]) -> bool | str:
        calls = _calls(turn) or []
        return any(isinstance(one, dict) and isinstance(one.get("arguments"), str) for one in calls) and "value"

    return where.turn(wrong, path)


def _calls(turn: dict[str, Any]) -> list[Any] | None:
    """Return the calls in a turn, None if it is no call, or written in a way that only the template knows."""
    written = turn.get("value")
    if turn.get("from") != "function_call" or not isinstance(written, str) or "<tool_call>" in written:
        return None
    try:
        found = orjson.loads(_THOUGHT.sub("", written, count=1))
    except orjson.JSONDecodeError:
        return [None]
    return found if isinstance(found, list) else [found]


# Messages with role and content.


def _aligned(row: Row) -> list[tuple[str, str]]:
    """Return the turns as they are counted: results of tools are put together, those at the end are lost."""
    found = where.turns(row)
    found = found[1:] if found and found[0][1].get("role") == "system" else found
    made: list[tuple[str, str]] = []
    result = ""
    for place, turn in found:
        role = turn.get("role")
        if role in ("tool", "observation"):
            result = result or place
            continue
        if result:
            made.append((result, "user"))
        result = ""
        made.append((place, {"user": "user", "system": "system"}.get(str(role), "assistant")))
    return made


def _known(row: Row) -> bool:
    return where.role_outside(*OPENAI_TAGS)(row) is None


def no_messages(row: Row) -> str | None:
    """The list is empty, but for a turn of the system."""
    found = where.turns(row)
    return "/messages" if all(turn.get("role") == "system" for _, turn in found[:1]) and len(found) < 2 else None  # noqa: PLR2004


def needs_openai(row: Row) -> str | None:
    """There are tool calls, their results or a list of tools, which only `formatting: openai` reads."""
    if where.filled(row.get("tools")) and not isinstance(row["tools"], str):
        return "/tools"
    return where.turn(lambda turn: bool(turn.get("tool_calls")) or _is_result(turn))(row)


def needing(test: Where) -> Where:
    """What a test finds in rows that need `formatting: openai`."""
    return lambda row: None if needs_openai(row) is None else test(row)


def plain(test: Where) -> Where:
    """What a test finds in rows that `formatting: sharegpt` reads, given `tags`."""
    return lambda row: None if needs_openai(row) is not None else test(row)


def misplaced_role(row: Row) -> str | None:
    """A known role stands at the wrong place."""
    if _known(row):
        for number, (place, role) in enumerate(_aligned(row)):
            if role != ("assistant" if number % 2 else "user"):
                return place
    return None


def miscounted_roles(row: Row) -> str | None:
    """There is a question without an answer, or an answer before the two that are compared."""
    if not _known(row) or misplaced_role(row) is not None:
        return None
    return "/messages" if len(_aligned(row)) % 2 != _ranked(row) else None


def lost_results(row: Row) -> str | None:
    """The conversation ends with what a tool says."""
    return None if where.last_is_not("tool", "observation")(row) else where.turns(row)[-1][0]


def bad_tool_call(call: Any) -> bool:
    """A call is not `function` with name and arguments."""
    inner = call.get("function") if isinstance(call, dict) else None
    return not (isinstance(inner, dict) and {"name", "arguments"} <= inner.keys())


def text_arguments(call: Any) -> bool:
    """The arguments of a call are text."""
    inner = call.get("function") if isinstance(call, dict) else None
    return isinstance(inner, dict) and isinstance(inner.get("arguments"), str)


def _system(row: Row) -> Any:
    """Return the system text that `formatting: openai` begins with; None if tools keep it from adding to it."""
    tools = row.get("tools")
    if tools or isinstance(tools, list | dict):  # written as text: even an empty list is one
        return None
    turns = row.get(where.MESSAGES)
    first = turns[0] if isinstance(turns, list) and turns else None
    if isinstance(first, dict) and first.get("role") == "system":
        return first.get("content") or ""
    return row.get("system") or ""


def given_a_system(row: Row) -> str | None:
    """A row that is kept has no system text."""
    lost = (misplaced_role, miscounted_roles, not_text("content", where.MESSAGES), where.call(bad_tool_call))
    if not _known(row) or any(test(row) is not None for test in lost):
        return None
    return "/messages" if _system(row) == "" else None


def told_not_to_think(row: Row) -> str | None:
    """The system text says nothing of thinking."""
    system = _system(row)
    if not isinstance(system, str) or not system or any(forced in system for forced in _FORCED):
        return None
    return "/messages/0/content"


# All formats.


def bad_tools(row: Row) -> str | None:
    """The tools are a text that is no JSON list."""
    written = row.get("tools")
    if not isinstance(written, str) or not written:
        return None
    try:
        return None if isinstance(orjson.loads(written), list) else "/tools"
    except orjson.JSONDecodeError:
        return "/tools"


def _spoken(row: Row) -> Iterator[str]:
    """Yield all texts in which marks are counted."""
    texts = [row.get(key) for key in ("instruction", "input", "output", "chosen")]
    for path in ("conversations", "messages"):
        turns = row.get(path)
        said = [turn for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else []
        texts += [turn.get("value", turn.get("content")) for turn in said]
    if isinstance(row.get("chosen"), dict):
        texts.append(row["chosen"].get("value", row["chosen"].get("content")))
    history = row.get("history")
    for pair in history if isinstance(history, list) else ():
        texts += pair if isinstance(pair, list) else []
    return (text for text in texts if isinstance(text, str))


def unmatched_marks(row: Row) -> str | None:
    """There are more or fewer marks than images, videos or audios."""
    for column, mark in _MEDIA:
        if column in row:
            media = row[column]
            count = len(media) if isinstance(media, list) else int(media is not None)
            if sum(text.count(mark) for text in _spoken(row)) != count:
                return f"/{column}"
    return None


def stray_marks(row: Row) -> str | None:
    """There are marks and no column of media."""
    text = "\n".join(text for text in _spoken(row) if "<" in text)
    return "" if text and any(mark in text and column not in row for column, mark in _MEDIA) else None


def bad_history(found: Any) -> bool:
    """Whether an item of a history is no pair of texts."""

    def wrong(pair: Any) -> bool:
        if isinstance(pair, dict):  # its keys are taken for the texts
            return len(pair) != 2  # noqa: PLR2004
        return not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, str) for one in pair)  # noqa: PLR2004

    return isinstance(found, list) and any(wrong(pair) for pair in found)
