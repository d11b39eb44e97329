"""Short spellings for the tables of the profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from dsready.targets.rule import Consequence, Evidence, TargetRule

if TYPE_CHECKING:
    from dsready.targets.rule import Where

REJECT, CRASH, CORRUPT, DROP, TRUNC, IGNORE, WARN = Consequence
RUN, CODE, DOC, SPEC, OBS, U = get_args(Evidence)


def rule(
    id: str,  # noqa: A002  (the field's name)
    consequence: Consequence,
    evidence: str,
    says: str,
    outline: Where | None = None,
    *,
    quote: str = "",
    **test: Any,
) -> TargetRule:
    """Build a rule. `evidence` is "RUN" or "RUN, DOC"; `outline`, `text`, `lines`, `tokens` or `whole` is the test."""
    names = [name.strip() for name in evidence.split(",")]
    return TargetRule(id=id, consequence=consequence, evidence=names, says=says, outline=outline, quote=quote, **test)
