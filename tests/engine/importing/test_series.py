"""Observed series: every fault is told by its row, and what is decided is what is imported."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.importing import matching, placing, series
from populace.engine.importing.reading import read_sheet
from populace.engine.project import Project


def sheet_of(folder, rows, heading="date,cases"):
    path = folder / "s.csv"
    path.write_text("\n".join([heading, *rows]))
    return read_sheet(path, "s.csv")


def examined(sheet, setting=None, **more):
    found = matching.guessed(sheet, matching.SERIES)
    guess = series.guessed_form(sheet, found)
    reading = series.Reading(found, guess.form, **more)
    return series.examine(sheet, reading, setting or series.Setting())


def kinds_of(found):
    return {group.kind: group for group in found.groups}


def days(count, first=dt.date(2020, 3, 1)):
    return [first + dt.timedelta(days=at) for at in range(count)]


def test_every_fault_is_told_by_its_row_before_anything_is_imported(tmp_path):
    rows = [f"{day},{40 + 7 * (at % 3)}" for at, day in enumerate(days(20))]
    rows[3] = "2020-03-99,40"
    rows[5] = "2020-03-06,n/a"
    rows[7] = "2020-03-08,many"
    rows[9] = "2020-03-10,-4"
    rows[11] = "2020-03-11,44"  # the date of the row before
    del rows[15]
    found = examined(sheet_of(tmp_path, rows))
    told = {kind: [one.row for one in group.first] for kind, group in kinds_of(found).items()}
    assert told == {
        "date": [5], "missing": [7], "not_a_number": [9], "negative": [11], "twice": [13],
        "gap": [6, 8, 10, 12, 14, 17],
    }  # fmt: skip
    assert found.problem_count == 11
    assert len(found.dates) == 14


def test_what_is_decided_is_what_is_taken(tmp_path):
    rows = ["2020-03-01,5", "2020-03-02,-1", "2020-03-03,", "2020-03-03,7", "2020-03-05,9"]
    rows += ["2020-03-06,4", "2020-03-07,8"]
    sheet = sheet_of(tmp_path, rows)
    usual = examined(sheet)
    assert dict(zip(usual.dates.astype(str), usual.counts, strict=True))["2020-03-03"] == 7
    zeros = examined(sheet, decisions={"negative": "zero", "missing": "zero", "twice": "last",
                                       "gap": "zero"})  # fmt: skip
    assert zeros.counts.tolist() == [5, 0, 7, 0, 9, 4, 8]
    added = examined(sheet, decisions={"twice": "add", "missing": "zero"})
    assert added.counts[1] == 7


def test_counts_of_everybody_so_far_are_not_taken_for_daily_ones(tmp_path):
    total = np.cumsum([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8])
    rows = [f"{day},{count}" for day, count in zip(days(12), total, strict=True)]
    found = examined(sheet_of(tmp_path, rows, "date,cumulative cases"), measure=series.NEW)
    assert "cumulative" in kinds_of(found)
    assert found.counts.tolist() == [1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    kept = examined(
        sheet_of(tmp_path, rows, "date,cumulative cases"),
        measure=series.NEW, decisions={"cumulative": "keep"},
    )  # fmt: skip
    assert kept.counts.tolist() == total.tolist()
    falling = [f"{day},{count}" for day, count in zip(days(12), [3, 8, 2] * 4, strict=True)]
    assert "cumulative" not in kinds_of(examined(sheet_of(tmp_path, falling), measure=series.NEW))


def test_the_last_days_that_reports_have_not_reached_are_told(tmp_path):
    counts = [100 + 5 * (at % 4) for at in range(21)] + [95, 30, 8]
    rows = [f"{day},{count}" for day, count in zip(days(24), counts, strict=True)]
    found = examined(sheet_of(tmp_path, rows), measure=series.NEW)
    late = kinds_of(found)["late"]
    assert [one.row for one in late.first] == [24, 25]
    assert len(found.dates) == 22
    assert "late" not in kinds_of(examined(sheet_of(tmp_path, rows[:22]), measure=series.NEW))


def test_fewer_reports_on_sundays_are_no_late_reports(tmp_path):
    week = [100, 100, 100, 100, 100, 40, 20]
    rows = [f"{day},{week[at % 7]}" for at, day in enumerate(days(28))]
    assert "late" not in kinds_of(examined(sheet_of(tmp_path, rows), measure=series.NEW))


def test_places_are_added_but_not_their_sum(tmp_path):
    rows = []
    for day in days(5):
        rows += [f"{day},3,north", f"{day},4,south", f"{day},7,Total"]
    sheet = sheet_of(tmp_path, rows, "date,cases,region")
    setting = series.Setting(places=("North", "South"))
    assert examined(sheet, setting).counts.tolist() == [7] * 5
    assert kinds_of(examined(sheet, setting))["sum"].count == 5
    assert examined(sheet, setting, place="north").counts.tolist() == [3] * 5


def test_an_unknown_place_is_told_with_the_one_that_was_meant(tmp_path):
    sheet = sheet_of(tmp_path, ["2020-01-01,3,Nairobbi", "2020-01-02,4,Nairobi"], "date,n,place")
    found = examined(sheet, series.Setting(places=("Nairobi", "Mombasa")))
    assert 'Did you mean "Nairobi"?' in kinds_of(found)["place"].first[0].message


def test_shares_become_people_of_the_model(tmp_path):
    sheet = sheet_of(tmp_path, ["2020-01-01,2.5", "2020-01-02,150"])
    found = examined(sheet, series.Setting(people=2_000), unit=series.PER_CENT)
    assert found.counts.tolist() == [50]
    assert kinds_of(found)["too_many"].count == 1
    with pytest.raises(ProjectError, match="choose the people of the model first"):
        examined(sheet, unit=series.PER_100_000)


def test_a_week_of_new_cases_is_the_mean_of_its_days(tmp_path):
    sheet = sheet_of(tmp_path, ["2020-01-06,70", "2020-01-13,140"])
    found = examined(sheet, measure=series.NEW, interval=series.WEEK_FROM)
    assert found.counts.tolist() == [10, 20]
    assert found.dates.astype(str).tolist() == ["2020-01-09", "2020-01-16"]


def test_dates_that_the_run_does_not_reach_are_told(tmp_path):
    sheet = sheet_of(tmp_path, ["2019-12-30,3", "2020-01-02,4"])
    found = examined(sheet, series.Setting(start=dt.date(2020, 1, 1), days=30))
    assert kinds_of(found)["outside"].first[0].row == 2


def test_an_imported_series_is_read_by_the_project_and_undone_as_one(latin, tmp_path):
    folder = tmp_path / "project"
    draft = Draft(Project.load("town_flu").spec(), folder=folder)
    before = draft.yaml
    found = examined(read_sheet(latin, latin.name), measure=series.NEW)
    more = {"legend": "Gemeldete Fälle", "states": "infectious", "measure": series.NEW}
    assert placing.place_series(draft, found, name=latin.name, **more) == "observed_series"
    assert placing.place_series(draft, found, name=latin.name, **more) == "observed_series_2"
    project = draft.project()
    read = [one.series(project.folder) for one in project.observations]
    assert [one.files() for one in project.observations] == [
        ("data/falle.csv",), ("data/falle_2.csv",)
    ]  # fmt: skip
    np.testing.assert_array_equal(read[0].dates, found.dates)
    np.testing.assert_allclose(read[0].counts, found.counts)
    assert read[0].new
    assert draft.undo_label == "Import Gemeldete Fälle"
    draft.undo()
    draft.undo()
    assert draft.yaml == before


def test_a_draft_without_a_folder_says_so(tmp_path):
    found = examined(sheet_of(tmp_path, ["2020-01-01,3"]))
    draft = Draft({"name": "New"})
    with pytest.raises(ProjectError, match="has no folder yet"):
        placing.place_series(draft, found, name="a", legend="", states="infectious")
    assert draft.undo_label is None


def test_nothing_is_read_without_columns(latin):
    sheet = read_sheet(latin, latin.name)
    reading = series.Reading({"date": (), "value": ("Fälle",)}, "iso")
    with pytest.raises(ProjectError, match="column of the dates"):
        series.examine(sheet, reading, series.Setting())
    wanted = {"date": ("Meldedatum",), "value": ()}
    with pytest.raises(ProjectError, match="column of the numbers"):
        series.examine(sheet, replace(reading, matching=wanted), series.Setting())
