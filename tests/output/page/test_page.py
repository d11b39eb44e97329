from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest
from pydantic import ValidationError

from dsready.cli.report import read
from dsready.config import Config, merge
from dsready.model import Location, Report, Severity, Suppression, Turn
from dsready.output import ON_PAGE, Look, render
from tests.output import hostile
from tests.output.page.page import Page
from tests.test_fixtures import CASES, DEMO, lint
from tests.text.test_secrets import WORD, some

#: All that may stand in a page, and in an element.
TAGS = set(
    re.findall(
        r"[\w-]+",
        """
        html head meta link title style body a header h1 h2 h3 h4 p nav ul ol li main article section div strong span
        meter table caption thead tbody tr th td figure figcaption details summary code pre del ins dl dt dd svg desc
        rect line path circle polyline text footer script input label output br
        """,
    )
)
ATTRIBUTES = set(
    re.findall(
        r"[\w-]+",
        """
        lang charset http-equiv content name rel href id class tabindex role scope open hidden for type autocomplete
        min max low high optimum value title dir width height viewbox fill fill-opacity stroke stroke-opacity
        stroke-width stroke-dasharray x y x1 x2 y1 y2 cx cy r rx d points font-family font-size font-weight
        text-anchor aria-label aria-labelledby aria-live aria-hidden
        """,
    )
)


@pytest.fixture(scope="module")
def demo():
    return lint_demo("never")


def lint_demo(content):
    from dsready import api  # noqa: PLC0415  (only here)

    config = merge(Config(), {"lint.show-content": content})
    return api.run([str(DEMO / "train.jsonl")], [str(DEMO / "eval.jsonl")], config)


def page_of(reports, **look):
    return Page(render(reports, "html", Look(**look)))


@pytest.fixture(scope="module")
def pages(demo, tmp_path_factory):
    """The pages of all fixtures, of the demo, of hostile files, of several data sets."""
    reports = {f"{case.parent.name}-{case.name}": lint(case) for case in CASES}
    found = {name: render(report, "html", Look()) for name, report in reports.items()}
    some = [report.model_copy(update={"name": name}) for name, report in list(reports.items())[:7]]
    harm = hostile.lint(tmp_path_factory.mktemp("hostile"))
    return found | {
        "demo": render(demo, "html", Look(date="2026-11-22")),
        "several": render(some, "html", Look()),
        "hostile": render(harm, "html", Look()),
        "hostile name": render([harm.model_copy(update={"name": "</script>\u202e<b>"}), demo], "html", Look()),
    }


def test_a_page_holds_nothing_but_our_elements_and_attributes(pages):
    for name, content in pages.items():
        page = Page(content)
        assert page.open_ == [], name
        assert page.declared == ["DOCTYPE html"], name
        assert {tag for tag, _ in page.elements} <= TAGS, name
        assert {key for _, attributes in page.elements for key in attributes} <= ATTRIBUTES, name


def test_a_page_asks_for_nothing(pages):
    for content in pages.values():
        page = Page(content)
        ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
        links = [attributes["href"] for _, attributes in page.elements if "href" in attributes]
        assert links.count("data:,") == 1
        assert {link[1:] for link in links if link != "data:,"} <= ids
        assert all(link.startswith("#") for link in links if link != "data:,")
        assert not re.search(r"url\(|@import", page.said("style"))


def test_every_id_is_there_once(pages):
    for name, content in pages.items():
        ids = [attributes["id"] for _, attributes in Page(content).elements if "id" in attributes]
        assert len(ids) == len(set(ids)), name


def test_the_policy_names_the_style_and_the_script_by_their_hashes(pages):
    for content in pages.values():
        page = Page(content)
        assert page.elements[2] == ("meta", {"charset": "utf-8"})
        assert page.elements[3][1]["http-equiv"] == "Content-Security-Policy"
        policy = page.elements[3][1]["content"]
        style = re.search(r"<style>(.*?)</style>", content, re.DOTALL)[1]
        script = re.search(r"<script>(.*?)</script>", content, re.DOTALL)[1]
        for kind, text in (("style", style), ("script", script)):
            assert f"{kind}-src 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy


def test_every_rule_that_is_broken_is_told_with_its_first_places(demo, pages):
    page = Page(pages["demo"])
    ids = {attributes["id"] for attributes in page.all("article")}
    places = page.texts["code"]

    assert ids == {f"set1-{code}" for code in demo.summary.by_rule}
    for code in demo.summary.by_rule:
        findings = [found for found in demo.reported if found.rule == code]
        assert all(found.location is None or str(found.location) in places for found in findings[:3])


