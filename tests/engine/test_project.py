"""Projects: what is read is what was written, and what cannot be used gets one line."""

import datetime as dt
import os

import pytest

from populace.engine.errors import ProjectError
from populace.engine.project import Project, sample_names

HEAD = "name: A city\n"
REST = "population: {kind: nyc}\nnetworks: [{kind: household}]\ndisease: {kind: seir}\n"
GOOD = HEAD + REST
SERIES = "observations: [{kind: observed_series, file: FILE}]\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cases.csv").write_text("date,count\n2020-01-01,3\n2020-01-02,5\n")
    return tmp_path


def written(folder, text):
    path = folder / "project.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def line_of(folder, text):
    """Return the one line that a malformed project gets, without its folder."""
    path = written(folder, text)
    with pytest.raises(ProjectError) as caught:
        Project.load(path)
    line = str(caught.value)
    assert "\n" not in line
    assert len(line) < 1000
    assert line.startswith(str(path))
    return line.removeprefix(f"{path}: ")


MALFORMED = {
    "empty file": ("", "is empty: write name, population, networks and disease."),
    "a list": ("- a\n- b\n", "must be a mapping, not ['a', 'b']"),
    "plain text": ("hello", "must be a mapping, not 'hello'"),
    "unknown key": (GOOD + "polices: []\n", 'polices: there is no such key in a project. Did you'
                    ' mean "policies"?'),
    "key that is no text": (GOOD + "7: x\n", "7: there is no such key in a project."),
    "later schema": (GOOD + "schema: 2\n", "schema: must be 1, not 2: this version"),
    "schema of text": (GOOD + "schema: one\n", "schema: must be 1, not 'one'"),
    "schema of yes": (GOOD + "schema: yes\n", "schema: must be 1, not True"),
    "no name": (REST, "name: is missing: write name: My city."),
    "name is a number": ("name: 3\n" + REST, 'name: must be text, not 3: put it in "quotes".'),
    "name of two lines": ('name: "a\\nb"\n' + REST, "name: must be one line of text."),
    "empty name": ('name: "  "\n' + REST, "name: must be one line of text."),
    "endless name": (f"name: {'x' * 999}\n" + REST, "name: must have at most 200 letters"),
    "no disease": (HEAD + "population: {kind: nyc}\nnetworks: [{kind: household}]\n",
                   "disease: is missing: write disease: {kind: ...}."),
    "no population": (HEAD + "networks: [{kind: household}]\ndisease: {kind: sir}\n",
                      "population: is missing"),
    "no networks": (HEAD + "population: {kind: nyc}\ndisease: {kind: sir}\n",
                    "networks: is missing: write networks: [{kind: household}]."),
    "empty networks": (GOOD.replace("[{kind: household}]", "[]"),
                       "networks: must have at least one network"),
    "networks are a mapping": (GOOD.replace("[{kind: household}]", "{kind: household}"),
                               "networks: must be a list such as [{kind: ...}], not {'kind'"),
    "a network without braces": (GOOD.replace("[{kind: household}]", "[household]"),
                                 "networks[0]: must be {kind: household}, not 'household'."),
    "no kind": (GOOD.replace("[{kind: household}]", "[{intensity: 1}]"),
                "networks[0].kind: is missing: write kind: NAME. Known: "),
    "kind is a list": (GOOD.replace("seir", "[seir]"),
                       "disease.kind: must be a name, not ['seir']"),
    "unknown kind": (GOOD.replace("household", "houshold"),
                     'networks[0].kind: there is no kind "houshold" of networks. Did you mean'
                     ' "household"?'),
    "the base as kind": (GOOD.replace("seir", "base"), 'disease.kind: there is no kind "base"'),
    "a kind twice": (GOOD.replace("[{kind: household}]", "[{kind: school}, {kind: school}]"),
                     "networks[1].kind: there already is a school in the list: keep one, or give"),
    "unknown setting": (GOOD.replace("seir", "seir, transmision: 1"),
                        'disease.transmision: "transmision" is not a setting of seir. Did you mean'
                        ' "transmission"?'),
    "above the range": (GOOD.replace("seir", "seir, transmission: 50"),
                        "disease.transmission: must be at most 5, not 50"),
    "below the range": (GOOD.replace("seir", "seir, transmission: -1"),
                        "disease.transmission: must be at least 0, not -1"),
    "per cent": (GOOD + "policies: [{kind: masks, coverage: 90}]\n",
                 "policies[0].coverage: must be at most 1, not 90. Percent? Write 0.9."),
    "nan": (GOOD.replace("seir", "seir, transmission: .nan"),
            "disease.transmission: must be a finite number, not nan."),
    "infinity": (GOOD.replace("seir", "seir, transmission: -.inf"),
                 "disease.transmission: must be"),
    "nan as headroom": (GOOD + "headroom: .nan\n", "headroom: must be a finite number, not nan."),
    "a number of 400 digits": (GOOD.replace("seir", f"seir, transmission: 1{'0' * 400}"),
                               "disease.transmission: must be"),
    "a number of 5,000 digits": (GOOD + f"days: 1{'0' * 5000}\n", "line 5, column 7: "),
    "text for a number": (GOOD.replace("seir", "seir, transmission: fast"),
                          "disease.transmission: must be a number from 0 to 5, not 'fast'."),
    "a long text for a number": (GOOD.replace("seir", f"seir, transmission: {'x' * 9999}"),
                                 "disease.transmission: must be a number from 0 to 5, not 'xx"),
    "an endless key": (GOOD + "? " + "x" * 9999 + "\n: 2\n", "xxxx"),
    "an endless kind": (GOOD.replace("seir", "x" * 9999), 'disease.kind: there is no kind "xx'),
    "yes for a number": (GOOD.replace("seir", "seir, transmission: yes"),
                         "disease.transmission: must be a number from 0 to 5, not True."),
    "a list for a number": (GOOD.replace("seir", "seir, transmission: [1]"),
                            "disease.transmission: must be a number from 0 to 5, not [1]."),
    "nothing for a number": (GOOD.replace("seir", "seir, transmission: "),
                             "disease.transmission: must be a number from 0 to 5, not None."),
    "a fraction of a day": (GOOD + "days: 1.5\n", "days: must be a whole number, not 1.5."),
    "no days": (GOOD + "days: 0\n", "days: must be at least 1, not 0."),
    "days of null": (GOOD + "days:\n", "days: must be a whole number, not None."),
    "a negative seed": (GOOD + "seed: -1\n", "seed: must be at least 0, not -1."),
    "too many infected": (GOOD.replace("nyc", "nyc, people: 1000").replace(
        "seir", "seir, initial_infected: 1001"),
        "disease.initial_infected: must be at most the 1,000 people of the population, not 1,001."),
    "an unknown state": (GOOD.replace("seir", "seir, initial_state: exposd"),
                         'disease.initial_state: "exposd" is not a state after infection. Did you'
                         ' mean "exposed"?'),
    "infected as susceptible": (GOOD.replace("seir", "seir, initial_state: susceptible"),
                                'disease.initial_state: "susceptible" is not a state after'),
    "30 February": (GOOD + "start_date: 2020-02-30\n", "line 5, column 13: day is out of range"),
    "no date": (GOOD + "start_date: spring\n",
                "start_date: must be a date such as 2020-03-01, not 'spring'."),
    "a date with an hour": (GOOD + "start_date: 2020-03-01 12:00:00\n",
                             "start_date: must be a date"),
    "a date before calendars": (GOOD + "start_date: 0001-01-01\n", "start_date: must be from 1000"),
    "a key twice": (GOOD + "days: 1\ndays: 2\n",
                    'line 6, column 1: "days" is written twice, first in line 5: keep one.'),
    "a setting twice": (GOOD.replace("seir", "seir, transmission: 1, transmission: 2"),
                        'line 4, column 40: "transmission" is written twice'),
    "a bracket left open": (GOOD + "policies: [{kind: masks}\n", "line 6, column 1: "),
    "a tabulator": (GOOD + "\tdays: 3\n", "line 5, column 1: "),
    "an object of Python": ("name: !!python/object/apply:os.system [true]\n" + REST,
                            "line 1, column 7: could not determine a constructor"),
    "an unknown anchor": ("name: *nobody\n" + REST, "line 1, column 7: found undefined alias"),
    "a list as key": ("? [1]\n: 2\n" + GOOD, "line 1, column 3: while constructing a mapping"),
    "two documents": (GOOD + "---\n" + GOOD, "line 5, column 1: expected a single document"),
    "not utf-8": (b"name: \xff\xfe\n", "is not text in UTF-8: save it as UTF-8."),
    "a null character": (GOOD + "description: a\0b\n", "is not YAML: "),
    "a bomb of aliases": ("a: &a [1, 1]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)),
        "has more than 10 aliases (*name): write them out."),
    "endless nesting": ("name: " + "[" * 5000, "is nested more than 20 deep"),
    "a list that holds itself": ("name: &a [*a]\n" + REST, "name: must be text, not [["),
    "a megabyte": (GOOD + "#" * 1_000_000, "is larger than 1,000,000 bytes"),
    "an absolute file": (GOOD + SERIES.replace("FILE", "/etc/passwd"),
                         'observations[0].file: "/etc/passwd" leaves the project'),
    "a file above": (GOOD + SERIES.replace("FILE", "data/../../x.csv"),
                     'observations[0].file: "data/../../x.csv" leaves the project'),
    "a file at home": (GOOD + SERIES.replace("FILE", "~/x.csv"),
                       'observations[0].file: "~/x.csv" leaves the project'),
    "a drive": (GOOD + SERIES.replace("FILE", "'C:\\x.csv'"), "observations[0].file: "),
    "a file that is not there": (GOOD + SERIES.replace("FILE", "case.csv"),
                                 'observations[0].file: there is no file "case.csv" in '),
    "a folder as file": (GOOD + SERIES.replace("FILE", "."),
                         'observations[0].file: there is no file "." in '),
    "no file": (GOOD + SERIES.replace(", file: FILE", ""),
                "observations[0].file: must name a file"),
    "a null character in a file": (GOOD + SERIES.replace("FILE", '"a\\0b"'),
                                   "observations[0].file: "),
    "a column that is not there": (GOOD + SERIES.replace("FILE", "cases.csv, column: counts"),
                                   'observations[0].column: "cases.csv" has no column "counts". Did'
                                   ' you mean "count"?'),
    "a state of another disease": (GOOD + SERIES.replace("FILE", "cases.csv, states: ill"),
                                   'observations[0].states: the disease has no state "ill".'),
    "no state": (GOOD + SERIES.replace("FILE", 'cases.csv, states: ""'),
                 "observations[0].states: must name a state"),
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_project_gets_one_line_with_place_and_cure(folder, case):
    text, expected = MALFORMED[case]
    line = line_of(folder, text)
    assert line.startswith(expected), line


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("date,count\n", "has a heading and no rows"),
        ("", 'has no column "date"'),
        ("date,count\n2020-01-01,three\n", "line 2: must be a number of people, not 'three'"),
        ("date,count\n2020-01-01,nan\n", "line 2: must be a number of people, not 'nan'"),
        ("date,count\n2020-01-01,-4\n", "line 2: must be a number of people, not '-4'"),
        ("date,count\n2020-01-01\n", "line 2: must be a number of people, not None"),
        ("date,count\n1 May,4\n", "line 2: must be a date such as 1978-01-22, not '1 May'"),
        ("date,count\n2020-01-02,4\n2020-01-02,4\n", "2020-01-02 is not after the row before"),
        ('date,count\n"2020-01-02,4\n', "cannot be read as CSV"),
    ],
)
def test_a_malformed_table_of_counts_gets_one_line_with_its_row(folder, rows, expected):
    (folder / "cases.csv").write_text(rows)
    assert expected in line_of(folder, GOOD + SERIES.replace("FILE", "cases.csv"))


