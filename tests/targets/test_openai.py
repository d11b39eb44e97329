"""OpenAI's methods, and Azure: what records they take, and which rule refuses what they do not."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from dsready.targets.azure import TARGET as AZURE
from dsready.targets.openai import COMPLETIONS, DPO, RFT, SFT, VISION
from tests.targets.rows import broken, chat, says, severe

if TYPE_CHECKING:
    from dsready.targets.target import Target

PNG, JPEG, GIF = b"\x89PNG\r\n\x1a\n" + b"0" * 20, b"\xff\xd8\xff\xe0" + b"0" * 20, b"GIF89a" + b"0" * 20


ASKS, ANSWERS = says("user"), says("assistant")


def call(id_: str = "c1", name: str = "f", arguments: Any = "{}", **keys: Any) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"role": "assistant", "tool_calls": [{"id": id_, "type": "function", "function": function}], **keys}


def result(id_: str = "c1") -> dict[str, Any]:
    return says("tool", tool_call_id=id_)


def data_url(data: bytes, media: str = "image/png") -> str:
    return f"data:{media};base64,{base64.b64encode(data).decode()}"


def image(url: str = data_url(PNG), **keys: Any) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url, **keys}}


def shows(*images: Any) -> dict[str, Any]:
    return chat(says("user", [{"type": "text", "text": "x"}, *images]), ANSWERS)


def pair(*turns: Any, good: Any = None, bad: Any = None, **keys: Any) -> dict[str, Any]:
    preferred = [says("assistant", "y")] if good is None else good
    return {
        "input": {"messages": list(turns or (ASKS,))},
        "preferred_output": preferred,
        "non_preferred_output": [says("assistant", "n")] if bad is None else bad,
        **keys,
    }


GOOD = [
    (SFT, chat(says("system"), ASKS, ANSWERS)),
    (SFT, chat(ASKS, says("assistant", weight=0), ASKS, says("assistant", weight=1))),
    (SFT, chat(ASKS, call(), result(), ANSWERS, tools=[{"type": "function", "function": {"name": "f"}}])),
    (SFT, chat(ASKS, call())),
    (SFT, chat(ASKS, ASKS, ANSWERS, ANSWERS, parallel_tool_calls=False)),
    (SFT, chat(ASKS, says("assistant", None, refusal="no"))),
    (VISION, shows(image(), image("https://example.com/a.png", detail="low"))),
    (DPO, pair()),
    (DPO, pair(ASKS, call(), result(), says("user"))),
    (RFT, chat(says("developer"), ASKS, answer="4")),
    (COMPLETIONS, {"prompt": "Q ->", "completion": " A\n"}),
    (AZURE, chat(says("system"), ASKS, ANSWERS)),
    (AZURE, shows(*[image()] * 64)),
    (AZURE, chat(ASKS, answer="4")),
    (AZURE, chat(says("developer"), ASKS)),
    (AZURE, pair(good=[call(), result(), ANSWERS])),
]

#: What SFT, VISION and AZURE refuse alike.
COMMON = [
    ("OAI-20", {"message": []}),
    ("OAI-20", chat()),
    ("OAI-22", chat(ASKS, says("human"), ANSWERS)),
    ("OAI-22", chat(ASKS, {"content": "x"}, ANSWERS)),
    ("OAI-23", chat(ASKS, says("system"))),
    ("OAI-24", chat(ASKS, ANSWERS, ASKS)),
    ("OAI-25", chat(says("user", 5), ANSWERS)),
    ("OAI-25", chat({"role": "user"}, ANSWERS)),
    ("OAI-25", chat(ASKS, says("assistant", []))),
    ("OAI-25-PARTS", chat(says("user", [{"text": "x"}]), ANSWERS)),
    ("OAI-25-PARTS", chat(says("developer", [{"type": "refusal", "refusal": "x"}]), ASKS, ANSWERS)),
    ("OAI-25-PARTS", chat(says("user", ["x"]), ANSWERS)),
    ("OAI-26", chat(ASKS, says("assistant", None))),
    ("OAI-27", chat(ASKS, says("assistant", ""))),
    ("OAI-28", chat(ASKS, says("assistant", weight=0.5))),
    ("OAI-28", chat(ASKS, says("assistant", weight=1.0))),
    ("OAI-29", chat(says("user", weight=0), ANSWERS)),
    ("OAI-30", chat(ASKS, says("assistant", timestamp="now"))),
    ("OAI-30-NAME", chat(says("user", name=5), ANSWERS)),
    ("OAI-31-OLD", chat(ASKS, says("assistant", None, function_call={"name": "f"}))),
    ("OAI-31", chat(ASKS, call(arguments={"x": 1}))),
    ("OAI-31", chat(ASKS, says("assistant", tool_calls=[{"id": "c1"}]))),
    ("OAI-31", chat(ASKS, says("assistant", tool_calls="f"))),
    ("OAI-32", chat(ASKS, call(arguments="{x"))),
    ("OAI-33", chat(ASKS, call(), says("tool"), ANSWERS)),
    ("OAI-33", chat(ASKS, call(), says("tool", tool_call_id=7), ANSWERS)),
    ("OAI-34", chat(ASKS, call(), result(), result("c2"), ANSWERS)),
    ("OAI-34-OPEN", chat(ASKS, call(), ANSWERS)),
    ("OAI-35", chat(ASKS, call(name="get weather"))),
    ("OAI-35-TOOLS", chat(ASKS, ANSWERS, tools=[{"name": "f"}])),
    ("OAI-35-COUNT", chat(ASKS, ANSWERS, functions=[])),
    ("OAI-36", chat(says("user", "a <|fim_suffix|> b"), ANSWERS)),
    ("OAI-37", chat(says("user", [{"type": "input_audio", "input_audio": {}}]), ANSWERS)),
    ("OAI-40-SIZE", shows(image(data_url(PNG + bytes(10 << 20))))),
    ("OAI-41", shows(image(data_url(GIF, "image/gif")))),
    ("OAI-41", shows(image("data:image/png;base64,!"))),
    ("OAI-41-MIME", shows(image(data_url(JPEG, "image/png")))),
    ("OAI-42", chat(ASKS, says("assistant", [image()]))),
    ("OAI-43", shows(image("images/1.png"))),
    ("OAI-43-DETAIL", shows(image(detail="best"))),
]
#: Rules about keys beside the messages, which preference records have in their input.
OF_INPUT: dict[str, Any] = {"OAI-35-COUNT": {"functions": []}, "OAI-35-TOOLS": {"tools": [{"name": "f"}]}}
#: Records that only a training for another method takes.
OTHERS = [
    (SFT, {"prompt": "x", "completion": "y"}),
    (SFT, pair()),
    (DPO, chat(ASKS, ANSWERS)),
    (VISION, pair()),
    (RFT, {"prompt": "x", "completion": "y"}),
    (COMPLETIONS, chat(ASKS, ANSWERS)),
]
BAD = [
    *((target, name, row) for target in (SFT, VISION, AZURE) for name, row in COMMON),
    *((target, "OAI-06", row) for target, row in OTHERS),
    *((target, "OAI-21", chat(ASKS, ANSWERS, **{key: 1})) for target in (SFT, VISION) for key in ("weight", "id")),
    *((target, "OAI-40", shows(*[image()] * 11)) for target in (SFT, VISION, RFT)),
    *(
        (RFT, name, chat(*row["messages"], ASKS, **{key: row[key] for key in row if key != "messages"}, answer="4"))
        for name, row in COMMON
        if row.get("messages") and name not in ("OAI-22", "OAI-23", "OAI-24")
    ),
    (RFT, "OAI-20", chat()),
    (RFT, "OAI-62", chat(ASKS, ANSWERS, answer="4")),
    (RFT, "OAI-63", chat(says("system"), ASKS, answer="4")),
    (RFT, "OAI-64", chat(ASKS)),
    *(
        (DPO, name, pair(*row["messages"], **{key: row[key] for key in row if key != "messages"}))
        for name, row in COMMON
        if row.get("messages") and name[:6] < "OAI-40" and name not in (*("OAI-23", "OAI-24"), *OF_INPUT)
    ),
    *((DPO, name, pair() | {"input": chat(ASKS, **keys)}) for name, keys in OF_INPUT.items()),
    (DPO, "OAI-21", pair(id=1)),
    (DPO, "OAI-26", pair(good=[says("assistant", None)])),
    (DPO, "OAI-50", {"input": [ASKS], "preferred_output": "x", "non_preferred_output": "y"}),
    (DPO, "OAI-50", {"input": chat(ASKS), "preferred_output": [ANSWERS]}),
    (DPO, "OAI-51", pair(good="x")),
    (DPO, "OAI-51", pair(bad=[])),
    (DPO, "OAI-51", pair(bad=[ANSWERS, ANSWERS])),
    (DPO, "OAI-52", {"input": chat(ASKS), "preferred_completion": [ANSWERS], "non_preferred_completion": [ANSWERS]}),
    (DPO, "OAI-53", pair(says("user", [image()]))),
    (DPO, "OAI-54", pair(good=[ANSWERS], bad=[ANSWERS])),
    (DPO, "OAI-55", pair(ASKS, ANSWERS)),
    (COMPLETIONS, "OAI-70", {"prompt": "x"}),
    (COMPLETIONS, "OAI-70", {"prompt": ["x"], "completion": " y"}),
    (COMPLETIONS, "OAI-71", {"prompt": "x", "completion": " y", "id": 1}),
    (COMPLETIONS, "OAI-71-EMPTY", {"prompt": "x", "completion": ""}),
    (COMPLETIONS, "OAI-71-SPACE", {"prompt": "x", "completion": "y"}),
    (COMPLETIONS, "OAI-71-LONG", {"prompt": "x" * 10_000, "completion": " y"}),
    (AZURE, "AZ-05", shows(*[image()] * 65)),
    (AZURE, "AZ-06", pair(good=[])),
    (AZURE, "AZ-06", pair(good=[ASKS])),
    (AZURE, "AZ-07", chat(ASKS, ANSWERS, answer="4")),
    (AZURE, "AZ-08", chat(says("system"), ASKS, answer="4")),
    (AZURE, "OAI-23-USER", chat(says("system"), ANSWERS)),
    (AZURE, "OAI-50", {"input": [ASKS], "preferred_output": "x", "non_preferred_output": "y"}),
    (AZURE, "OAI-54", pair(good=[ANSWERS], bad=[ANSWERS])),
    (AZURE, "OAI-55", pair(ASKS, ANSWERS)),
    (SFT, "OAI-30-NAME", chat(ASKS, says("function"), ANSWERS)),
    (AZURE, "OAI-63", chat(says("function", name="f"), ASKS, answer="4")),
    (AZURE, "OAI-64", chat(ASKS)),
]
TARGETS = (SFT, VISION, DPO, RFT, COMPLETIONS, AZURE)


@pytest.mark.parametrize(("target", "row"), GOOD)
def test_a_record_as_the_guides_show_it_is_taken(target: Target, row: Any) -> None:
    assert not severe(target, row)


@pytest.mark.parametrize(("target", "name", "row"), BAD, ids=[f"{target.id} {name}" for target, name, _ in BAD])
def test_a_record_with_one_defect_breaks_the_rule_that_names_it(target: Target, name: str, row: Any) -> None:
    assert name in broken(target, row)
    assert severe(target, row) <= {name}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
def test_every_rule_about_records_is_broken_by_one(target: Target) -> None:
    tried = {name for one, name, _ in BAD if one is target}

    assert {rule.id for rule in target.every_rule if rule.outline or rule.text} == tried


def test_an_image_is_measured_as_it_is_not_as_it_is_written() -> None:
    just_under = shows(image(data_url(PNG + bytes((10 << 20) - len(PNG)))))

    assert "OAI-40-SIZE" not in broken(SFT, just_under)


def test_the_place_of_a_defect_in_an_output_is_named() -> None:
    (breach,) = DPO.of_line(orjson.dumps(pair(bad=[says("assistant", None)])))

    assert breach.pointer == "/non_preferred_output/0"
