"""What supervised and preference tuning of Amazon Nova share: rules of the file and of messages."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from dsready.targets import _converse as converse
from dsready.targets import where
from dsready.targets._jsonl import json_lines
from dsready.targets._say import CODE, DOC, REJECT, RUN, WARN, U, rule
from dsready.targets.rule import Problem, Tokens
from dsready.targets.whole import extension, fewer_rows, more_rows, trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsready.targets.rule import Row, TargetRule, Where
    from dsready.targets.tally import Tally

SOURCE = (
    "Nova user guides (2026); amazon-bedrock-samples @85fba9d and amzn-nova-forge 1.4.10, executed; "
    "amazon-nova-samples @1e88f24, read"
)
_FORMATS = {"image": ("png", "jpeg", "gif", "webp"), "video": ("mov", "mkv", "mp4", "webm"), "document": ("pdf",)}
_RESERVED = re.compile(
    r"System:|SYSTEM:|User:|USER:|Bot:|BOT:|Assistant:|ASSISTANT:|Thought:|\[EOS\]|<image>|<video>|<unk>"
)
#: Matched by the newer script, which does not care about case.
_LOWER = re.compile(r"system:|user:|bot:|assistant:|<image>|<video>|<unk>", re.IGNORECASE)
_PATH = re.compile(r"[\w\-/.]+\Z")
_NAME = re.compile(r"[A-Za-z0-9_\-./]+\Z")
_MOST_IMAGES = 10


def _of_part(part: dict[str, Any]) -> Iterator[Any]:
    yield part.get("text")
    yield where.value_at(part, "reasoningContent.reasoningText.text")
    for _, item in where.items(part, "toolResult.content"):
        yield item.get("text") if isinstance(item, dict) else None


def _texts(row: Row) -> Iterator[tuple[str, str]]:
    """Yield all that the validators look through for reserved words."""
    for place, item in where.turns(row, "system"):
        yield place, str(item.get("text"))
    for place, turn in where.turns(row):
        for holder in (turn, *(candidate for _, candidate in where.items(turn, "candidates"))):
            for part in converse.parts_of(holder):
                yield from ((place, text) for text in _of_part(part) if isinstance(text, str))


def _reserved(row: Row) -> str | None:
    return next((place for place, text in _texts(row) if _RESERVED.search(text)), None)


def _nearly_reserved(row: Row) -> str | None:
    if _reserved(row) is not None:
        return None
    return next((place for place, text in _texts(row) if _LOWER.search(text)), None)


def _empty(turn: dict[str, Any]) -> bool | str:
    texts = [part["text"] for part in converse.parts_of(turn) if isinstance(part.get("text"), str)]
    held = converse.counts(turn)
    # The newer script lets it pass beside reasoning and documents as well, Nova Forge does not.
    besides = held["image"] or held["video"]
    return bool(texts) and not any(texts) and not besides and "content"


def _crowded(turn: dict[str, Any]) -> bool | str:
    held = converse.counts(turn)
    return (held["image"] > _MOST_IMAGES or held["video"] > 1) and "content"


def _mixed_media(turn: dict[str, Any]) -> bool | str:
    held = converse.counts(turn)
    return sum(held[kind] > 0 for kind in converse.MEDIA) > 1 and "content"


def _many_documents(row: Row) -> str | None:
    found = [place for place, _ in converse.parts(row, "document")]
    return found[1] if len(found) > 1 else None


def unknown_keys(*keys: str) -> Where:
    """The record has a key that is none of these, or a message one that is not known."""
    return where.any_of(where.beyond(*keys), where.unknown_key("role", "content", "candidates"))


def _odd_path(kind: str, media: Any) -> bool:
    return not converse.not_in_s3(kind, media) and not _PATH.match(converse.location(media).removeprefix(converse.S3))


def _odd_name(tally: Tally) -> Problem | None:
    for file in tally.files:
        if not file.path.startswith("<") and not _NAME.match(PurePath(file.path).name):
            return Problem("the name holds other characters than letters, digits, _, -, . and /", path=file.path)
    return None


def _thinks_aloud(turn: dict[str, Any]) -> bool | str:
    """Whether a message reasons that is not the assistant's, or shows media."""
    held = converse.counts(turn)
    besides = any(held[kind] for kind in converse.MEDIA)
    return held["reasoningContent"] > 0 and (turn.get("role") != "assistant" or besides) and "content"


