"""The check `language`: records in another language than the rest, and answers in another than their prompts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import numpy as np
from pydantic import Field, PrivateAttr

from dsready.check import Check, Verdict, finding, in_order
from dsready.model import Metric, Rule, Severity
from dsready.text.expected import Expected, expect, recognise
from dsready.text.language import LONG, UNKNOWN, letters
from dsready.text.profiles import LANGUAGES, NAMES, name
from dsready.text.shingles import sequence_hash
from dsready.text.words import mix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dsready.dataset.batch import Batch
    from dsready.dataset.dataset import Dataset, Inputs
    from dsready.dataset.example import Example

MINORITY = Rule(
    code="LNG001",
    name="minority-language",
    severity=Severity.WARNING,
    dimension="consistency",
    summary="The record is in another language than nearly all others",
    fix="Remove or translate the records listed, or add enough of that language to be learned.",
)
DIFFERS = Rule(
    code="LNG002",
    name="answer-language-differs",
    severity=Severity.INFO,
    dimension="consistency",
    summary="The answer is in another language than its prompt, which does not ask for it",
    fix="Answer in the language of the prompt, or say in the prompt which language is wanted.",
)

#: Records of the sample that are looked at.
SAMPLED = 160
#: A way from prompt language to answer language that so many records take is what the set is about.
ON_PURPOSE = 0.05
FEW = 3
#: Characters at either end of a prompt in which an instruction is looked for.
EDGE = 500

_ROW = np.dtype([("key", np.int64), ("prompt", np.int8), ("answer", np.int8), ("asked", np.bool_)])
_SIDES = ("prompt", "answer")
_ASKS = re.compile(
    r"translat|traduc|traduz|tradui|übersetz|vertal|tłumacz|перев[её]?[од]|翻译|翻譯|訳|번역|ترجم|अनुवाद|แปล|dịch"
    r"|français|español|castellano|deutsch|italiano|português|русск|английск|anglais|inglés|inglese|inglês|englisch"
    r"|[英中法德日俄韩汉]语|[英中日韩汉漢]文|日本語|英語|中国語|한국어|영어|(?<!\w)(?:" + "|".join(NAMES) + r")(?!\w)",
    re.IGNORECASE,
)

State = list["NDArray[np.void]"]


class Language(Check[State]):
    """
    Records in a minority language.

    Why it matters: a few records in another language teach the model to switch languages at random, and are too few to
    teach it that language. An answer in another language than its prompt does the same.

    How to fix: remove or translate the records listed, or say in the prompt which language is wanted. A set in which
    no language prevails, or in which many answers change the language, is taken to be meant that way.
    """

    id: ClassVar[str] = "language"
    rules: ClassVar[tuple[Rule, ...]] = (MINORITY, DIFFERS)

    dominance: Annotated[
        float,
        Field(gt=0.5, le=1, description="share of the records from which one language makes the others a minority"),
    ] = 0.9

    _expected: tuple[Expected, Expected] = PrivateAttr(default=(Expected(), Expected()))

    def prepare(self, inputs: Inputs) -> Self:
        """Learn from the sample which language prompts and answers are in."""
        examples = [example for batch in inputs.sample for example in batch.examples]
        # By what they say, not by their places: a shuffled set has the same languages.
        said = [mix(sequence_hash(batch, "prompt")) + sequence_hash(batch, "answer") for batch in inputs.sample]
        order = np.argsort(np.concatenate([np.empty(0, np.uint64), *said]), kind="stable")
        chosen = [examples[row] for row in order[:SAMPLED].tolist()]
        prepared = self.model_copy()
        prepared._expected = (  # noqa: SLF001  (a copy of this very class)
            expect([example.prompt for example in chosen]),
            expect([example.answer for example in chosen]),
        )
        return prepared

    def start(self) -> State:
        """Return no rows."""
        return []

    def update(self, state: State, batch: Batch) -> State:
        """Add the languages of a batch's prompts and answers."""
        rows = np.zeros(len(batch.keys), _ROW)
        rows["key"] = batch.keys
        for side, expected in zip(_SIDES, self._expected, strict=True):
            rows[side] = recognise([getattr(example, side) for example in batch.examples], expected)
        away = (rows["answer"] != rows["prompt"]) & (rows["answer"] != UNKNOWN)
        away &= (rows["prompt"] != UNKNOWN) | (rows["answer"] != self._expected[1].language)
        _forget_short(rows, np.flatnonzero(away & (rows["prompt"] != UNKNOWN)), batch.examples)
        foreign = (rows["prompt"] != UNKNOWN) & (rows["prompt"] != self._expected[0].language)
        _note_asking(rows, np.flatnonzero(away | foreign), batch.examples)
        state.append(rows)
        return state

    def merge(self, left: State, right: State) -> State:
        """Join the rows."""
        left.extend(right)
        return left

    def finish(self, state: State, data: Dataset) -> Verdict:
        """Report what is not in the language of nearly all, and answers that leave the language of their prompt."""
        rows = in_order(state, _ROW)
        languages = np.where(rows["answer"] != UNKNOWN, rows["answer"], rows["prompt"])
        top = int(_count(languages).argmax())
        translated = rows["asked"] & (languages != top)  # asked for, it is no change of language
        languages = np.where(translated, UNKNOWN, languages)
        counts = _count(languages)
        known = int(counts.sum())
        prevails = known > 0 and counts[top] >= self.dominance * known
        minority = np.flatnonzero((languages != UNKNOWN) & (languages != top) & prevails)
        odd, meant = _odd(rows)
        rest = f"while {100 * counts[top] / max(known, 1):.1f} % of the set is {name(top)}"
        shown, others = minority[: data.listed], odd[: data.listed]
        messages = [
            *((MINORITY, f"{name(language)}, {rest}") for language in languages[shown].tolist()),
            *(
                (DIFFERS, f"the answer is {name(row['answer'])}, the prompt {name(row['prompt'])}")
                for row in rows[others]
            ),
        ]
        places = data.locations(rows["key"][np.concatenate((shown, others))])
        profile = {
            LANGUAGES[number]: int(counts[number])
            for number in np.argsort(-counts, kind="stable")[: (counts > 0).sum()]
        }
        share = Metric.share(
            "consistency.language_share", len(minority), known, MINORITY.code, what="in a minority language"
        )
        verdict = Verdict(
            examined=len(rows),
            findings=[finding(rule, text, place) for (rule, text), place in zip(messages, places, strict=True)],
            metrics=[share],
            profile={"languages": profile | {"unknown": len(rows) - known}, "answers_elsewhere": meant},
        )
        verdict.mark(MINORITY, rows["key"][minority])
        verdict.mark(DIFFERS, rows["key"][odd])
        kinds = {code: rows["key"][languages == LANGUAGES.index(code)] for code in profile}
        if len(kinds) > 1 and 2 * known > len(rows):  # too short a text is no other language
            verdict.along("language", kinds | {"unknown": rows["key"][languages == UNKNOWN]}, data)
        return verdict


