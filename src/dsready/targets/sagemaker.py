"""
SageMaker AI model customization: what `DataSet.create` of its client accepts.

It tries seven JSON schemas on the first line and looks at no other. `validate_dataset`, of the same package, reads all
lines and takes texts only.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._jsonl import json_lines
from dsready.targets._say import CODE, REJECT, RUN, WARN, rule
from dsready.targets.rule import Problem
from dsready.targets.tally import Tally
from dsready.targets.target import Format, Target
from dsready.targets.whole import GB, extension, larger, no_rows, trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from dsready.targets.rule import Row, TargetRule, Where

_NO_FORMAT = "Unable to detect format for …. Please provide a valid dataset file."
_LABELS = ("preferred", "non-preferred")
#: Files of this name are read as one array: any that is not empty is taken.
_ARRAY = ".json"
_FORMATS = {"image": ("jpeg", "png", "gif", "webp"), "video": ("mov", "mkv", "mp4", "webm"), "document": ("pdf",)}


def _written(found: Any) -> bool:
    """Whether it is a text, or a list of messages with a text each."""
    if isinstance(found, list):
        return all(
            isinstance(turn, dict) and isinstance(turn.get("role"), str) and isinstance(turn.get("content"), str)
            for turn in found
        )
    return isinstance(found, str)


def _unwritten(found: Any) -> bool:
    return not _written(found)


def _no_content(found: Any) -> bool:
    return not (
        isinstance(found, list)
        and found
        and all(isinstance(part, dict) and isinstance(part.get("text", ""), str) for part in found)
    )


def _bad_turn(turn: Any) -> bool:
    if not isinstance(turn, dict):
        return True
    if "candidates" in turn:
        return turn.get("role") != "assistant" or _bad_candidates(turn["candidates"])
    return turn.get("role") not in ("user", "assistant") or _no_content(turn.get("content"))


def _bad_candidates(found: Any) -> bool:
    return not (
        isinstance(found, list)
        and len(found) > 1
        and all(
            isinstance(one, dict)
            and set(one) == {"content", "preferenceLabel"}
            and one["preferenceLabel"] in _LABELS
            and not _no_content(one["content"])
            for one in found
        )
    )


def _bad_system(found: Any) -> bool:
    return not isinstance(found, list) or not all(
        isinstance(item, dict) and set(item) == {"text"} and isinstance(item["text"], str) for item in found
    )


def _bad_media(kind: str, found: Any) -> bool:
    return not (
        isinstance(found, dict)
        and set(found) == {"format", "source"}
        and found["format"] in _FORMATS[kind]
        and isinstance(where.value_at(found, "source.s3Location.localPath"), str)
        and len(found["source"]["s3Location"]) == 1
    )


def _bad_tool(found: Any) -> bool:
    tool = found.get("toolSpec", {"name": ""}) if isinstance(found, dict) and set(found) <= {"toolSpec"} else None
    return not (
        isinstance(tool, dict)
        and set(tool) <= {"name", "description", "inputSchema"}
        and isinstance(tool.get("name"), str)
        and isinstance(tool.get("description", ""), str)
        and isinstance(tool.get("inputSchema", {}), dict)
        and set(tool.get("inputSchema", {})) <= {"json"}
        and isinstance(tool.get("inputSchema", {}).get("json", {}), dict)
    )


def _bad_config(found: Any) -> bool:
    tools = found.get("tools") if isinstance(found, dict) and set(found) == {"tools"} else None
    return not isinstance(tools, list) or any(_bad_tool(tool) for tool in tools)


def _bad_use(found: Any) -> bool:
    return not (
        isinstance(found, dict)
        and set(found) == {"toolUseId", "name", "input"}
        and isinstance(found["toolUseId"], str)
        and isinstance(found["name"], str)
        and isinstance(found["input"], dict)
    )


def _bad_result(found: Any) -> bool:
    return not (
        isinstance(found, dict)
        and set(found) == {"toolUseId", "content"}
        and isinstance(found["toolUseId"], str)
        and isinstance(found["content"], list)
        and all(
            isinstance(item, dict) and isinstance(item.get("text", ""), str) and isinstance(item.get("json", {}), dict)
            for item in found["content"]
        )
    )


def _bad_reasoning(found: Any) -> bool:
    inner = found.get("reasoningText") if isinstance(found, dict) and set(found) == {"reasoningText"} else None
    return not (isinstance(inner, dict) and set(inner) == {"text"} and isinstance(inner["text"], str))


_CHECKED: dict[str, Callable[[Any], bool]] = {
    **{kind: partial(_bad_media, kind) for kind in _FORMATS},
    "toolUse": _bad_use,
    "toolResult": _bad_result,
    "reasoningContent": _bad_reasoning,
}


def _bad_part(part: Any) -> bool:
    return isinstance(part, dict) and any(kind in part and bad(part[kind]) for kind, bad in _CHECKED.items())


def _bad_beside_tools(row: Row) -> str | None:
    # Without a toolConfig the schema for preferences matches as well, and that one does not look into parts.
    if "toolConfig" not in row:
        return None
    if any("candidates" in turn for _, turn in where.turns(row)):
        return "/toolConfig"
    return "/toolConfig" if _bad_config(row["toolConfig"]) else where.part(_bad_part)(row)


def _in_parts(row: Row) -> str | None:
    """Find messages in the way of Bedrock: some content is a list, or some message has candidates."""
    held = any(isinstance(turn.get("content"), list) or "candidates" in turn for _, turn in where.turns(row))
    return "" if held else None


def _prompted(row: Row, *keys: str) -> str | None:
    """Find these columns, unless there are messages as well and the prompt is none: then those may fit."""
    fits = "messages" not in row or _written(row.get("prompt"))
    return "" if fits and all(key in row for key in keys) else None


def _no_lines(tally: Tally) -> Problem | None:
    """Find a file that cannot be read, or no JSON lines where lines are asked for."""
    named = Tally(tally.target, tally.places, [file for file in tally.files if not file.path.endswith(_ARRAY)])
    return trouble("encoding", "lfs-pointer", "damaged")(tally) or trouble("not-jsonl")(named)


def _named_array(tally: Tally, *, holds: bool) -> str | None:
    files = [file for file in tally.files if file.path.endswith(_ARRAY)]
    return next((file.path for file in files if ("not-jsonl" in file.troubles) is holds), None)


def _no_array(tally: Tally) -> Problem | None:
    path = _named_array(tally, holds=False)
    return None if path is None else Problem("JSON lines in a .json file, which is read as one array", path=path)


def _array(tally: Tally) -> Problem | None:
    path = _named_array(tally, holds=True)
    return None if path is None else Problem("one array: no row is looked at before training", path=path)


def _other(found: str, says: str, test: Where) -> TargetRule:
    return rule(found, REJECT, RUN, says, test, quote=_NO_FORMAT)


#: Optional columns that must be text where they are.
_NAMED = where.any_of(where.value("id", where.not_text), where.value("difficulty", where.not_text))


def _texts_only(*keys: str) -> TargetRule:
    return rule(
        "SGM-07-LIST",
        WARN,
        RUN,
        "messages where validate_dataset takes only text",
        where.any_of(*(where.value(key, lambda found: isinstance(found, list) and _written(found)) for key in keys)),
        quote="SFT row 2: prompt/completion must be strings",
    )


def _not_written(*keys: str, quote: str) -> TargetRule:
    return rule(
        "SGM-07",
        REJECT,
        RUN,
        f"{' or '.join(keys)} that is neither text nor messages",
        where.any_of(*(where.value(key, _unwritten) for key in keys)),
        quote=quote,
    )


_ID = _other("SGM-02-ID", "an id or a difficulty that is no text: the row matches no schema", _NAMED)
_PROMPT = _other("SGM-02-PROMPT", "a prompt that is neither text nor messages", where.value("prompt", _unwritten))

TARGET = Target(
    id="sagemaker",
    name="SageMaker AI model customization",
    source="sagemaker-train 1.27.0 (ai_registry), executed (2026-11)",
    note="Only the first row decides whether a file is taken: what is wrong with others shows in training.",
    first_row_only=True,
    unread=(_ARRAY,),
    formats=(
        Format(
            id="trl-preference",
            when=lambda row: _prompted(row, "chosen", "rejected"),
            rules=(
                _PROMPT,
                _other(
                    "SGM-02-INPUT",
                    "an input that is neither text nor messages, and no prompt",
                    lambda row: None if "prompt" in row else where.value("input", _unwritten)(row),
                ),
                _ID,
                _not_written("chosen", "rejected", quote="DPO row 0: chosen must be string"),
                _texts_only("prompt", "chosen", "rejected"),
                rule(
                    "SGM-07-PROMPT",
                    WARN,
                    RUN,
                    "no prompt beside chosen and rejected",
                    where.lacks("prompt"),
                    quote="DPO row 0: missing prompt|chosen|rejected",
                ),
            ),
        ),
        Format(
            id="prompt-completion",
            when=lambda row: _prompted(row, "prompt", "completion"),
            rules=(
                _PROMPT,
                _ID,
                _not_written("completion", quote="SFT row 2: prompt/completion must be strings"),
                _texts_only("prompt", "completion"),
            ),
        ),
        Format(
            id="verl",
            when=lambda row: _prompted(row, "prompt"),
            rules=(
                _PROMPT,
                _ID,
                _other(
                    "SGM-02-VERL",
                    "data_source or ability that is no text, or reward_model or extra_info that is no object",
                    where.any_of(
                        *(where.value(key, where.not_text) for key in ("data_source", "ability")),
                        *(where.value(key, where.not_object) for key in ("reward_model", "extra_info")),
                    ),
                ),
            ),
        ),
        Format(
            id="bedrock-conversation",
            when=_in_parts,
            structure=(
                _other(
                    "SGM-06",
                    "a key that the schema for conversations forbids",
                    where.any_of(
                        where.beyond("schemaVersion", "system", "messages", "toolConfig"),
                        where.unknown_key("role", "content", "candidates"),
                    ),
                ),
                _other(
                    "SGM-02-TURNS",
                    "conversations that are not at least two messages of user and assistant, with parts",
                    where.any_of(
                        where.fewer_than(2),
                        where.each("messages", _bad_turn),
                        where.value("system", _bad_system),
                        where.value("schemaVersion", where.not_text),
                    ),
                ),
            ),
            rules=(
                _other(
                    "SGM-06-TOOLS",
                    "a toolConfig beside what its schema refuses: media without localPath, another key in a tool",
                    _bad_beside_tools,
                ),
            ),
        ),
        Format(
            id="openai-chat",
            when=where.has("messages"),
            structure=(
                _other(
                    "SGM-02-TEXT",
                    "messages without a text as role and as content; tool calls have none",
                    where.value("messages", lambda found: not isinstance(found, list) or _unwritten(found)),
                ),
            ),
        ),
        Format(
            id="query-response",
            when=where.has("query"),
            rules=(
                _other(
                    "SGM-02-QUERY",
                    "a query, response or system that is no text, metadata that are no object, or images without data",
                    where.any_of(
                        *(where.value(key, where.not_text) for key in ("query", "response", "system")),
                        where.value("metadata", where.not_object),
                        where.value("images", where.not_list),
                        where.each("images", lambda found: not isinstance(where.value_at(found, "data"), str)),
                    ),
                ),
            ),
        ),
    ),
    unknown=rule(
        "SGM-02",
        REJECT,
        RUN,
        "no columns of any format: messages, prompt, chosen and rejected, or query",
        quote=_NO_FORMAT,
    ),
    rules=(
        *(
            one.model_copy(update={"whole": _no_lines}) if one.id == "SGM-03-FILE" else one
            for one in json_lines("SGM-03", RUN, "JSON decode error line 3", twice=RUN)
        ),
        rule("SGM-03-LINES", REJECT, RUN, "JSON lines in a .json file", whole=_no_array, quote=_NO_FORMAT),
        rule(
            "SGM-03-ARRAY",
            WARN,
            RUN,
            "a .json array: it is taken without a look at its rows, and what is wrong with them shows in training",
            whole=_array,
        ),
        rule(
            "SGM-01",
            REJECT,
            CODE,
            "another extension than .jsonl, .parquet, .json or .csv",
            whole=extension(".jsonl", ".parquet", ".json", ".csv", exact=False),
            quote="Unsupported file extension",
        ),
        rule(
            "SGM-01-SIZE",
            REJECT,
            CODE,
            "more than 1 GB",
            whole=larger(GB),
            quote="exceeds maximum allowed size of 1024 MB",
        ),
        rule("SGM-05", REJECT, RUN, "a byte order mark", whole=trouble("byte-order-mark"), quote=_NO_FORMAT),
        rule("SGM-08", REJECT, RUN, "no row", whole=no_rows, quote="Dataset file is empty"),
    ),
)
