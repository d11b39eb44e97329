import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from oracles.client import Answer, Client, FileAnswer, OracleBrokenError

Fake = Callable[[str], Client]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Fake]:
    """An oracle that answers with what an expression makes of the request."""
    clients = []

    def make(expression: str) -> Client:
        script = tmp_path / "fake.py"
        script.write_text(
            dedent(
                f"""
                import json, os, sys, time
                print(json.dumps({{"ready": True}}), flush=True)
                for line in sys.stdin:
                    request = json.loads(line)
                    print(json.dumps({expression}), flush=True)
                """
            )
        )
        clients.append(Client([sys.executable, script], timeout=5))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def test_a_row_gets_an_answer(fake: Fake) -> None:
    client = fake('{"verdict": "drop", "message": request["row"] + request["part"]}')

    assert client.row('{"a": 1}', "sft") == Answer("drop", '{"a": 1}sft')


def test_a_file_gets_an_answer_with_its_lines_as_numbers(fake: Fake) -> None:
    client = fake('{"accepted": False, "rows": {"3": request["file"]}, "error": "no"}')

    answer = client.file(Path("train.jsonl"))

    assert answer == FileAnswer(accepted=False, rows={3: "train.jsonl"}, error="no")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (FileAnswer(accepted=True), "accept"),
        (FileAnswer(accepted=False, rows={1: "drop: x"}), "refuse"),
        (FileAnswer(accepted=True, rows={1: "drop: x", 2: "corrupt: y"}), "corrupt"),
        (FileAnswer(accepted=True, rows={1: "drop: x"}), "drop"),
    ],
)
def test_the_verdict_on_a_file_is_the_worst_of_its_rows(answer: FileAnswer, expected: str) -> None:
    assert answer.verdict == expected


def test_no_answer_in_time_is_a_refusal_and_the_next_question_a_new_start(fake: Fake) -> None:
    client = fake('time.sleep(60) if request["row"] == "slow" else {"verdict": "accept", "message": str(os.getpid())}')
    client.timeout = 1

    first = client.row("fast")
    slow = client.row("slow")
    client.timeout = 5
    again = client.row("fast")

    assert slow == Answer("refuse", "timeout")
    assert again.verdict == "accept"
    assert again.message != first.message


def test_the_death_of_an_oracle_is_a_refusal(fake: Fake) -> None:
    client = fake('os._exit(3) if "row" in request else {"accepted": True, "rows": {}, "error": ""}')

    assert client.row("{}") == Answer("refuse", "died")
    assert client.file(Path("x")).accepted


def test_a_file_that_kills_an_oracle_is_refused(fake: Fake) -> None:
    assert fake("os._exit(3)").file(Path("x")) == FileAnswer(accepted=False, error="died")


def test_an_oracle_that_does_not_start_says_why(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text("import nothing_of_the_kind")

    with pytest.raises(OracleBrokenError, match="No module named 'nothing_of_the_kind'"):
        Client([sys.executable, script]).row("{}")


def test_a_client_ends_its_process(fake: Fake) -> None:
    with fake('{"verdict": "accept", "message": str(os.getpid())}') as client:
        first = client.row("{}").message
    assert client.row("{}").message != first
