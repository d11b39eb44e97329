"""
Which language a text is in: naive Bayes over langdetect's profiles, the same answer every time.

langdetect draws n-grams at random until it is sure; here all of them are added up, and a text gets no answer rather
than a doubtful one. Looked at are the first `WINDOW` characters, without fenced code, URLs and mail addresses.
Letters with detached accents (NFD) are taken as they stand: langdetect composes them for Vietnamese.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dsready.text.profiles import (
    BITS,
    CODE,
    DENSE,
    DENSE_FROM,
    DENSE_TO,
    HANGUL,
    HIRAGANA,
    KATAKANA,
    LANGUAGES,
    LETTER,
    LOWER,
    NAT,
    SYMBOL,
    UPPER,
    load,
    marks,
)
from dsready.text.ragged import Ragged, offsets, stacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

UNKNOWN = -1
#: Characters of a text that are looked at.
WINDOW = 240
#: A text with fewer letters says nothing. A letter of a dense script (Han, kana, Hangul) counts as three.
LETTERS = 24
DENSE_WEIGHT = 3
#: From this many symbols of code for each letter, a text is code.
CODE_SHARE = 0.1
#: Nats by which the best language must lead the next.
MARGIN = 4.0
#: Where a language is expected: nats for each n-gram by which another must lead it, and the letters that it takes.
#: Real text leads by 0.55 and more, but for the closest neighbours; lists of foreign names by up to 0.37.
LEAD = 0.4
LONG = 60
#: Nats for each n-gram, on the average: a text that fits no better is in none of the languages.
WORST_FIT = 7.6

SPACE = ord(" ")
JA, KO, ZH = (LANGUAGES.index(code) for code in ("ja", "ko", "zh"))
_WIDE, _LATIN_FROM, _LATIN_TO = 0x300, 0x1E00, 0x1EFF  # letters are not Latin from the first on, but for the others
_MIXED = 0.1  # letters in one script for each in the other: fewer are names and signs
_CHUNK = 64  # texts scored at once: their n-grams by 54 languages stay in a few megabytes
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_URL = re.compile(r"https?://[-_.?&~;+=/#0-9A-Za-z]{1,2076}")
_MAIL = re.compile(r"[-_.0-9A-Za-z]{1,64}@[-_0-9A-Za-z]{1,255}[-_.0-9A-Za-z]{1,255}")
_CODE = re.compile(
    r"^\s*(?:def|class|import|from \w+ import|#include|public|function|const|var|let|select|insert into|<\w+)\b",
    re.IGNORECASE | re.MULTILINE,
)
_JSON = ("{", "[{", '["')


def window(text: str) -> str:
    """Return the part of a text that is looked at."""
    head = text[:WINDOW]
    if "```" in head or "http" in head or "@" in head:
        head = _MAIL.sub(" ", _URL.sub(" ", _FENCE.sub(" ", text[: WINDOW * 8])))[:WINDOW]
    return "" if head.startswith(_JSON) else head


class Heads(NamedTuple):
    """
    The windows of several texts, a line feed before each.

    `codes` are code points, `starts` says where texts begin. `mixed` tells which texts have both Latin letters and
    others, `latin` in which the Latin ones were left.
    """

    codes: NDArray[np.uint32]
    starts: NDArray[np.int64]
    mixed: NDArray[np.bool_]
    latin: NDArray[np.bool_]


def heads(texts: Sequence[str]) -> Heads:
    """
    Join the windows, without the Latin letters of texts in another script.

    langdetect drops them where the others are twice as many; for Chinese, Japanese and Korean it would take the names
    of programs and brands for the language, so there half as many are enough.
    """
    windows = [window(text) for text in texts]
    lengths = np.fromiter(map(len, windows), np.int64, len(windows)) + 1
    starts = np.cumsum(lengths) - lengths
    codes = np.frombuffer(("\n" + "\n".join(windows)).encode("utf-32-le", "surrogatepass"), np.uint32)
    if codes.max() < _WIDE:
        return Heads(codes, starts, np.zeros(len(texts), np.bool_), np.ones(len(texts), np.bool_))
    latin = (codes >= ord("A")) & (codes <= ord("z"))
    others = _sums((codes >= _WIDE) & ((codes < _LATIN_FROM) | (codes > _LATIN_TO)), starts)
    dense = _sums((codes >= DENSE_FROM) & (codes <= DENSE_TO), starts)
    latins = _sums(latin, starts)
    weight = others + (DENSE_WEIGHT - 1) * dense
    mixed = (latins > _MIXED * weight) & (weight > _MIXED * latins)
    drop = (latins * 2 < others) | (latins < dense * 2)
    if drop.any():
        keep = ~(latin & np.repeat(drop, lengths))
        lengths = _sums(keep, starts)
        codes, starts = codes[keep], np.cumsum(lengths) - lengths
    return Heads(codes, starts, mixed, ~drop)


def _sums(values: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.add.reduceat(values, starts, dtype=np.int64)


def grams(texts: Sequence[str]) -> Ragged[np.uint64]:
    """Return the packed n-grams of each text, by langdetect's rules, known to a profile or not."""
    if not texts:
        return stacked([], np.uint64)
    cut = heads(texts)
    return _grams(marks(cut.codes), cut.starts)


