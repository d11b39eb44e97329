"""
Gemini tuning on Vertex AI, now the Gemini Enterprise Agent Platform.

A bad row does not stop a job: it is left out or cut, and only counted in the job's statistics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._gemini_old import OLD
from dsready.targets._gemini_tools import UNKNOWN_TOOLS
from dsready.targets._jsonl import json_lines
from dsready.targets._say import DOC, DROP, OBS, REJECT, RUN, WARN, U, rule
from dsready.targets.rule import Tokens
from dsready.targets.target import Format, Target
from dsready.targets.whole import GB, extension, fewer_rows, larger, more_having, more_rows, trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsready.targets.rule import Row, TargetRule, Where

_SOURCE = "Google Cloud documentation (2025-09 to 2026); types of google-genai 3.4.0, executed"
_CONTENTS = "contents"
#: What a part may be; both spellings are read.
_KINDS = ("text", "fileData", "functionCall", "functionResponse", "inlineData")
_SNAKE = {"file_data": "fileData", "function_call": "functionCall", "function_response": "functionResponse"}
_BESIDE = ("videoMetadata", "video_metadata", "thought", "thoughtSignature", "thought_signature", "mediaResolution")
_SPELLED = {**{kind: kind for kind in _KINDS}, **_SNAKE, "inline_data": "inlineData"}
_IMAGES = "media"


def _turns(row: Row) -> list[tuple[str, dict[str, Any]]]:
    return where.turns(row, _CONTENTS)


def _parts(row: Row, kind: str) -> Iterator[tuple[str, Any]]:
    for place, turn in _turns(row):
        for number, part in enumerate(turn["parts"] if isinstance(turn.get("parts"), list) else ()):
            if isinstance(part, dict):
                for key, value in part.items():
                    if _SPELLED.get(key) == kind:
                        yield f"{place}/parts/{number}", value


def _with_part(kind: str, test: where.Test) -> Where:
    return lambda row: next((place for place, found in _parts(row, kind) if test(found)), None)


def _refused_part(part: Any) -> bool:
    if not isinstance(part, dict) or not set(part) <= {*_SPELLED, *_BESIDE}:
        return True
    return not isinstance(part.get("text"), str | None)


def _refused(content: Any) -> bool:
    """Whether the types of Google's client refuse a turn."""
    return not (
        isinstance(content, dict)
        and set(content) <= {"role", "parts"}
        and isinstance(content.get("role"), str | None)
        and isinstance(content.get("parts"), list | None)
        and not any(_refused_part(part) for part in content.get("parts") or ())
    )


def _hollow(content: Any) -> bool:
    """Whether a turn that the types take has no parts, or one that carries nothing, or two things."""
    held = [[key for key in part if key in _SPELLED and part[key] is not None] for part in content.get("parts") or ()]
    return not held or any(len(keys) != 1 for keys in held)


def _bad_content(content: Any) -> bool:
    return _refused(content) or _hollow(content)


def _refused_turn(turn: dict[str, Any]) -> bool | str:
    return _refused(turn) and ("parts" if "parts" in turn else True)


def _hollow_turn(turn: dict[str, Any]) -> bool | str:
    return not _refused(turn) and _hollow(turn) and ("parts" if "parts" in turn else True)


def _bad_system(found: Any) -> bool:
    if found is None:
        return False
    return _bad_content(found) or any(set(part) - {"text"} for part in found["parts"])


_SYSTEM = where.any_of(where.value("systemInstruction", _bad_system), where.value("system_instruction", _bad_system))


def _no_call(found: Any) -> bool:
    return not (
        isinstance(found, dict)
        and isinstance(found.get("name"), str)
        and isinstance(found.get("args", {}), dict | None)
    )


def _no_response(found: Any) -> bool:
    return not (
        isinstance(found, dict) and isinstance(found.get("name"), str) and isinstance(found.get("response"), dict)
    )


def _no_file(found: Any) -> bool:
    if not isinstance(found, dict):
        return True
    return not all(
        isinstance(found.get(camel, found.get(snake)), str)
        for camel, snake in (("mimeType", "mime_type"), ("fileUri", "file_uri"))
    )


