"""Declared functions: every dialect's schema is kept, and none is made up unnoted."""

from __future__ import annotations

import orjson
import pytest

from dsready.convert.notes import SCHEMA

TURNS = [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Anna."}]
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
LOOK = {"name": "look", "description": "Looks.", "parameters": CITY}


def declaring(*tools):
    return {"messages": TURNS, "tools": list(tools)}


@pytest.mark.parametrize(
    "tool",
    [
        {"name": "look", "description": "Looks.", "input_schema": CITY},
        {"type": "custom", "name": "look", "description": "Looks.", "input_schema": CITY, "parameters": None},
        {"name": "look", "description": "Looks.", "inputSchema": CITY},
        {"toolSpec": {"name": "look", "description": "Looks.", "inputSchema": {"json": CITY}}},
        {"functionDeclarations": [{"name": "look", "description": "Looks.", "parameters": CITY}]},
        {"name": "look", "description": "Looks.", "parameters": orjson.dumps(CITY).decode()},
        {"type": "function", "function": {"name": "look", "description": "Looks.", "input_schema": CITY}},
    ],
)
def test_the_schema_of_every_dialect_is_kept(converted, tool):
    bedrock = converted(declaring(tool), "bedrock-conversation")
    assert bedrock.value["toolConfig"]["tools"][0]["toolSpec"] == {
        "name": "look",
        "description": "Looks.",
        "inputSchema": {"json": CITY},
    }
    assert (bedrock.lost, bedrock.changed) == (set(), set())

    gemini = converted(declaring(tool), "gemini-contents")
    assert gemini.value["tools"] == [{"functionDeclarations": [LOOK]}]
    assert (gemini.lost, gemini.changed) == (set(), set())

    said = converted(declaring(tool), "sharegpt").value["tools"]
    assert orjson.loads(said) == [{"type": "function", "function": LOOK}]


def test_a_schema_that_is_made_up_is_noted(converted):
    there = converted(declaring({"name": "look", "parameters": None}), "bedrock-conversation")

    assert there.changed == {SCHEMA}
    assert converted(declaring({"name": "look", "parameters": None}), "gemini-contents").changed == set()


def test_keys_that_a_service_does_not_know_are_noted(converted):
    tool = {"type": "function", "function": {**LOOK, "strict": True}, "cache_control": {"type": "ephemeral"}}

    there = converted(declaring(tool), "gemini-contents")
    assert there.value["tools"] == [{"functionDeclarations": [LOOK]}]
    assert there.lost == {"tool definition key strict", "tool definition key cache_control"}

    there = converted(declaring(tool), "bedrock-conversation")
    assert there.value["toolConfig"]["tools"][0]["toolSpec"]["strict"] is True
    assert there.lost == {"tool definition key cache_control"}
    assert converted(declaring(tool), "trl-prompt-completion-conv").value["tools"] == [tool]


@pytest.mark.parametrize("parameters", ["none", 3, [CITY]])
def test_parameters_that_are_no_object_are_refused(converted, parameters):
    tool = {"name": "look", "parameters": parameters}

    assert converted(declaring(tool), "bedrock-conversation").reason == (
        "declares a tool whose parameters are no JSON object"
    )


def test_what_stands_beside_a_specification_is_noted(converted):
    held = {"tools": [{"toolSpec": {"name": "look", "inputSchema": {"json": CITY}}, "note": 1}]}
    turns = [{"role": turn["role"], "content": [{"text": turn["content"]}]} for turn in TURNS]
    record = {"schemaVersion": "bedrock-conversation-2024", "messages": turns, "toolConfig": held}

    assert converted(record, "openai-chat").lost == {"parts of toolConfig"}
