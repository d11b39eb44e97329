"""A conversation with an oracle: one process that answers as long as it lives, and is started again when it dies."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread
from typing import IO, TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Verdict = Literal["accept", "refuse", "drop", "corrupt"]
#: Seconds for the imports: transformers takes four on a busy machine.
_START = 120.0


class OracleBrokenError(RuntimeError):
    """An oracle that cannot even be asked."""


@dataclass(frozen=True)
class Answer:
    """What an oracle says of a record."""

    verdict: Verdict
    message: str = ""


@dataclass(frozen=True)
class FileAnswer:
    """
    What an oracle says of a file.

    Attributes
    ----------
    accepted
        Whether the job would go on.
    rows
        The lines it names, each with a verdict and a message.
    error
        What it says of the whole.
    """

    accepted: bool
    rows: dict[int, str] = field(default_factory=dict)
    error: str = ""

    @property
    def verdict(self) -> Verdict:
        """The worst of what befalls the file and its rows."""
        if not self.accepted:
            return "refuse"
        kinds = {text.partition(":")[0] for text in self.rows.values()}
        return "corrupt" if "corrupt" in kinds else "drop" if kinds else "accept"


class Client:
    """
    Asks one oracle.

    Parameters
    ----------
    command
        What starts it.
    timeout
        Seconds for an answer; none in time is a refusal, and the end of the process.
    """

    def __init__(self, command: Sequence[str | Path], timeout: float = 60.0) -> None:
        self.command = [str(word) for word in command]
        self.timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: Queue[bytes] = Queue()
        self._errors: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def row(self, text: str, part: str = "", among: Sequence[str] = ()) -> Answer:
        """Ask about a record, as it stands in its line; perhaps after others, in the same file."""
        answer = self._ask({"row": text, "part": part, "among": [*among]})
        return Answer(answer["verdict"], answer["message"])

    def file(self, path: Path, part: str = "") -> FileAnswer:
        """Ask about a file."""
        answer = self._ask({"file": str(path), "part": part})
        if "accepted" not in answer:
            return FileAnswer(accepted=False, error=answer["message"])
        rows = {int(line): message for line, message in answer["rows"].items()}
        return FileAnswer(answer["accepted"], rows, answer["error"])

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdin is not None
            with suppress(OSError):  # what was not yet sent has nowhere to go
                self._process.stdin.close()
            self._process = None
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._running()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = self._answers.get(timeout=self.timeout)
        except Empty:
            self.close()
            return {"verdict": "refuse", "message": "timeout"}
        except OSError:
            line = b""
        if not line:
            self.close()
            return {"verdict": "refuse", "message": "died"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        self._answers = Queue()
        self._process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, env=_environment()
        )
        assert self._process.stdout is not None
        Thread(target=_read, args=(self._process.stdout, self._answers), daemon=True).start()
        try:
            ready = self._answers.get(timeout=_START)
        except Empty:
            ready = b""
        if not ready:
            self._errors.seek(0)
            last = self._errors.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            self.close()
            message = f"{' '.join(self.command)} does not start: {''.join(last) or 'no word'}"
            raise OracleBrokenError(message)
        return self._process


def _read(stream: IO[bytes], answers: Queue[bytes]) -> None:
    """Pass on the lines of a process, and an empty one at its end."""
    with stream:
        for line in stream:
            answers.put(line)
    answers.put(b"")


def _environment() -> dict[str, str]:
    """Return the environment of an oracle: nothing of this Python, and no network."""
    mine = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COVERAGE", "VIRTUAL_ENV"))
    }
    offline = dict.fromkeys(("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE", "PYTHONNOUSERSITE"), "1")
    # TRL looks at the first of a set of keys, whichever that is: here it is always the same.
    return mine | offline | {"PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}
