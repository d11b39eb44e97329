"""
What a chat template makes of a conversation: the rules of all trainers that render messages with the model's own.

Tried with `transformers` and two templates: one that prints what it gets, and one that puts texts together.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dsready.targets import where
from dsready.targets._say import CORRUPT, CRASH, RUN, WARN, U, rule
from dsready.targets.outline import THINK
from dsready.targets.rule import Problem
from dsready.targets.whole import rows, some_only

if TYPE_CHECKING:
    from dsready.targets.rule import Row, TargetRule, Where
    from dsready.targets.tally import Tally

ROLES = ("system", "developer", "user", "assistant", "tool", "function", "ipython")
_MEDIA = ("image", "image_url", "video", "video_url", "audio", "input_audio")
_ANSWERS = ("completion", "output", "response", "answer", "generation")
_LISTS = ("messages", "conversations")
_THOUGHTS = ("reasoning_content", "reasoning", "thinking")


def said_nothing(turn: dict[str, Any]) -> bool:
    """Whether a turn has no content, and no tool calls in its place."""
    return turn.get("content") is None and not turn.get("tool_calls")


def odd_content(turn: dict[str, Any]) -> bool | str:
    """Whether the content of a turn is neither text nor parts."""
    return not isinstance(turn.get("content"), str | list | None) and "content"


def out_of_turn() -> Where:
    """The user or the assistant speaks twice in a row, or the assistant first; what tools say is passed over."""

    def test(row: Row) -> str | None:
        said = [(place, turn.get("role")) for place, turn in where.turns(row)]
        if any(role not in ROLES for _, role in said):
            return None  # of that another rule speaks
        spoken = [(place, role) for place, role in said if role in ("user", "assistant")]
        if spoken and spoken[0][1] == "assistant":
            return spoken[0][0]
        # An assistant that calls a tool speaks again when the tool has answered.
        for (_, before), (place, role) in pairwise(said):
            if before == role and role in ("user", "assistant"):
                return place
        return None

    return test


def _thinks(turn: dict[str, Any]) -> bool:
    if turn.get("role", turn.get("from")) not in ("assistant", "gpt"):
        return False
    texts = where.texts_of(turn.get("content", turn.get("value")))
    return any(turn.get(key) for key in _THOUGHTS) or any(THINK in text for text in texts)


def thought_early() -> Where:
    """An assistant turn before the last reasons."""

    def test(row: Row) -> str | None:
        spoken = [(place, turn) for place, turn in where.turns(row) if turn.get("role") in ("assistant", "model")]
        return next((place for place, turn in spoken[:-1] if _thinks(turn)), None)

    return test


def reasons(row: Row) -> str | None:
    """An answer reasons, wherever it stands."""
    for path in _LISTS:
        for place, turn in where.turns(row, path):
            if _thinks(turn):
                return place
    return next((f"/{key}" for key in _ANSWERS if row.get(key) == THINK), None)


def has_system(row: Row) -> str | None:
    """A turn is the system's."""
    return next((place for place, turn in where.turns(row) if turn.get("role") == "system"), None)


def lost_system(row: Row) -> str | None:
    """A system text stands beside the turns, and in none of them."""
    text = row.get("system")
    if not isinstance(text, str) or not text.strip():
        return None
    said = [turn.get("content", turn.get("value")) for path in _LISTS for _, turn in where.turns(row, path)]
    return None if text in said else "/system"


#: Of trainers that read no judgement.
NO_TURNS = rule(
    "TPL-04",
    CRASH,
    RUN,
    "no list of messages, or an empty one",
    where.no_turns(),
    quote="Cannot apply chat template to an empty conversation. Provide at least one message.",
)
JUDGED_BAD = rule(
    "TPL-BAD",
    WARN,
    RUN,
    "an answer that label or kto_tag calls a bad one: it is trained like a good one",
    where.any_of(*(where.value(key, lambda found: found is False) for key in ("label", "kto_tag"))),
)


def _in_turns(test: where.TurnTest, paths: tuple[str, ...]) -> Where:
    return where.any_of(*(where.turn(test, path) for path in paths))


def media(*paths: str) -> Where:
    """There is an image, a video or a sound: the row is for a model that reads content in parts."""
    return where.any_of(
        where.has("images", "image", "videos", "audios"),
        *(where.part(lambda part: isinstance(part, dict) and part.get("type") in _MEDIA, path=path) for path in paths),
    )


def _in_parts(paths: tuple[str, ...]) -> Where:
    return _in_turns(lambda turn: isinstance(turn.get("content"), list) and "content", paths)


def _parts_of_text(paths: tuple[str, ...]) -> Where:
    in_parts = _in_parts(paths)
    seen = media(*paths)
    return lambda row: None if seen(row) is not None else in_parts(row)


def template_rules(*paths: str, sees: bool = True) -> tuple[TargetRule, ...]:
    """Return the rules of the messages in the lists at some paths; for models that see images, and for others."""
    return (
        rule(
            "TPL-01",
            CORRUPT,
            RUN,
            "a message without content: some templates print nothing, others stop",
            _in_turns(said_nothing, paths),
            quote="UndefinedError: 'dict object' has no attribute 'content'",
        ),
        rule(
            "TPL-02",
            CORRUPT,
            RUN,
            "content that is neither text nor parts: some templates print it, others stop",
            _in_turns(odd_content, paths),
            quote='TypeError: can only concatenate str (not "int") to str',
        ),
        rule(
            "TPL-03",
            CORRUPT,
            RUN,
            f"content in parts{' without an image' * sees}: the template of a text model trains the Python list",
            _parts_of_text(paths) if sees else _in_parts(paths),
            quote="[{'type': 'text', 'text': '…'}]",
        ),
        strange_role(*paths),
        *model_rules(),
    )


def strange_role(*paths: str) -> TargetRule:
    """Return the rule of roles."""
    return rule(
        "TPL-06",
        CORRUPT,
        RUN,
        "a role that chat templates do not know, or none: some train it under that name, others stop",
        _in_turns(lambda turn: turn.get("role") not in ROLES and ("role" if "role" in turn else True), paths),
        quote="<|im_start|>human",
    )


def model_rules() -> tuple[TargetRule, ...]:
    """Return what depends on the template of the model: nobody can say it for all."""
    return (
        rule(
            "TPL-06-ORDER",
            WARN,
            U,
            "roles that do not alternate: the templates of Mistral and Gemma refuse them, others do not care",
            out_of_turn(),
            quote="TemplateError: Conversation roles must alternate user/assistant/user/assistant/...",
        ),
        rule(
            "TPL-THINK",
            WARN,
            U,
            "reasoning in an assistant turn before the last: templates of reasoning models leave it out there",
            thought_early(),
        ),
    )


def _system(tally: Tally) -> Problem | None:
    count = len(tally.having(SYSTEM))
    says = f"{rows(count)} with a system turn, which some templates (Gemma, early Mistral) do not know"
    return Problem(says) if count else None


SYSTEM, REASONING = "a system turn", "reasoning"
TRAITS: dict[str, Where] = {SYSTEM: has_system, REASONING: reasons}
SYSTEM_TURN = rule(
    "TPL-06-SYSTEM",
    WARN,
    U,
    "system turns, which some templates refuse",
    whole=_system,
    quote="TemplateError: System role not supported",
)
SOME_REASON = rule(
    "TPL-THINK-SOME",
    WARN,
    U,
    "reasoning in some answers only: the model learns to think by chance",
    whole=some_only(REASONING),
)
