"""
The fine-tuning API of OpenAI, by method.

OpenAI never published a validator for chat files: the rules come from its guides, from the schemas of a line that its
OpenAPI description had until June 2025, and from what its servers were seen to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import _openai_chat as chat
from dsready.targets import where
from dsready.targets._jsonl import json_lines
from dsready.targets._say import DOC, OBS, REJECT, RUN, SPEC, TRUNC, WARN, U, rule
from dsready.targets.rule import Problem, Tokens
from dsready.targets.target import Format, Target
from dsready.targets.whole import GB, MB, extension, fewer_rows, larger, more_having, trouble

if TYPE_CHECKING:
    from dsready.targets.rule import Row, TargetRule, Where
    from dsready.targets.tally import Tally

_NOTE = "Closed to new users: OpenAI is winding the fine-tuning platform down."
_SOURCE = (
    "guides on developers.openai.com (2026); OpenAPI description before 2025-06-17; server messages (2024 to 2026)"
)
_IMAGES = "images"


def _file(*, least_id: str = "OAI-03", evidence: str = "DOC, OBS") -> tuple[TargetRule, ...]:
    return (
        rule("OAI-01", REJECT, DOC, "another extension than .jsonl", whole=extension(".jsonl")),
        *json_lines(
            "OAI-02",
            OBS,
            "Expected file to have JSONL format, where every line is a valid JSON dictionary",
        ),
        rule(
            least_id,
            REJECT,
            evidence,
            "fewer than 10 examples",
            whole=fewer_rows(10),
            quote="Training file has 7 example(s), but must have at least 10 examples",
        ),
        rule("OAI-04", WARN, DOC, "fewer than 50 examples: too few to see an effect", whole=fewer_rows(50)),
        rule("OAI-05", REJECT, DOC, "more than 8 GB", whole=larger(8 * GB)),
        rule(
            "OAI-05-UPLOAD",
            WARN,
            DOC,
            "more than 512 MB: the Files API refuses it, the Uploads API takes up to 8 GB",
            whole=larger(512 * MB),
        ),
        rule("OAI-09", WARN, U, "a blank line", lines={"blank"}),
        rule("OAI-09-BOM", WARN, U, "a byte order mark", whole=trouble("byte-order-mark")),
    )


#: The longest of any model, so that only what is cut for all is reported; older models cut at 16,385 or 4,096.
_LENGTH = rule(
    "OAI-07",
    TRUNC,
    DOC,
    "more than 65,536 tokens: cut at the end (gpt-4o; gpt-3.5-turbo cuts at 16,385)",
    tokens=Tokens(most=65_536, configurable=True),
)


def _other(says: str, when: Where) -> Format:
    """Return the format of records for another method: the file is refused as soon as the job names its own."""
    return Format(
        id="another-method",
        when=when,
        structure=(
            rule(
                "OAI-06",
                REJECT,
                OBS,
                says,
                where.always,
                quote="the specified fine-tuning job is not using '…' as the training method",
            ),
        ),
    )


def _only(*keys: str, without: str) -> Where:
    return lambda row: where.has(*keys)(row) if without not in row else None


def _preference_without(key: str) -> Where:
    return lambda row: chat.prefers(row) if key not in row else None


def _other_method(row: Row) -> str | None:
    return where.has("messages", "prompt", "completion")(row) if chat.prefers(row) is None else None


def _not_prompted(row: Row) -> str | None:
    return where.any_of(where.has("messages"), chat.prefers)(row) if "prompt" not in row else None


def _no_image(tally: Tally) -> Problem | None:
    return None if len(tally.having(_IMAGES)) or not tally.rows else Problem("no row has an image")


_ANSWERED = Format(
    id="openai-chat",
    when=where.always,
    structure=(chat.NO_MESSAGES,),
    rules=(
        rule(
            "OAI-21",
            REJECT,
            OBS,
            "a key besides messages, tools, parallel_tool_calls and functions; a weight belongs into the message",
            where.beyond(*chat.KEYS),
            quote='Invalid file format. Example 1 contains an extra "weight".',
        ),
        *chat.ANSWERS,
        *chat.vision(10),
    ),
)
_NOT_CHAT = _other(
    "another format than chat messages",
    where.any_of(_only("prompt", "completion", without="messages"), _preference_without("messages")),
)
_IMAGE_ROWS = rule(
    "OAI-40-ROWS", REJECT, DOC, "more than 50,000 examples with images", whole=more_having(_IMAGES, 50_000)
)

SFT = Target(
    id="openai-sft",
    name="OpenAI, supervised",
    source=_SOURCE,
    life="deprecated",
    note=_NOTE,
    formats=(_NOT_CHAT, _ANSWERED),
    rules=(*_file(), _LENGTH, _IMAGE_ROWS),
    traits={_IMAGES: chat.has_image},
)

VISION = Target(
    id="openai-vision",
    name="OpenAI, supervised with images",
    source=_SOURCE,
    life="deprecated",
    note=_NOTE + " Images that show people, faces, children or CAPTCHAs are skipped without a word.",
    formats=(_NOT_CHAT, _ANSWERED),
    rules=(*_file(), _LENGTH, _IMAGE_ROWS, rule("OAI-40-NONE", WARN, U, "no image in any row", whole=_no_image)),
    traits={_IMAGES: chat.has_image},
)

DPO = Target(
    id="openai-dpo",
    name="OpenAI, direct preference optimization",
    source=_SOURCE,
    life="deprecated",
    note=_NOTE,
    formats=(
        _other("another format than preferences", _other_method),
        Format(
            id="openai-preference",
            when=where.always,
            structure=(
                rule(
                    "OAI-52",
                    REJECT,
                    "DOC, SPEC",
                    "the old names preferred_completion and non_preferred_completion: they end in _output now",
                    where.has("preferred_completion", "non_preferred_completion"),
                ),
                rule(
                    "OAI-50",
                    REJECT,
                    "SPEC, OBS",
                    "not all of input with messages, preferred_output and non_preferred_output",
                    chat.no_preference,
                    quote="Example 1 is missing key 'input'.",
                ),
                rule(
                    "OAI-51",
                    REJECT,
                    SPEC,
                    "an output that is not a list of exactly one assistant message",
                    where.any_of(*(where.value(key, chat.not_one_answer) for key in chat.OUTPUTS)),
                ),
            ),
            rules=(
                *chat.asked_in_preference((chat.ANY_ROLE, *chat.MESSAGE)),
                rule("OAI-21", REJECT, U, "another key", where.beyond("input", *chat.OUTPUTS)),
                *chat.asked_in_preference(
                    (rule("OAI-53", REJECT, DOC, "an image: only text can be compared", chat.has_image),)
                ),
                rule("OAI-54", WARN, U, "two outputs that are the same", text=chat.same_outputs),
                rule(
                    "OAI-55",
                    WARN,
                    U,
                    "an input that ends with the assistant",
                    where.value("input.messages", lambda found: found[-1].get("role") == "assistant"),
                ),
            ),
        ),
    ),
    rules=(*_file(), _LENGTH),
)

RFT = Target(
    id="openai-rft",
    name="OpenAI, reinforcement",
    source=_SOURCE,
    life="deprecated",
    note=_NOTE + " A validation file is needed as well.",
    formats=(
        _other(
            "another format than chat messages",
            _only("prompt", "completion", *chat.OUTPUTS, without="messages"),
        ),
        Format(
            id="rft-chat",
            when=where.always,
            structure=(chat.NO_MESSAGES,),
            rules=(
                chat.roles("OAI-63", SPEC, "developer", "user", "assistant", "tool"),
                *chat.MESSAGE,
                rule("OAI-62", REJECT, U, "a last message that is not the user's", where.last_is_not("user")),
                rule(
                    "OAI-64",
                    WARN,
                    U,
                    "no key for a grader besides messages and tools",
                    lambda row: None if set(row) - set(chat.KEYS) else "",
                ),
                *chat.vision(10),
            ),
        ),
    ),
    rules=_file(evidence=U),
)


def _pair(test: Any) -> Where:
    return lambda row: "" if test(row) else None


_LONGEST = 10_000


def _unspaced(row: Row) -> str | None:
    return None if row["completion"].startswith(" ") or not row["completion"] else "/completion"


COMPLETIONS = Target(
    id="openai-completions",
    name="OpenAI, prompt and completion (legacy)",
    source=_SOURCE + "; openai 0.28.1 (fine_tunes.prepare_data), executed",
    life="deprecated",
    note=_NOTE + " Only babbage-002 and davinci-002 take these files.",
    formats=(
        _other("another format than prompt and completion", _not_prompted),
        Format(
            id="prompt-completion",
            when=where.always,
            structure=(
                rule(
                    "OAI-70",
                    REJECT,
                    SPEC,
                    "not both a prompt and a completion that are text",
                    where.any_of(
                        where.lacks("prompt", "completion"),
                        where.value("prompt", where.not_text),
                        where.value("completion", where.not_text),
                    ),
                    quote="expected either prompt/completion pairs or chat messages",
                ),
            ),
            rules=(
                rule(
                    "OAI-71",
                    WARN,
                    RUN,
                    "a column besides prompt and completion",
                    where.beyond("prompt", "completion"),
                    quote="The input file should contain exactly two columns/keys per row.",
                ),
                rule(
                    "OAI-71-EMPTY",
                    WARN,
                    RUN,
                    "an empty completion",
                    where.value("completion", lambda found: not found),
                    quote="`completion` column/key should not contain empty strings.",
                ),
                rule(
                    "OAI-71-SPACE",
                    WARN,
                    RUN,
                    "a completion that does not begin with a space",
                    text=_unspaced,
                    quote="The completion should start with a whitespace character (` `).",
                ),
                rule(
                    "OAI-71-LONG",
                    WARN,
                    RUN,
                    "a prompt and completion of more than 10,000 characters",
                    text=_pair(lambda row: len(row["prompt"]) + len(row["completion"]) > _LONGEST),
                    quote="the examples shouldn't be longer than 2048 tokens",
                ),
            ),
        ),
    ),
    rules=(
        *_file(),
        rule(
            "OAI-71-ROWS",
            WARN,
            RUN,
            "fewer than 100 rows",
            whole=fewer_rows(100),
            quote="In general, we recommend having at least a few hundred examples.",
        ),
    ),
)