def test_a_link_that_leads_out_of_the_project_is_refused(folder, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    secret.write_text("date,count\n2020-01-01,3\n")
    os.symlink(secret, folder / "inside.csv")
    line = line_of(folder, GOOD + SERIES.replace("FILE", "inside.csv"))
    assert "leads out of the project by a link" in line


def test_a_project_that_is_not_there_names_the_samples():
    with pytest.raises(ProjectError, match=r'no such project.*Did you mean "nyc_covid"'):
        Project.load("nyc-covid")


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000])
def test_a_name_that_no_file_can_have_gets_one_line(path):
    with pytest.raises(ProjectError):
        Project.load(path)


def test_what_is_written_reads_back_as_equal(folder):
    written(folder, GOOD + SERIES.replace("FILE", "cases.csv") + "start_date: 2021-05-06\n")
    project = Project.load(folder)
    project = project.with_value("disease.transmission", 1e-05)
    project = project.with_value("networks.household.intensity", 2)
    path = project.save(folder / "again.yaml")
    assert Project.load(path) == project
    assert Project.load(path).spec() == project.spec()
    assert project != project.with_value("seed", 9)


@pytest.mark.parametrize("name", ["1e5", "yes", "2020-01-01", "null", "é ü 纽约", "a: b # c", "'"])
def test_any_name_survives_the_file(folder, name):
    spec = {"name": name, "population": {"kind": "nyc"}, "networks": [{"kind": "household"}]}
    project = Project.from_spec({**spec, "disease": {"kind": "sir"}})
    assert Project.load(project.save(folder)).name == name


