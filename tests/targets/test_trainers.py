"""The profiles of trainers: rows with one defect break exactly the rule that names it, and every rule is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dsready.dataset.settings import Settings
from dsready.targets import Consequence
from dsready.targets.axolotl import TARGET as AXOLOTL
from dsready.targets.hf_datasets import LOADER
from dsready.targets.jury import Jury
from dsready.targets.llamafactory import TARGET as LLAMAFACTORY
from dsready.targets.llm_foundry import TARGET as LLM_FOUNDRY
from dsready.targets.mistral_common import TARGET as MISTRAL_COMMON
from dsready.targets.mistral_finetune import TARGET as MISTRAL_FINETUNE
from dsready.targets.mlx_lm import TARGET as MLX_LM
from dsready.targets.ms_swift import TARGET as MS_SWIFT
from dsready.targets.tally import File, Tally
from dsready.targets.tinker import TARGET as TINKER
from dsready.targets.torchtune import TARGET as TORCHTUNE
from dsready.targets.unsloth import TARGET as UNSLOTH
from dsready.testing import batch
from tests.targets import trainers_of_chats as chats
from tests.targets import trainers_that_validate as validating

if TYPE_CHECKING:
    from dsready.targets import Target
    from dsready.targets.tally import Mark

CASES: list[tuple[Target, dict[str, Any]]] = [
    (AXOLOTL, chats.AXOLOTL),
    (LLAMAFACTORY, chats.LLAMAFACTORY),
    (UNSLOTH, chats.UNSLOTH),
    (MLX_LM, chats.MLX),
    (TINKER, chats.TINKER),
    (TORCHTUNE, validating.TORCHTUNE),
    (LLM_FOUNDRY, validating.LLM_FOUNDRY),
    (MS_SWIFT, validating.MS_SWIFT),
    (MISTRAL_FINETUNE, validating.FINETUNE),
    (MISTRAL_COMMON, validating.COMMON),
]
BAD = {Consequence.REJECT, Consequence.CRASH, Consequence.DROP, Consequence.CORRUPT}
LOADED = {rule.id for rule in LOADER}


def told(kind: str) -> Any:
    return pytest.mark.parametrize(
        ("target", "case"),
        [
            pytest.param(target, case, id=f"{target.id}-{at}")
            for target, table in CASES
            for at, case in enumerate(table[kind])
        ],
    )


def raw(line: str | bytes) -> bytes:
    return line if isinstance(line, bytes) else line.encode()


def severe(target: Target, line: str | bytes) -> list[str]:
    return [b.rule.id for b in target.of_line(raw(line)) if b.rule.verified and b.rule.consequence in BAD]


def tally(
    target: Target, rows: list[str], path: str = "train.jsonl", trouble: str = "", context: int | None = None
) -> Tally:
    places: dict[Mark, list[int]] = {}
    read = batch(*rows, settings=Settings(context_length=context)) if rows else None
    for marks, keys in (Jury((target,)).sort(read) if read else {}).items():
        places.setdefault(marks[0], []).extend(keys)
    file = File(path, 1000, frozenset({trouble} - {""}))
    return Tally(target, {mark: np.sort(np.array(keys)) for mark, keys in places.items()}, (file,))


def broken(target: Target, file: Tally) -> set[str]:
    """Return the ids of the rules that a file breaks, by its rows or as a whole."""
    by_rows = {id_ for mark in file.places for id_ in mark.rules}
    return by_rows | {rule.id for rule in target.every_rule if rule.whole and rule.whole(file)}


@told("fine")
def test_a_good_row_is_taken(target: Target, case: str) -> None:
    assert severe(target, case) == []


@told("rows")
def test_a_bad_row_breaks_the_rule_that_names_it(target: Target, case: tuple[str, str | bytes]) -> None:
    name, line = case

    breaches = [breach.rule for breach in target.of_line(raw(line))]

    rule = next(rule for rule in breaches if rule.id == name)
    expected = [name] if rule.verified and rule.consequence in BAD else []
    assert severe(target, line) == expected


@told("rows")
def test_jury_and_single_line_agree(target: Target, case: tuple[str, str | bytes]) -> None:
    name, line = case

    marks = Jury((target,)).sort(batch(raw(line)))

    assert all(name in mark.rules for (mark,) in marks)


@told("files")
def test_a_bad_file_breaks_the_rule_that_names_it(target: Target, case: tuple[Any, ...]) -> None:
    name, rows, *more = case

    assert name in broken(target, tally(target, rows, *more))


@told("fine")
def test_a_file_of_one_good_row_breaks_nothing_as_a_whole(target: Target, case: str) -> None:
    needs = {"MLX-03", "LLF-10-INPUT"}  # a batch of rows; a column that the file lacks

    file = tally(target, [case])

    found = {rule.id for rule in target.every_rule if rule.whole and rule.verified and rule.whole(file)}
    assert found - needs == set()


@pytest.mark.parametrize(("target", "table"), [pytest.param(*case, id=case[0].id) for case in CASES])
def test_every_rule_is_broken_by_something(target: Target, table: dict[str, Any]) -> None:
    tried = {case[0] for kind in ("rows", "files") for case in table[kind]}

    assert {rule.id for rule in target.every_rule} - LOADED == tried


def test_rows_without_what_others_have_are_named() -> None:
    judged = chats.said("human:a", "gpt:b", more=',"kto_tag":true')
    file = tally(LLAMAFACTORY, [judged, judged, chats.said("human:a", "gpt:b")])

    problem = LLAMAFACTORY.by_id["LLF-12-SOME"].whole

    found = problem(file) if problem else None
    assert found is not None
    assert found.keys is not None
    assert len(found.keys) == 1
    assert found.says == "1 rows have no kto_tag and others do: they go"


@pytest.mark.parametrize(("target", "name"), [(AXOLOTL, "AXO-30"), (LLAMAFACTORY, "LLF-41")])
def test_of_a_text_that_is_split_nothing_is_lost(target: Target, name: str) -> None:
    long = chats.chat(chats.USER, chats.LONG_ANSWER)
    file = tally(target, [chats.LONG, long])

    assert file.breaking(name).tolist() == [len(chats.LONG) + 1]  # the key of a record is where it begins


def test_a_missing_input_is_null_in_a_file_of_alpaca() -> None:
    rows = ['{"instruction":"a","input":"1","output":"b"}', '{"instruction":"a","output":"b"}']

    assert "SWF-04-MIX" not in broken(MS_SWIFT, tally(MS_SWIFT, rows))
    assert "SWF-04-MIX" not in broken(MS_SWIFT, tally(MS_SWIFT, rows[::-1]))
    assert "SWF-04-MIX" in broken(MS_SWIFT, tally(MS_SWIFT, [*rows, '{"query":"a","response":"b"}']))


def test_each_format_says_what_it_lacks() -> None:
    (breach,) = TORCHTUNE.of_line(b'{"instruction":"a","context":"","response":"b"}')

    assert (breach.rule.says, breach.rule.quote) == ("no output", "KeyError: 'output'")


@pytest.mark.parametrize("target", [target for target, _ in CASES], ids=lambda target: target.id)
def test_nothing_is_said_of_reasoning_in_all_rows(target: Target) -> None:
    file = tally(target, [chats.chat(chats.USER, chats.THOUGHT)] * 3)

    assert "TPL-THINK-SOME" not in broken(target, file)
