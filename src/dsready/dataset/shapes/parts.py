"""What a content list says, in any of the dialects: OpenAI, Anthropic, Bedrock, Gemini, Hugging Face, LLaMA-Factory."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import orjson

from dsready.dataset.example import ToolCall, media

TEXT = frozenset({"text", "input_text", "output_text", "reasoning", "thinking", "refusal"})
MEDIA = {
    "image": "image",
    "image_url": "image",
    "input_image": "image",
    "video": "video",
    "video_url": "video",
    "audio": "audio",
    "audio_url": "audio",
    "input_audio": "audio",
    "file": "file",
    "input_file": "file",
    "document": "file",
    "fileData": "file",
    "file_data": "file",
    "inlineData": "file",
    "inline_data": "file",
}
CALLS = frozenset({"toolUse", "tool_use", "functionCall", "function_call", "tool_call"})
RESULTS = frozenset({"toolResult", "tool_result", "functionResponse", "function_response"})
#: A part without `type` (Bedrock, Gemini) says what it is by its key.
UNTYPED = ("text", "toolUse", "toolResult", "functionCall", "functionResponse", "function_call", "function_response")
UNTYPED_MEDIA = ("image", "video", "audio", "document", "fileData", "file_data", "inlineData", "inline_data")

#: Columns beside the conversation that hold media, and the word for what they hold.
COLUMNS = {
    "images": "image",
    "image": "image",
    "image_path": "image",
    "videos": "video",
    "video": "video",
    "audios": "audio",
    "audio": "audio",
    "document_path": "file",
}


@dataclass(slots=True)
class Result:
    """What a tool answered."""

    text: str
    call_id: str | None = None


@dataclass(slots=True)
class Content:
    """What the parts of one message amount to."""

    texts: list[str] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)


def compact(value: Any) -> str:
    """Write a value as compact JSON with sorted keys; strings as they are. Never raises, however deep the value is."""
    if isinstance(value, str):
        return value
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except (TypeError, ValueError):  # orjson writes some 250 levels, and no lone surrogate
        try:
            return json.dumps(value, sort_keys=True, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError):
            return "…"


def string(value: Any, *keys: str) -> str | None:
    """Return the first of an object's values that is a string."""
    return next((value[key] for key in keys if isinstance(value.get(key), str)), None)


def read_parts(parts: list[Any]) -> Content:
    """Sort the parts of one message into texts (with words for media), tool calls and tool results."""
    content = Content()
    for part in parts:
        if isinstance(part, dict):
            _read_part(part, content)
        elif isinstance(part, str):
            content.texts.append(part)
    return content


def _read_part(part: dict[str, Any], content: Content) -> None:
    kind = part.get("type")
    if not isinstance(kind, str):
        kind = next((key for key in (*UNTYPED, *UNTYPED_MEDIA) if part.get(key) is not None), "")
    body = part.get(kind, part.get("value"))
    if kind in TEXT:
        text = body if isinstance(body, str) else string(part, "text")
        if text is not None:
            content.texts.append(text)
    elif kind in MEDIA:
        content.texts.append(media(MEDIA[kind], where(part if body is None else body)))
    elif kind in CALLS:
        content.calls += calls_of(part if body is None else body)
    elif kind in RESULTS:
        content.results.append(_result(part if body is None else body))
    elif "reasoningContent" in part:
        content.texts.append(_reasoning(part["reasoningContent"]))
    else:  # unknown, but two different ones must not look alike
        content.texts.append(media("part", compact(part)))


def where(body: Any) -> str:
    """Say where a medium comes from: its address, or all that is known of it."""
    if isinstance(body, dict):
        found = string(body, "url", "file_id", "fileUri", "path", "data")
        return found if found is not None else compact(body)
    return compact(body)


def calls_of(body: Any) -> list[ToolCall]:
    """
    Read one call, or a list of them, written as an object or as JSON text.

    Text that cannot be read becomes a call without a name whose arguments are the text, so that it is not lost.
    """
    written = body
    if isinstance(body, str):
        try:
            body = orjson.loads(body)
        except orjson.JSONDecodeError:
            return [ToolCall("", written)]
    if isinstance(body, dict):
        return [_call(body)]
    if isinstance(body, list) and body and all(isinstance(item, dict) for item in body):
        return [_call(item) for item in body]
    return [ToolCall("", written)]


def _call(body: dict[str, Any]) -> ToolCall:
    inner = body.get("function")
    if not isinstance(inner, dict):
        inner = body
    arguments = next((inner[key] for key in ("arguments", "args", "input", "parameters") if key in inner), None)
    return ToolCall(string(inner, "name") or "", arguments, string(body, "id", "toolUseId"))


def _result(body: Any) -> Result:
    if not isinstance(body, dict):
        return Result(compact(body))
    said = next((body[key] for key in ("content", "response", "output") if key in body), "")
    call_id = string(body, "toolUseId", "tool_use_id", "id")
    if isinstance(said, list):  # its parts are texts and media; a result within a result is not looked into
        return Result("\n".join(read_parts([part for part in said if not _is_result(part)]).texts), call_id)
    return Result(compact(said), call_id)


def _is_result(part: Any) -> bool:
    return isinstance(part, dict) and (
        not RESULTS.isdisjoint(part) or (isinstance(part.get("type"), str) and part["type"] in RESULTS)
    )


def _reasoning(body: Any) -> str:
    inner = body.get("reasoningText") if isinstance(body, dict) else None
    said = string(inner, "text") if isinstance(inner, dict) else None
    return compact(body) if said is None else said


def columns(value: dict[str, Any]) -> str:
    """Return the words for the media that stand in columns of their own, joined by a blank; "" for none."""
    if COLUMNS.keys().isdisjoint(value):
        return ""
    words = []
    for key, kind in COLUMNS.items():
        held = value.get(key)
        words += [media(kind, where(item)) for item in (held if isinstance(held, list) else [held]) if item is not None]
    return " ".join(words)
