"""Tables and maps in the files that people have are read, and dangerous ones are not."""

import zipfile

import numpy as np
import openpyxl
import pytest

from populace.engine.errors import ProjectError
from populace.engine.importing import cells, dates, limits, matching, series, workbook
from populace.engine.importing.maps import outline_paths, read_map
from populace.engine.importing.reading import read_sheet


def write(folder, text, name="a.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_sheet(path, name)


def test_a_german_office_s_csv_is_read_as_it_is_meant(latin):
    sheet = read_sheet(latin, latin.name)
    assert sheet.headings == ("Meldedatum", "Fälle", "Ort")
    assert sheet.comma
    assert sheet.rows[0] == 4  # as a spreadsheet counts: a title, an empty row, the heading
    assert cells.numbers(sheet.column("Fälle"), sheet.comma)[0] == 1012.5
    found = matching.guessed(sheet, matching.SERIES)
    assert found == {"date": ("Meldedatum",), "value": ("Fälle",), "place": ("Ort",)}
    assert series.guessed_form(sheet, found).form == "day_first"


def test_a_workbook_is_read_sheet_by_sheet_with_its_dates(book):
    sheet = read_sheet(book, "cases.xlsx")
    assert sheet.headings == ("Reporting date", "New cases")
    assert sheet.preview(1) == [["2020-03-01", "12"]]
    assert sheet.rows[0] == 4
    assert workbook.pages(book, "cases.xlsx") == ("Cases", "Beds")
    assert read_sheet(book, "cases.xlsx", "Beds").headings == ("Date", "In hospital")


def test_a_sheet_of_remarks_before_the_table_is_passed_over(tmp_path):
    made = openpyxl.Workbook()
    made.active.title = "Read me"
    for words in (["Reported cases"], ["of the health office"], [], ["Contact", "office@example"]):
        made.active.append(words)
    counts = made.create_sheet("Counts")
    for row in (["date", "cases"], ["2020-03-01", 3], ["2020-03-02", 5]):
        counts.append(row)
    made.save(tmp_path / "a.xlsx")
    sheet = read_sheet(tmp_path / "a.xlsx", "a.xlsx")
    assert (sheet.page, sheet.headings, sheet.count) == ("Counts", ("date", "cases"), 2)
    assert sheet.notes[0] == "Read the sheet Counts. Its other sheets are Read me."


def test_parquet_is_read_as_the_same_texts(parquet):
    sheet = read_sheet(parquet, "cases.parquet")
    assert sheet.preview(1) == [["2020-03-01", "12", "north"]]
    assert sheet.content("day") == "date"
    assert sheet.content("infected") == "number"


@pytest.mark.parametrize(
    ("separator", "encoding"),
    [(",", "utf-8"), (";", "latin-1"), ("\t", "utf-16"), ("|", "utf-8-sig"), (";", "cp1252")],
)
def test_separators_and_encodings_are_found_out(tmp_path, separator, encoding):
    rows = [("Größe", "date"), *((f"é{n}", f"2020-01-{n:02d}") for n in range(1, 20))]
    sheet = write(tmp_path, "\n".join(separator.join(row) for row in rows), encoding=encoding)
    assert sheet.headings == ("Größe", "date")
    assert sheet.preview(1) == [["é1", "2020-01-01"]]
    assert sheet.count == 19


def test_rows_keep_their_numbers_past_empty_and_uneven_ones(tmp_path):
    sheet = write(tmp_path, "a,b\n1,2\n\n3\n4,5\n6,7,8\n9,10\n\n")
    assert sheet.rows.tolist() == [2, 5, 7]
    assert sheet.uneven == ((4, 1), (6, 3))


def test_a_file_without_a_heading_is_seen_to_have_none(tmp_path):
    sheet = write(tmp_path, "0,1\n1,2\n")
    assert sheet.headings == ("column 1", "column 2")
    assert sheet.rows.tolist() == [1, 2]


def test_headings_that_are_equal_or_empty_are_told_apart(tmp_path):
    assert write(tmp_path, "a,a,\nx,y,z\n").headings == ("a", "a (2)", "column 3")


@pytest.mark.parametrize(
    ("text", "comma", "number"),
    [
        ("1,234.5", False, 1234.5),
        ("1.234,5", True, 1234.5),
        ("1 234", False, 1234),
        ("1\u202f234,5", True, 1234.5),
        ("1'234", False, 1234),
        ("−3", False, -3),
        ("45 %", False, 45),
        ("1e3", False, 1000),
        ("<5", False, np.nan),
        ("12,34", False, np.nan),
        ("1.2.3", False, np.nan),
        ("inf", False, np.nan),
        ("1e999", False, np.nan),
    ],
)
def test_numbers_are_read_in_every_habit(text, comma, number):
    assert cells.number(text, comma) == pytest.approx(number, nan_ok=True)


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["2020-12-24", "2020-12-25"], "iso"),
        (["2020-12-24T00:00:00Z", "2020-12-25 10:00"], "iso"),
        (["24.12.2020", "25.12.2020"], "day_first"),
        (["24/12/20"], "day_first"),
        (["12/24/2020", "12/25/2020"], "month_first"),
        (["20201224", "20201225"], "plain"),
        (["44189", "44190"], "serial"),
        (["2020/12/24"], "year_first"),
        (["2020-W52", "2020-W53"], "week"),
        (["24 Dec 2020"], "words"),
        (["December 24, 2020"], "words_us"),
    ],
)
def test_dates_are_read_in_every_form(texts, form):
    guess = dates.guess(texts)
    assert guess.form == form
    expected = "2020-12-21" if form == "week" else "2020-12-24"
    assert str(dates.dates(np.array([0]), texts, form)[0]) == expected


