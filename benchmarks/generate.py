"""
Seeded chat records, streamed to a file: realistic in length and vocabulary, with planted duplicates and leaks.

Texts are drawn from units: the words and short phrases of English prose as often as they stand there, and a long tail
of made-up names. So a million records share words and turns of speech, as real ones do, and hardly a sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from pydoc_data import topics
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import orjson

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SYSTEMS = (
    "You are the support assistant of a small online shop. Answer politely, in at most four sentences.",
    "You are a helpful assistant.",
    "You review code. Be brief, and name the line you speak of.",
)
WRAPPING = "Read the question below with care, think it over step by step, and then answer it.\n\nQuestion: "
#: One record in fifty is an earlier one with a word or two changed, one in two hundred is an earlier one unchanged.
NEAR_SHARE, EXACT_SHARE = 0.02, 0.005
#: Of the evaluation items, one in ten was trained on as it is, one in twenty inside an instruction.
LEAKED_SHARE, WRAPPED_SHARE = 0.1, 0.05
_SENTENCE = 78
_AT_ONCE = 2_000  # records in memory
_REMEMBERED = 5_000  # earlier records that may be repeated
_NAMES, _PHRASES = 40_000, 20_000
_NAME_SHARE, _PHRASE_SHARE = 0.08, 0.15
_SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "jen",
    "ki",
    "lor",
    "mu",
    "na",
    "per",
    "qui",
    "ras",
    "sol",
    "ul",
    "ven",
    "wy",
)


class Pair(NamedTuple):
    """A question and its answer."""

    question: str
    answer: str


@dataclass
class Planted:
    """
    What a generated file holds. Lines count from 1.

    Attributes
    ----------
    near, exact
        Line to the earlier line that it repeats.
    leaked, wrapped
        Lines of the evaluation file whose question is a training prompt, or stands in one.
    """

    near: dict[int, int] = field(default_factory=dict)
    exact: dict[int, int] = field(default_factory=dict)
    leaked: list[int] = field(default_factory=list)
    wrapped: list[int] = field(default_factory=list)


class Writer:
    """Draws texts; the same seed draws the same."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        words = re.findall(r"[A-Za-z][a-z]+", " ".join(topics.topics.values()))
        counts = Counter(word.lower() for word in words)
        starts = self._rng.integers(0, len(words) - 4, _PHRASES)
        phrases = [" ".join(words[start : start + 2 + start % 3]).lower() for start in starts.tolist()]
        syllables = self._rng.integers(0, len(_SYLLABLES), (_NAMES, 3)).tolist()
        names = ["".join(_SYLLABLES[part] for part in parts).capitalize() for parts in syllables]
        common = np.array(list(counts.values()), float)
        weights = np.concatenate(
            [
                common / common.sum() * (1 - _NAME_SHARE - _PHRASE_SHARE),
                np.full(_PHRASES, _PHRASE_SHARE / _PHRASES),
                np.full(_NAMES, _NAME_SHARE / _NAMES),
            ]
        )
        self._units = np.array([f" {unit}" for unit in (*counts, *phrases, *names)], object)
        self._bounds = np.cumsum(weights)
        self._bounds[-1] = 1.0

    def draw(self, count: int) -> NDArray[np.float64]:
        """Return numbers between 0 and 1."""
        return self._rng.random(count)

    def below(self, limit: int, count: int) -> NDArray[np.int64]:
        """Return whole numbers."""
        return self._rng.integers(0, limit, count)

    def units(self, count: int) -> list[str]:
        """Return words and phrases, each after a space."""
        drawn: list[str] = self._units[np.searchsorted(self._bounds, self._rng.random(count))].tolist()
        return drawn

    def sentences(self, count: int) -> list[str]:
        """Return sentences of 5 to 14 units, about `_SENTENCE` bytes each."""
        lengths = self._rng.integers(5, 15, count)
        units = self.units(int(lengths.sum()))
        ends = list(accumulate(lengths.tolist()))
        ranges = zip([0, *ends], ends, strict=False)
        return ["".join(units[begin:end])[1:].capitalize() + "." for begin, end in ranges]

    def pairs(self, count: int, size: int) -> list[Pair]:
        """Return questions of one to three sentences, and answers of the rest, of about `size` bytes together."""
        asked = self._rng.integers(1, 4, count)
        told = self._rng.integers(1, max(3, round(2 * (size / _SENTENCE - 2))), count)
        ends = np.cumsum(np.stack([asked, told], axis=1)).tolist()
        said = self.sentences(ends[-1])
        parts = [" ".join(said[begin:end]) for begin, end in zip([0, *ends], ends, strict=False)]
        return [Pair(f"{parts[i][:-1]}?", parts[i + 1]) for i in range(0, len(parts), 2)]

    def changed(self, pair: Pair) -> Pair:
        """Return a pair with one word of its answer replaced, and one put into its question."""
        answer, question = pair.answer.split(" "), pair.question.split(" ")
        first, second = (unit[1:] for unit in self.units(2))
        answer[int(self.below(len(answer), 1)[0])] = first
        return Pair(" ".join([*question[:1], second, *question[1:]]), " ".join(answer))


