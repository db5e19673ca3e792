"""Tables and maps that were damaged in every way give a sentence, or problems, and no traceback."""

import random
import zipfile

import pytest

from populace.engine.errors import ProjectError
from populace.engine.importing import areas, attributes, edges, matching, people, series
from populace.engine.importing.maps import read_map
from populace.engine.importing.reading import read_sheet

GOOD = "date,cases,place\n" + "".join(f"2020-03-{day:02d},{day},north\n" for day in range(1, 29))
BAD_TABLES = {
    "nothing": b"",
    "a heading": b"date,cases\n",
    "blanks": b"   \n\n\n  ",
    "zeros": b"\0" * 500,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "an open quotation": b'date,cases\n"2020-01-01,3\n2020-01-02,4\n',
    "one column": b"cases\n1\n2\n",
    "only words": b"once,upon\na,time\nthere,was\n",
    "odd utf-16": b"\xff\xfed\0a\0t",
    "endless line": b"a,b\n" + b"x" * 300_000 + b",1\n",
    "a thousand columns": b",".join(b"c%d" % at for at in range(1_000)) + b"\n" + b"1," * 999,
    "huge numbers": b"date,cases\n2020-01-01,1e400\n2020-01-02,99999999999999999999999\n",
    "years that are none": b"date,cases\n0000-00-00,1\n99999-01-01,2\n2020-02-30,3\n",
    "separators only": b",,,\n,,,\n,,,\n",
    "a bomb of quotes": b'"' * 10_000,
    "signs": "日付,件数\n２０２０-01-01,３\n".encode(),
    "formulas": b"date,cases\n=1+1,=cmd|'/c calc'!A0\n",
}
BAD_MAPS = {
    "no json": b"{",
    "a list": b"[1, 2]",
    "no features": b'{"type": "FeatureCollection"}',
    "features that are none": b'{"type": "FeatureCollection", "features": [1, null]}',
    "empty": b'{"type": "FeatureCollection", "features": []}',
    "a point": b'{"type": "Feature", "properties": {"name": "a", "people": 1},'
               b' "geometry": {"type": "Point", "coordinates": [1, 2]}}',
    "no numbers": b'{"type": "Feature", "properties": {"name": "a"},'
                  b' "geometry": {"type": "Polygon", "coordinates": [["a", "b"]]}}',
    "off the earth": b'{"type": "Feature", "properties": {"name": "a", "people": 3}, "geometry":'
                     b' {"type": "Polygon", "coordinates": [[[0,0],[900,0],[900,900],[0,0]]]}}',
    "deep": b'{"type":' * 5_000,
    "text": b"hello",
}  # fmt: skip


def everything(path, name):
    """Do with a table all that the wizards do."""
    sheet = read_sheet(path, name)
    found = matching.guessed(sheet, matching.SERIES)
    guess = series.guessed_form(sheet, found)
    for measure in series.MEASURES:
        reading = series.Reading(found, guess.form if guess else "iso", measure=measure)
        told_or_refused(series.examine, sheet, reading, series.Setting(people=1_000))
    pairs = edges.Reading(matching.guessed(sheet, matching.EDGES))
    told_or_refused(edges.examine, sheet, pairs, 1_000)
    told_or_refused(people.examine, sheet,
                    people.Reading(matching.guessed(sheet, matching.PEOPLE)))  # fmt: skip
    found = attributes.guessed(sheet)
    for person in ({}, {"person": sheet.headings[:1], "age": (), "region": (), "weight": ()}):
        reading = attributes.Reading(found | person)
        told_or_refused(attributes.examine, sheet, reading, attributes.Setting(people=1_000))


def told_or_refused(examine, *given):
    try:
        found = examine(*given)
    except ProjectError as error:
        readable(error)
    else:
        for group in found.groups:
            assert group.title
            assert all(one.message.endswith((".", "?")) for one in group.first)


def readable(error):
    """Hold an error to a sentence of one line that says what to do."""
    assert 15 < len(str(error)) < 900
    assert "\n" not in str(error)
    assert "Traceback" not in str(error)
    assert str(error).rstrip('"')[-1] in ".!?"


@pytest.mark.parametrize("name", BAD_TABLES)
def test_a_hopeless_table_gives_a_sentence_or_problems(tmp_path, name):
    path = tmp_path / "bad.csv"
    path.write_bytes(BAD_TABLES[name])
    try:
        everything(path, "bad.csv")
    except ProjectError as error:
        readable(error)


@pytest.mark.parametrize("name", BAD_MAPS)
def test_a_hopeless_map_gives_a_sentence_or_problems(tmp_path, name):
    path = tmp_path / "bad.geojson"
    path.write_bytes(BAD_MAPS[name])
    try:
        drawn = read_map(path, "bad.geojson")
        found = matching.guessed(drawn.sheet, matching.REGIONS)
        reading = areas.Reading(found, (found["name"] or ("",))[0])
        told_or_refused(areas.examine, drawn, reading)
    except ProjectError as error:
        readable(error)


@pytest.mark.parametrize("seed", range(60))
def test_a_good_table_that_was_damaged_gives_a_sentence_or_problems(tmp_path, seed):
    draw = random.Random(seed)
    text = bytearray(GOOD.encode())
    for _ in range(draw.choice((1, 5, 60))):
        if not text:
            break
        at = draw.randrange(len(text))
        act = draw.randrange(5)
        if act == 0:
            text[at] = draw.randrange(256)
        elif act == 1:
            del text[at : at + draw.randrange(1, 40)]
        elif act == 2:
            text[at:at] = draw.choice([b'"', b",", b"\n", b";", b"\r", b"\xff", b"9" * 60, b"-"])
        elif act == 3:
            text[at:at] = text[: draw.randrange(len(text))]
        else:
            text = text[:at] or text
    path = tmp_path / "bad.csv"
    path.write_bytes(bytes(text))
    try:
        everything(path, "bad.csv")
    except ProjectError as error:
        readable(error)


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "zip", "gpkg"])
@pytest.mark.parametrize("seed", range(5))
def test_a_damaged_file_of_bytes_gives_a_sentence(request, tmp_path, kind, seed):
    draw = random.Random(seed)
    good = {"xlsx": "book", "parquet": "parquet"}.get(kind)
    source = request.getfixturevalue(good) if good else request.getfixturevalue("map_files")[kind]
    content = bytearray(source.read_bytes())
    for _ in range(200):
        content[draw.randrange(len(content))] = draw.randrange(256)
    path = tmp_path / f"bad.{kind}"
    path.write_bytes(bytes(content[: draw.randrange(len(content) // 2, len(content))]))
    try:
        if kind in ("zip", "gpkg"):
            read_map(path, path.name)
        else:
            everything(path, path.name)
    except ProjectError as error:
        readable(error)


def test_a_workbook_that_is_another_zip_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(ProjectError, match="cannot be read as an Excel workbook"):
        read_sheet(path, "a.xlsx")


@pytest.mark.parametrize("name", ["a.xls", "a.docx", "a", "a.shp", "a.csv.exe"])
def test_a_file_of_another_kind_says_what_to_save_it_as(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"x,y\n1,2\n")
    for read in (read_sheet, read_map):
        with pytest.raises(ProjectError) as refused:
            read(path, name)
        readable(refused.value)
