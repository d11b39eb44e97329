"""The check `text`: what the text itself gives away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from dsready.arrays import distinct_values
from dsready.check import Check, Keys, Verdict, finding
from dsready.dataset.strings import strings
from dsready.model import Metric, Rule, Severity
from dsready_checks import _text as looks
from dsready_checks._defects import Defects
from dsready_checks._text import Reasoning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset
    from dsready.dataset.example import Example
    from dsready.dataset.record import Record
    from dsready.model import Finding
    from dsready_checks._text import Said

TOKEN = Rule(
    code="TXT003",
    name="control-token",
    severity=Severity.ERROR,
    dimension="content",
    summary="A token of a chat template stands in the text, or reasoning is set apart in some answers only",
    fix=(
        "Remove the tokens: the trainer's template adds them, and a tokenizer takes even one that is only spoken of "
        "for what it says. Set reasoning apart in all answers or in none."
    ),
    precision="all 4 findings on 156 public files were right",
)
PLACEHOLDER = Rule(
    code="TXT004",
    name="placeholder",
    severity=Severity.WARNING,
    dimension="content",
    summary="A placeholder was never filled, or the answer only fills its place",
    fix="Fill the placeholder, write the answer, or drop the record.",
    precision=(
        "28 and 27 of 30 findings on 156 public files were right, by two readers; about half are letters for which "
        "nobody had given the names, where one of the two would have let the placeholder stand"
    ),
)
RULES = (
    Rule(
        code="TXT001",
        name="broken-encoding",
        severity=Severity.WARNING,
        dimension="content",
        summary="Text was decoded in the wrong encoding, or characters of it were lost",
        fix="Read the source again as UTF-8, or repair the text with ftfy; drop records whose characters are lost.",
        precision="30 of 30 findings sampled from 156 public files were right",
    ),
    Rule(
        code="TXT002",
        name="control-character",
        severity=Severity.WARNING,
        dimension="content",
        summary="The text holds characters that nobody sees: controls, zero-width, bidi or tag characters out of place",
        fix="Remove them; between words write a plain space.",
        precision="30 of 30 findings sampled from 156 public files were right",
    ),
    TOKEN,
    PLACEHOLDER,
    Rule(
        code="TXT005",
        name="refusal",
        severity=Severity.WARNING,
        dimension="content",
        summary="The answer has a stock phrase by which models refuse",
        fix="Write the answer, or drop the record, unless the model is to refuse just this.",
        precision=(
            "29 of 30 findings on 156 public files have the phrase, one is a role play; in 17 the answer then goes on "
            "and helps all the same"
        ),
    ),
    Rule(
        code="TXT006",
        name="cut-short",
        severity=Severity.INFO,
        dimension="content",
        summary="A long answer ends in mid-sentence or in an open code fence",
        fix="Complete the answer, or cut it after its last whole sentence; raise the limit it was generated with.",
        precision=(
            "27 and 24 of 30 findings on 156 public files were right, by two readers; most others only lacked their "
            "last stop or fence"
        ),
    ),
    Rule(
        code="TXT007",
        name="repetition",
        severity=Severity.WARNING,
        dimension="content",
        summary="One span of text stands over and over",
        fix="Drop the record, or cut the repetition: a model that learns loops writes loops.",
        precision="all 3 findings on 156 public files were right",
    ),
    Rule(
        code="TXT008",
        name="prompt-echo",
        severity=Severity.WARNING,
        dimension="content",
        summary="The answer repeats the prompt instead of answering it",
        fix="Write the answer, or drop the record.",
        precision="no finding on 156 public files, so nothing is known but that it is silent",
    ),
)
_FILLER = "TXT004 filler"
#: From this share of a set on, and this number of records, a kind of text is what the set is about. The share is of the
#: answers, of the long answers, or of the records whose shape has roles or has none.
ON_PURPOSE = {
    "TXT003 pieces": ("roles", 0.5),
    "TXT003 turns, no roles": ("no roles", 0.5),
    "TXT003 pieces, no roles": ("no roles", 0.5),
    "TXT003 unopened": ("answers", 0.5),
    "TXT004 placeholder": ("answers", 0.5),
    _FILLER: ("answers", 0.1),
    "TXT005": ("answers", 0.2),
    "TXT006 cut": ("long", 0.2),
    "TXT006 fence": ("long", 0.2),
    "TXT007": ("texts", 0.2),
    "TXT008": ("answers", 0.1),
}
FEW = 5
#: Where so many answers are labels by their length, and `none` is one of them.
LABELS = 0.25
#: Between these shares of the answers reasoning is set apart in some of them only.
SOME = (0.02, 0.98)


#: Sorts of reasoning that are counted.
_SORTS = (Reasoning.PLAIN, Reasoning.OPENED, Reasoning.CLOSED)


@dataclass(slots=True)
class Seen:
    """What was seen: the records with each kind of defect, and how many records there are of each sort."""

    found: Defects = field(default_factory=Defects)
    counts: Counter[str] = field(default_factory=Counter)
    #: The records of each sort of reasoning.
    apart: dict[Reasoning, Keys] = field(default_factory=lambda: {sort: Keys() for sort in _SORTS})


class Text(Check[Seen]):
    """
    Defects of the text itself.

    Why it matters: a model learns what it reads letter by letter. Broken characters, tokens of another template,
    unfilled placeholders, refusals, loops and half answers are all learned as faithfully as the rest.

    How to fix: clean the source and make the file again, or drop the records listed.

    What a large part of a set does is taken to be meant: it is told once, as information, and costs no points. That is
    a template's tokens or placeholders in half of the records (tokens of turns only where records have no roles),
    refusals in a fifth of the answers, loops or ends without a stop in a fifth of the long ones, answers that repeat
    the prompt in a tenth. Answers such as "none" are labels where a tenth say so, or a quarter of all are as short. A
    lost character (U+FFFD) is left alone in a text that speaks about encodings.
    """

    id: ClassVar[str] = "text"
    rules: ClassVar[tuple[Rule, ...]] = RULES

    def start(self) -> Seen:
        """Return a state that has seen nothing."""
        return Seen()

    def update(self, state: Seen, batch: Batch) -> Seen:
        """Look closely at the rows that may have a defect, and count them all."""
        for kind, rows in looks.hits(batch).items():
            state.found.add(kind, batch.keys[distinct_values(np.array(rows))])
        state.found.looked_at += len(batch.keys)
        state.counts += looks.sorts(batch)
        apart = looks.reasoning(batch)
        for sort in _SORTS:
            state.apart[sort].add(batch.keys[apart == sort])
        return state

    def merge(self, left: Seen, right: Seen) -> Seen:
        """Join two states."""
        left.found.extend(right.found)
        left.counts += right.counts
        for sort, keys in right.apart.items():
            left.apart[sort].extend(keys)
        return left

    def finish(self, state: Seen, data: Dataset) -> Verdict:
        """List the defects, but for what the set does on purpose."""
        verdict = Verdict(examined=state.found.looked_at)
        meant = [kind for kind in state.found.keys if _is_meant(kind, state)]
        defective: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
        for rule in self.rules:
            kinds = [kind for kind in sorted(state.found.keys) if kind.startswith(rule.code) and kind not in meant]
            keys = state.found.records(kinds)
            verdict.mark(rule, keys)
            verdict.findings += _told(rule, kinds, keys[: data.listed], data)
            if rule.severity is not Severity.INFO:
                defective.append(keys)
        for kind in meant:
            _on_purpose(kind, state, data, verdict)
        _uneven(state, data, verdict)
        bad = distinct_values(np.concatenate(defective))
        codes = [rule.code for rule in self.rules if rule.severity is not Severity.INFO]
        what = "with defects of the text"
        verdict.metrics.append(Metric.share("content.text_share", len(bad), state.found.looked_at, *codes, what=what))
        verdict.profile = {"on_purpose": {kind: len(state.found.of(kind)) for kind in sorted(meant)}}
        return verdict


def _is_meant(kind: str, state: Seen) -> bool:
    """Say whether a large part of the set is of a kind, so that it is what the set is about."""
    if kind == _FILLER and state.counts["labels"] >= LABELS * state.counts["answers"]:
        return True
    if kind not in ON_PURPOSE:
        return False
    whole, share = ON_PURPOSE[kind]
    return len(state.found.of(kind)) >= max(FEW, share * state.counts[whole])


def _told(rule: Rule, kinds: list[str], keys: NDArray[np.int64], data: Dataset) -> Iterator[Finding]:
    """Build the finding of a rule for each of some records: of the first kind that it has."""
    for record, place in zip(data.fetch(keys), data.locations(keys), strict=True):
        assert record.example is not None  # only examples have defects
        kind, said = next((kind, said) for kind in kinds if (said := looks.look(kind, record.example)))
        yield finding(rule, _message(rule, kind, record.example), place, pointer=_pointer(record, said))


def _message(rule: Rule, kind: str, example: Example) -> str:
    """Say a defect of an example in words that quote what is masked: in a part of a key nobody sees the key."""
    said = looks.look(kind, looks.without_secrets(example))
    return said.message if said else rule.summary


def _pointer(record: Record, said: Said) -> str:
    """
    Return where a piece stands in a record; "" where it was put together from several strings.

    Of several places it is the last: most pieces are of the answer, and a prompt may hold them as well.
    """
    places = [pointer for pointer, text in strings(record.value) if said.piece and said.piece in text]
    return places[-1] if places else ""


def _uneven(state: Seen, data: Dataset, verdict: Verdict) -> None:
    """Report that reasoning is set apart in some answers only; where most only mark its end, that is the mark."""
    mark, plain = Reasoning.OPENED, Reasoning.PLAIN
    if _is_meant("TXT003 unopened", state):
        mark = Reasoning.CLOSED
    thinking, silent = state.apart[mark].sorted(), state.apart[plain].sorted()
    apart, all_ = len(thinking), len(thinking) + len(silent)
    if not all_ or not SOME[0] <= apart / all_ <= SOME[1]:
        return
    with_, without = data.locations([thinking[0], silent[0]])
    fewer, more, keys = (with_, without, thinking) if 2 * apart <= all_ else (without, with_, silent)
    message = (
        f"{apart:,} of {all_:,} answers set reasoning apart by <think>, first in {with_.within(fewer.path)},"
        f" and the others do not, first in {without.within(fewer.path)}"
    )
    verdict.mark(TOKEN, keys, findings=1)
    verdict.findings.append(finding(TOKEN, message, fewer, severity=Severity.WARNING, related=[more], count=len(keys)))


def _on_purpose(kind: str, state: Seen, data: Dataset, verdict: Verdict) -> None:
    """Say once what a large part of a set does, and costs nothing; of labels there is nothing to say."""
    if kind == _FILLER:
        return
    rule = next(rule for rule in RULES if kind.startswith(rule.code))
    keys = state.found.records([kind])
    (record,) = data.fetch(keys[:1])
    assert record.example is not None  # only examples have defects
    message = (
        f"{len(keys):,} of {data.usable:,} records have this, so it is taken to be meant, and costs no points: in the "
        f"first {_message(rule, kind, record.example)}"
    )
    place = data.location(int(keys[0]))
    verdict.mark(rule, keys, findings=1)
    verdict.findings.append(finding(rule, message, place, severity=Severity.INFO, count=len(keys)))