def _forget_short(rows: NDArray[np.void], differ: NDArray[np.int64], examples: Sequence[Example]) -> None:
    """Forget the language of short sides where prompt and answer differ."""
    for side in _SIDES:
        short = letters([getattr(examples[row], side) for row in differ.tolist()]) < LONG
        rows[side][differ[short]] = UNKNOWN


def _note_asking(rows: NDArray[np.void], suspects: NDArray[np.int64], examples: Sequence[Example]) -> None:
    """Note which prompts ask for another language: what they translate is on purpose."""
    for row in suspects.tolist():
        prompt = examples[row].prompt
        spoken = (examples[row].system, prompt[:EDGE], prompt[-EDGE:])
        rows["asked"][row] = any(_ASKS.search(text) for text in spoken)


def _count(languages: NDArray[np.int8]) -> NDArray[np.int64]:
    return np.bincount(languages[languages != UNKNOWN], minlength=len(LANGUAGES))


def _differ(rows: NDArray[np.void]) -> NDArray[np.int64]:
    prompt, answer = rows["prompt"], rows["answer"]
    return np.flatnonzero((prompt != UNKNOWN) & (answer != UNKNOWN) & (prompt != answer))


def _odd(rows: NDArray[np.void]) -> tuple[NDArray[np.int64], dict[str, int]]:
    """Return the rows whose answer leaves the prompt's language, and the ways that many take, such as en → fr."""
    both = int(np.count_nonzero((rows["prompt"] != UNKNOWN) & (rows["answer"] != UNKNOWN)))
    differ = _differ(rows)
    way = rows["prompt"][differ].astype(np.int64) * len(LANGUAGES) + rows["answer"][differ]
    ways, counts = np.unique(way, return_counts=True)
    often = (counts >= ON_PURPOSE * both) & (counts >= FEW)
    meant = {
        f"{LANGUAGES[number // len(LANGUAGES)]} → {LANGUAGES[number % len(LANGUAGES)]}": count
        for number, count in zip(ways[often].tolist(), counts[often].tolist(), strict=True)
    }
    return differ[~np.isin(way, ways[often]) & ~rows["asked"][differ]], meant
