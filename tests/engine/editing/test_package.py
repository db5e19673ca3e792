"""A project in a folder and as one file: it comes back equal, and a stranger's does no harm."""

import datetime as dt
import io
import json
import random
import re
import stat
import zipfile

import pytest

from populace.engine.editing import package
from populace.engine.editing.draft import Draft
from populace.engine.editing.package import packed, read_folder, unpack, write_folder
from populace.engine.errors import ProjectError
from populace.engine.project import Project, sample_names
from populace.engine.project_file import yaml_text

GOOD = (
    "name: Small\npopulation: {kind: well_mixed, people: 50}\nnetworks: [{kind: well_mixed}]\n"
    "disease: {kind: sir}\n"
)


PARKED = {"key": "policies", "values": {"kind": "masks", "coverage": 0.5}}


def archive(*files, **more):
    """Return a ZIP archive of a good project and these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for entry, content in [("project.yaml", GOOD), *files, *more.items()]:
            made.writestr(entry, content)
    return stream.getvalue()


def tree(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", sample_names())
def test_a_sample_comes_back_equal_from_a_folder_and_from_a_file(name, tmp_path):
    project = Project.load(name)
    canvas = {"places": {"disease": [1.5, 2]}, "parked": {"parked.1": PARKED}}
    write_folder(tmp_path / "a", project.spec(), canvas, project.folder)
    spec, where = read_folder(tmp_path / "a")
    assert (Project.from_spec(spec, folder=tmp_path / "a"), where) == (project, canvas)
    data = packed(project.spec(), canvas, project.folder)
    (tmp_path / "b").mkdir()
    spec, where = unpack(data, tmp_path / "b")
    assert (Project.from_spec(spec, folder=tmp_path / "b"), where) == (project, canvas)
    assert packed(spec, where, tmp_path / "b") == data


def test_data_files_travel_with_the_project(tmp_path):
    project = Project.load("school_flu")
    unpack(packed(project.spec(), {}, project.folder), tmp_path)
    copy = tmp_path / "data" / "in_bed.csv"
    assert copy.read_bytes() == (project.folder / "data" / "in_bed.csv").read_bytes()


def test_an_unfinished_draft_can_be_saved_and_opened(tmp_path):
    spec = {"name": "Half", "networks": [{"kind": "household", "intensity": -3}]}
    write_folder(tmp_path, spec, {}, tmp_path)
    opened, _ = read_folder(tmp_path)
    assert opened == spec
    assert Draft(opened).problems


def link():
    entry = zipfile.ZipInfo("data/cases.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


HARMFUL = {
    "a way out": ([("../evil.csv", "x")], "leads out of the project"),
    "a way out inside": ([("data/../../evil.csv", "x")], "leads out of the project"),
    "from the root": ([("/etc/cron.csv", "x")], "leads out of the project"),
    "a drive": ([("C:evil.csv", "x")], "leads out of the project"),
    "a way out for Windows": ([("..\\evil.csv", "x")], "leads out of the project"),
    "a home": ([("~/evil.csv", "x")], "leads out of the project"),
    "a link": ([(link(), "/etc/passwd")], "is a link or device"),
    "a device": ([("data/NUL.csv", "x")], "no name for a file on every system"),
    "a hidden file": ([(".bashrc.txt", "x")], "no name for a file on every system"),
    "a program": ([("data/setup.py", "import os")], "is no table, map or text"),
    "a pickle": ([("data/people.pkl", "x")], "is no table, map or text"),
    "twice": ([("data/a.csv", "x"), ("data/A.csv", "y")], "is in it twice"),
    "too many": ([(f"data/{n}.csv", "") for n in range(300)], "holds 301 files"),
    "a bomb": ([("data/a.csv", b"0" * 30_000_000)], "would grow to 30 MB"),
    "a long name": ([("data/" + "a" * 300 + ".csv", "x")], "is too long a name"),
    "deep": ([("a/b/c/d/e/f/g.csv", "x")], "is too long a name"),
    "an odd letter": ([("data/a\u202evsc.csv", "x")], "leads out of the project"),
}


@pytest.mark.parametrize("name", HARMFUL)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_harmful_file_is_refused_before_anything_is_written(name, tmp_path):
    files, words = HARMFUL[name]
    (tmp_path / "in").mkdir()
    with pytest.raises(ProjectError, match=re.escape(words)):
        unpack(archive(*files), tmp_path / "in")
    assert tree(tmp_path) == []


def test_a_file_that_is_longer_than_it_says_is_refused(tmp_path):
    data = archive(("data/a.csv", b"1,2\n" * 50_000))
    # In the table of contents and before the content: 10 bytes instead of 200,000.
    lied = data.replace((200_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lied != data
    with pytest.raises(ProjectError, match="damaged"):
        unpack(lied, tmp_path)
    assert tree(tmp_path) == []


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "BYTES_MAX", 100)
    with pytest.raises(ProjectError, match="is larger than"):
        unpack(archive(), tmp_path)
    with pytest.raises(ProjectError, match="Thin out its data"):
        packed(Project.load("nyc_covid").spec(), {}, None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + "schema: 2\n", "schema: must be 1, not 2"),
        (GOOD + "skema: 1\n", 'Did you mean "schema"'),
        (GOOD.replace("kind: sir", "kind: sirs"), "disease.kind: there is no kind"),
        ("name: !!python/object/apply:os.system [ls]\n", "could not determine a constructor"),
        ("- 1\n", "is no project"),
        ("networks: 5\n", "networks: must be a list"),
        ("networks: [{kind: 5}]\n", "networks[0]: must be a mapping with a kind"),
        ("networks: [{kind: household}, {kind: household}]\n", "there already is a household"),
        ("disease: {kind: sir, 5: 5}\n", "a setting that is no text"),
        ("name: [1]\n", "name: must be text"),
        ("name: &a x\nnetworks: [" + "*a, " * 20 + "]\n", "has more than 10 aliases"),
    ],
)
def test_a_project_that_is_none_is_refused_in_words(text, words, tmp_path):
    with pytest.raises(ProjectError, match=re.escape(words)):
        unpack(_one(text), tmp_path)


def _one(text):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("project.yaml", text)
    return stream.getvalue()


@pytest.mark.parametrize("canvas", ["[", "[1]", "7", "[" * 5_000, '{"a":' * 60 + "1" + "}" * 60])
def test_a_damaged_canvas_costs_the_places_of_nodes_and_no_more(canvas, tmp_path):
    spec, where = unpack(archive(("canvas.json", canvas)), tmp_path)
    assert where == {}
    assert spec["name"] == "Small"


def test_of_a_canvas_remains_what_can_be_drawn(tmp_path):
    canvas = {
        "places": {"disease": [1, 2.5], "a": [1], "b": ["1", 2], "c": [1e9, 0], "d": None},
        "parked": {
            "parked.1": PARKED,
            "parked.2": {"key": "policies", "values": {"kind": "no_such"}},
            "parked.3": {"key": "evil", "values": {}},
            "parked.4": 5,
            "policies.masks": PARKED,
        },
        "odd": [1, 2],
        "odder": {"x": {"y": 1}},
    }
    _, where = unpack(archive(("canvas.json", json.dumps(canvas))), tmp_path)
    assert where == {"places": {"disease": [1, 2.5]}, "parked": {"parked.1": PARKED}}


def mangled_text(text, dice):
    """Return a project file with one to five faults of the kinds that people and disks make."""
    lines = text.splitlines(keepends=True)
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(len(lines)) if lines else 0
        act = dice.randrange(8)
        if not lines:
            break
        if act == 0:
            del lines[at]
        elif act == 1:
            lines.insert(at, lines[dice.randrange(len(lines))])
        elif act == 2:
            lines[at] = " " * dice.randint(1, 4) + lines[at]
        elif act == 3:
            cut = dice.randrange(len(lines[at]))
            lines[at] = (
                lines[at][:cut] + dice.choice(":{}[]-&*!|>%@`\"'#,\t\x00\ud7ff") + (lines[at][cut:])
            )
        elif act == 4:
            lines[at] = re.sub(r"\d+", lambda _: dice.choice(ODD), lines[at])
        elif act == 5:
            lines[at] = re.sub(r"(?<=: )\w+", lambda _: dice.choice(ODD), lines[at])
        elif act == 6:
            lines[at] = lines[at][: dice.randrange(len(lines[at]))]
        else:
            lines[at] = re.sub(r"\w+(?=:)", lambda found: found[0][::-1], lines[at])
    return "".join(lines)


ODD = ("-1", "1e400", ".nan", "yes", "null", "[]", "{}", "9" * 400, "2020-02-30", "~", "!!int x")


def mangled_bytes(data, dice):
    changed = bytearray(data)
    for _ in range(dice.randint(1, 30)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed[: dice.randint(1, len(changed))] if dice.random() < 0.3 else changed)


def draw_into(draft):
    """Do with a draft what the page does with one that was opened."""
    for problem in draft.problems:
        assert problem.message
    assert isinstance(draft.yaml, str)


@pytest.mark.parametrize("seed", range(100))
def test_a_malformed_project_gives_a_readable_message(seed, tmp_path):
    dice = random.Random(seed)
    name = dice.choice(sample_names())
    text = mangled_text(yaml_text(Project.load(name).spec()), dice)
    (tmp_path / "project.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        spec, canvas = read_folder(tmp_path)
        draw_into(Draft(spec, folder=tmp_path, canvas=canvas))
    except ProjectError as error:
        readable(error)


@pytest.mark.parametrize("seed", range(100))
def test_a_malformed_package_gives_a_readable_message_and_writes_nothing_outside(seed, tmp_path):
    dice = random.Random(seed)
    project = Project.load(dice.choice(sample_names()))
    good = packed(project.spec(), {"places": {"disease": [1, 2]}}, project.folder)
    (tmp_path / "in").mkdir()
    try:
        spec, canvas = unpack(mangled_bytes(good, dice), tmp_path / "in")
        draw_into(Draft(spec, folder=tmp_path / "in", canvas=canvas))
    except ProjectError as error:
        readable(error)
    assert all(name.startswith("in/") for name in tree(tmp_path))


def readable(error):
    line = str(error)
    assert "\n" not in line
    assert 10 < len(line) < 1_000
    assert "Traceback" not in line
    assert "object at 0x" not in line


def test_dates_come_back_as_dates(tmp_path):
    spec, _ = unpack(_one(GOOD + "start_date: 2020-03-01\n"), tmp_path)
    assert spec["start_date"] == dt.date(2020, 3, 1)


STEPS = [{"title": "As it is", "text": "Nobody acts."}]
STORY = {
    "title": "What helps?",
    "steps": [*STEPS, {"title": "M", "text": "T", "scenario": "Masks"}],
}
SCENARIOS = {"scenarios": [{"name": "Masks", "set": {"disease.transmission": 0.2}}]}


def with_story(scenarios=SCENARIOS, story=STORY):
    files = {"scenarios.yaml": scenarios, "story.yaml": story}
    return archive(*((name, yaml_text(one)) for name, one in files.items() if one is not None))


def test_scenarios_and_the_story_go_with_the_project_and_with_them_their_files(tmp_path):
    sent = tmp_path / "sent"
    (sent / "data").mkdir(parents=True)
    (sent / "data" / "seen.csv").write_text("day,cases\n1,2\n")
    (sent / "data" / "other.csv").write_text("day,cases\n1,2\n")
    seen = {"kind": "observed_series", "file": "data/seen.csv"}
    scenarios = {
        "scenarios": [*SCENARIOS["scenarios"], {"name": "S", "add": {"observations": [seen]}}]
    }
    (sent / "scenarios.yaml").write_text(yaml_text(scenarios))
    (sent / "story.yaml").write_text(yaml_text(STORY))
    spec = {"name": "Small"}
    write_folder(tmp_path / "copy", spec, {}, sent)
    (tmp_path / "got").mkdir()
    unpack(packed(spec, {}, sent), tmp_path / "got")
    files = ["data/seen.csv", "scenarios.yaml", "story.yaml"]
    assert tree(tmp_path / "got") == files
    assert tree(tmp_path / "copy") == sorted([*files, "project.yaml"])
    for name in files:
        assert (tmp_path / "got" / name).read_bytes() == (sent / name).read_bytes()


@pytest.mark.parametrize(
    ("scenarios", "story", "words"),
    [
        ({"scenarios": [{"name": "M", "sets": {}}]}, None, "scenarios.yaml: scenarios[0].sets"),
        (None, STORY, "there is no scenarios.yaml beside it"),
        (SCENARIOS, STORY | {"steps": STEPS}, "story.yaml: steps: must be a list of 2 to"),
        (SCENARIOS, STORY | {"run": "!!python/name:os.system"}, "story.yaml: run: there is no"),
    ],
)
def test_scenarios_of_a_stranger_that_are_none_are_refused(scenarios, story, words, tmp_path):
    with pytest.raises(ProjectError, match=re.escape(words)):
        unpack(with_story(scenarios, story), tmp_path)


def test_a_scenario_with_code_in_it_is_refused_and_not_run(tmp_path):
    evil = f"scenarios: !!python/object/apply:os.mkdir ['{tmp_path / 'evil'}']\n"
    with pytest.raises(ProjectError, match="could not determine a constructor"):
        unpack(archive(("scenarios.yaml", evil)), tmp_path)
    assert not (tmp_path / "evil").exists()


def test_a_fit_that_says_nothing_is_refused(tmp_path):
    with pytest.raises(ProjectError, match=r"fit\.yaml: must be names with values"):
        unpack(archive(("fit.yaml", "[1, 2]")), tmp_path)


def test_scenarios_elsewhere_in_the_archive_are_no_file_of_a_project(tmp_path):
    with pytest.raises(ProjectError, match="is no table, map or text"):
        unpack(archive(("data/scenarios.yaml", yaml_text(SCENARIOS))), tmp_path)


def test_a_link_out_of_the_project_does_not_travel(tmp_path):
    (tmp_path / "secret").write_text("scenarios: [{name: Secret}]")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "scenarios.yaml").symlink_to(tmp_path / "secret")
    write_folder(tmp_path / "copy", {"name": "Small"}, {}, tmp_path / "own")
    assert tree(tmp_path / "copy") == ["project.yaml"]
    with pytest.raises(ProjectError, match="leads out of the project by a link"):
        packed({"name": "Small"}, {}, tmp_path / "own")
