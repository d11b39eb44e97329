from __future__ import annotations

import random
import re

import pytest
from markupsafe import Markup

from dsready.model import Spread
from dsready.output.page import along, clusters, leaks, lengths, profiles, scores, turns
from dsready.output.page.differences import opened
from dsready.output.page.filemap import SHARE, Ruler, densest, filemap, is_gathered
from dsready.output.page.svg import WIDTH, Scale, decades, drawn, short, tag, text
from dsready.output.plan import plan
from tests.output.page.test_page import lint_demo


@pytest.fixture(scope="module")
def demo():
    return lint_demo("never")


def told(report, **profile):
    """Return the report with one check that tells this."""
    outcome = report.outcomes[0].model_copy(update={"profile": profile})
    return report.model_copy(update={"outcomes": (outcome,)})


def ruled(report, stretches, **rules):
    """Return the report with so many stretches of ten lines, and rules along them."""
    spread = Spread(starts=tuple(("a/train.jsonl", 10 * n + 1) for n in range(stretches)), rules=rules)
    counts = {code: sum(counts) for code, counts in rules.items()}
    return report.model_copy(
        update={"spread": spread, "summary": report.summary.model_copy(update={"by_rule": counts})}
    )


def test_text_in_a_picture_is_made_visible_escaped_and_cut():
    assert tag("text", "<b>\x1b[1m", x=1.04) == Markup('<text x="1">&lt;b&gt;␛[1m</text>')
    assert tag("g", Markup("<path/>"), a_b='"', none=None) == Markup('<g a-b="&#34;"><path/></g>')
    assert len(text(1, 2, "x" * 1000)) < 120


def test_a_scale_keeps_to_its_ends():
    assert [Scale(1, 1000, 0, 300, log=True)(value) for value in (0, 1, 10, 100, 1000, 10**6)] == [
        0,
        0,
        100,
        200,
        300,
        300,
    ]
    assert [Scale(0, 4, 100, 0)(value) for value in (-1, 0, 1, 4)] == [100, 100, 75, 0]
    assert Scale(3, 3, 0, 10)(3) == 5


def test_axes_have_round_numbers_and_not_too_many():
    assert decades(3, 60) == [5, 10, 20, 50]
    assert decades(1, 10**6) == [10**power for power in range(7)]
    assert [short(number) for number in (7, 950, 1000, 2500, 1_500_000)] == ["7", "950", "1k", "2.5k", "1.5M"]


def test_the_densest_part_is_the_shortest_that_has_most_places():
    seed = random.Random(3)  # noqa: S311  (places, no secrets)
    for _ in range(200):
        counts = [seed.choice((0, 0, 1, 5)) for _ in range(seed.randint(1, 30))]
        if not any(counts):
            continue
        widths = [
            (last - first, first)
            for first in range(len(counts))
            for last in range(first, len(counts))
            if sum(counts[first : last + 1]) >= SHARE * sum(counts)
        ]
        found = densest(counts)
        assert (found.last - found.first, found.first) == min(widths)
        assert found.places == sum(counts[found.first : found.last + 1])


@pytest.mark.parametrize("places", [8, 12, 29, 30, 60, 99, 100, 500, 5000])
def test_places_anywhere_gather_in_less_than_one_of_a_hundred_rules(places):
    seed = random.Random(places)  # noqa: S311  (places, no secrets)
    thrown = [[seed.randrange(100) for _ in range(places)] for _ in range(300)]

    assert sum(is_gathered([one.count(n) for n in range(100)]) for one in thrown) <= 3


def test_a_schema_that_begins_in_the_middle_is_the_title_of_the_map(demo):
    chart = filemap(ruled(demo, 100, SCH004=(0,) * 60 + (10,) * 40, DUP001=(1,) * 100))

    assert chart.title == "All 400 places of SCH004 stand from about line 601 to the end"
    assert {row[0]: row[2] for row in chart.rows} == {"SCH004": "40 of 100", "DUP001": "100 of 100"}


def test_a_map_is_drawn_of_sound_strips_only(demo):
    assert filemap(ruled(demo, 10, DUP001=(1, 2))) is None
    assert filemap(ruled(demo, 10)) is None
    assert filemap(demo.model_copy(update={"spread": None})) is None
    several = Spread(starts=(("a/one.jsonl", 1), ("b/two.jsonl", 1)), rules={})
    assert Ruler(several).lines(1, 1) == "from two.jsonl:1 to the end"
    assert Ruler(several).lines(0, 0) == "from one.jsonl:1 to before two.jsonl:1"
    assert Ruler(several).lines(0, 1) == "everywhere"


