"""The files that are measured: real ones where they stand beside the project, else generated ones."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from benchmarks import generate
from benchmarks.texts import records, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Real data beside the project; nothing of it is copied into the project.
REAL = Path(__file__).parents[2] / "shared/data"
#: Bytes of question and answer in records of about 550 bytes, and in ones of about 1,100.
SHORT, LONG = 380, 930


class Inputs:
    """Files in a scratch folder, each made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def chat(self) -> tuple[Path, Path]:
        """20,000 chat records (11 MB), and 200 evaluation items."""
        train, evals = self.folder / "chat.jsonl", self.folder / "chat_eval.jsonl"
        generate.write(train, 20_000, size=SHORT, evals=evals)
        return train, evals

    @cached_property
    def small(self) -> Path:
        """The first 500 of the chat records."""
        return self.first(self.chat[0], 500)

    @cached_property
    def large(self) -> Path:
        """55,180 real records (63 MB) of prompt and completion, or as many generated ones."""
        real = REAL / "bench/t0_50k.jsonl"
        if real.exists():
            return real
        print(f"{real.name} is not there: 55,180 generated chat records (61 MB) in its place")
        path = self.folder / "large.jsonl"
        generate.write(path, 55_180, size=LONG)
        return path

    def first(self, path: Path, count: int) -> Path:
        """Return a file of the first records of another."""
        part = self.folder / f"{path.stem}_{count}.jsonl"
        with path.open("rb") as file:
            part.write_bytes(b"".join(islice(file, count)))
        return part

    def flat(self, path: Path) -> Path:
        """Return a file of the prompts alone, as `text`: what some tools need an evaluation set to be."""
        part = self.folder / f"{path.stem}_flat.jsonl"
        return lines(part, ({"text": texts(record).prompt} for record in records(path)))


def lines(path: Path, rows: Iterable[object]) -> Path:
    """Write JSON Lines."""
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return path
