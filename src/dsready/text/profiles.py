"""langdetect's 55 language profiles as arrays, and its rules on which characters count."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import unidata_version

import numpy as np
import orjson

from dsready import cache as kept
from dsready.text.characters import PerCharacter

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Bits of one code point in a packed n-gram, the last character lowest.
BITS = 21
CODE = (1 << BITS) - 1
#: What `marks` says of a character, above its normalised code point.
UPPER, LOWER, LETTER, DENSE, SYMBOL = (1 << BITS + bit for bit in range(5))
#: Logarithms are kept in whole thousandths of a nat: their sums are exact, so the order of adding cannot matter.
NAT = 1000
#: langdetect's smoothing: alpha / BASE_FREQ.
FLOOR = 0.5 / 10_000
#: Code points below surrogates and symbols: nearly all that is written.
_USUAL = 0xD800

#: Characters that are frequent in code and rare in prose.
SYMBOLS = frozenset("{}[]();=<>_\\/|$#+*&^~`")
#: Normalised characters of scripts that say much with few characters: Han, kana, Hangul.
DENSE_FROM, DENSE_TO = 0x3041, 0xD7AF
#: What langdetect makes of every kana and every Korean syllable.
HIRAGANA, KATAKANA, HANGUL = 0x3042, 0x30A2, 0xAC00

_CODES = {
    "af": "Afrikaans", "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
    "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "kn": "Kannada",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ml": "Malayalam", "mr": "Marathi",
    "ne": "Nepali", "nl": "Dutch", "no": "Norwegian", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "so": "Somali", "sq": "Albanian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip

#: Codes of the languages, in the order of their numbers everywhere in dsready. zh stands for zh-cn and zh-tw.
LANGUAGES = tuple(_CODES)
#: Their English names.
NAMES = tuple(_CODES.values())


def name(language: int) -> str:
    """Return the English name of a language, and its code: `Spanish (es)`."""
    return f"{NAMES[language]} ({LANGUAGES[language]})"


@dataclass(frozen=True, slots=True)
class Profiles:
    """
    How frequent each n-gram of one to three characters is in each language.

    Attributes
    ----------
    keys
        uint64, shape (n-grams,), ascending: packed n-grams.
    logs
        int16, shape (n-grams, languages): thousandths of log(FLOOR + p), p the share among n-grams of that length.
    squares
        float64, shape (n-grams,): sum of p² over all languages.
    """

    keys: NDArray[np.uint64]
    logs: NDArray[np.int16]
    squares: NDArray[np.float64]

    def chances(self, language: int) -> NDArray[np.float64]:
        """Return p of each n-gram in one language, 0 where it does not occur."""
        logs = self.logs[:, language]
        return np.where(logs > logs.min(), np.exp(logs / NAT) - FLOOR, 0.0)

    def others(self, language: int) -> NDArray[np.float64]:
        """Return the root mean square of p in all other languages: near that of the best, where one stands out."""
        rest = self.squares - np.square(self.chances(language))
        root: NDArray[np.float64] = np.sqrt(rest.clip(0) / (len(LANGUAGES) - 1))
        return root


@cache
def load() -> Profiles:
    """
    Return the profiles that langdetect installs: from the last run's arrays, or from its files, once in a process.

    The arrays of 10 MB are read in 5 ms, the files in 80.
    """
    name = f"{_folder_kept()}/arrays"
    content = kept.get(name)
    if content is not None:
        try:
            file = BytesIO(content)
            return Profiles(*(np.load(file, allow_pickle=False) for _ in range(3)))
        except Exception:  # noqa: BLE001, S110  (numpy may raise anything; then they are read anew)
            pass
    profiles, file = _read(), BytesIO()
    for column in (profiles.keys, profiles.logs, profiles.squares):
        np.save(file, column, allow_pickle=False)
    kept.put(name, file.getvalue())
    return profiles


def _folder_kept() -> str:
    """Name what is kept of this langdetect, in this form of it."""
    return f"profiles/langdetect-{version('langdetect')}-form-1"


def _read() -> Profiles:
    """
    Read the profiles from their files.

    The Chinese profiles become one, each with half the weight: which script is used is no matter of language.
    """
    profiles = [(_number(path.name), orjson.loads(path.read_bytes())) for path in sorted(_folder().iterdir())]
    grams = [gram for _, profile in profiles for gram in profile["freq"]]
    letters = np.array(grams, dtype="U3").view(np.uint32).reshape(-1, 3).astype(np.uint64)
    packed = letters[:, 0]
    for column in letters[:, 1:].T:
        packed = np.where(column != 0, packed << np.uint64(BITS) | column, packed)
    keys, place = np.unique(packed, return_inverse=True)

    chances = np.zeros((len(keys), len(LANGUAGES)), np.float32)
    lengths = np.count_nonzero(letters, axis=1) - 1
    start = 0
    for number, profile in profiles:
        end = start + len(profile["freq"])
        counts = np.fromiter(profile["freq"].values(), np.float64, end - start)
        weight = 2 if LANGUAGES[number] == "zh" else 1
        shares = counts / np.array(profile["n_words"])[lengths[start:end]] / weight
        chances[place[start:end], number] += shares.astype(np.float32)
        start = end
    squares = np.einsum("ij,ij->i", chances, chances).astype(np.float64)
    chances += np.float32(FLOOR)
    np.log(chances, out=chances)
    chances *= NAT
    return Profiles(keys, np.rint(chances, out=chances).astype(np.int16), squares)


def _number(file: str) -> int:
    return LANGUAGES.index(file.partition("-")[0])


def _folder() -> Path:
    """Find the profiles without importing langdetect, which takes longer than reading them needs."""
    spec = find_spec("langdetect")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "profiles"


def marks(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """
    Return each character's normalised code point, as langdetect's `NGram.normalize` gives it, and its flags.
    """
    _recall_marks()
    return _marks[codes]


@cache
def _recall_marks() -> None:
    """Spare the import of langdetect's rules, 20 ms, where the marks of the usual characters are kept."""
    if kept.folder() is None:
        return
    name = f"{_folder_kept()}/marks-{unidata_version}"
    content = kept.get(name) or b""
    if len(content) != _USUAL * np.dtype(np.uint32).itemsize:
        content = np.fromiter(map(_mark, range(_USUAL)), np.uint32, _USUAL).tobytes()  # takes 100 ms
        kept.put(name, content)
    _marks.learn(np.frombuffer(content, np.uint32))


@cache
def _normalize() -> Any:
    from langdetect.utils.ngram import NGram  # noqa: PLC0415  (20 ms, and only where text is scored)

    return NGram.normalize


def _mark(code: int) -> int:
    raw = chr(code)
    character = _normalize()(raw)
    mark = ord(character)
    dense = DENSE_FROM <= mark <= DENSE_TO
    flags = (
        (character.isupper(), UPPER),
        (character.islower(), LOWER),
        (character.isalpha(), LETTER),
        (character.isalpha() and dense, DENSE),
        (raw in SYMBOLS, SYMBOL),
    )
    return mark | sum(flag for holds, flag in flags if holds)


_marks = PerCharacter(_mark, np.uint32)
