"""Together AI: the rules of its server, as its documentation and the full check of its older client tell them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from dsready.targets import where
from dsready.targets._say import CODE, DOC, IGNORE, REJECT, RUN, WARN, rule
from dsready.targets._together import conversation, is_image, no_part
from dsready.targets.target import Format, Target
from dsready.targets.whole import GB, extension, larger, mixed_formats, no_rows, trouble

_SHAPES = ("text", "messages", "prompt", "completion", "input", "preferred_output", "non_preferred_output")


def _extra(*keys: str) -> Any:
    """Another column; one of another format, or of this one."""
    return where.beyond(*keys, "weight", *_SHAPES)


def _second(*others: str) -> Any:
    return where.has(*others)


def _one_answer(key: str) -> tuple[Any, ...]:
    def wrong(found: Any) -> bool:
        if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], dict):
            return True
        said = found[0]
        content = said.get("content", "" if "tool_calls" in said else None)
        parts = content if isinstance(content, list) else ()
        bad = not isinstance(content, str | list) or any(is_image(part) or no_part(part) for part in parts)
        return bad or said.get("role") != "assistant"

    return (where.value(key, wrong),)


def _takes_no_turns(found: list[Any]) -> bool:
    """Whether a user or an assistant speaks twice, or the assistant first; tools may speak whenever they like."""
    roles = [turn.get("role") for turn in found if isinstance(turn, dict) and turn.get("role") != "system"]
    doubled = any(before == after and after in {"user", "assistant"} for before, after in pairwise(roles))
    return doubled or roles[:1] == ["assistant"]


def _early_reasoning(found: list[Any]) -> bool:
    spoken = [turn for turn in found if isinstance(turn, dict) and turn.get("role") == "assistant"]
    return any(turn.get("reasoning") or turn.get("reasoning_content") for turn in spoken[:-1])


_CHAT = conversation("messages")
_INPUT = conversation("input.messages")

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
