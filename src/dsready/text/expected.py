"""Which texts are not in the language to expect: a quick look at all, a thorough one at those that are odd."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dsready.arrays import distinct_values
from dsready.text.language import (
    CODE_SHARE,
    DENSE_WEIGHT,
    LETTERS,
    SPACE,
    UNKNOWN,
    heads,
    identify,
)
from dsready.text.profiles import (
    BITS,
    CODE,
    DENSE,
    FLOOR,
    HANGUL,
    HIRAGANA,
    KATAKANA,
    LETTER,
    LOWER,
    NAT,
    SYMBOL,
    UPPER,
    load,
    marks,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: A text is unlike the expected language from where this share of the sample ends, and some nats more.
_USUAL = 0.98
_SLACK = 0.5

# A fit reads three neighbouring characters as one number, so each has one of 64 classes.
_CLASSES = 64
_EMPTY, _BLANK, _SIGN, _ALIEN, _DENSE_ALIEN, _RARE, _OWN = range(7)
_ALIEN_COST = 4.0  # nats of an n-gram with a letter that the language does not have
_MANY = (HIRAGANA, KATAKANA, HANGUL)  # each stands for many: told apart even where they are rare
_MOST = 0.5
# What the table adds for each character, in one int64: thousandths of a nat, letters, silent capitals, symbols.
_LETTER_AT, _SILENT_AT, _SYMBOL_AT = 32, 42, 52
_HALF = 1 << _LETTER_AT - 1  # the nats may be negative; three times `WINDOW` letters fit into ten bits


class Expected(NamedTuple):
    """The language that most texts of a kind are in, and the strangeness from which a text looks unlike it."""

    language: int = UNKNOWN
    limit: float = 0.0


def expect(texts: Sequence[str]) -> Expected:
    """Find the language to expect from a sample, in any order. `UNKNOWN` where the language of none can be told."""
    found = identify(texts)
    if not (found != UNKNOWN).any():
        return Expected()
    language = int(np.bincount(found[found != UNKNOWN]).argmax())
    strangeness, _ = fit(language).measure([texts[row] for row in np.flatnonzero(found == language).tolist()])
    strangeness.sort()
    place = _USUAL * (len(strangeness) - 1)  # np.percentile imports numpy.ma, 10 ms
    limit = float(np.interp(place, np.arange(len(strangeness)), strangeness))
    return Expected(language, min(0.0, limit + _SLACK))


def recognise(texts: Sequence[str], expected: Expected) -> NDArray[np.int8]:
    """
    Return what `identify` does, at a fiftieth of the cost where nearly all texts are in the expected language.

    Only texts that look unlike it are scored in all languages.
    """
    home = expected.language
    if home == UNKNOWN or not texts:
        return identify(texts)
    strangeness, prose = fit(home).measure(texts)
    found = np.where(prose, home, UNKNOWN).astype(np.int8)
    unlike = np.flatnonzero(prose & (strangeness > expected.limit))
    if len(unlike):
        found[unlike] = identify([texts[row] for row in unlike.tolist()], home)
    return found


class Fit:
    """
    How well texts fit one language, by one look into a table for each character: a quick filter, not a judgement.

    The 57 most frequent letters of the language are told apart, all others are classes: rare, foreign, blank. The
    table compares the language with the root mean square of all others, which is near that of the best of them.
    """

    def __init__(self, language: int) -> None:
        profiles = load()
        home = profiles.chances(language)
        single = np.flatnonzero((profiles.keys <= CODE) & (home > 0))
        single = single[np.argsort(-home[single] - np.isin(profiles.keys[single], _MANY), kind="stable")]
        known = profiles.keys[single]
        own, rare = known[: _CLASSES - _OWN], known[_CLASSES - _OWN :]
        self._normal = np.full(CODE + 1, _ALIEN, np.uint8)
        self._normal[known] = _RARE
        self._normal[own] = np.arange(_OWN, _OWN + len(own))
        self._normal[[0, SPACE]] = _EMPTY, _BLANK
        self._classes = np.zeros(0x110000, np.uint8)
        flags = np.zeros(_CLASSES, np.uint32)
        flags[[_ALIEN, _DENSE_ALIEN, _SIGN]] = LETTER, LETTER | DENSE, SYMBOL
        dense = _is_dense(rare)
        flags[_RARE] = LETTER | (DENSE if dense else 0)
        self._other_dense = _RARE if dense else _DENSE_ALIEN  # the profiles know but the frequent Han
        flags[_OWN : _OWN + len(own)] = marks(own.astype(np.uint32))
        parts = [self._normal[profiles.keys >> np.uint64(bits) & np.uint64(CODE)] for bits in (2 * BITS, BITS, 0)]
        triples = np.stack(parts).astype(np.int64)
        self._table = _table(_logs(triples, profiles.others(language)) - _logs(triples, home), flags)

    def measure(self, texts: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """
        Return how strange texts are to the language, and which are prose long enough to tell.

        Strangeness is in nats for each letter. Text in the language is below 0, nearly all other text above.
        """
        cut = heads(texts)
        classes = self._classes.take(cut.codes)
        if not classes.all():
            fresh = distinct_values(cut.codes[classes == _EMPTY])
            self._classes[fresh] = self._class(marks(fresh))
            classes = self._classes.take(cut.codes)
        index = classes.astype(np.int32)
        index[1:] += classes[:-1].astype(np.int32) << 6
        index[2:] += classes[:-2].astype(np.int32) << 12
        each = self._table.take(index)
        each[cut.starts] = 0
        sums = np.add.reduceat(each, cut.starts) + _HALF
        count = sums >> _LETTER_AT & (1 << _SILENT_AT - _LETTER_AT) - 1
        silent = sums >> _SILENT_AT & (1 << _SYMBOL_AT - _SILENT_AT) - 1
        prose = (count >= LETTERS) & (count >= silent) & (sums >> _SYMBOL_AT < CODE_SHARE * count)
        nats: NDArray[np.float64] = ((sums & (1 << _LETTER_AT) - 1) - _HALF) / NAT
        return nats / np.maximum(count, 1), prose

    def _class(self, marked: NDArray[np.uint32]) -> NDArray[np.uint8]:
        found = self._normal[marked & CODE]
        dense = np.where(np.isin(marked & CODE, _MANY), _DENSE_ALIEN, self._other_dense)
        foreign = np.where((marked & DENSE) != 0, dense, np.where((marked & LETTER) != 0, _ALIEN, _BLANK))
        found = np.where(found == _ALIEN, foreign, found)
        return np.where((marked & SYMBOL) != 0, _SIGN, found).astype(np.uint8)


fit = cache(Fit)


def _is_dense(keys: NDArray[np.uint64]) -> bool:
    return len(keys) > 0 and bool(((marks(keys.astype(np.uint32)) & DENSE) != 0).mean() > _MOST)


def _logs(triples: NDArray[np.int64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log likelihood of each triple of classes as an n-gram. Shorter ones begin with `_EMPTY`."""
    index = (triples[0] << 12) + (triples[1] << 6) + triples[2]
    logs: NDArray[np.float64] = np.log(np.bincount(index, shares, _CLASSES**3) + FLOOR)
    return logs.reshape(_CLASSES, _CLASSES, _CLASSES)


