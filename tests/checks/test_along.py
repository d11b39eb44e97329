"""Which records are of which kind is told along the file: shapes, keys, and how conversations are laid out."""

from __future__ import annotations

import json
import re
from collections import Counter

import numpy as np
import pytest

from dsready.check import KINDS, Verdict
from dsready.testing import assert_lawful, run
from dsready_checks._layout import MOST_TURNS
from dsready_checks.roles import Roles
from dsready_checks.schema import Schema

LETTERS = {"u": "user", "a": "assistant", "s": "system", "t": "tool", "x": "narrator", "d": "developer"}


def chat(letters, **more):
    return {"messages": [{"role": LETTERS[each], "content": "Well, well."} for each in letters], **more}


def pair(number, **more):
    return {"prompt": f"question {number}", "completion": f"answer {number}", **more}


def profile(check, rows):
    return run(check, rows).outcomes[0].profile


def totals(kinds):
    return {kind: sum(counts) for kind, counts in kinds.items()}


class Stretches:
    """In place of a data set: ten keys are a stretch."""

    def along(self, keys):
        return np.bincount(keys // 10, minlength=10).tolist()


def test_the_most_frequent_kinds_are_named_and_all_others_counted_together():
    keys = np.random.default_rng(1).permutation(100)
    sizes = [1, 30, 2, 20, 4, 15, 3, 12, 8, 5]
    parts = np.split(keys, np.cumsum(sizes)[:-1])
    verdict = Verdict()

    verdict.along("size", {f"of {len(part):02}": part for part in parts}, Stretches())

    found = verdict.profile["along"]["size"]
    assert totals(found) == {f"of {size:02}": size for size in sorted(sizes)[:-8:-1]} | {"others": 6}
    assert list(found)[:2] == ["of 30", "of 20"]
    assert np.sum(list(found.values()), axis=0).tolist() == [10] * 10
    for part in parts:
        if len(part) > 4:
            expected = Counter(key // 10 for key in part.tolist())
            assert found[f"of {len(part):02}"] == [expected[stretch] for stretch in range(10)]


def test_one_kind_is_no_picture_and_no_kind_neither():
    verdict = Verdict()
    verdict.along("alone", {"it": np.arange(9), "none": np.arange(0)}, Stretches())
    verdict.along("nothing", {}, Stretches())

    assert verdict.profile == {}


def test_a_kind_called_others_is_counted_with_the_others():
    kinds = {f"kind {number}": np.arange(number) for number in range(2, KINDS + 3)} | {"others": np.arange(50)}
    verdict = Verdict()
    verdict.along("kind", kinds, Stretches())

    found = totals(verdict.profile["along"]["kind"])
    assert found["others"] == sum(map(len, kinds.values())) - sum(found[kind] for kind in found if kind != "others")
    assert len(found) == KINDS + 1


def test_shapes_and_keys_are_told_along_the_file():
    rows = [pair(n) for n in range(20)] + [pair(n, source="x") for n in range(10)] + [chat("ua") for _ in range(10)]

    found = profile(Schema(), rows)["along"]

    assert set(found) == {"shape", "schema"}
    shapes, schemas = found["shape"], found["schema"]
    assert totals(shapes) == {"prompt-completion": 30, "openai-chat": 10}
    assert totals(schemas) == {"completion, prompt": 20, "completion, prompt, source": 10, "messages": 10}
    assert schemas["messages"] == shapes["openai-chat"]
    assert schemas["completion, prompt"].index(0) == 20


def test_records_that_cannot_be_used_have_keys_but_no_shape():
    found = profile(Schema(), [*map(pair, range(10)), {"messages": "none"}, {"promt": 1}, {}, b"{broken"])["along"]

    assert totals(found["schema"]) == {"completion, prompt": 10, "messages": 1, "no keys": 1, "promt": 1}
    assert "shape" not in found


def test_the_order_of_keys_and_their_types_make_no_other_schema():
    rows = [pair(1, a=1), pair(2, a="text"), dict(reversed(pair(3, a=1).items()))]

    assert "along" not in profile(Schema(), rows)


def test_keys_are_masked_and_cut_and_those_that_look_the_same_are_numbered():
    key, long = "maria.huber@gmx.at", "a" * 50
    rows = [pair(1, **{key: 1}), *([pair(2, **{long: 1, "zz": 1})] * 3), *([pair(3, **{long: 1, "zzz": 1})] * 2)]

    found = totals(profile(Schema(), rows)["along"]["schema"])

    assert "maria" not in json.dumps(found)
    named = [name for name in found if long in name]
    assert [found[name] for name in named] == [3, 2]
    assert named[1] == f"{named[0]} (2)"
    assert max(map(len, found)) <= 64


def test_a_record_whose_only_key_is_others_is_not_taken_for_the_others():
    rows = [{"others": "x"}] * 3 + [{f"k{n}": n} for n in range(KINDS + 1)] * 2

    found = totals(profile(Schema(), rows)["along"]["schema"])

    assert found["others (2)"] == 3
    assert sum(found.values()) == len(rows)


@pytest.mark.parametrize("nested", [False, True])
def test_where_not_all_forms_are_told_apart_nothing_is_said_of_schemas(nested):
    rows = [pair(n, **({"meta": {f"key {n}": 1}} if nested else {f"key {n}": 1})) for n in range(5200)]

    found = profile(Schema(), [*rows, *map(pair, range(50))])

    assert "along" not in found
    assert "kinds" not in found


def test_all_kinds_are_counted_also_those_that_no_picture_names():
    letters = ["u" * number + "a" + "t" * more for number in (0, 1, 2) for more in range(5)]

    found = profile(Roles(), [chat(each) for each in letters])

    assert len(found["along"]["roles"]) == KINDS + 1
    assert found["kinds"] == {"roles": 9}  # several turns of one role are told as one


LAYOUTS = {
    "sua": "system user assistant",
    "ua": "user assistant",
    "uaua": "(user assistant)×n",
    "uauaua": "(user assistant)×n",
    "suaua": "system (user assistant)×n",
    "suauau": "system (user assistant)×n user",
    "uatta": "user assistant tool×n assistant",
    "uatata": "user (assistant tool)×n assistant",
    "uatauata": "(user assistant tool assistant)×n",
    "uuua": "user×n assistant",
    "xu": "unknown user",
    "uaax": "user assistant×n unknown",
    "duttautta": "developer (user tool×n assistant)×n",
    "sdsudasatdxudtxdsu": "system developer system user developer assistant system assistant tool developer unknown "
    "user developer tool unknown …",
}


def test_conversations_are_told_by_who_speaks_in_which_order():
    for letters, expected in LAYOUTS.items():
        found = profile(Roles(), [chat("a"), *[chat(letters)] * 2])["along"]["roles"]

        assert found == {expected: [0, 1, 1], "assistant": [1, 0, 0]}


def test_a_layout_names_the_roles_of_its_conversation():
    """Unfold any layout with two rounds: it must be the roles of a conversation that is laid out like that."""
    random = np.random.default_rng(7)
    for _ in range(300):
        letters = "".join(random.choice(list("uat"), random.integers(2, 12)))
        [found] = set(profile(Roles(), [chat("x"), chat(letters)])["along"]["roles"]) - {"unknown"}
        if found.endswith("…"):
            continue
        unfolded = found
        while "×n" in unfolded:
            unfolded = re.sub(
                r"(\w+)×n|\(([^()]*)\)×n", lambda match: f"(?:{match[1] or match[2]} ?)+", unfolded, count=1
            )
        words = " ".join(LETTERS[each] for each in letters)
        assert re.fullmatch(unfolded.replace(")+ ", ")+ ?"), words), (words, found)


def test_turns_are_counted_and_those_of_very_many_together():
    rows = [chat("ua" * (1 + number % 40)) for number in range(120)] + [pair(1)]

    found = profile(Roles(), rows)["turns"]

    turns = Counter(min(2 * (1 + number % 40), MOST_TURNS) for number in range(120))
    assert found == [[number, turns[number]] for number in sorted(turns)]


def test_without_conversations_there_are_neither_roles_nor_turns():
    assert profile(Roles(), [pair(1)]) == profile(Roles(), []) == {}


@pytest.mark.parametrize("check", [Schema(), Roles()])
def test_the_law(check):
    rows = [chat(letters) for letters in LAYOUTS] + [pair(n, **{f"k{n % 11}": n}) for n in range(40)]

    assert_lawful(check, [*rows, b"{broken", "", {"promt": 1}, {"messages": 1}])
