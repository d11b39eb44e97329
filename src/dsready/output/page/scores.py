"""The score as pictures: where the points went, and how many examples there are against how many are wanted."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from dsready.errors import ConfigError
from dsready.output.look import plural
from dsready.output.page.svg import (
    BAD,
    FAINT,
    FAIR,
    GOOD,
    GRID,
    PLAIN,
    WIDTH,
    Chart,
    Scale,
    box,
    dashed,
    decades,
    joined,
    line,
    short,
    tag,
    text,
)
from dsready.output.waterfall import CAPS
from dsready.score import NOT_APPLICABLE, goal_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsready.model import DimensionScore, MetricScore, Report, Score
    from dsready.output.plan import Step
    from dsready.score import Goal

ROW = 26
#: Points that one decimal shows.
SEEN = 0.05
LABELS, NOTES = 150, 500
VERDICTS = {"ready": GOOD, "ready with warnings": FAIR, "needs work": FAIR, "not ready": BAD}


def waterfall(report: Report, steps: Sequence[Step]) -> Chart:
    """Draw 100 points, what each dimension takes of them, a cap that holds, the score, and what repairs give back."""
    score = report.readiness
    across = Scale(0, 100, LABELS, NOTES)
    rows = list(_rows(score, steps))
    height = ROW * (len(rows) + 1) + 18
    parts = [line(across(tick), ROW - 6, across(tick), height - 14) for tick in range(0, 101, 25)]
    parts += [text(across(tick), 14, str(tick), anchor="middle", color=FAINT) for tick in range(0, 101, 25)]
    for number, (name, low, high, color, note) in enumerate(rows):
        top = ROW * (number + 1)
        parts += [
            text(LABELS - 8, top + 14, name, anchor="end", bold=name in ("score", "start")),
            box(across(low), top + 2, max(across(high) - across(low), 1), ROW - 8, color),
            text(NOTES + 10, top + 14, note),
        ]
    table = [(name, f"{high - low:.1f}", note) for name, low, high, _, note in rows]
    return Chart(
        id="waterfall",
        title=_waterfall_title(report),
        caption="From 100 points down: each bar is what one dimension costs, by its weight. A cap holds the score "
        "below the weighted mean. Green bars are what repairs would give back, each after the ones above it.",
        height=height,
        picture=joined(parts),
        head=("step", "points", "what it is"),
        rows=table,
    )


def _rows(score: Score, steps: Sequence[Step]) -> Iterator[tuple[str, float, float, str, str]]:
    """Yield name, from, to, colour and note of each bar."""
    yield "start", 0, 100, GRID, "100"
    left = 100.0
    for part in sorted(score.dimensions, key=lambda part: -part.lost):
        if part.score is not None and part.lost >= SEEN:
            yield part.id, left - part.lost, left, BAD, f"-{part.lost:.1f}  ({part.id} is {floor(part.score)} of 100)"
            left -= part.lost
    if _is_held(score):
        lowest = min(score.limits.values())
        cap = min(score.limits, key=lambda name: score.limits[name])
        worst = min((part.score for part in score.dimensions if part.score is not None), default=0.0)
        why = CAPS[cap].format(weakest=worst) if cap in CAPS else cap
        yield "cap", lowest, score.base, FAIR, f"{floor(lowest)}: {why.partition(' (')[0]}"
    yield "score", 0, score.score, VERDICTS[score.verdict], f"{score.score}: {score.verdict}"
    now = score.score
    for step in steps:
        if step.gain > 0:
            yield f"+ {_named(step)}", now, step.score, GOOD, f"+{step.gain} = {step.score}"
        now = step.score


def _is_held(score: Score) -> bool:
    """Say whether a cap holds the score down, by as much as can be seen."""
    return bool(score.limited_by) and min(score.limits.values(), default=score.base) < score.base - SEEN


def _named(step: Step) -> str:
    return step.dimensions[0] if len(step.dimensions) == 1 else "what blocks"


def _waterfall_title(report: Report) -> str:
    score = report.readiness
    lost = [part for part in score.dimensions if part.score is not None and part.lost]
    most = max(lost, key=lambda part: part.lost, default=None)
    costs = "no dimension costs any"
    if most is not None:
        points = f"{most.lost:.1f} points" if most.lost >= SEEN else "less than 0.1 points"
        costs = f"{most.id} costs most, {points}"
    if not any(part.score is not None for part in score.dimensions):
        return f"{score.score} of 100 points: nothing could be assessed"
    if score.blockers:
        codes = ", ".join(score.blockers)
        return f"{score.score} of 100: {codes} {'blocks' if len(score.blockers) == 1 else 'block'}; {costs}"
    if _is_held(score):  # whatever the dimensions cost beside it
        missing = [part.id for part in score.dimensions if part.reason not in ("", NOT_APPLICABLE)]
        weak = min((part.score for part in score.dimensions if part.score is not None), default=0.0)
        why = f"{score.limited_by} is at {floor(weak)}"
        if min(score.limits, key=lambda name: score.limits[name], default="") == "gap":
            why = f"{' and '.join(missing) or 'a dimension'} {'was' if len(missing) < 2 else 'were'} not assessed"  # noqa: PLR2004  (one or several)
        return f"{score.score} of 100: no more while {why}; {costs}"
    return f"{score.score} of 100{' points' if most is None else ''}: {costs}"


def count(report: Report) -> Chart | None:
    """Draw the goal's curve, the thresholds of the sources, and where the data set stands; None where nothing tells."""
    found = _volume(report)
    if found is None:
        return None
    goal = _goal(report.readiness.goal)
    number = found.metric.part
    highest = max(found.anchors[-1][0], number, 10) * 1.5
    across, up = Scale(1, highest, 60, WIDTH - 40, log=True), Scale(0, 100, 200, 58)
    parts = [line(60, up(tick), WIDTH - 40, up(tick)) for tick in (0, 50, 100)]
    parts += [text(52, up(tick) + 4, str(tick), anchor="end", color=FAINT) for tick in (0, 50, 100)]
    parts += [text(across(tick), 218, short(tick), anchor="middle", color=FAINT) for tick in decades(1, highest)]
    curve = [(1.0, found.anchors[0][1]), *found.anchors, (highest, found.anchors[-1][1])]
    points = " ".join(f"{across(x):g},{up(y):g}" for x, y in curve)
    parts.append(tag("polyline", points=points, fill="none", stroke=PLAIN, stroke_width=2))
    rows: list[tuple[str, str, str]] = [("this data set", f"{number:,}", f"{found.score:.0f} of 100")]
    if goal is not None:
        for top, (name, value, source) in zip((16, 32), _thresholds(goal), strict=True):
            parts += [dashed(across(value), top + 4, 200, FAINT)]
            parts += [text(across(value), top, f"{name}: {value:,}", anchor="middle", color=FAINT)]
            rows.append((name, f"{value:,}", source))
    rows += [("anchor of the curve", f"{x:,.0f}", f"{y:.0f} of 100") for x, y in found.anchors]
    color = GOOD if found.score >= 90 else FAIR if found.score >= 50 else BAD  # noqa: PLR2004  (the verdicts' bounds)
    at, label = across(number), f"{number:,} effective"
    end = at > WIDTH / 2
    parts += [
        tag("circle", cx=at, cy=up(found.score), r=6, fill=color, stroke="#ffffff", stroke_width=2),
        text(at - 12, up(found.score) - 8, label, anchor="end", bold=True)
        if end
        else text(at + 12, up(found.score) + 4, label, bold=True),
    ]
    parts.append(text(WIDTH - 40, 236, "effective examples (log scale)", anchor="end", color=FAINT))
    return Chart(
        id="count",
        title=_count_title(number, report, goal),
        caption="How many points the number of effective examples gives under this goal. Effective are usable records "
        "without duplicates, leaks and empty answers. The dashed lines are the thresholds of the source documents.",
        height=244,
        picture=joined(parts),
        head=("what", "examples", "points, or who says so"),
        rows=rows,
    )