def _no_reasoning(found: Any) -> bool:
    return not isinstance(where.value_at(found, "reasoningText.text"), str)


NO_MESSAGES = rule(
    "NOV-13-MESSAGES", REJECT, RUN, "no list of messages", converse.no_messages, quote="messages: Field required"
)
ROLE = rule(
    "NOV-11",
    REJECT,
    RUN,
    "a role other than user and assistant; the system prompt stands beside messages",
    where.role_outside("user", "assistant"),
    quote="Invalid value for role, valid values are ['user', 'assistant']",
)
ORDER = rule(
    "NOV-12",
    REJECT,
    RUN,
    "user and assistant that do not take turns, from the user to the assistant",
    converse.out_of_turn,
    quote="Invalid messages, expected assistant role but found user",
)
VERSION = rule(
    "NOV-04",
    WARN,
    "RUN, DOC",
    f"a schemaVersion other than {converse.VERSION}: Nova Forge refuses it",
    converse.other_version,
    quote="Invalid schemaVersion 'v1', must be 'bedrock-conversation-2024'",
)
#: Of all messages, in supervised and in preference records.
COMMON: tuple[TargetRule, ...] = (
    rule(
        "NOV-10",
        REJECT,
        RUN,
        "a system prompt that is not a list of texts",
        where.value("system", converse.wrong_system),
        quote="system: Input should be a valid list",
    ),
    rule(
        "NOV-14",
        REJECT,
        RUN,
        "a message with nothing but empty text",
        where.turn(_empty),
        quote="Invalid content, empty text content",
    ),
    rule(
        "NOV-15",
        WARN,
        CODE,
        "an empty list of parts: the newer script and SageMaker refuse it",
        where.key_of_turn("content", lambda found: found == []),
    ),
    rule(
        "NOV-13-PART",
        REJECT,
        RUN,
        f"a part that is none of {', '.join(converse.PARTS)}",
        where.part(converse.no_part),
        quote="Invalid content, at least one of [...] must be provided",
    ),
    # Older texts say that a prompt must not start with them; the user guide and both validators now say: anywhere.
    rule(
        "NOV-16",
        REJECT,
        "RUN, DOC",
        "a reserved word: User:, Assistant:, System:, Bot:, Thought:, [EOS], <image>, <video> or <unk>",
        text=_reserved,
        quote="Please do not use these keywords: User:",
    ),
    rule(
        "NOV-16-CASE",
        WARN,
        CODE,
        "a reserved word in other letters, as in robot: or user:; the newer script refuses it",
        text=_nearly_reserved,
        quote="Invalid text content, following tokens are invalid: `User:`",
    ),
    rule(
        "NOV-20",
        REJECT,
        RUN,
        "an image, video or document in a message of the assistant",
        converse.has_part(*converse.MEDIA, roles=("assistant",)),
        quote="Invalid content, image/video cannot be included when role is 'assistant'",
    ),
    rule(
        "NOV-21",
        REJECT,
        RUN,
        "a format that is not supported: images png, jpeg, gif, webp; video mov, mkv, mp4, webm; documents pdf",
        converse.media_with(lambda kind, media: converse.written_as(media) not in _FORMATS[kind]),
        quote="Invalid image format, supported formats are ['jpeg', 'png', 'gif', 'webp']",
    ),
    rule(
        "NOV-21-NOVA-2",
        WARN,
        "CODE, DOC",
        "webp or webm, which Nova 2 Lite does not take",
        converse.media_with(lambda _, media: converse.written_as(media) in ("webp", "webm")),
        quote="Invalid image format 'webp' for lite-2.0.",
    ),
    rule(
        "NOV-22",
        REJECT,
        RUN,
        "media without source.s3Location.uri that begins with s3://",
        text=converse.media_with(converse.not_in_s3),
        quote="Invalid S3 URI, must start with 's3://'",
    ),
    rule(
        "NOV-22-PATH",
        REJECT,
        RUN,
        "an address with other characters than letters, digits, _, -, . and /",
        text=converse.media_with(_odd_path),
        quote="Invalid characters in 'uri'.",
    ),
    rule(
        "NOV-22-OWNER",
        WARN,
        RUN,
        "media without bucketOwner: Nova Forge refuses it",
        converse.media_with(
            lambda _, media: not isinstance(where.value_at(media, "source.s3Location.bucketOwner"), str)
        ),
        quote="bucketOwner: Field required",
    ),
    rule(
        "NOV-23",
        REJECT,
        RUN,
        "more than 10 images or one video in a message",
        where.turn(_crowded),
        quote="Invalid content, number of images 11 exceed maximum allowed limit of 10",
    ),
    rule(
        "NOV-24",
        REJECT,
        RUN,
        "images, video and documents in one message",
        where.turn(_mixed_media),
        quote="'content' list cannot contain both video items and image items for a given sample",
    ),
    rule(
        "NOV-32",
        REJECT,
        CODE,
        "reasoning beside media, or not the assistant's",
        where.turn(_thinks_aloud),
        quote="reasoningContent can only be included when role is 'assistant'",
    ),
    rule(
        "NOV-32-TEXT",
        REJECT,
        CODE,
        "reasoningContent without reasoningText.text",
        converse.part_with("reasoningContent", _no_reasoning),
    ),
    rule(
        "NOV-32-MODEL",
        WARN,
        CODE,
        "reasoning, which only Nova 2 Lite learns",
        converse.has_part("reasoningContent"),
        quote="Invalid content, reasoning samples are only supported by Nova 2.0 Lite.",
    ),
    rule("NOV-33", WARN, "CODE, DOC", "a document, which only Nova 2 Lite reads", converse.has_part("document")),
    rule(
        "NOV-33-ONE",
        REJECT,
        CODE,
        "more than one document",
        _many_documents,
        quote="Only one document is allowed per sample",
    ),
)
NO_PARTS = rule(
    "NOV-13",
    REJECT,
    RUN,
    "content that is not a list of parts",
    converse.no_parts,
    quote="Input should be a valid list",
)


