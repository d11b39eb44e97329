"""Fine-tuning on Mistral's platform, which its documentation calls no longer actively supported."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dsready.targets import _text as text
from dsready.targets import where
from dsready.targets._jsonl import json_lines
from dsready.targets._say import DOC, REJECT, WARN, U, rule
from dsready.targets.target import Format, Target
from dsready.targets.whole import MB, extension, larger, trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsready.targets.rule import Row

_ROLES = ("system", "user", "assistant", "tool")


def _names(calls: Any) -> Iterator[str]:
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict) and isinstance(function.get("name"), str):
            yield function["name"]


def _undeclared(row: Row) -> str | None:
    declared = set(_names(row.get("tools")))
    for place, turn in where.turns(row):
        if not declared.issuperset(_names(turn.get("tool_calls"))):
            return f"{place}/tool_calls"
    return None


def _without_content(turn: dict[str, Any]) -> bool | str:
    content = turn.get("content")
    if content is None or content in ("", []):
        return turn.get("role") != "assistant" or not turn.get("tool_calls")
    return not isinstance(content, str | list) and "content"


def _call_left_alone(row: Row) -> str | None:
    for (_, turn), (place, after) in pairwise(where.turns(row)):
        if turn.get("tool_calls") and after.get("role") != "tool":
            return place
    return None


def _image_elsewhere(url: Any) -> bool:
    url = url.get("url") if isinstance(url, dict) else url
    return not isinstance(url, str) or not url.startswith("data:image/")


def _no_inline_image(part: Any) -> bool:
    """Whether a part is an image, in whatever way it is written, and not in an `image_url` of its own."""
    kinds = ("image", "image_url")
    shows = isinstance(part, dict) and (part.get("type") in kinds or any(kind in part for kind in kinds))
    return shows and (part.get("type") != "image_url" or _image_elsewhere(part.get("image_url")))


TARGET = Target(
    id="mistral-api",
    name="Mistral, La Plateforme",
    source="mistralai/platform-docs-public @222f4ba (2026-08-21)",
    life="deprecated",
    note="The documentation calls fine-tuning no longer actively supported.",
    formats=(
        Format(
            id="openai-chat",
            when=where.always,
            structure=(
                rule(
                    "MIA-07",
                    REJECT,
                    DOC,
                    "no list of messages, or an empty one",
                    where.no_turns(),
                    quote="Invalid file format",
                ),
            ),
            rules=(
                rule("MIA-02", REJECT, DOC, f"a role other than {', '.join(_ROLES)}", where.role_outside(*_ROLES)),
                rule(
                    "MIA-02-LAST",
                    REJECT,
                    DOC,
                    "a last message that is not the assistant's",
                    where.last_is_not("assistant"),
                ),
                rule(
                    "MIA-02-CONTENT",
                    REJECT,
                    DOC,
                    "a message without text (an assistant may have tool_calls instead)",
                    where.turn(_without_content),
                ),
                rule(
                    "MIA-03",
                    REJECT,
                    DOC,
                    "an assistant with text beside tool_calls",
                    where.turn(lambda turn: bool(turn.get("tool_calls") and turn.get("content")) and "content"),
                ),
                rule(
                    "MIA-03-NEXT",
                    REJECT,
                    DOC,
                    "a tool call that no tool message follows",
                    _call_left_alone,
                ),
                rule(
                    "MIA-04",
                    REJECT,
                    DOC,
                    "a tool call id that is not exactly nine letters and digits",
                    text=text.bad_call_id,
                ),
                rule("MIA-05", REJECT, DOC, "a tool that is called and not declared in tools", text=_undeclared),
                rule(
                    "MIA-06",
                    REJECT,
                    DOC,
                    "an image that is no image_url with a base64 data URL",
                    text=where.part(_no_inline_image),
                ),
                rule(
                    "MIA-08",
                    REJECT,
                    DOC,
                    "a weight that is neither 0 nor 1",
                    where.key_of_turn("weight", where.not_integer(0, 1)),
                ),
            ),
        ),
    ),
    rules=(
        *json_lines("MIA-07-JSON", DOC, "Invalid file format"),
        rule("MIA-01", REJECT, DOC, "more than 512 MB", whole=larger(512 * MB), quote="HTTP 413"),
        rule("MIA-01-NAME", REJECT, DOC, "another extension than .jsonl", whole=extension(".jsonl")),
        rule("MIA-09", WARN, U, "a blank line", lines={"blank"}),
        rule("MIA-09-BOM", REJECT, U, "a byte order mark", whole=trouble("byte-order-mark")),
    ),
)
