"""Which answers break the format that the others have, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dsready.check import in_order
from dsready.escape import reference
from dsready.text.masked import quoted
from dsready_checks._answers import ROW
from dsready_checks._conform import Model
from dsready_checks._drift import RARE
from dsready_checks._payload import Form, read, spoken, why
from dsready_checks._skeleton import shortened, skeleton, without_secrets
from dsready_checks._taught import teaches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsready.dataset.example import Example
    from dsready_checks._conform import Slip
    from dsready_checks._drift import Path
    from dsready_checks._payload import Language, Payload
    from dsready_checks._skeleton import Form as Named
    from dsready_checks._skeleton import Skeletons

BROKEN, KEYS, TYPE, AROUND = "FRM001", "FRM002", "FRM003", "FRM005"
#: A way of wrapping that so few answers have is none that is taught.
FEW = 0.2
_QUOTED = 40
_NAMED = 6  # slips in one message


class Judged:
    """
    The answers of a set that teaches a format.

    Attributes
    ----------
    asked
        Answers that are judged: those of the groups that have the format. Where more than 5 % of a group have no trace
        of it, these are another task, and left out.
    others
        The number of those.
    hits
        For each rule the keys of the answers that break it, ascending.
    hints
        Keys of the answers that differ in no more than what may be on purpose: these break no format.
    """

    def __init__(self, table: list[NDArray[np.void]], forms: Skeletons, language: Language) -> None:
        self.language = language
        self.rows = in_order(table, ROW)
        self.asked = self.others = 0
        self.groups: dict[int, Model] = {}
        self.hints = np.empty(0, np.int64)
        forms.prune()
        self._forms = forms
        found: dict[str, list[NDArray[np.int64]]] = {code: [] for code in (BROKEN, KEYS, TYPE, AROUND)}
        for group in np.unique(self.rows["group"]).tolist():
            for code, keys in self._judge(group).items():
                found[code].append(keys)
        self.hits = {code: np.sort(np.concatenate([np.empty(0, np.int64), *keys])) for code, keys in found.items()}

    @property
    def broken(self) -> NDArray[np.int64]:
        """Keys of the answers that break the format in any way, ascending."""
        return np.setdiff1d(np.concatenate(list(self.hits.values())), self.hints)

    def keys(self) -> list[str]:
        """Return the keys that nearly all answers of the largest group have, or nearly all elements of their lists."""
        numbers, counts = np.unique(self.rows["group"], return_counts=True)
        sizes = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
        model = self.groups[max(self.groups, key=lambda group: (sizes[group], -group))]
        return model.expected(()) or model.expected(("[]",))

    def _judge(self, group: int) -> dict[str, NDArray[np.int64]]:
        rows = self.rows[self.rows["group"] == group]
        form = rows["form"]
        other = form == Form.OTHER
        held = (form == Form.BARE) | (form == Form.FENCED)
        if not teaches(int(held.sum()), int((~other).sum()), len(rows)):
            return {}
        bad = form == Form.BROKEN
        if other.sum() > RARE * len(rows):
            self.others += int(other.sum())
        else:
            bad |= other
        self.asked += int((~other | bad).sum())
        fenced, bare = int((form == Form.FENCED).sum()), int((form == Form.BARE).sum())
        around = form == Form.AROUND
        if min(fenced, bare) <= FEW * (fenced + bare):
            around |= form == (Form.FENCED if fenced < bare else Form.BARE)
        spans = {key: span for key, span in self._forms.spans.items() if key[0] == str(group)}
        model = Model([(skel, span) for (_, skel), span in spans.items()])
        self.groups[group] = model
        slips = {key: model.slips(key[1]) for key in spans}
        if self._forms.others:  # so many forms are no schema
            slips = {}
        parsed = held | (form == Form.AROUND)
        result = {BROKEN: rows["key"][bad], AROUND: rows["key"][around]}
        for code in (KEYS, TYPE):
            forms = [form for form, found in slips.items() if any(_rule(slip) == code for slip in found)]
            result[code] = self._with(rows[parsed], forms)
        maybe = [form for form, found in slips.items() if found and all(slip.hint for slip in found)]
        self.hints = np.union1d(self.hints, self._with(rows[parsed & ~around], maybe))
        return result

    @staticmethod
    def _with(rows: NDArray[np.void], forms: list[Named]) -> NDArray[np.int64]:
        """Return the keys of the rows with one of these skeletons."""
        found: NDArray[np.int64] = rows["key"][np.isin(rows["skeleton"], np.array([*map(shortened, forms)], np.uint64))]
        return found

    def tell(self, code: str, key: int, example: Example) -> str:
        """Say in words how an answer breaks a rule."""
        row = self.rows[np.searchsorted(self.rows["key"], key)]
        payload = read(spoken(example), self.language)
        if code == BROKEN:
            if payload.form == Form.OTHER:
                what = "JSON object or array" if self.language == "JSON" else "XML"
                return f'no {what}, but "{quoted(payload.before, _QUOTED)}"'
            return f"the {self.language} does not parse: {why(payload.before, self.language)}"
        if code == AROUND:
            return _around(payload, self.language)
        slips = self.groups[int(row["group"])].slips(without_secrets(skeleton(payload.value)))
        words = [_words(slip) for slip in slips if _rule(slip) == code]
        return "; ".join(words[:_NAMED]) + f"; and {len(words) - _NAMED} more" * (len(words) > _NAMED)


def _around(payload: Payload, language: Language) -> str:
    if payload.form == Form.FENCED:
        return f"in a code fence, while most other answers are bare {language}"
    if payload.form == Form.BARE:
        return "without the code fence that most other answers have"
    said = [
        f'"{quoted(text, _QUOTED)}" {where}'
        for text, where in ((payload.before, "before"), (payload.after, "after"))
        if text
    ]
    return f"{' and '.join(said)} the {language}"


def _rule(slip: Slip) -> str:
    return TYPE if slip.kind == "type" else KEYS


def _words(slip: Slip) -> str:
    place, purpose = pointer(slip.path), " (on purpose?)" * slip.hint
    if slip.kind == "type":
        usual = f"in {slip.having:,} of {slip.total:,} it is {_ARTICLES[slip.usual]}"
        return f"{place} is {_ARTICLES[slip.found]}, {usual}{purpose}"
    return f"{slip.kind} {place}, which {slip.having:,} of {slip.total:,} have{purpose}"


def pointer(path: Path) -> str:
    """Spell a path like a JSON Pointer, with [] for the elements of a list; safe to print."""
    return "".join("/" + reference(quoted(part, _QUOTED)) for part in path) or "the whole"


_ARTICLES = {
    "string": "a string",
    "boolean": "a boolean",
    "number": "a number",
    "null": "null",
    "array": "an array",
    "object": "an object",
    "deep": "something deep",
}
