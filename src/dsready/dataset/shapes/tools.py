"""Declared functions, in any of the dialects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from dsready.dataset.example import Tool

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_tools(declared: Any) -> list[Tool] | None:
    """
    Read the value of a `tools` or `functions` column, a list or JSON text of one.

    Returns
    -------
    list[Tool] | None
        None where nothing is declared, or where one of the declarations is not understood: a built-in tool, for
        example. Then no call can be said to be undeclared.
    """
    if isinstance(declared, str):
        try:
            declared = orjson.loads(declared)
        except orjson.JSONDecodeError:
            return None
    if isinstance(declared, dict):
        declared = [declared]
    if not isinstance(declared, list):
        return None
    tools = []
    for item in declared:
        for specification in _specifications(item):
            name = specification.get("name")
            if not isinstance(name, str):
                return None
            tools.append(Tool(name, _required(specification)))
    return tools


def tools_of(value: dict[str, Any]) -> list[Tool] | None:
    """Read the functions that a record, or its `input`, declares under any of the usual keys."""
    return read_tools(declared(value))


def declared(value: dict[str, Any]) -> Any:
    """Return what stands under the first of the usual keys for declarations; None if there is none."""
    for key in ("tools", "functions", "available_tools"):
        if value.get(key) is not None:
            return value[key]
    configuration = value.get("toolConfig")
    return configuration.get("tools") if isinstance(configuration, dict) else None


def _specifications(item: Any) -> Iterator[dict[str, Any]]:
    """Unwrap a declaration: one function (OpenAI, Bedrock, flat) or several (Gemini). {} for what is no object."""
    if not isinstance(item, dict):
        yield {}
        return
    several = item.get("functionDeclarations", item.get("function_declarations"))
    if isinstance(several, list):
        for one in several:
            yield one if isinstance(one, dict) else {}
        return
    inner = next((item[key] for key in ("function", "toolSpec") if isinstance(item.get(key), dict)), item)
    yield inner


def _required(specification: dict[str, Any]) -> tuple[str, ...]:
    schema = next(
        (specification[key] for key in ("parameters", "inputSchema", "input_schema") if key in specification), None
    )
    if isinstance(schema, dict) and isinstance(schema.get("json"), dict):  # Bedrock
        schema = schema["json"]
    names = schema.get("required") if isinstance(schema, dict) else None
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return tuple(names)
    return ()
