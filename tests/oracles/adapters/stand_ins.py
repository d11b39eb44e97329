"""Stand-ins for what an oracle imports and does not need for judging records: torch above all."""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import sys
import types
from importlib.util import find_spec
from pathlib import Path
from typing import Any


class _Kind(type):
    """A class of which everything can be asked."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _anything(name)

    def __or__(cls, other: object) -> Any:
        return object

    __ror__ = __or__

    def __iter__(cls) -> Any:
        return iter(())


def _anything(name: str) -> Any:
    def call(self: Any, *arguments: Any, **_: Any) -> Any:
        return arguments[0] if len(arguments) == 1 and callable(arguments[0]) else self

    body = {
        "__init__": lambda _, *__, **___: None,
        "__call__": call,
        "__getattr__": lambda _, key: _anything(key)(),
        "__class_getitem__": classmethod(lambda cls, _: cls),
        "__enter__": lambda self: self,
        "__exit__": lambda *_: False,
        "__init_subclass__": classmethod(lambda _, **__: None),
    }
    return _Kind(name, (), body)


class _Module(types.ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _anything(name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def find_spec(self, name: str, *_: Any) -> Any:
        if any(name == known or name.startswith(f"{known}.") for known in self.names):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def pretend(*names: str) -> None:
    """Let modules be imported that are not there, or must not be: nothing of them is ever used."""
    sys.meta_path.insert(0, _Finder(names))


def bare(*names: str) -> None:
    """Let packages be imported without running their `__init__`, which would import half the world."""
    for name in names:
        parent, _, last = name.rpartition(".")
        module = types.ModuleType(name)
        module.__path__ = [str(folder(name))]
        sys.modules[name] = module
        if parent in sys.modules:
            setattr(sys.modules[parent], last, module)


def folder(name: str) -> Path:
    """Return where a package is, without importing it."""
    top, *rest = name.split(".")
    spec = find_spec(top) if top not in sys.modules else None
    places = spec.submodule_search_locations if spec else sys.modules[top].__path__
    return Path(next(iter(places)), *rest)


def taken(path: Path, names: set[str], given: dict[str, Any]) -> dict[str, Any]:
    """Run the named functions, classes and constants of a module, and nothing else of it, with what they need given."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kept = [node for node in ast.walk(tree) if _names(node) & names]
    future = ast.parse("from __future__ import annotations").body
    module = ast.fix_missing_locations(ast.Module([*future, *kept], []))
    exec(compile(module, str(path), "exec"), given)  # noqa: S102 - this is how a part of a module is run
    return given


def _names(node: ast.AST) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=[ast.Name(id=name)]):
            return {name}
    return set()
