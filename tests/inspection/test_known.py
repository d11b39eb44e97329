from __future__ import annotations

import pytest

from dsready.errors import InputError
from dsready.inspection.known import cluster_called, known, members, where
from dsready.model import InputFile, Location, Report, Rule

TRAIN = [Location(path="b.jsonl", line=n + 1, byte_offset=n * 10, record_sha256=f"{n:064x}") for n in range(6)]
SECOND = [Location(path="a.jsonl", line=n + 1, byte_offset=n * 10, record_sha256=f"{n + 50:064x}") for n in range(6)]
EVAL = [Location(path="e.jsonl", line=n + 1, byte_offset=n * 10, record_sha256=f"{n + 90:064x}") for n in range(6)]
HEAD = "abcdef0" + "1" * 57


def rule(code, dimension):
    return Rule(code=code, name=code.lower(), severity="error", dimension=dimension, summary="x", fix="x")


@pytest.fixture
def reported(passing):
    """Return a report of two training files and one for evaluation that found something."""

    def make(*findings) -> Report:
        made = [
            {"name": "x", "severity": "error", "scope": "record", "message": f"m{number}", **finding}
            for number, finding in enumerate(findings)
        ]
        empty = {"bytes": 0, "sha256": "", "lines": 0, "records": 0, "usable": 0}
        files = [
            InputFile(path=path, role=role, **empty)
            for path, role in (("b.jsonl", "train"), ("a.jsonl", "train"), ("e.jsonl", "eval"))
        ]
        rules = [rule("DUP001", "uniqueness"), rule("LEK001", "evaluation"), rule("TXT001", "content")]
        whole = passing.model_copy(update={"inputs": tuple(files), "rules": tuple(rules), "findings": ()}).to_dict()
        return Report.model_validate({**whole, "findings": made})

    return make


def messages(findings):
    return [finding.message for finding in findings]


def test_findings_are_those_within_the_record_and_those_that_name_it(reported):
    inside = TRAIN[1].model_copy(update={"line": 9, "column": 4})
    report = reported(
        {"rule": "TXT001", "location": inside},
        {"rule": "TXT001", "location": TRAIN[2], "related": [TRAIN[3], TRAIN[1]]},
        {"rule": "TXT001", "location": TRAIN[2]},
        {"rule": "TXT001", "location": Location(path="b.jsonl")},
        {"rule": "TXT001", "location": SECOND[1]},
        {"rule": "TXT001"},
    )
    found = known(report, where(TRAIN[1]), "train")

    assert (messages(found.findings), messages(found.naming)) == (["m0"], ["m1"])
    assert (found.cluster, found.leaks) == ("", [])


def test_the_members_of_a_cluster_come_in_the_order_of_the_files_each_once(reported):
    report = reported(
        {"rule": "DUP001", "location": SECOND[1], "related": [TRAIN[5]], "cluster": HEAD, "similarity": 0.9},
        {"rule": "DUP001", "location": TRAIN[5], "related": [TRAIN[2]], "cluster": HEAD},
        {"rule": "DUP001", "location": TRAIN[4], "related": [TRAIN[3]], "cluster": "other"},
    )

    assert [(one.place, one.message, one.similarity) for one in members(report, HEAD)] == [
        (TRAIN[2], "", None),
        (TRAIN[5], "m1", None),
        (SECOND[1], "m0", 0.9),
    ]
    for place in (TRAIN[2], TRAIN[5], SECOND[1]):
        assert known(report, where(place), "train").cluster == HEAD
        assert known(report, where(place), "train").naming == []
    assert known(report, where(TRAIN[3]), "train").cluster == "other"


def test_a_leak_has_two_sides(reported):
    report = reported(
        {"rule": "LEK001", "location": EVAL[1], "related": [TRAIN[1], SECOND[2]], "similarity": 0.8},
        {"rule": "LEK001", "location": EVAL[2], "related": [TRAIN[1]]},
        {"rule": "LEK001", "location": Location(path="e.jsonl")},
    )
    of_training, of_item = known(report, where(TRAIN[1]), "train"), known(report, where(EVAL[1]), "eval")

    assert [(one.place, one.message) for one in of_training.leaks] == [(EVAL[1], "m0"), (EVAL[2], "m1")]
    assert (of_training.findings, of_training.naming) == ([], [])
    assert [(one.place, one.message, one.similarity) for one in of_item.leaks] == [
        (TRAIN[1], "m0", 0.8),
        (SECOND[2], "", None),
    ]
    assert messages(of_item.findings) == ["m0"]


def test_a_cluster_is_called_by_the_beginning_of_a_hash(reported):
    report = reported(
        {"rule": "DUP001", "location": TRAIN[1], "related": [TRAIN[0]], "cluster": HEAD},
        {"rule": "DUP001", "location": TRAIN[3], "related": [TRAIN[2]], "cluster": "abcdef02"},
    )

    assert cluster_called(report, "ABCDEF01") == HEAD
    with pytest.raises(InputError, match="2 clusters begin with abcdef0; there are 2 clusters"):
        cluster_called(report, "abcdef0")
    with pytest.raises(InputError, match="no cluster begins with 000000; there are 2 clusters"):
        cluster_called(report, "000000")
    for name in ("abcde", "abcdeg", "", "a" * 5 + "\x1b"):
        with pytest.raises(InputError, match="no beginning of a record's hash") as caught:
            cluster_called(report, name)
        assert "dsready show FILE:LINE" in caught.value.hint
    with pytest.raises(InputError, match="there are 0 clusters"):
        cluster_called(reported(), "abcdef")
