from __future__ import annotations

from pathlib import Path

import click
import pytest

from dsready.model import DimensionScore, Gate, Location, Outcome, Suppression
from dsready.output import Look, harmless, render, waterfall, write
from dsready.score import NOT_APPLICABLE
from tests.output.hostile import HOSTILE

HERE = Path(__file__).parent
TEXTS = ("full", "concise", "statistics")


def golden(name: str) -> str:
    return (HERE / name).read_text("utf-8")


@pytest.mark.parametrize("form", TEXTS)
def test_a_passing_report_reads_well(report, form):
    assert render(report, form, Look()) == golden(f"passing-{form}.txt")


@pytest.mark.parametrize("form", TEXTS)
def test_a_failing_report_reads_well(failing, form):
    assert render(failing, form, Look()) == golden(f"failing-{form}.txt")


def test_the_score_is_explained_line_by_line(report, failing):
    assert waterfall.render(report.readiness, Look()) == golden("passing-waterfall.txt")
    assert waterfall.render(failing.readiness, Look()) == golden("failing-waterfall.txt")


def test_no_line_of_the_full_report_is_wider_than_the_terminal_but_for_paths(failing, report):
    for text in (render(report, "full", Look(width=70)), render(failing, "full", Look(width=70))):
        assert all(len(line) <= 70 for line in text.splitlines() if "/" not in line)


def test_every_finding_is_shown_on_demand(report):
    text = render(report, "full", Look(max_examples=0))

    assert "data/train.jsonl:113 " in text
    assert "+ 70 more (not in the report; dsready rule DUP002 explains)" in text


def test_only_the_first_cut_explains_how_to_see_all(report):
    text = render(report.model_copy(update={"findings": report.findings * 2}), "full", Look(max_examples=1))

    assert text.count("--max-examples 0 shows all") == 1
    assert "\n  + 73 more (" in text


def test_the_list_is_whole_unless_fewer_are_asked_for(report):
    whole, few = (render(report, "concise", Look(max_examples=most)).splitlines() for most in (None, 1))

    assert sum("DUP002" in line for line in whole) == 4
    assert sum("DUP002" in line for line in few) == 1
    assert "+ 73 more (--max-examples 0 shows all)" in few


def test_quiet_shows_findings_only(failing):
    assert render(failing, "full", Look(quiet=True)).count("\n") == 6
    assert render(failing, "concise", Look(quiet=True)).count("\n") == 3
    assert render(failing, "statistics", Look(quiet=True)) == "2\tFMT001 invalid-json\n1\tLEK001 exact-leak\n"


@pytest.mark.parametrize("form", TEXTS)
def test_a_failure_that_the_gates_do_not_show_ends_the_text(report, form):
    strict = report.model_copy(update={"failure": "75 warnings (max-warnings is 0)", "name": "chat"})

    assert render(strict, form, Look()).endswith("\nchat failed: 75 warnings (max-warnings is 0)\n")
    assert render(strict, form, Look(exit_zero=True)).endswith("\nchat would fail: 75 warnings (max-warnings is 0)\n")
    assert "fail" not in render(strict, form, Look(quiet=True))


def test_a_traceback_is_shown_when_asked_for(failing):
    text = render(failing, "full", Look(verbose=True))

    assert '\n    File "x.py", line 1, in finish\n' in text
    assert "-v shows" not in text


def test_nothing_found_is_said_too(report):
    nothing = {"errors": 0, "warnings": 0, "infos": 0, "by_rule": {"DUP002": 0}}
    clean = report.model_copy(
        update={"findings": (), "summary": report.summary.model_copy(update=nothing), "outcomes": ()}
    )

    assert render(clean, "full", Look()).startswith("Dimension ")
    for form in TEXTS:
        assert "0 findings in 1,204 records" in render(clean, form, Look()).splitlines()[-1]


def test_a_report_without_dimensions_has_no_table(report):
    readiness = report.readiness.model_copy(update={"dimensions": (), "limited_by": "no record was examined"})
    bare = report.model_copy(update={"readiness": readiness, "gates": ()})

    text = render(bare, "full", Look())

    assert "Dimension" not in text
    assert "limited by no record was examined" in text


def test_only_rules_that_were_broken_are_named_for_mending(report):
    parts = tuple(part.model_copy(update={"rules": ("DUP001", "DUP009")}) for part in report.dimensions)
    readiness = report.readiness.model_copy(update={"dimensions": parts})

    text = render(report.model_copy(update={"readiness": readiness}), "full", Look())

    assert "removing the uniqueness defects would give up to 94 (+7)" in text


def test_what_was_not_assessed_is_named_where_it_limits_the_score(report):
    parts = (
        *(part.model_copy(update={"reason": "length: crashed" * (part.id == "length")}) for part in report.dimensions),
        DimensionScore(id="content", weight=10, score=None, reason="no check"),
        DimensionScore(id="evaluation", weight=10, score=None, reason=NOT_APPLICABLE),
    )
    limited = {
        "dimensions": parts,
        "limited_by": "a dimension that was not assessed",
        "limits": {"gap": 89, "weak": 95},
    }
    readiness = report.readiness.model_copy(update=limited)

    text = render(report.model_copy(update={"readiness": readiness}), "full", Look())

    assert "not assessed: no check\n" in text
    assert "\n  limited by what was not assessed: length (in part), content\n" in text


def test_another_limit_than_the_gap_is_named_as_it_is(report):
    readiness = report.readiness.model_copy(update={"limits": {"gap": 89.0, "weak": 87.8}})

    assert "\n  limited by uniqueness\n" in render(report.model_copy(update={"readiness": readiness}), "full", Look())


