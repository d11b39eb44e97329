"""The frozen values that leave dsready: rules, findings, outcomes, the score, the report."""

from dsready.model.report import Advice, InputFile, Outcome, Report, Reports, Spread, Status, Summary, Turn
from dsready.model.rules import (
    SHOWN_HASH,
    STORED_HASH,
    Dimension,
    Finding,
    Frozen,
    Location,
    Rule,
    Scope,
    Severity,
    Suppression,
)
from dsready.model.score import DimensionScore, Gate, Metric, MetricScore, Score, Word

__all__ = [
    "SHOWN_HASH",
    "STORED_HASH",
    "Advice",
    "Dimension",
    "DimensionScore",
    "Finding",
    "Frozen",
    "Gate",
    "InputFile",
    "Location",
    "Metric",
    "MetricScore",
    "Outcome",
    "Report",
    "Reports",
    "Rule",
    "Scope",
    "Score",
    "Severity",
    "Spread",
    "Status",
    "Summary",
    "Suppression",
    "Turn",
    "Word",
]
