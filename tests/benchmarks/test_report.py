"""Tables stand between their markers."""

import pytest

from benchmarks import report


def test_a_table_replaces_the_one_before(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("above\n<!-- speed -->\nold\n<!-- /speed -->\nbelow\n")
    report.write("speed", "new", readme)
    report.write("speed", "newer", readme)
    assert readme.read_text() == "above\n<!-- speed -->\n\nnewer\n\n<!-- /speed -->\nbelow\n"


def test_a_file_without_the_place_is_left_alone(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("nothing")
    with pytest.raises(SystemExit, match="no place for speed"):
        report.write("speed", "new", readme)
    assert readme.read_text() == "nothing"


def test_names_stand_left_and_numbers_right():
    text = report.table("Title", ["", "seconds", "remarks"], [["dsready", "1.50", "fine"]])
    assert text.splitlines()[0] == "**Title**"
    assert "| dsready |" in text
