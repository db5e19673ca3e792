"""What observations count is shown in words, to whoever looks, while the run goes on."""

import html
import logging
import re
import time
from dataclasses import replace

import numpy as np
import pytest
from bokeh.document import Document

from populace.engine.analysis.record import Record
from populace.engine.analysis.table import Table
from populace.engine.errors import ProjectError
from populace.engine.observations.attack_rate import AttackRate
from populace.engine.observations.base import Measurement
from populace.engine.project import Project
from populace.engine.registry import kinds
from populace.engine.runner import Runner
from populace.engine.simulation import Simulation
from populace.studio.courier import Courier
from populace.studio.measuring import Measuring, findings_of
from populace.studio.runs import Runs
from populace.studio.session import Session
from populace.studio.views import measured
from populace.studio.views.export_menu import as_file
from populace.studio.views.measured import Measured
from populace.studio.views.measured_figures import body
from populace.studio.views.measured_words import COLUMNS, title_of

DAYS = 40
NURSES = {"by": "attribute", "by_attribute": "nurse"}
MODEL = {
    "name": "A measured town",
    "start_date": "2025-10-01",
    "days": DAYS,
    "population": {"kind": "town", "people": 4_000},
    "attributes": [{"kind": "share", "name": "nurse", "share": 0.3}],
    "networks": [{"kind": name} for name in ("household", "school", "workplace", "community")],
    "disease": {"kind": "covid_like", "initial_infected": 40},
    "policies": [{"kind": "vaccination", "doses_per_day": 20}],
}


def model(*observations):
    """Return the project of a small town that observes this."""
    return Project.from_spec({**MODEL, "observations": list(observations)})


def measurements():
    """Return the kinds of observation that count a run."""
    return [name for name, kind in kinds("observations").items() if issubclass(kind, Measurement)]


def columns_of(table):
    """Return the columns of a table as lists, to be compared."""
    return {name: np.asarray(column).tolist() for name, column in table.columns.items()}


def words(markup):
    """Return the text that a person reads."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


@pytest.fixture(scope="module")
def record():
    """Return a town's run that every kind of observation can count."""
    project = model(
        {"kind": "attack_rate", **NURSES},
        {"kind": "attack_rate", "name": "by_age", "by": "age"},
        {"kind": "attack_rate", "name": "by_network", "by": "network"},
        *({"kind": name, "name": f"{name}_too"} for name in measurements()),
        {"kind": "cases", "name": "cases_by_age", "by": "age"},
    )
    simulation = Simulation(project)
    simulation.run(DAYS)
    return Record.of(simulation)


@pytest.fixture(scope="module")
def found(record):
    """Return what was counted, by own name."""
    return {one.part.own_name: one for one in findings_of(record).counted}


@pytest.fixture
def shown(record, found):
    """Return the HTML of an observation by its own name."""
    findings = findings_of(record)
    return lambda name: body(found[name], findings, record.project)


@pytest.fixture
def runs():
    made = Runs(grace_s=0.05)
    yield made
    made.close()


@pytest.fixture
def running():
    """Start runners that are closed after the test."""
    made = []

    def start(project, autoplay=True):
        runner = Runner(project)
        made.append(runner)
        runner.start(autoplay=autoplay)
        return runner

    yield start
    for runner in made:
        runner.close()


@pytest.fixture
def counting(monkeypatch):
    """Return the days on which attack rates were counted, instead of counting them."""
    days = []
    monkeypatch.setattr(AttackRate, "observe", lambda self, record: days.append(record.last_day))
    return days


def wait_for(reached, seconds=90):
    """Wait for another thread."""
    limit = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_a_run_on_the_screen_is_counted_as_one_of_the_engine(running, found, record):
    runner = running(record.project)
    measuring, told = Measuring(runner), []
    measuring.watch(told.append)
    wait_for(lambda: told and told[-1].day == DAYS)
    measuring.close()
    counted = {one.part.own_name: one for one in told[-1].counted}
    assert counted.keys() == found.keys()
    for name, one in counted.items():
        assert repr(columns_of(one.table)) == repr(columns_of(found[name].table)), name


