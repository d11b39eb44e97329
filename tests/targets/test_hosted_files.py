"""Files for services: lines, names, sizes and numbers of rows; services that have ended; records of any form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsready.targets import (
    alibaba,
    azure,
    bedrock,
    ended,
    fireworks,
    gemini,
    mistral_api,
    nova,
    nova_rft,
    openai,
    openpipe,
    sagemaker,
)
from dsready.targets.tally import File, Mark, Tally
from dsready.targets.whole import GB, MB

if TYPE_CHECKING:
    from dsready.targets.target import Target

TARGETS = (
    *(openai.SFT, openai.VISION, openai.DPO, openai.RFT, openai.COMPLETIONS, azure.TARGET, fireworks.TARGET),
    *(mistral_api.TARGET, openpipe.TARGET, alibaba.TARGET, nova.SFT, nova.DPO, nova_rft.TARGET, bedrock.LLAMA),
    *(bedrock.DISTILL, sagemaker.TARGET, gemini.SFT, gemini.PREFERENCE, gemini.RFT),
)
ENDED = (ended.BEDROCK_CLAUDE, ended.COHERE, ended.DATABRICKS, ended.ANYSCALE)
LINES = {
    "blank": b"  ",
    "broken": b'{"messages":[}',
    "glued": b'{"a":1}{"a":2}',
    "not-object": b"[1,2]",
    "utf8": b'{"a":"\xe9"}',
    "surrogate": b'{"a":"\\ud800"}',
    "nan": b'{"a":NaN}',
    "duplicate-key": b'{"a":1,"a":2}',
}
MANY = 1000
TROUBLES = ("byte-order-mark", "encoding", "cr-line-ends", "not-jsonl", "lfs-pointer", "damaged")
#: A rule, and how many rows are too few, or too many, by one.
ROWS = [
    (openai.SFT, "OAI-03", 9),
    (openai.SFT, "OAI-04", 49),
    (openai.COMPLETIONS, "OAI-71-ROWS", 99),
    (azure.TARGET, "AZ-03", 9),
    (azure.TARGET, "AZ-03-FEW", 99),
    (fireworks.TARGET, "FW-01-EMPTY", 0),
    (fireworks.TARGET, "FW-02", 2),
    (fireworks.TARGET, "FW-02-MOST", 3_000_001),
    (nova.SFT, "NOV-02", 7),
    (nova.SFT, "NOV-02-NOVA-2", 199),
    (nova.SFT, "NOV-02-MOST", 20_001),
    (nova_rft.TARGET, "NOV-02", 99),
    (bedrock.LLAMA, "LLB-01", 99),
    (bedrock.LLAMA, "LLB-01-MOST", 10_001),
    (bedrock.DISTILL, "DSB-03", 99),
    (sagemaker.TARGET, "SGM-08", 0),
    (gemini.SFT, "GEM-03", 99),
    (gemini.SFT, "GEM-02-ROWS", 10_000_001),
]
#: A rule, and the largest size that it allows.
SIZES = [
    (openai.SFT, "OAI-05", 8 * GB),
    (openai.SFT, "OAI-05-UPLOAD", 512 * MB),
    (azure.TARGET, "AZ-02", 512 * MB - 1),
    (azure.TARGET, "AZ-02-UPLOAD", 150 * MB),
    (fireworks.TARGET, "FW-03", 500 * MB - 1),
    (mistral_api.TARGET, "MIA-01", 512 * MB),
    (alibaba.TARGET, "ALI-03", 300 * MB),
    (alibaba.TARGET, "ALI-03-CONSOLE", 200 * MB),
    (bedrock.DISTILL, "DSB-01-SIZE", GB),
    (sagemaker.TARGET, "SGM-01-SIZE", GB),
    (gemini.SFT, "GEM-02", GB),
]
TOKENS = {
    (openai.SFT.id, "OAI-07"): 65_536,
    (openai.VISION.id, "OAI-07"): 65_536,
    (openai.DPO.id, "OAI-07"): 65_536,
    (nova.SFT.id, "NOV-02-TOKENS"): 32_768,
    (nova.DPO.id, "NOV-02-TOKENS"): 32_768,
    (bedrock.LLAMA.id, "LLB-02"): 16_000,
    (bedrock.LLAMA.id, "LLB-02-90B"): 10_000,
    (gemini.SFT.id, "GEM-04"): 131_072,
    (gemini.PREFERENCE.id, "GEM-04"): 131_072,
    (gemini.RFT.id, "GEM-04"): 131_072,
}


def tally(target: Target, rows: int = MANY, path: str = "train.jsonl", size: int = 1, *troubles: str) -> Tally:
    mark = Mark(target.formats[-1].id, (), ("images",) if "images" in target.traits and rows <= MANY else ())
    keys = np.broadcast_to(np.int64(0), (rows,))  # which they are does not matter, and millions need no memory
    return Tally(target, {mark: keys} if rows else {}, [File(path, size, frozenset(troubles))])


def of_two(target: Target, first: Mark, second: Mark) -> Tally:
    return Tally(target, {first: np.arange(500), second: np.arange(500, 301_000)}, [File("train.jsonl", 1)])


def worlds(target: Target) -> list[Tally]:
    """Everything that can be wrong with a file."""
    names = [format_.id for format_ in target.formats]
    return [
        *(tally(target, rows) for rows in (0, 1, 20_000_000)),
        tally(target, path="train data.txt", size=100 * GB),
        *(tally(target, MANY, "train.jsonl", 1, trouble) for trouble in TROUBLES),
        *(tally(target, MANY, "train.json", 1, *troubles) for troubles in ((), ("not-jsonl",))),
        *(of_two(target, Mark(name), Mark(names[0])) for name in names[1:]),
        *(of_two(target, Mark(names[-1]), Mark(names[-1], (), (trait,))) for trait in target.traits),
        *(of_two(target, Mark(names[-1], (), ("image",)), Mark(names[-1], (), ("video",))) for _ in target.traits),
        of_two(target, Mark(names[-1]), Mark(names[-1])),
    ]


def found(target: Target, of: Tally) -> set[str]:
    return {rule.id for rule in target.rules if rule.whole and rule.whole(of)}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
def test_a_file_of_good_rows_is_taken(target: Target) -> None:
    assert not found(target, tally(target))


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
def test_every_rule_about_files_is_broken_by_one(target: Target) -> None:
    broken = set().union(*(found(target, world) for world in worlds(target)))

    assert broken == {rule.id for rule in target.rules if rule.whole}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
def test_every_defect_of_a_line_has_a_rule(target: Target) -> None:
    skipped = {"blank"} if target is sagemaker.TARGET else set()  # it passes over blank lines

    for defect, raw in LINES.items():
        rules = {breach.rule.id for breach in target.of_line(raw) if defect in breach.rule.lines}
        assert rules or defect in skipped, defect


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
def test_no_file_is_refused_by_a_rule_that_nobody_verified(target: Target) -> None:
    assert not [rule.id for rule in target.every_rule if rule.evidence[0] == "U" and rule.refuses]


@pytest.mark.parametrize(("target", "name", "rows"), ROWS, ids=[f"{target.id} {name}" for target, name, _ in ROWS])
def test_a_row_too_few_or_too_many(target: Target, name: str, rows: int) -> None:
    assert name in found(target, tally(target, rows))
    assert name not in found(target, tally(target, rows + (-1 if rows > MANY else 1)))


@pytest.mark.parametrize(("target", "name", "most"), SIZES, ids=[f"{target.id} {name}" for target, name, _ in SIZES])
def test_a_byte_too_many(target: Target, name: str, most: int) -> None:
    assert name in found(target, tally(target, size=most + 1))
    assert name not in found(target, tally(target, size=most))


def test_limits_of_tokens_are_those_of_the_sources() -> None:
    limits = {(one.id, rule.id): rule.tokens.most for one in TARGETS for rule in one.rules if rule.tokens}

    assert limits == TOKENS


@pytest.mark.parametrize("target", ENDED, ids=lambda target: target.id)
def test_a_service_that_has_ended_says_since_when(target: Target) -> None:
    assert target.life == "ended"
    assert "20" in target.note


@pytest.mark.parametrize("name", ["train.JSONL", "train.jsonl"])
def test_fireworks_reads_the_extension_in_any_case(name: str) -> None:
    assert "FW-01" not in found(fireworks.TARGET, tally(fireworks.TARGET, path=name))
    assert "OAI-01" in found(openai.SFT, tally(openai.SFT, path="train.JSONL"))


def test_sagemaker_takes_arrays_and_no_lines_from_json_files() -> None:
    array = tally(sagemaker.TARGET, MANY, "train.json", 1, "not-jsonl")

    assert found(sagemaker.TARGET, array) == {"SGM-03-ARRAY"}
    assert found(sagemaker.TARGET, tally(sagemaker.TARGET, path="train.json")) == {"SGM-03-LINES"}
    assert not sagemaker.TARGET.by_id["SGM-03-ARRAY"].refuses


KEYS = st.sampled_from(
    [
        *("messages", "role", "content", "type", "text", "image_url", "url", "tool_calls", "function", "name", "id"),
        *("weight", "input", "preferred_output", "non_preferred_output", "prompt", "completion", "system", "image"),
        *("format", "source", "s3Location", "uri", "toolUse", "toolUseId", "toolResult", "toolConfig", "tools"),
        *("toolSpec", "candidates", "preferenceLabel", "contents", "parts", "completions", "score", "fileData"),
        *("references", "chosen", "rejected", "query", "systemInstruction", "functionCall", "reasoningContent"),
    ]
)
LEAVES = st.sampled_from(
    [None, True, 0, 1, 0.5, 10**30, "", " ", "x", "user", "assistant", "tool", "model", "text", "image_url", "data:,"]
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=20
)
TURNS = st.lists(st.dictionaries(KEYS, VALUES, max_size=4) | VALUES, max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(KEYS, VALUES | TURNS, max_size=5))
def test_no_record_is_beyond_judgement(row: dict[str, Any]) -> None:
    for target in TARGETS:
        target.of_line(json.dumps(row).encode())
