"""What holds for every target that is installed."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsready import plugins, targets
from dsready.errors import ConfigError, PluginError
from dsready.targets import Target, TargetRule, _say

ALL = targets.chosen([targets.ALL])
#: Keys and values that the profiles know, so that random records reach their rules.
KEYS = [
    *("messages", "prompt", "completion", "chosen", "rejected", "text", "input", "output", "instruction", "label"),
    *(
        "conversations",
        "from",
        "value",
        "role",
        "content",
        "type",
        "tool_calls",
        "tools",
        "weight",
        "contents",
        "parts",
    ),
    *(
        "preferred_output",
        "non_preferred_output",
        "system",
        "schemaVersion",
        "id",
        "function",
        "arguments",
        "image_url",
    ),
    *("toolUse", "toolResult", "candidates", "references", "completions", "systemInstruction", "segments", "kto_tag"),
]
WORDS = ["user", "assistant", "system", "tool", "human", "gpt", "model", "", "a", "<image>", "{}", "text", "image_url"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.floats(allow_nan=False, width=16) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)
ROWS = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6)


@settings(max_examples=300)
@given(ROWS)
def test_no_record_makes_a_target_raise_and_every_place_exists(row):
    for id_, target in ALL.items():
        for breach in target.of_line(orjson.dumps(row)):
            assert breach.pointer == "" or breach.pointer.startswith("/"), (id_, breach)
            value = row
            for key in breach.pointer.split("/")[1:]:
                assert int(key) < len(value) if isinstance(value, list) else key in value, (id_, breach)
                value = value[int(key)] if isinstance(value, list) else value[key]


@pytest.mark.parametrize("target", ALL.values(), ids=list(ALL))
def test_a_profile_says_what_it_knows(target):
    assert target.name
    assert target.source or target.life == "ended"
    assert target.formats or target.life == "ended"
    assert target.note or target.life == "live"
    for rule in target.every_rule:
        tests = [rule.lines, rule.outline, rule.text, rule.tokens, rule.whole, rule.table]
        assert sum(bool(test) for test in tests) == (rule is not target.unknown), rule.id
        assert rule.says
        assert not rule.says.endswith(".")


def test_the_name_of_a_rule_is_its_own():
    rule = _say.rule("ABC-1", _say.WARN, "RUN", "something", lambda _: None)
    worse = rule.model_copy(update={"consequence": _say.REJECT})

    with pytest.raises(ValueError, match="two rules called ABC-1"):
        Target(id="x", name="X", source="s", rules=(rule, rule))
    with pytest.raises(ValueError, match="ABC-1 means one thing here and another there"):
        Target(id="x", name="X", source="s", rules=(rule,), unknown=worse)


def test_what_nobody_verified_refuses_nothing():
    rule = TargetRule(id="ABC-1", consequence="REJECT", evidence=("U",), says="something")

    assert not rule.refuses


def test_an_unknown_target_is_a_mistake_with_a_hint():
    with pytest.raises(ConfigError, match="no target is called 'togehter'") as caught:
        targets.load("togehter")

    assert "did you mean 'together'?" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("dsready.targets:load", "is registered as a target but is none"),
        ("dsready.targets.together:TARGET", "calls itself 'together'"),
        ("dsready.nowhere:TARGET", "cannot be loaded"),
    ],
)
def test_a_broken_plugin_is_named(monkeypatch, value, said):
    point = EntryPoint("ours", value, targets.GROUP)
    monkeypatch.setattr(plugins, "entry_points", lambda **_: [point])
    targets.load.cache_clear()

    with pytest.raises(PluginError, match=said):
        targets.load("ours")
    targets.load.cache_clear()


def test_all_means_every_target_that_is_installed():
    assert list(targets.chosen(["together", "all"])) == sorted(targets.installed())
    assert list(targets.chosen(["trl-sft", "together"])) == ["together", "trl-sft"]
