"""Studies: the same seeds for all, pairs that cancel chance, and an end when it is enough."""

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.scenarios.batch import Task
from populace.engine.scenarios.comparison import compare, runs_table
from populace.engine.scenarios.figures import figures_of, value_of
from populace.engine.scenarios.intervals import mean_of
from populace.engine.scenarios.stopping import LEAST_RUNS, Enough, unseen_share
from populace.engine.scenarios.store import Store
from populace.engine.scenarios.study import Study, labelled, require_figure

PATIENCE_S = 120


def results(study, store, at_once=None):
    batch = study.batch(store, at_once).start()
    assert batch.join(PATIENCE_S)
    return batch


def cells(rows, name):
    [row] = [row for row in rows if row.name == name]
    return row.cells


@pytest.fixture(scope="module")
def projects(small):
    closed = small.spec() | {
        "policies": [{"kind": "masks"}, {"kind": "school_closure", "start_day": 4, "end_day": 14}]
    }
    return {
        "Baseline": small,
        "Nothing changed": type(small).from_spec(small.spec()),
        "Masks": small.with_values({"policies.masks.coverage": 0.8}),
        "Faster": small.with_value("disease.transmission", 0.15),
        "Schools closed": type(small).from_spec(closed),
    }


@pytest.fixture(scope="module")
def compared(projects, tmp_path_factory):
    study = Study.of(projects, 5)
    batch = results(study, Store(tmp_path_factory.mktemp("runs")))
    return study.runs(batch.results), batch


def test_a_scenario_without_a_change_averts_exactly_nothing(compared):
    runs, batch = compared
    for row in compare(runs):
        same = row.cells[1]
        assert (same.change.value, same.change.low, same.change.high) == (0.0, 0.0, 0.0)
    assert batch.progress.runs == 4 * 5  # and nothing was run for it


def test_what_is_averted_is_the_mean_of_the_pairs(compared):
    runs, _ = compared
    pairs = zip(runs["Baseline"], runs["Masks"], strict=True)
    gaps = [one.ever_infected - other.ever_infected for one, other in pairs]
    found = cells(compare(runs), "infections")[2]
    assert found.change == mean_of(gaps)
    assert found.pairs == 5
    assert found.change.value > 0
    assert found.share == pytest.approx(
        np.mean(gaps) / np.mean([one.ever_infected for one in runs["Baseline"]])
    )


def test_pairs_tell_more_than_runs_apart(compared):
    """A weak change is lost among runs with other seeds, and found among pairs."""
    runs, _ = compared
    found = cells(compare(runs), "infections")[4].change
    first, other = (
        np.array([one.ever_infected for one in runs[name]])
        for name in ("Baseline", "Schools closed")
    )
    apart = np.sqrt((first.var(ddof=1) + other.var(ddof=1)) / len(first))
    assert found.half_width < 0.7 * 2.78 * apart


def test_days_and_doses_are_added_and_not_averted(compared):
    runs, _ = compared
    rows = {row.name: row for row in compare(runs)}
    days = rows["days_in_force.school_closure"]
    assert days.compared == "added"
    assert [cell.mean for cell in days.cells] == [0, 0, 0, 0, 10]
    assert days.cells[4].change.value == 10.0
    assert rows["peak_day"].compared == "added"
    assert rows["deaths"].compared == "averted"


def test_more_infections_are_averted_with_a_minus(compared):
    runs, _ = compared
    assert cells(compare(runs), "infections")[3].change.high < 0


def test_without_common_seeds_there_is_no_interval(compared):
    runs, _ = compared
    rows = compare({"a": runs["Baseline"][:2], "b": runs["Masks"][2:]})
    found = cells(rows, "infections")[1]
    assert found.pairs == 0
    assert np.isnan(found.change.low)
    assert rows[0].as_dict()["cells"][1]["change"]["low"] is None


def test_every_run_is_in_the_table(compared):
    runs, _ = compared
    table = runs_table(runs)
    assert len(table) == 25
    row = list(zip(table["scenario"], table["seed"], strict=True)).index(("Masks", 3))
    assert table["infections"][row] == runs["Masks"][2].ever_infected
    assert table["days_in_force.school_closure"].sum() == 50


def test_a_study_of_other_lengths_is_refused(projects, small):
    longer = projects | {"Longer": small.with_value("days", 26)}
    with pytest.raises(ProjectError, match=r'Longer: runs for 26 days and "Baseline" for 25'):
        Study.of(longer, 2)