def test_few_places_are_not_said_to_stand_all_over(demo):
    """Seven broken lines at the end of a file are too few to tell, and do not stand anywhere."""
    tail = filemap(ruled(demo, 100, FMT001=(0,) * 99 + (7,)))
    mixed = filemap(ruled(demo, 100, FMT001=(0,) * 99 + (7,), DUP001=(1,) * 100))
    many = filemap(ruled(demo, 100, DUP001=(1,) * 100))

    assert tail.title == "Where the defects stand: no rule has 8 places, and fewer gather nowhere"
    assert mixed.title.endswith("no rule with 8 places or more gathers in one part of the data")
    assert many.title.endswith("no rule gathers in one part of the data")


def test_an_array_on_one_line_is_told_in_parts():
    axis = Ruler(Spread(starts=(("a.json", 1),) * 50, rules={}))

    assert axis.lines(10, 24) == "from about 20% to about 50% of the data"
    assert axis.lines(25, 49) == "from about 50% to the end of the data"
    assert axis.lines(0, 49) == "everywhere"
    assert axis.label(10) == "20%"


def test_files_of_one_name_are_told_by_their_folders():
    starts = (("a/b-1/data.jsonl", 1), ("a/b-1/data.jsonl", 9), ("a/b-2/data.jsonl", 1))

    assert Ruler(Spread(starts=starts, rules={})).lines(1, 1) == "from about b-1/data.jsonl:9 to about b-2/data.jsonl:1"
    assert Ruler(Spread(starts=(("data.jsonl", 1), ("b/data.jsonl", 2)), rules={})).begins(1) == "b/data.jsonl:2"


def test_what_stands_at_a_tick_is_short_and_ends_in_the_line():
    starts = tuple((f"train-{number:05}-of-00010.jsonl", 1_234_567) for number in range(10))
    axis = Ruler(Spread(starts=starts, rules={}))

    assert axis.label(3) == "…10:1,234,567"
    assert Ruler(Spread(starts=(("train.jsonl", 1_234_567),), rules={})).label(0) == "line 1,234,567"
    assert axis.begins(3) == "train-00003-of-00010.jsonl:1,234,567"


def test_what_caps_the_score_is_in_the_title(demo):
    def title(**score):
        readiness = demo.readiness.model_copy(update={"blockers": {}, "base": 100.0} | score)
        return scores.waterfall(demo.model_copy(update={"readiness": readiness}), []).title

    parts = [part.model_copy(update={"score": 100.0, "lost": 0.0, "reason": ""}) for part in demo.dimensions]
    gap = tuple(
        part.model_copy(update={"score": None, "reason": "no evaluation set was given"})
        if part.id == "evaluation"
        else part
        for part in parts
    )
    weak = tuple(
        part.model_copy(update={"score": 24.5, "lost": 9.0}) if part.id == "volume" else part for part in parts
    )
    limits = {"weak": 62.25}

    assert title(dimensions=tuple(parts), score=100, limits={}, limited_by="") == (
        "100 of 100 points: no dimension costs any"
    )
    assert title(dimensions=gap, score=89, limits={"weak": 100.0, "gap": 89.0}, limited_by="a dimension") == (
        "89 of 100: no more while evaluation was not assessed; no dimension costs any"
    )
    assert title(dimensions=weak, score=62, limits=limits, limited_by="volume") == (
        "62 of 100: no more while volume is at 24; volume costs most, 9.0 points"
    )
    assert title(dimensions=(), score=0, limits={}, limited_by="") == "0 of 100 points: nothing could be assessed"


def test_the_number_of_a_full_score_stands_below_the_names_of_the_thresholds(demo):
    picture = scores.count(demo).picture
    (recommended,) = re.findall(r'y="([\d.]+)"[^>]*>recommended', picture)
    (volume,) = [part for part in demo.dimensions if part.id == "volume"]
    metric = volume.metrics[0]
    value = metric.metric.model_copy(update={"part": 5000, "value": 5000.0})
    full = metric.model_copy(update={"metric": value, "score": 100.0})
    changed = volume.model_copy(update={"metrics": (full,)})
    readiness = demo.readiness.model_copy(update={"dimensions": (changed,)})
    picture = scores.count(demo.model_copy(update={"readiness": readiness})).picture
    (mine,) = re.findall(r'y="([\d.]+)"[^>]*>5,000 effective', picture)

    assert float(mine) - float(recommended) >= 14


