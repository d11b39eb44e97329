import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from oracles.registry import HERE


def asked(tmp_path: Path, judge: str, *requests: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the answers of an adapter made of a few lines."""
    script = tmp_path / "adapter.py"
    script.write_text(
        f"import sys\nsys.path.insert(0, {str(HERE / 'adapters')!r})\n"
        "from answering import accepted, alone, corrupt, drop, refused, serve\n" + dedent(judge)
    )
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run([sys.executable, script], input=lines, capture_output=True, text=True, check=True)
    ready, *answers = map(json.loads, done.stdout.splitlines())
    assert ready == {"ready": True}
    return answers


ROWS = """
    def row(value, part):
        print("noise between the answers")
        if value["a"] == 1:
            raise drop("one")
        if value["a"] == 2:
            raise corrupt("two")
        if value["a"] == 3:
            raise KeyError("three")

    serve(row=row)
"""


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ('{"a": 0}', {"verdict": "accept", "message": ""}),
        ('{"a": 1}', {"verdict": "drop", "message": "one"}),
        ('{"a": 2}', {"verdict": "corrupt", "message": "two"}),
        ('{"a": 3}', {"verdict": "refuse", "message": "KeyError: 'three'"}),
        ('{"b": 3}', {"verdict": "refuse", "message": "KeyError: 'a'"}),
    ],
)
def test_a_judge_of_rows_says_what_it_raises(tmp_path: Path, row: str, answer: dict[str, str]) -> None:
    assert asked(tmp_path, ROWS, {"row": row}) == [answer]


def test_a_row_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (answer,) = asked(tmp_path, ROWS, {"row": "{"})

    assert answer["verdict"] == "refuse"


def test_a_judge_of_rows_reads_files_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text('{"a": 0}\n\n{"a": 1}\n{"a": 3}\n')

    (answer,) = asked(tmp_path, ROWS, {"file": str(path)})

    assert answer == {
        "accepted": False,
        "rows": {"3": "drop: one", "4": "refuse: KeyError: 'three'"},
        "error": "refuse: KeyError: 'three'",
    }


def test_a_judge_of_files_gets_each_row_in_a_file_of_its_own(tmp_path: Path) -> None:
    judge = """
        def file(path, part):
            text = path.read_text()
            return refused("bad", 1) if "bad" in text else accepted({1: "drop: " + part})

        serve(file=file)
    """

    answers = asked(tmp_path, judge, {"row": "bad"}, {"row": "x", "part": "sft"})

    assert answers == [{"verdict": "refuse", "message": "bad"}, {"verdict": "drop", "message": "sft"}]


def test_a_file_an_oracle_dies_of_is_refused(tmp_path: Path) -> None:
    judge = """
        def file(path, part):
            raise SystemExit("enough")

        serve(file=file)
    """

    assert asked(tmp_path, judge, {"file": "x"}) == [{"accepted": False, "rows": {}, "error": "SystemExit: enough"}]


def test_a_row_may_stand_after_others(tmp_path: Path) -> None:
    judge = """
        from answering import in_a_file, listen

        def row(texts, part):
            with in_a_file(texts) as path:
                raise drop(path.read_text())

        listen(row, None)
    """

    (answer,) = asked(tmp_path, judge, {"row": "c", "among": ["a", "b"]})

    assert answer == {"verdict": "drop", "message": "a b c"}
