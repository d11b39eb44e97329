"""The judgement of `schema`: where types conflict, and which keys only some records have."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from dsready_checks._skeleton import paths
from dsready_checks._tally import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dsready_checks._skeleton import Form

#: From this share on a key is expected everywhere; below the other it is rare.
EXPECTED = 0.95
RARE = 0.05
LEAST_RECORDS = 20
#: Keys that some records of a healthy set have and others do not.
OPTIONAL = frozenset(
    {
        "tools", "functions", "system", "input", "context", "history", "weight", "parallel_tool_calls", "images",
        "image", "videos", "video", "audios", "audio", "function_call", "tool_calls", "tool_call_id", "name",
        "refusal", "reasoning", "reasoning_content", "train", "loss", "loss_weight", "toolConfig",
        "systemInstruction", "system_instruction", "id",
    }
)  # fmt: skip
_TURN_KEYS = OPTIONAL | {"role", "content", "from", "value", "type", "text", "parts", "label"}

Path = tuple[str, ...]


class Conflict(NamedTuple):
    """A path with several types: the records of each type, most frequent first."""

    path: Path
    types: list[tuple[str, Span]]


class Drift(NamedTuple):
    """
    A key that only some records have.

    `having` are the records with it, `lacking` is the number of those that have the object it belongs to and not the
    key, `without` the first of them (0 for a rare key: nobody asks). `kind` is "rare", "missing", "begins" or "ends".
    """

    path: Path
    kind: str
    having: Span
    lacking: int
    without: int


class Profile:
    """Which records have which paths with which types."""

    def __init__(self, forms: Mapping[Form, Span]) -> None:
        self._forms = list(forms)
        self._found = [(frozenset(paths(skel)), span) for (_, skel), span in forms.items()]
        self._types: dict[Path, dict[str, Span]] = {}
        self._having: dict[Path, Span] = {}
        #: For each path the skeletons that have it: their paths, and their records.
        self._with: dict[Path, list[tuple[frozenset[Path], Span]]] = {}
        for found, span in self._found:
            for path, kind in found:
                types = self._types.setdefault(path, {})
                types[kind] = types[kind].joined(span) if kind in types else span
            has = frozenset(path for path, _ in found)
            for path in has:
                self._having[path] = self._having[path].joined(span) if path in self._having else span
                self._with.setdefault(path, []).append((has, span))

    def conflicts(self) -> list[Conflict]:
        """Return the paths with several types, null aside, in order of the paths."""
        result = []
        for path, types in sorted(self._types.items()):
            real = [(kind, span) for kind, span in types.items() if kind != "null"]
            if len(real) > 1:
                result.append(Conflict(path, sorted(real, key=lambda item: (-item[1].records, item[0]))))
        return result

    def drifts(self) -> list[Drift]:
        """Return the keys that are rare, or missing where nearly all have them, or that begin or end somewhere."""
        result = []
        for path, having in sorted(self._having.items()):
            if not path or not _judged(path):
                continue
            among = self._having[_parent(path)].records
            if among < LEAST_RECORDS or among == having.records:
                continue
            kind = self._cut(path, having, among) or _kind(path, having, among)
            if kind:
                missing = among - having.records
                result.append(Drift(path, kind, having, missing, self._lacking(path).first if kind != "rare" else 0))
        return result

    def of_minority_types(self, conflicts: Iterable[Conflict]) -> set[Form]:
        """Return the forms of records that have another type somewhere than most."""
        wrong = {(conflict.path, kind) for conflict in conflicts for kind, _ in conflict.types[1:]}
        return {form for form, (found, _) in zip(self._forms, self._found, strict=True) if not wrong.isdisjoint(found)}

    def drifting(self, drifts: Iterable[Drift]) -> set[Form]:
        """Return the forms on the smaller side of any drift: with a key that most lack, or without one most have."""
        odd = {drift.path for drift in drifts if drift.having.records <= drift.lacking}
        missing = {drift.path for drift in drifts} - odd
        drifting = set()
        for form, (found, _) in zip(self._forms, self._found, strict=True):
            has = {path for path, _ in found}
            if not odd.isdisjoint(has) or any(path not in has and _parent(path) in has for path in missing):
                drifting.add(form)
        return drifting

    def _cut(self, path: Path, having: Span, among: int) -> str:
        """Say whether a key begins or ends at one record: whether all that have it stand on one side of the others."""
        if min(having.records, among - having.records) < LEAST_RECORDS:
            return ""
        lacking = self._lacking(path)
        if having.first > lacking.last:
            return "begins"
        return "ends" if having.last < lacking.first else ""

    def _lacking(self, path: Path) -> Span:
        """Return the records that have the object a key belongs to, but not the key; there are some."""
        spans = [span for has, span in self._with[_parent(path)] if path not in has]
        return reduce(Span.joined, spans)


def _parent(path: Path) -> Path:
    """Return the path of the object a key belongs to; for a key of list elements that of the list's elements."""
    return path[:-1]


def _judged(path: Path) -> bool:
    """
    Top-level keys and keys of plain nested objects are judged; within lists, only keys that no turn is known to have.
    """
    if path[-1] in ("[]", "*"):
        return False
    if "[]" not in path:
        return len(path) <= 3  # noqa: PLR2004  (deeper ones are somebody's payload)
    return len(path) == 3 and path[1] == "[]" and path[0] != "tools" and path[2] not in _TURN_KEYS  # noqa: PLR2004


def _kind(path: Path, having: Span, among: int) -> str:
    if path[-1] in OPTIONAL:
        return ""
    share = having.records / among
    if share >= EXPECTED:
        return "missing"
    return "rare" if share < RARE else ""
