"""How often each rule was broken, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsready.output.parts import failed_gates, names, sums, told_failure, worst_first

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsready.model import Report
    from dsready.output.look import Look


def render(reports: Sequence[Report], look: Look) -> str:
    """Return `count<TAB>code name` for each broken rule, the most frequent first, a line of sums, and failed gates."""
    return "".join(f"{line}\n" for report in reports for line in _lines(report, look))


def _lines(report: Report, look: Look) -> Iterator[str]:
    if report.name:
        yield f"{look.show(report.name)}:"
    name_of = names(report)
    counts = report.summary.by_rule
    codes = sorted(worst_first(report), key=lambda code: -counts[code])
    yield from (f"{counts[code]}\t{look.show(code)} {look.show(name_of.get(code, ''))}".rstrip() for code in codes)
    if not look.quiet:
        yield sums(report, look)
        yield from (f"gate failed: {look.show(gate)}" for gate in failed_gates(report))
        yield from told_failure(report, look)
