from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dsready.errors import InputError
from dsready.model import DimensionScore, InputFile
from dsready.output import Look, render, write
from dsready.output.block import marks, updated
from dsready.output.markdown import cell, code

BEGIN, END = marks("dsready")


def tokens(text):
    """Return all nodes of a Markdown text, as GitHub's dialect has them."""
    top = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    return [inner for token in top for inner in (token, *(token.children or []))]


def kinds(text):
    return [token.type for token in tokens(text)]


def cells(text):
    """Return the texts of the table's cells, row by row."""
    rows, found = [], tokens(text)
    for token in found:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append("".join(child.content for child in token.children))
    return rows


def test_the_block_says_what_there_is_to_know(report):
    text = render(report, "markdown", Look(date="2026-11-22"))

    assert text.startswith(f"{BEGIN}\n### dsready: 87 / 100, ready with warnings\n\n0 errors, 75 warnings, 1 info in ")
    assert "\n| `score` | `>= 70` | `87` | yes |\n" in text
    assert "\n| uniqueness | 15 | 75 | 3.9 | `74 of 1,204 (6.15%) removable as duplicates` |\n" in text
    assert (
        "\n| `DUP002 near-duplicate` | warning | 74 | `data/train.jsonl:9041`; `data/train.jsonl:9377`; "
        "`data/train.jsonl:112` | `near-duplicate of line 118 (Jaccard 0.93, cluster of 2)` |\n"
    ) in text
    assert "To do first" not in text
    assert f"\n- `data/train.jsonl` (train, 1,204 records), SHA-256 `{report.inputs[0].sha256}`\n" in text
    assert text.endswith(f"\n\nMade with `dsready 0.1.0, scoring version 1, 2026-11-22`.\n\n{END}\n")


def test_what_failed_and_what_was_not_checked_is_told(failing):
    text = render(failing, "markdown", Look())

    assert "\n| `blockers` | `none` | `FMT001, LEK001` | **no** |\n" in text
    assert "\n| uniqueness | 15 | - | - | `not assessed: the check duplicates crashed` |\n" in text
    assert "\n| `FMT001 invalid-json` | error, blocker | 2 | " in text
    assert "\nNot checked:\n\n- `duplicates: CRASHED, " in text
    assert "\nTo do first:\n\n1. Mend what blocks: validity and evaluation (`FMT001`, `LEK001`): about 89 / 100" in text
    assert "Made with `dsready 0.1.0, scoring version 1`." in text


def test_findings_that_fail_a_run_whose_gates_are_passed_are_told(report):
    text = render(report.model_copy(update={"failure": "75 warnings (max-warnings is 0)"}), "markdown", Look())

    assert "\n### dsready: 87 / 100, ready with warnings, but failed: `75 warnings (max-warnings is 0)`\n" in text
    assert "\n| `failing findings` | `none` | `75 warnings (max-warnings is 0)` | **no** |\n" in text


def test_what_is_accepted_is_told(accepted):
    assert "\n`3 findings suppressed: 2 by the baseline, 1 by the ignore file; " in render(accepted, "markdown", Look())


def test_each_data_set_is_told_by_its_name(report, failing):
    both = [report.model_copy(update={"name": "chat"}), failing.model_copy(update={"name": "t`ools"})]

    text = render(both, "markdown", Look())

    assert "\n### `chat`: 87 / 100" in text
    assert "\n\n### ``t`ools``: 49 / 100" in text
    assert text.count(BEGIN) == 1


def test_ten_rules_are_told(report):
    first = report.findings[0]
    codes = [f"ABC{number:03}" for number in range(12)]
    findings = tuple(first.model_copy(update={"rule": code}) for code in codes)
    summary = report.summary.model_copy(update={"by_rule": dict.fromkeys(codes, 1)})

    text = render(report.model_copy(update={"findings": findings, "summary": summary}), "markdown", Look())

    assert text.count("`ABC") == 10
    assert "\nAnd 2 rules more.\n" in text


