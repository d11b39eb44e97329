"""
The protocol of the oracles: one JSON request a line on the standard input, one JSON answer a line on the other side.

`{"row": TEXT, "part": NAME, "among": [TEXT]}` asks about one record that stands after others, `{"file": PATH, "part":
NAME}` about a whole file. What the libraries print goes to the standard error, so that nothing comes between the
answers.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Row = Callable[[Any, str], str]
    File = Callable[[Path, str], dict[str, Any]]
    Texts = Callable[[list[str], str], object]

#: Long messages repeat the whole record.
_LENGTH = 300


class Verdict(Exception):  # noqa: N818 - a judgement, not an error
    """What an oracle does with a row, other than to take it."""

    def __init__(self, verdict: str, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict


def drop(message: str) -> Verdict:
    """Return the judgement: the row goes, the job goes on."""
    return Verdict("drop", message)


def corrupt(message: str) -> Verdict:
    """Return the judgement: the row stays, and something else than it says is trained."""
    return Verdict("corrupt", message)


def accepted(rows: dict[int, str] | None = None, error: str = "") -> dict[str, Any]:
    """Return the answer for a file that is taken, with the lines that fare badly in it."""
    return {"accepted": True, "rows": {str(line): text for line, text in (rows or {}).items()}, "error": error}


def refused(error: str, line: int | None = None) -> dict[str, Any]:
    """Return the answer for a file that is not taken, and the line the oracle names."""
    rows = {} if line is None else {str(line): f"refuse: {error}"}
    return {"accepted": False, "rows": rows, "error": error}


def said(error: BaseException) -> str:
    """Return what an exception says, in one line."""
    try:
        text = f"{type(error).__name__}: {error}"
    except Exception:
        text = type(error).__name__
    return " ".join(text.split())[:_LENGTH]


def verdict(judge: Callable[[], object]) -> tuple[str, str]:
    """Return what comes of a judgement: no exception is acceptance, a crash is a refusal."""
    try:
        judge()
    except Verdict as found:
        return found.verdict, " ".join(str(found).split())[:_LENGTH]
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        traceback.print_exc()
        return "refuse", said(error)
    return "accept", ""


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers."""
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if line.strip():
            yield number, line.decode("utf-8")


def each(judge: Row) -> File:
    """Return a judge of files that asks about one line after the other."""

    def file(path: Path, part: str) -> dict[str, Any]:
        found = {}
        for number, line in lines(path):
            name, message = verdict(lambda line=line: judge(json.loads(line), part))
            if name != "accept":
                found[number] = f"{name}: {message}"
        refusals = [message for message in found.values() if message.startswith("refuse")]
        return accepted(found) | {"accepted": not refusals, "error": refusals[0] if refusals else ""}

    return file


@contextmanager
def in_a_file(texts: list[str]) -> Iterator[Path]:
    """Put lines into a file for as long as it is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "train.jsonl")
        path.write_bytes("".join(f"{text}\n" for text in texts).encode("utf-8", "surrogatepass"))
        yield path


def alone(judge: File) -> Texts:
    """Return a judge of rows that puts each into a file of its own."""

    def row(texts: list[str], part: str) -> None:
        with in_a_file(texts[-1:]) as path:
            answer = judge(path, part)
        if not answer["accepted"]:
            raise Verdict("refuse", answer["error"])
        for message in answer["rows"].values():
            raise Verdict(*message.split(": ", 1))

    return row


def serve(row: Row | None = None, file: File | None = None) -> None:
    """Answer until the requests end: rows are parsed, or become files of one line; files are read line by line."""
    of_file = file or each(row)
    listen((lambda texts, part: row(json.loads(texts[-1]), part)) if row else alone(of_file), of_file)


def listen(row: Texts, file: File) -> None:
    """
    Answer until the requests end; the first line says that all imports are done.

    The judge of rows is given lines and judges the last: where a row is read together with others, a key it lacks is
    null, as it would be in a real file.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    answers.write(json.dumps({"ready": True}) + "\n")
    answers.flush()
    for request in map(json.loads, sys.stdin.buffer):
        answers.write(json.dumps(_answer(request, row, file)) + "\n")
        answers.flush()


def _answer(request: dict[str, Any], row: Texts, file: File) -> dict[str, Any]:
    part = request.get("part") or ""
    if "row" in request:
        name, message = verdict(lambda: row([*request.get("among", ()), request["row"]], part))
        return {"verdict": name, "message": message}
    answer: dict[str, Any] = {}
    _, message = verdict(lambda: answer.update(file(Path(request["file"]), part)))
    return answer or refused(message)
