"""The preference check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import numpy as np
from pydantic import Field, PrivateAttr

from dsready.arrays import distinct_values, median
from dsready.check import Check, Verdict, finding
from dsready.model import Finding, Metric, Rule, Severity
from dsready.text.relation import Vocabulary, learn
from dsready_checks._defects import told
from dsready_checks._pairs import EMPTY, IDENTICAL, Pairs, contradictions, defects, lean
from dsready_checks._strays import shifted, stray

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset, Inputs
    from dsready.dataset.record import Record
    from dsready.model import Location
    from dsready_checks._defects import Defect
    from dsready_checks._pairs import Contradiction
    from dsready_checks._strays import Stray

SAME = Rule(
    code=IDENTICAL,
    name="identical-pair",
    severity=Severity.ERROR,
    dimension="content",
    summary="The chosen side equals the rejected one, blanks around, at line ends and between words aside",
    fix="Drop the pair, or look for the rejected answer that was overwritten.",
    precision="none among 4,027 pairs of 10 public files; every spelling of a pair is tested",
)
NOTHING = Rule(
    code=EMPTY,
    name="empty-side",
    severity=Severity.ERROR,
    dimension="content",
    summary="The chosen or the rejected side is empty, so that ending at once is what is preferred, or what is not",
    fix="Write the missing answer, or drop the pair.",
    precision="4 of 4 findings among 4,027 pairs of 10 public files were right",
)
CONTRADICTORY = Rule(
    code="PRF003",
    name="contradictory-pairs",
    severity=Severity.ERROR,
    dimension="content",
    scope="group",
    summary="Under one prompt A is preferred to B in one record, and B to A in another",
    fix="Decide which is better and drop the others; where the judges disagree, drop all.",
    precision="none among 4,027 pairs of 10 public files, as a comparison of all with all confirmed",
)
LENGTH = Rule(
    code="PRF004",
    name="length-bias",
    severity=Severity.WARNING,
    dimension="content",
    scope="dataset",
    summary="The chosen side is the longer (or the shorter) one so often that length is easier to learn than quality",
    fix="Drop pairs until length decides no better than chance, or train with a loss that regularises length.",
    source="Singhal et al. 2023, arXiv:2310.03716",
    precision="2 of 2 findings in 10 public files were right (one set in two places)",
)
UNRELATED = Rule(
    code="PRF005",
    name="unrelated-sides",
    severity=Severity.WARNING,
    dimension="content",
    scope="dataset",
    summary="One part of the pairs has no more to do with the others than if a column had been shuffled",
    fix="Join the columns again by an id, not by the row; look at the rows named.",
    precision=(
        "none in 10 public files; of 5 of them with a column shifted or shuffled, 150 of 150 samples of 200 or more "
        "pairs were found, 119 of 125 of 100 and 105 of 125 of 60, and none of 80 samples that were left as they are"
    ),
)
_LEAST_PAIRS = 20
#: So many times as long at the median: the estimate of tokens is off by 9 %.
_RATIO = 1.1
#: In shorter answers (labels, yes and no) length is what they say.
_LEAST_TOKENS = 8
_NAMED = 6  # lines named in one finding
_PARTS = ("prompts", "chosen sides", "rejected sides")


class Preference(Check[Pairs]):
    """
    Preference pairs that prefer nothing, or the wrong thing.

    Why it matters: a trainer of preferences (DPO, a reward model) learns from what is different between the two sides.
    Equal sides teach nothing, an empty one teaches silence, contradictions teach noise, and a column that is off by one
    row teaches that any answer is better than one to another question. Where length tells the chosen side, length is
    what is learned.

    How to fix: drop or mend the pairs listed. Of three public sets that were shown to make models longer, the longer
    side was chosen in 55.7 % (WebGPT), 59.6 % (Stack) and 63.1 % (RLCD) of the pairs (Singhal et al. 2023, table 5); a
    set is reported that is certainly more biased than the last, in either direction.

    What others measure: the longer side is chosen in 18 % of the Orca pairs in OpenAI's format (reported), in 44 % of
    the test set of hh-rlhf (harmless) and of LLaMA-Factory's English pairs, in 58 to 63 % of two Chinese sets and of
    25 Stack Exchange pairs (not reported).
    """

    id: ClassVar[str] = "preference"
    rules: ClassVar[tuple[Rule, ...]] = (SAME, NOTHING, CONTRADICTORY, LENGTH, UNRELATED)

    length_accuracy: Annotated[
        float, Field(ge=0.5, lt=1, description="share of pairs that length alone may decide as the set does")
    ] = 0.631

    _vocabulary: Vocabulary = PrivateAttr(default_factory=lambda: learn(()))

    def prepare(self, inputs: Inputs) -> Self:
        """Learn from the sample which words are distinctive."""
        prepared = self.model_copy()
        prepared._vocabulary = learn(inputs.sample)  # noqa: SLF001  (a copy of itself)
        return prepared

    def start(self) -> Pairs:
        """Return no pairs."""
        return Pairs()

    def update(self, state: Pairs, batch: Batch) -> Pairs:
        """Measure the pairs of a batch."""
        state.add(batch, self._vocabulary)
        return state

    def merge(self, left: Pairs, right: Pairs) -> Pairs:
        """Put the columns together."""
        left.extend(right)
        return left

    def finish(self, state: Pairs, data: Dataset) -> Verdict:
        """List the broken pairs, then judge all together. Data without pairs has none to be wrong."""
        number = state.found.looked_at
        verdict = Verdict(examined=number or state.rows)
        for rule in (SAME, NOTHING):
            keys = state.found.of(rule.code)
            verdict.mark(rule, keys)
            verdict.findings += told(rule, keys[: data.listed], data, _defects)
        verdict.excludes = state.found.records((IDENTICAL, EMPTY))
        rows = state.sound()
        groups = contradictions(rows, data)
        contradicting = np.concatenate([rows["key"][:0], *(keys for group in groups for keys in group)])
        verdict.mark(CONTRADICTORY, contradicting, findings=len(groups))
        verdict.findings += [_contradiction(group, data) for group in groups[: data.listed]]
        strayed = rows["key"][:0]
        if len(rows):
            self._biased(rows, data, verdict)
            found = stray(rows, self._vocabulary.pairs)
            if found:
                strayed = rows["key"][found.begin : found.end]
                verdict.mark(UNRELATED, strayed, findings=1)
                verdict.findings.append(_strayed(found, rows, data))
        broken = [verdict.excludes, strayed, contradicting]
        if number:
            codes = [rule.code for rule in (SAME, NOTHING, CONTRADICTORY, UNRELATED)]
            what = "pairs with equal, empty, contradictory or unrelated sides"
            part = len(distinct_values(np.concatenate(broken)))
            verdict.metrics.append(Metric.share("content.preference_share", part, number, *codes, what=what))
        return verdict

    def _biased(self, rows: NDArray[np.void], data: Dataset, verdict: Verdict) -> None:
        found = lean(rows["tokens"])
        far = max(found.ratio, 1 / found.ratio) >= _RATIO
        wordy = median(rows["tokens"].max(axis=1).astype(np.float64)) >= _LEAST_TOKENS
        if len(rows) < _LEAST_PAIRS or found.low <= self.length_accuracy or not far or not wordy:
            return
        message = (
            f"the chosen side is the {'longer' if found.longer else 'shorter'} one in {100 * found.accuracy:.1f} % of "
            f"{found.pairs:,} pairs (95 % interval {100 * found.low:.1f} to {100 * found.high:.1f} %), at the median "
            f"{found.ratio:.2f} times as long as the rejected one"
        )
        chosen, rejected = rows["tokens"].T
        verdict.mark(LENGTH, rows["key"][chosen > rejected if found.longer else chosen < rejected], findings=1)
        verdict.findings.append(finding(LENGTH, message, data.location(int(rows["key"][0]))))


def _defects(record: Record) -> Iterator[Defect]:
    assert record.example is not None  # only examples are pairs
    return defects(record.example)


def _strayed(found: Stray, rows: NDArray[np.void], data: Dataset) -> Finding:
    first, last = data.locations(rows["key"][[found.begin, found.end - 1]])
    here = first.within(first.path)
    where = "" if found.end - found.begin == len(rows) else f" from {here} to {last.within(first.path)}"
    one, two = (part for number, part in enumerate(_PARTS) if number != found.part)
    step = shifted(found, rows, data)
    fit = f"they fit the pairs {abs(step)} further {'down' if step > 0 else 'up'}" if step else "as if shuffled"
    message = (
        f"the {_PARTS[found.part]}{where} share {found.shared[0]:.2f} distinctive words with their {one} and "
        f"{found.shared[1]:.2f} with their {two}, by lot it would be {found.expected[0]:.2f} and "
        f"{found.expected[1]:.2f}; {one} and {two} share {found.others:.2f}: {fit}"
    )
    return finding(UNRELATED, message, first, count=found.end - found.begin)


def _contradiction(group: Contradiction, data: Dataset) -> Finding:
    first, *more = data.locations(group.here[:_NAMED])
    others = data.locations(group.there[:_NAMED])
    also = f" and in {_lines(more, first, len(group.here) - 1)}" if more else ""
    message = f"A is preferred to B here{also}, B to A in {_lines(others, first, len(group.there))}"
    return finding(CONTRADICTORY, message, first, related=[*more, *others], count=len(group.here) + len(group.there))


def _lines(places: Sequence[Location], first: Location, number: int) -> str:
    named = ", ".join(place.within(first.path) for place in places).replace(", line ", ", ")
    return named if len(places) == number else f"{named} …"
