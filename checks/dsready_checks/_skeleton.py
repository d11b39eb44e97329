"""The arithmetic of `schema`: which keys and types a record has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from dsready.text.masked import masked
from dsready_checks._tally import MOST, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A JSON value without its contents: the name of a scalar type, a set of elements' skeletons (a list), or a set of
#: keys with their skeletons (an object). Equal for records that have the same keys and types, in any order.
Skeleton = str | tuple[str, frozenset[Any]]

#: The shape of a record and its skeleton.
Form = tuple[str, Skeleton]

_SCALARS = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}
_ARRAY, _OBJECT = "array", "object"
_DEPTH = 12  # deeper levels are not told apart
_KEYS = 64  # an object with more keys is a map: its keys are data

#: Places in one value that are looked at one by one.
PLACES = 2_000
_MOST_FLAT = 5_000  # that are remembered
#: Skeletons of objects that hold nothing but scalars, as most turns do, by their keys and types.
_flat: dict[tuple[Any, ...], Skeleton] = {}


def skeleton(value: Any, depth: int = _DEPTH) -> Skeleton:
    """Return the skeleton of a JSON value."""
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        return scalar
    if not depth:
        return "deep"
    if type(value) is dict:
        form = (*value, *map(type, value.values()))
        known = _flat.get(form)
        if known is not None:
            return known
        if len(value) <= _KEYS and len(_flat) < _MOST_FLAT and _SCALARS.keys() >= set(form[len(value) :]):
            _flat[form] = (_OBJECT, frozenset([(key, _SCALARS[type(inner)]) for key, inner in value.items()]))
        if len(value) > _KEYS:
            return (_OBJECT, frozenset({("*", skeleton(inner, depth - 1)) for inner in value.values()}))
        return (_OBJECT, frozenset([(key, skeleton(inner, depth - 1)) for key, inner in value.items()]))
    return (_ARRAY, frozenset([skeleton(inner, depth - 1) for inner in value]))


def paths(skel: Skeleton, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every path in a skeleton with the type found there; "[]" stands for the elements of a list."""
    if isinstance(skel, str):
        yield path, skel
        return
    kind, inner = skel
    yield path, kind
    for part in inner:
        if kind == _ARRAY:
            yield from paths(part, (*path, "[]"))
        else:
            yield from paths(part[1], (*path, part[0]))


def top(skel: Skeleton) -> tuple[str, ...]:
    """Return the keys of an object, in order."""
    return () if isinstance(skel, str) else tuple(sorted(key for key, _ in skel[1]))


def objects(skel: Skeleton) -> set[tuple[tuple[str, ...], str, frozenset[str] | None]]:
    """
    Return every path in a skeleton with the type found there, and for an object with its keys.

    Of a skeleton with more than `PLACES` of them, none but the first is returned: it is no schema.
    """
    found: set[tuple[tuple[str, ...], str, frozenset[str] | None]] = set()
    left: list[tuple[tuple[str, ...], Skeleton]] = [((), skel)]
    while left and len(found) <= PLACES:
        path, node = left.pop()
        if isinstance(node, str):
            found.add((path, node, None))
            continue
        kind, inner = node
        found.add((path, kind, frozenset(key for key, _ in inner) if kind == _OBJECT else None))
        left += (
            [((*path, key), part) for key, part in inner] if kind == _OBJECT else [((*path, "[]"), p) for p in inner]
        )
    return found if len(found) <= PLACES else {place for place in found if not place[0]}


@lru_cache(MOST)
def without_secrets(skel: Skeleton) -> Skeleton:
    """Return a skeleton whose keys may be kept and shown: what is secret or personal in them is masked."""
    if isinstance(skel, str):
        return skel
    kind, inner = skel
    if kind == _ARRAY:
        return (kind, frozenset(map(without_secrets, inner)))
    return (kind, frozenset([(masked(key), without_secrets(part)) for key, part in inner]))


@dataclass(slots=True)
class Skeletons(Tally[Form]):
    """Skeletons, with the shape of the records that have them or another name beside."""

    @staticmethod
    def rank(name: Form) -> bytes:
        """Return the digest of a form: the same in every process."""
        return blake2b(_canonical(name).encode("utf-8", "surrogatepass"), digest_size=16).digest()


@lru_cache(MOST)
def shortened(form: Form) -> int:
    """Return 64 bits of a form's digest: what tables of records hold of it."""
    return int.from_bytes(Skeletons.rank(form)[:8], "little")


def _canonical(skel: Any) -> str:
    if isinstance(skel, str):
        return repr(skel)
    if isinstance(skel, frozenset):
        return "{" + ",".join(sorted(map(_canonical, skel))) + "}"
    return "(" + ",".join(map(_canonical, skel)) + ")"
