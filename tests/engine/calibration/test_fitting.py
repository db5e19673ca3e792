"""A fit finds what was planted, says what it cannot find, and goes on where it was stopped."""

import json

import numpy as np
import pytest

from populace.engine.calibration.fit_file import FIT_FILE
from populace.engine.calibration.fitting import Fitting
from populace.engine.calibration.guesses import Guesses
from populace.engine.calibration.plan import FitPlan
from populace.engine.calibration.ranks import ranks, unevenness
from populace.engine.errors import ProjectError

TRUE = 0.9


def fitted(project, plan, folder=None, **settings):
    fit = Fitting(project, plan, folder, **settings).start()
    assert fit.join(60)
    return fit


def same(one, other):
    """Tell whether two posteriors are equal to the last bit."""
    return (
        np.array_equal(one.values, other.values)
        and np.array_equal(one.weights, other.weights)
        and all(np.array_equal(a, b) for a, b in zip(one.curves, other.curves, strict=True))
        and (one.generation, one.farthest) == (other.generation, other.farthest)
    )


@pytest.fixture
def seen(village):
    """A plan for what a run of the village with known values let be seen."""
    spec = {
        "quantities": [
            {"path": "disease.transmission", "low": 0.4, "high": 1.6},
            # Nothing comes from elsewhere in the time of the data: no data can tell when.
            {"path": "disease.life_expectancy", "low": 50, "high": 90},
        ],
        "series": [
            {
                "name": "ill",
                "data": {f"2024-03-{day:02}": 1 for day in range(1, 17)},
                "likelihood": "poisson",
            }
        ],
        "runs": 420,
        "particles": 50,
        "seed": 2,
    }
    plan = FitPlan.read(spec, village)
    guesses = Guesses(plan, village)
    world = guesses.world(lambda message, share: None)
    [drawn] = guesses.drawn(guesses.curves((TRUE, 70), 99, world), np.random.default_rng(3))
    dates = [str(date) for date in plan.series[0].dates]
    spec["series"][0]["data"] = dict(zip(dates, drawn.tolist(), strict=True))
    return FitPlan.read(spec, village)


def test_a_planted_number_is_found_and_one_without_effect_is_said_to_be_unknown(village, seen):
    fit = fitted(village, seen)
    transmission, expectancy = fit.posterior.marginals()
    assert transmission.low < TRUE < transmission.high
    assert transmission.high - transmission.low < 0.6
    assert transmission.identified
    assert not expectancy.identified
    assert (expectancy.prior_low, expectancy.prior_high) == pytest.approx((52, 88))
    [ill] = fit.posterior.predictive()
    assert ill.share_inside > 0.7
    now = fit.progress
    assert (now.phase, now.runs_done, now.share_done) == ("finished", 420, 1.0)
    assert now.generation >= 3
    assert now.tolerance < fit.posterior.farthest


def test_a_fit_that_was_stopped_and_read_again_ends_as_one_that_never_was(village, plan, tmp_path):
    whole = fitted(village, plan, at_once=1)
    stopped = Fitting(village, plan, tmp_path, at_once=2)
    stopped._changed = lambda: stopped.stop() if stopped.progress.runs_done > 50 else None
    stopped.start()
    assert stopped.join(60)
    assert stopped.progress.phase == "stopped"
    assert 50 < stopped.progress.runs_done < plan.runs
    again = Fitting.of_folder(tmp_path, village)
    assert again.progress.runs_done == stopped.progress.runs_done
    assert again.start().join(60)
    assert same(again.posterior, whole.posterior)
    # In one process, too, without the folder.
    stopped._changed = lambda: None
    assert stopped.start().join(60)
    assert same(stopped.posterior, whole.posterior)


def test_a_finished_fit_is_read_with_its_posterior_and_runs_no_more(village, plan, tmp_path):
    fit = fitted(village, plan, tmp_path)
    again = Fitting.of_folder(tmp_path, village)
    assert again.progress.phase == "finished"
    assert again.start().join(1)
    assert same(again.posterior, fit.posterior)
    kept = json.loads((tmp_path / FIT_FILE).read_text())
    assert kept["posterior"]["quantities"][0]["path"] == "disease.transmission"
    assert (kept["seed"], kept["runs_done"]) == (7, 160)


