"""mlx-lm: the data sets of its LoRA trainer, for text models. All was tried with its code and two chat templates."""

from __future__ import annotations

from dsready.targets import where
from dsready.targets._say import CODE, CORRUPT, CRASH, IGNORE, RUN, TRUNC, WARN, rule
from dsready.targets._template import (
    JUDGED_BAD,
    NO_TURNS,
    SOME_REASON,
    SYSTEM_TURN,
    TRAITS,
    lost_system,
    template_rules,
)
from dsready.targets.rule import Tokens
from dsready.targets.target import Format, Target
from dsready.targets.whole import extension, fewer_rows, mixed_formats, no_rows, trouble

_BATCH = 4  # the default of batch_size
_LENGTH = 2048  # the default of max_seq_length
_BROKEN = "json.decoder.JSONDecodeError"
_SIDES = ("prompt", "completion")

TARGET = Target(
    id="mlx-lm",
    name="MLX LM",
    source="mlx-lm 0.32.2 (tuner/datasets.py), executed without a model (2026-11)",
    formats=(
        Format(
            id="prompt-completion",
            when=where.has_all(*_SIDES),
            rules=(
                rule(
                    "TPL-01",
                    CORRUPT,
                    RUN,
                    "a prompt or a completion that is null: some templates print nothing, others stop",
                    where.any_of(*(where.value(key, lambda found: found is None) for key in _SIDES)),
                ),
                rule(
                    "TPL-02",
                    CORRUPT,
                    RUN,
                    "a prompt or a completion that is no text: the template prints it as Python does",
                    where.any_of(
                        *(where.value(key, lambda found: not isinstance(found, str | None)) for key in _SIDES)
                    ),
                ),
                rule(
                    "MLX-02-MESSAGES",
                    IGNORE,
                    RUN,
                    "messages or text beside prompt and completion: they are not read",
                    where.has("messages", "text"),
                ),
                JUDGED_BAD,
            ),
        ),
        Format(
            id="openai-chat",
            when=where.has("messages"),
            structure=(NO_TURNS,),
            rules=(
                *template_rules("messages", sees=False),
                rule(
                    "MLX-06-SYSTEM",
                    CORRUPT,
                    RUN,
                    "a system text beside the messages: it is not read; make it the first message",
                    text=lost_system,
                ),
                rule(
                    "MLX-06-IMAGES",
                    IGNORE,
                    RUN,
                    "images, videos or audios beside the messages: they are not read",
                    where.has("images", "image", "videos", "audios"),
                ),
                rule(
                    "MLX-07",
                    WARN,
                    RUN,
                    "a last message that is no answer: of such a row nothing is learned but the prompt",
                    where.last_is_not("assistant"),
                ),
                JUDGED_BAD,
                rule(
                    "MLX-06",
                    CRASH,
                    RUN,
                    "tools that are no list of objects",
                    where.any_of(
                        where.value("tools", lambda found: where.filled(found) and not isinstance(found, list)),
                        where.each("tools", where.not_object),
                    ),
                    quote="ValueError: Tools should either be a JSON schema, or a callable function …",
                ),
                rule(
                    "MLX-05",
                    IGNORE,
                    RUN,
                    "a weight: there are none",
                    where.turn(lambda turn: "weight" in turn and "weight"),
                ),
            ),
        ),
        Format(
            id="text",
            when=where.has("text"),
            rules=(
                rule(
                    "MLX-04-TEXT",
                    CRASH,
                    RUN,
                    "a text that is empty, null or no text",
                    where.value("text", lambda found: found == "" or not isinstance(found, str)),
                    quote="IndexError: list index out of range; ValueError: text input must be of type `str` …",
                ),
            ),
        ),
    ),
    unknown=rule(
        "MLX-02-COLUMNS",
        CRASH,
        RUN,
        "none of prompt and completion, messages, and text",
        quote="Unsupported data format, check the supported formats here: …",
    ),
    rules=(
        rule(
            "MLX-01",
            CRASH,
            RUN,
            "a line that is no JSON object, or a blank one: the message names no line of the file",
            lines={"blank", "broken", "glued", "not-object"},
            quote=_BROKEN,
        ),
        rule("MLX-01-UTF8", CRASH, RUN, "bytes that are not UTF-8", lines={"utf8"}, quote="UnicodeDecodeError"),
        rule(
            "MLX-01-FILE",
            CRASH,
            RUN,
            "no object on each line, another encoding, or a byte order mark",
            whole=trouble("not-jsonl", "encoding", "byte-order-mark", "lfs-pointer"),
            quote=_BROKEN,
        ),
        rule(
            "MLX-01-NAME",
            IGNORE,
            CODE,
            "another name than train.jsonl, valid.jsonl or test.jsonl: it is not looked for",
            whole=extension("train.jsonl", "valid.jsonl", "test.jsonl"),
            quote="Training set not found or empty. Must provide training set for fine-tuning.",
        ),
        rule(
            "MLX-02",
            CRASH,
            RUN,
            "rows of several formats: the first row decides how all are read",
            whole=mixed_formats,
            quote="KeyError: 'messages'",
        ),
        rule(
            "MLX-03",
            CRASH,
            CODE,
            "fewer rows than a batch",
            whole=fewer_rows(_BATCH),
            quote="Dataset must have at least batch_size=4 examples but only has N.",
        ),
        rule("MLX-04-EMPTY", CRASH, RUN, "no row", whole=no_rows, quote="IndexError: list index out of range"),
        rule(
            "MLX-04",
            TRUNC,
            CODE,
            "longer than max_seq_length: the end is cut off",
            tokens=Tokens(most=_LENGTH, configurable=True),
            quote="[WARNING] Some sequences are longer than 2048 tokens.",
        ),
        rule(
            "MLX-04-ANSWER",
            TRUNC,
            CODE,
            "the prompt alone reaches max_seq_length: nothing of the answer is trained",
            tokens=Tokens(most=_LENGTH, part="prompt", configurable=True),
        ),
        rule(
            "TPL-05",
            CRASH,
            RUN,
            "a lone surrogate",
            lines={"surrogate"},
            quote="TypeError: TextEncodeInput must be …",
        ),
        SYSTEM_TURN,
        SOME_REASON,
    ),
    traits=TRAITS,
)
