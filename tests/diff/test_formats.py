"""A comparison as text and as Markdown, and that nothing from data is more than text in either."""

from __future__ import annotations

import re

import pytest

from dsready.diff import Change, Difference, Moves, RuleChange, Side, Tokens, markdown, text
from dsready.model import Location
from dsready.output import Look

#: What a key or the name of a file may hold.
EVIL = (
    "`` ` <img src=x onerror=alert(1)> ![i](http://x/y.png) [l](http://x) @everyone #1 **b** \x1b[31m\u202e\n\n# h"
    " | --- | ```\n::error::x ##[group]"
)


def place(line, path="train.jsonl"):
    return Location(path=path, line=line, byte_offset=0, record_sha256="0" * 64)


def made(**parts):
    usual = {
        "tool": {"name": "dsready", "version": "0"},
        "old": Side(
            files=("main:train.jsonl",),
            records=1200,
            usable=1199,
            effective=1100,
            score=72,
            verdict="ready with warnings",
            dimensions={"volume": 80.04, "evaluation": None, "length": 100.0},
            tokens=Tokens(median=90, p95=200, total=110_000),
            shapes={"openai-chat": 1200},
            languages={"en": 1200},
        ),
        "new": Side(
            files=("train.jsonl",),
            records=1201,
            usable=1201,
            effective=1100,
            score=68,
            verdict="needs work",
            dimensions={"volume": 80.01, "evaluation": 60.0, "length": 99.5},
            tokens=Tokens(median=91, p95=200, total=110_100),
            shapes={"openai-chat": 1199, "alpaca": 2},
            languages={"en": 1200, "de": 1},
        ),
        "counts": Moves(added=3, removed=2, changed=2, unchanged=1196, moved=4),
        "fields": {"/messages/*/content": 1, "": 1},
        "rules": (
            RuleChange(
                code="DUP001", name="exact-duplicate", old=1, new=3, appeared=3, gone=1, places=(place(6), place(7))
            ),
            RuleChange(code="LEN004", name="empty-answer", old=1, new=0, appeared=0, gone=1),
        ),
        "added": (place(5), place(6), place(7)),
        "removed": (place(8, "main:train.jsonl"), place(9, "main:train.jsonl")),
        "changed": (
            Change(old=place(1), new=place(2), why="similar", similarity=0.753, pointers=("/messages/0/content",)),
            Change(old=place(3), new=place(4), why="place", pointers=("",), more=2),
        ),
    }
    return Difference(**usual | parts)


SAME = made(
    new=made().old,
    counts=Moves(added=0, removed=0, changed=0, unchanged=1200, moved=0),
    fields={},
    rules=(),
    added=(),
    removed=(),
    changed=(),
)

TEXT = """\
old: main:train.jsonl
new: train.jsonl
3 added, 2 removed, 2 changed
1,196 unchanged, 4 of them at another place

Measure                                  Old         New    Change
-----------------------  -------------------  ----------  --------
records                                1,200       1,201        +1
usable                                 1,199       1,201        +2
effective                              1,100       1,100
score                                     72          68        -4
verdict                  ready with warnings  needs work
evaluation                                 -        60.0
length                                 100.0        99.5      -0.5
tokens                               110,000     110,100      +100
tokens, median                            90          91        +1
tokens, 95th percentile                  200         200
shape openai-chat                      1,200       1,199        -1
shape alpaca                               0           2        +2
language de                                0           1        +1

Findings                  Old    New    Change
----------------------  -----  -----  --------
DUP001 exact-duplicate      1      3     +3 -1
LEN004 empty-answer         1      0        -1

New findings
  train.jsonl:6  DUP001 exact-duplicate
  train.jsonl:7  DUP001 exact-duplicate
  + 1 more of DUP001

Removed: 2 records
  main:train.jsonl:8
  main:train.jsonl:9

Added: 3 records
  train.jsonl:5
  train.jsonl:6
  + 1 more (--max-examples 0 shows all)

Changed: 2 records
  fields: /messages/*/content 1, the whole line 1
  train.jsonl:1 -> train.jsonl:2
    similar 0.75: /messages/0/content
  train.jsonl:3 -> train.jsonl:4
    same place: the whole line and 2 more
"""

