"""Messages in the way of Bedrock's Converse API: what Nova, Llama and distillation share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import where

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dsready.targets.rule import Row, Where

VERSION = "bedrock-conversation-2024"
MEDIA = ("image", "video", "document")
PARTS = ("text", *MEDIA, "reasoningContent", "toolUse", "toolResult")
S3 = "s3://"

#: The schemaVersion is missing, or another one.
other_version = where.any_of(where.lacks("schemaVersion"), where.value("schemaVersion", lambda found: found != VERSION))


def parts_of(turn: Any) -> list[dict[str, Any]]:
    """Return the parts of a message that are objects."""
    content = turn.get("content") if isinstance(turn, dict) else None
    return [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []


def parts(row: Row, kind: str) -> Iterator[tuple[str, Any]]:
    """Yield what stands under a key in the parts of all messages, with its pointer."""
    for place, turn in where.turns(row):
        content = turn.get("content")
        for number, part in enumerate(content if isinstance(content, list) else ()):
            if isinstance(part, dict) and part.get(kind) is not None:
                yield f"{place}/content/{number}/{kind}", part[kind]


def part_with(kind: str, test: Callable[[Any], bool]) -> Where:
    """What stands under a key in a part passes a test."""
    return lambda row: next((place for place, found in parts(row, kind) if test(found)), None)


def has_part(*kinds: str, roles: tuple[str, ...] = ()) -> Where:
    """There is a part of one of these kinds, in a message of one of these roles if they are named."""
    return where.part(lambda part: isinstance(part, dict) and any(part.get(kind) is not None for kind in kinds), *roles)


def counts(turn: dict[str, Any]) -> dict[str, int]:
    """Count the parts of a message by their kinds."""
    held = parts_of(turn)
    return {kind: sum(part.get(kind) is not None for part in held) for kind in PARTS}


no_messages: Where = where.any_of(
    where.lacks("messages"), where.value("messages", where.not_list), where.each("messages", where.not_object)
)
no_parts: Where = where.turn(
    lambda turn: (
        (where.not_list(turn.get("content")) or len(parts_of(turn)) < len(turn["content"]))
        and ("content" if "content" in turn else True)
    )
)


def no_part(part: Any) -> bool:
    """Whether an object is none of the known parts, or its text is no text."""
    if not isinstance(part, dict):
        return False
    return all(part.get(kind) is None for kind in PARTS) or not isinstance(part.get("text"), str | None)


def wrong_system(found: Any) -> bool:
    """Whether it is not a list of texts."""
    return found is not None and not (
        isinstance(found, list) and all(isinstance(item, dict) and isinstance(item.get("text"), str) for item in found)
    )


def out_of_turn(row: Row) -> str | None:
    """User and assistant do not take turns, from user to assistant; of other roles another rule speaks."""
    turns = where.turns(row)
    if any(turn.get("role") not in ("user", "assistant") for _, turn in turns):
        return None
    crossed = where.not_alternating("user", "assistant")(row)
    if crossed is None and len(turns) % 2:
        return turns[-1][0]
    return crossed if turns else "/messages"


def location(media: Any) -> Any:
    """Return the address of a media part, None where there is none."""
    found = where.value_at(media, "source.s3Location.uri")
    return found if isinstance(found, str) else None


def media_with(test: Callable[[str, Any], bool]) -> Where:
    """A media part (its kind, itself) passes a test."""

    def found(row: Row) -> str | None:
        return next(
            (place for kind in MEDIA for place, media in parts(row, kind) if test(kind, media)),
            None,
        )

    return found


def not_in_s3(_: str, media: Any) -> bool:
    """Whether a media part has no address that begins with s3://."""
    uri = location(media)
    return uri is None or not uri.startswith(S3)


def written_as(media: Any) -> str:
    """Return the format that a media part says to have, in lower case."""
    found = media.get("format") if isinstance(media, dict) else None
    return found.lower() if isinstance(found, str) else ""