def write(
    path: Path, count: int, *, size: int = 930, seed: int = 7, evals: Path | None = None, items: int = 200
) -> Planted:
    """
    Write a training file, and an evaluation file of which some items are leaked into it.

    Parameters
    ----------
    path, count
        Where to, and how many records.
    size
        Bytes of question and answer, on the average.
    seed
        The same seed gives the same bytes.
    evals, items
        The evaluation file, and its length.
    """
    writer, planted = Writer(seed), Planted()
    leaks = _evaluation(writer, evals, items, size, planted) if evals else []
    places = {(number + 1) * count // (len(leaks) + 1): pair for number, pair in enumerate(leaks)}
    remembered: list[tuple[int, Pair, str]] = []
    with path.open("wb") as file:
        for begin in range(0, count, _AT_ONCE):
            fresh = writer.pairs(min(_AT_ONCE, count - begin), size)
            lots, slots = writer.draw(len(fresh)).tolist(), writer.below(_REMEMBERED, len(fresh)).tolist()
            systems = writer.below(len(SYSTEMS), len(fresh)).tolist()
            lines: list[bytes] = []
            for number, (new, lot, slot) in enumerate(zip(fresh, lots, slots, strict=True), begin + 1):
                pair, system = new, SYSTEMS[systems[number - 1 - begin]]
                if number in places:
                    pair = places[number]._replace(answer=new.answer)
                elif lot < NEAR_SHARE + EXACT_SHARE and remembered:
                    earlier, old, system = remembered[slot % len(remembered)]
                    near = lot < NEAR_SHARE
                    pair = writer.changed(old) if near else old
                    (planted.near if near else planted.exact)[number] = earlier
                elif len(remembered) < _REMEMBERED:
                    remembered.append((number, pair, system))
                else:
                    remembered[slot] = (number, pair, system)
                lines.append(_line(system, pair))
            file.write(b"".join(lines))
    return planted


def _evaluation(writer: Writer, path: Path, items: int, size: int, planted: Planted) -> list[Pair]:
    """Write the evaluation file, and return what of it is to be trained on."""
    pairs = writer.pairs(items, size)
    path.write_bytes(b"".join(_line(SYSTEMS[0], pair) for pair in pairs))
    leaked, wrapped = round(items * LEAKED_SHARE), round(items * WRAPPED_SHARE)
    order = writer.draw(items).argsort().tolist()
    planted.leaked = sorted(item + 1 for item in order[:leaked])
    planted.wrapped = sorted(item + 1 for item in order[leaked : leaked + wrapped])
    as_they_are = [pairs[item - 1] for item in planted.leaked]
    return as_they_are + [Pair(WRAPPING + pairs[item - 1].question, "") for item in planted.wrapped]


def _line(system: str, pair: Pair) -> bytes:
    turns = [("system", system), ("user", pair.question), ("assistant", pair.answer)]
    return orjson.dumps({"messages": [{"role": role, "content": text} for role, text in turns]}) + b"\n"
