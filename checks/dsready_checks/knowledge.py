"""The check `knowledge`: a set that teaches facts, where fine-tuning teaches behaviour."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

import numpy as np
from pydantic import PrivateAttr

from dsready.check import Check, Verdict, finding
from dsready.intervals import wilson
from dsready.model import Rule, Severity
from dsready_checks._facts import KINDS, stated

if TYPE_CHECKING:
    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset, Inputs
    from dsready.dataset.example import Example

KNOWLEDGE = Rule(
    code="KNW001",
    name="knowledge-trap",
    severity=Severity.INFO,
    dimension="content",
    scope="dataset",
    summary="Most answers state names, numbers or dates that their prompts do not give: the set teaches facts",
    fix="If the facts matter, give them to the model in its prompts (retrieval, RAG), and train it to use them.",
    source="Fine-tuning teaches behaviour, style and format, not facts (sources 000 and 004).",
    precision="all 4 findings on 62 public files were right (from 2 sources); 3 files that teach facts were missed",
)

#: Answers that a verdict takes at least.
LEAST = 30
#: Places that are named.
SHOWN = 5


class Evidence(NamedTuple):
    """
    What the sample shows.

    Attributes
    ----------
    answers
        Number of answers looked at.
    kinds
        How many answers state a fact that their prompts do not give, for each of `KINDS`.
    stating
        Keys of those answers, ascending.
    least, most
        How many there are of them at least and at most, by what the sample leaves open (see `stated`).
    """

    answers: int = 0
    kinds: tuple[int, ...] = ()
    stating: tuple[int, ...] = ()
    least: int = 0
    most: int = 0


class Knowledge(Check[int]):
    """
    A set that teaches facts.

    Why it matters: fine-tuning teaches behaviour, style and format, but facts unreliably. A model trained on questions
    and their answers learns to sound sure, and invents what it does not know: the knowledge trap. What it does learn is
    out of date with the next change, and nobody can say where an answer comes from.

    How to fix: ask what the model is to learn. If it is the facts, keep them in documents, find the right ones for each
    question (retrieval, RAG), and train, if at all, on prompts that hold them. If it is the tone or the form of the
    answers, the set may stay as it is: then make sure that the facts are true, or the model learns to make some up.

    How it is estimated: up to 2,000 records, evenly spaced, are looked at. An answer counts where the last turn is a
    bare question, and the answer states names, numbers or dates that stand neither in the prompt nor in the system
    prompt, one for each hundred words at least; or where all of a short answer is a name that hardly any other question
    has for its answer. Code, tool calls, pictures, long prompts, calculations, translations, names that other questions
    have, and what a fifth of the answers say do not count. Reported are sets where even the lower end of the 95 %
    interval (Wilson, 1927) of the share is over one half; what may as well say a fifth of the answers as not makes it
    wider.

    How sure it is: of 62 public files with 30 answers and more it reports 4, from two sources, and rightly: 76 to 80 %
    of their answers count. In all others the share is 30 % and less: instruction mixes, dialogues, tool calls,
    summaries, mathematics, code. It misses 3 files that teach facts, in Chinese or by the letter of a choice. Of 291
    parts of T0 it reports 5, all of them questions about an encyclopaedia without its text. Of the answers that count
    in these sets 30 were read: all state facts.

    What it cannot see: facts without capitals and digits, such as technical terms and names in Chinese; identifiers of
    letters and digits; facts asked for without a question mark; names in German, which writes all nouns with capitals;
    a few facts in many paraphrases.
    """

    id: ClassVar[str] = "knowledge"
    rules: ClassVar[tuple[Rule, ...]] = (KNOWLEDGE,)

    _evidence: Evidence = PrivateAttr(default=Evidence())

    def prepare(self, inputs: Inputs) -> Self:
        """Estimate from the sample how many answers state facts."""
        rows = {
            key: example
            for batch in inputs.sample
            for key, example in zip(batch.keys.tolist(), batch.examples, strict=True)
            if _is_taught(example)
        }
        found = stated(list(rows.values()))
        kinds = Counter(kind for facts in found.facts for kind in {fact.kind for fact in facts})
        keys = sorted(key for key, facts in zip(rows, found.facts, strict=True) if facts)
        prepared = self.model_copy()
        prepared._evidence = Evidence(  # noqa: SLF001  (a copy of this very class)
            len(rows), tuple(kinds[kind] for kind in KINDS), tuple(keys), found.least, found.most
        )
        return prepared

    def goes_by(self) -> None:
        """Return nothing: the evidence is for `finish`, and no reason to scan again."""

    def start(self) -> int:
        """Return zero."""
        return 0

    def update(self, state: int, batch: Batch) -> int:
        """Count the records: the sample has shown what they teach."""
        return state + len(batch.keys)

    def merge(self, left: int, right: int) -> int:
        """Add."""
        return left + right

    def finish(self, state: int, data: Dataset) -> Verdict:
        """Report a set most of whose answers state facts."""
        verdict = Verdict(state)
        seen = self._evidence
        stating = len(seen.stating)
        low, high = wilson(seen.least, seen.answers)[0], wilson(seen.most, seen.answers)[1]
        if seen.answers < LEAST or low <= 1 / 2:
            return verdict
        places = data.locations(seen.stating[:SHOWN])
        counted = sorted(zip(seen.kinds, KINDS, strict=True), reverse=True)
        kinds = ", ".join(f"{kind}s in {count:,}" for count, kind in counted if count)
        lines = ", ".join(place.within(places[0].path) for place in places).replace(", line ", ", ")
        message = (
            f"about {_percent(stating / seen.answers)} % of {seen.answers:,} answers looked at (95 % interval "
            f"{_percent(low)} to {_percent(high)} %) state facts that their prompts do not give: {kinds}, first in "
            f"{lines}. Fine-tuning does not teach facts reliably (sources 000, 004): consider retrieval (RAG). This is "
            "an estimate by the form of the words, and cannot tell what a model knows already"
        )
        verdict.findings.append(finding(KNOWLEDGE, message, related=places))
        verdict.mark(KNOWLEDGE, np.array(seen.stating, np.int64), findings=1)
        verdict.profile["share"] = stating / seen.answers
        return verdict


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _is_taught(example: Example) -> bool:
    """Tell whether there is an answer that is to be learned, not avoided."""
    if example.kind in ("text", "reinforcement") or (example.kind == "unpaired" and example.label == "false"):
        return False
    return bool(example.answer.strip())
