"""Tools in conversations for Amazon Nova: declared in toolConfig, called by the assistant, answered by the user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dsready.targets import _converse as converse
from dsready.targets import where
from dsready.targets._say import CODE, REJECT, RUN, WARN, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsready.targets.rule import Row, TargetRule

_TOOLS = "toolConfig.tools"


def _no_call(found: Any) -> bool:
    return not (
        isinstance(found, dict)
        and all(isinstance(found.get(key), str) and found[key].strip() for key in ("toolUseId", "name"))
        and isinstance(found.get("input"), dict)
    )


def _no_result(found: Any) -> bool:
    content = found.get("content") if isinstance(found, dict) else None
    return not (
        isinstance(found, dict)
        and isinstance(found.get("toolUseId"), str)
        and isinstance(content, list)
        and content
        and all(
            isinstance(item, dict) and (isinstance(item.get("text"), str) != isinstance(item.get("json"), dict))
            for item in content
        )
    )


def _no_declaration(found: Any) -> bool:
    tool = found.get("toolSpec") if isinstance(found, dict) else None
    return not (
        isinstance(tool, dict)
        and all(isinstance(tool.get(key), str) and tool[key].strip() for key in ("name", "description"))
        and isinstance(where.value_at(tool, "inputSchema.json"), dict)
    )


def _names(row: Row) -> list[str]:
    return [
        str(where.value_at(tool, "toolSpec.name")) for _, tool in where.items(row, _TOOLS) if isinstance(tool, dict)
    ]


def _untyped(row: Row) -> str | None:
    for place, tool in where.items(row, _TOOLS):
        schema = where.value_at(tool, "toolSpec.inputSchema.json")
        if isinstance(schema, dict) and "type" not in schema:
            return place
    return None


def _declared_twice(row: Row) -> str | None:
    names = _names(row)
    return "/toolConfig/tools" if len(set(names)) < len(names) else None


def _undeclared(row: Row) -> str | None:
    """A tool is called that toolConfig does not have; without a toolConfig nobody looks."""
    if not isinstance(row.get("toolConfig"), dict):
        return None
    known = set(_names(row))
    return next(
        (place for place, call in converse.parts(row, "toolUse") if _part(call, "name") not in known),
        None,
    )


def _part(found: Any, key: str) -> str:
    return str(found.get(key)) if isinstance(found, dict) else ""


def _in_order(row: Row) -> Iterator[tuple[str, str, str]]:
    for place, turn in where.turns(row):
        for number, part in enumerate(converse.parts_of(turn)):
            for kind in ("toolUse", "toolResult"):
                if isinstance(part.get(kind), dict):
                    yield f"{place}/content/{number}/{kind}", kind, _part(part[kind], "toolUseId")


def _unmatched(row: Row) -> str | None:
    """A call uses an id again, or a result answers no call before it, or one that has been answered."""
    if not isinstance(row.get("toolConfig"), dict):
        return None
    called: set[str] = set()
    answered: set[str] = set()
    for place, kind, id_ in _in_order(row):
        if (kind == "toolUse" and id_ in called) or (kind == "toolResult" and (id_ not in called or id_ in answered)):
            return place
        (called if kind == "toolUse" else answered).add(id_)
    return None


TOOLS: tuple[TargetRule, ...] = (
    rule(
        "NOV-30",
        REJECT,
        CODE,
        "a toolUse without toolUseId, name and an input object",
        converse.part_with("toolUse", _no_call),
        quote="Invalid toolUse, input must be a JSON object",
    ),
    rule(
        "NOV-30-RESULT",
        REJECT,
        CODE,
        "a toolResult without toolUseId and a list of items that are either text or json",
        converse.part_with("toolResult", _no_result),
        quote="Invalid toolResult content, either text or json must be provided",
    ),
    rule(
        "NOV-30-ROLE",
        REJECT,
        CODE,
        "a toolUse that is not the assistant's, or a toolResult that is not the user's",
        where.any_of(
            converse.has_part("toolUse", roles=("user",)), converse.has_part("toolResult", roles=("assistant",))
        ),
        quote="Invalid content, toolUse can only be included in assistant messages",
    ),
    rule(
        "NOV-30-NAME",
        REJECT,
        RUN,
        "a tool that is called and not declared in toolConfig",
        text=_undeclared,
        quote="Invalid toolUse, tool 'zzz' not found in toolConfig.",
    ),
    rule(
        "NOV-30-ID",
        REJECT,
        RUN,
        "a toolUseId that is used twice, or a toolResult without a call before it",
        text=_unmatched,
        quote="Invalid toolResult, toolUseId 't9' not found in any preceding toolUse",
    ),
    rule(
        "NOV-31",
        WARN,
        "RUN, DOC",
        "tools: Nova 1 refuses them, and a page about Nova 2 says that the job may fail",
        where.any_of(where.has("toolConfig"), converse.has_part("toolUse", "toolResult")),
    ),
    rule(
        "NOV-31-CONFIG",
        REJECT,
        CODE,
        "a toolConfig without tools that have a name, a description and inputSchema.json",
        where.any_of(
            where.value("toolConfig", lambda found: not isinstance(found, dict | None)),
            lambda row: (
                "/toolConfig"
                if isinstance(row.get("toolConfig"), dict) and not row["toolConfig"].get("tools")
                else None
            ),
            where.value(_TOOLS, where.not_list),
            where.each(_TOOLS, _no_declaration),
        ),
        quote="Invalid toolConfig, tools list cannot be empty",
    ),
    rule(
        "NOV-31-TYPE",
        REJECT,
        CODE,
        "an inputSchema without a type",
        text=_untyped,
        quote="Invalid inputSchema, json must have a 'type' field",
    ),
    rule(
        "NOV-31-TWICE",
        REJECT,
        CODE,
        "two tools of the same name",
        text=_declared_twice,
        quote="Invalid toolConfig, duplicate tool names found",
    ),
)
