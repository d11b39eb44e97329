"""Files that nobody of this project wrote: nothing crashes, and what is known of them is found."""

from __future__ import annotations

import bisect
import itertools
import math
import random
import unicodedata
from collections import Counter
from pathlib import Path

import orjson
import pytest

import dsready

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
GSM8K_CHAT = "azure-foundry-ft/Supervised_Fine_Tuning/Text-GSM8K/chat_train.jsonl"
LEAKS = {"LEK001", "LEK002", "LEK003"}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the shared real data are not here")

SMALL = (
    "azure-foundry-ft/DistillingSarcasm/qa.jsonl",
    "azure-foundry-ft/Supervised_Fine_Tuning/Multimodal-chartqa/training.jsonl",
    "azure-foundry-ft/Supervised_Fine_Tuning/Tool-Calling/stock_toolcall_training.jsonl",
    "azure-foundry-ft/ZavaRetailAgent/data/rft_train_step_0_fix.jsonl",
    "bedrock-samples/advanced-prompt-optimization/data/nestful/sample_data.jsonl",
    "mlx/lora/data/train.jsonl",
    "wild-ikken-ja/test.jsonl",
)


def files(smallest: int, largest: int) -> list[str]:
    """Return the paths of the data sets of some sizes, relative to the data."""
    found = (path for path in DATA.rglob("*") if path.suffix in (".jsonl", ".json") and path.is_file())
    return sorted(str(path.relative_to(DATA)) for path in found if smallest <= path.stat().st_size < largest)


def named(part: str) -> Path:
    """Return the one file whose path ends so."""
    (path,) = [path for path in DATA.rglob(Path(part).name) if str(path).endswith(part)]
    return path


def lint(train: str, held_out: str | None = None, **config):
    return dsready.lint(named(train), eval=held_out and named(held_out), config=config)


def sound(report) -> None:
    assert "crashed" not in {outcome.status for outcome in report.outcomes}, [
        outcome.traceback for outcome in report.outcomes
    ]
    assert 0 <= report.score <= 100
    for found in report.findings:
        assert found.message.isprintable(), found


def leaked(report) -> list:
    return [found for found in report.findings if found.rule in LEAKS]


@pytest.mark.parametrize("path", SMALL)
def test_a_real_file_is_linted(path):
    if not (DATA / path).exists():
        pytest.skip("the index has changed")

    sound(dsready.lint(DATA / path, config={}))


@pytest.mark.slow
@pytest.mark.parametrize("path", files(0, 64 << 20))
def test_every_real_file_is_linted(path):
    sound(dsready.lint(DATA / path, config={"context-length": 4096}))


def test_an_official_split_does_not_leak():
    assert len(leaked(lint("gsm8k/train.jsonl", "gsm8k/test.jsonl"))) <= 5


def test_a_split_that_leaks_whole_is_found_whole():
    report = lint("mlx/wwdc25/data/train.jsonl", "mlx/wwdc25/data/valid.jsonl")

    assert len(leaked(report)) == 144
    assert {found.rule for found in leaked(report)} == {"LEK001"}


@pytest.mark.parametrize(("held_out", "equal"), [("test", 82), ("val", 87)])
def test_equal_japanese_prompts_are_found(held_out, equal):
    report = lint("wild-ikken-ja/train.jsonl", f"wild-ikken-ja/{held_out}.jsonl")

    assert sum(found.rule == "LEK001" for found in report.findings) >= equal


@pytest.mark.parametrize("held_out", ["test", "val"])
def test_another_filling_of_a_template_does_not_block(held_out):
    report = lint("wild-ikken-ja/train.jsonl", f"wild-ikken-ja/{held_out}.jsonl")

    assert "LEK003" not in report.summary.by_rule


def test_questions_wrapped_in_an_instruction_are_found():
    report = lint("gsm8k/train.jsonl", GSM8K_CHAT)

    assert sum(found.rule == "LEK003" for found in report.findings) >= 445


def test_boilerplate_is_no_leak():
    assert len(leaked(lint("mlx/lora/data/train.jsonl", "mlx/lora/data/test.jsonl"))) <= 2


