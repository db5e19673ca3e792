"""What a fit.yaml may say, what is said of a wrong one, and what is suggested without one."""

import copy
import datetime as dt

import numpy as np
import pytest

from populace.engine.calibration.plan import FitPlan
from populace.engine.calibration.prior import Prior
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.project_file import yaml_text

GOOD = {
    "quantities": [
        {"path": "disease.transmission", "low": 0.4, "high": 1.6},
        {"path": "disease.infectious_period", "kind": "log_normal", "median": 3, "spread": 0.3},
        {"path": "disease.initial_infected", "low": 1, "high": 30},
    ],
    "series": [
        {"data": {"2024-03-01": 9, "2024-03-02": 12}, "likelihood": "normal", "sd": 4},
        {"file": "cases.csv", "observes": "infections", "delay": 2, "reported": 0.5},
    ],
    "runs": 800,
    "particles": 100,
    "people": 300,
    "seed": 3,
}


@pytest.fixture
def folder(village, tmp_path):
    village.save(tmp_path)
    (tmp_path / "cases.csv").write_text("date,count\n2024-03-01,5\n2024-03-05,7\n")
    (tmp_path / "late.csv").write_text("date,count\n2024-06-01,5\n")
    return tmp_path


def edited(*path, value):
    spec = copy.deepcopy(GOOD)
    part = spec
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return spec


def test_a_plan_is_read_written_and_read_as_the_same(folder):
    project = Project.load(folder)
    (folder / "fit.yaml").write_text(yaml_text(GOOD))
    plan = FitPlan.of_project(project)
    assert plan.as_spec() == GOOD | {"method": "abc_smc", "seed": 3} | {
        "quantities": plan.as_spec()["quantities"]
    }
    assert [one.path for one in plan.quantities] == [one["path"] for one in GOOD["quantities"]]
    assert plan.quantities[1].prior.low == 1  # the setting's own bound
    assert plan.quantities[2].whole
    # With the data inside it needs no files.
    (folder / "cases.csv").unlink()
    again = FitPlan.read(plan.as_spec(whole=True), project)
    for one, other in zip(plan.series, again.series, strict=True):
        assert (one.dates == other.dates).all()
        assert (one.values == other.values).all()
        assert vars(one) | {"source": 0, "dates": 0, "values": 0} == vars(other) | {
            "source": 0, "dates": 0, "values": 0
        }  # fmt: skip
    assert again.quantities == plan.quantities
    assert (again.runs, again.particles, again.people, again.seed) == (800, 100, 300, 3)


