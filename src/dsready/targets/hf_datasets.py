"""
The JSON loader of Hugging Face `datasets`: TRL, axolotl, LLaMA-Factory, ms-swift and Unsloth read JSONL through it.

It makes one table of all rows, so that a row can break another one a thousand lines away. From version 4 on, what does
not fit becomes a column of JSON; before, it stopped the run. All rules were tried with 5.2.0 and 3.6.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dsready.targets._say import CORRUPT, CRASH, IGNORE, RUN, WARN, rule
from dsready.targets.rule import Problem
from dsready.targets.target import Format, Target
from dsready.targets.where import escaped
from dsready.targets.whole import no_rows, trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dsready.targets.columns import Column

    #: Yields the key of a record and what is wrong with a column there.
    Test = Callable[[Column], Iterator[tuple[int, str]]]

#: How Arrow calls the types.
_ARROW = {
    "bool": "boolean",
    "int": "number",
    "float": "number",
    "big": "number",
    "string": "string",
    "date": "string",
    "json": "string",
    "list": "array",
    "object": "object",
}
#: Below these keys stands what a tool is called with or declared to take: a null more is another call.
_CALLS = frozenset({"arguments", "args", "parameters", "properties", "input", "json"})


def kinds(column: Column) -> set[str]:
    """Return the Arrow types of a column, null apart."""
    return {_ARROW[kind] for kind in column.seen if kind != "null"}


def uniform(column: Column) -> bool:
    """Whether all objects of a column have the same keys."""
    count = column.seen.get("object", (0, 0))[0]
    return all(sum(seen for seen, _ in inner.seen.values()) == count for inner in column.keys.values())


def cells(root: Column) -> Iterator[tuple[str, Column]]:
    """
    Yield the columns of the table that version 4 and later make, with their paths.

    They end where the types differ, or where objects have not the same keys: from there on, values are kept as JSON.
    """
    for key, column in root.keys.items():
        yield from _below(column, f"/{escaped(key)}")


def _below(column: Column, path: str) -> Iterator[tuple[str, Column]]:
    yield path, column
    if len(kinds(column)) == 1 and uniform(column):
        for key, inner in column.keys.items():
            yield from _below(inner, f"{path}/{escaped(key)}")
        if column.items is not None:
            yield from _below(column.items, f"{path}/[]")


def _columns(test: Test) -> Callable[[Column], Problem | None]:
    """Make one problem of all that a test finds: it speaks of the first."""

    def table(root: Column) -> Problem | None:
        found = sorted(test(root))
        if not found:
            return None
        others = len(found) - 1
        more = f"; the same goes for {others} more column{'s' * (others > 1)}" if others else ""
        return Problem(found[0][1] + more, np.array(sorted({key for key, _ in found}), np.int64))

    return table


def _mixed(wanted: Callable[[str, set[str]], bool]) -> Test:
    """Columns whose values are of several types; those that are wanted, by path and types."""

    def test(root: Column) -> Iterator[tuple[int, str]]:
        for path, column in root.walk():
            types = kinds(column)
            if len(types) > 1 and wanted(path, types):
                first = {name: column.first(*(kind for kind in _ARROW if _ARROW[kind] == name)) for name in types}
                before, after = sorted(types, key=lambda name: (first[name], name))[:2]
                yield first[after], f"column {path} changes from {before} to {after}"

    return test


def _in_call(path: str, _: set[str]) -> bool:
    steps = path.split("/")[1:]
    return not _CALLS.isdisjoint(steps[1:] if steps[0] == "input" else steps)  # `input` of a row is what a user says


def _text_and_list(path: str, types: set[str]) -> bool:
    return not _in_call(path, types) and types == {"string", "array"}


def _other(path: str, types: set[str]) -> bool:
    return not _in_call(path, types) and types != {"string", "array"}


def _read_back(root: Column) -> Iterator[tuple[int, str]]:
    """Find columns of several types with strings that are JSON by themselves: they come back as what they spell."""
    for path, column in cells(root):
        count = column.seen.get("json", (0, 0))[0]
        if count and len(kinds(column)) > 1:
            others = " and ".join(sorted(kinds(column) - {"string"}))
            says = f"column {path} holds strings beside {others}, so {count:,} of the strings are read as JSON"
            yield column.first("json"), f'{says}: "42" comes back as 42, "true" as true, "{{}}" as an object'


def _dates(root: Column) -> Iterator[tuple[int, str]]:
    """Find columns of strings that all look like dates."""
    for path, column in cells(root):
        if set(column.seen) - {"null"} == {"date"}:
            yield column.first("date"), f"every string of column {path} looks like a date: all become timestamps"


def _big(root: Column) -> Iterator[tuple[int, str]]:
    """Find columns of integers, some of them beyond 64 bits."""
    for path, column in cells(root):
        if "big" in column.seen and len(kinds(column)) == 1:
            yield column.first("big"), f"column {path} holds integers beyond 64 bits: they become floats"


def _filled(wanted: Callable[[str, set[str]], bool]) -> Test:
    """Objects that have not the same keys: each gets those of all others, with null; those wanted, by their path."""

    def test(root: Column) -> Iterator[tuple[int, str]]:
        for path, column in root.walk():
            if path and "object" in column.seen and wanted(path, set()) and not uniform(column):
                yield column.first("object"), f"the objects of {path} have different keys: each gets all, as null"

    return test


LINES = (
    rule(
        "HFD-14",
        CRASH,
        RUN,
        "a key twice in one object",
        lines={"duplicate-key"},
        quote="JSON parse error: Column(…) was specified twice in row …",
    ),
    rule(
        "HFD-15",
        CRASH,
        RUN,
        "a lone surrogate",
        lines={"surrogate"},
        quote="JSON parse error: The surrogate pair in string is invalid. in row …",
    ),
    rule(
        "HFD-16",
        CRASH,
        RUN,
        "an array or a scalar where an object belongs",
        lines={"not-object"},
        quote="JSON parse error: Column() changed from object to array in row …",
    ),
    rule(
        "HFD-17",
        CRASH,
        RUN,
        "no valid JSON; the row it names counts from 0 within a block",
        lines={"broken"},
        quote="JSON parse error: Invalid value. in row …",
    ),
    rule("HFD-22", WARN, RUN, "NaN or Infinity, which may come back as null", lines={"nan"}),
    rule("HFD-19", CRASH, RUN, "bytes that are not UTF-8", lines={"utf8"}, quote="UnicodeDecodeError"),
    rule("HFD-20", CRASH, RUN, "no row", whole=no_rows, quote="SchemaInferenceError"),
    rule("HFD-21", CRASH, RUN, "no UTF-8 text", whole=trouble("encoding", "lfs-pointer"), quote="JSON parse error"),
)
COLUMNS = (
    rule(
        "HFD-06",
        CORRUPT,
        RUN,
        "strings that are read back as something else",
        table=_columns(_read_back),
        quote="Json(decode=True)",
    ),
    rule("HFD-11", CORRUPT, RUN, "strings that become dates", table=_columns(_dates), quote="Value('timestamp[s]')"),
    rule("HFD-13", CORRUPT, RUN, "integers that lose digits", table=_columns(_big), quote="Value('float64')"),
)
#: What stopped the run in versions before 4.
_CHANGED = "JSON parse error: Column(…) changed from … to … in row …"
OLD = (
    ("HFD-01", "a column whose type changes", _columns(_mixed(_other))),
    ("HFD-02", "a column of texts and lists", _columns(_mixed(_text_and_list))),
    ("HFD-05", "arguments of several types", _columns(_mixed(_in_call))),
)
#: What stands on the loader has these rules; that old versions stop is a warning there.
LOADER = (
    *LINES,
    *COLUMNS,
    *(
        rule(id_, WARN, RUN, f"{says}: datasets before version 4 stops there", table=test, quote=_CHANGED)
        for id_, says, test in OLD
    ),
)

ANY = Format(id="object", when=lambda _: "")

CURRENT = Target(
    id="hf-datasets",
    name="Hugging Face datasets, JSON loader",
    source="datasets 5.2.0 and 3.6.0, executed (2026-11)",
    note="The base of TRL, axolotl, LLaMA-Factory, ms-swift and Unsloth.",
    formats=(ANY,),
    rules=LOADER,
)
BEFORE_4 = Target(
    id="hf-datasets-3",
    name="Hugging Face datasets before version 4, JSON loader",
    source="datasets 3.6.0, executed (2026-11)",
    note="Still pinned by many trainers; what does not fit into one table stops the run.",
    formats=(ANY,),
    rules=(
        *LINES,
        *COLUMNS[1:],
        *(rule(id_, CRASH, RUN, says, table=test, quote=_CHANGED) for id_, says, test in OLD),
        rule(
            "HFD-04",
            CORRUPT,
            RUN,
            "arguments with different keys",
            table=_columns(_filled(_in_call)),
            quote='{"a": 1} comes back as {"a": 1, "b": None}',
        ),
        rule(
            "HFD-07",
            IGNORE,
            RUN,
            "objects with different keys: what is missing becomes null",
            table=_columns(_filled(lambda path, types: not _in_call(path, types))),
        ),
    ),
)
