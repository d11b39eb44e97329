"""`dsready convert` as its user sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

README = Path(__file__).parents[2] / "README.md"
#: The working directory of a test is another one, and the paths may be relative.
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(path).resolve()) for path in sys.path)}
TURNS = [{"role": "user", "content": "Red or blue?"}, {"role": "assistant", "content": "Red.", "weight": 0}]
RECORD = {"conversations": TURNS, "id\u202e": 7}


@pytest.fixture
def data():
    path = Path("in.jsonl")
    path.write_bytes(orjson.dumps(RECORD) + b"\n" + orjson.dumps({"messages": TURNS}) + b"\n")
    return str(path)


def test_a_conversion_is_summed_up(cli, data):
    result = cli("convert", data, "--to", "sharegpt", "-o", "out.jsonl")

    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[-2:] == [
        "in.jsonl: 2 records read (openai-chat 1, sharegpt-openai-tags 1)",
        "out.jsonl: 2 converted to sharegpt, 0 copied unchanged, 0 rejected",
    ]
    assert len(Path("out.jsonl").read_bytes().splitlines()) == 2


def test_a_loss_is_listed_and_refused(cli, data):
    result = cli("convert", data, "--to", "alpaca-ranking", "-o", "out.jsonl")
    assert result.code == 1

    result = cli("convert", data, "--to", "claude-messages", "-o", "out.jsonl")

    assert result.code == 1
    assert result.out.splitlines()[:5] == [
        "Lost               Records    First line",
        "---------------  ---------  ------------",
        "message weights          2             1",
        "key id\\u202e             1             1",
        "",
    ]
    assert "not written: 2 would be converted to claude-messages" in result.out
    assert result.err == (
        "error: nothing was written: claude-messages has no room for what is listed as lost\n"
        "hint: --allow-loss writes it without\n"
    )


def test_a_loss_may_be_allowed(cli, data):
    result = cli("convert", data, "--to", "claude-messages", "-o", "new.jsonl", "--allow-loss")

    assert (result.code, result.err) == (0, "")
    assert "message weights" in result.out
    assert len(Path("new.jsonl").read_bytes().splitlines()) == 2


def test_rejected_records_fail_the_run_and_are_counted(cli, data):
    with Path(data).open("ab") as file:
        file.writelines(b'{"k%d": 1}\n' % number for number in range(12))

    result = cli("convert", data, "--to", "sharegpt", "-o", "out.jsonl", "--rejected", "bad.jsonl")

    assert result.code == 1
    assert "Rejected because the record" in result.out
    assert "… and 2 more reasons" in result.out
    assert max(map(len, result.out.splitlines())) <= 80
    assert result.err == "12 records could not be converted; they went to bad.jsonl\n"
    assert len(Path("bad.jsonl").read_bytes().splitlines()) == 12


def test_what_changes_without_a_loss_is_listed_and_not_refused(cli):
    Path("in.jsonl").write_bytes(b'{"instruction": "a", "input": "b", "output": "c"}\n\n')

    result = cli("convert", "in.jsonl", "--to", "openai-chat", "-o", "out.jsonl")

    assert result.code == 0
    assert result.out.startswith("Changed, not lost ")
    assert "in.jsonl: 1 record read (alpaca 1), 1 blank line left out" in result.out


def test_data_may_go_through_pipes(data):
    command = [sys.executable, "-m", "dsready", "convert", "-", "--to", "sharegpt", "-o", "-"]
    sent = Path(data).read_bytes() + b"{}\n"

    result = subprocess.run(command, input=sent, capture_output=True, check=False, env=ENVIRONMENT)

    assert result.returncode == 1
    keys = [list(json.loads(line)) for line in result.stdout.splitlines()]
    assert keys == [["conversations", "id\u202e"], ["conversations"]]
    assert b"<stdin>: 3 records read" in result.stderr
    assert b"1 record could not be converted; it went nowhere: --rejected names a file" in result.stderr


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="the system has no such names")
@pytest.mark.parametrize("redirected", [True, False])
def test_standard_output_may_go_by_its_other_name(data, redirected):
    command = [sys.executable, "-m", "dsready", "convert", data, "--to", "sharegpt", "-o", "/dev/stdout"]
    with Path("got.jsonl").open("wb") as file:
        into = {"stdout": file if redirected else subprocess.PIPE}
        result = subprocess.run(command, stderr=subprocess.PIPE, check=False, env=ENVIRONMENT, **into)

    written = Path("got.jsonl").read_bytes() if redirected else result.stdout
    assert [next(iter(json.loads(line))) for line in written.splitlines()] == ["conversations"] * 2
    assert b"in.jsonl: 2 records read" in result.stderr


def test_a_file_of_rejects_alone_is_told(cli):
    Path("in.jsonl").write_bytes(b"{}\n")

    result = cli("convert", "in.jsonl", "--to", "sharegpt", "-o", "out.jsonl")

    assert result.code == 1
    assert "not written: 0 would be converted" in result.out
    assert result.err == (
        "error: out.jsonl was not written: no record could be converted\n"
        "hint: the reasons are listed above\n"
        "1 record could not be converted; it went to out.jsonl.rejected.jsonl\n"
    )


def test_a_refused_loss_leaves_standard_output_empty(data):
    command = [sys.executable, "-m", "dsready", "convert", data, "--to", "claude-messages", "-o", "-"]

    result = subprocess.run(command, capture_output=True, check=False, env=ENVIRONMENT)

    assert (result.returncode, result.stdout) == (1, b"")
    assert b"message weights" in result.stderr


def test_the_summary_may_be_json(cli, data):
    result = cli("convert", data, "--to", "claude-messages", "-o", "out.jsonl", "--output-format", "json")

    held = json.loads(result.out)
    assert (held["records"], held["written"], held["converted"]) == (2, False, 2)
    assert held["losses"]["message weights"] == {"records": 2, "first_line": 1}


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["--to", "sharegptt", "-o", "out.jsonl"], "did you mean 'sharegpt'?"),
        (["--to", "sharegpt", "-o", "in.jsonl"], "no input is ever overwritten"),
        (["--to", "sharegpt", "-o", "."], "is a folder"),
        (["--to", "sharegpt"], "Missing option '-o'"),
        (["--to", "sharegpt", "-o", ""], "OUT has no name"),
        (["--to", "sharegpt", "-o", "out.jsonl.gz"], "hint: write JSONL, and pack it then"),
        (["--to", "sharegpt", "-o", "out.jsonl", "--rejected", "-"], "cannot go to standard output"),
        (["--to", "sharegpt", "-o", "out.jsonl", "--from", "x"], "no record shape is called 'x'"),
    ],
)
def test_a_mistake_is_told(cli, data, args, what):
    result = cli("convert", data, *args)

    assert (result.code, result.out) == (2, "")
    assert what in result.err
    assert {path.name for path in Path().iterdir()} == {".git", "in.jsonl"}


def test_a_missing_file_is_told(cli):
    result = cli("convert", "no.jsonl", "--to", "sharegpt", "-o", "out.jsonl")

    assert result.code == 2
    assert "cannot read no.jsonl" in result.err


@pytest.mark.skipif(not README.exists(), reason="the tree is not here, only the installed package")
def test_the_example_of_the_readme_is_what_is_printed(cli):
    ask, answer = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    calling = {"role": "assistant", "content": None, "tool_calls": [call]}
    result = {"role": "tool", "tool_call_id": "1", "content": "c"}
    talks = [[ask, answer], [ask, {**answer, "weight": 0}], [ask, calling, result, answer], [ask]]
    Path("chats.jsonl").write_bytes(b"".join(orjson.dumps({"messages": turns}) + b"\n" for turns in talks))

    done = cli("convert", "chats.jsonl", "--to", "alpaca", "-o", "alpaca.jsonl")

    command = "$ dsready convert chats.jsonl --to alpaca -o alpaca.jsonl\n"
    assert f"```console\n{command}{done.out}{done.err}```" in README.read_text(encoding="utf-8")
