"""Declared functions: from every dialect to OpenAI's form, and from there to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from dsready.convert.dialogue import parsed
from dsready.convert.exact import exact
from dsready.convert.notes import void

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Keys under which they stand.
COLUMNS = ("tools", "functions", "available_tools")
#: Keys under which the schema of the parameters stands: OpenAI, Anthropic, MCP and Bedrock.
SCHEMAS = ("parameters", "input_schema", "inputSchema")
#: The types of a function whose description is not wrapped: OpenAI's responses, Anthropic.
_BARE = (None, "function", "custom")


def read_tools(value: dict[str, Any]) -> tuple[tuple[dict[str, Any], ...], frozenset[str]]:
    """Return the functions that a record declares, and the keys read with them; an empty column declares none."""
    empty = frozenset(key for key in COLUMNS if key in value and void(value[key]))
    for key in COLUMNS:
        if key not in value or key in empty:
            continue
        declared = value[key]
        if isinstance(declared, str):
            try:
                declared = exact(declared)
            except ValueError:  # also what cannot be read exactly: it stays a text
                continue
        if isinstance(declared, dict):
            declared = [declared]
        if isinstance(declared, list) and all(isinstance(item, dict) for item in declared):
            return tuple(tool for item in declared for tool in _wrapped(item)), empty | {key}
    return (), empty


def _wrapped(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Put the bare description of a function into OpenAI's wrapping; a built-in tool stays what it is."""
    held = item.get("functionDeclarations", item.get("function_declarations"))
    if isinstance(held, list) and len(item) == 1 and all(isinstance(function, dict) for function in held):
        yield from ({"type": "function", "function": _described(function)} for function in held)
    elif isinstance(item.get("toolSpec"), dict) and len(item) == 1:
        yield {"type": "function", "function": _described(item["toolSpec"])}
    elif isinstance(item.get("function"), dict):
        yield {"type": "function", **item, "function": _described(item["function"])}
    elif isinstance(item.get("name"), str) and item.get("type") in _BARE:
        yield {"type": "function", "function": _described({k: v for k, v in item.items() if k != "type"})}
    else:
        yield item


def _described(function: dict[str, Any]) -> dict[str, Any]:
    """Bring the description of a function into OpenAI's spelling: others differ in where the schema stands."""
    key = next((key for key in SCHEMAS if function.get(key) is not None), "")
    rest = {name: held for name, held in function.items() if name != key and (held is not None or name not in SCHEMAS)}
    if not key:
        return rest
    schema = function[key]
    if key == "inputSchema" and isinstance(schema, dict) and schema.keys() == {"json"}:
        schema = schema["json"]
    return {**rest, "parameters": parsed(schema)}


def functions(tools: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """Return the descriptions of those tools that are functions."""
    return [tool["function"] for tool in tools if is_function(tool)]


def is_function(tool: dict[str, Any]) -> bool:
    """Tell a function from a built-in tool, and from whatever else may stand in such a list."""
    function = tool.get("function")
    return isinstance(function, dict) and isinstance(function.get("name"), str) and tool.get("type") == "function"


def as_text(tools: tuple[dict[str, Any], ...]) -> str:
    """Write them as LLaMA-Factory takes them: as JSON text, so that no loader infers columns from them."""
    return orjson.dumps(list(tools)).decode()


def to_bedrock(tools: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """Write them as `toolConfig.tools`."""
    return [{"toolSpec": _specification(function)} for function in functions(tools)]


def _specification(function: dict[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in function.items() if key != "parameters"}
    return {**rest, "inputSchema": {"json": function["parameters"]}}


def from_bedrock(configuration: Any) -> tuple[tuple[dict[str, Any], ...], bool]:
    """Read `toolConfig`; the second value tells whether that was all of it."""
    if not isinstance(configuration, dict) or not isinstance(configuration.get("tools"), list):
        return (), configuration is None
    found = []
    for item in configuration["tools"]:
        specification = item.get("toolSpec") if isinstance(item, dict) else None
        if isinstance(specification, dict):
            found.append({"type": "function", "function": _described(specification)})
    whole = all(isinstance(item, dict) and item.keys() == {"toolSpec"} for item in configuration["tools"])
    return tuple(found), whole and len(found) == len(configuration["tools"]) and configuration.keys() == {"tools"}


def to_gemini(tools: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """Write them as Gemini's `tools`."""
    return [{"functionDeclarations": functions(tools)}]


def from_gemini(declared: Any) -> tuple[tuple[dict[str, Any], ...], bool]:
    """Read Gemini's `tools`; the second value tells whether that was all of it."""
    found, whole = [], True
    for item in declared if isinstance(declared, list) else [declared] if declared is not None else []:
        held = item.get("functionDeclarations", item.get("function_declarations")) if isinstance(item, dict) else None
        if not isinstance(held, list) or len(item) > 1:
            whole = False
        for function in held if isinstance(held, list) else []:
            if isinstance(function, dict):
                found.append({"type": "function", "function": _described(function)})
            else:
                whole = False
    return tuple(found), whole
