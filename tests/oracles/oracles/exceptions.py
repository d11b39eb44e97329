"""Where we and an oracle differ, knowingly, and why."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from oracles.compare import Case


@dataclass(frozen=True)
class Known:
    """
    A difference that is meant.

    Attributes
    ----------
    oracle
        The names of the oracles, as a pattern.
    why
        Who is right, and whence we know.
    rule
        The rule of ours that makes the difference; none if the oracle alone does.
    when
        Which cases; all of them if nothing is said.
    """

    oracle: str
    why: str
    rule: str = ""
    when: Callable[[Case], bool] | None = None

    def covers(self, case: Case) -> bool:
        """Tell whether a case is such a difference."""
        if not fnmatch(case.oracle, self.oracle) or (self.rule and set(case.rules) != {self.rule}):
            return False
        return self.when is None or self.when(case)


def _weighted(case: Case) -> bool:
    """The row has a weight, and that is what the client complains of."""
    return "weight" in (case.record or {}) and 'extra column "weight"' in case.message


def _weaker(case: Case) -> bool:
    """We refuse what the oracle has no test for."""
    return case.theirs == "accept" and case.ours == "refuse"


def _parts(case: Case) -> bool:
    """Contents are lists of parts, as models that see images have them."""
    return case.ours == "accept" and "its parts are trained as the text of a list" in case.message


def _nothing(case: Case) -> bool:
    """A file of nothing but empty objects is no data; among others they are rows."""
    return case.row is not None and case.row.text == "{}"


KNOWN = (
    Known(
        "together-*", "current documentation allows a weight of the row, the last full client does not", when=_weighted
    ),
    Known(
        "together-1.*",
        "later clients take two turns of one role, and the tool role",
        when=lambda case: "role" in case.message,
    ),
    Known(
        "openai-types*",
        "types of a request, not of training data: unknown keys are ignored, lists are read lazily",
        when=_weaker,
    ),
    Known("google-genai*", "the types take any role and an empty list; the documentation does not", when=_weaker),
    Known("openpipe", "the types forbid nothing that they do not know", when=_weaker),
    Known("sagemaker", "only the first line is looked at", when=lambda case: _weaker(case) and bool(case.path)),
)


def documented(case: Case) -> bool:
    """Tell whether a difference is on the list."""
    return any(known.covers(case) for known in KNOWN)