def test_paraphrases_are_not_claimed():
    report = lint("gsm8k/test.jsonl", "llm-decontaminator/rephrase/rephrase_gsm8k.jsonl")

    assert not [found for found in report.findings if found.rule == "LEK001"]


@pytest.mark.parametrize("path", ["ruozhiba_format_emo.jsonl", "demo-dataset.jsonl"])
def test_printed_arrays_named_jsonl_are_one_finding_and_are_read(path):
    report = lint(path)

    assert report.summary.by_rule["FMT006"] == 1
    assert "FMT001" not in report.summary.by_rule
    assert report.summary.records > 1


def test_lines_that_lost_a_brace_are_reported_and_twins_counted():
    report = lint("wild-michael-a/training_data.jsonl")

    assert report.summary.by_rule["FMT001"] == 3
    assert report.summary.by_rule["DUP001"] >= 692


def test_duplicates_that_another_tool_removed_are_found():
    assert lint("wild-orderfood/data.jsonl").summary.by_rule["DUP001"] >= 66


# Brute force, written again from DESIGN §6 with nothing but sets.


def words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char if unicodedata.category(char)[0] in "LNM" else " " for char in folded).split()


def triples(line: bytes) -> set[tuple[str, ...]]:
    record = orjson.loads(line)
    found = words(record["prompt"]) + words(record["completion"])
    return {tuple(found[place : place + 3]) for place in range(max(len(found) - 2, min(len(found), 1)))}


def boilerplate(lines: list[bytes], sets: list[set]) -> set:
    """Return what stands in 5 % of the different texts of 2,000 records, the first at or after evenly spaced bytes."""
    starts = list(itertools.accumulate((len(line) + 1 for line in lines), initial=0))
    steps = (starts[-1] * number // 2000 for number in range(2000))
    rows = {bisect.bisect_left(starts, step) for step in steps} - {len(lines), len(lines) + 1}
    texts = {frozenset(sets[row]) for row in rows}
    counts = Counter(itertools.chain.from_iterable(texts))
    return {triple for triple, count in counts.items() if count >= max(20, 0.05 * len(texts))}


def near_pairs(sets: list[set], least: float) -> dict[tuple[int, int], float]:
    """
    Return the similarity of every pair that reaches `least`, earlier record first.

    Two sets so similar share one of the rarest few elements of each (prefix filtering): only such pairs are compared.
    """
    frequency = Counter(itertools.chain.from_iterable(sets))
    owners: dict[tuple[str, ...], list[int]] = {}
    pairs = {}
    for row, one in enumerate(sets):
        rarest = sorted(one, key=lambda triple: (frequency[triple], triple))
        prefix = rarest[: len(one) - math.ceil(least * len(one)) + 1]
        for other in set(itertools.chain.from_iterable(owners.get(triple, ()) for triple in prefix)):
            similarity = len(one & sets[other]) / len(one | sets[other])
            if similarity >= least:
                pairs[other, row] = similarity
        for triple in prefix:
            owners.setdefault(triple, []).append(row)
    return pairs


@pytest.mark.slow
def test_near_duplicates_are_those_of_brute_force(tmp_path):
    lines = random.Random(0).sample(named("bench/t0_50k.jsonl").read_bytes().splitlines(), 6000)  # noqa: S311
    (tmp_path / "train.jsonl").write_bytes(b"\n".join(lines))
    sets = [triples(line) for line in lines]
    common = boilerplate(lines, sets)
    pairs = near_pairs([one - common for one in sets], 0.75)

    report = dsready.lint(tmp_path / "train.jsonl", config={"lint": {"select": ["duplicates"]}})

    found = {finding.location.line - 1 for finding in report.findings if finding.rule in ("DUP001", "DUP002")}
    expected = {row for (_, row), similarity in pairs.items() if similarity >= 0.8}
    partners = {row for pair in pairs for row in pair}
    assert len(expected) > 500
    assert len(expected - found) <= 0.01 * len(expected)
    assert found <= partners
