"""Valid conversations are never reported; each broken one is, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pytest

from dsready.dataset.batch import Batch
from dsready.dataset.record import parse
from dsready.dataset.settings import Settings
from dsready.model import Location, Severity
from dsready_checks.roles import Roles

if TYPE_CHECKING:
    from collections.abc import Sequence

ASK = {"role": "user", "content": "Weather in Oslo?"}
ANSWER = {"role": "assistant", "content": "Cold."}
SYSTEM = {"role": "system", "content": "Be brief."}
RESULT = {"role": "tool", "content": "3 C", "tool_call_id": "c1"}
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"required": ["city"]}}}]


def called(arguments: Any = '{"city":"Oslo"}', ident: str | None = "c1", name: str = "weather") -> dict[str, Any]:
    return {"id": ident, "type": "function", "function": {"name": name, "arguments": arguments}}


def call(*calls: dict[str, Any], content: str | None = None) -> dict[str, Any]:
    return {"role": "assistant", "content": content, "tool_calls": list(calls or (called(),))}


def says(speaker: str, value: Any) -> dict[str, Any]:
    return {"from": speaker, "value": value if isinstance(value, str) else orjson.dumps(value).decode()}


def chat(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"messages": list(messages), **more}


class Places:
    """In place of a data set: the key is the line."""

    def __init__(self, rows: Sequence[dict[str, Any]], listed: int = 100) -> None:
        self.listed = listed
        self.records = {record.key: record for record in batch(*rows).records}

    def fetch(self, keys):
        return [self.records[key] for key in keys.tolist()]

    def locations(self, keys):
        return [Location(path="train.jsonl", line=int(key)) for key in keys]

    def along(self, keys):
        return np.bincount(keys, minlength=len(self.records) + 1)[1:].tolist()  # a stretch is a record


def batch(*rows: dict[str, Any], start: int = 1) -> Batch:
    return Batch([parse(start + number, orjson.dumps(row)) for number, row in enumerate(rows)], Settings())


def judge(*rows: dict[str, Any], listed: int = 100):
    check = Roles()
    return check.finish(check.update(check.start(), batch(*rows)), Places(rows, listed))


def hits(*rows: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(found.rule, found.message, found.pointer) for found in judge(*rows).findings]


GLAIVE = [
    says("human", "Weather in Oslo?"),
    says("function_call", {"name": "weather", "arguments": {"city": "Oslo"}}),
    says("observation", {"t": 3}),
    says("gpt", "Cold."),
]
GOOD = {
    "a plain dialogue": chat(SYSTEM, ASK, ANSWER, ASK, ANSWER),
    "a developer and two system turns at the start": chat({**SYSTEM, "role": "developer"}, SYSTEM, ASK, ANSWER),
    "a call without content": chat(ASK, call(), RESULT, ANSWER, tools=TOOLS),
    "a call with blank content": chat(ASK, call(content=""), RESULT, ANSWER),
    "a call at the end": chat(ASK, call(), tools=TOOLS),
    "a chain of calls": chat(ASK, call(), RESULT, call(), RESULT, ANSWER),
    "parallel calls": chat(
        ASK, call(called(), called(ident="c2")), {**RESULT, "tool_call_id": "c2"}, RESULT, ANSWER, tools=TOOLS
    ),
    "parallel calls with one id": chat(ASK, call(called(), called()), RESULT, RESULT, ANSWER),
    "results without ids": chat(
        ASK, call(called(ident=None), called(ident=None)), *[{"role": "tool", "content": "3"}] * 2, ANSWER
    ),
    "one turn with the results of all calls": chat(
        ASK, call(called(ident=None), called(ident=None)), {"role": "tool", "content": "[3, 4]"}, ANSWER, ASK, ANSWER
    ),
    "a tool that answers nothing": chat(ASK, call(), {**RESULT, "content": ""}, ANSWER),
    "arguments as an object": chat(ASK, call(called({"city": "Oslo"})), RESULT, ANSWER, tools=TOOLS),
    "no arguments": chat(
        ASK, call(called(""), called(None, "c2")), tools=[{"type": "function", "function": {"name": "weather"}}]
    ),
    "the older function call": chat(
        ASK,
        {"role": "assistant", "content": None, "function_call": {"name": "weather", "arguments": "{}"}},
        {"role": "function", "name": "weather", "content": "3 C"},
        ANSWER,
        functions=[{"name": "weather", "parameters": {}}],
    ),
    "ShareGPT": {"conversations": GLAIVE, "tools": '[{"name": "weather", "parameters": {"required": ["city"]}}]'},
    "parallel calls of ShareGPT": {"conversations": [GLAIVE[0], GLAIVE[1], GLAIVE[1], *[GLAIVE[2]] * 2, GLAIVE[3]]},
    "a call in the text": {
        "conversations": [GLAIVE[0], says("gpt", "<tool_call>{}</tool_call>"), says("tool", "3"), GLAIVE[3]]
    },
    "a code interpreter": chat(ASK, {**ANSWER, "content": "print(3)"}, {**RESULT, "role": "ipython"}, ANSWER),
    "Gemini": {
        "contents": [
            {"role": "user", "parts": [{"text": "Weather?"}]},
            {"role": "model", "parts": [{"functionCall": {"name": "weather", "args": {"city": "Oslo"}}}] * 2},
            {"role": "user", "parts": [{"functionResponse": {"name": "weather", "response": {"t": 3}}}] * 2},
            {"role": "model", "parts": [{"text": "Cold."}]},
        ],
        "tools": [{"functionDeclarations": [{"name": "weather", "parameters": {"required": ["city"]}}]}],
    },
    "Bedrock": {
        "schemaVersion": "bedrock-conversation-2024",
        "messages": [
            {"role": "user", "content": [{"text": "Weather?"}]},
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t", "name": "weather", "input": {}}}]},
            {"role": "user", "content": [{"text": "So?"}, {"toolResult": {"toolUseId": "t", "content": []}}]},
            {"role": "assistant", "content": [{"text": "Cold."}]},
        ],
        "toolConfig": {"tools": [{"toolSpec": {"name": "weather", "inputSchema": {"json": {"type": "object"}}}}]},
    },
    "a prompt to reinforce": chat(SYSTEM, ASK, answer="Cold."),
    "a preference": {
        "input": {"messages": [ASK]},
        "preferred_output": [ANSWER],
        "non_preferred_output": [{**ANSWER, "content": "Warm."}],
    },
    "an empty final answer, which another check reports": chat(ASK, {**ANSWER, "content": ""}),
    "a tool that could not be read": chat(ASK, call(called(name="python")), tools=[{"type": "code_interpreter"}]),
}
BAD = {
    "an unknown role": (chat(ASK, {**ANSWER, "role": "Bot"}), "ROL001", 'unknown role "Bot"', "/messages/1"),
    "a role with a blank": (chat(ASK, {**ANSWER, "role": "user\n"}), "ROL001", 'unknown role "user⏎"', "/messages/1"),
    "no answer": (chat(ASK), "ROL002", "no assistant turn, so there is nothing to learn from", ""),
    "a user at the end": (
        chat(ASK, ANSWER, ASK),
        "ROL002",
        "the conversation ends on a user turn, which no answer follows",
        "/messages/2",
    ),
    "a result at the end": (
        chat(ASK, call(), RESULT),
        "ROL003",
        "the conversation ends on a tool result",
        "/messages/2",
    ),
    "two users": (chat(ASK, ASK, ANSWER), "ROL003", "two user turns in a row", "/messages/1"),
    "two assistants": (chat(ASK, ANSWER, ANSWER), "ROL003", "two assistant turns in a row", "/messages/2"),
    "a text before the call": (
        chat(ASK, ANSWER, call(), RESULT, ANSWER),
        "ROL003",
        "two assistant turns in a row",
        "/messages/2",
    ),
    "the assistant first": (
        chat(SYSTEM, ANSWER),
        "ROL003",
        "the conversation begins with an assistant turn",
        "/messages/1",
    ),
    "a late system turn": (
        chat(ASK, SYSTEM, ANSWER),
        "ROL003",
        "a system turn after the conversation has begun",
        "/messages/1",
    ),
    "an empty question": (chat({**ASK, "content": " \n"}, ANSWER), "ROL004", "empty user turn", "/messages/0"),
    "a missing content": (
        chat(ASK, {"role": "assistant"}, ASK, ANSWER),
        "ROL004",
        "empty assistant turn",
        "/messages/1",
    ),
    "arguments in Python": (
        chat(ASK, call(called("{'a': 1}"))),
        "ROL005",
        "a call of weather has arguments that are not JSON",
        "/messages/1",
    ),
    "a list of arguments": (
        chat(ASK, call(called("[1]"))),
        "ROL005",
        "a call of weather has arguments that are JSON, but no object",
        "/messages/1",
    ),
    "a number for arguments": (
        chat(ASK, call(called(5))),
        "ROL005",
        "a call of weather has arguments that are neither JSON text nor an object",
        "/messages/1",
    ),
    "both kinds of arguments": (
        chat(ASK, call(called(), called({}, "c2"))),
        "ROL005",
        "arguments are text in one call and an object in another",
        "",
    ),
    "a broken call of ShareGPT": (
        {"conversations": [GLAIVE[0], says("function_call", "{oops")]},
        "ROL005",
        "a call without a function name has arguments that are not JSON",
        "/conversations/1",
    ),
    "an undeclared tool": (
        chat(ASK, call(called(name="clock")), tools=TOOLS),
        "ROL006",
        "a call of clock, which is not declared",
        "/messages/1",
    ),
    "a missing parameter": (
        chat(ASK, call(called("")), tools=TOOLS),
        "ROL006",
        "a call of weather lacks the required parameter city",
        "/messages/1",
    ),
    "an orphaned result": (chat(ASK, RESULT, ANSWER), "ROL007", "a tool result without its call", "/messages/1"),
    "a result of another call": (
        chat(ASK, call(), {**RESULT, "tool_call_id": "c9"}, ANSWER),
        "ROL007",
        "a tool result without its call",
        "/messages/2",
    ),
    "a call that is passed over": (
        chat(ASK, call(), ASK, ANSWER),
        "ROL007",
        "a call of weather without its result before the next user turn",
        "/messages/1",
    ),
    "a late result, told once": (
        chat(ASK, call(), ASK, RESULT, ANSWER),
        "ROL007",
        "a call of weather without its result before the next user turn",
        "/messages/1",
    ),
}


@pytest.mark.parametrize("row", GOOD.values(), ids=GOOD)
def test_a_valid_conversation_is_silent(row):
    verdict = judge(row)
    assert (verdict.examined, verdict.findings) == (1, [])
    assert verdict.metrics[0].value == 0


@pytest.mark.parametrize(("row", "rule", "message", "pointer"), BAD.values(), ids=BAD)
def test_a_broken_conversation_is_reported_once(row, rule, message, pointer):
    assert hits(row) == [(rule, message, pointer)]


def test_every_rule_has_a_bad_case():
    assert {rule for _, rule, _, _ in BAD.values()} == {rule.code for rule in Roles.rules}


def test_findings_come_in_file_order_with_their_lines():
    verdict = judge(chat(ASK, ASK, ANSWER), chat(ASK, ANSWER), chat(ASK, ANSWER, ANSWER), chat(ASK, ASK, ANSWER))
    assert [found.location.line for found in verdict.findings] == [1, 3, 4]
    assert verdict.counts["ROL003"] == 3
    [share] = verdict.metrics
    assert (share.id, share.part, share.whole) == ("consistency.role_share", 3, 4)
    assert share.rules == ("ROL001", "ROL002", "ROL003", "ROL005", "ROL006", "ROL007")


def test_a_conversation_that_only_ends_on_a_result_is_a_warning():
    [found] = judge(chat(ASK, call(), RESULT)).findings
    assert found.severity is Severity.WARNING
    [found] = judge(chat(ASK)).findings
    assert found.severity is Severity.ERROR


def test_an_empty_turn_does_not_count_as_a_wrong_role():
    assert judge(chat({**ASK, "content": ""}, ANSWER)).metrics[0].part == 0


def test_data_without_conversations_passes():
    verdict = judge(*[{"prompt": "a", "completion": "b"}] * 3)
    assert (verdict.examined, verdict.findings, verdict.skipped) == (3, [], "")
    assert (verdict.metrics[0].value, verdict.metrics[0].whole) == (0, 0)


def test_any_split_gives_the_same_verdict():
    rows = [row for row, *_ in BAD.values()] + list(GOOD.values())
    check = Roles()
    left = check.update(check.start(), batch(*rows[:9]))
    right = check.update(check.start(), batch(*rows[9:], start=10))
    split, whole = check.finish(check.merge(right, left), Places(rows)), judge(*rows)
    assert (split.findings, split.metrics, split.examined) == (whole.findings, whole.metrics, whole.examined)


def test_a_long_list_is_cut_and_the_count_stays_exact():
    verdict = judge(chat(ASK), chat(ASK, ANSWER, ASK), chat(ASK), chat(ASK, ASK, ANSWER), listed=2)
    assert [found.location.line for found in verdict.findings] == [1, 2, 4]
    assert verdict.counts["ROL002"] == 3
