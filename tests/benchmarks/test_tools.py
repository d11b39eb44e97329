"""Tools are asked for what they do."""

from pathlib import Path

from benchmarks.tools import TOOLS, Job, installed


def test_dsready_is_measured_whatever_else_is(capsys):
    assert [tool.name for tool in installed(["no-such-tool"])] == ["dsready", "dsready, run again"]
    assert not capsys.readouterr().out


def test_a_tool_that_is_not_there_is_named(monkeypatch, capsys):
    monkeypatch.setattr("benchmarks.tools.version", lambda _: "")
    assert installed(["rensa"]) == []
    assert "rensa is not installed: left out (pip install rensa)" in capsys.readouterr().out


def test_a_timing_is_never_that_of_a_cache_unless_it_says_so():
    for task in ("everything", "near-duplicates"):
        job = Job(task, Path("train.jsonl"))
        assert "--no-cache" in TOOLS[0].commands(job)[0]
        assert all("--no-cache" not in command for command in TOOLS[1].commands(job))
    assert TOOLS[1].name == "dsready, run again"


def test_tools_that_know_only_chats_are_not_asked_for_others():
    everything = Job("everything", Path("train.jsonl"), fields="prompt,completion")
    asked = {tool.name for tool in TOOLS if tool.commands(everything)}
    assert asked == {"dsready", "dsready, run again", "langdetect alone", "orjson.loads alone"}
