"""Parts, tool calls, tool results, declared tools and media are read from each dialect alike."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from dsready.dataset.example import Example, media
from dsready.dataset.shapes import read

ASK = {"role": "user", "content": "Red or blue?"}
RED = {"role": "assistant", "content": "Red."}
SAYS = {"from": "human", "value": "Red or blue?"}
PART = {"role": "user", "parts": [{"text": "Red or blue?"}]}


def converse(*turns: str, **more: Any) -> dict[str, Any]:
    roles = ("user", "assistant")
    return {"messages": [{"role": roles[n % 2], "content": [{"text": t}]} for n, t in enumerate(turns)], **more}


def understood(value: dict[str, Any]) -> Example:
    _, example, invalid = read(value)
    assert invalid is None
    assert example is not None
    return example


def test_a_tool_call_is_read_from_each_dialect():
    arguments = '{"city":"Oslo"}'
    openai = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": arguments}}
    turns: list[dict[str, Any]] = [
        {"messages": [ASK, {"role": "assistant", "content": None, "tool_calls": [openai]}]},
        {"messages": [ASK, {"role": "assistant", "function_call": openai["function"]}]},
        {"messages": [ASK, {"role": "assistant", "tool_calls": [openai["function"]]}]},
        {"conversations": [SAYS, {"from": "function_call", "value": orjson.dumps(openai["function"]).decode()}]},
        {"messages": [ASK, {"role": "assistant", "content": [{"type": "tool_call", "value": _dumped()}]}]},
        {"messages": [ASK, {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", **_named("input")}]}]},
        {"contents": [PART, {"role": "model", "parts": [{"functionCall": _named("args")}]}]},
    ]
    for value in turns:
        example = understood(value)
        [call] = example.messages[-1].calls
        assert call.name == "weather"
        assert example.answer == f"weather {arguments}"


def _named(key: str) -> dict[str, Any]:
    return {"name": "weather", key: {"city": "Oslo"}}


def _dumped() -> str:
    return orjson.dumps(_named("arguments")).decode()


def test_several_calls_may_stand_in_one_turn_and_broken_ones_are_kept():
    two = orjson.dumps([_named("arguments"), _named("arguments")]).decode()
    example = understood({"conversations": [SAYS, {"from": "function_call", "value": two}]})
    assert [call.name for call in example.messages[-1].calls] == ["weather", "weather"]
    broken = understood({"conversations": [SAYS, {"from": "function_call", "value": "{oops"}]})
    assert [(call.name, call.arguments) for call in broken.messages[-1].calls] == [("", "{oops")]


def test_a_tool_result_inside_a_user_turn_becomes_a_turn_of_a_tool():
    use = {"toolUse": {"toolUseId": "t1", "name": "weather", "input": {"city": "Oslo"}}}
    result = {"toolResult": {"toolUseId": "t1", "content": [{"text": "3 C"}, {"json": {"wind": 2}}]}}
    value = converse("Warm?", "x", "y", "Cold.")
    value["messages"][1]["content"] = [use]
    value["messages"][2]["content"] = [result, {"text": "Well?"}]
    messages = understood(value).messages
    assert [message.role for message in messages] == ["user", "assistant", "tool", "user", "assistant"]
    assert (messages[1].calls[0].id, messages[2].call_id) == ("t1", "t1")
    assert messages[2].text.startswith("3 C\n")
    assert messages[2].raw_role == "user"
    assert messages[2].pointer == messages[3].pointer == "/messages/2"


def test_gemini_answers_a_call_without_ids():
    parts = [[{"text": "Warm?"}], [{"functionCall": {"name": "weather", "args": {}}}]]
    parts += [[{"functionResponse": {"name": "weather", "response": {"t": 3}}}], [{"text": "Cold."}]]
    roles = ("user", "model", "user", "model")
    value = {"contents": [{"role": role, "parts": part} for role, part in zip(roles, parts, strict=True)]}
    example = understood(value)
    assert [message.role for message in example.messages] == ["user", "assistant", "tool", "assistant"]
    assert example.messages[2].text == '{"t":3}'
    assert example.answer == "Cold."


def test_a_gemini_turn_without_a_role_is_the_users():
    value = {"contents": [{"parts": [{"text": "Hm?"}]}], "system_instruction": {"parts": [{"text": "Be brief."}]}}
    example = understood(value)
    assert (example.messages[0].role, example.system) == ("user", "Be brief.")


@pytest.mark.parametrize(
    "declared",
    [
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"required": ["a"]}}}]},
        {"tools": '[{"name": "f", "parameters": {"required": ["a"]}}]'},
        {"functions": [{"name": "f", "parameters": {"required": ["a"]}}]},
        {"tools": [{"functionDeclarations": [{"name": "f", "parameters": {"required": ["a"]}}]}]},
        {"toolConfig": {"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"required": ["a"]}}}}]}},
    ],
)
def test_declared_tools_are_read_from_each_dialect(declared):
    [tool] = understood({"messages": [ASK, RED], **declared}).tools or []
    assert (tool.name, tool.required) == ("f", ("a",))


@pytest.mark.parametrize("declared", ["oops", 5, [5], [{"type": "code_interpreter"}], [{"functionDeclarations": [5]}]])
def test_tools_that_are_not_understood_are_no_tools(declared):
    assert understood({"messages": [ASK, RED], "tools": declared}).tools is None


def test_a_tool_with_an_odd_schema_requires_nothing():
    [tool] = understood({"messages": [ASK, RED], "tools": {"name": "f", "parameters": {"required": 5}}}).tools or []
    assert (tool.name, tool.required) == ("f", ())


def test_a_tool_may_answer_in_any_form():
    def text(result: object) -> str:
        value = {"messages": [ASK, {"role": "user", "content": [{"type": "tool_result", "value": result}]}, RED]}
        return understood(value).messages[1].text

    assert text("3 C") == "3 C"
    assert text({"output": {"t": 3}}) == '{"t":3}'
    assert text({"content": ["3", {"type": "text", "text": "C"}]}) == "3\nC"
    assert text({"content": [{"type": "tool_result", "content": "3"}]}) == ""
    assert text([3]) == "[3]"


def test_calls_that_are_no_objects_keep_their_text():
    example = understood({"contents": [{"role": "model", "parts": [{"functionCall": "[5]"}]}]})
    assert [(call.name, call.arguments) for call in example.messages[0].calls] == [("", "[5]")]


def test_media_make_different_texts():
    def image(url: str) -> str:
        part = {"type": "image_url", "image_url": {"url": url}}
        return understood({"messages": [{"role": "user", "content": [part, {"type": "text", "text": "?"}]}]}).prompt

    assert image("a.png") == f"{media('image', 'a.png')}\n?"
    assert image("a.png") != image("b.png")
    column = understood({"question": "Which?", "answer": "A", "image_path": "a.png"})
    assert column.prompt == f"Which?\n{media('image', 'a.png')}"
    listed = understood({"messages": [ASK, RED], "images": ["a.png", {"path": "b.png"}]})
    assert listed.prompt.endswith(f"{media('image', 'a.png')} {media('image', 'b.png')}")
    unknown = [{"type": "hologram", "n": n} for n in range(2)]
    texts = {understood({"messages": [{"role": "user", "content": [part]}]}).prompt for part in unknown}
    assert len(texts) == 2


def test_parts_of_llama_factory_and_reasoning_are_text():
    content = [{"type": "reasoning", "value": "Hm."}, {"type": "text", "value": "Red."}]
    assert understood({"messages": [ASK, {"role": "assistant", "content": content}]}).answer == "Hm.\nRed."
    thought = {"role": "assistant", "content": "Red.", "reasoning_content": "Hm."}
    assert understood({"messages": [ASK, thought]}).answer == "Hm.\nRed."
    nova = converse("?", "Red.")
    nova["messages"][1]["content"].insert(0, {"reasoningContent": {"reasoningText": {"text": "Hm."}}})
    assert understood(nova).answer == "Hm.\nRed."


@pytest.mark.parametrize("options", [["Red", "Blue"], {"A": "Red", "B": "Blue"}, [{"A": "Red"}, {"B": "Blue"}]])
def test_options_belong_to_the_question(options):
    prompt = understood({"question": "Which?", "options": options, "answer": "A"}).prompt
    assert prompt.startswith("Which?\n")
    assert "Red" in prompt.splitlines()[1]
    assert "Blue" in prompt.splitlines()[2]


def test_roles_are_matched_exactly():
    roles = ["assistant ", "Assistant", "human", "observation", "developer"]
    value = {"messages": [{"role": role, "content": "x"} for role in roles]}
    messages = understood(value).messages
    assert [message.role for message in messages] == ["unknown", "unknown", "user", "tool", "developer"]
    assert [message.raw_role for message in messages] == roles
