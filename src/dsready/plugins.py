"""What other distributions add: entry points, found without importing any, loaded with a message that names them."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from dsready.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.metadata import EntryPoint

_MOST_NAMES = 20  # in a message


def installed(group: str, what: str) -> dict[str, EntryPoint]:
    """
    Return the entry points of a group by their names, in order. Imports none of them.

    Parameters
    ----------
    group
        Name of the group, as in `[project.entry-points."…"]`.
    what
        What stands there, for messages: "check".

    Raises
    ------
    PluginError
        If two distributions offer different ones under the same name.
    """
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=group), key=lambda point: (point.name, point.value)):
        other = found.get(point.name)
        if other is not None and other.value != point.value:
            raise PluginError(
                f"two {what}s are called {point.name!r}: {other.value} and {point.value}",
                "uninstall one of the two packages, or ask its author for another id",
            )
        found[point.name] = point
    return found


def packages(points: Mapping[str, EntryPoint]) -> dict[str, str]:
    """Return name and version of the distribution that adds an entry point, by its name, where that is not dsready."""
    # Each look at the metadata parses them anew.
    known = {dist: dist.metadata for dist in {point.dist for point in points.values()} if dist}
    added = {name: known[point.dist] for name, point in points.items() if point.dist}
    return {name: f"{told['Name']} {told['Version']}" for name, told in added.items() if told["Name"] != "dsready"}


def load(point: EntryPoint, what: str) -> Any:
    """
    Import what an entry point names.

    Raises
    ------
    PluginError
        If that fails, for whatever reason.
    """
    try:
        return point.load()
    except Exception as error:
        where = point.dist.name if point.dist else point.value
        raise PluginError(
            f"the {what} {point.name!r} of {where} cannot be loaded: {type(error).__name__}: {error}",
            f"mend or uninstall {where}",
        ) from error


def suggestion(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant: "did you mean …?", or the list of all if none is near."""
    known = sorted(known)
    near = get_close_matches(name, known, n=1) or get_close_matches(name.upper(), known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known: {', '.join(known[:_MOST_NAMES])}" + (" …" if len(known) > _MOST_NAMES else "")
