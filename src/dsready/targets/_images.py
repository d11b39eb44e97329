"""Images in data URLs: measured and recognised without decoding more than their first bytes."""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Any

from dsready.targets import where

if TYPE_CHECKING:
    from collections.abc import Callable

    from dsready.targets.rule import Where

_ENOUGH = 24  # characters of base64: 18 bytes, more than any signature needs
_SIGNATURES = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"), (b"BM", "bmp"))
_NAMES = {"image/jpeg": "jpeg", "image/jpg": "jpeg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


def is_image(part: Any) -> bool:
    """Whether a part of a content is an image, in OpenAI's way to write it."""
    return isinstance(part, dict) and part.get("type") == "image_url"


def url_of(part: Any) -> str | None:
    """Return the URL of an image part, None where there is none."""
    if not is_image(part):
        return None
    url = part.get("image_url")
    url = url.get("url") if isinstance(url, dict) else url
    return url if isinstance(url, str) else None


def declared(url: str) -> str:
    """Return the kind of image that a data URL calls itself: "png", or the media type if that is none we know."""
    media = url[len("data:") : url.find(",")].split(";", maxsplit=1)[0].lower()
    return _NAMES.get(media, media)


def size(url: str) -> int:
    """Return how many bytes a data URL holds."""
    payload = len(url) - url.find(",") - 1
    return payload * 3 // 4 - (len(url) - len(url.rstrip("=")) if url.endswith("=") else 0)


def recognised(url: str) -> str:
    """Return the kind of image that the first bytes of a data URL tell, "" for none."""
    begin = url.find(",") + 1
    try:
        head = binascii.a2b_base64(url[begin : begin + _ENOUGH])
    except (binascii.Error, ValueError):
        return ""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), "")


def inline(url: str) -> bool:
    """Whether it is a data URL in base64."""
    return url.startswith("data:") and ";base64," in url[:100]


def image(test: Callable[[str], bool]) -> Where:
    """The URL of an image passes a test."""

    def tested(part: Any) -> bool:
        url = url_of(part)
        return url is not None and test(url)

    return where.part(tested)


def inline_image(test: Callable[[str], bool]) -> Where:
    """A data URL passes a test."""
    return image(lambda url: inline(url) and test(url))


def larger_image(most: int) -> Where:
    """An image in a data URL has more bytes than this."""
    return inline_image(lambda url: size(url) > most)


def image_besides(*kinds: str) -> Where:
    """A data URL holds, or says to hold, another kind of image than these."""
    return inline_image(lambda url: declared(url) not in kinds or recognised(url) not in kinds)


#: A data URL holds another kind of image than it says.
mislabelled_image = inline_image(lambda url: recognised(url) not in ("", declared(url)))
#: An image of at most 10 MB is what OpenAI, and who follows it, takes.
heavy_image = larger_image(10 << 20)
