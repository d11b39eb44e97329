"""JSON within JSON: what would be lost by reading it is left as a text, or the record is rejected."""

from __future__ import annotations

import orjson
import pytest

from dsready.convert.exact import InexactError, exact

ASK = {"role": "user", "content": "Who?"}
ANNA = {"role": "assistant", "content": "Anna."}
TWICE = "a key stands twice in one object"
INTEGER = "holds an integer too large to be read exactly"
DIGITS = "holds a number with more digits than can be read exactly"
INEXACT = [
    ('{"a":1,"a":2}', TWICE),
    ('{"a":{"b":"x","b":"x"}}', TWICE),
    ('{"id":12345678901234567890123}', INTEGER),
    ('{"id":-9223372036854775809}', INTEGER),
    ('{"p":1.0000000000000000001}', DIGITS),
    ('{"p":123456789012345678.5}', DIGITS),
]


def calling(arguments, result="ok"):
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": arguments}}
    turn = {"role": "assistant", "content": None, "tool_calls": [call]}
    return {"messages": [ASK, turn, {"role": "tool", "tool_call_id": "c1", "content": result}, ANNA]}


@pytest.mark.parametrize(("text", "flaw"), INEXACT)
def test_arguments_that_cannot_be_read_exactly_stay_a_text(converted, text, flaw):
    for to in ("bedrock-conversation", "gemini-contents"):
        assert converted(calling(text), to).reason == f"in the arguments of a call: {flaw}"

    turns = converted(calling(text), "sharegpt").value["conversations"]
    assert orjson.loads(turns[1]["value"]) == {"name": "look", "arguments": text}


@pytest.mark.parametrize(("text", "flaw"), INEXACT)
def test_a_call_that_cannot_be_read_exactly_is_rejected(converted, text, flaw):
    turns = [
        {"from": "human", "value": "Who?"},
        {"from": "function_call", "value": f'{{"name":"f","arguments":{text}}}'},
    ]
    record = {"conversations": [*turns, {"from": "observation", "value": "r"}, {"from": "gpt", "value": "Anna."}]}

    assert converted(record, "openai-chat").reason == f"in the JSON of a call: {flaw}"


@pytest.mark.parametrize(("text", "_"), INEXACT)
def test_a_result_that_cannot_be_read_exactly_stays_a_text(converted, text, _):
    contents = converted(calling("{}", text), "gemini-contents").value["contents"]

    assert contents[2]["parts"][0]["functionResponse"]["response"] == {"result": text}


@pytest.mark.parametrize(("text", "_"), INEXACT)
def test_tools_that_cannot_be_read_exactly_stay_a_text(converted, text, _):
    tools = f'[{{"name":"look","parameters":{text}}}]'
    record = {"conversations": [{"from": "human", "value": "Who?"}, {"from": "gpt", "value": "Anna."}], "tools": tools}

    assert converted(record, "sharegpt-openai-tags").value["tools"] == tools
    assert converted(record, "bedrock-conversation").lost == {"key tools"}


@pytest.mark.parametrize("number", ["100000000000000000000", "18446744073709551616", "-9223372036854775809"])
def test_an_integer_that_equals_its_float_is_still_rejected(converted, number):
    record = f'{{"prompt":"Who?","completion":"Anna.","n":{number}}}'

    assert converted(record, "query-response").reason == INTEGER


@pytest.mark.parametrize(
    "text", ["0.10000000000000001", "0.10000000149011612", "1E5", "18446744073709551615", '"1234567890123456789012"']
)
def test_what_every_reader_reads_alike_is_exact(text):
    assert exact(text) == orjson.loads(text)


def test_a_text_too_deep_to_be_written_is_not_read():
    with pytest.raises(InexactError, match="deep"):
        exact("[" * 600 + "]" * 600)


@pytest.mark.parametrize("arguments", [0, False, [], "[]", "null"])
def test_only_missing_arguments_are_none(converted, arguments):
    turns = converted(calling(arguments), "sharegpt").value["conversations"]

    assert orjson.loads(turns[1]["value"])["arguments"] == arguments
    assert type(orjson.loads(turns[1]["value"])["arguments"]) is type(arguments)
    assert (
        converted(calling(arguments), "gemini-contents").reason == "calls a tool with arguments that are no JSON object"
    )


@pytest.mark.parametrize("arguments", [None, "", {}, "{}"])
def test_missing_arguments_are_an_empty_object(converted, arguments):
    contents = converted(calling(arguments), "gemini-contents").value["contents"]

    assert contents[1]["parts"][0]["functionCall"]["args"] == {}