def _table(costs: NDArray[np.float64], flags: NDArray[np.uint32]) -> NDArray[np.int64]:
    """
    Work out what the last of three characters adds, for all triples of classes.

    Parameters
    ----------
    costs
        Nats of each triple as an n-gram, shape (classes, classes, classes).
    flags
        Those of `marks`, for each class.
    """
    number = np.arange(_CLASSES)
    alien, blank = np.isin(number, (_ALIEN, _DENSE_ALIEN)), np.isin(number, (_BLANK, _SIGN))
    costs = np.where(alien[:, None, None] | alien[:, None] | alien, _ALIEN_COST, costs)
    fold = np.where(blank, _BLANK, number)  # a symbol is a space to langdetect
    one, two, three = costs[0, 0][fold], costs[0][np.ix_(fold, fold)], costs[np.ix_(fold, fold, fold)]
    nats = np.where(blank, 0, one) + np.where(blank[:, None] & blank, 0, two) + np.where(blank[:, None], 0, three)
    letter = ((flags & LETTER) != 0) + ((flags & DENSE) != 0) * (DENSE_WEIGHT - 1)
    table: NDArray[np.int64] = np.rint(nats * np.maximum(letter, 1) * NAT).astype(np.int64)
    table += letter.astype(np.int64) << _LETTER_AT
    upper, lower = (flags & UPPER) != 0, (flags & LOWER) != 0
    table[:, upper[:, None] & upper] = 1 << _SILENT_AT
    odd = ((flags & SYMBOL) != 0) | (lower[:, None] & upper)
    table += odd.astype(np.int64) << _SYMBOL_AT
    return table.reshape(_CLASSES**3)
