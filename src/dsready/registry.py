"""Which checks there are: found by entry points, loaded when selected."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from dsready import plugins
from dsready.errors import ConfigError, PluginError
from dsready.plugins import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.metadata import EntryPoint

    from dsready.check import Check
    from dsready.model import Rule

GROUP = "dsready.checks"


def installed() -> dict[str, EntryPoint]:
    """
    Return the entry point of every installed check by the check's id, in order of the ids. Imports none of them.

    Raises
    ------
    PluginError
        If two distributions offer a check of the same id.
    """
    return plugins.installed(GROUP, "check")


@cache
def packages() -> dict[str, str]:
    """Return name and version of the package that adds a check, by the check's id; dsready's own are not in it."""
    return plugins.packages(installed())


@cache
def load() -> dict[str, type[Check[Any]]]:
    """
    Import every installed check.

    Raises
    ------
    PluginError
        If one does not import, is no check, calls itself by another id, or claims a rule code that is taken.
    """
    checks: dict[str, type[Check[Any]]] = {}
    owners: dict[str, str] = {}
    for id_, point in installed().items():
        check = _load(point)
        if check.id != id_:
            raise PluginError(
                f"the check {point.value} is registered as {id_!r} and calls itself {check.id!r}",
                "give its entry point the name of its id",
            )
        for name in {name for rule in check.rules for name in (rule.code, rule.name)}:
            if name in owners:
                raise PluginError(f"the rule {name} belongs to both {owners[name]!r} and {id_!r}", "rename one of them")
            owners[name] = id_
        checks[id_] = check
    return checks


def _load(point: EntryPoint) -> type[Check[Any]]:
    from dsready.check import Check  # noqa: PLC0415  (pydantic is not needed to list what is installed)

    check = plugins.load(point, "check")
    if not (isinstance(check, type) and issubclass(check, Check)):
        raise PluginError(f"{point.value} is registered as a check but is none", "register a subclass of dsready.Check")
    return check


def rules(checks: Iterable[type[Check[Any]]] | None = None) -> dict[str, tuple[type[Check[Any]], Rule]]:
    """Return every rule by its code, in order, with the check it belongs to."""
    found = {rule.code: (check, rule) for check in checks or load().values() for rule in check.rules}
    return dict(sorted(found.items()))


def select(names: Iterable[str], among: Mapping[str, tuple[type[Check[Any]], Rule]]) -> set[str]:
    """
    Return the rule codes that `names` stand for: codes, prefixes of codes, rule names, check ids, or ALL.

    Raises
    ------
    ConfigError
        If a name stands for no rule; with the nearest ones that do.
    """
    chosen: set[str] = set()
    for name in names:
        found = {
            code
            for code, (check, rule) in among.items()
            if name == "ALL" or name in (rule.name, check.id) or code.startswith(name.upper())
        }
        if not name or not found:
            known = sorted(
                {*among, *(rule.name for _, rule in among.values()), *(check.id for check, _ in among.values())}
            )
            raise ConfigError(f"no rule is called {name!r}", suggestion(name, known))
        chosen |= found
    return chosen
