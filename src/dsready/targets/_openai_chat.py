"""
The rules of messages as OpenAI's schema has them: what its own methods and the services that took it over share.

They speak of `messages` at the top of a record. `asked_in_preference` asks them of a preference record instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import _images as images
from dsready.targets import _text as text
from dsready.targets import where
from dsready.targets._say import DOC, DROP, IGNORE, OBS, REJECT, SPEC, WARN, U, rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dsready.targets.rule import Row, TargetRule, Where

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
OUTPUTS = ("preferred_output", "non_preferred_output")
#: Keys of a record besides those for graders.
KEYS = ("messages", "tools", "parallel_tool_calls", "functions")
_TURN_KEYS = (
    "role",
    "content",
    "name",
    "weight",
    "tool_calls",
    "tool_call_id",
    "function_call",
    "refusal",
    "audio",
)
_MOST_FUNCTIONS = 128

NO_MESSAGES = rule(
    "OAI-20",
    REJECT,
    "SPEC, OBS",
    "no list of messages, or an empty one",
    where.no_turns(),
    quote="Example … is missing key 'messages'",
)
NO_ASSISTANT = rule("OAI-23", REJECT, DOC, "no message of the assistant", where.no_role("assistant"))
ENDS_ELSEWHERE = rule(
    "OAI-24",
    WARN,
    U,
    "a last message that is not the assistant's: nothing learns from it",
    where.last_is_not("assistant"),
)


def _wrong_content(turn: dict[str, Any]) -> bool | str:
    content = turn.get("content")
    if content is None:  # of the assistant and of a tool other rules speak; an old function may return nothing
        return turn.get("role") in ("system", "developer", "user") and ("content" not in turn or "content")
    return not isinstance(content, str) and where.not_filled_list(content) and "content"


def _silent(turn: dict[str, Any]) -> bool | str:
    said = any(turn.get(key) for key in ("tool_calls", "function_call", "refusal"))
    return turn.get("role") == "assistant" and turn.get("content") is None and not said


def _no_call(call: Any) -> bool:
    if not isinstance(call, dict) or not isinstance(call.get("id"), str) or call.get("type") != "function":
        return True
    function = call.get("function")
    return not (
        isinstance(function, dict)
        and isinstance(function.get("name"), str)
        and isinstance(function.get("arguments"), str)
    )


def _no_part(part: Any, *kinds: str) -> bool:
    """Whether it is none of these kinds of parts; audio, files and images have rules of their own."""
    if not isinstance(part, dict):
        return True
    kind = part.get("type")
    if kind in _UNSUPPORTED or (kind == "image_url" and "refusal" in kinds):
        return False
    if kind == "image_url":
        return kind not in kinds or images.url_of(part) is None
    return kind not in kinds or not isinstance(part.get(kind), str)


def _no_old_call(found: Any) -> bool:
    return found is not None and not (
        isinstance(found, dict) and all(isinstance(found.get(key), str) for key in ("name", "arguments"))
    )


def _no_tool(tool: Any) -> bool:
    function = tool.get("function") if isinstance(tool, dict) else None
    return not (isinstance(function, dict) and tool.get("type") == "function" and isinstance(function.get("name"), str))


_UNSUPPORTED = ("input_audio", "audio", "file", "input_file")


def unanswered_call(row: Row) -> str | None:
    """A tool call has no result, although the dialogue goes on."""
    waiting: dict[str, str] = {}
    for place, turn in where.turns(row):
        if turn.get("role") == "tool":
            waiting.pop(str(turn.get("tool_call_id")), None)
            continue
        if waiting:
            return next(iter(waiting.values()))
        calls = turn.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            if isinstance(call, dict):
                waiting[str(call.get("id"))] = place
    return None


def roles(id_: str, evidence: str, *allowed: str, quote: str = "") -> TargetRule:
    """Return the rule of the roles that messages may have."""
    return rule(
        id_, REJECT, evidence, f"a role other than {', '.join(allowed)}", where.role_outside(*allowed), quote=quote
    )


ANY_ROLE = roles("OAI-22", "SPEC, OBS", *ROLES, quote="Example …, message … Discriminator 'role' is missing in value")

#: What each message must be, whatever the method.
MESSAGE = (
    rule(
        "OAI-25",
        REJECT,
        SPEC,
        "content that is neither text nor a list of parts, or none where only the assistant may have none",
        where.turn(_wrong_content),
    ),
    rule(
        "OAI-25-PARTS",
        REJECT,
        SPEC,
        "a part of a kind that its role may not have: text for all, image_url for the user, refusal for the assistant",
        where.any_of(
            where.part(lambda part: _no_part(part, "text"), "system", "developer", "tool"),
            where.part(lambda part: _no_part(part, "text", "image_url"), "user"),
            where.part(lambda part: _no_part(part, "text", "refusal"), "assistant"),
        ),
    ),
    rule("OAI-26", REJECT, SPEC, "an assistant with neither content nor tool_calls", where.turn(_silent)),
    rule(
        "OAI-27",
        WARN,
        U,
        "empty content",
        where.turn(lambda turn: turn.get("content") in ("", " ") and not turn.get("tool_calls") and "content"),
    ),
    rule(
        "OAI-28",
        REJECT,
        SPEC,
        "a weight of an assistant message that is not the integer 0 or 1",
        where.key_of_turn("weight", where.not_integer(0, 1), "assistant"),
    ),
    rule(
        "OAI-29",
        IGNORE,
        U,
        "a weight of a message that is not the assistant's",
        where.turn(lambda turn: "weight" in turn and turn.get("role") != "assistant" and "weight"),
    ),
    rule(
        "OAI-30",
        WARN,
        DOC,
        "a message with a key that is not in the schema",
        where.unknown_key(*_TURN_KEYS),
        quote="message_unrecognized_key",
    ),
    rule(
        "OAI-30-NAME",
        REJECT,
        SPEC,
        "a name that is no text, or a function's message without one",
        where.any_of(
            where.key_of_turn("name", lambda found: not isinstance(found, str | None)),
            where.lacks_key("name", roles=("function",)),
        ),
    ),
    rule(
        "OAI-31-OLD",
        REJECT,
        SPEC,
        "a function_call without a name and arguments as a string",
        where.key_of_turn("function_call", _no_old_call, "assistant"),
    ),
    rule(
        "OAI-31",
        REJECT,
        SPEC,
        "a tool call without id, type function, a name, or arguments as a string",
        where.any_of(
            where.call(_no_call), where.key_of_turn("tool_calls", lambda calls: not isinstance(calls, list | None))
        ),
    ),
    rule("OAI-32", WARN, U, "arguments of a tool call that are no JSON", text=text.bad_arguments),
    rule(
        "OAI-33",
        REJECT,
        SPEC,
        "a tool message without tool_call_id, one that is no text, or without content",
        where.any_of(
            where.lacks_key("tool_call_id", roles=("tool",)),
            where.lacks_key("content", roles=("tool",)),
            where.key_of_turn("tool_call_id", where.not_text, "tool"),
        ),
    ),
    rule("OAI-34", WARN, U, "a tool result that answers no call before it", text=text.orphan_result),
    rule("OAI-34-OPEN", WARN, U, "a tool call without a result, although the dialogue goes on", text=unanswered_call),
    rule(
        "OAI-35",
        REJECT,
        SPEC,
        "a function name that is not 1 to 64 letters, digits, _ and -",
        text=text.bad_function_name,
    ),
    rule(
        "OAI-35-TOOLS",
        REJECT,
        SPEC,
        "tools that are not a list of functions with a name",
        where.any_of(
            where.value("tools", lambda found: not isinstance(found, list | None)), where.each("tools", _no_tool)
        ),
    ),
    rule(
        "OAI-35-COUNT",
        REJECT,
        SPEC,
        "functions that are not a list of 1 to 128",
        where.value("functions", lambda found: not (isinstance(found, list) and 0 < len(found) <= _MOST_FUNCTIONS)),
    ),
    rule(
        "OAI-36",
        REJECT,
        OBS,
        "a control token in the text",
        text=text.control_token,
        quote="Example 6174 message contains an invalid token: <|fim_suffix|>.",
    ),
    rule(
        "OAI-37",
        REJECT,
        SPEC,
        "audio or a file: only text and images can be trained",
        where.part(lambda part: isinstance(part, dict) and part.get("type") in _UNSUPPORTED),
    ),
)

ANSWERS = (ANY_ROLE, *MESSAGE, NO_ASSISTANT, ENDS_ELSEWHERE)


def more_images(most: int) -> Where:
    """There are more images than this in a record."""

    def test(row: Row) -> str | None:
        contents = [turn.get("content") for _, turn in where.turns(row)]
        count = sum(images.is_image(part) for content in contents if isinstance(content, list) for part in content)
        return "/messages" if count > most else None

    return test


def has_image(row: Row) -> str | None:
    """There is an image in a record."""
    return where.part(images.is_image)(row)


def _bad_detail(part: Any) -> bool:
    inner = part.get("image_url") if images.is_image(part) else None
    return isinstance(inner, dict) and inner.get("detail", "auto") not in ("low", "high", "auto")


def vision(most: int, id_: str = "OAI-40") -> tuple[TargetRule, ...]:
    """Return the rules of images; `id_` is for how many a record may have."""
    return (
        rule(id_, REJECT, DOC, f"more than {most} images", more_images(most)),
        rule("OAI-40-SIZE", REJECT, DOC, "an image of more than 10 MB, decoded", text=images.heavy_image),
        rule(
            "OAI-41",
            DROP,
            DOC,
            "a data URL that holds no JPEG, PNG or WEBP: the image is refused or skipped",
            text=images.image_besides("jpeg", "png", "webp"),
        ),
        rule(
            "OAI-41-MIME",
            WARN,
            U,
            "a data URL that holds another kind of image than it says",
            text=images.mislabelled_image,
        ),
        rule("OAI-42", REJECT, DOC, "an image in a message of the assistant", where.part(images.is_image, "assistant")),
        rule(
            "OAI-43",
            DROP,
            DOC,
            "an image that is neither at a public http(s) address nor in a base64 data URL: it is skipped",
            text=images.image(lambda url: not (images.inline(url) or url.startswith(("https://", "http://")))),
        ),
        rule("OAI-43-DETAIL", REJECT, SPEC, "a detail other than low, high and auto", where.part(_bad_detail)),
    )


def asked_in_preference(rules: Iterable[TargetRule]) -> tuple[TargetRule, ...]:
    """Return the same rules for `input` and both outputs of a preference record."""
    return tuple(
        one.model_copy(update={"outline": _anywhere(one.outline), "text": _anywhere(one.text)}) for one in rules
    )


def _anywhere(test: Where | None) -> Where | None:
    return where.any_of(where.below("input", test), *(_in_output(key, test) for key in OUTPUTS)) if test else None


def _in_output(key: str, test: Where) -> Where:
    def asked(row: Row) -> str | None:
        place = test({"messages": row.get(key)})
        return None if place is None else f"/{key}" + place.removeprefix("/messages")

    return asked


def prefers(row: Row) -> str | None:
    """The record is one for preferences: an object as `input` (other formats have a text there), or an output."""
    return "" if isinstance(row.get("input"), dict) else where.has(*OUTPUTS)(row)


def no_preference(row: Row) -> str | None:
    """There is no `input` with messages, or not both outputs."""
    missing = where.lacks("input", *OUTPUTS)(row)
    return where.no_turns("input.messages")(row) if missing is None else missing


def not_one_answer(found: Any) -> bool:
    """Whether it is not a list of exactly one assistant message."""
    return not (
        isinstance(found, list)
        and len(found) == 1
        and isinstance(found[0], dict)
        and found[0].get("role") == "assistant"
    )


def same_outputs(row: Row) -> str | None:
    """Both outputs say the same."""
    first, second = (row.get(key) for key in OUTPUTS)
    return "/non_preferred_output" if first is not None and first == second else None
