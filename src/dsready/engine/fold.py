"""The scan: every batch to every check, and how the parts of a scan come together."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dsready.dataset.record import OFFSET_BITS, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from dsready.check import Check
    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Inputs


@dataclass(frozen=True, slots=True)
class Crash:
    """A check that threw: where in the data it happened first, and the traceback."""

    key: int
    traceback: str


@dataclass(slots=True)
class Partial:
    """
    What a part of the scan has found; pickles.

    `states` holds a state, or a crash, for each check in order. `lines` counts lines by source and status: int64,
    (sources, statuses).
    """

    states: list[Any]
    lines: NDArray[np.int64]

    @property
    def crashed(self) -> bool:
        """Whether a check threw."""
        return any(isinstance(state, Crash) for state in self.states)


def prepare(checks: Sequence[Check[Any]], inputs: Inputs) -> tuple[list[Check[Any]], dict[int, Crash]]:
    """Let every check look at the inputs; return the prepared ones, and by index the crashes of those that threw."""
    prepared: list[Check[Any]] = []
    crashes: dict[int, Crash] = {}
    for index, check in enumerate(checks):
        try:
            prepared.append(check.prepare(inputs))
        except OSError:  # a file that is gone is not the check's fault
            raise
        except Exception:  # noqa: BLE001  (any failure of a check is that check's own problem)
            prepared.append(check)
            crashes[index] = Crash(0, traceback.format_exc())
    return prepared, crashes


def start(checks: Sequence[Check[Any]], sources: int) -> Partial:
    """Return the part that has seen nothing."""
    states: list[Any] = []
    for check in checks:
        try:
            states.append(check.start())
        except Exception:  # noqa: BLE001  (the same)
            states.append(Crash(0, traceback.format_exc()))
    return Partial(states, np.zeros((sources, len(Status)), np.int64))


def fold(checks: Sequence[Check[Any]], partial: Partial, batches: Iterable[Batch]) -> Partial:
    """Add batches to a part. A check that throws is out from there on; the others go on."""
    for batch in batches:
        key = batch.records[0].key
        partial.lines[key >> OFFSET_BITS] += batch.statuses
        for index, check in enumerate(checks):
            state = partial.states[index]
            if isinstance(state, Crash):
                continue
            try:
                partial.states[index] = check.update(state, batch)
            except Exception:  # noqa: BLE001  (the same)
                partial.states[index] = Crash(key, traceback.format_exc())
    return partial


def join(checks: Sequence[Check[Any]], left: Partial, right: Partial) -> Partial:
    """Join two parts; `left` may change, `right` does not."""
    states = []
    for check, mine, other in zip(checks, left.states, right.states, strict=True):
        crashes = [state for state in (mine, other) if isinstance(state, Crash)]
        if crashes:
            states.append(min(crashes, key=lambda crash: crash.key))
            continue
        try:
            states.append(check.merge(mine, other))
        except Exception:  # noqa: BLE001  (the same)
            states.append(Crash(0, traceback.format_exc()))
    return Partial(states, left.lines + right.lines)
