"""axolotl: texts in pieces, of which some are trained (`input_output`), and steps that are judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._say import CODE, CORRUPT, CRASH, DROP, RUN, rule
from dsready.targets.target import Format

if TYPE_CHECKING:
    from dsready.targets.rule import TargetRule

NO_TEXT = "ValueError: text input must be of type `str` …"


def untokenized(found: Any) -> bool:
    """Whether a tokenizer stops at it: it takes texts, and lists of them."""
    return not isinstance(found, str) and not (isinstance(found, list) and found)


def missing(id_: str, *keys: str) -> TargetRule:
    """Return the rule of keys that must be there."""
    lacking = " or ".join(keys)
    return rule(id_, CRASH, RUN, f"no {lacking}", where.lacks(*keys), quote=f"KeyError: '{keys[-1]}'")


SEGMENTS = Format(
    id="axolotl-segments",
    when=where.has("segments"),
    structure=(
        rule(
            "AXO-21",
            CRASH,
            RUN,
            "segments that are no list of objects with label and text",
            where.any_of(
                where.value("segments", lambda found: not isinstance(found, list) and found != ""),
                where.each(
                    "segments",
                    lambda one: not (isinstance(one, dict) and "label" in one and isinstance(one.get("text"), str)),
                ),
            ),
            quote="KeyError: 'label'",
        ),
    ),
    rules=(
        rule(
            "AXO-21-NONE",
            DROP,
            RUN,
            "no segment with a true label: nothing is trained, the row goes",
            lambda row: None if any(part["label"] and part["text"] for part in row["segments"]) else "/segments",
        ),
    ),
)


def _bad_label(label: Any) -> bool:
    """Whether `int` stops at it: of a text nobody knows until it is read."""
    return label is None or isinstance(label, list | dict) or label in ("", " ")


STEPWISE = Format(
    id="stepwise",
    when=where.has("completions"),
    structure=(missing("AXO-21", "prompt", "completions", "labels"),),
    rules=(
        rule(
            "AXO-21-TYPE",
            CRASH,
            RUN,
            "a prompt or a completion that is no text",
            where.any_of(
                where.value("prompt", untokenized),
                where.value("completions", lambda found: not isinstance(found, str | list | dict)),
                where.each("completions", where.not_text),
            ),
            quote=NO_TEXT,
        ),
        rule(
            "AXO-21-STEPS",
            CORRUPT,
            CODE,
            "completions that are no list: each letter of a text is a step",
            where.value("completions", lambda found: isinstance(found, str | dict)),
        ),
        rule(
            "AXO-21-LABELS",
            CRASH,
            RUN,
            "labels that are no list of true and false",
            where.any_of(
                where.value("labels", lambda found: not isinstance(found, str | list)), where.each("labels", _bad_label)
            ),
            quote="TypeError: int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
        ),
    ),
)