def test_bars_of_the_waterfall_lead_from_a_hundred_to_the_score(demo):
    chart = scores.waterfall(demo, plan(demo))
    losses = [float(points) for name, points, _ in chart.rows if name in {part.id for part in demo.dimensions}]

    assert 100 - sum(losses) == pytest.approx(demo.readiness.base, abs=0.4)
    assert ("score", f"{demo.score:.1f}", f"{demo.score}: not ready") in chart.rows
    assert chart.rows[-1][2].endswith("= 100")


@pytest.mark.parametrize(
    ("records", "says"),
    [(150, "50 short of the least"), (300, "enough to begin, 200 short"), (2500, "as many as are recommended")],
)
def test_the_number_of_examples_is_compared_with_the_thresholds(demo, records, says):
    (volume,) = [part for part in demo.dimensions if part.id == "volume"]
    (metric,) = volume.metrics
    value = metric.metric.model_copy(update={"part": records, "value": float(records)})
    changed = volume.model_copy(update={"metrics": (metric.model_copy(update={"metric": value}),)})
    readiness = demo.readiness.model_copy(update={"dimensions": (changed,)})
    chart = scores.count(demo.model_copy(update={"readiness": readiness}))

    assert says in chart.title
    assert ("floor", "200") in [row[:2] for row in chart.rows]
    assert scores.count(demo.model_copy(update={"readiness": readiness.model_copy(update={"dimensions": ()})})) is None


def side(**more):
    bins = [[1, 2, 1], [16, 23, 8], [64, 91, 1]]
    return {"records": 10, "least": 1, "median": 20, "most": 90, "bins": bins, "outside": [0.1, 500]} | more


def test_lengths_say_what_does_not_fit_and_what_lies_outside(demo):
    fits = told(demo, lengths={"prompt": side(), "answer": side()})
    odd = told(demo, lengths={"prompt": side(outliers=2, outside=[3, 50]), "answer": side(outliers=1, outside=[3, 99])})
    long = told(demo, lengths={"context": 60, "answer": side(), "whole": side()})

    assert lengths.lengths(fits).title == "Half of the answers have at most 20 tokens, the longest has 90: no outliers"
    assert lengths.lengths(odd).title.startswith("2 of the prompts and 1 of the answers are far longer or shorter")
    assert lengths.lengths(long).title == "The longest record has 90 tokens, the context 60: 1 does not fit"
    assert "solid red" in lengths.lengths(long).caption
    assert lengths.lengths(told(demo)) is None
    assert lengths.lengths(told(demo, lengths={"prompt": side(bins=[])})) is None
    assert lengths.lengths(fits).rows[1] == ("prompt", "16", "23", "8")


def test_nobody_says_that_there_are_no_outliers_who_did_not_look_for_them(demo):
    few = told(demo, lengths={"context": 99, "prompt": side(), "answer": side(outside=None, median=1.0)})
    chart = lengths.lengths(few)

    assert chart.title == "Half of the answers have at most 1 token, the longest has 90"
    assert "dashed" not in chart.caption
    assert "solid red" not in chart.caption


def test_clusters_are_summed_up(demo):
    found = told(demo, clusters={"number": 3, "records": 11, "sizes": [[2, 3, 2, 4], [5, 10, 1, 7]]})
    chart = clusters.clusters(found)

    assert chart.title == "8 duplicates in 3 clusters"
    assert chart.rows == [("of 2 records", "2", "4"), ("of 5 to 9 records", "1", "7")]
    many = {"number": 999_999, "records": 9_999_999, "sizes": [[2, 3, 999_999, 1_999_998]]}
    (end,) = re.findall(r'x="([\d.]+)"[^>]*>999,999 clusters', clusters.clusters(told(demo, clusters=many)).picture)
    assert float(end) + 7 * len("999,999 clusters, 1,999,998 records") < WIDTH
    assert clusters.clusters(told(demo, clusters={"number": 0, "records": 0})) is None


