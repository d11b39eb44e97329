from __future__ import annotations

import os

import pytest

from dsready.errors import InputError
from dsready.inspection.place import Place, parse_place

pytestmark = pytest.mark.usefixtures("apart")


@pytest.mark.parametrize(
    ("files", "text", "place"),
    [
        (["a.jsonl"], "a.jsonl:3", ("a.jsonl", 3, None)),
        (["a.jsonl"], "a.jsonl:3:7", ("a.jsonl", 3, 7)),
        (["a.jsonl"], "a.jsonl:3:7:", ("a.jsonl", 3, 7)),
        (["a:5"], "a:5:3", ("a:5", 3, None)),
        (["a:5", "a"], "a:5:3", ("a:5", 3, None)),
        (["a:5:6"], "a:5:6:3", ("a:5:6", 3, None)),
        (["C:\\data\\a.jsonl"], "C:\\data\\a.jsonl:12:1", ("C:\\data\\a.jsonl", 12, 1)),
        (["a b"], "a b:007", ("a b", 7, None)),
    ],
)
def test_the_longest_path_that_there_is_is_meant(files, text, place):
    for name in files:
        with open(name, "w"):  # noqa: PTH123  (a name as it is)
            pass

    assert parse_place(text) == Place(*place)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a.jsonl", "names no line"),
        ("", "names no line"),
        (":3", "names no line"),
        ("a.jsonl:x", "names no line"),
        ("a.jsonl:-1", "names no line"),
        ("a.jsonl:٣", "names no line"),
        (f"a.jsonl:{'9' * 5000}", "names no line"),
        ("missing:3", "missing does not exist"),
        ("missing:3:4", "missing does not exist"),
        (f"{'x' * 5000}:3", "does not exist"),
        ("nul\0:3", "does not exist"),
        ("-:3", "standard input can be read only once"),
        ("<stdin>:3:1", "standard input can be read only once"),
        ("folder:3", "folder is a folder"),
        ("pipe:3", "no regular file"),
    ],
)
def test_what_is_no_place_is_the_users_mistake(text, message):
    os.mkdir("folder")  # noqa: PTH102
    os.mkfifo("pipe")
    with pytest.raises(InputError, match=message) as caught:
        parse_place(text)

    assert caught.value.hint