def _volume(report: Report) -> MetricScore | None:
    scores = [metric for part in report.dimensions if part.id == "volume" for metric in part.metrics if metric.anchors]
    return scores[0] if scores else None


def _goal(name: str) -> Goal | None:
    try:
        return goal_of(name)
    except (KeyError, ConfigError):  # a saved result may say anything
        return None


def _thresholds(goal: Goal) -> list[tuple[str, int, str]]:
    return [("floor", goal.floor, goal.floor_source), ("recommended", goal.recommended, goal.recommended_source)]


def _count_title(number: int, report: Report, goal: Goal | None) -> str:
    said = f"{plural(number, 'effective example')} of {plural(report.summary.records, 'record')}"
    if goal is None:
        return said
    if number < goal.floor:
        return f"{said}: {goal.floor - number:,} short of the least that the goal {report.readiness.goal!r} needs"
    if number < goal.recommended:
        return f"{said}: enough to begin, {goal.recommended - number:,} short of what is recommended"
    return f"{said}: as many as are recommended, or more"


def dimension_note(part: DimensionScore) -> str:
    """Say why a dimension has its subscore, or has none."""
    if part.score is None:
        return f"not assessed: {part.reason}"
    return "; ".join(filter(None, (part.because, f"in part: {part.reason}" if part.reason else "")))
