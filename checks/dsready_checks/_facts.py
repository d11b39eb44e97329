"""Which facts answers state that their prompts do not give: names, numbers, dates, and short answers that are names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import name

from dsready.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dsready.dataset.example import Example


class Fact(NamedTuple):
    """Which kind of fact it is, of `KINDS`, and its text, folded."""

    kind: str
    text: str


KINDS = ("name", "number", "date", "short answer")
#: Words of the last turn up to which it is a bare question: a longer one brings along what the answer is made of.
LONGEST_QUESTION = 60
#: Words of an answer that may be nothing but a name.
LONGEST_NAME = 4
#: Letters from which a word of such an answer must have a capital, and may not stand in the prompt.
CONTENT = 4
#: From so many numbers on, a question gives what others can be worked out from.
SUM = 2
#: So many questions may have the same name for their answer: more make it a label.
SAME = 2
#: What the answers to so large a share of the prompts state is the manner of the set, such as the assistant's own name;
#: and a name that so large a share of the questions have is familiar to those who ask. A few always may.
MANNER, FAMILIAR, FEW = 0.2, 0.01, 3
#: Characters of an answer, some hundred words, for which a fact stands: an essay may name something by the way.
PASSAGE = 600
#: Characters of an answer that are read: some pages.
READ = 8000

_WORD = re.compile(r"[^\W_]+")
#: At the end a question, but for what announces the answer: "Answer:", "A:", "->".
_ASKS = re.compile(r"[?？؟]\W{0,20}(?:\w{1,12}\W{0,3}[:：]\W{0,8})?$")
_TAIL = 60
#: A task in the form of a question: what is written for it is made up, or made of the text that comes along.
_TASK = re.compile(
    r"\b(?:can|could|will|would) you (?:please |kindly )?"
    r"(?:(?:re)?write|compose|create|draft|generate|imagine|invent|make up|rephrase|summari[sz]e|tell me a story)\b",
    re.IGNORECASE,
)
_MEDIA = re.compile(r"\[\w+ [0-9a-f]{16}\]")
#: A control token, such as end of text.
_TOKEN = re.compile(r"<\|\w{1,30}\|>|</s>")
#: Code, a call, markup: what stands there states nothing.
_CODE = re.compile(r"```|^\s*(?:[{\[<]|\w+\(|(?:select|def|import|from \w+ import|class|function)\b)", re.IGNORECASE)
#: A calculation or a formula.
_CALCULATES = re.compile(r"=|\\boxed|\\frac|\\\(|\$\$|\d ?[*×÷] ?\d|\d [+/-] \d")
_NUMBERED = re.compile(r"^[ \t*#>(-]{0,8}\d{1,3}[.):、]", re.MULTILINE)
_NUMBER = re.compile(r"(?<![\w.,:/-])\d(?:[\d.,:/-]{0,30}\d)(?![\w/])")
_YEAR = re.compile(r"1\d{3}|20\d\d")
_DIGITS = re.compile(r"\d+")
#: A word with one capital, its first letter, behind a word in lower case, perhaps with a comma or a quote between.
_NAME = re.compile(
    r"[A-ZÀ-ÞĀ-ɏΑ-ΫЀ-Я](?:(?<=[^\W\d_A-Z] .)|(?<=[^\W\d_A-Z], .)|(?<=[^\W\d_A-Z] [\"“'‘«(].))[a-zß-ɏά-ώа-џ]{1,40}"
)
#: Words in lower case: what is written so is no name, even where a heading gives it a capital.
_LOWER = re.compile(r"(?<![^\W_])[a-zß-ɏά-ώа-џ][^\W\d_A-Z]+")
#: German writes all nouns with capitals.
_GERMAN = re.compile(
    r"\b(?:und|der|das|ist|nicht|eine[nmrs]?|wird|wurde|für|von|mit|auf|sind|durch|welche[nmrs]?|wie|wer|wann)\b"
)


class Stated(NamedTuple):
    """
    What answers state that their prompts do not give.

    Attributes
    ----------
    facts
        Those of each answer.
    least, most
        How many answers state facts if all of which the sample leaves open whether it is the manner of the set is
        manner, and if none of it is.
    """

    facts: list[set[Fact]]
    least: int
    most: int


def stated(examples: Sequence[Example]) -> Stated:
    """
    Return for each answer the facts it states that its prompt does not give, as far as their form shows.

    Only answers to bare questions are taken to state facts. A name is no name where another answer writes it in lower
    case, and no fact where other questions have it too; a short answer that is given to several questions is a label;
    what `MANNER` of the answers say is no fact either.
    """
    bare = [asks(example) for example in examples]
    found = [facts(example) if is_bare else set() for example, is_bare in zip(examples, bare, strict=True)]
    if not any(found):
        return Stated(found, 0, 0)
    known = _Known(examples, {question(example) for example in compress(examples, bare)}, found)
    pairs = list(zip(found, examples, strict=True))
    least, kept, most = (
        [_dense({fact for fact in mine if known.counts(fact, often)}, example) for mine, example in pairs]
        for often in known.manner
    )
    return Stated(kept, sum(map(bool, least)), sum(map(bool, most)))


def _dense(mine: set[Fact], example: Example) -> set[Fact]:
    return mine if PASSAGE * len(mine) >= min(len(example.answer), READ) else set()


class _Known:
    """What the whole set shows of what its answers may state."""

    def __init__(self, examples: Sequence[Example], questions: Iterable[str], found: Sequence[set[Fact]]) -> None:
        prompts = {example.prompt for example in examples}
        said = {(example.prompt, fact) for example, mine in zip(examples, found, strict=True) for fact in mine}
        self._often = Counter(fact for _, fact in said)  # a record that is there twice says it once
        #: From how many prompts on a fact is manner: at least, most likely, and at most, as a sample can tell.
        self.manner = [max(FEW, number) for number in _between(MANNER, len(prompts))]
        self._asked = Counter(word for asked in questions for word in set(_WORD.findall(asked.casefold())))
        self._familiar = max(FEW, FAMILIAR * len(prompts))
        self._lower: set[str] = set()
        for example in examples:
            self._lower.update(_LOWER.findall(example.answer[:READ]))

    def counts(self, fact: Fact, most: float) -> bool:
        """Tell whether a fact is one, if more prompts than `most` make it the manner of the set."""
        often = self._often[fact]
        if fact.kind in ("number", "date"):
            return often <= most
        if all(self._asked[word] >= self._familiar for word in fact.text.split()):
            return False
        return often <= SAME if fact.kind == "short answer" else often <= most and fact.text not in self._lower


def _between(share: float, whole: int) -> tuple[float, float, float]:
    """Return the parts of `whole` whose share is surely, most likely and perhaps no more than `share`."""
    lower = bisect_right(range(whole + 1), share, key=lambda part: wilson(part, whole)[1]) - 1
    upper = bisect_right(range(whole + 1), share, key=lambda part: wilson(part, whole)[0]) - 1
    return lower, share * whole, upper


def question(example: Example) -> str:
    """Return the last thing the user says."""
    return next((turn.text for turn in reversed(example.messages) if turn.role == "user"), example.prompt)


def asks(example: Example) -> bool:
    """Tell whether a record answers a bare question: no text to work on, no tools, no picture, no code."""
    asked = question(example)
    return (
        _ASKS.search(asked.rstrip()[-_TAIL:]) is not None
        and not _TASK.search(asked[: 20 * LONGEST_QUESTION])
        and len(_WORD.findall(asked[: 20 * LONGEST_QUESTION])) <= LONGEST_QUESTION
        and not any(turn.calls or turn.role in ("tool", "function") for turn in example.messages)
        and not _MEDIA.search(example.prompt)
        and not _CODE.search(example.answer[:READ])
        and "```" not in asked
        and not _translates(asked, example.answer)
    )


def _translates(asked: str, answer: str) -> bool:
    """Tell whether question and answer begin in different scripts; those without capitals pass for one."""
    letters = [next(filter(str.isalpha, text), "") for text in (asked, answer)]
    return all(letters) and len({_script(letter) for letter in letters}) > 1


def _script(letter: str) -> str:
    return name(letter).partition(" ")[0] if letter.lower() != letter.upper() else ""


def facts(example: Example) -> set[Fact]:
    """Return the facts that an answer to a bare question states and its prompt does not give."""
    given = f"{example.system}\n{example.prompt}".casefold()
    answer = _TOKEN.sub("", example.answer[:READ])
    known = set(_WORD.findall(given))
    numbers = set(_numbers(answer, given))
    if numbers and (len(set(_DIGITS.findall(question(example)))) >= SUM or _CALCULATES.search(answer)):
        numbers = set()
    return {*_names(answer, known), *_short(answer, known), *numbers}


def _names(answer: str, known: set[str]) -> Iterator[Fact]:
    found = set(_NAME.findall(answer))
    if found and len(set(_GERMAN.findall(answer))) <= 1:
        for word in found:
            if word[0].isupper() and not _is_known(word.casefold(), known):
                yield Fact("name", word.casefold())


def _is_known(word: str, known: set[str]) -> bool:
    return word in known or word.removesuffix("s") in known or f"{word}s" in known


def _numbers(answer: str, given: str) -> Iterator[Fact]:
    """Yield numbers of two digits and more, but for those of a list."""
    there = {*_DIGITS.findall(given), *map(_plain, _NUMBER.findall(given))}
    for number in _NUMBER.findall(_NUMBERED.sub(" ", answer)):
        if _plain(number) not in there:
            yield Fact("date" if _YEAR.fullmatch(number) or "/" in number else "number", _plain(number))


def _plain(number: str) -> str:
    """Return a number without the signs that group its digits."""
    return "".join(filter(str.isdigit, number))


def _short(answer: str, known: set[str]) -> Iterator[Fact]:
    """Yield the whole answer where it is nothing but a name."""
    words = _WORD.findall(answer[:200])
    if not 0 < len(words) <= LONGEST_NAME or not (words[0][0].isupper() and words[-1][0].isupper()):
        return
    content = [word for word in words if len(word) >= CONTENT]
    if content and all(word[0].isupper() and not _is_known(word.casefold(), known) for word in content):
        yield Fact("short answer", " ".join(words).casefold())
