"""
Amazon Nova on Bedrock: supervised and preference tuning.

Three validators are Amazon's own: a script for Nova 1, a newer one for Nova 1 and 2, and Nova Forge, the strictest.
What only Forge refuses is a warning; what all refuse, or the documentation too, is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import _converse as converse
from dsready.targets import _nova as nova
from dsready.targets import where
from dsready.targets._nova_tools import TOOLS
from dsready.targets._say import CODE, DOC, REJECT, RUN, WARN, rule
from dsready.targets.target import Format, Target
from dsready.targets.whole import both, fewer_rows, some_only

if TYPE_CHECKING:
    from dsready.targets.rule import Row, Where

_TRAITS = {
    "system": where.has("system"),
    **{kind: converse.has_part(kind) for kind in converse.PARTS[1:]},
}
#: Nova Forge's optional fields.
_ALIKE = ("system", "image", "video", "reasoningContent", "toolUse", "toolResult")
_CONSISTENT = tuple(
    rule(
        f"NOV-25-{name.upper()}",
        WARN,
        RUN,
        f"{name} in some rows only: Nova Forge refuses it",
        whole=some_only(name),
        quote=f"If any sample contains '{name}', all samples must contain '{name}'.",
    )
    for name in _ALIKE
)
_ONE_MEDIUM = rule("NOV-24-FILE", REJECT, DOC, "images in some rows, video in others", whole=both("image", "video"))

SFT = Target(
    id="bedrock-nova",
    name="Amazon Nova on Bedrock, supervised",
    source=nova.SOURCE,
    note="For Nova 2 there must be no validation file.",
    formats=(
        Format(
            id="text",
            when=lambda row: "" if "text" in row and "messages" not in row else None,
            structure=(
                rule(
                    "NOV-60",
                    REJECT,
                    "RUN, CODE",
                    "plain text: that is for continued pre-training, supervised tuning reads messages",
                    where.has("text"),
                    quote="messages: Field required",
                ),
            ),
        ),
        Format(
            id="bedrock-conversation",
            when=where.always,
            structure=(nova.NO_MESSAGES,),
            rules=(
                nova.NO_PARTS,
                nova.ROLE,
                nova.ORDER,
                nova.VERSION,
                *nova.COMMON,
                *TOOLS,
                rule(
                    "NOV-05",
                    WARN,
                    RUN,
                    "a key that Nova Forge does not know, and refuses",
                    nova.unknown_keys("schemaVersion", "system", "messages", "toolConfig"),
                    quote="Extra inputs are not permitted (type=extra_forbidden)",
                ),
            ),
        ),
    ),
    rules=(
        *nova.file_rules(8, "RUN, DOC"),
        rule("NOV-02-NOVA-2", WARN, "CODE, DOC", "fewer than 200 rows: too few for Nova 2 Lite", whole=fewer_rows(200)),
        nova.LENGTH,
        _ONE_MEDIUM,
        *_CONSISTENT,
    ),
    traits=_TRAITS,
)


def _chosen(row: Row) -> list[Any] | None:
    turns = where.turns(row)
    found = turns[-1][1].get("candidates") if turns else None
    return found if isinstance(found, list) else None


def _no_candidates(row: Row) -> str | None:
    found = _chosen(row)
    sound = found is not None and len(found) > 1 and all(isinstance(item, dict) for item in found)
    return None if sound else "/messages"


def _candidate(test: where.Test) -> Where:
    def found(row: Row) -> str | None:
        place = where.turns(row)[-1][0]
        return next(
            (f"{place}/candidates/{number}" for number, item in enumerate(_chosen(row) or ()) if test(item)), None
        )

    return found


def _bad_candidate(item: dict[str, Any]) -> bool:
    texts = [part.get("text") for part in converse.parts_of(item)]
    reasons = any(part.get("reasoningContent") is not None for part in converse.parts_of(item))
    return not isinstance(item.get("content"), list) or not (any(texts) or reasons)


def _label(item: dict[str, Any]) -> str:
    return str(item.get("preferenceLabel"))


def _one_label(row: Row) -> str | None:
    labels = {_label(item) for item in _chosen(row) or ()}
    known = all(label.lower() in ("preferred", "non-preferred") for label in labels)
    return "/messages" if known and len(labels) == 1 else None


def _before_last(test: Where) -> Where:
    return lambda row: test({**row, "messages": row["messages"][:-1]})


DPO = Target(
    id="bedrock-nova-dpo",
    name="Amazon Nova on Bedrock, direct preference optimization",
    source=nova.SOURCE,
    note="For Nova 1 (Micro, Lite, Pro): Nova 2 Lite has no preference tuning.",
    formats=(
        Format(
            id="nova-dpo",
            when=where.always,
            structure=(
                nova.NO_MESSAGES,
                rule(
                    "NOV-40",
                    REJECT,
                    "CODE, RUN",
                    "a last message without at least two candidates",
                    _no_candidates,
                    quote="Invalid messages, last message must be a candidates message",
                ),
            ),
            rules=(
                rule(
                    "NOV-40-LABEL",
                    REJECT,
                    "CODE, RUN",
                    "a preferenceLabel other than preferred and non-preferred",
                    _candidate(lambda item: _label(item).lower() not in ("preferred", "non-preferred")),
                    quote="Invalid value for preferenceLabel, valid values are ['preferred', 'non-preferred']",
                ),
                rule(
                    "NOV-40-CONTENT",
                    REJECT,
                    CODE,
                    "a candidate without text",
                    _candidate(_bad_candidate),
                    quote="Invalid content, empty text content",
                ),
                rule(
                    "NOV-40-MEDIA",
                    REJECT,
                    CODE,
                    "a candidate with an image, a video or a document",
                    _candidate(
                        lambda item: any(
                            part.get(kind) is not None for part in converse.parts_of(item) for kind in converse.MEDIA
                        )
                    ),
                    quote="candidate contents cannot include image/video/document",
                ),
                rule(
                    "NOV-40-EARLY",
                    REJECT,
                    CODE,
                    "candidates before the last message",
                    _before_last(where.turn(lambda turn: "candidates" in turn and "candidates")),
                    quote="Invalid messages, only the last message can be a candidates message",
                ),
                # SageMaker's schema lets it pass; the newer script does not.
                rule(
                    "NOV-41",
                    REJECT,
                    CODE,
                    "candidates with the same preferenceLabel",
                    _one_label,
                    quote="Invalid candidates, all candidates cannot have the same preferenceLabel",
                ),
                rule(
                    "NOV-40-VIDEO",
                    REJECT,
                    CODE,
                    "a video",
                    converse.has_part("video"),
                    quote="Invalid sample, video content is not supported for DPO",
                ),
                nova.NO_PARTS.model_copy(
                    update={
                        "outline": _before_last(
                            lambda row: (
                                converse.no_parts(row)
                                if where.turn(lambda turn: "candidates" in turn)(row) is None
                                else None
                            )
                        )
                    }
                ),
                nova.ROLE,
                nova.ORDER,
                nova.VERSION,
                *nova.COMMON,
                rule(
                    "NOV-05",
                    WARN,
                    RUN,
                    "a key that the schema does not know",
                    nova.unknown_keys("schemaVersion", "system", "messages"),
                ),
            ),
        ),
    ),
    rules=(*nova.file_rules(8, CODE), nova.LENGTH),
)
