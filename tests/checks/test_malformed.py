"""Every kind of broken file is reported by its rule, and what can be read is read."""

from __future__ import annotations

import gzip

import orjson
import pytest
import zstandard

from dsready import api
from dsready.config import Config, merge
from dsready_checks import _printed

GOOD = b'{"prompt":"What is it?","completion":"A fox."}'


@pytest.fixture
def reported(linted):
    """Lint bytes with this check alone; return rule, line, column and message of each finding."""

    def run(content: bytes, **config):
        report = linted(content, lint={"select": ["malformed"]}, **config)
        return [
            (found.rule, found.location.line, found.location.column, found.message)
            for found in report.findings
            if found.rule.startswith("FMT")
        ]

    return run


def between(line: bytes) -> bytes:
    return GOOD + b"\n" + line + b"\n" + GOOD + b"\n"


@pytest.mark.parametrize(
    "content",
    [
        GOOD + b"\n" + GOOD + b"\n",
        GOOD + b"\r\n" + GOOD,
        '{"prompt":"a\u2028b","completion":"c"}'.encode(),
        b'{"prompt":"\\u0000\\ud83d\\ude00","completion":"c"}',
        b'{"prompt":"{","completion":"\\"}"}',
        b' {"prompt" : "a" , "completion" : 1e5 } ',
    ],
    ids=["two lines", "CRLF, no last line end", "line separator", "escapes", "braces in strings", "spaces"],
)
def test_good_lines_are_silent(content, reported):
    assert reported(content) == []


BROKEN = {
    b"{'prompt': 'a', 'completion': 'b'}": (2, "single quotes"),
    b'{"prompt": "a", "completion": None}': (31, "Python literal"),
    b'{"prompt": True}': (12, "Python literal"),
    b'{"prompt": NaN}': (12, "NaN and Infinity"),
    b'{"prompt": -Infinity}': (12, "NaN and Infinity"),
    b'{"prompt": "a",}': (15, "trailing comma"),
    b'{"prompt": "a"},': (16, "trailing comma after the object"),
    b'{"prompt": "a"} {"prompt": "b"}': (17, "two objects stand on one line"),
    b'{"prompt": "a"}, {"prompt": "b"}': (16, "two objects stand on one line"),
    b'{"prompt": "a"}}': (16, "closing bracket too many"),
    b'{"prompt": "a", "completion": "b': (None, "ends inside a string"),
    b'{"prompt": "a", "completion": [1, 2': (None, "ends before the object does"),
    b'{"prompt": "\\ud83d"}': (None, "lone surrogate"),
    b'{"prompt": "a\\x"}': (None, "escape"),
    b'{"prompt": "a\tb"}': (14, "control character"),
    b'{"prompt": "a\x00b"}': (14, "control character"),
    b'"prompt": "a"}': (None, "opening brace"),
    b'{"prompt": "a" // why\n}': (16, "JSON has no comments"),
    b'{"prompt": undefined}': (12, "undefined is not JSON"),
    b"hello world": (1, "no JSON at all"),
    b"\x00\x00\x00": (1, "no JSON at all"),
}


@pytest.mark.parametrize(("line", "expected"), BROKEN.items(), ids=[str(line) for line in BROKEN])
def test_a_line_that_does_not_parse_is_reported_with_column_and_cause(line, expected, reported):
    column, cause = expected

    rule, at, where, message = reported(between(line.partition(b"\n")[0]))[0]

    assert (rule, at) == ("FMT001", 2)
    assert cause in message
    assert column is None or where == column


def test_one_broken_line_among_many_blocks(linted, clean):
    rows = clean(600)
    content = b"".join(orjson.dumps(row) + b"\n" for row in rows[:300]) + b"{oops\n"

    report = linted(content + b"".join(orjson.dumps(row) + b"\n" for row in rows[300:]))

    assert report.readiness.blockers == {"FMT001": 1}
    assert report.score == 49
    assert report.summary.effective == 600


def test_the_column_counts_characters(reported):
    ((_, _, column, _),) = reported(between('{"prompt": "é😀", oops}'.encode()))

    assert column == 18


@pytest.mark.parametrize("depth", [300, 1000, 1023, 1024, 10_000])
@pytest.mark.parametrize("brackets", [b"[]", b"{}"])
def test_depth_is_reported_or_read_and_stops_nothing(depth, brackets, linted):
    opening = b'{"a":' if brackets == b"{}" else b"["
    line = b'{"prompt":"a","completion":"b","x":' + opening * depth + b"1" + brackets[1:] * depth + b"}"

    report = linted(between(line))

    assert "crashed" not in {outcome.status for outcome in report.outcomes}
    assert [found.location.line for found in report.findings if found.rule == "FMT001"] == [2] * (depth >= 1024)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"[1]", "an array"),
        (b'"a"', "a string"),
        (b"1", "a number"),
        (b"-1", "a number"),
        (b"null", "null"),
        (b"true", "true"),
    ],
)
def test_json_that_is_no_object_is_reported_as_what_it_is(line, kind, reported):
    assert reported(between(line)) == [("FMT002", 2, None, f"{kind} where an object belongs")]


