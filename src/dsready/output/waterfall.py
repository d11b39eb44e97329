"""How the score came about, as a sum that can be checked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.output import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsready.model import DimensionScore, MetricScore, Score
    from dsready.output.look import Look

#: What each cap of the formula means.
CAPS = {
    "weak": "weakest dimension (50 + {weakest:.1f} / 2)",
    "gap": "a dimension was not assessed",
    "stop": "something blocks",
}


def render(score: Score, look: Look) -> str:
    """Return the points lost one under the other, then the caps, then the score."""
    return harmless("".join(f"{line.rstrip()}\n" for line in _lines(score, look)))


def _lines(score: Score, look: Look) -> Iterator[str]:
    yield "100.0  start"
    assessed = [part for part in score.dimensions if part.score is not None]
    total = sum(part.weight for part in assessed) or 1  # the result may be anybody's
    for part in sorted(assessed, key=lambda part: -part.lost):
        share = f"{part.score:.1f} x {part.weight / total:.1%}"
        yield from look.wrap(_why(part, look), f"{_loss(part):5.1f}  {part.id:<11}  {share:<14}  ", " " * 36)
    for part in score.dimensions:
        if part.score is None:
            yield from look.wrap(look.show(f"not assessed: {part.reason}"), f"    -  {part.id:<11}  ", " " * 20)
    yield f"{score.base:5.1f}  weighted mean"
    weakest = min((part.score for part in assessed if part.score is not None), default=0.0)
    for name, value in sorted(score.limits.items(), key=lambda limit: -limit[1]):
        decided = "  <- limits the score" if score.limited_by and value == min(score.limits.values()) else ""
        cap = CAPS[name].format(weakest=weakest) if name in CAPS else name
        yield f"{value:5.1f}  cap: {look.show(cap)}{decided}"
    if score.blockers:
        found = ", ".join(f"{code} ({count:,})" for code, count in score.blockers.items())
        yield from look.wrap(look.show(f"blocked by {found}; {score.without_blockers} without"), " " * 7, " " * 7)
    headline = look.paint(f"{score.score:<5}  {score.verdict}", bold=True)
    yield f"{headline} (rounded down; goal {look.show(score.goal)}, scoring version {score.version})"


def _loss(part: DimensionScore) -> float:
    return -round(part.lost, 1) or 0.0  # there is no -0.0 to lose


def _why(part: DimensionScore, look: Look) -> str:
    """Say what a dimension took its subscore from, and the anchors around that value."""
    if not part.metrics:
        return look.show(part.because)
    worst = min(part.metrics, key=lambda metric: metric.score)
    if worst.score != part.score:
        return "a value to try"
    return look.show(f"{part.because}; {_anchors(worst)}")


def _anchors(metric: MetricScore) -> str:
    share = metric.metric.whole is not None
    value = metric.metric.value
    below = [anchor for anchor in metric.anchors if anchor[0] <= value][-1:]
    above = [anchor for anchor in metric.anchors if anchor[0] > value][:1]
    return "anchors " + ", ".join(f"{_number(x, share)} -> {y:g}" for x, y in below + above)


def _number(value: float, share: bool) -> str:
    return f"{value * 100:.4g}%" if share else f"{value:,.10g}"
