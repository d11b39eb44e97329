"""Rules of targets that read a file line by line, as most services do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.targets._say import CORRUPT, REJECT, WARN, U, rule
from dsready.targets.whole import trouble

if TYPE_CHECKING:
    from dsready.targets.rule import Consequence, TargetRule


def json_lines(
    id_: str, evidence: str, quote: str = "", *, consequence: Consequence = REJECT, twice: str = U
) -> tuple[TargetRule, ...]:
    """
    Return the rules of lines that are to be JSON objects; blank lines and byte order marks are for the target to judge.

    `evidence` is for what no JSON reader takes, `twice` for what becomes of a key that stands twice. That lone
    surrogates and NaN pass is known of Python only, and nobody knows what the services are written in.
    """
    return (
        rule(
            id_,
            consequence,
            evidence,
            "a line that is no JSON object",
            lines={"broken", "glued", "not-object"},
            quote=quote,
        ),
        rule(f"{id_}-UTF8", REJECT, evidence, "bytes that are not UTF-8", lines={"utf8"}),
        rule(
            f"{id_}-FILE",
            REJECT,
            evidence,
            "no file of JSON lines in UTF-8",
            whole=trouble("encoding", "not-jsonl", "lfs-pointer", "damaged"),
            quote=quote,
        ),
        rule(
            f"{id_}-TWICE",
            CORRUPT,
            twice,
            "a key twice in one object: only the last is read",
            lines={"duplicate-key"},
        ),
        rule(f"{id_}-NAN", WARN, U, "NaN or Infinity, which JSON does not have", lines={"nan"}),
        rule(f"{id_}-SURROGATE", WARN, U, "a lone surrogate, which UTF-8 cannot hold", lines={"surrogate"}),
        rule(
            f"{id_}-CR",
            WARN,
            U,
            "lone carriage returns as line ends: whoever splits at line feeds sees one line",
            whole=trouble("cr-line-ends"),
        ),
    )