@pytest.mark.parametrize("runs", [0, 10_001])
def test_a_number_of_runs_that_cannot_be_is_refused(projects, runs):
    with pytest.raises(ProjectError, match=r"--runs: must be from 1 to 10,000"):
        Study.of(projects, runs)


def test_seeds_that_would_be_too_large_are_refused(small):
    with pytest.raises(ProjectError, match="seed"):
        Study.of({"a": small.with_value("seed", 2**63 - 1)}, 2)


def test_runs_up_to_the_first_gap_count(projects, compared):
    _, batch = compared
    study = Study.of(projects, 5)
    missing = Task.of(study.models[2], study.seeds[3]).key
    some = {key: one for key, one in batch.results.items() if key != missing}
    assert study.counted(some) == 3
    assert [len(runs) for runs in study.runs(some).values()] == [3] * 5


def test_it_stops_as_soon_as_the_interval_is_narrow(small, tmp_path):
    rule = Enough("infections", 0.2, least=4)
    study = Study.of({"town": small}, 60, rule)
    batch = results(study, Store(tmp_path / "a"), at_once=2)
    count = study.counted(batch.results)
    values = [one.ever_infected for one in study.runs(batch.results)["town"]]
    assert 4 <= count == len(values) < 60
    assert mean_of(values).half_width <= 0.2 * np.mean(values)
    assert count == 4 or mean_of(values[:-1]).half_width > 0.2 * np.mean(values[:-1])
    assert batch.progress.phase == "enough"
    assert batch.progress.computed <= count + 2
    # In another order, and with more runs at hand than needed, the answer is the same.
    more = Study.of({"town": small}, count + 8)
    kept = Store(tmp_path / "b")
    results(more, kept, at_once=1)
    again = results(study, kept)
    assert [one.ever_infected for one in study.runs(again.results)["town"]] == values
    assert again.progress.computed == 0


def test_scenarios_stop_when_all_differences_are_known(projects, tmp_path):
    chosen = {name: projects[name] for name in ("Baseline", "Masks", "Schools closed")}
    rule = Enough("infections", 0.25, least=3)
    study = Study.of(chosen, 40, rule)
    batch = results(study, Store(tmp_path))
    runs = study.runs(batch.results)
    usual = np.mean([value_of(one, "infections") for one in runs["Baseline"]])
    for cell in cells(compare(runs), "infections")[1:]:
        assert cell.change.half_width <= 0.25 * usual
    assert study.satisfied(batch.results)
    assert 3 <= study.counted(batch.results) < 40


def test_a_rule_that_is_never_met_runs_all(small, store):
    study = Study.of({"town": small}, 4, Enough("infections", 0.001, least=3))
    batch = results(study, store)
    assert batch.progress.phase == "finished"
    assert study.counted(batch.results) == 4
    assert not study.satisfied(batch.results)


def test_an_early_end_covers_the_truth_nearly_as_often_as_it_says():
    """Runs that spread like a normal distribution; docs/scenarios.md has the figure."""
    draw = np.random.default_rng(5)
    rule, covered, repeats = Enough("infections", 0.1), 0, 300
    for _ in range(repeats):
        values = draw.normal(1.0, 0.25, 200)
        count = next(n for n in range(LEAST_RUNS, 201) if rule.narrow(values[:n]))
        mean = mean_of(values[:count])
        covered += mean.low <= 1.0 <= mean.high
    assert 0.90 <= covered / repeats <= 0.985


@pytest.mark.parametrize("within", [0.0, 0.0009, 0.51, -1])
def test_a_width_that_cannot_be_is_refused(within):
    with pytest.raises(ProjectError, match=r"--within: must be from 0.001 to 0.5"):
        Enough("infections", within)


def test_what_was_never_seen_is_not_excluded():
    assert unseen_share(60) == 0.05
    assert unseen_share(1) == 1.0


def test_an_unknown_figure_is_refused_with_a_hint(compared):
    runs, _ = compared
    one = runs["Baseline"][0]
    require_figure(one, "deaths")
    with pytest.raises(ProjectError, match=r'no figure "death". Did you mean "deaths"'):
        require_figure(one, "death")
    assert list(figures_of(one))[:2] == ["infections", "infected_peak"]


def test_equal_labels_are_told_apart():
    assert labelled(["a", "a", "b", "a"], [1, 2, 3, 4]) == {"a": 1, "a (2)": 2, "b": 3, "a (3)": 4}