def test_only_what_differs_from_the_defaults_is_written(folder):
    written(folder, GOOD + "days: 120\nheadroom: 4\n")
    project = Project.load(folder).with_value("disease.transmission", 0.3)
    assert project.spec() == {
        "schema": 1,
        "name": "A city",
        "population": {"kind": "nyc"},
        "networks": [{"kind": "household"}],
        "disease": {"kind": "seir"},
    }


def test_a_number_with_an_exponent_and_no_point_is_a_number(folder):
    written(folder, GOOD.replace("seir", "seir, transmission: 5e-2"))
    assert Project.load(folder).value("disease.transmission") == 0.05


def test_a_failed_save_leaves_the_old_file_and_no_rest(folder, monkeypatch):
    project = Project.load(written(folder, GOOD))
    before = sorted(path.name for path in folder.iterdir())

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        project.with_value("days", 7).save(folder)
    assert Project.load(folder) == project
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_project_saved_elsewhere_takes_its_data_along(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "new"
    project = Project.load(written(folder, GOOD + SERIES.replace("FILE", "cases.csv")))
    assert Project.load(project.save(other)) == project
    assert (other / "cases.csv").read_text() == (folder / "cases.csv").read_text()


def test_paths_name_every_setting_once():
    project = Project.load("nyc_covid")
    paths = [setting.path for setting in project.settings()]
    assert len(paths) == len(set(paths))
    assert {"population.people", "disease.transmission", "policies.masks.coverage"} <= set(paths)
    for setting in project.settings():
        assert project.value(setting.path) == getattr(setting.component, setting.name)
    assert project.value("networks.school.intensity") == 1.0


def test_live_quantities_are_those_that_a_run_may_move():
    project = Project.load("nyc_covid")
    live = {setting.path for setting in project.quantities(live_only=True)}
    assert "behaviours.isolate_when_ill.share_isolating" in live
    assert "disease.latent_period" not in live
    assert live < {setting.path for setting in project.quantities()}


def test_changing_a_value_leaves_the_project_as_it_was():
    project = Project.load("nyc_covid")
    changed = project.with_value("policies.masks.coverage", 0.5)
    assert changed.value("policies.masks.coverage") == 0.5
    assert project.value("policies.masks.coverage") == 0.0


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("policies.mask.coverage", 0.5, 'Did you mean "policies.masks.coverage"'),
        ("networks", 0.5, "no such setting"),
        ("policies.masks.coverage", 50, "policies.masks.coverage: must be at most 1, not 50"),
        ("population.people", 1e6, "population.people: must be a whole number"),
        ("days", 0, "days: must be at least 1"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_path(path, value, expected):
    with pytest.raises(ProjectError, match=expected):
        Project.load("nyc_covid").with_value(path, value)


def test_days_are_dates():
    project = Project.load("nyc_covid")
    assert project.date_of(0) == dt.date(2020, 3, 1)
    assert project.date_of(31) == dt.date(2020, 4, 1)


@pytest.mark.parametrize("name", ["nyc_covid", "school_flu"])
def test_bundled_samples_open_by_name(name):
    assert name in sample_names()
    assert Project.load(name).folder is not None