def test_a_run_that_goes_on_is_counted_up_to_a_whole_day_of_it(running):
    observed = {"kind": "attack_rate", "by": "everybody"}, {"kind": "doses"}
    runner = running(model(*observed), autoplay=False)
    runner.set_speed(20.0)  # so slow that it is counted on the way on every machine
    runner.run()
    wait_for(lambda: runner.snapshot is not None and runner.snapshot.day >= 3)
    told = []
    while runner.status.phase == "running":
        if (record := runner.record()) is not None:
            told.append(findings_of(record))
    wait_for(lambda: runner.status.phase == "finished")
    assert told
    days = {day.day: day for day in runner.history}
    for one in told:
        rate, doses = (counted.table for counted in one.counted)
        ever = sum(days[day].incidence for day in range(1, one.day + 1)) + 40
        assert rate["ever_infected"].tolist() == [ever]
        assert len(doses) == one.day + 1


def test_nothing_is_counted_unless_somebody_looks(running, counting):
    runner = running(model({"kind": "attack_rate"}), autoplay=False)
    wait_for(lambda: runner.status.phase == "paused")
    measuring, told = Measuring(runner), []
    runner.step()
    wait_for(lambda: runner.snapshot is not None and runner.snapshot.day == 1)
    assert counting == []
    leave = measuring.watch(told.append)
    wait_for(lambda: told)
    leave()
    wait_for(lambda: measuring._thread is None)
    runner.step()
    wait_for(lambda: runner.snapshot is not None and runner.snapshot.day == 2)
    time.sleep(0.5)
    assert counting == [1]
    measuring.watch(told.append)  # and whoever comes back is told again
    wait_for(lambda: counting == [1, 2])
    measuring.close()


def test_pages_that_look_at_one_run_share_what_was_counted(running, counting):
    runner = running(model({"kind": "attack_rate"}), autoplay=False)
    wait_for(lambda: runner.status.phase == "paused")
    measuring, one, other = Measuring(runner), [], []
    measuring.watch(one.append)
    measuring.watch(other.append)
    wait_for(lambda: one and other)
    assert other[0] is one[0]
    assert counting == [0]
    measuring.close()


def test_an_observation_that_fails_says_why_and_the_others_are_counted(record, monkeypatch, caplog):
    def fails(self, record):
        raise ProjectError("the people have no such thing") if self.called else ArithmeticError

    monkeypatch.setattr(AttackRate, "observe", fails)
    findings = findings_of(record)
    errors = {one.part.own_name: one.error for one in findings.counted if one.error}
    assert set(errors) == {"attack_rate", "by_age", "by_network", "attack_rate_too"}
    assert "no such thing" in errors["by_age"]
    assert [one.levelno for one in caplog.records] == [logging.ERROR]
    wrong = next(one for one in findings.counted if one.part.own_name == "by_age")
    assert "no such thing" in words(body(wrong, findings, record.project))


def test_attack_rates_are_told_by_group_and_of_all_with_the_counts(found, shown, record):
    table = found["attack_rate"].table
    told = words(shown("attack_rate"))
    no, yes = (
        f"{100 * rate:.1f} % {people:,} {ever:,}"
        for rate, people, ever in zip(
            table["attack_rate"], table["people"], table["ever_infected"], strict=True
        )
    )
    assert told.startswith("Nurse Attack rate People Ever infected")
    assert f"No {no}" in told
    assert f"Yes {yes}" in told
    ever = record.events.after[record.events.before == 0].size
    assert f"All {100 * ever / 4_000:.1f} % 4,000 {ever:,}" in told


def test_groups_have_names_in_words(shown):
    ages = words(shown("by_age"))
    assert ages.startswith("Age, years Attack rate")
    assert "5 to 9" in ages
    assert "75 and over" in ages
    networks = words(shown("by_network"))
    assert "Workplace" in networks
    assert "First infected, or infected from outside" in networks
    ever = words(shown("by_network")).split("All ")[1]
    assert ever == words(shown("attack_rate")).split("All ")[1]