def test_the_first_bad_byte_of_a_line_is_named(reported):
    ((rule, line, _, message),) = reported(between(b'{"prompt":"caf\xe9","completion":"b"}'))

    assert (rule, line) == ("FMT003", 2)
    assert "byte 0xE9 at byte 15" in message


def test_a_whole_file_in_a_legacy_encoding_is_one_finding(reported):
    lines = '{"prompt":"café","completion":"déjà vu"}\n' * 50

    ((rule, line, column, message),) = reported(b'{"prompt":"a","completion":"b"}\n' + lines.encode("cp1252"))

    assert (rule, line, column) == ("FMT003", 2, 15)
    assert "50 lines" in message


def test_the_column_of_a_bad_byte_counts_characters(reported):
    ((_, _, column, message),) = reported(between('{"prompt":"é😀'.encode() + b'\xff","completion":"b"}'))

    assert column == 14
    assert "at byte 18 of the record" in message


IN_ARRAYS = {
    "on one line": ('[{"prompt":"é"}, {"prompt":"é",}, {"prompt":\'x\'}]', [(1, 31), (1, 45)]),
    "one a line": ('[\n{"prompt":"é"},\n  {"prompt":"é",}\n]', [(3, 16)]),
    "printed": ('[\n{"prompt":"é"}, {\n  "prompt": "é",\n  "b": oops\n}]', [(4, 8)]),
    "after a mark": ('\ufeff[{"é":1}, {"é",}]', [(1, 15)]),
}


@pytest.mark.parametrize(("text", "places"), IN_ARRAYS.values(), ids=IN_ARRAYS)
def test_the_place_of_an_error_in_an_array_is_that_in_the_file(text, places, reported):
    found = reported(text.encode())

    assert [(line, column) for rule, line, column, _ in found if rule == "FMT001"] == places


