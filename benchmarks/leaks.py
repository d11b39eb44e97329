"""Which leaks dsready and its peers find, on pairs of files whose answer is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from benchmarks import generate, report, speed, tools
from benchmarks.inputs import REAL, SHORT, lines
from benchmarks.texts import records, texts
from benchmarks.truth import words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.inputs import Inputs
    from benchmarks.tools import Command, Tool

_HEADERS = ("", "items", "leaked", "tool", "found of these", "others flagged", "remarks")

_EVALS = "flat_eval.jsonl"


class Known(NamedTuple):
    """
    Training data, an evaluation file, and which of its items, from 0, were trained on.

    Attributes
    ----------
    title
        What the pair is.
    train, evals
        The files.
    leaked
        The items.
    """

    title: str
    train: Path
    evals: Path
    leaked: set[int]


def run(inputs: Inputs, *, only: list[str], timeout: float) -> str:
    """Ask each tool for the leaks of each pair, and return the table."""
    present = [tool for tool in tools.installed(only) if tool.name in _FINDERS]
    rows = [row for known in _pairs(inputs) for row in _rows(known, inputs, present, timeout)]
    text = report.table("Evaluation items in the training data", _HEADERS, rows)
    print(text, flush=True)
    return text


def _pairs(inputs: Inputs) -> list[Known]:
    train, evals = inputs.folder / "leak_train.jsonl", inputs.folder / "leak_eval.jsonl"
    planted = generate.write(train, 5_000, size=SHORT, evals=evals)
    leaked = {line - 1 for line in planted.leaked + planted.wrapped}
    pairs = [Known("generated: 20 as they are, 10 in an instruction", train, evals, leaked)]
    gsm8k, japanese, news = REAL / "gsm8k", REAL / "wild-ikken-ja", REAL / "mlx/wwdc25/data"
    appended = REAL / "azure-foundry-ft/Supervised_Fine_Tuning/Text-GSM8K/chat_train.jsonl"
    paraphrased = REAL / "llm-decontaminator/rephrase/rephrase_gsm8k.jsonl"
    real = [
        ("GSM8K, its own split", gsm8k / "train.jsonl", gsm8k / "test.jsonl", _none),
        ("GSM8K, questions with a word appended", gsm8k / "train.jsonl", appended, _all),
        ("GSM8K test, in other words", gsm8k / "test.jsonl", paraphrased, _all),
        ("wwdc25, questions and answers", news / "train.jsonl", news / "valid.jsonl", _equal),
        ("Japanese instructions, test", japanese / "train.jsonl", japanese / "test.jsonl", _equal),
        ("Japanese instructions, validation", japanese / "train.jsonl", japanese / "val.jsonl", _equal),
        ("SQL with table headers", REAL / "mlx/lora/data/train.jsonl", REAL / "mlx/lora/data/test.jsonl", _none),
    ]
    there = [pair for pair in real if pair[1].exists() and pair[2].exists()]
    if len(there) < len(real):
        print(f"{len(real) - len(there)} real pairs are not there: left out")
    return pairs + [Known(title, train, evals, answer(train, evals)) for title, train, evals, answer in there]


def _none(_: Path, __: Path) -> set[int]:
    return set()


def _all(_: Path, evals: Path) -> set[int]:
    return set(range(sum(1 for _ in records(evals))))


def _equal(train: Path, evals: Path) -> set[int]:
    """Return the items whose prompt is a training prompt, but for case, spaces and punctuation."""
    trained = {tuple(words(texts(record).prompt)) for record in records(train)}
    return {number for number, record in enumerate(records(evals)) if tuple(words(texts(record).prompt)) in trained}


def _rows(known: Known, inputs: Inputs, present: list[Tool], timeout: float) -> list[list[str]]:
    items = sum(1 for _ in records(known.evals))
    train, evals = _flat(inputs, known.train, "flat_train.jsonl"), _flat(inputs, known.evals, _EVALS)
    rows = []
    for tool in present:
        finder = _FINDERS[tool.name]
        command = finder.command(known.train, known.evals) if finder.native else finder.command(train, evals)
        output = inputs.folder / finder.output
        output.unlink(missing_ok=True)
        result = speed.once([command], inputs.folder, timeout=timeout, sample=False)
        shown = ["", "", ""]
        if result.code in tool.codes:
            found = finder.read(output)
            shown[:2] = [f"{len(found & known.leaked):,}", f"{len(found - known.leaked):,}"]
        else:
            shown[2] = (
                f"> {timeout:.0f} s" if result.code is None else f"exit code {result.code}: {result.trouble[:80]}"
            )
        title = known.title if tool is present[0] else ""
        counts = [f"{items:,}", f"{len(known.leaked):,}"] if title else ["", ""]
        rows.append([title, *counts, tool.name, *shown])
    return rows


def _flat(inputs: Inputs, path: Path, name: str) -> Path:
    """Write the prompts alone, as `text`, with their number: what the peers can read, whatever the shape was."""
    numbered = ({"text": texts(record).prompt, "number": number} for number, record in enumerate(records(path)))
    return lines(inputs.folder / name, numbered)


class _Finder(NamedTuple):
    """Which file a tool writes, how it is asked for leaks and read, and whether it takes records as they are."""

    output: str
    command: Callable[[Path, Path], Command]
    read: Callable[[Path], set[int]]
    native: bool = False


def _dsready_command(train: Path, evals: Path) -> Command:
    codes = "LEK001,LEK002,LEK003,LEK004"
    arguments = ["--select", codes, "--max-examples", "0", "--output", "json=leaks.json"]
    return tools.lint(train, "--eval", str(evals), *arguments)


def _dsready(output: Path) -> set[int]:
    found = orjson.loads(output.read_bytes())["findings"]
    return {one["location"]["line"] - 1 for one in found if one["rule"].startswith("LEK")}


def _cleanllm_command(train: Path, evals: Path) -> Command:
    # It flags records of its input: the items are its input, and the training data what they are held against.
    options = ["--benchmark-file", f"train={train}", "--no-cache", "--no-progress"]
    return [tools.script("cleanllm"), "decontaminate", str(evals), "--out", "clean.jsonl", *options]


def _soup_command(train: Path, evals: Path) -> Command:
    # The same here.
    options = ["--benchmark-file", train.name, "--output", "clean.jsonl"]
    return [tools.script("soup"), "data", "decontaminate", "--input", evals.name, *options]


def _dropped(output: Path) -> set[int]:
    kept = {record["number"] for record in records(output)}
    return {record["number"] for record in records(output.with_name(_EVALS))} - kept


def _mmqa_command(train: Path, evals: Path) -> Command:
    files = ["--train", str(train), "--eval", f"eval={evals}", "--out", "leaks_mmqa.json"]
    return [tools.script("toolkit-mmqa"), "contamination", *files, "--methods", "exact,ngram,minhash"]


def _mmqa(output: Path) -> set[int]:
    details = orjson.loads(output.read_bytes())["predicate"]["details"]
    return {one["index"] for one in details["contaminated_records"]}


_FINDERS = {
    "dsready": _Finder("leaks.json", _dsready_command, _dsready, native=True),
    "cleanllm": _Finder("clean.jsonl", _cleanllm_command, _dropped),
    "soup": _Finder("clean.jsonl", _soup_command, _dropped),
    "toolkit-mmqa": _Finder("leaks_mmqa.json", _mmqa_command, _mmqa),
}
