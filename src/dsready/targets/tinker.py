"""Tinker: the conversations that its cookbook reads from a file. Read in its code, not run."""

from __future__ import annotations

from dsready.targets import where
from dsready.targets._say import CODE, CORRUPT, CRASH, TRUNC, WARN, U, rule
from dsready.targets._template import SOME_REASON, TRAITS, lost_system, model_rules, strange_role
from dsready.targets.rule import Tokens
from dsready.targets.target import Format, Target
from dsready.targets.whole import no_rows, trouble

_UNSET = 1 << 20  # max_length is the user's

TARGET = Target(
    id="tinker",
    name="Tinker cookbook",
    source="tinker-cookbook 0.6.1 (supervised/data.py), read (2026-11)",
    note="A file with fewer rows than a batch has gives no step at all: rows // batch_size.",
    formats=(
        Format(
            id="openai-chat",
            when=where.has("messages"),
            structure=(
                rule("TNK-01-TURNS", CRASH, U, "no list of messages, or an empty one", where.no_turns()),
                rule(
                    "TNK-01-KEYS",
                    CRASH,
                    U,
                    "a message without role or content",
                    where.turn(lambda turn: not {"role", "content"} <= turn.keys()),
                    quote="KeyError",
                ),
            ),
            rules=(
                strange_role("messages"),
                rule(
                    "TNK-04",
                    CORRUPT,
                    CODE,
                    "a system text beside the messages: it is not read; make it the first message",
                    text=lost_system,
                ),
                rule(
                    "TNK-05",
                    WARN,
                    CODE,
                    "no assistant message: nothing of the row is trained",
                    where.no_role("assistant"),
                ),
                *model_rules(),
            ),
        ),
    ),
    unknown=rule(
        "TNK-01",
        CRASH,
        CODE,
        "no messages",
        quote="Each line in the JSONL file must contain a 'messages' field. Got: …",
    ),
    rules=(
        rule(
            "TNK-01-LINE",
            CRASH,
            CODE,
            "a line that is no JSON object, or a blank one",
            lines={"blank", "broken", "glued", "not-object", "utf8"},
            quote="json.decoder.JSONDecodeError",
        ),
        rule(
            "TNK-01-FILE",
            CRASH,
            CODE,
            "no object on each line, another encoding, or a byte order mark",
            whole=trouble("not-jsonl", "encoding", "byte-order-mark", "lfs-pointer"),
            quote="json.decoder.JSONDecodeError",
        ),
        rule("TNK-02", CRASH, CODE, "no row", whole=no_rows),
        rule(
            "TNK-03",
            TRUNC,
            CODE,
            "longer than max_length: the end is cut off",
            tokens=Tokens(most=_UNSET, configurable=True),
        ),
        SOME_REASON,
    ),
    traits=TRAITS,
)
