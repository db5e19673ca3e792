"""What a benchmark reports."""

import json

import pytest

from populace.benchmarks import report
from populace.benchmarks.report import Measure

SLOW = Measure.at_most("start_s", 9.0, "s", 8.0)
QUICK = Measure.at_most("start_s", 8.0, "s", 8.0)
ABSENT = Measure.at_least("times_starsim", None, "x", 8.0)


def test_a_bar_holds_up_to_its_limit_in_both_directions():
    assert QUICK.holds is True
    assert SLOW.holds is False
    assert Measure.at_least("times", 1.5, "x", 1.5).holds is True
    assert Measure.at_least("times", 1.49, "x", 1.5).holds is False
    assert (QUICK.bar, ABSENT.bar) == ("<= 8", ">= 8")


def test_a_value_is_held_against_its_bar_before_it_is_rounded():
    nearly = Measure.at_most("start_s", 8.00001, "s", 8.0)
    assert nearly.value == 8.0
    assert nearly.holds is False


def test_only_a_missed_bar_fails_and_not_what_could_not_be_measured():
    assert report.exit_code([QUICK, ABSENT]) == 0
    assert report.exit_code([QUICK, SLOW, ABSENT]) == 1


def test_json_has_the_machine_and_exactly_the_five_keys_of_a_measure():
    read = json.loads(report.as_json([SLOW, ABSENT]))
    assert set(read) == {"machine", "measures"}
    assert read["measures"] == [
        {"name": "start_s", "value": 9.0, "unit": "s", "bar": "<= 8", "holds": False},
        {"name": "times_starsim", "value": None, "unit": "x", "bar": ">= 8", "holds": None},
    ]
    assert {"cpu", "cores", "memory_gb", "python", "torch", "numba"} <= set(read["machine"])
    assert read["machine"]["memory_gb"] > 0.1


def test_the_table_says_in_words_what_was_missed_and_what_was_not_measured():
    lines = report.as_table([SLOW, QUICK, ABSENT]).splitlines()
    assert lines[-3].endswith("MISSED")
    assert lines[-2].endswith("holds")
    assert lines[-1].endswith("not measured")


def test_the_command_measures_only_what_it_is_asked_for(capsys):
    asked = []

    def measures(only):
        asked.extend(only)
        return [QUICK]

    code = report.command("engine", ["start_s", "b"], measures, ["--json", "--only", "start_s"])
    assert (code, asked) == (0, ["start_s"])
    assert json.loads(capsys.readouterr().out)["measures"][0]["name"] == "start_s"


def test_an_unknown_measure_is_refused_with_the_names_that_there_are(capsys):
    with pytest.raises(SystemExit) as stop:
        report.command("engine", ["start_s"], lambda only: [], ["--only", "start"])
    assert stop.value.code == 2
    assert "start_s" in capsys.readouterr().err
