"""One JSON object per line: the findings, and a summary at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from dsready.model import Report
    from dsready.output.look import Look


def render(report: Report, look: Look) -> bytes:  # noqa: ARG001  (JSON looks the same everywhere)
    """Return a line of type `finding` for each finding, and one of type `summary` with all the rest of the report."""
    whole = report.to_dict()
    lines = [{"type": "finding", **finding} for finding in whole.pop("findings")]
    lines.append({"type": "summary", **whole})
    return b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)
