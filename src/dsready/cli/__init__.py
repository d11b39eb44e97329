"""The command line. Nothing heavy is imported before a command runs: `--help` must be instant."""

from __future__ import annotations

import atexit
import contextlib
import math
import os
import signal
import sys
import threading
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from dsready.cli.terminal import abandon, complain, remark, say
from dsready.errors import DsreadyError
from dsready.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Each command's module in this package, which calls it `command`, and its line in `dsready --help`.
COMMANDS = {
    "lint": "Check data sets, score them, and fail if they are not ready.",
    "show": "Show a record, and all that is known of it.",
    "rule": "Explain a rule, or list all rules.",
    "convert": "Write a data set in another record shape.",
    "targets": "List the trainers and providers, or the rules of one.",
    "decide": "Say whether to fine-tune at all, and why.",
    "cost": "Say what a fine-tune costs, and when it pays.",
    "power": "Say what an evaluation set can show.",
    "judge": "Say whether tuning helped.",
    "diff": "Compare two versions of a data set.",
    "report": "Show a saved result again, in any format.",
    "score": "Explain the score of a saved result.",
    "init": "Write a configuration for the data sets that are here.",
    "config": "Show the configuration or its JSON Schema.",
    "completion": "Print the completion script of a shell.",
    "clean": "Delete what is kept between runs.",
    "version": "Show the version of dsready and of all it rests on.",
}

#: By this variable the script of `dsready completion` asks for completions.
COMPLETE = "_DSREADY_COMPLETE"

UNUSABLE = 2
BUG = 101
INTERRUPTED = 130
CLOSED_PIPE = 141
TERMINATED = 143

#: Seconds for tidying up when told to end.
PATIENCE = 2.0


class Commands(click.Group):
    """A group that imports a command when it is called, and not for listing it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"dsready.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    click.echo(f"dsready {VERSION}")
    ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def main() -> None:
    """Lint fine-tuning data sets: every defect with its line, and a readiness score."""


def run(args: list[str] | None = None) -> NoReturn:
    """Run the command line and exit; the console script."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  (for as long as we live)
        getattr(sys, name).reconfigure(errors="backslashreplace")  # printing must never fail
    with _terminable():
        sys.exit(_code(sys.argv[1:] if args is None else args))


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """
    Make SIGTERM and SIGHUP exits like any other, so that temporary files and worker processes are not left behind.

    A signal that is ignored stays so: `nohup` means it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set signals, and gets them
        return
    told = -math.inf

    def stop(*_: object) -> None:
        nonlocal told
        if time.monotonic() - told < PATIENCE:
            return  # `timeout` tells everybody twice; the second time must not break off the tidying up
        told = time.monotonic()
        raise SystemExit(TERMINATED)

    ends = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
    before = {number: signal.getsignal(number) for number in ends}
    for number in ends:
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        yield
    except SystemExit as end:
        if end.code == TERMINATED:
            complain("terminated")
            _dismiss()
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _dismiss() -> None:
    """
    End the worker processes, and the thread that minds them.

    A worker that is ended may leave half a result in its pipe. The thread that reads it would wait for the rest, and
    Python for the thread: then this process ends as it is.
    """
    if "multiprocessing" in sys.modules:
        for worker in sys.modules["multiprocessing"].active_children():
            worker.terminate()
    minders = [
        thread for thread in threading.enumerate() if not thread.daemon and thread is not threading.main_thread()
    ]
    for thread in minders:
        thread.join(PATIENCE / 2)
    if any(thread.is_alive() for thread in minders):
        # What Python does at its end, without waiting for threads: it gives the semaphores of the workers back.
        tidy = threading.Thread(target=atexit._run_exitfuncs, daemon=True)  # noqa: SLF001  (has no public name)
        tidy.start()
        tidy.join(PATIENCE / 2)
        os._exit(TERMINATED)


def _completed(order: str) -> int:
    """Answer the shell that asks how a word may go on."""
    from click.shell_completion import add_completion_class, shell_complete  # noqa: PLC0415  (only when a key is pressed)

    from dsready.cli.complete import Bash  # noqa: PLC0415  (the same)

    add_completion_class(Bash)
    return shell_complete(main, {}, "dsready", COMPLETE, order)


def _code(args: list[str]) -> int:
    """Run a command and return its exit code. Whatever goes wrong is told here and nowhere else."""
    code: int | None
    try:
        if COMPLETE in os.environ:
            return _completed(os.environ[COMPLETE])
        # Not `main.main()`: it would answer a closed pipe with exit code 1, which says "findings".
        with main.make_context("dsready", args) as context:
            code = main.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        code = end.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        code = UNUSABLE
    except click.ClickException as error:
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "dsready"
        complain(error.format_message(), f"{path} --help lists what there is")
        code = UNUSABLE
    except DsreadyError as error:
        complain(error.what, error.hint)
        code = UNUSABLE
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted")
        code = INTERRUPTED
    except BrokenPipeError:
        abandon()
        code = CLOSED_PIPE
    except Exception:  # noqa: BLE001  (the last place where a bug can be told)
        for line in traceback.format_exc().splitlines():
            remark(line)
        complain("this is a bug in dsready", "please report it, with the lines above and those of dsready version")
        code = BUG
    return code or 0
