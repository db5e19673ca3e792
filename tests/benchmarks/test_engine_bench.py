"""How the parts of the engine's bench become measures."""

import json
import subprocess

import numpy as np
import pytest

from populace.benchmarks import engine, peers, scenarios

SECONDS = {"nyc": 4.0, "static": 2.0, "mixed": 1.0, "bound": 3.0}
PEER_SECONDS = {"numba_net": 5.0, "laser1": 6.0, "starsim_static": 7.0}


@pytest.fixture
def processes(monkeypatch, tmp_path):
    """Stand in for the child processes, whose times cannot be fixed; Covasim is absent."""
    python = tmp_path / "python"
    python.touch()
    called = []

    def output(command, folder=None):
        if command[0] == str(python):
            model = command[3]
            called.append(model)
            if model not in PEER_SECONDS:
                text = f"ModuleNotFoundError: No module named '{model}'"
                raise subprocess.CalledProcessError(1, command, stderr=text)
            return json.dumps({"seconds": PEER_SECONDS[model], "attack": 0.7})
        part = command[3]
        called.append(part)
        line = {"seconds": SECONDS[part], "attack": 0.7, "people": 1_000_000,
                "bound_seconds": 2.0, "bound_attack": 0.705, "rss_before": 3e8,
                "rss_peak": 4e8, "log_bytes": 5e7}  # fmt: skip
        if part == "nyc":
            line["attack"] = 0.5
        return json.dumps(line)

    monkeypatch.setattr(engine, "peers_python", lambda: python)
    monkeypatch.setattr(engine, "_output", output)
    return called


def test_each_measure_is_the_quotient_that_its_row_of_the_table_says(processes):
    names = [name for name in engine.NAMES if name != "start_s"]
    values = {measure.name: measure.value for measure in engine.measures(names)}
    assert values == {
        "nyc_120_days_s": 4.0,
        "nyc_peak_rss_gb": 0.4,
        "ratio_to_event3_1m": 1.5,
        "times_numba": 2.5,
        "times_laser": 3.0,
        "times_starsim": 3.5,
        "times_covasim": None,
        "times_laser_mixed": 6.0,
        "bytes_per_agent": 50.0,
    }


def test_rounds_of_us_and_the_peers_alternate(processes):
    engine.measures(["times_numba", "times_laser"])
    assert processes == ["static", "numba_net", "laser1"] * 3


def test_nothing_is_run_that_was_not_asked_for(processes):
    measures = engine.measures(["ratio_to_event3_1m"])
    assert [measure.name for measure in measures] == ["ratio_to_event3_1m"]
    assert processes == ["bound"] * 3


def test_peers_that_are_not_installed_are_not_measured_and_do_not_fail(monkeypatch, tmp_path):
    monkeypatch.setattr(engine, "peers_python", lambda: tmp_path / "absent")
    measures = engine.measures(list(engine.PEERS))
    assert [(measure.value, measure.holds) for measure in measures] == [(None, None)] * 5


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("nyc_120_days_s", {"attack": 0.3}),
        ("ratio_to_event3_1m", {"attack": 0.6, "bound_attack": 0.65}),
        ("times_numba", {"attack": 0.6}),
    ],
)
def test_a_fast_run_of_the_wrong_epidemic_is_refused(name, changed, processes, monkeypatch, capsys):
    right = engine.part
    monkeypatch.setattr(engine, "part", lambda *asked: {**right(*asked), **changed})
    assert engine.main(["--only", name]) == 1
    assert "infected" in capsys.readouterr().err


def test_the_stays_of_the_peers_scenario_end_with_the_same_chance_every_day():
    row = scenarios.geometric_row(peers.INFECTIOUS_DAYS)
    assert row.mean() == pytest.approx(peers.INFECTIOUS_DAYS, rel=0.001)
    assert (row == 1).mean() == pytest.approx(1 / 7, abs=0.001)
    assert (row == 2).mean() == pytest.approx(6 / 49, abs=0.001)


@pytest.mark.slow
def test_the_peers_scenario_infects_as_many_here_as_in_plain_numba():
    people = 50_000
    ours = []
    for seed in range(1, 9):
        simulation = scenarios.static_simulation(people, seed)
        simulation.run(200)
        ours.append(1 - simulation.counts.sum(axis=0)[0] / people)
    theirs = [peers.numba_net(people, 200)[1] for _ in range(8)]
    assert np.mean(ours) == pytest.approx(np.mean(theirs), abs=0.015)


@pytest.mark.slow
def test_the_bench_runs_from_end_to_end_on_a_small_city():
    measures = engine.measures(["nyc_peak_rss_gb", "ratio_to_event3_1m"], quick=True)
    assert [measure.name for measure in measures] == ["nyc_peak_rss_gb", "ratio_to_event3_1m"]
    assert 0.05 < measures[0].value < 3.0
