"""What the GitHub Action does: install dsready, lint, and tell the workflow what was found. Standard library only."""

from __future__ import annotations

import json
import os
import re
import secrets
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: The oldest Python that dsready runs with. This file itself is read by older ones, to say so.
NEEDED = (3, 11)
UNUSABLE = 2
SIGNALLED = 128
#: The options that inputs stand for. A value is joined to its option, so that it is never taken for one itself.
OPTIONS = {
    "DSR_EVAL": "--eval",
    "DSR_CONFIG": "--config",
    "DSR_MIN_SCORE": "--min-score",
    "DSR_FAIL_ON": "--fail-on",
    "DSR_BASELINE": "--baseline",
    "DSR_REPORT": "--report",
}
LISTS = ("DSR_EVAL",)
#: How dsready tells an error, in colours or not.
ERROR = re.compile(r"(\x1b\[[0-9;]*m)*error: (\x1b\[[0-9;]*m)*(?P<what>.*)")


class UnusableError(Exception):
    """An input that cannot be used, or a machine that lacks something."""


def main(environment: Mapping[str, str], install: Callable[[str, Path], Sequence[str]] | None = None) -> int:
    """
    Lint as the inputs in the environment say, write the outputs, and return the exit code.

    `install` takes what pip is to install and an empty folder, and returns the command that runs dsready.
    """
    folder = Path(tempfile.mkdtemp(prefix="dsready-", dir=environment.get("RUNNER_TEMP")))
    result = folder / "dsready.json"
    try:
        check_python()
        arguments = lint_arguments(environment, result)
        command = (install or installed)(requirement(environment), folder / "venv")
        code, errors = run([*command, *arguments])
        if code not in (0, 1):
            annotate("; ".join(errors) or f"dsready ended with {code}: see the log")
        check_result(code, result)
    except UnusableError as error:
        annotate(str(error))
        code = UNUSABLE
    write_outputs(environment, {**summed(result), "exit-code": str(code)})
    return code


def check_python() -> None:
    """Make sure that dsready runs with this Python."""
    if sys.version_info < NEEDED:
        found = ".".join(map(str, sys.version_info[:3]))
        raise UnusableError(f"dsready needs Python 3.11 or later, and this is {found}: use actions/setup-python")


def lint_arguments(environment: Mapping[str, str], result: Path) -> list[str]:
    """Return the command line that the inputs ask for, without the program; nothing in it is seen by a shell."""
    form = "github" if switch(environment, "DSR_ANNOTATIONS") else "full"
    arguments = ["lint", f"--output-format={form}", f"--output=json={result}"]
    summary = environment.get("GITHUB_STEP_SUMMARY")
    if summary and switch(environment, "DSR_SUMMARY"):
        arguments.append(f"--output=markdown={summary}")
    if sarif := environment.get("DSR_SARIF", "").strip():
        arguments.append(f"--output=sarif={sarif}")
    if switch(environment, "DSR_SHOW_CONTENT", "false"):
        arguments.append("--show-content=always")
    for name, option in OPTIONS.items():
        given = environment.get(name, "")
        values = lines(given) if name in LISTS else [given.strip()]
        arguments += [f"{option}={value}" for value in values if value]
    try:
        arguments += shlex.split(environment.get("DSR_ARGS", ""))
    except ValueError as error:
        raise UnusableError(f"the input args cannot be split: {error}") from error
    return [*arguments, "--", *lines(environment.get("DSR_PATHS", ""))]


def lines(text: str) -> list[str]:
    """Return the lines of an input, without blank ones."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def switch(environment: Mapping[str, str], name: str, default: str = "true") -> bool:
    """Read an input that is true or false; the runner gives text."""
    given = environment.get(name, default).strip().lower()
    if given not in ("true", "false"):
        raise UnusableError(f"the input {name[4:].lower().replace('_', '-')} is true or false, not {given!r}")
    return given == "true"


def requirement(environment: Mapping[str, str]) -> str:
    """Return what pip is to install: a released version, or the checkout of this action."""
    version = environment.get("DSR_VERSION", "").strip()
    if not version:
        return str(Path(__file__).resolve().parent.parent)
    if not re.fullmatch(r"[0-9][0-9A-Za-z.+!-]*", version):
        raise UnusableError(f"the input version is a version such as 0.1.0, not {version!r}")
    return f"dsready=={version}"


def installed(what: str, folder: Path) -> list[str]:
    """Install dsready into a new virtual environment; its scripts do not import from the working directory."""
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(scripts / "python"), "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", what]
    for command in ([sys.executable, "-I", "-m", "venv", str(folder)], pip):
        if subprocess.run(command, check=False).returncode:
            raise UnusableError(f"{what} cannot be installed: see the log above")
    return [str(scripts / "dsready")]


def run(command: Sequence[str]) -> tuple[int, list[str]]:
    """
    Run a command, and pass on what it says on standard error.

    Returns
    -------
    Its exit code, of one that was killed that of a shell; and the errors that it told.
    """
    errors = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8", errors="backslashreplace") as process:
        for line in process.stderr or ():
            print(line, end="", file=sys.stderr, flush=True)
            if told := ERROR.fullmatch(line.rstrip("\n")):
                errors.append(told["what"])
    return process.returncode if process.returncode >= 0 else SIGNALLED - process.returncode, errors


def check_result(code: int, result: Path) -> None:
    """Make sure that a run that ended well has checked something."""
    if not code and not result.exists():
        raise UnusableError("there is no result, so nothing was checked: see the input args")


def summed(result: Path) -> dict[str, str]:
    """Return the outputs that are read from the result; of several data sets the worst, or the sum."""
    found = {"score": "", "ready": "false", "errors": "", "warnings": "", "json": ""}
    if result.exists():
        found["json"] = str(result)
        whole = json.loads(result.read_bytes())
        sums: list[dict[str, Any]] = [report["summary"] for report in whole.get("reports", [whole])]
        found["score"] = str(min(one["score"] for one in sums))
        found["ready"] = "true" if all(one["ready"] for one in sums) else "false"
        found.update({name: str(sum(one[name] for one in sums)) for name in ("errors", "warnings")})
    return found


def write_outputs(environment: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Append to the file that the runner reads outputs from; no value can end its own, or begin another."""
    path = environment.get("GITHUB_OUTPUT")
    if path:
        end = f"dsready-{secrets.token_hex(16)}"
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines(f"{name}<<{end}\n{value}\n{end}\n" for name, value in outputs.items())


def annotate(text: str) -> None:
    """Show an error beside the step."""
    print(f"::error title=dsready::{escaped(text)}", flush=True)


def escaped(text: str) -> str:
    """Escape a text for a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


if __name__ == "__main__":
    sys.exit(main(os.environ))
