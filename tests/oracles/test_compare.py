from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from oracles import exceptions
from oracles.client import Answer, FileAnswer
from oracles.compare import Case, Row, Tally, compare_files, compare_rows, in_files, of_profile, ours
from oracles.exceptions import Known
from oracles.registry import Environment, Oracle
from oracles.report import grouped, table, write

if TYPE_CHECKING:
    from collections.abc import Iterable

ORACLE = Oracle("fake-1.0", Environment("fake", ("fake==1.0",)), "fake", "fake", {"chat": "sft", "text": ""})


def breach(id_: str, consequence: str, evidence: str = "RUN") -> Any:
    return SimpleNamespace(rule=SimpleNamespace(id=id_, consequence=consequence, evidence=(evidence,)), pointer="")


class FakeClient:
    """An oracle that looks for its verdict in what it is asked about."""

    def row(self, text: str, part: str, among: Iterable[str]) -> Answer:  # noqa: ARG002
        return Answer(json.loads(text)["theirs"], part)

    def file(self, path: Path, part: str) -> FileAnswer:  # noqa: ARG002
        return FileAnswer(accepted="bad" not in path.read_text(), rows={2: "drop: x"} if "gone" in path.name else {})


class FakeTarget:
    """A target that breaks the rules a record names."""

    def of_line(self, raw: bytes) -> Iterable[Any]:
        return [breach("T-1", consequence) for consequence in json.loads(raw)["ours"]]


@pytest.mark.parametrize(
    ("breaches", "expected"),
    [
        ([], ("accept", ())),
        ([breach("A-1", "IGNORE"), breach("A-2", "WARN"), breach("A-3", "TRUNC")], ("accept", ())),
        ([breach("A-1", "CORRUPT"), breach("A-2", "DROP")], ("drop", ("A-2",))),
        ([breach("A-1", "CRASH"), breach("A-1", "CRASH"), breach("A-2", "REJECT")], ("refuse", ("A-1", "A-2"))),
        ([breach("A-1", "REJECT", "U"), breach("A-2", "CORRUPT")], ("corrupt", ("A-2",))),
    ],
)
def test_our_verdict_is_that_of_the_worst_rule_that_is_verified(breaches: list[Any], expected: object) -> None:
    assert ours(breaches) == expected


def reason(consequence: str, evidence: str = "RUN") -> dict[str, Any]:
    return {"rule": f"T-{consequence}", "consequence": consequence, "evidence": [evidence, "DOC"]}


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ([], ("accept", ())),
        ([reason("WARN"), reason("REJECT", "U")], ("accept", ())),
        ([reason("DROP"), reason("CRASH"), reason("CRASH")], ("refuse", ("T-CRASH",))),
        ([reason("DROP"), reason("CORRUPT")], ("corrupt", ("T-CORRUPT",))),
        ([reason("DROP")], ("drop", ("T-DROP",))),
    ],
)
def test_our_verdict_on_a_file_is_that_of_its_reasons(reasons: list[dict[str, Any]], expected: object) -> None:
    assert of_profile({"verdict": "changes", "reasons": reasons}) == expected


def test_a_target_that_is_gone_has_no_verdict() -> None:
    assert of_profile({"verdict": "ended", "reasons": [reason("REJECT")]}) is None


def rows(*pairs: tuple[str, str], shape: str = "chat") -> list[Row]:
    return [Row(shape, json.dumps({"ours": mine.split(), "theirs": theirs})) for mine, theirs in pairs]


def test_rows_are_compared_one_by_one() -> None:
    given = rows(("", "accept"), ("REJECT", "refuse"), ("DROP", "refuse"))

    tally = compare_rows(ORACLE, FakeClient(), FakeTarget(), given)

    assert (tally.rows, tally.files, tally.agreements, tally.exceptions) == (3, 0, 2, 0)
    assert [(case.ours, case.theirs, case.rules, case.part) for case in tally.disagreements] == [
        ("drop", "refuse", ("T-1",), "sft")
    ]


def test_shapes_the_oracle_does_not_judge_are_left_out() -> None:
    tally = compare_rows(ORACLE, FakeClient(), FakeTarget(), rows(("", "accept"), shape="kto"))

    assert tally.rows == 0


def test_files_are_compared_by_the_worst_that_befalls_them(tmp_path: Path) -> None:
    texts = {"a.jsonl": "good", "b.jsonl": "bad", "gone.jsonl": "good", "ended.jsonl": "good"}
    paths = [tmp_path / name for name in texts]
    for path in paths:
        path.write_text(texts[path.name])

    def lint(path: Path, target: str) -> dict[str, Any]:
        return {"id": target, "verdict": "ended" if path.stem == "ended" else "accepts", "reasons": []}

    tally = compare_files(ORACLE, FakeClient(), lint, [("text", path) for path in paths])

    assert (tally.files, tally.agreements) == (3, 1)
    assert [(Path(case.path).name, case.theirs) for case in tally.disagreements] == [
        ("b.jsonl", "refuse"),
        ("gone.jsonl", "drop"),
    ]


def case(oracle: str = "fake-1.0", rules: tuple[str, ...] = (), message: str = "", **record: Any) -> Case:
    return Case(oracle, "", Row("chat", json.dumps(record)), "", "accept", "refuse", rules, message)


def test_a_documented_difference_is_no_disagreement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exceptions, "KNOWN", (Known("fake-*", "for fun", "T-1"),))
    tally = Tally(ORACLE)

    tally.add(case(rules=("T-1",)))
    tally.add(case(rules=("T-2",)))
    tally.add(case(oracle="other", rules=("T-1",)))

    assert (tally.exceptions, len(tally.disagreements)) == (1, 2)


def test_a_documented_difference_may_look_at_the_case() -> None:
    known = Known("*", "weights", when=lambda case: "weight" in case.record)

    assert known.covers(case(weight=1))
    assert not known.covers(case(text="a"))


def test_the_weight_of_a_row_is_a_documented_difference_of_together() -> None:
    message = 'Found extra column "weight" in the line 1.'

    assert exceptions.documented(case("together-2.14.0", message=message, weight=1.0))
    assert not exceptions.documented(case("together-2.14.0", message='Found extra column "id" in the line 1.', id=1))


def test_disagreements_of_a_kind_are_shown_once() -> None:
    found = grouped([case(message="line 1"), case(message="line 22", a="longer"), case(message="other")])

    assert [(count, each.message) for count, each in found] == [(2, "line 1"), (1, "other")]


def test_the_third_line_of_a_made_file_is_the_row() -> None:
    files = []
    for shape, path in in_files([(Row("text", "bad"), ["1", "2", "3"]), (Row("chat", "ugly"), ["1"])]):
        files.append((shape, path.read_text().split(), path))

    assert [(shape, lines) for shape, lines, _ in files] == [
        ("text", ["1", "2", "bad", "3"]),
        ("chat", ["1", "ugly"]),
    ]
    assert not any(path.exists() for *_, path in files)


def test_the_table_goes_between_its_markers(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- agreements -->\nold\n<!-- /agreements -->\nafter\n")

    write(table([Tally(ORACLE, files=1, rows=1234, agreements=1200)]), readme)

    text = readme.read_text()
    assert "| fake-1.0 | fake" in text
    assert "1,234" in text
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")


def test_a_readme_without_markers_is_left_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("none")

    with pytest.raises(SystemExit, match="no place"):
        write("table", readme)

    assert readme.read_text() == "none"
