"""What is read as plain turns is valid, and means what it would mean otherwise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dsready.dataset.shapes import SHAPES, read

ASK = {"role": "user", "content": "Red or blue?"}
RED = {"role": "assistant", "content": "Red."}

TURN = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "system", "tool", "", "x", 1, None])},
    optional={
        "content": st.one_of(st.text(max_size=3), st.none(), st.lists(st.just({"text": "a"}))),
        "name": st.none(),
    },
)


@given(
    st.one_of(st.lists(TURN, max_size=4), st.just("a"), st.none()),
    st.dictionaries(st.sampled_from(["id", "tools", "images", "weight"]), st.none(), max_size=1),
)
def test_what_is_read_as_plain_is_valid_and_read_the_same(turns, more):
    value = {"messages": turns, **more}
    for shape in SHAPES:
        if shape.plain is None or not shape.matches(value):
            continue
        quick = shape.plain(value)
        if quick is not None:
            shape.model.model_validate(value)
            assert quick == shape.example(value)


def test_plain_turns_are_read_without_validation(monkeypatch):
    (chat,) = (shape for shape in SHAPES if shape.plain)
    monkeypatch.setattr(chat.model, "__pydantic_validator__", None)

    assert read({"messages": [ASK, RED]})[1].answer == "Red."
