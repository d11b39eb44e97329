"""
From each shape to each other shape and back: what is not reported as lost is still there.

All that a generated record says consists of words that occur nowhere else, as `<arg.3.hc>`: what it is (the argument of
a call), a number, and where it stands (in the history, in a turn with a call). What became of a record is judged by the
words in its JSON, and not by the code that reads and compares records.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsready.convert import SHAPES_WRITABLE
from dsready.convert import notes as names
from dsready.convert.dialogue import Call, Dialogue, Raw, Text, Turn, said
from dsready.convert.fit import fitted
from dsready.convert.notes import Notes
from dsready.convert.record import convert_record
from dsready.dataset.record import Status, parse

WORD = re.compile(r"<(\w+)\.\d+\.(\w*)>")
#: Which losses explain that a word is gone, by what it is, and by where it stands.
BY_KIND = {
    "sys": {names.SYSTEM, names.MIDDLE},
    "usr": set(),
    "ans": {names.BESIDE},
    "fun": {names.CALLS, names.TOOLS},
    "arg": {names.CALLS},
    "res": {names.RESULTS},
    "id": {names.IDS, names.CALLS, names.RESULTS},
    "doc": {names.TOOLS},
    "rea": {names.REASONING},
    "img": {names.MEDIA},
    "wgt": {names.WEIGHT},
    "mrk": {"content key mark"},
    "key": {"message key note"},
    "ext": {"key remark"},
    "ref": {"key reward_model"},
    "inp": set(),
    "txt": set(),
}
BY_PLACE = {"h": names.HISTORY, "a": names.ANSWER, "r": names.REJECTED, "c": names.CALLS}
#: What a reported loss must have taken away.
TAKEN = {
    names.SYSTEM: "sys",
    names.MIDDLE: "sys",
    names.CALLS: "arg",
    names.RESULTS: "res",
    names.IDS: "id",
    names.TOOLS: "doc",
    names.REASONING: "rea",
    names.MEDIA: "img",
    names.WEIGHT: "wgt",
    names.BESIDE: "ans",
    "content key mark": "mrk",
    "message key note": "key",
    "key remark": "ext",
    "key reward_model": "ref",
}
MEDIA = {
    "typed": lambda url: {"type": "image_url", "image_url": {"url": url}},
    "bedrock": lambda url: {"image": {"format": "png", "source": {"s3Location": {"uri": url}}}},
    "gemini": lambda url: {"fileData": {"mimeType": "image/png", "fileUri": url}},
}
#: A text with one more key, in dialects that tell what a part is.
MARKED = {"typed": {"type": "text"}, "bedrock": {}, "gemini": {}}


class Author:
    """Makes up dialogues that a shape has room for."""

    def __init__(self, draw: Any, layout: Any) -> None:
        self.draw, self.layout, self.number = draw, layout, itertools.count()
        self.further = False  # whether the answers of a preference go on with further turns

    def maybe(self, wanted: bool = True) -> bool:
        return bool(wanted) and self.draw(st.booleans())

    def word(self, kind: str, place: str = "") -> str:
        return f"<{kind}.{next(self.number)}.{place}>"

    def keys(self, place: str) -> dict[str, Any]:
        held = {}
        if self.layout.turn_keys is None and (self.texts or not place.startswith(("a", "r"))):
            if self.maybe():
                held["train_detail"] = self.word("wgt", place)
            if self.maybe():
                held["note"] = self.word("key", place)
        return held

    def user(self, place: str) -> Turn:
        parts = [Text(self.word("usr", place))]
        if self.maybe(self.layout.several):
            parts.append(Text(self.word("usr", place)))
        if self.maybe(self.layout.dialect):
            parts.append(Raw(self.layout.dialect, MEDIA[self.layout.dialect](self.word("img", place))))
        if self.maybe(self.layout.dialect):
            marked = {**MARKED[self.layout.dialect], "text": self.word("usr", place), "mark": self.word("mrk", place)}
            parts.append(Raw(self.layout.dialect, marked))
        return Turn("user", tuple(parts), extra=self.keys(place))

    def assistant(self, place: str) -> Turn:
        reasoning = self.word("rea", place) if self.maybe(self.layout.reasoning and self.texts) else ""
        return replace(said("assistant", self.word("ans", place)), reasoning=reasoning, extra=self.keys(place))

    def calling(self, place: str) -> list[Turn]:
        """Make a turn with calls, and their results, which need not be in order."""
        place += "c"
        calls = []
        for _ in range(self.draw(st.integers(1, 2))):
            held = {"k": self.word("arg", place)}
            text = self.layout.strings or (self.layout.dialect == "typed" and self.maybe())
            arguments = orjson.dumps(held).decode() if text else held
            if text and self.maybe():  # a key that stands twice: no parser keeps both
                arguments = f'{arguments[:-1]},"k":"{self.word("arg", place)}"}}'
            id_ = None if self.layout.ids == "none" else self.word("id", place)
            calls.append(Call(self.word("fun", place), arguments, id_))
        turn = replace(self.assistant(place), calls=tuple(calls))
        if not self.layout.beside or self.maybe():
            turn = replace(turn, parts=())
        results = [
            Turn(
                "tool",
                (Text(self.word("res", place.removesuffix("c"))),),
                call_id=call.id,
                extra={"name": call.name} if self.layout.names else {},
            )
            for call in calls
        ]
        if self.layout.ids != "none" and self.maybe():
            results.reverse()
        return [turn, *results]

    def answer(self, place: str, *, alone: bool) -> list[Turn]:
        if alone:
            return self.calling(place)[:1] if self.maybe(self.layout.calls and self.texts) else [self.assistant(place)]
        if self.maybe(self.layout.calls):
            return [*self.calling(place), self.assistant(place)]
        return [self.assistant(place)]

    def side(self, place: str, *, alone: bool) -> tuple[Turn, ...]:
        """Make an answer of a preference, which may go on with further turns."""
        if alone or not self.further:
            return tuple(self.answer(place, alone=alone))
        earlier = place + "h"
        return (*self.answer(earlier, alone=False), self.user(earlier), *self.answer(place, alone=False))

    @property
    def texts(self) -> bool:
        """Whether answers of a preference may be more than texts."""
        return self.layout.answer != "text" or self.layout.kind != "preference"

    def system(self) -> list[Turn]:
        most = {"none": 0, "one": 1, "any": 2}[self.layout.systems]
        roles = ["system", "developer"] if self.layout.developer else ["system"]
        return [
            said(self.draw(st.sampled_from(roles)), self.word("sys")) for _ in range(self.draw(st.integers(0, most)))
        ]

    def dialogue(self) -> Dialogue:
        layout = self.layout
        extra = {"remark": self.word("ext")} if not layout.strict and self.maybe() else {}
        extra |= {"nothing": None} if not layout.strict and self.maybe() else {}
        if layout.kind == "text":
            return Dialogue("text", text=self.word("txt"), extra=extra)
        turns = self.system()
        for _ in range(self.draw(st.integers(0, 2)) if layout.history else 0):
            turns += [self.user("h"), *self.answer("h", alone=False)]
            turns += [said("system", self.word("sys"))] if self.maybe(layout.systems == "any") else []
        self.further = layout.kind == "preference" and layout.answer == "turns" and self.maybe()
        turns.append(
            replace(
                self.user("h" if self.further else ""), applies=self.word("inp") if self.maybe(layout.applies) else ""
            )
        )
        function = {"name": self.word("fun"), "description": self.word("doc"), "parameters": {"type": "object"}}
        tools = ({"type": "function", "function": function},) if self.maybe(layout.tools) else ()
        made = Dialogue(layout.kind, tuple(turns), tools=tools, extra=extra)
        return self.ended(made)

    def ended(self, made: Dialogue) -> Dialogue:
        layout = self.layout
        if layout.kind == "reinforcement":
            return replace(made, reference={"reward_model": {"x": self.word("ref")}} if layout.references else {})
        if layout.kind == "preference":
            alone = layout.answer != "turns" or self.draw(st.booleans())
            return replace(made, chosen=self.side("a", alone=alone), rejected=self.side("r", alone=alone))
        answer = self.answer("a", alone=self.maybe())
        label = self.draw(st.booleans()) if layout.kind == "unpaired" else None
        return replace(made, turns=(*made.turns, *answer), label=label)


def written(data: Any, shape: str) -> dict[str, Any]:
    """Make up a record of a shape."""
    layout = SHAPES_WRITABLE[shape]
    notes = Notes()
    dialogue = fitted(Author(data.draw, layout).dialogue(), layout, notes)
    assert not notes.lost - {names.SEAM}
    record = {**layout.write(dialogue), **dialogue.extra}
    assert words(record) == {found[0] for found in WORD.finditer(repr(dialogue))}
    return record


def words(value: Any) -> set[str]:
    return {found[0] for found in WORD.finditer(orjson.dumps(value).decode())}


def order(value: Any) -> list[str]:
    """Return the words of turns in their order, each once."""
    spoken = ("usr", "ans", "arg", "sys", "rea")
    found = (match[0] for match in WORD.finditer(orjson.dumps(value).decode()) if match[1] in spoken)
    return list(dict.fromkeys(found))


def plain(value: Any) -> Any:
    """Read JSON within JSON: an object of arguments may come back as text, and the other way round."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        return plain(orjson.loads(value))
    return value