def test_a_series_has_the_dates_of_the_run_and_its_newest_numbers(found, shown):
    told, cases = words(shown("cases_too")), found["cases_too"].table["cases"]
    assert f"Reported cases: {cases[-1]:,} on 10 Nov, {cases.sum():,} in all" in told
    assert "1 Oct" in told
    assert "1 Nov" in told or "29 Oct" in told
    assert shown("cases_too").count("<polyline") == 1


def test_a_series_by_group_has_a_row_and_a_sum_for_each(found, shown):
    table = found["cases_by_age"].table
    told = words(shown("cases_by_age"))
    for name, age in (("0-4", "0 to 4"), ("75+", "75 and over")):
        assert f"{age} {table['cases'][table['age'] == name].sum():,}" in told
    assert told.endswith(f"All {table['cases'].sum():,}")


@pytest.mark.parametrize("kind", measurements())
def test_every_kind_of_observation_is_shown_without_the_names_of_columns(kind, found, shown):
    one = found[f"{kind}_too"]
    told = words(shown(f"{kind}_too"))
    assert not re.search(r"[a-z]_[a-z]|nan|inf\b", told), told
    assert len(told) > 20
    assert "_" not in title_of(one.part)
    described = {name for name in one.table.columns if name in COLUMNS}
    assert described or kind == "doses"


def test_many_groups_are_folded_away_and_none_is_lost(record, found, shown):
    table = found["by_age"].table
    many = Table({name: np.tile(column, 3) for name, column in table.columns.items()})
    folded = body(replace(found["by_age"], table=many), findings_of(record), record.project)
    assert "32 more" in words(folded)
    assert folded.count('scope="row"') == 3 * 16 + 1
    shares = [float(one) for one in re.findall(r"([\d.]+) % [\d,]+ [\d,]+", words(folded))]
    assert shares[:16] == sorted(shares[:16], reverse=True)
    assert "<details" not in shown("by_age")


def test_a_table_is_saved_as_it_was_counted(found):
    lines = as_file(found["attack_rate"].table, "csv").decode().splitlines()
    assert lines[0] == '"nurse","people","ever_infected","attack_rate"'
    assert len(lines) == 3


def pane(runs, project, monkeypatch):
    """Return the pane of a page, its messages, and what does the page's own work."""
    document = Document()
    session = Session(project, document=document, runs=runs)
    said = []
    monkeypatch.setattr(Measured, "_send_msg", lambda self, message: said.append(message))
    return Measured(session, Courier()), said, session


def test_a_model_without_observations_says_what_to_do(runs, monkeypatch):
    view, said, _ = pane(runs, model(), monkeypatch)
    view._look(True)
    assert said[-1]["state"] == measured.NOTHING
    assert said[-1]["offer"]
    assert said[-1]["items"] == []


def test_what_was_counted_is_the_last_day_only_when_it_is(runs, record, monkeypatch):
    project = model({"kind": "attack_rate", "by": "everybody"})
    view, said, _ = pane(runs, project, monkeypatch)
    view._phase = "finished"
    for day, words in ((4, "; the rest is being counted."), (DAYS, ", the last day.")):
        view._take(replace(findings_of(record), day=day), [])
        assert said[-1]["state"].endswith(f"day {day}{words}")


def test_people_who_are_computed_are_not_measured_and_the_page_says_why(runs, monkeypatch):
    spec = Project.load("billion").spec()
    spec["population"] |= {"people": 20_000, "rows_up_to": 0}
    spec["disease"]["initial_infected"] = 100
    view, said, session = pane(runs, Project.from_spec(spec), monkeypatch)
    wait_for(lambda: session.runner.snapshot is not None)
    view._look(True)
    assert said[-1]["state"] == measured.COMPUTED
    assert not said[-1]["offer"]


def test_observed_data_is_named_where_it_is_drawn(runs, monkeypatch):
    view, said, _ = pane(runs, Project.load("school_flu"), monkeypatch)
    view._look(True)
    [item] = said[-1]["items"]
    assert "drawn as circles over the curves" in item["about"]


def test_a_page_that_closes_is_counted_for_no_more(runs, monkeypatch):
    view, _, session = pane(runs, model({"kind": "attack_rate"}), monkeypatch)
    view._look(True)
    assert session.measuring._watchers
    session.close()
    assert not session.measuring._watchers