def test_a_fit_of_another_model_or_half_a_file_is_refused(village, plan, tmp_path):
    fitted(village, plan, tmp_path)
    with pytest.raises(ProjectError, match="start a new fit"):
        Fitting.of_folder(tmp_path, village.with_value("days", 21))
    text = (tmp_path / FIT_FILE).read_text()
    (tmp_path / FIT_FILE).write_text(text[: len(text) // 2])
    with pytest.raises(ProjectError, match="no whole file"):
        Fitting.of_folder(tmp_path, village)
    with pytest.raises(ProjectError, match="holds no"):
        Fitting.of_folder(tmp_path / "none", village)


def test_who_is_killed_while_writing_leaves_the_file_before(village, plan, tmp_path, monkeypatch):
    from populace.engine.calibration import fit_file

    fit = Fitting(village, plan, tmp_path, at_once=1)
    fit._changed = lambda: fit.stop() if fit.progress.runs_done > 20 else None
    assert fit.start().join(60)
    before = (tmp_path / FIT_FILE).read_bytes()

    def killed(path, data):
        (path.parent / f".{path.name}.half").write_bytes(data[:100])
        raise KeyboardInterrupt

    monkeypatch.setattr(fit_file, "write_whole", killed)
    with pytest.raises(KeyboardInterrupt):
        fit._write()
    assert (tmp_path / FIT_FILE).read_bytes() == before
    assert Fitting.of_folder(tmp_path, village).progress.runs_done > 20


def test_what_came_out_is_written_by_whoever_goes_on_where_it_was_not(village, plan, tmp_path):
    fitted(village, plan, tmp_path)
    results = {name: tmp_path / name for name in ("posterior.csv", "predictive.csv")}
    written = {name: path.read_bytes() for name, path in results.items()}
    for path in (*results.values(), tmp_path / "project.yaml"):  # as if killed before them
        path.unlink()
    again = Fitting.of_folder(tmp_path, village)
    assert again.start().join(60)
    assert again.progress.phase == "finished"
    assert {name: path.read_bytes() for name, path in results.items()} == written
    assert (tmp_path / "project.yaml").is_file()


def test_a_stopped_fit_that_cannot_be_kept_says_so(village, plan, tmp_path, monkeypatch):
    from populace.engine.calibration import fit_file

    def full(path, data):
        raise OSError(28, "No space left on device")

    def stop():
        if fit.progress.runs_done > 20:
            monkeypatch.setattr(fit_file, "write_whole", full)
            fit.stop()

    fit = Fitting(village, plan, tmp_path, at_once=1, changed=stop)
    with pytest.raises(ProjectError, match="cannot be written: No space left"):
        fit.start().join(60)
    assert fit.progress.phase == "stopped"


def test_a_paused_fit_goes_on_and_ends_the_same(village, plan):
    fit = Fitting(village, plan, at_once=1)
    fit.start()
    fit.pause()
    assert fit.progress.phase == "paused"
    assert not fit.join(0.2)
    done = fit.progress.runs_done
    assert not fit.join(0.2)
    assert fit.progress.runs_done == done
    fit.resume()
    assert fit.join(60)
    assert same(fit.posterior, fitted(village, plan).posterior)


def test_a_guess_that_fails_ends_the_fit_and_names_its_values(village):
    spec = {
        "quantities": [{"path": "disease.initial_infected", "low": 500, "high": 900}],
        "series": [{"data": {"2024-03-01": 9}}],
        "runs": 80,
        "particles": 20,
    }
    fit = Fitting(village, FitPlan.read(spec, village)).start()
    with pytest.raises(ProjectError, match=r"With disease.initial_infected = [6-9]\d\d\."):
        fit.join(60)
    assert fit.progress.phase == "failed"
    assert "initial_infected" in fit.progress.message


def test_nothing_is_said_of_a_posterior_before_the_first_round_that_chose(village, plan):
    fit = Fitting(village, plan, at_once=1)
    early = []
    fit._changed = lambda: early.append((fit.progress.generation, fit.posterior is None))
    fit.start()
    assert fit.join(60)
    assert {none for generation, none in early if generation < 2} == {True}
    assert {none for generation, none in early if generation >= 2} == {False}


@pytest.mark.study
def test_planted_values_lie_at_every_rank_of_the_posterior_equally_often(village):
    """Simulation-based calibration: 40 fits of 2 numbers to data that the model made."""
    spec = {
        "quantities": [
            {"path": "disease.transmission", "low": 0.4, "high": 1.6},
            {"path": "disease.infectious_period", "low": 1.5, "high": 6},
        ],
        "series": [
            {
                "data": {f"2024-03-{day:02}": 1 for day in range(1, 17, 3)},
                "likelihood": "poisson",
            }
        ],
        "runs": 1_000,
        "particles": 60,
        "seed": 11,
    }
    found = ranks(village, FitPlan.read(spec, village), 40)
    for column in found.T:
        # Chi-square with 4 degrees of freedom is above 18.5 once in a thousand times.
        assert unevenness(column) < 18.5