def explained(word: str, lost: set[str]) -> bool:
    kind, place = WORD.fullmatch(word).groups()
    return bool(lost & (BY_KIND[kind] | {BY_PLACE[letter] for letter in place}))


def judge(before: Any, after: Any, lost: set[str]) -> None:
    """Compare the words of a record before and after a conversion with what was reported."""
    gone = words(before) - words(after)
    assert not {word for word in gone if not explained(word, lost)}, "gone, and not reported"
    assert not words(after) - words(before), "made up"
    assert "key nothing" not in lost
    kinds = {WORD.fullmatch(word)[1] for word in gone}
    assert not {name for name in lost if name in TAKEN and TAKEN[name] not in kinds}, "reported, and still there"


def convert(value: Any, to: str) -> tuple[Any, Notes, str]:
    record = parse(0, orjson.dumps(value))
    assert record.status is Status.USABLE, (record.shape, record.invalid)
    outcome = convert_record(record, to)
    return (None if outcome.line is None else orjson.loads(outcome.line)), outcome.notes, outcome.reason


@pytest.mark.parametrize("shape", SHAPES_WRITABLE)
@settings(max_examples=12)  # each with all the other shapes
@given(data=st.data())
def test_what_both_shapes_can_hold_is_kept(shape, data):
    record = written(data, shape)
    assert parse(0, orjson.dumps(record)).shape in {shape, *SHAPES_WRITABLE[shape].read_as}

    for other in SHAPES_WRITABLE:
        there, lost, reason = convert(record, other)
        if there is None:
            assert "would" not in reason, (other, reason)
            assert "without changing" not in reason, (other, reason)
            continue
        judge(record, there, lost.lost)
        assert parse(0, orjson.dumps(there)).shape in {other, *SHAPES_WRITABLE[other].read_as}
        back, missed, reason = convert(there, shape)
        if back is None:
            assert "would" not in reason, (other, reason)
            assert "without changing" not in reason, (other, reason)
            continue
        made = {names.IDS} if names.MADE in lost.changed else set()  # nobody misses those
        judge(there, back, missed.lost - made)
        kept = words(back)
        assert order(back) == [word for word in order(record) if word in kept], other
        if not (lost.lost or lost.changed or missed.lost or missed.changed):
            assert plain(back) == plain(record), other


@pytest.mark.parametrize("shape", SHAPES_WRITABLE)
@settings(max_examples=10)
@given(data=st.data())
def test_a_record_in_the_shape_already_is_copied_byte_for_byte(shape, data):
    spaced = orjson.dumps(written(data, shape)).replace(b'":', b'" :  ') + b" \r"
    record = parse(0, spaced)

    outcome = convert_record(record, record.shape)

    assert outcome.copied
    assert outcome.line == spaced
