"""Our verdict beside an oracle's, record by record and file by file."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from oracles.exceptions import documented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from oracles.client import Client, Verdict
    from oracles.registry import Oracle

#: What becomes of a record, by what our rules say becomes of it; the first that is there is the verdict.
_VERDICTS: tuple[tuple[frozenset[str], Verdict], ...] = (
    (frozenset({"REJECT", "CRASH"}), "refuse"),
    (frozenset({"DROP"}), "drop"),
    (frozenset({"CORRUPT"}), "corrupt"),
)


class Judge(Protocol):
    """As much of a target of dsready as is compared."""

    def of_line(self, raw: bytes) -> Iterable[Any]:
        """Return the rules a line breaks."""
        ...


class Row(NamedTuple):
    """A record to be judged: its shape, its line, what was done to it, and good lines to put before it."""

    shape: str
    text: str
    defect: str = ""
    among: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """
    One judgement of both sides.

    Attributes
    ----------
    oracle
        Its name.
    part
        What it took the record as.
    row
        The record; nothing if a file was judged.
    path
        The file; nothing if a record was judged.
    ours, theirs
        The verdicts.
    rules
        What it breaks for us, but for rules that nobody has verified.
    message
        What the oracle says.
    """

    oracle: str
    part: str
    row: Row | None
    path: str
    ours: Verdict
    theirs: Verdict
    rules: tuple[str, ...]
    message: str

    @property
    def agreed(self) -> bool:
        """Whether both say the same."""
        return self.ours == self.theirs

    @property
    def record(self) -> Any:
        """The record, parsed; nothing if it cannot be."""
        try:
            return json.loads(self.row.text) if self.row else None
        except (ValueError, RecursionError):
            return None

    def __str__(self) -> str:
        what = self.path if self.row is None else f"{self.row.defect or self.row.shape}: {self.row.text[:300]}"
        rules = f" ({', '.join(self.rules)})" if self.rules else ""
        said = f": {self.message}" if self.message else ""
        return f"{self.oracle}: we {self.ours}{rules}, it {self.theirs}s{said}\n    {what}"


@dataclass
class Tally:
    """
    What came of comparing one oracle.

    Attributes
    ----------
    oracle
        Which.
    files, rows
        How many were compared.
    agreements, exceptions
        How many came out the same, and how many are known to differ.
    disagreements
        The others.
    """

    oracle: Oracle
    files: int = 0
    rows: int = 0
    agreements: int = 0
    exceptions: int = 0
    disagreements: list[Case] = field(default_factory=list)

    def add(self, case: Case) -> None:
        """Count a case."""
        if case.row is None:
            self.files += 1
        else:
            self.rows += 1
        if case.agreed:
            self.agreements += 1
        elif documented(case):
            self.exceptions += 1
        else:
            self.disagreements.append(case)


def ours(breaches: Iterable[Any]) -> tuple[Verdict, tuple[str, ...]]:
    """Return our verdict on a record and the rules that make it, from what it breaks."""
    sure = [breach.rule for breach in breaches if str(breach.rule.evidence[0]) != "U"]
    for consequences, verdict in _VERDICTS:
        made = tuple(dict.fromkeys(rule.id for rule in sure if str(rule.consequence) in consequences))
        if made:
            return verdict, made
    return "accept", ()


def of_profile(profile: dict[str, Any]) -> tuple[Verdict, tuple[str, ...]] | None:
    """Return our verdict on a file and the rules that make it, from the profile; nothing if the target is gone."""
    if profile["verdict"] == "ended":
        return None
    sure = [reason for reason in profile["reasons"] if reason["evidence"][0] != "U"]
    refuses, drops, corrupts = _VERDICTS
    for consequences, verdict in (refuses, corrupts, drops):  # as in the answer for a file
        made = tuple(dict.fromkeys(each["rule"] for each in sure if each["consequence"] in consequences))
        if made:
            return verdict, made
    return "accept", ()


def compare_rows(oracle: Oracle, client: Client, judge: Judge, rows: Iterable[Row]) -> Tally:
    """Compare the verdicts on records, of the shapes the oracle judges."""
    tally = Tally(oracle)
    for row in rows:
        if not oracle.rows or row.shape not in oracle.parts:
            continue
        part = oracle.parts[row.shape]
        answer = client.row(row.text, part, row.among)
        verdict, rules = ours(judge.of_line(row.text.encode("utf-8", "surrogatepass")))
        tally.add(Case(oracle.name, part, row, "", verdict, answer.verdict, rules, answer.message))
    return tally


def compare_files(
    oracle: Oracle,
    client: Client,
    lint: Callable[[Path, str], dict[str, Any]],
    paths: Iterable[tuple[str, Path]],
) -> Tally:
    """Compare the verdicts on files, of the shapes the oracle judges."""
    tally = Tally(oracle)
    for shape, path in paths:
        if shape not in oracle.parts:
            continue
        part = oracle.parts[shape]
        judged = of_profile(lint(path, oracle.target))
        if judged is None:
            continue
        answer = client.file(path, part)
        message = answer.error or "; ".join(f"line {line}: {text}" for line, text in list(answer.rows.items())[:3])
        tally.add(Case(oracle.name, part, None, str(path), judged[0], answer.verdict, judged[1], message))
    return tally


def in_files(rows: Iterable[tuple[Row, list[str]]]) -> Iterator[tuple[str, Path]]:
    """Yield files of good lines with each row as the third; a file lives until the next is asked for."""
    with tempfile.TemporaryDirectory() as name:
        for number, (row, good) in enumerate(rows):
            path = Path(name, f"{number}-{row.shape}.jsonl")
            lines = [*good[:2], row.text, *good[2:]]
            path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass"))
            yield row.shape, path
            path.unlink()