def _not_stored(found: Any) -> bool:
    uri = found.get("fileUri", found.get("file_uri")) if isinstance(found, dict) else None
    return isinstance(uri, str) and not uri.startswith("gs://")


_NO_CONTENTS = rule("GEM-10", REJECT, DOC, "no list of contents, or an empty one", where.no_turns(_CONTENTS))
_TURNS: tuple[TargetRule, ...] = (
    rule(
        "GEM-11",
        REJECT,
        DOC,
        "a role other than user and model",
        # "function" for what a function returns stands in older examples: nobody has seen it refused
        where.key_of_turn("role", lambda role: role not in ("user", "model", "function", None), path=_CONTENTS),
    ),
    rule(
        "GEM-12",
        REJECT,
        RUN,
        "a turn with another key than role and parts, or parts that are no list of known parts",
        where.turn(_refused_turn, _CONTENTS),
        quote="Extra inputs are not permitted",
    ),
    rule(
        "GEM-12-ONE",
        REJECT,
        DOC,
        "no parts, or one that is not exactly one of text, fileData, functionCall and functionResponse",
        where.turn(_hollow_turn, _CONTENTS),
        quote="Union field data can be only one of the following",
    ),
    rule(
        "GEM-13",
        REJECT,
        "RUN, DOC",
        "a systemInstruction that is no object with text parts",
        _SYSTEM,
        quote="systemInstruction: Input should be a valid dictionary or object",
    ),
    rule(
        "GEM-12-CALL",
        REJECT,
        RUN,
        "a functionCall without name and an object of args",
        _with_part("functionCall", _no_call),
    ),
    rule(
        "GEM-12-RESPONSE",
        REJECT,
        DOC,
        "a functionResponse without name and an object as response",
        _with_part("functionResponse", _no_response),
    ),
    rule(
        "GEM-17",
        REJECT,
        RUN,
        "tools that are no list of objects with functionDeclarations (those of OpenAI have type and function)",
        UNKNOWN_TOOLS,
        quote="Extra inputs are not permitted",
    ),
    rule("GEM-12-FILE", REJECT, DOC, "a fileData without mimeType and fileUri", _with_part("fileData", _no_file)),
    rule(
        "GEM-15",
        WARN,
        DOC,
        "a fileUri that does not begin with gs://",
        text=_with_part("fileData", _not_stored),
    ),
)


def _keys(*more: str) -> TargetRule:
    return rule(
        "GEM-10-KEY",
        REJECT,
        U,
        "a key that the documentation does not have",
        where.beyond(_CONTENTS, "systemInstruction", "system_instruction", "tools", *more),
    )


def _file(*, rows: int = 10_000_000) -> tuple[TargetRule, ...]:
    return (
        *json_lines("GEM-01-JSON", DOC),
        rule(
            "GEM-01",
            REJECT,
            OBS,
            "another extension than .jsonl",
            whole=extension(".jsonl"),
            quote="training_dataset_uri should be a GCS object of type JSONL.",
        ),
        rule("GEM-01-BLANK", WARN, U, "a blank line", lines={"blank"}),
        rule("GEM-01-BOM", REJECT, U, "a byte order mark", whole=trouble("byte-order-mark")),
        rule("GEM-02", REJECT, DOC, "more than 1 GB", whole=larger(GB)),
        rule("GEM-02-ROWS", REJECT, DOC, f"more than {rows:,} rows", whole=more_rows(rows)),
        rule("GEM-03", WARN, DOC, "fewer than 100 rows: start with 100", whole=fewer_rows(100)),
        rule(
            "GEM-04",
            DROP,
            DOC,
            "more than 131,072 tokens: left out or cut, and only counted in tuning_data_stats",
            tokens=Tokens(most=131_072),
            quote="dropped_example_reasons, truncated_example_indices",
        ),
    )


def _media(row: Row) -> str | None:
    return next((place for kind in ("fileData", "inlineData") for place, _ in _parts(row, kind)), None)


