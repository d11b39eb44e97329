from __future__ import annotations

import json

from dsready.model import Report
from dsready.output import Look, render


def test_json_is_the_report(report):
    content = render(report, "json", Look())

    assert Report.model_validate_json(content) == report
    assert content.endswith(b"\n}\n")
    assert content == render(report, "json", Look(color=True, ascii=True, quiet=True))


def test_json_lines_end_with_the_summary(report):
    *findings, summary = map(json.loads, render(report, "json-lines", Look()).splitlines())

    assert [finding["type"] for finding in findings] == ["finding"] * len(report.findings)
    assert summary["type"] == "summary"
    assert summary["summary"]["score"] == 87
    assert "findings" not in summary


def test_breaking_an_order_leaves_the_value_alone(report):
    finding = report.findings[0].model_copy(update={"message": "##[add-mask]x"})
    content = render(report.model_copy(update={"findings": (finding,)}), "json", Look())

    assert b"##[" not in content
    assert json.loads(content)["findings"][0]["message"] == "##[add-mask]x"
