"""dsready and its peers: which they are, and how each is run, as its own documentation has it."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.inputs import Inputs

Task = Literal["start", "everything", "near-duplicates"]
Command = list[str]
ROOT = Path(__file__).parents[1]
THRESHOLD = "0.75"


@dataclass(frozen=True)
class Job:
    """
    What a tool is asked to do.

    Attributes
    ----------
    task
        `start` is its version, `everything` a whole lint, or the nearest to one it has.
    train, evals
        The files.
    flat
        The prompts of the evaluation items, as `text`.
    fields
        The columns that hold the text.
    """

    task: Task
    train: Path = Path()
    evals: Path | None = None
    flat: Path | None = None
    fields: str = "messages"


@dataclass(frozen=True)
class Tool:
    """
    A tool, and how it is run.

    Attributes
    ----------
    name
        What it is called here.
    package
        What it is called by pip.
    commands
        The commands that do a job, one after the other; none if the tool does nothing of the kind.
    codes
        The exit codes that say: done, whatever was found.
    """

    name: str
    package: str
    commands: Callable[[Job], list[Command]]
    codes: tuple[int, ...] = (0, 1)

    @property
    def version(self) -> str:
        """The version installed; empty if it is not."""
        try:
            return version(self.package)
        except PackageNotFoundError:
            return ""


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a tool: what it keeps in its user's home goes to a scratch folder."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return os.environ | {"PYTHONPATH": path, "HOME": str(folder), "DSREADY_CACHE_DIR": str(folder / "cache")}


def script(name: str) -> str:
    """Return where a program is: beside this Python, or wherever the shell finds it."""
    return shutil.which(name, path=Path(sys.executable).parent) or shutil.which(name) or name


def dsready(*arguments: str) -> Command:
    """Return a command of dsready."""
    return [sys.executable, "-m", "dsready", *arguments]


def lint(train: Path, *arguments: str) -> Command:
    """Return a run of dsready that takes nothing from earlier ones."""
    return dsready("lint", str(train), *arguments, "--no-cache")


def _dsready(job: Job) -> list[Command]:
    match job.task:
        case "start":
            return [dsready("--version")]
        case "near-duplicates":
            return [lint(job.train, "--select", "DUP002")]
        case _:
            return [lint(job.train, *(["--eval", str(job.evals)] if job.evals else []))]


def _again(job: Job) -> list[Command]:
    """Return a run that may use what the one before has kept."""
    if job.task != "everything":
        return []
    return [dsready("lint", str(job.train), *(["--eval", str(job.evals)] if job.evals else []))]


def _cleanllm(job: Job) -> list[Command]:
    program, train = script("cleanllm"), str(job.train)
    if job.task == "start":
        return [[program, "--version"]]
    if job.task == "everything" and job.fields != "messages":  # its checks know no other records than chats
        return []
    near = [program, "dedup", train, "--out", "cleanllm.jsonl", "--near-dedup", "--near-dedup-threshold", THRESHOLD]
    if job.task == "near-duplicates":
        return [near]
    commands = [[program, "preflight", train, "--framework", "trl"], [program, "check-turns", train], near]
    if job.flat:
        leaks = ["--benchmark-file", f"eval={job.flat}", "--no-cache", "--no-progress"]
        commands.append([program, "decontaminate", train, "--out", "clean.jsonl", *leaks])
    return commands


def _soup(job: Job) -> list[Command]:
    data = [script("soup"), "data"]
    if job.task == "start":
        return [[script("soup"), "--version"]]
    if job.task == "everything" and job.fields != "messages":  # nor do these
        return []
    near = [*data, "dedup", str(job.train), "--output", "soup.jsonl", "--threshold", THRESHOLD]
    if job.task == "near-duplicates":
        return [near]
    commands = [[*data, "validate", str(job.train)], near]
    if job.evals:  # it reads nothing outside the folder it is run in
        benchmark = ["--benchmark-file", job.evals.name, "--output", "clean.jsonl"]
        commands.append([*data, "decontaminate", "--input", str(job.train), *benchmark])
    return commands


def _mmqa(job: Job) -> list[Command]:
    program = script("toolkit-mmqa")
    if job.task == "start":
        return [[program, "--version"]]
    if job.task == "everything" and job.fields != "messages":  # that would be its near-duplicates again
        return []
    field, near = ["--field", job.fields], ["--near-dup", "--near-dup-threshold", THRESHOLD, "--out", "mmqa.json"]
    commands = [[program, "dedup", "--input", str(job.train), *field, *near]]
    if job.task == "everything" and job.evals:
        files = ["--train", str(job.train), "--eval", f"eval={job.evals}"]
        commands.append([program, "contamination", *files, *field, "--out", "leaks.json"])
    return commands


def _parallelogram(job: Job) -> list[Command]:
    whole = job.task == "everything" and job.fields == "messages"  # nor does it
    return [[script("parallelogram"), "check", str(job.train)]] if whole else []


def _module(name: str, *tasks: Task, output: str = "") -> Callable[[Job], list[Command]]:
    def commands(job: Job) -> list[Command]:
        command = [sys.executable, "-m", f"benchmarks.peers.{name}", str(job.train)]
        return [command + ([output] if output else [])] if job.task in tasks else []

    return commands


TOOLS = (
    Tool("dsready", "dsready", _dsready),
    Tool("dsready, run again", "dsready", _again),
    Tool("datasketch", "datasketch", _module("datasketch_lsh", "near-duplicates", output="datasketch.txt")),
    Tool("rensa", "rensa", _module("rensa_lsh", "near-duplicates", output="rensa.txt")),
    Tool("cleanllm", "cleanllm", _cleanllm),
    Tool("soup", "soup-cli", _soup),
    Tool("toolkit-mmqa", "toolkit-mmqa", _mmqa),
    Tool("parallelogram", "parallelogram", _parallelogram, codes=(0, 1, 2)),
    Tool("langdetect alone", "langdetect", _module("langdetect_each", "everything")),
    Tool("orjson.loads alone", "orjson", _module("orjson_loads", "everything", "near-duplicates")),
)


def installed(only: list[str]) -> list[Tool]:
    """Return the tools that are there, dsready first; say which are not."""
    wanted = [
        tool for tool in TOOLS if not only or tool.package in only or tool.name in only or tool.package == "dsready"
    ]
    for tool in wanted:
        if not tool.version:
            print(f"{tool.name} is not installed: left out (pip install {tool.package})")
    return [tool for tool in wanted if tool.version]


def job(task: Task, inputs: Inputs, train: Path, evals: Path | None = None) -> Job:
    """Return a job, with its files as each tool needs them."""
    with train.open("rb") as file:
        fields = "messages" if b'"messages"' in file.readline() else "prompt,completion"
    return Job(task, train, evals, inputs.flat(evals) if evals else None, fields)
