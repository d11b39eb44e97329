"""Which near-duplicates dsready and its peers find, against brute force over the same records."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import orjson

from benchmarks import report, speed, tools, truth
from benchmarks.inputs import REAL, lines
from benchmarks.texts import records, texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.inputs import Inputs
    from benchmarks.tools import Command, Tool

_FIRST = 6_000
_HEADERS = (
    "",
    "flagged",
    "recall",
    "precision",
    "pairs left",
    "recall, whole text",
    "precision, whole text",
    "remarks",
)


class Flagged(NamedTuple):
    """
    What a tool says of a file, as numbers of records from 0.

    Attributes
    ----------
    near
        Records that it calls duplicates of earlier ones.
    otherwise
        Records that it reports as something else than duplicates, and that a near-duplicate may well be.
    """

    near: set[int]
    otherwise: set[int] = set()  # noqa: RUF012  (never changed)


def run(inputs: Inputs, *, only: list[str], timeout: float) -> str:
    """Compare on all sets, and return the tables."""
    present = tools.installed(only)
    sets = [("The first 6,000 records of t0_50k.jsonl" if _real(inputs) else "6,000 generated records", inputs.large)]
    japanese = REAL / "wild-ikken-ja/dataset.jsonl"
    if japanese.exists():  # the texts alone: its other columns would be text to some tools, and labels to others
        alone = ({"text": record["text"]} for record in records(japanese))
        sets.append(("2,000 Japanese texts", lines(inputs.folder / "japanese.jsonl", alone)))
    else:
        print("the Japanese set is not there: left out")
    return "\n".join([_set(title, inputs.first(path, _FIRST), present, timeout) for title, path in sets])


def _real(inputs: Inputs) -> bool:
    return inputs.large.is_relative_to(REAL)


def _set(title: str, path: Path, present: list[Tool], timeout: float) -> str:
    listed = [texts(record).whole() for record in records(path)]
    with path.open("rb") as file:
        sizes = [len(line) for line in file]
    common = truth.boilerplate([truth.shingles(text) for text in listed], sizes)
    true, plain = truth.near(listed, common), truth.near(listed, frozenset())
    rows = [_row(tool, path, true, plain, timeout) for tool in present if tool.name in _READERS]
    counts = f"{len(true.pairs):,} pairs, {len(true.repeating):,} records with an earlier near-duplicate"
    whole = f"{len(plain.pairs):,} and {len(plain.repeating):,} if boilerplate counts"
    text = report.table(f"{title}: {counts}; {whole}", _HEADERS, rows)
    print(text, flush=True)
    return text


def _row(tool: Tool, path: Path, true: truth.Truth, plain: truth.Truth, timeout: float) -> list[str]:
    reader, job = _READERS[tool.name], tools.Job("near-duplicates", path, fields=_fields(path))
    output = path.with_name(reader.output)
    output.unlink(missing_ok=True)
    commands = reader.commands(job) if reader.commands else tool.commands(job)
    result = speed.once(commands, path.parent, timeout=timeout, sample=False)
    if result.code not in tool.codes:
        return [tool.name, "", "", "", "", "", "", speed.trouble(result, timeout)]
    flagged = reader.read(path, output)
    shares = [*_shares(flagged, true), *_shares(flagged, plain)]
    left = f"{true.left(flagged.near | flagged.otherwise):,}"
    return [tool.name, f"{len(flagged.near):,}", *shares[:2], left, *shares[2:], ""]


def _fields(path: Path) -> str:
    with path.open("rb") as file:
        keys = orjson.loads(file.readline())
    return next(names for names in ("messages", "prompt,completion", "text") if names.split(",")[0] in keys)


def _shares(flagged: Flagged, true: truth.Truth) -> list[str]:
    """Return recall and precision: of the records that repeat an earlier one; and of those that are flagged."""
    found = (flagged.near | flagged.otherwise) & true.repeating
    return [_percent(found, true.repeating), _percent(flagged.near & true.involved, flagged.near)]


def _percent(part: set[int], whole: set[int]) -> str:
    """Say which share of a set another one is, rounded down: 100 % is all of it."""
    share = 10_000 * len(part) // len(whole) if whole else 10_000
    return f"{share / 100:.2f} %"


def _dsready_commands(job: tools.Job) -> list[Command]:
    arguments = ["--select", "DUP001,DUP002,DUP003", "--max-examples", "0", "--output", "json=dsready.json"]
    return [tools.lint(job.train, *arguments)]


def _dsready(_: Path, output: Path) -> Flagged:
    found = orjson.loads(output.read_bytes())["findings"]
    near = {one["location"]["line"] - 1 for one in found if one["rule"] != "DUP003"}
    # One prompt with several answers is reported as such: found, but not claimed to be a near-duplicate.
    conflicts = [place for one in found if one["rule"] == "DUP003" for place in (one["location"], *one["related"])]
    return Flagged(near, {place["line"] - 1 for place in conflicts})


def _listed(_: Path, output: Path) -> Flagged:
    return Flagged({int(line) for line in output.read_text().split()})


def _kept(path: Path, output: Path) -> Flagged:
    """Read a file of the records that were kept, in order: the others are flagged."""
    kept = records(output)
    expected = next(kept, None)
    flagged = set()
    for number, record in enumerate(records(path)):
        if record == expected:
            expected = next(kept, None)
        else:
            flagged.add(number)
    if expected is not None:
        sys.exit(f"{output.name} holds a record that is not in {path.name}")
    return Flagged(flagged)


def _groups(_: Path, output: Path) -> Flagged:
    details = orjson.loads(output.read_bytes())["predicate"]["details"]
    groups = [sorted(one["index"] for one in group) for group in details["exact_groups"] + details["near_groups"]]
    return Flagged({number for group in groups for number in group[1:]})


class _Reader(NamedTuple):
    """Which file a tool writes, how it is read, and the commands, where those of the timing do not write it."""

    output: str
    read: Callable[[Path, Path], Flagged]
    commands: Callable[[tools.Job], list[Command]] | None = None


_READERS = {
    "dsready": _Reader("dsready.json", _dsready, _dsready_commands),
    "datasketch": _Reader("datasketch.txt", _listed),
    "rensa": _Reader("rensa.txt", _listed),
    "cleanllm": _Reader("cleanllm.jsonl", _kept),
    "soup": _Reader("soup.jsonl", _kept),
    "toolkit-mmqa": _Reader("mmqa.json", _groups),
}
