"""The whole report as one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from dsready.model import Report
    from dsready.output.look import Look


def render(report: Report, look: Look) -> bytes:  # noqa: ARG001  (JSON looks the same everywhere)
    """Return the report as indented JSON; the same report gives the same bytes."""
    return orjson.dumps(report.to_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
