"""What trainers and providers do to a training file, as profiles: which records they refuse, drop, cut or corrupt."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dsready import plugins
from dsready.errors import ConfigError, PluginError
from dsready.targets import where, whole
from dsready.targets.rule import Breach, Consequence, Problem, TargetRule, Tokens
from dsready.targets.target import Format, Target

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint

__all__ = [
    "ALL",
    "Breach",
    "Consequence",
    "Format",
    "Problem",
    "Target",
    "TargetRule",
    "Tokens",
    "chosen",
    "installed",
    "load",
    "where",
    "whole",
]

GROUP = "dsready.targets"
#: Instead of an id: look at the file with the eyes of every target, and judge it for none.
ALL = "all"


def installed() -> dict[str, EntryPoint]:
    """Return the entry point of every installed target by its id, in order of the ids. Imports none of them."""
    return plugins.installed(GROUP, "target")


@cache
def load(id_: str) -> Target:
    """
    Return a target.

    Raises
    ------
    ConfigError
        If there is none of this id.
    PluginError
        If it cannot be imported, is no target, or calls itself by another id.
    """
    known = installed()
    if id_ not in known:
        raise ConfigError(f"no target is called {id_!r}", plugins.suggestion(id_, [*known, ALL]))
    target = plugins.load(known[id_], "target")
    if not isinstance(target, Target):
        raise PluginError(f"{known[id_].value} is registered as a target but is none", "register a dsready Target")
    if target.id != id_:
        raise PluginError(
            f"the target {known[id_].value} is registered as {id_!r} and calls itself {target.id!r}",
            "give its entry point the name of its id",
        )
    return target


def chosen(ids: Iterable[str]) -> dict[str, Target]:
    """Return the targets of these ids, in order of the ids; of all that are installed, if one is `ALL`."""
    wanted = set(ids)
    if ALL in wanted:
        wanted = set(installed())
    return {id_: load(id_) for id_ in sorted(wanted)}