def test_a_bare_report_has_no_empty_tables(report):
    bare = {
        "inputs": (),
        "gates": (),
        "findings": (),
        "outcomes": (),
        "readiness": report.readiness.model_copy(update={"dimensions": ()}),
    }

    text = render(report.model_copy(update=bare), "markdown", Look())

    assert "|" not in text
    assert "Files:" not in text


def test_the_block_is_below_a_mebibyte_whatever_is_in_it(report):
    long = "\x00|`" * 1000
    files = tuple(
        InputFile(
            path=f"{number}{long}", role="train", bytes=1, sha256="0", lines=1, records=1, usable=1, notes=(long,)
        )
        for number in range(300)
    )
    parts = tuple(DimensionScore(id="volume", weight=1, score=None, reason=long) for _ in range(7))
    found = tuple(one.model_copy(update={"message": long, "location": None}) for one in report.findings)
    readiness = report.readiness.model_copy(update={"dimensions": parts})
    big = report.model_copy(update={"inputs": files, "readiness": readiness, "findings": found})

    one = render(big, "markdown", Look())
    many = render([big.model_copy(update={"name": long})] * 200, "markdown", Look())

    assert "- and 200 more\n" in one
    assert " data sets more.\n" in many
    assert len(many.encode()) < 1 << 20


@given(st.text(st.sampled_from("|\\`<>!-[](@ ")) | st.text())
def test_any_text_is_one_cell_and_code(text):
    span = cell(text, Look())

    rows = cells(f"| a | b |\n| --- | --- |\n| {span} | x |\n")
    found = [token.type for token in tokens(f"| a | b |\n| --- | --- |\n| {span} | x |\n") if token.level == 0]

    assert rows[1][1] == "x"
    assert len(rows[1]) == 2
    assert set(found) & {"html_inline", "link_open", "image", "html_block"} == set()
    assert kinds(code(text, Look())) == ["paragraph_open", "inline", "code_inline", "paragraph_close"]


@given(st.text(st.sampled_from("|\\` a"), min_size=1))
def test_outside_of_tables_code_is_the_text_as_it_is(text):
    assert [token.content for token in tokens(code(text, Look())) if token.type == "code_inline"] == [text]


@pytest.mark.parametrize(
    ("plain", "span"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("a``", "``` a`` ```"), (" a", "`  a `"), ("a|b", "`a|b`")],
)
def test_a_fence_is_longer_than_any_run_of_backticks(plain, span):
    assert code(plain, Look()) == span


def written(report, path, before):
    path.write_bytes(before)
    write(report, "markdown", path, Look())
    return path.read_bytes()


def test_the_block_is_appended_after_a_blank_line(report, tmp_path):
    block = render(report, "markdown", Look()).encode()

    for before, start in (
        (b"", b""),
        (b"# Mine\n", b"# Mine\n\n"),
        (b"# Mine", b"# Mine\n\n"),
        (b"# Mine\n\n", b"# Mine\n\n"),
        (b"\n", b"\n\n"),
    ):
        assert written(report, tmp_path / "README.md", before) == start + block


def test_a_file_that_is_not_there_gets_the_block(report, tmp_path):
    write(report, "markdown", tmp_path / "new.md", Look())

    assert (tmp_path / "new.md").read_text("utf-8") == render(report, "markdown", Look())


def test_the_block_is_replaced_and_nothing_else(report, failing, tmp_path):
    around = b"\xfe caf\xe9\r\n  %s\nold\n%s  \t\nbehind `%s` \x00"
    marks = (BEGIN.encode(), END.encode())
    path = tmp_path / "README.md"

    first = written(report, path, around % (*marks, marks[1]))
    second = written(failing, path, first)
    third = written(report, path, second)

    assert first.startswith(b"\xfe caf\xe9\r\n  " + marks[0])
    assert first.endswith(marks[1] + b"  \t\nbehind `" + marks[1] + b"` \x00")
    assert b"old" not in first
    assert b"49 / 100" in second
    assert third == first