def file_rules(least: int, evidence: str) -> tuple[TargetRule, ...]:
    """Return the rules of the file; `evidence` is for how many rows it must have."""
    return (
        *json_lines("NOV-01-JSON", RUN, "Line 3: Invalid JSON syntax", twice=RUN),
        rule(
            "NOV-01",
            REJECT,
            CODE,
            "another extension than .jsonl",
            whole=extension(".jsonl"),
            quote="File is not jsonl",
        ),
        rule("NOV-01-NAME", REJECT, DOC, "a name that Bedrock does not take", whole=_odd_name),
        rule("NOV-01-BOM", REJECT, RUN, "a byte order mark", whole=trouble("byte-order-mark")),
        rule(
            "NOV-02",
            REJECT,
            evidence,
            f"fewer than {least} rows",
            whole=fewer_rows(least),
            quote="Numer of samples 7 out of bounds between 8 and 20000 for lite",
        ),
        rule("NOV-02-MOST", REJECT, evidence, "more than 20,000 rows", whole=more_rows(20_000)),
        rule(
            "NOV-03",
            WARN,
            RUN,
            "a blank line: the script for Nova 1 stops there",
            lines={"blank"},
            quote="Invalid JSON syntax - Expecting value",
        ),
    )


LENGTH = rule("NOV-02-TOKENS", REJECT, U, "more than 32,768 tokens", tokens=Tokens(most=32_768))
