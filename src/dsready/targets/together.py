"""Together AI: the rules of its server, as its documentation and the full check of its older client tell them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._say import CODE, DOC, IGNORE, REJECT, RUN, WARN, rule
from dsready.targets.target import Format, Target
from dsready.targets.whole import GB, extension, larger, mixed_formats, no_rows, trouble

if TYPE_CHECKING:
    from dsready.targets.rule import Row, Where

_SHAPES = ("text", "messages", "prompt", "completion", "input", "preferred_output", "non_preferred_output")
_MOST_IMAGES = 10


def _extra(*keys: str) -> Any:
    """Another column; one of another format, or of this one."""
    return where.beyond(*keys, "weight", *_SHAPES)


def _second(*others: str) -> Any:
    return where.has(*others)


def _not_content(found: Any) -> bool:
    return not (found is None or isinstance(found, str | list))


def _image(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "image_url"


def _not_inline(part: Any) -> bool:
    if not _image(part):
        return False
    url = part.get("image_url")
    url = url.get("url") if isinstance(url, dict) else url
    kinds = ("data:image/jpeg;base64,", "data:image/png;base64,", "data:image/webp;base64,")
    return not (isinstance(url, str) and url.startswith(kinds))


def _many_images(path: str) -> Where:
    def test(row: Row) -> str | None:
        contents = [turn.get("content") for _, turn in where.turns(row, path)]
        count = sum(_image(part) for content in contents if isinstance(content, list) for part in content)
        return where.pointer(path) if count > _MOST_IMAGES else None

    return test


def _two_styles(path: str) -> Where:
    def test(row: Row) -> str | None:
        styles = {
            type(turn["content"]) for _, turn in where.turns(row, path) if isinstance(turn.get("content"), str | list)
        }
        return where.pointer(path) if len(styles) > 1 else None

    return test


def _conversation(path: str) -> dict[str, tuple[Any, ...]]:
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
            "TGR-41",
            REJECT,
            RUN,
            "an image in a message that is not the user's",
            where.part(_image, "system", "assistant", "tool", path=path),
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


def _one_answer(key: str) -> tuple[Any, ...]:
    def wrong(found: Any) -> bool:
        if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], dict):
            return True
        said = found[0]
        return said.get("role") != "assistant" or not ("content" in said or "tool_calls" in said)

    return (where.value(key, wrong),)


def _takes_no_turns(found: list[Any]) -> bool:
    """Whether a user or an assistant speaks twice, or the assistant first; tools may speak whenever they like."""
    roles = [turn.get("role") for turn in found if isinstance(turn, dict) and turn.get("role") != "system"]
    doubled = any(before == after and after in {"user", "assistant"} for before, after in pairwise(roles))
    return doubled or roles[:1] == ["assistant"]


def _early_reasoning(found: list[Any]) -> bool:
    spoken = [turn for turn in found if isinstance(turn, dict) and turn.get("role") == "assistant"]
    return any(turn.get("reasoning") or turn.get("reasoning_content") for turn in spoken[:-1])


_CHAT = _conversation("messages")
_INPUT = _conversation("input.messages")

TARGET = Target(
    id="together",
    name="Together AI",
    source="together 2.14.0 (last full client check) and 1.5.35, executed; documentation of data preparation (2026)",
    formats=(
        Format(
            id="openai-preference",
            when=where.has_all("input", "preferred_output", "non_preferred_output"),
            structure=_INPUT["structure"],
            rules=(
                *_INPUT["rules"],
                rule(
                    "TGR-50",
                    REJECT,
                    RUN,
                    "an input that ends with the assistant",
                    where.value("input.messages", lambda found: found[-1].get("role") == "assistant"),
                    quote="The last message in the input conversation must not be from the assistant on line ….",
                ),
                rule(
                    "TGR-51",
                    REJECT,
                    RUN,
                    "an output that is not a list of exactly one assistant message",
                    where.any_of(*_one_answer("preferred_output"), *_one_answer("non_preferred_output")),
                    quote="the list must contain exactly one message on line ….",
                ),
                rule("TGR-52", REJECT, DOC, "tools beside the input: they belong inside it", where.has("tools")),
                rule(
                    "TGR-08",
                    REJECT,
                    "RUN, DOC",
                    "columns of a second format",
                    _second("messages", "prompt", "completion", "text"),
                    quote='Found extra column "messages"',
                ),
                rule(
                    "TGR-09",
                    REJECT,
                    RUN,
                    "a column that does not belong to the format",
                    _extra("tools"),
                    quote='Found extra column "…" in the line ….',
                ),
            ),
        ),
        Format(
            id="openai-chat",
            when=where.has("messages"),
            structure=_CHAT["structure"],
            rules=(
                *_CHAT["rules"],
                rule(
                    "TGR-24",
                    REJECT,
                    RUN,
                    "no message of the assistant",
                    where.no_role("assistant"),
                    quote="At least one message with the assistant role must be present in the example.",
                ),
                rule(
                    "TGR-25",
                    WARN,
                    "DOC, RUN",
                    "user and assistant do not take turns (client 1.x refuses it)",
                    where.value("messages", _takes_no_turns),
                    quote="Invalid role turns on line … of the input file.",
                ),
                rule(
                    "TGR-08",
                    REJECT,
                    "RUN, DOC",
                    "columns of a second format",
                    _second("text", "prompt", "completion", "input", "preferred_output", "non_preferred_output"),
                    quote='Found extra column "text"',
                ),
                rule(
                    "TGR-09",
                    REJECT,
                    RUN,
                    "a column that does not belong to the format",
                    _extra("tools"),
                    quote='Found extra column "…" in the line ….',
                ),
                rule(
                    "TGR-28",
                    IGNORE,
                    DOC,
                    "reasoning in an assistant turn before the last: only the last is trained",
                    where.value("messages", _early_reasoning),
                ),
            ),
        ),
        Format(
            id="prompt-completion",
            when=where.has_all("prompt", "completion"),
            rules=(
                rule(
                    "TGR-11",
                    REJECT,
                    RUN,
                    "a prompt or a completion that is no text",
                    where.any_of(where.value("prompt", where.not_text), where.value("completion", where.not_text)),
                ),
                rule("TGR-08", REJECT, "RUN, DOC", "columns of a second format", _second("text", "messages")),
                rule(
                    "TGR-09",
                    REJECT,
                    RUN,
                    "a column that does not belong to the format",
                    _extra(),
                    quote='Found extra column "…" in the line ….',
                ),
            ),
        ),
        Format(
            id="text",
            when=where.has("text"),
            rules=(
                rule("TGR-11", REJECT, RUN, "a text that is no text", where.value("text", where.not_text)),
                rule("TGR-08", REJECT, "RUN, DOC", "columns of a second format", _second("messages")),
                rule(
                    "TGR-09",
                    REJECT,
                    RUN,
                    "a column that does not belong to the format",
                    _extra(),
                    quote='Found extra column "…" in the line ….',
                ),
            ),
        ),
    ),
    unknown=rule(
        "TGR-06",
        REJECT,
        RUN,
        "none of its four formats: text, messages, prompt and completion, or preference",
        quote="Could not detect a format for the line … with the columns: …",
    ),
    rules=(
        rule(
            "TGR-01",
            REJECT,
            RUN,
            "another extension than .jsonl",
            whole=extension(".jsonl"),
            quote="Unknown extension of file …",
        ),
        rule("TGR-02", REJECT, "DOC, RUN", "more than 100 GB", whole=larger(100 * GB)),
        rule("TGR-02-SIZE", WARN, "CODE", "more than 50 GB: clients up to 2.14 refuse it", whole=larger(50 * GB)),
        rule("TGR-03", REJECT, RUN, "bytes that are not UTF-8", lines={"utf8"}, quote="File is not UTF-8 encoded."),
        rule(
            "TGR-03-FILE",
            REJECT,
            RUN,
            "a byte order mark, another encoding, or no text",
            whole=trouble("byte-order-mark", "encoding", "lfs-pointer"),
            quote="Unexpected format on line 1.",
        ),
        rule(
            "TGR-04",
            WARN,
            RUN,
            "a blank line: clients up to 2.14 refuse the file",
            lines={"blank"},
            quote="Error parsing json payload.",
        ),
        rule(
            "TGR-05",
            REJECT,
            RUN,
            "a line that is no JSON object",
            lines={"broken", "glued", "not-object"},
            quote="Invalid format on line … of the input file.",
        ),
        rule(
            "TGR-05-FILE",
            REJECT,
            RUN,
            "no object on each line",
            whole=trouble("not-jsonl"),
            quote="Error parsing json payload. Unexpected format on line 1.",
        ),
        rule(
            "TGR-07",
            REJECT,
            RUN,
            "rows of several formats",
            whole=mixed_formats,
            quote="All samples in the dataset must have the same dataset format.",
        ),
        rule("TGR-10", REJECT, CODE, "no row", whole=no_rows, quote="File is empty"),
        rule(
            "TGR-27",
            REJECT,
            DOC,
            "a weight of the row that is no number, or below 0",
            where.value("weight", lambda found: where.not_number(found) or found < 0),
        ),
    ),
)