MARKDOWN = """\
<!-- dsready-diff:begin -->
### Data set: 3 added, 2 removed, 2 changed

From `main:train.jsonl` to `train.jsonl`: 1,196 unchanged, 4 of them at another place.

| Measure | Old | New | Change |
|---|---:|---:|---:|
| records | 1,200 | 1,201 | +1 |
| usable | 1,199 | 1,201 | +2 |
| effective | 1,100 | 1,100 |  |
| score | 72 | 68 | -4 |
| verdict | ready with warnings | needs work |  |
| evaluation | - | 60.0 |  |
| length | 100.0 | 99.5 | -0.5 |
| tokens | 110,000 | 110,100 | +100 |
| tokens, median | 90 | 91 | +1 |
| tokens, 95th percentile | 200 | 200 |  |
| shape openai-chat | 1,200 | 1,199 | -1 |
| shape alpaca | 0 | 2 | +2 |
| language de | 0 | 1 | +1 |

| Findings | Old | New | Change |
|---|---:|---:|---:|
| DUP001 exact-duplicate | 1 | 3 | +3 -1 |
| LEN004 empty-answer | 1 | 0 | -1 |

**New findings**

* DUP001 exact-duplicate: `train.jsonl:6`, `train.jsonl:7` and 1 more

**Removed:** 2 records

* `main:train.jsonl:8`
* `main:train.jsonl:9`

**Added:** 3 records

* `train.jsonl:5`
* `train.jsonl:6`
* and 1 more

**Changed:** 2 records, in `/messages/*/content` 1, the whole line 1

* `train.jsonl:1` → `train.jsonl:2`, similar 0.75: `/messages/0/content`
* `train.jsonl:3` → `train.jsonl:4`, same place: the whole line and 2 more

<!-- dsready-diff:end -->
"""


def test_text_says_what_changed():
    assert text.render(made(), Look(max_examples=2)) == TEXT


def test_markdown_says_the_same():
    assert markdown.render(made(), Look(max_examples=2)) == MARKDOWN


@pytest.mark.parametrize("form", [text, markdown])
def test_of_equal_versions_only_the_numbers_are_shown(form):
    said = form.render(SAME, Look())

    assert "0 added, 0 removed, 0 changed" in said
    assert "1,200 unchanged" in said
    assert not re.search("Findings|Added|Removed|Changed|shape|language|length", said)


def test_what_is_listed_nowhere_is_said_to_be():
    counts = Moves(added=9, removed=2, changed=2, unchanged=0, moved=0)

    assert "  + 6 more (not listed)\n" in text.render(made(counts=counts), Look(max_examples=0))


def test_many_files_and_fields_are_counted():
    old = Side(files=("a", "b", "c", "d", "e"))
    said = text.render(made(old=old, fields={f"/{number}": 1 for number in range(12)}), Look())

    assert "old: a, b, c and 2 more files\n" in said
    assert "/9 1, …" in said
    assert "/10" not in said


def test_a_version_that_did_not_exist_has_no_score():
    said = text.render(made(old=Side(files=())), Look())

    assert said.startswith("old: nothing\n")
    assert re.search(r"^score +- +68$", said, re.MULTILINE)
    assert "length" not in said


def test_a_dimension_that_is_assessed_no_more_is_told():
    new = made().new.model_copy(update={"dimensions": {"length": None}})

    assert re.search(r"^length +100\.0 +-$", text.render(made(new=new), Look()), re.MULTILINE)


def hostile(name=EVIL):
    evil = place(1, name)
    return made(
        old=Side(files=(name,)),
        added=(evil,) * 3,
        removed=(evil,) * 2,
        rules=(
            RuleChange(code="DUP001", name="exact-duplicate", old=0, new=2, appeared=2, gone=0, places=(evil, evil)),
        ),
        changed=(Change(old=evil, new=evil, why="id", pointers=(f"/{name}",)),) * 2,
        fields={f"/{name}": 2},
    )


def test_text_from_data_cannot_act_in_a_terminal_or_a_log():
    said = text.render(hostile(), Look(max_examples=2))

    assert not set(said) & {"\x1b", "\u202e", "\r"}
    assert not re.search("^::|##\\[", said, re.MULTILINE)


def test_text_may_be_plain():
    assert text.render(hostile(), Look(ascii=True)).isascii()


def test_text_from_data_is_nothing_but_code_in_markdown():
    said = markdown.render(hostile(), Look(max_examples=2))
    # As CommonMark reads it: a run of backticks opens a span that the next run of the same length closes.
    outside = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", said.partition("\n")[2].rpartition("<!--")[0])

    assert said != outside
    assert not re.search("<|!\\[|@|http|\x1b|\u202e|##\\[|onerror|`", outside)
    assert len(said.splitlines()) == len(markdown.render(hostile("a"), Look(max_examples=2)).splitlines())
