"""Messages as Together's clients check them: in a chat, and in the input of a preference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._say import REJECT, RUN, rule

if TYPE_CHECKING:
    from dsready.targets.rule import Row, Where

_MOST_IMAGES = 10


def _not_content(found: Any) -> bool:
    return not (found is None or isinstance(found, str | list))


def is_image(part: Any) -> bool:
    """Whether a part of a content is an image."""
    return isinstance(part, dict) and part.get("type") == "image_url"


def no_part(part: Any) -> bool:
    """Whether a part of a content is neither a text nor an image."""
    if not isinstance(part, dict) or part.get("type") != "text":
        return not is_image(part)
    return not isinstance(part.get("text"), str)


def _weighted_image(turn: dict[str, Any]) -> bool | str:
    content = turn.get("content")
    return isinstance(content, list) and bool(turn.get("weight")) and any(map(is_image, content)) and "weight"


def _not_inline(part: Any) -> bool:
    if not is_image(part):
        return False
    url = part.get("image_url")
    url = url.get("url") if isinstance(url, dict) else url
    kinds = ("data:image/jpeg;base64,", "data:image/png;base64,", "data:image/webp;base64,")
    return not (isinstance(url, str) and url.startswith(kinds))


def _many_images(path: str) -> Where:
    def test(row: Row) -> str | None:
        contents = [turn.get("content") for _, turn in where.turns(row, path)]
        count = sum(is_image(part) for content in contents if isinstance(content, list) for part in content)
        return where.pointer(path) if count > _MOST_IMAGES else None

    return test


def _two_styles(path: str) -> Where:
    def test(row: Row) -> str | None:
        contents = [turn.get("content") for _, turn in where.turns(row, path)]
        styles = {type(content) for content in contents if content and isinstance(content, str | list)}
        return where.pointer(path) if len(styles) > 1 else None

    return test


def conversation(path: str) -> dict[str, tuple[Any, ...]]:
    """Return the rules of the list of messages at a path."""
    structure = (
        rule(
            "TGR-20",
            REJECT,
            RUN,
            "no list of messages, or an empty one",
            where.no_turns(path),
            quote="The `messages` column must not be empty.",
        ),
    )
    rules = (
        rule(
            "TGR-21",
            REJECT,
            RUN,
            "a role other than system, user, assistant and tool",
            where.role_outside("system", "user", "assistant", "tool", path=path),
            quote="Invalid role `…` in conversation on line …. Possible roles: system, user, assistant, tool",
        ),
        rule(
            "TGR-22",
            REJECT,
            RUN,
            "a message without content (an assistant may have tool_calls instead)",
            where.turn(
                lambda turn: "content" not in turn and not (turn.get("role") == "assistant" and "tool_calls" in turn),
                path,
            ),
            quote="Missing required column `content` or `tool_calls` in message on line ….",
        ),
        rule(
            "TGR-23",
            REJECT,
            RUN,
            "content that is neither text nor a list of parts",
            where.key_of_turn("content", _not_content, path=path),
            quote="Invalid content type on line …. Expected string or multimodal list of dicts",
        ),
        rule(
            "TGR-26",
            REJECT,
            RUN,
            "a weight that is neither 0 nor 1; 1.0 is no integer",
            where.key_of_turn("weight", lambda found: not isinstance(found, int) or found not in (0, 1), path=path),
            quote="Weight must be an integer on line ….",
        ),
        rule(
            "TGR-43",
            REJECT,
            RUN,
            "messages of text beside messages of parts",
            _two_styles(path),
            quote="Messages in the conversation must be either all in multimodal or all in text-only format.",
        ),
        rule(
            "TGR-44",
            REJECT,
            RUN,
            "a part that is neither a text nor an image_url",
            where.part(no_part, path=path),
            quote="The dataset is malformed, the `type` field must be either 'text' or 'image_url'.",
        ),
        rule(
            "TGR-45",
            REJECT,
            RUN,
            "an image in a message whose weight is not 0",
            where.turn(_weighted_image, path),
            quote="Messages with images cannot have non-zero weights.",
        ),
        rule(
            "TGR-41",
            REJECT,
            RUN,
            "an image in a message that is not the user's",
            where.part(is_image, "system", "assistant", "tool", path=path),
            quote="The dataset is malformed, only user messages can contain images.",
        ),
        rule(
            "TGR-42",
            REJECT,
            RUN,
            "more than 10 images",
            _many_images(path),
            quote="must contain at most 10 images, found 11.",
        ),
        rule(
            "TGR-40",
            REJECT,
            RUN,
            "an image that is no base64 data URL of a JPEG, PNG or WEBP",
            text=where.part(_not_inline, path=path),
            quote="The dataset is malformed, the `url` field must be either a JPEG, PNG or WEBP base64-encoded image …",
        ),
    )
    return {"structure": structure, "rules": rules}
