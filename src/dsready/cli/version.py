"""`dsready version`: what runs here, for a report of a bug, and for who compares two results."""

from __future__ import annotations

import platform
import re
from typing import TYPE_CHECKING, Any

import click

from dsready.cli.outputs import as_json
from dsready.cli.terminal import emit
from dsready.escape import visible
from dsready.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command("version", short_help="Show the version of dsready and of all it rests on.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", help="[default: text]")
def command(output_format: str) -> None:
    """
    Show the version of dsready, of the score, of Python and the libraries, and what plug-ins add.

    Where two of these are the same, the same data has the same result. A report of a bug should hold them.
    """
    found = _found()
    emit(as_json(found) if output_format == "json" else "".join(f"{visible(line)}\n" for line in _lines(found)))


def _found() -> dict[str, Any]:
    from importlib.metadata import entry_points  # noqa: PLC0415  (--help needs none)

    from dsready import plugins, registry, targets  # noqa: PLC0415  (the same)
    from dsready.judging import metrics  # noqa: PLC0415  (the same)
    from dsready.score import scoring  # noqa: PLC0415  (the same)

    groups = {"checks": registry.GROUP, "targets": targets.GROUP, "metrics": metrics.GROUP}
    added: dict[str, dict[str, list[str]]] = {}
    for kind, group in groups.items():
        for id_, package in plugins.packages({point.name: point for point in entry_points(group=group)}).items():
            added.setdefault(package, {kind: [] for kind in groups})[kind].append(id_)
    return {
        "dsready": VERSION,
        "scoring": scoring()["version"],
        "python": platform.python_version(),
        "platform": platform.platform(),
        "libraries": _libraries(),
        "plugins": [{"package": package, **kinds} for package, kinds in sorted(added.items())],
    }


def _libraries() -> dict[str, str]:
    """Return the versions of the libraries that are required, by name; "" where one is not installed."""
    from importlib.metadata import PackageNotFoundError, requires, version  # noqa: PLC0415  (--help needs none)

    found = {}
    for line in requires("dsready") or ():
        name = re.match(r"[\w.-]+", line)
        if name and "extra ==" not in line:
            try:
                found[name[0]] = version(name[0])
            except PackageNotFoundError:
                found[name[0]] = ""
    return found


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"dsready {found['dsready']}, scoring version {found['scoring']}"
    yield f"Python {found['python']}, {found['platform']}"
    yield from (f"  {name} {version or 'is missing'}" for name, version in found["libraries"].items())
    for plugin in found["plugins"]:
        kinds = [f"{kind} {', '.join(plugin[kind])}" for kind in ("checks", "targets", "metrics") if plugin[kind]]
        yield f"{plugin['package']} adds {'; '.join(kinds)}"
