"""No record makes a conversion fail, and what it writes is always a sound record of the target shape."""

from __future__ import annotations

import orjson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsready.convert import SHAPES_WRITABLE
from dsready.convert.record import convert_record
from dsready.dataset.record import Status, parse
from dsready.dataset.shapes import SHAPES

KEYS = sorted(
    {key for shape in SHAPES for key in shape.keys}
    | {
        "role",
        "from",
        "value",
        "parts",
        "content",
        "type",
        "tool_calls",
        "function",
        "function_call",
        "name",
        "arguments",
    }
    | {
        "tool_call_id",
        "toolUse",
        "toolResult",
        "toolUseId",
        "functionCall",
        "functionResponse",
        "args",
        "response",
        "id",
    }
    | {"tools", "system", "history", "input", "candidates", "preferenceLabel", "score", "completion", "toolConfig"}
    | {
        "toolSpec",
        "inputSchema",
        "json",
        "functionDeclarations",
        "systemInstruction",
        "text",
        "thought",
        "label",
        "human",
    }
    | {"reasoning_content", "image_url", "context", "options", "schemaVersion", "x"}
)
WORDS = [
    "user",
    "assistant",
    "system",
    "tool",
    "human",
    "gpt",
    "model",
    "function_call",
    "User",
    "text",
    "{}",
    "[]",
    "",
    "a",
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.sampled_from(WORDS)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=30,
)
TEXT = st.sampled_from(WORDS) | st.text(max_size=5)


def among(*keys: str) -> st.SearchStrategy:
    return st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=2).flatmap(
        lambda rest: st.fixed_dictionaries(dict.fromkeys(keys, TEXT)).map(lambda held: {**rest, **held})
    )


def turns(*keys: str) -> st.SearchStrategy:
    return st.lists(among(*keys), min_size=1, max_size=4)


#: Nearly right: what every shape looks at first is there, and anything may stand beside it.
NEARLY = st.sampled_from(SHAPES).flatmap(
    lambda shape: st.fixed_dictionaries(
        {key: TEXT | turns("role", "content") | turns("from", "value") | VALUES for key in shape.keys}
    ).flatmap(
        lambda held: st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3).map(lambda rest: {**rest, **held})
    )
)


def check(value: object) -> None:
    record = parse(0, orjson.dumps(value))
    for to in SHAPES_WRITABLE:
        outcome = convert_record(record, to)
        assert (outcome.line is None) == bool(outcome.reason)
        if outcome.line is not None:
            there = parse(0, outcome.line)
            assert there.status is Status.USABLE
            assert there.shape in {to, *SHAPES_WRITABLE[to].read_as}


@settings(max_examples=300)
@given(NEARLY)
@example({"prompt": [], "completion": []})
@example({"messages": [{"role": "user", "content": [{"type": {"a": 1}}]}]})
@example({"messages": [{"role": "system", "content": ""}]})
def test_no_record_makes_a_conversion_fail(value):
    try:
        orjson.dumps(value)
    except (TypeError, ValueError):  # an integer beyond 64 bits, a lone surrogate
        return
    check(value)


@settings(max_examples=100)
@given(VALUES)
def test_no_json_makes_a_conversion_fail(value):
    try:
        orjson.dumps(value)
    except (TypeError, ValueError):
        return
    check(value)


@settings(max_examples=100)
@given(st.binary(max_size=40))
def test_no_bytes_make_a_conversion_fail(raw):
    record = parse(0, raw)

    assert record.status is Status.BLANK or convert_record(record, "openai-chat").reason


def test_a_deep_record_is_rejected_and_not_the_end():
    deep = (
        b'{"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b","x":'
        + b"[" * 900
        + b"]" * 900
        + b"}]}"
    )
    outcome = convert_record(parse(0, deep), "trl-prompt-completion-conv")

    assert outcome.reason == "is nested too deep to be written"
