"""
The readiness score: a pure function from metrics to a number, with every lost point accounted for.

SCORING: the weighted mean of the dimensions' subscores, under three caps. All anchors, weights and caps are data, in
`scoring/v1.toml`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from math import floor, log10
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from dsready.errors import ConfigError
from dsready.model import Dimension, DimensionScore, MetricScore, Score, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dsready.model import Metric, Report

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
NOT_APPLICABLE = "not applicable, says the configuration"
_EXACT = 9  # decimals that count before rounding down: 99.9999999999 is 100

Anchors = tuple[tuple[float, float], ...]


class Goal(NamedTuple):
    """What one goal asks of the number of examples, and who says so."""

    floor: int
    recommended: int
    floor_source: str
    recommended_source: str
    anchors: Anchors


class Assessed(NamedTuple):
    """
    What is known of one dimension.

    `reason` says why it was not assessed, "" if it was; if `partly`, it was, but not by all its checks. `blockers` maps
    the codes of its rules that block to their counts.
    """

    dimension: Dimension
    metrics: Sequence[Metric]
    reason: str
    blockers: Mapping[str, int]
    partly: bool = False


@cache
def _table(version: int = 1) -> dict[str, Any]:
    return tomllib.loads(files("dsready.scoring").joinpath(f"v{version}.toml").read_text("utf-8"))


def scoring() -> dict[str, Any]:
    """Return the version of the score, its caps, by name, and the least points of each verdict, by word."""
    return {name: _table()[name] for name in ("version", "caps", "verdicts")}


@cache
def goal_of(name: str) -> Goal:
    """Return the thresholds of a goal."""
    goal = _table()["goals"][name]
    return Goal(
        goal["floor"],
        goal["recommended"],
        goal["floor_source"],
        goal["recommended_source"],
        tuple((float(count), float(score)) for count, score in goal["anchors"]),
    )


def score(dimensions: Iterable[Assessed], goal: str) -> Score:
    """
    Work out the readiness score.

    Parameters
    ----------
    dimensions
        Those that some installed check feeds. One that does not apply has `NOT_APPLICABLE` as its reason: it counts for
        nothing, and is shown.
    goal
        Key of the example thresholds.
    """
    known = list(dimensions)
    metrics = {part.dimension: tuple(_metric_score(metric, goal) for metric in part.metrics) for part in known}
    subscores: dict[Dimension, float | None] = {
        part.dimension: None
        if part.reason and not part.partly
        else min((metric.score for metric in metrics[part.dimension]), default=100.0)
        for part in known
    }
    reasons = {part.dimension: part.reason for part in known}
    blockers = {part.dimension: dict(part.blockers) for part in known}
    return _assembled(subscores, reasons, metrics, blockers, goal)


def rescore(report: Report, overrides: Mapping[str, float]) -> Score:
    """
    Work the score of a report out again with other subscores.

    Raises
    ------
    ConfigError
        If a dimension is unknown or a subscore is not between 0 and 100.
    """
    known = {part.id: part for part in report.dimensions}
    for name, value in overrides.items():
        if name not in known:
            raise ConfigError(f"no dimension is called {name!r}", f"known: {', '.join(known)}")
        if not 0 <= value <= 100:  # noqa: PLR2004  (the scale)
            raise ConfigError(f"{name} = {value:g} is not between 0 and 100", "give a subscore")
    subscores = {id_: overrides.get(id_, part.score) for id_, part in known.items()}
    reasons = {id_: "" if id_ in overrides else part.reason for id_, part in known.items()}
    metrics = {id_: part.metrics for id_, part in known.items()}
    found = report.readiness.blockers
    # Who sets a dimension to 100 says that its defects are gone, the blocking ones too.
    blockers = {
        id_: {code: found[code] for code in part.rules if code in found and overrides.get(id_) != 100}  # noqa: PLR2004
        for id_, part in known.items()
    }
    return _assembled(subscores, reasons, metrics, blockers, report.readiness.goal)


def _assembled(
    subscores: Mapping[Dimension, float | None],
    reasons: Mapping[Dimension, str],
    metrics: Mapping[Dimension, tuple[MetricScore, ...]],
    blockers: Mapping[Dimension, Mapping[str, int]],
    goal: str,
) -> Score:
    weights: dict[str, int] = _table()["weights"]
    blocked = any(blockers.values())
    gap = any(reason not in ("", NOT_APPLICABLE) for reason in reasons.values())
    assessed = {id_: value for id_, value in subscores.items() if value is not None}
    missing = [id_ for id_, reason in reasons.items() if reason not in ("", NOT_APPLICABLE) and subscores[id_] is None]
    limits = _limits(assessed, gap=gap, blocked=blocked)
    final = _number(limits)
    worst = {**assessed, **dict.fromkeys(missing, 0.0)}
    best = {**assessed, **dict.fromkeys(missing, 100.0)}
    total = sum(weights[id_] for id_ in assessed) or 1
    parts = []
    for id_ in DIMENSIONS:
        if id_ not in subscores:
            continue
        value = subscores[id_]
        mended = {**assessed, id_: 100.0}
        still = any(found for other, found in blockers.items() if other != id_)
        parts.append(
            DimensionScore(
                id=id_,
                weight=weights[id_],
                score=None if value is None else round(value, _EXACT),
                lost=0.0 if value is None else weights[id_] * (100 - value) / total,
                gain=0 if value is None else _number(_limits(mended, gap=gap, blocked=still)) - final,
                because=_because(value, metrics[id_]),
                rules=_costly(metrics[id_], blockers[id_]),
                reason=reasons[id_],
                metrics=metrics[id_],
            )
        )
    return Score(
        version=_table()["version"],
        goal=goal,
        score=final,
        low=_number(_limits(worst, gap=gap, blocked=blocked)),
        high=_number(_limits(best, gap=False, blocked=blocked)),
        base=round(limits["base"], _EXACT),
        verdict=verdict(final),
        limits={name: round(limit, _EXACT) for name, limit in limits.items() if name != "base"},
        limited_by=_limited_by(limits, assessed),
        without_blockers=_number(_limits(assessed, gap=gap, blocked=False)),
        blockers=dict(sorted((code, count) for found in blockers.values() for code, count in found.items())),
        dimensions=tuple(parts),
    )


def _limits(subscores: Mapping[Dimension, float], *, gap: bool, blocked: bool) -> dict[str, float]:
    """Return the weighted mean and each cap that holds, by name."""
    weights, caps = _table()["weights"], _table()["caps"]
    if not subscores:
        return {"base": 0.0}
    total = sum(weights[id_] for id_ in subscores)
    limits = {"base": sum(weights[id_] * value for id_, value in subscores.items()) / total}
    limits["weak"] = caps["weak"] + min(subscores.values()) / 2
    if gap:
        limits["gap"] = caps["gap"]
    if blocked:
        limits["stop"] = caps["stop"]
    return limits


def _number(limits: Mapping[str, float]) -> int:
    return floor(round(min(limits.values()), _EXACT))


def _limited_by(limits: Mapping[str, float], subscores: Mapping[Dimension, float]) -> str:
    name = min(limits, key=lambda limit: (limits[limit], limit != "stop", limit != "gap"))
    if name == "base":
        return ""
    if name == "weak":
        return min(subscores, key=lambda id_: subscores[id_])
    return {"gap": "a dimension that was not assessed", "stop": "blockers"}[name]


def verdict(points: int) -> Word:
    """Say a score in words."""
    found: Word = "not ready"
    for word, least in sorted(_table()["verdicts"].items(), key=lambda item: item[1]):
        if points >= least:
            found = word
    return found


def _metric_score(metric: Metric, goal: str) -> MetricScore:
    table = _table()
    if metric.dimension == "volume":
        anchors = goal_of(goal).anchors
        value = _interpolated(log10(max(metric.value, 1)), [(log10(count), points) for count, points in anchors])
    elif metric.whole is None:
        anchors = tuple(map(tuple, table["counts"][metric.id]))
        value = _interpolated(metric.value, anchors)
    else:
        anchors = tuple(map(tuple, table["shares"][metric.dimension]))
        value = _interpolated(metric.value, anchors)
    return MetricScore(metric=metric, score=round(value, _EXACT), anchors=anchors)


def _interpolated(value: float, anchors: Sequence[tuple[float, float]]) -> float:
    """Read a piecewise-linear function, constant outside its anchors."""
    left, score_ = anchors[0]
    if value <= left:
        return score_
    for right, next_score in anchors[1:]:
        if value <= right:
            return score_ + (next_score - score_) * (value - left) / (right - left)
        left, score_ = right, next_score
    return score_


def _because(value: float | None, metrics: Sequence[MetricScore]) -> str:
    if value is None or not metrics:
        return ""
    worst = min(metrics, key=lambda metric: metric.score).metric
    what = worst.what or worst.id.partition(".")[2].replace("_", " ")
    if worst.whole is None:
        return f"{worst.part:,} {what}"
    if not worst.part and len(metrics) > 1:  # no one of them is worse than the others
        return f"nothing that costs points in {max(metric.metric.whole or 0 for metric in metrics):,}"
    return f"{worst.part:,} of {worst.whole:,} ({worst.value:.2%}) {what}"


def _costly(metrics: Sequence[MetricScore], blockers: Mapping[str, int]) -> tuple[str, ...]:
    """Return the codes of the rules whose defects cost points or block."""
    lost = {code for metric in metrics if metric.score < 100 for code in metric.metric.rules}  # noqa: PLR2004
    return tuple(sorted(lost | set(blockers)))