def _grams(marked: NDArray[np.uint32], starts: NDArray[np.int64]) -> Ragged[np.uint64]:
    """
    Pack the n-grams that end at each character.

    Runs of spaces need no collapsing: nothing ends at a second space, and no 3-gram has a space in its middle.
    """
    last = (marked & CODE).astype(np.uint64)
    middle, first = _before(last), _before(_before(last))
    ends = _heard(marked)
    ends[starts] = False
    packed = np.empty((len(last), 3), np.uint64)
    packed[:, 0] = last
    packed[:, 1] = middle << np.uint64(BITS) | last
    packed[:, 2] = first << np.uint64(2 * BITS) | packed[:, 1]
    some = np.empty(packed.shape, np.bool_)
    some[:, 0] = ends & (last != SPACE)
    some[:, 2] = ends & (middle != SPACE)
    some[:, 1] = some[:, 0] | some[:, 2]
    counts = np.add.reduceat(np.count_nonzero(some, axis=1), starts, dtype=np.int64)
    return Ragged(packed[some], offsets(counts))


def _before(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return np.concatenate((np.array([SPACE], np.uint64), values[:-1]))


def _heard(marked: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Tell where n-grams may end: not at the second and later capitals of a word, which are acronyms and headings."""
    heard = np.ones(len(marked), np.bool_)
    heard[1:] = (marked[1:] & marked[:-1] & UPPER) == 0
    return heard


def identify(texts: Sequence[str], home: int = UNKNOWN) -> NDArray[np.int8]:
    """
    Return the number of each text's language in `LANGUAGES`, `UNKNOWN` where there is a doubt.

    Parameters
    ----------
    home
        Language to expect. A text in any other must then be long, and clearly not in this one.
    """
    found = np.full(len(texts), UNKNOWN, np.int8)
    for start in range(0, len(texts), _CHUNK):
        found[start : start + _CHUNK] = _identify(texts[start : start + _CHUNK], home)
    return found


def letters(texts: Sequence[str]) -> NDArray[np.int64]:
    """Count the letters that are looked at, those of dense scripts as often as they count."""
    if not texts:
        return np.zeros(0, np.int64)
    cut = heads(texts)
    return _letters(marks(cut.codes), cut.starts)


def _identify(texts: Sequence[str], home: int) -> NDArray[np.int8]:
    cut = heads(texts)
    marked = marks(cut.codes)
    scores, known = _scores(_grams(marked, cut.starts))
    rows = np.arange(len(texts))
    best = scores.argmax(axis=1)
    top = scores[rows, best]
    sure = top > -WORST_FIT * NAT * known
    if home == UNKNOWN:
        scores[rows, best] = np.iinfo(np.int32).min
        sure &= top - scores.max(axis=1).astype(np.int64) >= MARGIN * NAT
        sure &= ~(cut.mixed & cut.latin)
    else:
        sure &= top - scores[:, home] >= LEAD * NAT * known
    by_script = _by_script(marked, cut.starts, home)
    best = np.where(by_script == UNKNOWN, best, by_script)
    sure |= by_script != UNKNOWN
    if home != UNKNOWN:
        sure &= ~cut.mixed & (_letters(marked, cut.starts) >= LONG)
        sure &= np.array([_CODE.search(text[:WINDOW]) is None for text in texts], np.bool_)
        sure |= best == home
    sure &= _prose(marked, cut.starts)
    return np.where(sure, best, UNKNOWN).astype(np.int8)


def _by_script(marked: NDArray[np.uint32], starts: NDArray[np.int64], home: int) -> NDArray[np.int64]:
    """
    Settle Chinese, Japanese and Korean by their scripts, `UNKNOWN` elsewhere.

    The profiles know few of the many characters, and would call Chinese text Korean. Japanese is half kana; where there
    are few, Chinese quotes Japanese or the other way round. In a Japanese data set some Han alone are a heading.
    """
    every, dense = _sums((marked & LETTER) != 0, starts), _sums((marked & DENSE) != 0, starts)
    code = marked & CODE
    hangul, kana = _sums(code == HANGUL, starts), _sums((code == HIRAGANA) | (code == KATAKANA), starts)
    heading = (kana == 0) & (dense < LETTERS) & (home == JA)
    quoting = home if home in (JA, ZH) else JA
    language = np.where((kana * 4 >= dense) | heading, JA, np.where(kana * 20 >= dense, quoting, ZH))
    language = np.where(hangul * 2 >= dense, KO, language)
    return np.where(dense * 2 > every, language, UNKNOWN)


def _scores(ragged: Ragged[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return thousandths of log likelihood by text and language, and the number of n-grams they are made of."""
    profiles = load()
    rows = len(ragged.starts) - 1
    place = np.searchsorted(profiles.keys, ragged.values)
    place[place == len(profiles.keys)] = 0
    known = profiles.keys[place] == ragged.values
    row = np.repeat(np.arange(rows), np.diff(ragged.starts))[known]
    counts = np.bincount(row, minlength=rows)
    scores = np.zeros((rows, len(LANGUAGES)), np.int32)
    filled = np.flatnonzero(counts)
    if len(filled):
        cuts = (np.cumsum(counts) - counts)[filled]
        scores[filled] = np.add.reduceat(profiles.logs[place[known]], cuts, axis=0, dtype=np.int32)
    return scores, counts


def _prose(marked: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which texts have enough letters, and are neither code nor all in capitals."""
    count = _letters(marked, starts)
    odd = (marked & SYMBOL) != 0
    odd[1:] |= ((marked[1:] & UPPER) != 0) & ((marked[:-1] & LOWER) != 0)  # camelCase
    silent = _sums(~_heard(marked), starts)
    result: NDArray[np.bool_] = (count >= LETTERS) & (count >= silent) & (_sums(odd, starts) < CODE_SHARE * count)
    return result


def _letters(marked: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    heard = _heard(marked)
    dense = _sums(heard & ((marked & DENSE) != 0), starts)
    return _sums(heard & ((marked & LETTER) != 0), starts) + dense * (DENSE_WEIGHT - 1)
