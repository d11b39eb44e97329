"""What is known of the terminal, and the only place that writes to it."""

from __future__ import annotations

import codecs
import os
import shutil
import sys
import time
from typing import TYPE_CHECKING, Any, Self, TextIO

import click

from dsready.errors import InputError
from dsready.escape import visible
from dsready.output import Look, harmless, harmless_json

if TYPE_CHECKING:
    from types import TracebackType

AUTO, ALWAYS, NEVER = "auto", "always", "never"
#: Seconds before a progress bar appears: what is done sooner needs none.
PATIENCE = 0.5
#: Columns where there is no terminal to ask.
WIDTH = 80
#: Characters of an error that are shown: it may quote a name as long as its author likes.
LONGEST = 1000


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def colored(stream: TextIO, wish: str = AUTO) -> bool:
    """Return whether to colour what goes to `stream`: --color, NO_COLOR, FORCE_COLOR, TERM, then the stream decide."""
    if wish != AUTO:
        return wish == ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def look(*, color: str = AUTO, plain: bool = False, **options: Any) -> Look:
    """Return the look that suits standard output."""
    return Look(
        color=colored(sys.stdout, color),
        ascii=plain or codecs.lookup(sys.stdout.encoding).name != "utf-8",
        width=shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH,
        **options,
    )


def emit(content: str | bytes, *, color: bool = False) -> None:
    """
    Write a result to standard output; no CI runner finds an order in it.

    Raises
    ------
    InputError
        If it cannot be written: the disk that it goes to is full.
    """
    try:
        click.echo(harmless(content) if isinstance(content, str) else harmless_json(content), nl=False, color=color)
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon()
        raise InputError(f"cannot write to standard output: {error.strerror or error}") from error


def abandon(stream: TextIO | None = None) -> None:
    """Let what is left for standard output, or another stream, go nowhere: Python complains when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())


def complain(what: str, hint: str = "") -> None:
    """Say on standard error what is wrong, and what to do about it."""
    remark(what, "error: ", "red")
    if hint:
        remark(hint, "hint: ", "cyan")


def remark(text: str, label: str = "", color: str = "") -> None:
    """Say something on standard error that is no result."""
    head = click.style(label, fg=color, bold=True) if label else ""
    say(harmless(head + visible(text, LONGEST)))


def say(text: str) -> None:
    """Put a text on standard error. Where that cannot be written, the exit code has to say it all the same."""
    try:
        click.echo(text, err=True, color=colored(sys.stderr))
    except OSError:
        abandon(sys.stderr)


class Progress:
    """
    A progress bar on standard error, for people who wait.

    Parameters
    ----------
    wanted
        Whether the user wants one. On a machine nobody watches there is none either.
    """

    def __init__(self, *, wanted: bool) -> None:
        watched = sys.stderr.isatty() and not os.environ.get("CI") and not os.environ.get("PRE_COMMIT")
        self._shown = wanted and watched
        self._start = time.monotonic()
        self._done = 0
        self._bar: Any = None  # click has no public name for the type

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.render_finish()

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` bytes are read."""
        if not self._shown or time.monotonic() - self._start < PATIENCE:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=total, label="reading", file=sys.stderr, update_min_steps=total // 100)
        self._bar.update(done - self._done)
        self._done = done
