"""The real validators beside ours: the environments are built by `python tests/oracles install`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from oracles import mine
from oracles.agree import agree
from oracles.registry import ORACLES
from oracles.report import grouped

if TYPE_CHECKING:
    from oracles.registry import Oracle


@pytest.mark.oracle
@pytest.mark.parametrize("oracle", ORACLES, ids=lambda oracle: oracle.name)
def test_we_say_what_the_oracle_says(oracle: Oracle) -> None:
    if oracle.target not in mine.known():
        pytest.skip(f"dsready has no target {oracle.target} yet")
    if not oracle.environment.installed:
        pytest.skip(f"{oracle.name} is not installed: python tests/oracles install {oracle.environment.name}")

    tally = agree(oracle, mine.target(oracle.target), mine.lint, [], count=1, most=0)

    assert not tally.disagreements, "\n".join(f"{count} x {case}" for count, case in grouped(tally.disagreements))