SFT = Target(
    id="vertex-gemini",
    name="Gemini on Vertex AI, supervised",
    source=_SOURCE,
    note="A validation file may have 5,000 rows, or 30 % of the training file if that has more than 1,000.",
    formats=(
        OLD,
        Format(
            id="gemini-contents",
            when=where.always,
            structure=(_NO_CONTENTS,),
            rules=(
                *_TURNS,
                _keys(),
                rule(
                    "GEM-14",
                    WARN,
                    U,
                    "a last turn that is not the model's",
                    where.last_is_not("model", path=_CONTENTS),
                ),
                rule(
                    "GEM-16",
                    WARN,
                    OBS,
                    "a function call: not every model can be tuned with it",
                    where.any_of(
                        _with_part("functionCall", lambda _: True), _with_part("functionResponse", lambda _: True)
                    ),
                    quote='contains an unsupported modality [function call] in the "parts" field',
                ),
            ),
        ),
    ),
    rules=(
        *_file(),
        rule("GEM-02-MEDIA", REJECT, DOC, "more than 300,000 rows with media", whole=more_having(_IMAGES, 300_000)),
    ),
    traits={_IMAGES: _media},
)


def _bad_pair(found: Any) -> bool:
    if not isinstance(found, list) or len(found) != 2 or not all(isinstance(item, dict) for item in found):  # noqa: PLR2004
        return True
    return any(not set(item) <= {"score", "completion"} or "completion" not in item for item in found)


def _bad_scores(found: Any) -> bool:
    scores = [item.get("score") for item in found]
    return any(where.not_number(score) for score in scores) or sorted(scores) != [0, 1]


def _bad_answer(item: Any) -> bool:
    answer = item.get("completion") if isinstance(item, dict) else None
    return _bad_content(answer) or answer.get("role") != "model"  # type: ignore[union-attr]  # it is content


def _ends_with_model(row: Row) -> str | None:
    place, turn = _turns(row)[-1]  # a turn without a role is the user's
    return None if turn.get("role") in ("user", None) else place


PREFERENCE = Target(
    id="vertex-gemini-preference",
    name="Gemini on Vertex AI, preference",
    source=_SOURCE,
    formats=(
        OLD,
        Format(
            id="gemini-preference",
            when=where.always,
            structure=(
                _NO_CONTENTS,
                rule(
                    "GEM-20",
                    REJECT,
                    DOC,
                    "not exactly two completions, each with a score and a completion",
                    where.any_of(where.lacks("completions"), where.value("completions", _bad_pair)),
                ),
            ),
            rules=(
                *_TURNS,
                _keys("completions"),
                rule(
                    "GEM-20-SCORE",
                    REJECT,
                    DOC,
                    "scores that are not one 0 and one 1",
                    where.value("completions", _bad_scores),
                    quote="The only possible value is zero or one.",
                ),
                rule(
                    "GEM-20-ANSWER",
                    REJECT,
                    DOC,
                    "a completion that is not a turn of the model",
                    where.each("completions", _bad_answer),
                ),
                rule(
                    "GEM-20-LAST",
                    REJECT,
                    DOC,
                    "contents that do not end with the user",
                    _ends_with_model,
                    quote="It supports multi-turn text data that needs to end with a user turn.",
                ),
                rule("GEM-20-TEXT", REJECT, DOC, "media: only text can be compared", _media),
            ),
        ),
    ),
    rules=_file(),
)


def _bad_references(found: Any) -> bool:
    return not isinstance(found, dict) or not all(isinstance(item, str) for item in found.values())


RFT = Target(
    id="vertex-gemini-rft",
    name="Gemini on Vertex AI, reinforcement",
    source=_SOURCE,
    formats=(
        OLD,
        Format(
            id="gemini-rft",
            when=where.always,
            structure=(_NO_CONTENTS,),
            rules=(
                *_TURNS,
                _keys("references"),
                rule(
                    "GEM-30",
                    REJECT,
                    "RUN, DOC",
                    "no references, or not a map from text to text",
                    where.any_of(where.lacks("references"), where.value("references", _bad_references)),
                    quote="references.answer: Input should be a valid string",
                ),
            ),
        ),
    ),
    rules=_file(),
)
