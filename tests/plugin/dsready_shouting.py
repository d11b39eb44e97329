"""The check `shouting`."""

from typing import ClassVar

from dsready.check import Check, Keys, Verdict, finding
from dsready.dataset.batch import Batch
from dsready.dataset.dataset import Dataset
from dsready.model import Metric, Rule, Severity

SHOUTED = Rule(
    code="SHO001",
    name="shouted-answer",
    severity=Severity.WARNING,
    dimension="content",
    summary="The answer is written in capitals",
    fix="Write it in mixed case, or drop the record.",
)


class Shouting(Check[Keys]):
    """
    Answers in capitals.

    Why it matters: a model learns the tone of its answers as it learns their content.

    How to fix: write the answers listed in mixed case.
    """

    id: ClassVar[str] = "shouting"
    rules: ClassVar[tuple[Rule, ...]] = (SHOUTED,)

    least_letters: int = 10

    def start(self) -> Keys:
        """Return no places."""
        return Keys()

    def update(self, state: Keys, batch: Batch) -> Keys:
        """Add the places of answers in capitals."""
        loud = [example.answer.isupper() and len(example.answer) >= self.least_letters for example in batch.examples]
        state.add(batch.keys[loud])
        return state

    def merge(self, left: Keys, right: Keys) -> Keys:
        """Put the places together."""
        left.extend(right)
        return left

    def finish(self, state: Keys, data: Dataset) -> Verdict:
        """Report each place."""
        keys = state.sorted()
        verdict = Verdict(
            examined=data.usable,
            findings=[finding(SHOUTED, "in capitals", place) for place in data.locations(keys[: data.listed])],
            metrics=[Metric.share("content.shouted_share", len(keys), data.usable, SHOUTED.code, what="in capitals")],
        )
        verdict.mark(SHOUTED, keys)  # how many there are in all, and where on the map of the file
        return verdict