def test_a_passing_report_names_the_score_required_and_no_more(report):
    gates = (*report.gates, Gate(id="crashed checks", required="none", found="none", passed=True))

    text = render(report.model_copy(update={"gates": gates}), "full", Look())
    without = render(report.model_copy(update={"gates": gates[1:]}), "full", Look())

    assert "(gate: 3 of 3 conditions passed)" in text
    assert "\n  gate passed: score >= 70\n" in text
    assert "gate passed:" not in without


def test_the_sum_of_a_foreign_result_does_no_harm(report):
    foreign = {
        "goal": HOSTILE,
        "limits": {"{0}": 80.0, "{weakest.__class__}": 81.0, "weak": 82.0, HOSTILE: 83.0},
        "dimensions": tuple(part.model_copy(update={"weight": 0}) for part in report.dimensions),
    }

    text = waterfall.render(report.readiness.model_copy(update=foreign), Look())

    assert " 80.0  cap: {0}  <- limits the score\n" in text
    assert " 81.0  cap: {weakest.__class__}\n" in text
    assert " 82.0  cap: weakest dimension (50 + 75.6 / 2)\n" in text
    assert "##[" not in text
    assert all(char == "\n" or char.isprintable() for char in text)


def test_a_value_to_try_is_marked_in_the_sum(report):
    parts = tuple(part.model_copy(update={"score": 95.0, "lost": 0.8}) for part in report.dimensions)
    tried = waterfall.render(report.readiness.model_copy(update={"dimensions": parts}), Look())

    assert " -0.8  uniqueness   95.0 x 16.7%    a value to try\n" in tried


def test_a_score_under_no_cap_is_the_mean(report):
    assert "<-" not in waterfall.render(report.readiness.model_copy(update={"limited_by": ""}), Look())


def test_a_data_set_of_several_files_is_counted(report):
    several = report.model_copy(update={"inputs": (report.inputs[0], report.inputs[0])})

    assert "\n2 files: LEK005 info " in render(several, "concise", Look())


def test_a_finding_on_a_whole_file_has_no_line(report):
    whole = report.findings[0].model_copy(update={"location": Location(path="a.jsonl")})
    changed = report.model_copy(update={"findings": (whole,)})

    assert render(changed, "concise", Look()).startswith("a.jsonl: DUP002 ")
    assert "\n  a.jsonl  near-duplicate" in render(changed, "full", Look())


def test_a_pointer_is_said_once(report):
    finding = report.findings[4].model_copy(update={"message": "too long: /messages/1/content"})

    assert Look().message(finding) == "too long: /messages/1/content"


def test_colour_says_nothing_that_words_do_not(failing, report):
    for one in (failing, report):
        for form in TEXTS:
            assert click.unstyle(render(one, form, Look(color=True))) == render(one, form, Look())
    assert "\x1b[31m" in render(failing, "full", Look(color=True))


def test_ascii_means_ascii(report):
    finding = report.findings[0].model_copy(update={"message": "“naïve” … ≈ 0.9 ⏎ 中 \x1b"})
    text = render(report.model_copy(update={"findings": (finding,)}), "full", Look(ascii=True))

    assert text.isascii()
    assert r"\u201cna\xefve\u201d ... ~ 0.9 \n \u4e2d \x1b" in text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a ##[group]x", r"a ##\u005bgroup]x"),
        ("::error::x", r"\u003a:error::x"),
        ("ok\n  ::error::x", "ok\n  \\u003a:error::x"),
        ("\x1b[31m::error::x", "\x1b[31m\\u003a:error::x"),
        ("a::b ## [x] :x", "a::b ## [x] :x"),
    ],
)
def test_orders_to_a_runner_are_broken(text, safe):
    assert harmless(text) == safe


def test_a_report_is_written_to_a_file(report, tmp_path):
    write(report, "full", tmp_path / "report.txt", Look())
    write(report, "json", tmp_path / "report.json", Look())

    assert (tmp_path / "report.txt").read_text("utf-8") == golden("passing-full.txt")
    assert (tmp_path / "report.json").read_bytes() == render(report, "json", Look())


@pytest.mark.parametrize("form", TEXTS)
def test_what_is_suppressed_is_said_with_what_accepts_it(accepted, form):
    said = "3 findings suppressed: 2 by the baseline, 1 by the ignore file; accepted blockers: DUP002 (1)"

    assert said in " ".join(render(accepted, form, Look(width=500)).split())


def test_accepted_blockers_are_counted_also_where_few_are_listed(report):
    one = report.findings[0].model_copy(
        update={"rule": "LEK001", "blocks": True, "suppressed": Suppression(by="baseline")}
    )
    readiness = report.readiness.model_copy(update={"blockers": {"LEK001": 144}})
    summary = report.summary.model_copy(update={"suppressed": 144})
    shown = report.model_copy(update={"findings": (one,), "readiness": readiness, "summary": summary})

    assert "accepted blockers: LEK001 (144)" in " ".join(render(shown, "full", Look()).split())


def test_what_is_suppressed_and_not_listed_is_only_counted(accepted):
    summary = accepted.summary.model_copy(update={"suppressed": 4000})

    text = render(accepted.model_copy(update={"summary": summary}), "concise", Look())

    assert "; 4,000 findings suppressed; accepted blockers: DUP002 (1)\n" in text


@pytest.mark.parametrize("form", ["full", "concise", "markdown"])
def test_checks_that_were_skipped_for_one_reason_stand_in_one_line(report, form):
    skipped = [Outcome(check=check, status="skipped", reason="nothing to see") for check in ("roles", "schema")]
    shown = report.model_copy(update={"outcomes": (*report.outcomes, *skipped)})

    assert "roles, schema: skipped: nothing to see" in str(render(shown, form, Look()))