def test_the_place_of_a_bad_byte_in_an_array_is_that_in_the_file(reported):
    found = reported('[{"prompt":"é"},\n{"é":1}, {\n"prompt":"é'.encode() + b'\xff"}]')

    assert [(line, column) for rule, line, column, _ in found if rule == "FMT003"] == [(3, 12)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_file_in_another_encoding_is_one_finding_and_is_read(encoding, linted, clean, found):
    text = b"".join(orjson.dumps(row) + b"\n" for row in clean(30)).decode()

    report = linted(text.encode(encoding))

    assert len(found(report, "FMT003")) == 1
    assert report.summary.usable == 30


def test_a_byte_order_mark_costs_no_record(linted, clean, found):
    report = linted(b"\xef\xbb\xbf" + b"".join(orjson.dumps(row) + b"\n" for row in clean(30)))

    assert len(found(report, "FMT005")) == 1
    assert report.summary.usable == 30


NOT_JSONL = {
    "an array": orjson.dumps,
    "a printed array": lambda rows: orjson.dumps(rows, option=orjson.OPT_INDENT_2),
    "printed objects": lambda rows: b"\n".join(orjson.dumps(row, option=orjson.OPT_INDENT_2) for row in rows),
}


@pytest.mark.parametrize("form", NOT_JSONL.values(), ids=NOT_JSONL)
def test_json_that_is_not_one_record_a_line_is_one_finding_and_is_read(form, linted, clean, found):
    report = linted(form(clean(30)))

    assert [finding.rule for finding in report.findings if finding.rule.startswith("FMT")] == ["FMT006"]
    assert report.summary.usable == 30
    assert found(report, "FMT006")[0].blocks


@pytest.mark.parametrize(
    ("value", "last"),
    [({"prompt": "a", "b": [{"c": 1}]}, 9), ({"prompt": "a", "tags": ["x", "y"]}, 8)],
    ids=["plain", "a list"],
)
def test_one_printed_object_in_the_middle_is_one_finding(value, last, reported):
    ((rule, line, _, message),) = reported(between(orjson.dumps(value, option=orjson.OPT_INDENT_2)))

    assert (rule, line) == ("FMT006", 2)
    assert f"lines 2-{last}" in message


PRINTED = b'{\n"prompt": "a\\"{",\n"completion": "b"\n}\n'


def test_neighbouring_printed_objects_are_one_finding(reported):
    ((rule, line, _, message),) = reported(GOOD + b"\n" + PRINTED * 3 + GOOD)

    assert (rule, line) == ("FMT006", 2)
    assert message.startswith("3 object(s) printed over lines 2-13")


@pytest.mark.parametrize("parts", [b"},\n{", b"}, {", b"} {"])
def test_printed_objects_may_have_commas_between_them(parts, reported):
    ((rule, *_, message),) = reported(GOOD + b"\n" + PRINTED.replace(b"}\n", parts) + PRINTED[1:] + GOOD)

    assert (rule, message[:11]) == ("FMT006", "2 object(s)")


@pytest.mark.parametrize("line", [GOOD + b",", GOOD + b" " + GOOD], ids=["commas", "two a line"])
def test_objects_that_do_not_go_over_lines_are_not_printed_over_lines(line, reported):
    found = reported(GOOD + b"\n" + (line + b"\n") * 3)

    assert [found[:2] for found in found] == [("FMT001", 2), ("FMT001", 3), ("FMT001", 4)]


def test_a_broken_line_between_printed_objects_is_reported_by_itself(reported):
    found = reported(GOOD + b"\n" + PRINTED + b"{oops}\n" + PRINTED)

    assert sorted(found[:2] for found in found) == [("FMT001", 6), ("FMT006", 2), ("FMT006", 7)]


def test_an_object_is_not_put_together_from_two_files(tmp_path):
    for name, text in (("1.jsonl", GOOD + b'\n{\n"a": 1'), ("2.jsonl", b"}\n" + GOOD)):
        (tmp_path / name).write_bytes(text)

    report = api.run([str(tmp_path)], [], merge(Config(), {"lint.select": ["malformed"]}))

    assert report.summary.by_rule == {"FMT001": 3}


def test_what_is_found_does_not_depend_on_how_much_is_listed(tmp_path):
    (tmp_path / "train.jsonl").write_bytes(GOOD + b"\n" + (b"{oops\n" * 2 + GOOD + b"\n" + PRINTED + GOOD + b"\n") * 5)
    config = merge(Config(), {"lint.select": ["malformed"]})
    reports = [api.run([str(tmp_path)], [], config, listed=listed) for listed in (1, 4, 10_000)]

    assert [report.summary.by_rule for report in reports] == [{"FMT001": 10, "FMT006": 5}] * 3
    assert [len(report.findings) for report in reports] == [2, 8, 15]


def test_only_one_value_is_held_and_none_that_is_too_long(reported, monkeypatch):
    monkeypatch.setattr(_printed, "HELD", 2 * len(PRINTED))
    long = b"{\n" + b'"a": 1,\n' * 20 + b'"b": 2\n}\n'

    found = reported(GOOD + b"\n" + PRINTED * 4 + long + PRINTED)

    assert [found[:2] for found in found if found[0] == "FMT006"] == [("FMT006", 2), ("FMT006", 41)]
    assert len(found) == 2 + long.count(b"\n")


def test_an_lfs_pointer_is_one_finding(reported):
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"

    ((rule, line, _, message),) = reported(pointer)

    assert (rule, line) == ("FMT007", None)
    assert "12,345 bytes" in message


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf", b"[]"], ids=["none", "blank", "mark", "array"])
def test_a_file_without_a_record_is_an_error_and_not_ready(content, linted, found):
    report = linted(content)

    assert len(found(report, "FMT008")) == 1
    assert not report.ready
    assert report.score < 50


def test_blank_lines_are_mentioned(reported):
    assert [found[:2] for found in reported(between(b"  "))] == [("FMT009", 2)]


def test_a_line_over_the_limit_is_reported_and_skipped(linted, found):
    config = {"max-line-bytes": 100}

    report = linted(between(b'{"prompt":"' + b"x" * 200 + b'","completion":"b"}'), **config)

    assert [finding.location.line for finding in found(report, "FMT010")] == [2]
    assert (report.summary.records, report.summary.usable) == (3, 2)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_a_packed_file_that_was_cut_blocks(pack, linted, clean, found):
    packed = pack(b"".join(orjson.dumps(row) + b"\n" for row in clean(600)))

    report = linted(packed[: len(packed) * 2 // 3])

    assert len(found(report, "FMT011")) == 1
    assert not report.ready


def test_lone_carriage_returns_are_one_finding(reported):
    assert [found[:2] for found in reported(b"\r".join([GOOD] * 5))] == [("FMT012", None)]


def test_every_defect_is_counted_even_if_not_listed(linted):
    report = linted(GOOD + b"\n" + b"{oops\n" * 10_050)

    assert report.summary.by_rule["FMT001"] == 10_050
    assert report.summary.truncated
    assert sum(finding.rule == "FMT001" for finding in report.findings) == 10_000


def test_the_share_of_bad_lines_is_of_all_records(linted):
    report = linted(GOOD + b"\n{oops\n\n[1]\n" + GOOD)

    (share,) = [
        metric for outcome in report.outcomes for metric in outcome.metrics if metric.id == "validity.malformed_share"
    ]
    assert (share.part, share.whole) == (2, 4)


@pytest.mark.parametrize(
    ("bad", "count"),
    [(PRINTED, 4), ('{"prompt":"é"}\n'.encode("cp1252") * 5, 5)],
    ids=["printed", "legacy encoding"],
)
def test_lines_that_are_reported_as_one_count_one_by_one_in_the_share(bad, count, linted):
    report = linted(GOOD + b"\n" + bad + GOOD)

    (share,) = [
        metric for outcome in report.outcomes for metric in outcome.metrics if metric.id == "validity.malformed_share"
    ]
    assert (share.part, share.whole) == (count, count + 2)
