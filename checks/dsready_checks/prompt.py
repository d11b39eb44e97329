"""The prompt check."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import numpy as np
from pydantic import Field, PrivateAttr

from dsready.check import Check, Verdict, finding, in_order
from dsready.model import Rule, Severity
from dsready.text.masked import quoted
from dsready.text.tokens import counter
from dsready_checks._tally import Span, Tally
from dsready_checks._wording import LEAST_RECORDS, NEARLY_ALL, Constant, asking, drifts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset, Inputs
    from dsready.model import Finding
    from dsready_checks._wording import Variant

CONSTANT = Rule(
    code="PRM001",
    name="constant-prompt",
    severity=Severity.INFO,
    dimension="consistency",
    scope="dataset",
    summary="Nearly all records carry the same long system prompt, tool definitions or template",
    fix="If you can send a short form after training (source 002: 50 tokens for 800), train with the short form.",
    source="sources 000 and 002",
    precision="17 of 17 findings in 127 public files were right",
)
DRIFT = Rule(
    code="PRM002",
    name="prompt-drift",
    severity=Severity.INFO,
    dimension="consistency",
    scope="group",
    summary="Several system prompts are nearly the same: a slip, a version, a trailing blank",
    fix="Choose one, the one that will be sent, and give it to all records.",
    precision=(
        "none in 127 public files; with a typo, a blank, a date or a sentence planted in some records of 16 of them, "
        "all 276 were found"
    ),
)
SOME = Rule(
    code="PRM003",
    name="prompt-in-some",
    severity=Severity.INFO,
    dimension="consistency",
    scope="dataset",
    summary="Some records have a system prompt and others have none",
    fix="Give all records the system prompt that will be sent, or none; keep both only if both will be used.",
    precision="6 of 6 findings in 127 public files were right",
)
#: In sets of fewer records nothing is usual or odd.
_LEAST_RECORDS = 10
_LEAST_TOKENS = 10  # of a part that is named
#: Fewer than this share with a system prompt, or without, are leftovers that schema and duplicates are asked about.
_LEAST_SHARE = 0.01
_MOST_COMPARED = 100
_NAMED = 6  # variants named in one finding
_SHOWN = 40  # characters of a difference
_PARTS = ("the system prompt", "the tool definitions", "the beginning of the prompt", "the end of the prompt")


@dataclass(slots=True)
class Prompts(Tally[bytes]):
    """System prompts, by their digests."""

    @staticmethod
    def rank(name: bytes) -> bytes:
        """Return the name, which is a digest."""
        return name


#: A record that asks: its place, 64 bits of the digest of its system prompt (0 for none), and what it carries.
ROW = np.dtype([("key", np.int64), ("system", np.uint64), ("carried", np.uint8)])


@dataclass(slots=True)
class Seen:
    """17 bytes for each record that asks; and the different system prompts by digest, at most `MOST`."""

    rows: int = 0
    table: list[NDArray[np.void]] = field(default_factory=list)
    prompts: Prompts = field(default_factory=Prompts)


class Prompt(Check[Seen]):
    """
    Prompts that are longer than they need be, or not the same in all records.

    Why it matters: a fine-tuned model is to be called with the prompt it was trained with. What all records carry is
    learned after a few hundred of them, and from then on paid for in every call without telling the model anything
    (sources 000 and 002 report a prompt of 800 tokens that became one of 50). A prompt that some records have and
    others lack, or have with a slip in it, makes the model depend on which of them is sent.

    How to fix: decide what will be sent, and train with exactly that. Nothing here costs points, for it may be meant.
    """

    id: ClassVar[str] = "prompt"
    rules: ClassVar[tuple[Rule, ...]] = (CONSTANT, DRIFT, SOME)

    constant_tokens: Annotated[
        int, Field(ge=1, description="tokens from which a part that nearly all prompts share is reported")
    ] = 200

    _constant: Constant = PrivateAttr(default_factory=Constant)

    def prepare(self, inputs: Inputs) -> Self:
        """Learn from the sample what nearly all prompts share."""
        prepared = self.model_copy()
        prepared._constant = Constant.of(inputs.sample)  # noqa: SLF001  (a copy of itself)
        return prepared

    def start(self) -> Seen:
        """Return nothing seen."""
        return Seen()

    def update(self, state: Seen, batch: Batch) -> Seen:
        """Count who has which prompt, and what all share."""
        state.rows += len(batch.keys)
        records = list(asking(batch))
        table = np.zeros(len(records), ROW)
        table["key"] = [record.key for record in records]
        if any(self._constant):
            table["carried"] = [self._constant.carried(record) for record in records]
        systems: dict[str, list[int]] = {}
        for row, record in enumerate(records):
            assert record.example is not None  # those that ask have one
            systems.setdefault(record.example.system, []).append(row)
        for system, rows in systems.items():
            if system and not system.isspace():
                name = blake2b(system.encode("utf-8", "surrogatepass"), digest_size=16).digest()
                state.prompts.add(name, _span(table["key"][rows]))
                table["system"][rows] = int.from_bytes(name[:8], "little")
        state.table.append(table)
        return state

    def merge(self, left: Seen, right: Seen) -> Seen:
        """Add the counts."""
        left.rows += right.rows
        left.table += right.table
        left.prompts.merge(right.prompts)
        return left

    def finish(self, state: Seen, data: Dataset) -> Verdict:
        """Say what all carry, what is nearly the same, and who lacks a system prompt."""
        verdict = Verdict(examined=state.rows)
        table = in_order(state.table, ROW)
        if len(table):
            self._carried(table, data, verdict)
        _some(table, data, verdict)
        state.prompts.prune()
        groups = _drifts(state.prompts, data)
        odd = [variant.span.first for group in groups for variant in group[1:]]
        names = table["system"][np.searchsorted(table["key"], odd)]
        verdict.mark(DRIFT, table["key"][np.isin(table["system"], names)], findings=len(groups))
        verdict.findings += [_drift(group, data) for group in groups[: data.listed]]
        return verdict

    def _carried(self, table: NDArray[np.void], data: Dataset, verdict: Verdict) -> None:
        counts = counter(data.settings.tokenizer)(self._constant).tolist()
        bits = [1 << part for part in range(len(_PARTS))]
        records = [int(np.count_nonzero(table["carried"] & bit)) for bit in bits]
        asking = len(table)
        carried = [
            (name, tokens, records, bit)
            for name, tokens, records, bit in zip(_PARTS, counts, records, bits, strict=True)
            if tokens >= _LEAST_TOKENS and records >= NEARLY_ALL * asking
        ]
        total, least = sum(tokens for _, tokens, *_ in carried), min((records for *_, records, _ in carried), default=0)
        if total < self.constant_tokens or asking < _LEAST_RECORDS:
            return
        parts = ", ".join(f"{name} {tokens:,}" for name, tokens, *_ in carried)
        message = (
            f"{total:,} tokens are the same in {100 * least / asking:.1f} % of {asking:,} records "
            f"({parts}): {1000 * total:,} tokens in a thousand calls, where a tuned model often needs only a "
            "short form (sources 000, 002)"
        )
        all_bits = sum(bit for *_, bit in carried)
        verdict.mark(CONSTANT, table["key"][table["carried"] & all_bits == all_bits], findings=1)
        verdict.findings.append(finding(CONSTANT, message, data.location(int(table["key"][0]))))


def _span(keys: NDArray[np.int64]) -> Span:
    """Return the span of some records, whose keys ascend."""
    return Span(len(keys), int(keys[0]), int(keys[-1]))


def _some(table: NDArray[np.void], data: Dataset, verdict: Verdict) -> None:
    """Report that some records have a system prompt and others none."""
    number = len(table)
    has = table["system"] != 0
    sides = table["key"][has], table["key"][~has]
    fewer = min(sides, key=len)
    if number < _LEAST_RECORDS or len(fewer) < max(_LEAST_SHARE * number, 1):
        return
    having, lacking = map(_span, sides)
    first, last, other, end = data.locations([having.first, having.last, lacking.first, lacking.last])
    path = first.path
    message = (
        f"{having.records:,} of {number:,} records have a system prompt ({100 * having.records / number:.1f} %), from "
        f"{first.within(path)} to {last.within(path)}; those without stand from {other.within(path)} to "
        f"{end.within(path)}"
    )
    apart = having.last < lacking.first or lacking.last < having.first
    if apart and len(fewer) >= _LEAST_RECORDS:
        message += ": two sources were joined"
    verdict.mark(SOME, fewer, findings=1)
    place = other if having.first < lacking.first else first
    verdict.findings.append(finding(SOME, message, place, count=len(fewer)))


def _drifts(prompts: Prompts, data: Dataset) -> list[list[Variant]]:
    """Compare the most frequent system prompts: their texts are read again, from the first record of each."""
    often = sorted(prompts.spans.values(), key=lambda span: (-span.records, span.first))
    if prompts.others or sum(span.records for span in often) < LEAST_RECORDS * len(often):
        return []  # they are made for each record
    often = often[:_MOST_COMPARED]
    keys = np.array([span.first for span in often], np.int64)
    texts = {record.key: record.example.system for record in data.fetch(keys) if record.example}
    return drifts([(texts[span.first], span) for span in often])


def _drift(group: list[Variant], data: Dataset) -> Finding:
    main, *others = data.locations([variant.span.first for variant in group])
    records = sum(variant.span.records for variant in group)
    each = [f"{main.within(main.path)} and {group[0].span.records - 1:,} more"]
    for variant, place in zip(group[1:_NAMED], others, strict=False):
        more = f" and {variant.span.records - 1:,} more" if variant.span.records > 1 else ""
        each.append(f"{place.within(main.path)}{more} ({_change(variant)})")
    rest = " …" if len(group) > _NAMED else ""
    message = f"{len(group)} variants of one system prompt: {'; '.join(each)}{rest}"
    similarity = min(variant.similarity for variant in group)
    odd = records - group[0].span.records
    return finding(DRIFT, message, others[0], related=[main, *others[1:]], count=odd, similarity=similarity)


def _change(variant: Variant) -> str:
    """Say how a variant differs from the main prompt, in few words of both."""
    main, own = (quoted(text, _SHOWN) for text in (variant.main, variant.own))
    if variant.main.isspace() or variant.own.isspace():
        return "other white space"
    if not own:
        return f"without “{main}”"
    return f"“{own}” for “{main}”" if main else f"with “{own}”"