WRONG = {
    "an unknown entry": (("run",), 5, "run", "no such entry"),
    "no quantities": (("quantities",), [], "quantities", "at least one"),
    "quantities that are no list": (("quantities",), 3, "quantities", "a list"),
    "a quantity that is no mapping": (("quantities", 0), 3, "quantities[0]", "names with values"),
    "a path that is not there": (
        ("quantities", 0, "path"), "disease.transmision", "quantities[0].path", "Did you mean"
    ),
    "a path that is no number": (
        ("quantities", 0, "path"), "disease.initial_state", "quantities[0].path", "no number"
    ),
    "a path twice": (
        ("quantities", 1), GOOD["quantities"][0], "quantities", "there twice"
    ),
    "a bound beyond the setting's": (
        ("quantities", 0, "high"), 50, "quantities[0].high", "at most 5"
    ),
    "a bound below the setting's": (
        ("quantities", 0, "low"), -1, "quantities[0].low", "at least 0"
    ),
    "a range the wrong way round": (("quantities", 0, "low"), 4, "quantities[0]", "below high"),
    "an unknown prior": (
        ("quantities", 0, "kind"), "uniforms", "quantities[0].kind", "Did you mean"
    ),
    "no series": (("series",), None, "series", "at least one"),
    "a series of nothing": (("series", 0), {"label": "x"}, "series[0]", "one of observation"),
    "a series of two": (
        ("series", 0, "file"), "cases.csv", "series[0]", "one of observation"
    ),
    "an unknown key of a series": (
        ("series", 0, "reportd"), 1, "series[0].reportd", "Did you mean"
    ),
    "data that are no mapping": (("series", 0, "data"), [1], "series[0].data", "dates"),
    "a date that is none": (("series", 0, "data"), {"soon": 1}, "series[0].data", "be a date"),
    "a count that is none": (
        ("series", 0, "data"), {"2024-03-01": -1}, "series[0].data.2024-03-01", "people"
    ),
    "a time of the day": (
        ("series", 0, "data"), {dt.datetime(2024, 3, 1, 8): 1, dt.date(2024, 3, 2): 1},
        "series[0].data", "be a date",
    ),
    "a date twice": (
        ("series", 0, "data"), {"2024-03-01": 1, "20240301": 2},
        "series[0].data.2024-03-01", "twice",
    ),
    "a count that no computer holds": (
        ("series", 0, "data"), {"2024-03-01": 10**400}, "series[0].data.2024-03-01", "people"
    ),
    "a bound that no computer holds": (
        ("quantities", 0, "high"), 10**400, "quantities[0].high", "finite"
    ),
    "an error that no computer holds": (
        ("series", 0, "sd"), 10**400, "series[0].sd", "below 1e9"
    ),
    "data before the first day": (
        ("series", 0, "data"), {"2024-01-01": 1}, "series[0]", "runs are from 2024-02-28"
    ),
    "data after the last day": (("series", 1, "file"), "late.csv", "series[1]", "2024-03-19"),
    "a file that is not there": (("series", 1, "file"), "none.csv", "series[1].file", "no file"),
    "a file elsewhere": (("series", 1, "file"), "../x.csv", "series[1].file", "leaves"),
    "a column that is not there": (
        ("series", 1, "column"), "cuont", "series[1].column", "Did you mean"
    ),
    "an observation that is not there": (
        ("series", 0), {"observation": "cases"}, "series[0].observation", "no such data"
    ),
    "what cannot be observed": (
        ("series", 0, "observes"), "rumours", "series[0].observes", "nothing is called"
    ),
    "what the disease does not have": (
        ("series", 1, "observes"), "deaths", "series[1].observes", "no state that means deaths"
    ),
    "a state that is not there": (
        ("series", 0, "states"), "infectios", "series[0].states", "Did you mean"
    ),
    "a delay of those who are present": (
        ("series", 0, "delay"), 3, "series[0].delay", "day by day"
    ),
    "half a day": (("series", 1, "delay"), 0.5, "series[1].delay", "mean of 1 to 60"),
    "a share above all": (("series", 1, "reported"), 40, "series[1].reported", "to 1"),
    "half a stage": (("series", 1, "delay_shape"), 1.5, "series[1].delay_shape", "whole number"),
    "an unknown likelihood": (
        ("series", 0, "likelihood"), "gauss", "series[0].likelihood", "no likelihood"
    ),
    "a number of another likelihood": (
        ("series", 0, "dispersion"), 4, "series[0].dispersion", "no number of normal"
    ),
    "an error of nothing": (("series", 0, "sd"), 0, "series[0].sd", "at least"),
    "an error in words": (("series", 0, "sd"), "small", "series[0].sd", "a number"),
    "an unknown method": (("method",), "adam", "method", "no method"),
    "too few runs": (("runs",), 300, "runs", "from 400 to"),
    "no whole number of runs": (("runs",), 900.5, "runs", "whole number"),
    "too few guesses a step": (("particles",), 2, "particles", "from 20 to"),
    "nobody": (("people",), 0, "people", "from 1 to 600"),
    "a seed below 0": (("seed",), -1, "seed", "from 0 to"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_in_a_fit_file_is_told_in_one_line_with_its_place(case, folder):
    path, value, place, words = WRONG[case]
    (folder / "fit.yaml").write_text(yaml_text(edited(*path, value=value)))
    with pytest.raises(ProjectError) as found:
        FitPlan.read_file(folder / "fit.yaml", Project.load(folder))
    assert (found.value.file, found.value.place) == ("fit.yaml", place)
    assert words in found.value.cause
    assert "\n" not in str(found.value)


def test_a_suggestion_fits_what_is_usual_to_all_data_of_a_project():
    project = Project.load("school_flu")
    plan = FitPlan.suggest(project)
    values = {one.path: one.prior for one in plan.quantities}
    assert set(values) == {
        "disease.transmission", "disease.infectious_period", "disease.initial_infected",
    }  # fmt: skip
    for path, prior in values.items():
        assert prior.low < project.value(path) < prior.high
    assert [one.observes for one in plan.series] == ["present"]
    assert np.array_equal(plan.series[0].days(project), np.arange(1, 15))
    assert plan.people is None


def test_a_large_city_is_fitted_with_fewer_people_and_one_without_data_not_at_all(tmp_path):
    city = Project.load("town_flu").with_value("population.people", 50_000)
    assert FitPlan.suggest(city) is None
    (tmp_path / "seen.csv").write_text(f"date,count\n{city.date_of(3)},5\n")
    spec = city.spec() | {
        "observations": [{"kind": "observed_series", "file": "seen.csv", "measures": "new"}]
    }
    plan = FitPlan.suggest(Project.from_spec(spec, folder=tmp_path))
    assert plan.people == 20_000
    assert plan.series[0].observes == "infections"


@pytest.mark.parametrize(
    "spec",
    [
        {"low": 1.0, "high": 3.0},
        {"kind": "normal", "mean": 2.0, "sd": 0.5, "low": 0.0},
        {"kind": "log_normal", "median": 2.0, "spread": 0.3, "high": 9.0},
    ],
)
def test_a_prior_is_written_as_it_was_read(spec):
    assert Prior.read(spec, "").as_spec() == spec


def test_two_series_of_one_name_need_names_of_their_own(folder):
    spec = edited("series", value=[GOOD["series"][1]] * 2)
    with pytest.raises(ProjectError, match='"cases" is there twice: give each a name'):
        FitPlan.read(spec, Project.load(folder))
