from __future__ import annotations

import gzip

import jsonschema
import pytest

from dsready.model import Location, Rule, Severity, Suppression
from dsready.output import Look, render, sarif
from tests.output.validate import valid_json


def run(reports, look=None):
    """Return the one run, once the standard's schema and GitHub are content."""
    log = valid_json(render(reports, "sarif", look or Look()), "sarif-2.1.0-rtm.5.json")
    [only] = log["runs"]
    assert log["$schema"]
    codes = [rule["id"] for rule in only["tool"]["driver"]["rules"]]
    for rule in only["tool"]["driver"]["rules"]:
        for key in ("shortDescription", "fullDescription", "help"):
            assert 0 < len(rule[key]["text"]) <= 1024
        assert 0 < len(rule["name"]) <= 255
    assert len(only["results"]) <= 5000
    for result in only["results"]:
        assert codes[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"]
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        [location] = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"]
        region = location["physicalLocation"]["region"]
        assert all(region[key] >= 1 for key in ("startLine", "startColumn", "endLine", "endColumn"))
    return only


def texts(found):
    return [result["message"]["text"] for result in found["results"]]


def known(found):
    return [
        (result["ruleId"], result["partialFingerprints"]["primaryLocationLineHash"])
        for result in found["results"]
        if "occurrenceCount" not in result
    ]


def several(report, count, **changes):
    """A report with a finding on each of so many lines."""
    first = report.findings[0]
    findings = tuple(
        first.model_copy(
            update={
                "location": Location(path="data/train.jsonl", line=line, record_sha256=f"{line:064x}"),
                "fingerprint": f"{line:032x}",
                **changes,
            }
        )
        for line in range(1, count + 1)
    )
    return report.model_copy(update={"findings": findings})


def test_the_schema_refuses_what_the_standard_does():
    with pytest.raises(jsonschema.ValidationError):
        valid_json(b'{"version": "2.1.0", "runs": [{}]}', "sarif-2.1.0-rtm.5.json")


def test_a_finding_is_a_result_with_its_place(report):
    first = run(report)["results"][0]

    assert first["level"] == "warning"
    assert first["message"]["text"] == "near-duplicate of line 118 (Jaccard 0.93, cluster of 2)"
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "data/train.jsonl", "index": 0},
        "region": {"startLine": 9041, "startColumn": 1, "endLine": 9041, "endColumn": 2, "byteOffset": 904000},
    }
    assert first["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 118
    assert first["partialFingerprints"] == {"primaryLocationLineHash": "3f9ac1d23f9ac1d2:1"}


def test_a_column_is_where_the_region_begins_and_the_record_does_not(failing):
    region = run(failing)["results"][0]["locations"][0]["physicalLocation"]["region"]

    assert region == {"startLine": 77, "startColumn": 14, "endLine": 77, "endColumn": 15}


def test_what_stands_on_no_line_says_so(report):
    whole = report.findings[0].model_copy(update={"location": Location(path="data/eval.jsonl")})
    found = run(report.model_copy(update={"findings": (whole, report.findings[-1])}))

    assert texts(found)[0].endswith(" (this is about the whole file)")
    assert texts(found)[1].endswith(" (this is about the whole data set)")
    assert [one["locations"][0]["physicalLocation"]["artifactLocation"]["index"] for one in found["results"][:2]] == [
        1,
        0,
    ]


def test_an_alert_follows_its_record_when_lines_move(report):
    before = several(report, 50)
    moved = tuple(
        one.model_copy(update={"location": one.location.model_copy(update={"line": one.location.line + 7})})
        for one in before.findings
    )

    assert known(run(before)) == known(run(before.model_copy(update={"findings": moved})))


def test_equal_records_are_numbered_for_each_rule(report):
    same = {"location": report.findings[0].location}
    twice = several(report, 2, **same).findings
    other = tuple(one.model_copy(update={"rule": "DUP001"}) for one in twice)

    found = known(run(report.model_copy(update={"findings": twice + other})))

    assert found == [(code, f"3f9ac1d23f9ac1d2:{n}") for code in ("DUP002", "DUP001") for n in (1, 2)]


def test_a_file_of_two_data_sets_has_alerts_of_its_own_in_each(report):
    names = [report.model_copy(update={"name": name}) for name in ("chat", "tools")]

    both, one = known(run(names)), known(run(names[:1]))

    assert len(set(both)) == len(both) == 2 * len(one)
    assert set(one) < set(both)


def test_a_line_without_a_record_has_a_fingerprint_too(failing):
    found = known(run(failing))

    assert len(set(found)) == 3
    assert found[0][1].partition(":")[0] != "None"


def test_all_rules_that_were_asked_are_told(report):
    rule = Rule(
        code="DUP002",
        name="near-duplicate",
        severity=Severity.WARNING,
        dimension="uniqueness",
        summary="S " * 1000,
        fix="",
        blocks=True,
    )
    passed = rule.model_copy(update={"code": "DUP009", "blocks": False, "summary": "Sum", "fix": "Mend it"})

    rules = run(report.model_copy(update={"rules": (rule, passed)}))["tool"]["driver"]["rules"]

    assert [one["id"] for one in rules] == ["DUP002", "DUP009", "LEK005", "LEN001"]
    assert rules[0]["properties"]["tags"] == ["data", "uniqueness", "blocker"]
    assert rules[1]["help"]["text"] == "Mend it. See dsready rule DUP009."


def test_what_is_accepted_is_suppressed(accepted):
    record = accepted.findings[3].model_copy(update={"suppressed": Suppression(by="record", reason="on purpose")})
    found = run(accepted.model_copy(update={"findings": (*accepted.findings[:3], record, *accepted.findings[4:])}))

    suppressed = [result["suppressions"] for result in found["results"] if result["suppressions"]]
    assert suppressed == [
        [{"kind": "external", "status": "accepted", "justification": "baseline"}],
        [{"kind": "external", "status": "accepted", "justification": "baseline"}],
        [{"kind": "external", "status": "accepted", "justification": "ignore-file: boilerplate on purpose"}],
        [{"kind": "inSource", "status": "accepted", "justification": "record: on purpose"}],
    ]
    assert not found["results"][0]["suppressions"]


def test_of_more_than_github_keeps_the_rest_is_counted(report):
    many = several(report, 6000)
    error = report.findings[0].model_copy(update={"rule": "DUP001", "severity": Severity.ERROR})
    hidden = error.model_copy(update={"suppressed": Suppression(by="baseline")})
    counts = {"DUP002": 250_000, "DUP001": 1}
    summary = report.summary.model_copy(update={"by_rule": counts, "suppressed": 1})
    full = many.model_copy(update={"findings": (*many.findings, error, hidden), "summary": summary})

    content = render(full, "sarif", Look())
    found = run(full)

    assert len(found["results"]) == 4999
    assert found["results"][0]["level"] == "error"
    assert found["results"][-1]["occurrenceCount"] == 250_000 - 4997
    assert texts(found)[-1] == "245,003 more of near-duplicate, not listed one by one"
    told = [one["message"]["text"] for one in found["invocations"][0]["toolExecutionNotifications"]]
    assert "not listed one by one: 245,003 findings, 1 suppressed finding" in told
    assert len(gzip.compress(content)) < 10_000_000


def test_of_many_data_sets_no_more_is_written_than_github_keeps(report, monkeypatch):
    monkeypatch.setattr(sarif, "MOST", 100)
    sets = [several(report, 3).model_copy(update={"name": f"set {number}"}) for number in range(60)]

    found = run(sets)["results"]

    assert len(found) <= 100
    (rest,) = [one for one in found if "occurrenceCount" in one]
    assert rest["occurrenceCount"] + len(found) - 1 == sum(one.summary.by_rule["DUP002"] for one in sets)
    assert "set" not in rest["message"]["text"]


def test_a_check_that_crashed_is_told(failing):
    invocation = run(failing)["invocations"][0]

    assert invocation["executionSuccessful"] is False
    assert [one["level"] for one in invocation["toolExecutionNotifications"]] == ["error", "warning", "warning"]


def test_whether_the_run_fails_is_told_with_the_reason(report):
    strict = report.model_copy(update={"name": "b", "failure": "75 warnings (max-warnings is 0)"})
    said = run([report, strict])["properties"]

    assert (said["ready"], said["failed"]) == (True, True)
    assert [(one["failed"], one["failure"]) for one in said["dataSets"]] == [(False, ""), (True, strict.failure)]
    assert run(report)["properties"]["failed"] is False


def test_all_data_sets_stand_in_one_run(report, failing):
    found = run([report.model_copy(update={"name": "chat"}), failing.model_copy(update={"name": "tools"})])

    assert found["automationDetails"] == {"id": "dsready/"}
    assert found["properties"]["score"] == 49
    assert found["properties"]["ready"] is False
    assert [one["name"] for one in found["properties"]["dataSets"]] == ["chat", "tools"]
    assert [text.partition(":")[0] for text in texts(found)] == ["tools"] * 3 + ["chat"] * 7
    assert found["results"][0]["properties"]["dataSet"] == "tools"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("data/a b#c?.jsonl", "data/a%20b%23c%3F.jsonl"),
        ("./ü:[x].jsonl", "%C3%BC%3A%5Bx%5D.jsonl"),
        ("/data/x.jsonl", "file:///data/x.jsonl"),
        ("C:/x/y.jsonl", "file:///C:/x/y.jsonl"),
        ("", "."),
    ],
)
def test_a_path_is_a_uri(report, path, uri):
    finding = report.findings[0].model_copy(update={"location": Location(path=path, line=1)})
    [result, _] = run(report.model_copy(update={"findings": (finding,)}))["results"]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


def test_a_message_holds_no_link(report):
    finding = report.findings[0].model_copy(update={"message": "[here](http://evil.example)"})

    assert texts(run(report.model_copy(update={"findings": (finding,)})))[0] == "[here] (http://evil.example)"


def test_alerts_of_a_real_lint_are_unique_and_stay_when_lines_are_put_above(linted, clean):
    rows = clean(40)
    rows += [*rows[:3], *rows[:3], {"prompt": "a", "completion": ""}]
    stranger = clean(1, seed=9)

    before, after = (
        run(linted([*above, *rows], **{"lint.select": ["DUP001", "LEN004", "SCH002"]})) for above in ([], stranger)
    )

    assert len(known(before)) >= 7
    assert len(set(known(before))) == len(known(before))
    assert [one for one in known(before) if one[0] != "SCH002"] == [one for one in known(after) if one[0] != "SCH002"]
    lines = [
        [one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in found["results"]]
        for found in (before, after)
    ]
    assert lines[0] != lines[1]
