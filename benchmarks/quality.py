"""Which near-duplicates dsready and its peers find, against brute force over the same records."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import orjson

from benchmarks import report, speed, tools, truth
from benchmarks.inputs import REAL
from benchmarks.texts import records, texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.inputs import Inputs
    from benchmarks.tools import Command, Tool

_FIRST = 6_000
_HEADERS = ("", "flagged", "recall", "precision", "pairs left", "recall, whole text", "precision, whole text", "remarks")


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
    if japanese.exists():
        sets.append(("2,000 Japanese records", japanese))
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
    read, commands = _READERS[tool.name]
    job = tools.Job("near-duplicates", path, fields=_fields(path))
    result = speed.once(commands(job) if commands else tool.commands(job), path.parent, timeout=timeout, sample=False)
    if result.code not in tool.codes:
        said = f"> {timeout:.0f} s" if result.code is None else f"exit code {result.code}: {result.trouble[:80]}"
        return [tool.name, "", "", "", "", "", "", said]
    flagged = read(path, path.parent)
    shares = [*_shares(flagged, true), *_shares(flagged, plain)]
    left = f"{true.left(flagged.near | flagged.otherwise):,}"
    return [tool.name, f"{len(flagged.near):,}", *shares[:2], left, *shares[2:], ""]


def _fields(path: Path) -> str:
    with path.open("rb") as file:
        keys = orjson.loads(file.readline())
    return next(names for names in ("messages", "prompt,completion", "text") if names.split(",")[0] in keys)


def _shares(flagged: Flagged, true: truth.Truth) -> list[str]:
    """Return recall and precision: of the records that repeat an earlier one; and of those that are flagged."""
    found = len((flagged.near | flagged.otherwise) & true.repeating) / max(len(true.repeating), 1)
    right = len(flagged.near & true.involved) / max(len(flagged.near), 1)
    return [f"{found:.1%}", f"{right:.1%}"]


def _dsready_commands(job: tools.Job) -> list[Command]:
    arguments = ["--select", "DUP001,DUP002,DUP003", "--max-examples", "0", "--output", "json=dsready.json"]
    return [tools.lint(job.train, *arguments)]


def _dsready(_: Path, folder: Path) -> Flagged:
    """A conflict (one prompt, several answers) is reported as such: found, but not claimed to be a near-duplicate."""
    found = orjson.loads((folder / "dsready.json").read_bytes())["findings"]
    near = {one["location"]["line"] - 1 for one in found if one["rule"] != "DUP003"}
    conflicts = [place for one in found if one["rule"] == "DUP003" for place in (one["location"], *one["related"])]
    return Flagged(near, {place["line"] - 1 for place in conflicts})


def _listed(name: str) -> Callable[[Path, Path], Flagged]:
    return lambda _, folder: Flagged({int(line) for line in (folder / name).read_text().split()})


def _kept(name: str) -> Callable[[Path, Path], Flagged]:
    """Read a file of the records that were kept, in order: the others are flagged."""

    def read(path: Path, folder: Path) -> Flagged:
        kept = records(folder / name)
        next_kept = next(kept, None)
        flagged = set()
        for number, record in enumerate(records(path)):
            if record == next_kept:
                next_kept = next(kept, None)
            else:
                flagged.add(number)
        if next_kept is not None:
            sys.exit(f"{name} holds a record that is not in {path.name}")
        return Flagged(flagged)

    return read


def _groups(_: Path, folder: Path) -> Flagged:
    details = orjson.loads((folder / "mmqa.json").read_bytes())["predicate"]["details"]
    groups = [sorted(one["index"] for one in group) for group in details["exact_groups"] + details["near_groups"]]
    return Flagged({number for group in groups for number in group[1:]})


#: How what a tool found is read, and with which commands it tells, where those of the timing do not.
_READERS: dict[str, tuple[Callable[[Path, Path], Flagged], Callable[[tools.Job], list[Command]] | None]] = {
    "dsready": (_dsready, _dsready_commands),
    "datasketch": (_listed("datasketch.txt"), None),
    "rensa": (_listed("rensa.txt"), None),
    "cleanllm": (_kept("cleanllm.jsonl"), None),
    "soup": (_kept("soup.jsonl"), None),
    "toolkit-mmqa": (_groups, None),
}