def test_the_block_takes_the_line_ends_of_the_file(report, tmp_path):
    once = written(report, tmp_path / "README.md", b"# Mine\r\n")

    assert once.count(b"\n") == once.count(b"\r\n")
    assert written(report, tmp_path / "README.md", once) == once


@pytest.mark.parametrize(
    "before",
    [
        f"{BEGIN}\n",
        f"{END}\n",
        f"{END}\n{BEGIN}\n",
        f"{BEGIN}\n{BEGIN}\n{END}\n",
        f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n",
    ],
)
def test_a_broken_block_is_left_to_its_owner(report, tmp_path, before):
    path = tmp_path / "README.md"
    path.write_text(before, "utf-8")

    with pytest.raises(InputError, match="has no one block to replace"):
        write(report, "markdown", path, Look())

    assert path.read_text("utf-8") == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_read_is_not_overwritten(report, tmp_path, monkeypatch):
    path = tmp_path / "README.md"
    path.write_bytes(b"mine")

    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(InputError, match=r"cannot read .*README\.md: Permission denied"):
        write(report, "markdown", path, Look())
    monkeypatch.undo()

    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize(
    "example",
    [
        f"```\n{BEGIN}\n{END}\n```\n",
        f"~~~ markdown `x`\n{BEGIN}\n~~\n```\n{END}\n~~~~\n",
        f"1. - ````md\n     {BEGIN}\n     ```\n     {END}\n     ````\n",
    ],
)
def test_marks_in_fenced_code_are_an_example_of_somebody_elses(report, tmp_path, example):
    path = tmp_path / "README.md"

    first = written(report, path, f"# Mine\n{example}".encode())
    second = written(report, path, first)

    assert first == f"# Mine\n{example}\n{render(report, 'markdown', Look())}".encode()
    assert second == first


@pytest.mark.parametrize("before", ["```\n", "``` a ``` b\n", "    \n```x`\n"])
def test_what_fences_nothing_in_hides_no_mark(report, tmp_path, before):
    path = tmp_path / "README.md"

    first = written(report, path, before.encode())

    assert first.count(BEGIN.encode()) == 1
    assert written(report, path, first) == first


@pytest.mark.parametrize("start", [b"", b"# Mine\n\n"])
def test_a_byte_order_mark_hides_nothing(report, tmp_path, start):
    block = render(report, "markdown", Look()).encode()

    assert written(report, tmp_path / "README.md", b"\xef\xbb\xbf" + start + block) == b"\xef\xbb\xbf" + start + block


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-be", "utf-32-be"])
def test_a_file_in_another_encoding_stays_as_it_is(report, tmp_path, encoding):
    path = tmp_path / "README.md"
    before = "\ufeff# Mine\n".removeprefix("" if encoding[-1] == "e" else "\ufeff").encode(encoding)
    path.write_bytes(before)

    with pytest.raises(InputError, match=r"README\.md is in UTF-16 or UTF-32"):
        write(report, "markdown", path, Look())

    assert path.read_bytes() == before


def test_the_summary_of_a_step_holds_what_every_command_said(report, failing, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    monkeypatch.chdir(tmp_path)

    for one in (report, failing, report):
        write(one, "markdown", "summary", Look())
        write(one, "markdown", "README.md", Look())

    blocks = [render(one, "markdown", Look()) for one in (report, failing, report)]
    assert (tmp_path / "summary").read_text("utf-8") == "\n".join(blocks)
    assert (tmp_path / "README.md").read_text("utf-8") == blocks[0]


def test_blocks_of_two_names_stand_in_one_file(tmp_path):
    path = tmp_path / "README.md"
    (begin, end), (other, close) = marks("dsready"), marks("dsready-diff")
    path.write_text(f"{begin}\nA\n{end}\n\n{other}\nB\n{close}\n", "utf-8")

    mended = updated(path, f"{other}\nC\n{close}\n".encode(), "dsready-diff")

    assert mended == f"{begin}\nA\n{end}\n\n{other}\nC\n{close}\n".encode()
