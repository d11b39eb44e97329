"""The check `format`: sets whose answers all have one format, or are labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import PrivateAttr

from dsready.check import Check, Verdict, finding
from dsready.model import Metric, Rule, Severity
from dsready.text.masked import quoted
from dsready_checks._answers import Answers
from dsready_checks._classes import tell
from dsready_checks._format_rules import AROUND, CONFORMITY, KEYS, NOT_PARSABLE, RULES, TYPE
from dsready_checks._judged import Judged
from dsready_checks._taught import Taught, learn

if TYPE_CHECKING:
    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset, Inputs
    from dsready_checks._classes import Told

#: The rules that an answer can break on its own.
OF_ANSWERS = (NOT_PARSABLE, KEYS, TYPE, AROUND)
_NAMED = 10  # keys, and classes, in one message
_PROFILED = 50
_QUOTED = 40


class Format(Check[Answers]):
    """
    Answers that break the format which the others teach.

    Why it matters: a rigid output format is what fine-tuning teaches best, and a model that saw 1,000 correct outputs
    holds it almost every time (source 000). It learns the slips just as well: one answer in fifty with words around the
    JSON, and the program that reads the answers fails once in fifty times.

    How to fix: print the answers again with a library, with the same keys and types in each, and nothing around. The
    share that conforms is the number to write a hypothesis about, such as from 85 % to 95 % (source 004). A set is
    taken to teach JSON or XML where at least 80 % of the answers under a system prompt are that and nothing else, or
    half of them and nearly all others hold it among words or broken; free text, code and tool calls are left alone. Of
    a dialogue the last answer is looked at. YAML and SQL are not.
    """

    id: ClassVar[str] = "format"
    rules: ClassVar[tuple[Rule, ...]] = RULES

    _taught: Taught = PrivateAttr(default_factory=Taught)

    def prepare(self, inputs: Inputs) -> Self:
        """Learn from the sample what the answers teach."""
        prepared = self.model_copy()
        prepared._taught = learn(inputs.sample)  # noqa: SLF001  (a copy of this very class)
        return prepared

    def start(self) -> Answers:
        """Return a state that has seen nothing."""
        return Answers()

    def update(self, state: Answers, batch: Batch) -> Answers:
        """Add the answers of a batch, if they teach a format."""
        state.add(batch, self._taught)
        return state

    def merge(self, left: Answers, right: Answers) -> Answers:
        """Join two states."""
        left.extend(right)
        return left

    def finish(self, state: Answers, data: Dataset) -> Verdict:
        """Report the answers that differ from what nearly all others have."""
        verdict = Verdict(state.rows)
        if self._taught.language and state.table:
            judged = Judged(state.table, state.forms, self._taught.language)
            if judged.asked:
                self._format(judged, data, verdict)
        self._values(state, data, verdict)
        return verdict

    def _values(self, state: Answers, data: Dataset, verdict: Verdict) -> None:
        said: dict[str, list[Told]] = {}
        for path, spans in zip(self._taught.fields, state.spelt(self._taught, data), strict=True):
            is_label = path == self._taught.label
            for told in tell(path, spans, is_label=is_label):
                said.setdefault(told.rule.code, []).append(told)
            if is_label:
                ordered = sorted(spans.items(), key=lambda item: (-item[1].records, item[0]))
                labels = {quoted(value, _QUOTED): span.records for value, span in ordered[:_PROFILED]}
                verdict.profile["labels"] = labels
        for code, all_told in said.items():
            verdict.counts[code] = len(all_told)
            for told in sorted(all_told, key=lambda told: (told.first, told.message))[: data.listed]:
                related = [] if told.usual is None else [data.location(told.usual)]
                place = data.location(told.first)
                verdict.findings.append(finding(told.rule, told.message, place, related=related, count=told.records))

    def _format(self, judged: Judged, data: Dataset, verdict: Verdict) -> None:
        hints = frozenset(judged.hints.tolist())
        for rule in OF_ANSWERS:
            hits = judged.hits[rule.code]
            shown = hits[: data.listed]
            verdict.mark(rule, hits)
            for record, place in zip(data.fetch(shown), data.locations(shown), strict=True):
                assert record.example is not None  # only examples have answers
                messages = record.example.messages
                where = messages[-1].pointer if messages else ""
                text = judged.tell(rule.code, record.key, record.example)
                level = Severity.INFO if record.key in hints else None
                verdict.findings.append(finding(rule, text, place, pointer=where, severity=level))
        broken, asked, keys = judged.broken, judged.asked, judged.keys()
        codes = [rule.code for rule in OF_ANSWERS]
        share = Metric.share("consistency.format_share", broken, asked, *codes, what="not in the format of the answers")
        verdict.metrics.append(share)
        verdict.profile["format"] = {
            "language": judged.language,
            "answers": asked,
            "conforming": asked - broken,
            "others": judged.others,
            "keys": [quoted(key, _QUOTED) for key in keys[:_PROFILED]],
        }
        if broken:
            named = ", ".join(quoted(key, _QUOTED) for key in keys[:_NAMED]) + " …" * (len(keys) > _NAMED)
            conform = 1000 * (asked - broken) // asked / 10  # rounded down: 100 % is all of them
            message = (
                f"{conform} % of {asked:,} answers conform to the {judged.language} schema "
                f"of the set{f' (keys: {named})' if named else ''}: the number to write a hypothesis about "
                "(sources 000 and 004)"
            )
            verdict.findings.append(finding(CONFORMITY, message, count=broken))
