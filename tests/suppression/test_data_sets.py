"""A baseline for several data sets of one run."""

from __future__ import annotations

import pytest

from dsready.accepting import Acceptance, Wishes
from dsready.config import Config, merge
from dsready.errors import ConfigError
from dsready.project import lint_all
from tests.suppression.conftest import held


@pytest.fixture
def lint_sets():
    """Lint data sets by their paths in one run, and return what is reported of each."""

    def run(sets, *, complete=True, **wishes):
        config = merge(Config(), {"lint.select": ["count", "leakage", "duplicates", "suppressions"]})
        acceptance = Acceptance(config, Wishes(**wishes), complete=complete)
        named = {name: merge(config, {"paths": paths}) for name, paths in sets.items()}
        reports = lint_all(named, acceptance, jobs=1, stdin_name="-", listed=100, cache=False)
        acceptance.save()
        return {report.name: set(report.summary.by_rule) for report in reports}

    return run


SHARING = {"small": ("x.jsonl",), "large": ("x.jsonl", "y.jsonl")}


@pytest.mark.parametrize("names", [("small", "large"), ("large", "small")])
def test_a_data_set_with_the_files_of_another_has_entries_of_its_own(clean, put, lint_sets, names):
    put("x.jsonl", clean(60))
    put("y.jsonl", clean(60, seed=2))
    sets = {name: SHARING[name] for name in names}

    assert lint_sets(sets, writes=True, blockers=True) == {"small": set(), "large": set()}
    assert {name: one["volume.effective_examples"] for name, one in held()["metrics"].items()} == {
        "x.jsonl": 60,
        "x.jsonl + y.jsonl": 120,
    }
    assert lint_sets(sets) == {"small": set(), "large": set()}


def test_what_is_held_for_one_data_set_is_no_other_s(clean, put, lint_sets):
    put("x.jsonl", clean(60))
    put("y.jsonl", clean(60, seed=2))
    lint_sets({"small": SHARING["small"]}, writes=True, blockers=True)

    assert lint_sets({"large": SHARING["large"], "small": SHARING["small"]}) == {
        "small": set(),
        "large": {"CNT001", "LEK007"},
    }


def test_a_run_over_one_of_two_data_sets_that_share_a_file_takes_nothing_from_the_other(clean, put, lint_sets):
    put("x.jsonl", clean(60))
    put("y.jsonl", clean(600, seed=2))
    lint_sets(SHARING, writes=True, blockers=True)
    before = held()

    large = {"large": SHARING["large"]}
    assert lint_sets(large, complete=False) == {"large": set()}
    with pytest.raises(ConfigError, match="more files than this run"):
        lint_sets(large, complete=False, prunes=True)
    assert held() == before


def test_two_data_sets_may_share_a_file(clean, put):
    put("held.jsonl", clean(55, seed=2))
    put("a.jsonl", [*clean(60), clean(1, seed=2)[0]])
    put("b.jsonl", clean(60, seed=5))
    config = merge(Config(), {"lint.select": ["leakage", "suppressions"]})
    sets = {name: merge(config, {"paths": (f"{name}.jsonl",), "eval": ("held.jsonl",)}) for name in ("a", "b")}

    def lint_both(**wishes):
        acceptance = Acceptance(config, Wishes(**wishes))
        options = {"jobs": 1, "stdin_name": "-", "listed": 100, "cache": False}
        reports = lint_all(sets, acceptance, **options)
        acceptance.save()
        return [set(report.summary.by_rule) for report in reports]

    assert lint_both(writes=True, blockers=True) == [set(), set()]
    assert lint_both() == [set(), set()]
    assert lint_both(prunes=True) == [set(), set()]
    assert lint_both() == [set(), set()]
