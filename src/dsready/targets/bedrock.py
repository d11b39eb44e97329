"""Other models on Amazon Bedrock: Meta Llama, and distillation from a larger model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import _converse as converse
from dsready.targets import where
from dsready.targets._jsonl import json_lines
from dsready.targets._say import CODE, DOC, DROP, REJECT, RUN, WARN, rule
from dsready.targets.rule import Tokens
from dsready.targets.target import Format, Target
from dsready.targets.whole import GB, extension, fewer_rows, fewer_valid_rows, larger, mixed_formats, more_rows, trouble

if TYPE_CHECKING:
    from dsready.targets.rule import Row

_IMAGES = ("gif", "jpeg", "png", "webp")


def _not_one_system(found: Any) -> bool:
    return converse.wrong_system(found) or found is None or len(found) != 1


def _no_part(part: Any) -> bool:
    return not isinstance(part, dict) or not isinstance(part.get("text", ""), str)


def _odd_part(part: Any) -> bool:
    return isinstance(part, dict) and not any(kind in part for kind in ("text", "image", "video"))


LLAMA = Target(
    id="bedrock-llama",
    name="Meta Llama on Bedrock",
    source="Bedrock user guide (2026); amazon-bedrock-samples @85fba9d, executed",
    note="Llama 3.1 takes prompt and completion, 3.2 and 3.3 take conversations. Training and validation file together "
    "may have 10,000 rows.",
    formats=(
        Format(
            id="prompt-completion",
            when=lambda row: where.has("prompt", "completion")(row) if "messages" not in row else None,
            structure=(
                rule(
                    "LLB-03",
                    REJECT,
                    RUN,
                    "not both a prompt and a completion that are text",
                    where.any_of(
                        where.lacks("prompt", "completion"),
                        where.value("prompt", where.not_text),
                        where.value("completion", where.not_text),
                    ),
                    quote="5 is not of type 'string'",
                ),
            ),
        ),
        Format(
            id="bedrock-conversation",
            when=where.always,
            structure=(
                rule(
                    "LLB-04",
                    REJECT,
                    RUN,
                    "no list of at least two messages",
                    where.any_of(converse.no_messages, where.fewer_than(2)),
                    quote="'messages' is a required property",
                ),
            ),
            rules=(
                rule(
                    "LLB-04-CONTENT",
                    REJECT,
                    RUN,
                    "content that is not a list of parts, or an empty one",
                    where.turn(
                        lambda turn: (
                            where.not_filled_list(turn.get("content")) and ("content" if "content" in turn else True)
                        )
                    ),
                    quote="'x' is not of type 'array'",
                ),
                rule(
                    "LLB-04-PART",
                    REJECT,
                    CODE,
                    "a part that is no object, or whose text is no text",
                    where.part(_no_part),
                ),
                # The first version of the script stopped here, its schema lets it pass.
                rule(
                    "LLB-04-KIND", WARN, CODE, "a part that is neither text nor image nor video", where.part(_odd_part)
                ),
                rule(
                    "LLB-04-ROLE",
                    REJECT,
                    RUN,
                    "a role other than user and assistant",
                    where.role_outside("user", "assistant"),
                    quote="The role '…' is not supported. Supported roles are: ['user', 'assistant'].",
                ),
                rule(
                    "LLB-04-SYSTEM",
                    REJECT,
                    RUN,
                    "a system prompt that is not a list of exactly one text",
                    where.value("system", _not_one_system),
                    quote="The system array should not contain more than 1 element.",
                ),
                rule(
                    "LLB-04-VERSION",
                    REJECT,
                    RUN,
                    f"a schemaVersion other than {converse.VERSION}",
                    where.value("schemaVersion", lambda found: found != converse.VERSION),
                    quote="'bedrock-conversation-2024' was expected",
                ),
                rule(
                    "LLB-04-IMAGE",
                    REJECT,
                    RUN,
                    "an image in a message of the assistant",
                    converse.has_part("image", roles=("assistant",)),
                    quote="A message with the role 'assistant' should not contain any images.",
                ),
                rule(
                    "LLB-04-S3",
                    REJECT,
                    CODE,
                    "media without source.s3Location.uri that begins with s3://",
                    text=converse.media_with(converse.not_in_s3),
                ),
                rule(
                    "LLB-06",
                    REJECT,
                    DOC,
                    f"an image that is none of {', '.join(_IMAGES)}",
                    converse.part_with("image", lambda image: converse.written_as(image) not in _IMAGES),
                ),
            ),
        ),
    ),
    rules=(
        *json_lines("LLB-03-JSON", CODE, "JSONDecodeError", twice=CODE),
        rule("LLB-01", REJECT, DOC, "fewer than 100 rows", whole=fewer_rows(100)),
        rule(
            "LLB-01-MOST",
            REJECT,
            "DOC, RUN",
            "more than 10,000 rows",
            whole=more_rows(10_000),
            quote="which exceeds the maximum allowed limit of 10000.",
        ),
        rule("LLB-01-NAME", REJECT, DOC, "another extension than .jsonl", whole=extension(".jsonl")),
        rule("LLB-02", REJECT, DOC, "more than 16,000 tokens", tokens=Tokens(most=16_000)),
        rule("LLB-02-90B", WARN, DOC, "more than 10,000 tokens: too long for Llama 90B", tokens=Tokens(most=10_000)),
        rule("LLB-04-MIXED", REJECT, CODE, "prompts beside conversations: a model takes one", whole=mixed_formats),
        rule("LLB-07", REJECT, CODE, "a blank line", lines={"blank"}, quote="JSONDecodeError: Expecting value"),
        rule("LLB-07-BOM", REJECT, CODE, "a byte order mark", whole=trouble("byte-order-mark")),
    ),
)


def _out_of_turn(row: Row) -> str | None:
    return where.not_alternating("user", "assistant")(row)


def _not_one_text(turn: dict[str, Any]) -> bool | str:
    content = turn.get("content")
    sound = (
        isinstance(content, list)
        and len(content) == 1
        and isinstance(content[0], dict)
        and isinstance(content[0].get("text"), str)
        and set(content[0]) <= {"text", "type"}
        and isinstance(content[0].get("type", ""), str)
    )
    return not sound and ("content" if "content" in turn else True)


#: What its validator skips: the row is not among the prompts that the teacher answers.
_SKIPPED = "Validation error: … This occurred on line 3"

DISTILL = Target(
    id="bedrock-distill",
    name="Bedrock model distillation",
    source="amazon-bedrock-samples @85fba9d (model_distillation/dataset-validation), executed",
    formats=(
        Format(
            id="bedrock-distillation",
            when=where.always,
            structure=(
                rule(
                    "DSB-02",
                    DROP,
                    RUN,
                    "not one or two messages",
                    where.any_of(converse.no_messages, where.fewer_than(1), where.more_than(2)),
                    quote=_SKIPPED,
                ),
            ),
            rules=(
                rule(
                    "DSB-02-VERSION",
                    DROP,
                    RUN,
                    f"no schemaVersion {converse.VERSION}",
                    converse.other_version,
                    quote="'schemaVersion' is a required property",
                ),
                rule(
                    "DSB-02-SYSTEM",
                    DROP,
                    RUN,
                    "a system prompt that is not a list of exactly one text",
                    where.value(
                        "system",
                        lambda found: _not_one_system(found) or set(found[0]) != {"text"},
                    ),
                    quote=_SKIPPED,
                ),
                rule(
                    "DSB-02-CONTENT",
                    DROP,
                    RUN,
                    "content that is not a list of exactly one text",
                    where.turn(_not_one_text),
                    quote=_SKIPPED,
                ),
                rule(
                    "DSB-02-ROLE",
                    DROP,
                    RUN,
                    "a role other than user and assistant",
                    where.role_outside("user", "assistant"),
                    quote="'system' is not one of ['user', 'assistant']",
                ),
                # Amazon's validator means to skip the row, and stops with a TypeError of its own.
                rule(
                    "DSB-04",
                    DROP,
                    CODE,
                    "messages that do not go from the user to the assistant",
                    lambda row: None if where.role_outside("user", "assistant")(row) else _out_of_turn(row),
                    quote="Messages must alternate between 'user' and 'assistant' roles, starting with 'user'.",
                ),
                rule(
                    "DSB-02-KEY",
                    DROP,
                    RUN,
                    "a key that is not in the schema",
                    where.any_of(
                        where.beyond("schemaVersion", "system", "messages"), where.unknown_key("role", "content")
                    ),
                    quote="Additional properties are not allowed ('id' was unexpected)",
                ),
            ),
        ),
    ),
    rules=(
        *json_lines("DSB-02-JSON", RUN, "Invalid JSON. This occurred on line 3", consequence=DROP, twice=RUN),
        rule(
            "DSB-01",
            REJECT,
            CODE,
            "another extension than .jsonl",
            whole=extension(".jsonl"),
            quote="as it does not have a .jsonl extension",
        ),
        rule("DSB-01-SIZE", REJECT, CODE, "more than 1 GB", whole=larger(GB), quote="exceeds 1.00 Gb."),
        rule(
            "DSB-03",
            REJECT,
            RUN,
            "fewer than 100 valid prompts",
            whole=fewer_valid_rows(100),
            quote="Total number of valid prompts is less than 100 for file …",
        ),
        rule("DSB-05", WARN, CODE, "a blank line, counted as an invalid prompt", lines={"blank"}),
        rule(
            "DSB-05-BOM",
            DROP,
            CODE,
            "a byte order mark: the first row is no JSON for the validator",
            whole=trouble("byte-order-mark"),
        ),
    ),
)