def test_one_date_after_the_twelfth_tells_day_from_month():
    assert dates.guess(["03/04/2020", "13/04/2020"]).form == "day_first"
    assert dates.guess(["04/03/2020", "04/13/2020"]).form == "month_first"


def test_dates_that_fit_both_ways_are_not_decided_by_the_program():
    # The first of twelve months, or twelve days of January.
    for texts in (["01/02/2020", "03/04/2020"], [f"{at:02d}/01/2020" for at in range(1, 13)]):
        guess = dates.guess(texts)
        assert not guess.sure
        assert {guess.form, *guess.others} >= {"day_first", "month_first"}


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "zip", "parquet"])
def test_every_kind_of_map_gives_the_same_regions(map_files, kind):
    drawn = read_map(map_files[kind], f"m.{kind}")
    found = matching.guessed(drawn.sheet, matching.REGIONS)
    assert (found["name"], found["id"], found["people"]) == (("GEN",), ("AGS",), ("EWZ",))
    assert drawn.sheet.column("GEN").to_pylist()[0] == "Köln"
    assert drawn.geometry[0].bounds == pytest.approx((6, 50, 7, 51), abs=1e-6)
    assert all(path.startswith("M") for path in outline_paths(drawn.geometry))


def test_a_file_is_refused_by_its_size_before_it_is_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(limits.BYTES_MAX + 1)  # takes no room on the disk
    for read in (read_sheet, read_map):
        name = "huge.csv" if read is read_sheet else "huge.geojson"
        with pytest.raises(ProjectError, match="at most 200 MB"):
            read(path, name)


@pytest.mark.parametrize("inside", ["../m.shp", "/etc/m.shp", "a/../../m.shp", "C:\\m.shp"])
def test_a_zip_that_leads_outside_is_not_opened(tmp_path, inside):
    path = tmp_path / "m.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(inside, b"x")
    with pytest.raises(ProjectError, match="leads outside"):
        read_map(path, "m.zip")


def test_a_link_in_a_zip_is_not_followed(tmp_path):
    path = tmp_path / "m.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("m.shp")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(ProjectError, match="holds a link"):
        read_map(path, "m.zip")


@pytest.mark.parametrize("name", ["m.zip", "m.xlsx"])
def test_a_zip_that_swells_without_end_is_not_opened(tmp_path, name):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("m.shp", b"\0" * 60_000_000)
    with pytest.raises(ProjectError, match="when unpacked"):
        (read_map if name == "m.zip" else read_sheet)(path, name)


def test_a_map_that_names_other_files_is_not_read(tmp_path):
    path = tmp_path / "m.geojson"
    inside = "<OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
    path.write_text(f"<OGRVRTDataSource>{inside}</OGRVRTDataSource>")
    with pytest.raises(ProjectError, match="is not GeoJSON"):
        read_map(path, "m.geojson")


def test_a_formula_shows_what_it_last_came_to_and_is_not_run(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["date", "cases"])
    book.active.append(["2020-01-01", '=HYPERLINK("http://example.org")'])
    book.save(tmp_path / "a.xlsx")
    assert read_sheet(tmp_path / "a.xlsx", "a.xlsx").preview(1) == [["2020-01-01", ""]]