def test_leaks_stand_where_item_and_record_are(demo):
    files = [{"path": "eval.jsonl", "items": 40, "leaked": {"LEK001": 3, "LEK004": 2}}]
    rows = [["LEK001", 1, [0] * 9 + [3]], ["LEK004", 0, [2] + [0] * 9], ["LEK002", 0, [1]]]
    starts = [["eval.jsonl", 1], ["eval.jsonl", 21]]
    chart = leaks.leaks(ruled(told(demo, leaks={"items": 40, "files": files, "starts": starts, "rows": rows}), 10))

    assert chart.title == "3 of 40 evaluation items (7.5%) are in the training data"
    assert chart.rows == [("eval.jsonl", "40", "3", "0", "0", "2")]
    assert "LEK001: same prompt" in chart.picture
    assert "LEK002" not in chart.picture
    assert chart.picture.index(f'stroke="{leaks.SAID["LEK004"][0]}"') < chart.picture.index(f'stroke="{leaks.BAD}"')
    rare = told(
        demo, leaks={"items": 1_000_000, "files": [{"path": "e", "items": 1_000_000, "leaked": {"LEK001": 30}}]}
    )
    assert leaks.leaks(ruled(rare, 10)).title.startswith("30 of 1,000,000 evaluation items (0.003%) are")
    none = told(demo, leaks={"items": 40, "starts": starts})
    assert "no leak was found" in leaks.leaks(ruled(none, 10)).picture
    assert leaks.leaks(none.model_copy(update={"spread": None})) is None


def test_kinds_are_drawn_where_there_are_several(demo):
    counts = {"en": [10] * 10, "fr": [0] * 7 + [40] * 3, "unknown": [1] * 10}
    report = ruled(told(demo, along={"language": counts, "shape": {"chat": [10] * 10}}), 10)
    (chart,) = along.along(report)

    assert chart.title == "Language: fr stands from about line 71 to the end"
    assert [row[:3] for row in chart.rows] == [
        ("fr", "120", "52.2%"),
        ("en", "100", "43.5%"),
        ("unknown", "10", "4.3%"),
    ]
    many = {f"kind {n:02}": [n + 1] * 10 for n in range(20)}
    (chart,) = along.along(ruled(told(demo, along={"schema": many | {"others": [1] * 10}}), 10))
    assert chart.rows[-1][:2] == ("others", "920")
    assert len(chart.rows) == 8
    mixed = {"en": [9] * 10, "fr": [1] * 3 + [0] * 4 + [40] * 3}
    (part,) = along.along(ruled(told(demo, along={"language": mixed}), 10))
    assert part.title == "Language: fr stands mostly from about line 71 to the end"
    assert chart.title == "Schema: 21 kinds side by side, kind 19 in 9.5%"
    assert along.along(demo.model_copy(update={"spread": None})) == []


def test_a_drawn_chart_names_its_title_and_description(demo):
    chart = scores.waterfall(demo, [])
    found = drawn(chart, "x")

    for id_ in re.search(r'aria-labelledby="(.*?)"', found)[1].split():
        assert f'id="{id_}"' in found


def test_members_of_a_cluster_are_compared_word_by_word_where_they_are_quoted():
    report = lint_demo("always")
    (found,) = [
        opened(one, report)
        for one in profiles.told(report, "clusters", profiles.Clusters).largest
        if one.members[0].line == 83
    ]
    (difference,) = found.differences

    assert difference.member.line == 98
    assert [role for role, _ in difference.turns] == ["user", "assistant"]
    changed = [piece for _, pieces in difference.turns for piece in pieces if piece.kind != "same"]
    said = {(kind, text.strip()) for kind, text in changed}
    assert said == {("old", "it, please?"), ("new", "it?"), ("old", "Cheers.")}
    assert opened(found.cluster, lint_demo("never")).differences == []


def test_turns_are_counted_where_conversations_differ(demo):
    chart = turns.turns(told(demo, turns=[[2, 30], [3, 5], [8, 4], [9, 6], [50, 2]]))

    assert chart.title == "Half of the conversations have at most 2 turns, the longest 50 or more"
    assert chart.rows == [("2 turns", "30"), ("3 turns", "5"), ("7 to 10 turns", "10"), ("50 turns and more", "2")]
    assert turns.turns(told(demo, turns=[[3, 400]])) is None
    assert turns.turns(told(demo)) is None
    assert "the longest 9" in turns.turns(told(demo, turns=[[1, 1], [9, 1]])).title
