"""From the report to text or bytes: one module per format, each a pure function."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING

from dsready.errors import ConfigError
from dsready.escape import escaped
from dsready.files import replace
from dsready.output.block import updated
from dsready.output.look import Look

if TYPE_CHECKING:
    from os import PathLike

    from dsready.model import Report

__all__ = ["CAPPED", "FORMATS", "PROSE", "Look", "harmless", "harmless_json", "render", "write"]

#: Each format's module in this package; it has a pure function `render(reports, look)` for the reports of one run, one
#: for each data set. A new format is a line and a module.
FORMATS = {
    "full": "full",
    "concise": "concise",
    "statistics": "counts",
    "json": "json_whole",
    "json-lines": "json_lines",
    "github": "github",
    "sarif": "sarif",
    "gitlab": "gitlab",
    "junit": "junit",
    "markdown": "markdown",
    "html": "html",
    "badge": "badge",
    "badge-svg": "badge_svg",
}

#: These are for people, and end in a line that says why the run fails, if nothing above it shows that.
PROSE = frozenset({"full", "concise", "statistics", "github"})
#: These show a few examples of each rule, or none; the others list all that is found.
CAPPED = frozenset({"full", "statistics", "github", "markdown", "html", "badge", "badge-svg"})
#: These are a block in a file that holds more than that.
BLOCKS = frozenset({"markdown"})
#: In a file whose name ends like this, a format is written in another form.
BY_SUFFIX = {("badge", ".svg"): "badge-svg"}

#: The runners of GitHub Actions take `::command::` at the start of a line, and `##[command]` anywhere in it, for
#: orders; those of Azure Pipelines and TeamCity `##vso[command]` and `##teamcity[command]`. A data set, or the name of
#: a file, must not give any.
_OLD_COMMAND = re.compile(r"##(\w*)\[", re.ASCII)
_OLD_COMMAND_BYTES = re.compile(rb"##(\w*)\[")
_COMMAND = re.compile(r"^((?:\s|\x1b\[[\d;]*m)*):(?=:)", re.MULTILINE)
#: What JSON may hold as it is and a terminal obeys, in UTF-8: DEL, C1, and what turns the direction of text.
_UNSEEN = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf")


def render(reports: Report | Sequence[Report], form: str, look: Look) -> str | bytes:
    """
    Return one report, or all those of a run, in one of `FORMATS`: text for people, bytes for programs.

    In text no CI runner finds an order. Bytes may be orders: the format that writes them sees to it that they are its
    own.
    """
    module = import_module(f"dsready.output.{FORMATS[form]}")
    content: str | bytes = module.render(reports if isinstance(reports, Sequence) else [reports], look)
    return harmless(content) if isinstance(content, str) else harmless_json(content)


def harmless(text: str) -> str:
    """Return text in which no CI runner finds an order; all other text comes back as it is."""
    return _COMMAND.sub(r"\1\\u003a", _OLD_COMMAND.sub(r"##\1\\u005b", text))


def harmless_json(content: bytes) -> bytes:
    """Return JSON in which no CI runner finds an order and no terminal a control; its values stay as they are."""
    # In JSON all of this can only stand inside a string.
    return _OLD_COMMAND_BYTES.sub(rb"##\1\\u005b", _UNSEEN.sub(_escaped, content))


def _escaped(found: re.Match[bytes]) -> bytes:
    return escaped(found[0].decode()).encode()


def write(reports: Report | Sequence[Report], form: str, path: str | PathLike[str], look: Look | None = None) -> None:
    """
    Write one report, or all those of a run, to a file, all of it or nothing.

    Parameters
    ----------
    reports
        What `lint` returned.
    form
        One of `FORMATS`; one of `BLOCKS` replaces its own block in a file that is there, or is appended to it. To the
        summary of a step of GitHub Actions it is always appended.
    path
        The file.
    look
        How it is to look; None for what suits where it is written.

    Raises
    ------
    ConfigError
        If no format is called so.
    InputError
        If the file cannot be written, or has no one block to replace.
    """
    if form not in FORMATS:
        raise ConfigError(f"no format is called {form!r}", f"known: {', '.join(FORMATS)}")
    if look is None:
        from dsready.output.here import repository_paths, today  # noqa: PLC0415  (--help needs none)

        every = reports if isinstance(reports, Sequence) else [reports]
        look = Look(paths=repository_paths(every), date=today())
    content = render(reports, BY_SUFFIX.get((form, PurePath(path).suffix.lower()), form), look)
    made = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    replace(path, updated(path, made) if form in BLOCKS else made)
