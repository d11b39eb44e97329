"""What a command shows, and files that it writes beside: `--output FORMAT=PATH`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dsready.cli import complete
from dsready.cli.terminal import emit
from dsready.errors import ConfigError
from dsready.files import identity, replace
from dsready.output import Look, harmless_json
from dsready.output.block import updated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

F = TypeVar("F", bound="Callable[..., Any]")
Outputs = list[tuple[str, str]]


def written(forms: Iterable[str]) -> Callable[[F], F]:
    """Add the option `--output`; its value is a list of formats and paths."""
    known = tuple(forms)

    def split(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> Outputs:
        """Split `json=result.json`."""
        pairs: Outputs = []
        for value in values:
            form, _equals, path = value.partition("=")
            if form not in known or not path:
                raise click.BadParameter(f"{value!r} is not FORMAT=PATH with one of {', '.join(known)}.")
            pairs.append(target(form, path))
        spare({}, pairs)
        return pairs

    return click.option(
        "--output",
        "outputs",
        multiple=True,
        callback=split,
        metavar="FORMAT=PATH",
        shell_complete=complete.outputs(known),
        help="Write a file too; repeatable.",
    )


def target(form: str, path: str) -> tuple[str, str]:
    """Return format and path of a file, and fail before the work is done if it could not be written after it."""
    folder = os.path.dirname(os.path.realpath(path))  # noqa: PTH120  (pathlib raises where a name is too long)
    if not os.path.isdir(folder) or os.path.isdir(path):  # noqa: PTH112  (the same)
        raise click.BadParameter(f"{path!r} cannot be written: it is a folder, or its folder does not exist.")
    return form, path


def spare(read: Mapping[str | int, str], outputs: Outputs) -> None:
    """
    Refuse to write over a file that is read, and to write one twice.

    Parameters
    ----------
    read
        What each file is, by its path or descriptor.
    outputs
        Formats and paths.
    """
    taken = {identity(path): what for path, what in read.items()}
    for form, path in outputs:
        same = identity(path)
        if same and same in taken:
            raise ConfigError(f"--output {form}={path} would overwrite {taken[same]}", "give it a file of its own")
        taken[same] = "another output"


def deliver(
    rendered: Callable[[str, Look], str | bytes],
    outputs: Outputs,
    block: str,
    shown: tuple[str, Look],
) -> None:
    """
    Write the files, then show the result.

    Parameters
    ----------
    rendered
        Gives the result in a format, for a look.
    outputs
        Formats and paths of the files.
    block
        The name of the block that Markdown keeps to in its file.
    shown
        Format and look of standard output.
    """
    form, look = shown
    for other, target in outputs:
        content = rendered(other, Look(max_examples=look.max_examples))
        made = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
        replace(target, updated(target, made, block) if other == "markdown" else made)
    emit(rendered(form, look), color=look.color)


def as_json(value: Any) -> bytes:
    """Write plain values as indented JSON in which no CI runner finds an order."""
    import orjson  # noqa: PLC0415  (--help needs none)

    return harmless_json(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