def test_as_many_findings_are_shown_as_are_asked_for(tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_text('{"prompt": "a b c d", "answer": "e f g"}\n' * 40, encoding="utf-8")
    from dsready.api import lint as lint_  # noqa: PLC0415  (the fixtures' is another)

    report = lint_(path)
    shown = {most: len(page_of(report, max_examples=most).all("li")) for most in (0, 3, 20)}

    assert shown[0] - shown[3] == 39 - ON_PAGE
    assert shown[20] - shown[3] == 20 - ON_PAGE


def test_every_picture_states_its_finding_and_has_its_numbers_as_a_table(pages):
    for content in pages.values():
        page = Page(content)
        pictures = [one for one in page.all("svg") if one.get("role") == "img"]
        assert pictures
        for picture in pictures:
            for id_ in picture["aria-labelledby"].split():
                assert re.search(rf'id="{re.escape(id_)}">[^<]+<', content)
        assert len(page.all("figure")) == len(pictures) == len(page.all("figcaption"))
        assert len(page.all("caption")) == len(page.all("table")) >= len(pictures)
        assert all("scope" in one for one in page.all("th"))


def test_the_result_can_be_read_out_of_the_page(demo, pages, tmp_path):
    island = re.search(r'<script type="application/json" id="result">(.*?)</script>', pages["demo"], re.DOTALL)[1]
    path = tmp_path / "result.json"
    path.write_text(island, encoding="ascii")
    (report,) = read(path)

    assert report.readiness == demo.readiness
    assert report.summary.by_rule == demo.summary.by_rule
    assert [found for found in report.findings if found not in demo.findings] == []
    assert not re.search(r"[<>&\x7f-\uffff]", island)
    assert len(json.loads(re.search(r'id="result">(.*?)</script>', pages["several"], re.DOTALL)[1])["reports"]) == 7


def test_texts_of_records_are_shown_to_those_who_ask_and_masked(tmp_path):
    from dsready.api import lint as lint_  # noqa: PLC0415  (the fixtures' is another)

    key = f"ghp_{some(WORD, 36)}"
    path = tmp_path / "train.jsonl"
    said = f"ask <b>bold</b> of {key}\nand more"
    path.write_text((json.dumps({"prompt": said, "answer": ""}) + "\n") * 3, encoding="utf-8")
    never, always = (
        render(lint_(path, config={"lint.show-content": content}), "html", Look()) for content in ("never", "always")
    )

    assert "of ghp_" not in never
    assert "ask &lt;b&gt;bold&lt;/b&gt; of ghp_…\nand more" in always
    assert key not in never + always


def test_what_is_quoted_cannot_leave_its_place(demo):
    place = Location(path="a</code>.jsonl", line=3, record_sha256="ab" * 32)
    found = demo.findings[0].model_copy(update={"location": place, "message": "{{ 7 * 7 }} <script>alert(1)</script>"})
    said = (Turn(role="</dt>", text="</pre><img src=x onerror=alert(1)>\x1b[2J\u202e\r\n{% raw %}"),)
    report = demo.model_copy(update={"findings": (found,), "excerpts": {"ab" * 32: said}})
    page = page_of(report)

    assert not page.all("img")
    assert len(page.all("script")) == 2
    assert "{{ 7 * 7 }} <script>alert(1)</script>" in page.said("li")
    assert "</pre><img src=x onerror=alert(1)>␛[2J\\u202e␍\n{% raw %}" in page.said("pre")


def test_a_result_of_a_million_records_is_a_page_of_less_than_200_kilobytes(demo):
    path = "data/of/a/usual/length/train-00001.jsonl"
    from dsready import registry  # noqa: PLC0415  (only here)

    rules = [rule for check in registry.load().values() for rule in check.rules][:30]
    findings = [
        demo.findings[number % len(demo.findings)].model_copy(
            update={
                "rule": rule.code,
                "name": rule.name,
                "severity": rule.severity,
                "message": "a message that quotes a little of the data and says what is wrong with it " * 2,
                "location": Location(path=path, line=number, byte_offset=number * 731, record_sha256="0f" * 32),
            }
        )
        for rule in rules
        for number in range(100_000, 100_030)
    ]
    spread = demo.spread.model_copy(
        update={
            "starts": tuple((path, 10_000 * number + 1) for number in range(100)),
            "rules": {
                rule.code: tuple(200 + 37 * n % 29 if number % 2 or 20 < n < 60 else 0 for n in range(100))
                for number, rule in enumerate(rules)
            },
        }
    )
    big = demo.summary.model_copy(
        update={"records": 1_000_000, "by_rule": {rule.code: 20_000 for rule in rules}, "truncated": True}
    )
    update = {"findings": tuple(findings), "rules": tuple(rules), "spread": spread, "summary": big}
    content = render(demo.model_copy(update=update), "html", Look())

    assert len(content.encode()) < 200_000
    assert all(f'id="set1-{rule.code}"' in content for rule in rules)


@pytest.mark.parametrize("name", ["passing", "failing"])
def test_results_of_older_versions_have_a_page(name, request):
    report = request.getfixturevalue({"passing": "report", "failing": "failing"}[name])
    content = render(report.model_copy(update={"spread": None}), "html", Look())

    assert Page(content).open_ == []
    assert 'id="set1-waterfall"' in content


def test_profiles_that_anybody_wrote_are_drawn_if_they_can_be_read(demo):
    nonsense = {"lengths": [1], "clusters": {"number": "many"}, "leaks": {"items": -1}, "along": {"x": {"y": ["z"]}}}
    wrong = {
        "lengths": {"prompt": {"records": 3, "bins": [[5, 5, 0]], "outside": [None, 2]}},
        "along": {"x": {"a": [1], "b": [2]}},
        "leaks": {"items": 2, "cells": [[99, 999, "LEK001", 1]]},
        "clusters": {"number": 1, "records": 2, "largest": [{"id": "", "size": 2}]},
    }
    for profile in (nonsense, wrong):
        outcomes = tuple(outcome.model_copy(update={"profile": profile}) for outcome in demo.outcomes)
        report = Report.model_validate(demo.model_copy(update={"outcomes": outcomes}).model_dump())
        assert page_of(report).open_ == []
    score = demo.readiness.model_copy(update={"goal": "world peace"})
    assert page_of(demo.model_copy(update={"readiness": score})).open_ == []


def test_opinions_that_anybody_wrote_end_no_page(demo):
    good = {
        "id": "a",
        "verdict": "refuses",
        "note": "",
        "reads": True,
        "first_row_only": False,
        "in_the_way": 3,
        "dropped": 0,
        "changed": 0,
        "cut": 0,
        "reasons": [{"rule": "R", "consequence": "FAIL", "evidence": ["V"], "says": "no", "path": "", "line": None}],
    }
    reason = {"reasons": [good["reasons"][0] | {"evidence": []}]}
    wrong = [5, None, [5], [good | {"verdict": "maybe"}], [good | {"in_the_way": "many"}], [good | reason], [{}]]
    for number, targets in enumerate([[good], *wrong]):
        outcome = demo.outcomes[0].model_copy(update={"check": "target", "profile": {"targets": targets}})
        page = render(demo.model_copy(update={"outcomes": (outcome,)}), "html", Look())
        assert ("Who takes it" in page) == (number == 0)


def test_places_are_never_fewer_than_none(demo):
    rules = {code: (-1, *counts[1:]) for code, counts in demo.spread.rules.items()}

    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        Report.model_validate(demo.model_dump() | {"spread": {"starts": demo.spread.starts, "rules": rules}})


def test_the_share_of_the_records_is_that_of_places_and_no_power_of_ten(demo):
    code = next(code for code, counts in demo.spread.rules.items() if any(counts))
    found = next(found for found in demo.reported if found.rule == code)

    def shares(places, records, count):
        one = found.model_copy(update={"scope": "record", "count": 1})
        summary = demo.summary.model_copy(update={"records": records, "by_rule": {code: count}})
        spread = demo.spread.model_copy(update={"rules": {code: (places,)}})
        update = {"findings": (one,), "summary": summary, "spread": spread}
        said = page_of(demo.model_copy(update=update)).said("p")
        return re.findall(r"findings?, (.*?) of the records", said)

    assert shares(50, 50, 50) == ["100%"]
    assert shares(1, 5, 3) == ["20%"]
    assert shares(9_996, 10_000, 9_996) == ["99.9%"]
    assert shares(1, 10_000_000, 1) == ["less than 0.001%"]
    assert shares(0, 50, 3) == []


def test_what_is_accepted_and_blocks_is_told_and_no_link_leads_nowhere(demo):
    code = next(iter(demo.readiness.blockers))
    accepted = tuple(
        found.model_copy(update={"suppressed": Suppression(by="baseline")}) if found.rule == code else found
        for found in demo.findings
    )
    number = sum(found.rule == code for found in demo.findings)
    left = {rule: count for rule, count in demo.summary.by_rule.items() if rule != code}
    summary = demo.summary.model_copy(update={"by_rule": left, "suppressed": number})
    page = page_of(demo.model_copy(update={"findings": accepted, "summary": summary}))
    ids = {attributes.get("id") for _, attributes in page.elements}

    assert f"{number} finding" in page.said("p")
    assert f"accepted blockers: {code}" in page.said("p")
    assert {one["href"][1:] for one in page.all("a")} <= ids


def test_many_files_do_not_all_stand_in_the_title(demo):
    files = tuple(demo.inputs[0].model_copy(update={"path": f"a/{number}.jsonl"}) for number in range(1_000))

    assert page_of(demo.model_copy(update={"inputs": files})).texts["h1"] == ["a/0.jsonl and 999 more files"]
    assert page_of(demo.model_copy(update={"inputs": files[:2]})).texts["h1"] == ["a/0.jsonl, a/1.jsonl"]


def test_members_of_a_cluster_without_lines_have_places(demo):
    members = [{"path": "a.json", "line": 1, "column": 5}, {"path": "b.parquet", "similarity": 0.998}]
    told = {"number": 1, "records": 2, "largest": [{"id": "ab", "size": 2, "members": members}]}
    outcome = demo.outcomes[0].model_copy(update={"profile": {"clusters": told}})
    page = page_of(demo.model_copy(update={"outcomes": (outcome,)}))

    assert {"a.json:1:5", "b.parquet"} <= set(page.texts["th"])
    assert "0.99" in page.texts["td"]
    assert "None" not in page.said("th", "summary", "caption")


def test_what_is_no_number_or_no_code_is_no_result(demo):
    wrong = (
        (("readiness", "dimensions", 2, "score"), "NaN"),
        (("readiness", "base"), "Infinity"),
        (("findings", 0, "rule"), "gates"),
        (("findings", 0, "rule"), 'a b"><script>'),
    )
    for path, value in wrong:
        result = demo.to_dict()
        inner = result
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        with pytest.raises(ValidationError):
            Report.model_validate(result)


def test_what_fails_the_run_comes_first_though_all_gates_are_passed(report):
    findings = tuple(found.model_copy(update={"severity": Severity.ERROR}) for found in report.findings)
    failed = {"failure": "errors (fail-on is error)", "findings": findings}
    page = render(report.model_copy(update=failed), "html", Look())
    same = render(report, "html", Look())

    assert "<strong>First</strong>: mend what fails the run" in page
    assert "none that fail the run" in page
    assert "mend what fails the run" not in same
    assert "none that fail the run" not in same


def test_data_sets_that_share_records_say_so_in_the_overview(demo):
    rule = demo.rules[0].model_copy(update={"code": "XDS001", "name": "shared-record"})
    found = demo.findings[0].model_copy(update={"rule": "XDS001", "name": "shared-record"})
    counts = demo.summary.model_copy(update={"by_rule": {**demo.summary.by_rule, "XDS001": 12}})
    update = {"name": "one", "rules": (*demo.rules, rule), "findings": (*demo.findings, found), "summary": counts}
    page = render([demo.model_copy(update=update), demo.model_copy(update={"name": "two"})], "html", Look())

    assert '<a href="#set1-XDS001">12 shared-records</a>' in page
    assert "#set2-XDS001" not in page


def test_near_duplicates_that_answer_otherwise_are_looked_at_before_they_go(demo):
    pages = []
    for otherwise in (0, 5):
        profile = {"clusters": {"number": 9, "records": 23, "near": 14, "otherwise": otherwise}}
        first, *rest = demo.outcomes
        outcomes = (first.model_copy(update={"profile": profile}), *rest)
        pages.append(render(demo.model_copy(update={"outcomes": outcomes}), "html", Look()))

    assert "look at some before they go" not in pages[0]
    assert "But 5 of 14 near-duplicates answer otherwise than the first record" in pages[1]
