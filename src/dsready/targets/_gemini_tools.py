"""The tools of a record for Gemini, as far as the types of Google's client look at them."""

from __future__ import annotations

from typing import Any

from dsready.targets import where

#: What tools, and functions among them, may have: in snake case.
_TOOLS = {
    *("function_declarations", "google_search", "google_search_retrieval", "google_maps", "url_context", "retrieval"),
    *("code_execution", "computer_use", "enterprise_web_search", "parallel_ai_search", "exa_ai_search", "file_search"),
    "mcp_servers",
}
_FUNCTION = {
    *("name", "description", "parameters", "response", "behavior"),
    *("parameters_json_schema", "response_json_schema"),
}


def _snake(key: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)


def _bad_tool(tool: Any) -> bool:
    if not isinstance(tool, dict) or not {_snake(key) for key in tool} <= _TOOLS:
        return True
    declared = tool.get("functionDeclarations", tool.get("function_declarations")) or []
    return not isinstance(declared, list) or not all(
        isinstance(one, dict) and {_snake(key) for key in one} <= _FUNCTION and isinstance(one.get("name"), str)
        for one in declared
    )


#: Tools are no list of what Gemini calls tools.
UNKNOWN_TOOLS = where.any_of(
    where.value("tools", lambda found: not isinstance(found, list | None)), where.each("tools", _bad_tool)
)
