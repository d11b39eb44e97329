"""Records by lot: good ones of every shape, and bad ones that have exactly one thing wrong with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from oracles.defects import defects

if TYPE_CHECKING:
    from collections.abc import Iterator

    Records = st.SearchStrategy[dict[str, Any]]

# Words only: a text that looks like a date, a number or JSON is a defect of its own to some loaders.
_WORDS = ("red", "stone", "walks", "over", "Straße", "the", "old", "Ω-house", "にわ", "quietly", "and", "sleeps")
text = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5).map(" ".join)
_PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


def _turn(role: str, content: Any = text, *, names: tuple[str, str] = ("role", "content")) -> Records:
    return st.fixed_dictionaries({names[0]: st.just(role), names[1]: content})


@st.composite
def _turns(draw: st.DrawFn, names: tuple[str, str] = ("role", "content"), roles: str = "system user assistant") -> Any:
    """Draw a chat: perhaps a system turn, then questions and their answers."""
    system, user, assistant = roles.split()
    head = [draw(_turn(system, names=names))] if draw(st.booleans()) else []
    pairs = draw(st.integers(1, 2))
    return head + [draw(_turn(role, names=names)) for _ in range(pairs) for role in (user, assistant)]


_ALTERNATING = _turns(roles="system user assistant")
_QUESTION = _turn("user").map(lambda turn: [turn])
_ANSWER = _turn("assistant").map(lambda turn: [turn])
_FUNCTION = {
    "name": "get_weather",
    "description": "The weather of a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}
_TOOL = {"type": "function", "function": _FUNCTION}


def _parts(content: Records | st.SearchStrategy[str]) -> Any:
    return content.map(lambda said: [{"text": said}])


@st.composite
def _tools(draw: st.DrawFn) -> dict[str, Any]:
    function = {"name": "get_weather", "arguments": json.dumps({"city": draw(text)})}
    return {
        "messages": [
            draw(_turn("user")),
            {"role": "assistant", "tool_calls": [{"id": "abcDEF123", "type": "function", "function": function}]},
            {"role": "tool", "tool_call_id": "abcDEF123", "content": draw(text)},
            draw(_turn("assistant")),
        ],
        "tools": [_TOOL],
    }


@st.composite
def _vision(draw: st.DrawFn) -> dict[str, Any]:
    image = {"type": "image_url", "image_url": {"url": _PIXEL}}
    return {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": draw(text)}, image]},
            {"role": "assistant", "content": [{"type": "text", "text": draw(text)}]},
        ]
    }


@st.composite
def _converse(draw: st.DrawFn) -> dict[str, Any]:
    roles = ["user", "assistant"] * draw(st.integers(1, 2))
    row: dict[str, Any] = {"schemaVersion": "bedrock-conversation-2024"}
    if draw(st.booleans()):
        row["system"] = [{"text": draw(text)}]
    return row | {"messages": [{"role": role, "content": [{"text": draw(text)}]} for role in roles]}


@st.composite
def _gemini(draw: st.DrawFn) -> dict[str, Any]:
    roles = ["user", "model"] * draw(st.integers(1, 2))
    row: dict[str, Any] = {"contents": [{"role": role, "parts": [{"text": draw(text)}]} for role in roles]}
    if draw(st.booleans()):
        row["systemInstruction"] = {"role": "system", "parts": [{"text": draw(text)}]}
    return row


def _gemini_answer(score: int) -> Any:
    answer = st.fixed_dictionaries({"role": st.just("model"), "parts": _parts(text)})
    return st.fixed_dictionaries({"score": st.just(score), "completion": answer})


def _record(**fields: Any) -> Records:
    return st.fixed_dictionaries(
        {name: each if hasattr(each, "map") else st.just(each) for name, each in fields.items()}
    )


_SHAREGPT = _turns(("from", "value"), "system human gpt")
_CONTENTS = _parts(text).map(lambda parts: [{"role": "user", "parts": parts}])
_CANDIDATES = st.tuples(_parts(text), _parts(text)).map(
    lambda said: [
        {"content": content, "preferenceLabel": label}
        for content, label in zip(said, ("preferred", "non-preferred"), strict=True)
    ]
)
#: Good records of each shape.
SHAPES: dict[str, Records] = {
    "chat": _record(messages=_ALTERNATING),
    "tools": _tools(),
    "vision": _vision(),
    "rft": _record(messages=_QUESTION, reference_answer=text),
    "prompt-completion": _record(prompt=text, completion=text),
    "prompt-completion-chat": _record(prompt=_QUESTION, completion=_ANSWER),
    "prompt-response": _record(prompt=text, response=text),
    "prompt-generation": _record(prompt=text, generation=text),
    "query-response": _record(query=text, response=text),
    "input-output": _record(input=text, output=text),
    "text": _record(text=text),
    "segments": st.tuples(text, text).map(
        lambda said: {"segments": [{"label": False, "text": said[0]}, {"label": True, "text": said[1]}]}
    ),
    "alpaca": _record(instruction=text, input=text, output=text),
    "sharegpt": _record(conversations=_SHAREGPT),
    "sharegpt-openai": _record(conversations=_ALTERNATING),
    "openai-preference": _record(
        input=_record(messages=_QUESTION), preferred_output=_ANSWER, non_preferred_output=_ANSWER
    ),
    "stack-exchange": _record(question=text, response_j=text, response_k=text),
    "pair": _record(prompt=text, chosen=text, rejected=text),
    "pair-chat": _record(prompt=_QUESTION, chosen=_ANSWER, rejected=_ANSWER),
    "pair-implicit": st.tuples(_QUESTION, _ANSWER, _ANSWER).map(
        lambda said: {"chosen": said[0] + said[1], "rejected": said[0] + said[2]}
    ),
    "pair-messages": _record(messages=_QUESTION, chosen=_turn("assistant"), rejected=_turn("assistant")),
    "alpaca-pair": _record(instruction=text, input=text, chosen=text, rejected=text),
    "sharegpt-pair": st.tuples(text, text, text).map(
        lambda said: {
            "conversations": [{"from": "human", "value": said[0]}],
            "chosen": {"from": "gpt", "value": said[1]},
            "rejected": {"from": "gpt", "value": said[2]},
        }
    ),
    "kto": _record(prompt=text, completion=text, label=st.booleans()),
    "kto-chat": _record(prompt=_QUESTION, completion=_ANSWER, label=st.booleans()),
    "alpaca-kto": _record(instruction=text, input=text, output=text, kto_tag=st.booleans()),
    "sharegpt-kto": _record(conversations=_SHAREGPT, kto_tag=st.booleans()),
    "stepwise": _record(prompt=text, completions=st.lists(text, min_size=2, max_size=2), labels=[True, False]),
    "openpipe-preference": _record(messages=_QUESTION, rejected_message=_turn("assistant")),
    "converse": _converse(),
    "converse-pair": st.tuples(_parts(text), _CANDIDATES).map(
        lambda said: {
            "schemaVersion": "bedrock-conversation-2024",
            "messages": [{"role": "user", "content": said[0]}, {"role": "assistant", "candidates": said[1]}],
        }
    ),
    "gemini": _gemini(),
    "gemini-preference": _record(
        contents=_CONTENTS, completions=st.tuples(_gemini_answer(1), _gemini_answer(0)).map(list)
    ),
    "gemini-rft": _record(contents=_CONTENTS, references=_record(answer=text)),
}


def mutate(records: Records) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """Return a strategy of records with one defect, each with the defect's name."""
    return records.flatmap(lambda record: st.sampled_from(list(defects(record))))


def examples(records: st.SearchStrategy[Any], count: int) -> list[Any]:
    """Return as many examples, always the same, none of them twice."""
    found: dict[str, Any] = {}

    @settings(
        max_examples=count * 4,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(records)
    def draw(record: Any) -> None:
        found.setdefault(json.dumps(record, sort_keys=True), record)

    draw()
    return list(found.values())[:count]


def rows(shape: str, count: int = 2) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield good records of a shape, and each with every defect it can have, by the defect's name."""
    for record in examples(SHAPES[shape], count):
        yield "none", record
        yield from defects(record)
