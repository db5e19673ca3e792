"""A guess counts as the observations of a run do, and scales what belongs to all people."""

import numpy as np
import pytest

from populace.engine.analysis.record import Record
from populace.engine.calibration.guesses import Guesses
from populace.engine.calibration.plan import FitPlan
from populace.engine.calibration.series import FitSeries
from populace.engine.errors import ProjectError
from populace.engine.observations.admissions import Admissions
from populace.engine.observations.deaths import Deaths
from populace.engine.project import Project
from populace.engine.simulation import Simulation

DAYS, SEED, VALUE = 30, 5, 0.2
LAST = "2024-03-29"
TOWN = {
    "name": "Town",
    "start_date": "2024-02-28",
    "days": DAYS,
    "population": {"kind": "town", "people": 1_500},
    "networks": [{"kind": name} for name in ("household", "community")],
    "disease": {"kind": "covid_like", "initial_infected": 60},
}


@pytest.fixture(scope="module")
def town():
    return Project.from_spec(TOWN)


@pytest.fixture(scope="module")
def run(town):
    """The same run, day by day and with its record."""
    simulation = Simulation(town.with_value("disease.transmission", VALUE), seed=SEED)
    counts, ever = [simulation.counts], [simulation.ever_infected]
    for _ in range(DAYS):
        simulation.step()
        counts.append(simulation.counts)
        ever.append(simulation.ever_infected)
    return np.array(counts), np.diff(ever, prepend=ever[0]), Record.of(simulation)


def curves(project, *series, people=None, quantities=None, values=(VALUE,)):
    usual = [{"path": "disease.transmission", "low": 0.01, "high": 0.3}]
    spec = {
        "quantities": quantities or usual,
        "series": [
            {"name": f"s{number}", "data": {LAST: 1}, **one} for number, one in enumerate(series)
        ],
        "people": people,
    }
    guesses = Guesses(FitPlan.read(spec, project), project)
    return guesses.curves(values, SEED, guesses.world(lambda message, share: None))


def test_series_count_what_the_observations_of_the_run_count(town, run):
    counts, new, record = run
    found = curves(
        town,
        {"observes": "present", "states": "hospitalised"},
        {"observes": "infections"},
        {"observes": "admissions"},
        {"observes": "deaths"},
    )
    states = [state.name for state in record.states]
    hospital, infections, admitted, died = found
    assert hospital.tolist() == counts[:, :, states.index("hospitalised")].sum(axis=1).tolist()
    assert infections.tolist() == new.tolist()
    in_hospital = ", ".join(state.name for state in record.states if state.in_hospital)
    table = Admissions(states=in_hospital).observe(record)
    assert admitted[1:].tolist() == table["admitted"][1:].tolist()
    assert died[1:].tolist() == Deaths().observe(record)["deaths"][1:].tolist()
    assert hospital.max() > 3
    assert admitted.sum() > 3
    assert died.sum() > 0


def test_places_add_up_to_all_and_an_unknown_one_is_refused(town, run):
    _, _, record = run
    names = record.region_names
    whole, *parts = curves(
        town,
        {"observes": "infections"},
        *({"observes": "infections", "place": name} for name in names),
    )
    assert len(names) > 1
    assert np.array_equal(sum(parts), whole)
    with pytest.raises(ProjectError, match='no place called "Nowhere"'):
        curves(town, {"observes": "infections", "place": "Nowhere"})


def test_what_is_reported_comes_late_in_part_and_by_the_week(town):
    whole, late, share, weekly = curves(
        town,
        {"observes": "infections"},
        {"observes": "infections", "delay": 3, "delay_shape": 0},
        {"observes": "infections", "reported": 0.25},
        {"observes": "infections", "days_each": 7},
    )
    assert np.array_equal(late[3:], whole[:-3])
    assert np.array_equal(share, whole / 4)
    assert weekly[20] == whole[14:21].sum()


def test_new_counts_that_are_evenly_apart_add_up_the_days_between(village):
    weekly = {"2024-03-04": 5, "2024-03-11": 9, "2024-03-18": 7}
    uneven = {"2024-03-04": 5, "2024-03-11": 9, "2024-03-16": 7}

    def days_each(data, **more):
        return FitSeries.read({"data": data, **more}, village, None, "series").days_each

    assert days_each(weekly, observes="infections") == 7
    assert days_each(weekly, observes="infections", days_each=1) == 1
    assert days_each(uneven, observes="infections") == 1
    assert days_each(weekly, observes="present", states="infectious") == 1


def test_a_spread_delay_loses_nobody_but_those_who_come_after_the_end(town):
    whole, late = curves(town, {"observes": "infections"}, {"observes": "infections", "delay": 2.5})
    when = np.arange(DAYS + 1)
    early = whole.copy()
    assert late.sum() < early.sum()
    # Up to the middle of the epidemic: those reported by a day were infected before it.
    assert (np.cumsum(late) <= np.cumsum(early) + 1e-9).all()
    assert (late * when).sum() / late.sum() > (early * when).sum() / early.sum()


def test_fewer_people_have_their_share_of_the_first_infected_and_stand_for_all(town):
    first = [{"path": "disease.initial_infected", "low": 1, "high": 1_400}]
    [found] = curves(
        town,
        {"observes": "present", "states": "exposed"},
        people=750,
        quantities=first,
        values=(200,),
    )
    # Everybody who is infected first is exposed on the evening of day 0: 100 of 750, who count 2.
    assert found[0] == 200


def test_an_error_of_a_guess_names_its_values(town):
    first = [{"path": "disease.initial_infected", "low": 1, "high": 10_000}]
    with pytest.raises(ProjectError, match=r"disease.initial_infected = 9000"):
        curves(town, {"observes": "infections"}, quantities=first, values=(9_000,))
