"""Amazon's targets: what records they take, and which rule refuses, or drops, what they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dsready.targets.bedrock import DISTILL, LLAMA
from dsready.targets.nova import DPO, SFT
from dsready.targets.nova_rft import TARGET as RFT
from dsready.targets.rule import Consequence
from dsready.targets.sagemaker import TARGET as SAGEMAKER
from tests.targets.rows import broken, severe

if TYPE_CHECKING:
    from dsready.targets.target import Target


def says(role: str, *parts: Any, **keys: Any) -> dict[str, Any]:
    return {"role": role, "content": list(parts or ({"text": "x"},)), **keys}


def row(*turns: Any, **keys: Any) -> dict[str, Any]:
    return {"schemaVersion": "bedrock-conversation-2024", "messages": list(turns), **keys}


ASKS, ANSWERS = says("user"), says("assistant")
OWNER = "123456789012"


def media(kind: str = "image", form: str = "png", uri: str = "s3://b/a.png", **more: Any) -> dict[str, Any]:
    keys = {"bucketOwner": OWNER, **more}
    return {kind: {"format": form, "source": {"s3Location": {"uri": uri, **keys}}}}


def local(form: str = "png") -> dict[str, Any]:
    return {"image": {"format": form, "source": {"s3Location": {"localPath": "a.png"}}}}


def text(words: str) -> dict[str, Any]:
    return {"text": words}


def thinks(words: Any = "x") -> dict[str, Any]:
    return {"reasoningContent": {"reasoningText": {"text": words}}}


def use(id_: str = "t1", name: str = "f", arguments: Any = None) -> dict[str, Any]:
    return {"toolUse": {"toolUseId": id_, "name": name, "input": {} if arguments is None else arguments}}


def result(id_: str = "t1", **item: Any) -> dict[str, Any]:
    return {"toolResult": {"toolUseId": id_, "content": [item or text("3C")]}}


def config(*names: str, **schema: Any) -> dict[str, Any]:
    json = schema or {"type": "object"}
    tools = [{"toolSpec": {"name": name, "description": "d", "inputSchema": {"json": json}}} for name in names]
    return {"tools": tools}


TOOLS = config("f")


def tools(call: Any = None, answer: Any = None, **keys: Any) -> dict[str, Any]:
    called, answered = call or use(), answer or result()
    return row(ASKS, says("assistant", called), says("user", answered), ANSWERS, **{"toolConfig": TOOLS, **keys})


def candidate(label: str, *parts: Any) -> dict[str, Any]:
    return {"content": list(parts or (text("x"),)), "preferenceLabel": label}


def chosen(*candidates: Any) -> dict[str, Any]:
    held = candidates or (candidate("preferred"), candidate("non-preferred"))
    return {"role": "assistant", "candidates": list(held)}


def plain(*turns: tuple[str, Any], **keys: Any) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} for role, content in turns], **keys}


Q, A = ("user", "x"), ("assistant", "x")

GOOD = [
    (SFT, row(ASKS, ANSWERS, system=[text("a"), text("b")])),
    (SFT, row(says("user", media(), text("x")), ANSWERS)),
    (SFT, tools()),
    (SFT, row(ASKS, says("assistant", thinks(), text("x")))),
    (SFT, row(says("user", text("Users: of the System, a robot")), ANSWERS)),
    (DPO, row(ASKS, chosen())),
    (DPO, row(ASKS, ANSWERS, ASKS, chosen(), system=[text("s")])),
    (RFT, plain(("system", "s"), Q, id="1", reference_answer={"a": 1})),
    (RFT, plain(Q, A, Q, reference_answer="x", level=3)),
    (LLAMA, {"prompt": "x", "completion": "y", "id": 1}),
    (LLAMA, row(ASKS, ASKS, ANSWERS, system=[text("s")], id=1)),
    (LLAMA, {"messages": [says("user", media()), ANSWERS]}),
    (DISTILL, row(ASKS, system=[text("s")])),
    (DISTILL, row(ASKS, ANSWERS)),
    (SAGEMAKER, {"prompt": "x", "completion": "y"}),
    (SAGEMAKER, {"prompt": "x", "chosen": "y", "rejected": "z"}),
    (SAGEMAKER, {"prompt": "x", "input": 5, "chosen": "y", "rejected": "z"}),
    (SAGEMAKER, row(ASKS, ANSWERS)),
    (SAGEMAKER, row(ASKS, chosen())),
    (SAGEMAKER, row(says("user", local()), ANSWERS, toolConfig=TOOLS)),
    (SAGEMAKER, plain(("tool", "x"), A)),
    (SAGEMAKER, {"prompt": "x", "data_source": "gsm8k", "reward_model": {}}),
    (SAGEMAKER, {"query": "x", "response": "y"}),
    (SAGEMAKER, {"query": "x", "images": [{"data": "x"}]}),
]

#: What supervised and preference records of Nova may not have, in their messages before the last.
NOVA = [
    ("NOV-04", {"schemaVersion": "v1"}, ASKS),
    ("NOV-05", {"id": 1}, ASKS),
    ("NOV-05", {}, says("user", id="x")),
    ("NOV-10", {"system": "s"}, ASKS),
    ("NOV-11", {}, says("human")),
    ("NOV-13", {}, {"role": "user", "content": "hi"}),
    ("NOV-13", {}, {"role": "user"}),
    ("NOV-13", {}, says("user", "x")),
    ("NOV-13-PART", {}, says("user", {"type": "image"})),
    ("NOV-14", {}, says("user", text(""))),
    ("NOV-15", {}, {"role": "user", "content": []}),
    ("NOV-16", {}, says("user", text("You said: User: hello"))),
    ("NOV-16", {"system": [text("System: be kind")]}, ASKS),
    ("NOV-16-CASE", {}, says("user", text("a robot: hello"))),
    ("NOV-21", {}, says("user", media(form="bmp"))),
    ("NOV-21-NOVA-2", {}, says("user", media(form="webp"))),
    ("NOV-22", {}, says("user", media(uri="https://x/a.png"))),
    ("NOV-22-PATH", {}, says("user", media(uri="s3://b/a b.png"))),
    ("NOV-22-OWNER", {}, says("user", media(bucketOwner=None))),
    ("NOV-23", {}, says("user", *[media()] * 11)),
    ("NOV-24", {}, says("user", media(), media("document", "pdf"))),
    ("NOV-32", {}, says("user", text("x"), thinks())),
    ("NOV-33", {}, says("user", media("document", "pdf"))),
    ("NOV-33-ONE", {}, says("user", *[media("document", "pdf")] * 2)),
]
LAST = {SFT.id: ANSWERS, DPO.id: chosen()}
BAD = [
    *((target, name, row(turn, LAST[target.id], **keys)) for target in (SFT, DPO) for name, keys, turn in NOVA),
    *(
        (target, name, row(ASKS, turn, ASKS, LAST[target.id]))
        for target in (SFT, DPO)
        for name, turn in (
            ("NOV-20", says("assistant", media())),
            ("NOV-32-TEXT", says("assistant", thinks(5), text("x"))),
            ("NOV-32-MODEL", says("assistant", thinks(), text("x"))),
        )
    ),
    *((target, "NOV-13-MESSAGES", {"messages": "x"}) for target in (SFT, DPO)),
    (SFT, "NOV-12", row(ANSWERS, ASKS)),
    (SFT, "NOV-12", row(ASKS, ASKS, ANSWERS)),
    (SFT, "NOV-12", row(ASKS)),
    (SFT, "NOV-12", row()),
    (SFT, "NOV-30", tools(call={"toolUse": {"toolUseId": "t1", "name": "f", "input": "x"}})),
    (SFT, "NOV-30-RESULT", tools(answer={"toolResult": {"toolUseId": "t1", "content": [{"image": 1}]}})),
    (SFT, "NOV-30-ROLE", row(says("user", use()), ANSWERS)),
    (SFT, "NOV-30-NAME", tools(call=use(name="zzz"))),
    (SFT, "NOV-30-ID", tools(answer=result("t9"))),
    (SFT, "NOV-31", tools()),
    (SFT, "NOV-31-CONFIG", row(ASKS, ANSWERS, toolConfig={"tools": []})),
    (SFT, "NOV-31-TYPE", tools(toolConfig=config("f", properties={}))),
    (SFT, "NOV-31-TWICE", tools(toolConfig=config("f", "f"))),
    (SFT, "NOV-60", {"text": "x"}),
    (SFT, "NOV-14", row(ASKS, says("assistant", text(""), thinks()))),
    (DPO, "NOV-12", row(ANSWERS, chosen())),
    (DPO, "NOV-16", row(ASKS, chosen(candidate("preferred", text("Bot: x")), candidate("non-preferred")))),
    (DPO, "NOV-40", row(ASKS, ANSWERS)),
    (DPO, "NOV-40", row(ASKS, chosen(candidate("preferred")))),
    (DPO, "NOV-40-LABEL", row(ASKS, chosen(candidate("good"), candidate("bad")))),
    (DPO, "NOV-40-CONTENT", row(ASKS, chosen(candidate("preferred", text("")), candidate("non-preferred")))),
    (DPO, "NOV-40-MEDIA", row(ASKS, chosen(candidate("preferred", text("x"), media()), candidate("non-preferred")))),
    (DPO, "NOV-40-EARLY", row(ASKS, chosen(), ASKS, chosen())),
    (DPO, "NOV-40-VIDEO", row(says("user", media("video", "mp4")), chosen())),
    (DPO, "NOV-41", row(ASKS, chosen(candidate("preferred"), candidate("preferred")))),
    (RFT, "NOV-50", plain()),
    (RFT, "NOV-50-REFERENCE", plain(Q)),
    (RFT, "NOV-50-LAST", plain(Q, A, reference_answer="x")),
    (RFT, "NOV-50-ANSWER", plain(Q, reference_answer=[1])),
    (RFT, "NOV-51", plain(("human", "x"), Q)),
    (RFT, "NOV-51-CONTENT", plain(("user", ""))),
    (RFT, "NOV-51-SYSTEM", plain(Q, ("system", "x"))),
    (RFT, "NOV-51-USER", plain(("system", "x"))),
    (RFT, "NOV-51-KEY", {"messages": [{"role": "user", "content": "x", "name": "y"}]}),
    (RFT, "NOV-51-ID", plain(Q, id=1)),
    (RFT, "NOV-51-CALLS", {"messages": [{"role": "user", "content": "x", "tool_calls": "y"}]}),
    (RFT, "NOV-51-TOOLS", plain(Q, tools=[{"type": "function", "function": {"name": "f"}}])),
    (LLAMA, "LLB-03", {"prompt": "x"}),
    (LLAMA, "LLB-03", {"prompt": "x", "completion": 5}),
    (LLAMA, "LLB-04", row(ASKS)),
    (LLAMA, "LLB-04", {"text": "x"}),
    (LLAMA, "LLB-04-CONTENT", row(ASKS, {"role": "assistant", "content": "x"})),
    (LLAMA, "LLB-04-CONTENT", row({"role": "user"}, ANSWERS)),
    (LLAMA, "LLB-04-PART", row(ASKS, says("assistant", {"text": 5}))),
    (LLAMA, "LLB-04-KIND", row(ASKS, says("assistant", use()))),
    (LLAMA, "LLB-04-ROLE", row(says("system"), ASKS, ANSWERS)),
    (LLAMA, "LLB-04-SYSTEM", row(ASKS, ANSWERS, system=[text("a"), text("b")])),
    (LLAMA, "LLB-04-VERSION", {**row(ASKS, ANSWERS), "schemaVersion": "v1"}),
    (LLAMA, "LLB-04-IMAGE", row(ASKS, says("assistant", media()))),
    (LLAMA, "LLB-04-S3", row(says("user", media(uri="https://x/a.png")), ANSWERS)),
    (LLAMA, "LLB-06", row(says("user", media(form="bmp")), ANSWERS)),
    (DISTILL, "DSB-02", row(ASKS, ANSWERS, ASKS)),
    (DISTILL, "DSB-02", {"prompt": "x"}),
    (DISTILL, "DSB-02-VERSION", {"messages": [ASKS]}),
    (DISTILL, "DSB-02-SYSTEM", row(ASKS, system=[text("a"), text("b")])),
    (DISTILL, "DSB-02-CONTENT", row(says("user", text("a"), text("b")))),
    (DISTILL, "DSB-02-ROLE", row(says("system"))),
    (DISTILL, "DSB-02-KEY", row(ASKS, id="1")),
    (DISTILL, "DSB-04", row(ASKS, ASKS)),
    (SAGEMAKER, "SGM-02", {"text": "x"}),
    (SAGEMAKER, "SGM-02", {"input": "x", "output": "y"}),
    (SAGEMAKER, "SGM-02-ID", {"prompt": "x", "completion": "y", "id": 1}),
    (SAGEMAKER, "SGM-02-INPUT", {"input": 5, "chosen": "y", "rejected": "z"}),
    (SAGEMAKER, "SGM-02-PROMPT", {"prompt": 5, "completion": "y"}),
    (SAGEMAKER, "SGM-02-TEXT", plain(Q, ("assistant", None))),
    (SAGEMAKER, "SGM-02-TURNS", row(says("system"), ASKS, ANSWERS)),
    (SAGEMAKER, "SGM-02-VERL", {"prompt": "x", "reward_model": "y"}),
    (SAGEMAKER, "SGM-02-QUERY", {"query": 5}),
    (SAGEMAKER, "SGM-02-QUERY", {"query": "x", "images": ["https://example.com/a.png"]}),
    (SAGEMAKER, "SGM-06", row(ASKS, ANSWERS, id=1)),
    (SAGEMAKER, "SGM-06-TOOLS", row(says("user", media()), ANSWERS, toolConfig=TOOLS)),
    (
        SAGEMAKER,
        "SGM-06-TOOLS",
        row(ASKS, ANSWERS, toolConfig={"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": "{}"}}}]}),
    ),
    (SAGEMAKER, "SGM-07", {"prompt": "x", "completion": ["y"]}),
    (SAGEMAKER, "SGM-07", {"prompt": "x", "chosen": ["y"], "rejected": "z"}),
    (SAGEMAKER, "SGM-07-LIST", {"prompt": [{"role": "user", "content": "x"}], "completion": "y"}),
    (SAGEMAKER, "SGM-07-PROMPT", {"chosen": "y", "rejected": "z"}),
]
TARGETS = (SFT, DPO, RFT, LLAMA, DISTILL, SAGEMAKER)


@pytest.mark.parametrize(("target", "record"), GOOD)
def test_a_record_as_the_guides_show_it_is_taken(target: Target, record: Any) -> None:
    assert not severe(target, record)


@pytest.mark.parametrize(("target", "name", "record"), BAD, ids=[f"{target.id} {name}" for target, name, _ in BAD])
def test_a_record_with_one_defect_breaks_the_rule_that_names_it(target: Target, name: str, record: Any) -> None:
    assert name in broken(target, record)
    assert severe(target, record) <= {name}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
def test_every_rule_about_records_is_broken_by_one(target: Target) -> None:
    tried = {name for one, name, _ in BAD if one is target}
    rules = {rule.id for rule in target.every_rule if rule.outline or rule.text}

    assert rules | ({target.unknown.id} if target.unknown else set()) == tried


def test_a_dropped_prompt_does_not_count_as_valid() -> None:
    assert DISTILL.by_id["DSB-02"].consequence is Consequence.DROP
    assert not DISTILL.by_id["DSB-02"].refuses
