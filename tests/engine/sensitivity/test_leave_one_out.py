"""Leave one out: every deletion equals running everybody again; the gradient is that of theory."""

import numpy as np
import pytest

from populace.engine.checks.trial import well_mixed, world_of
from populace.engine.project import Project
from populace.engine.sensitivity import paired
from populace.engine.sensitivity.attempts import COLUMNS, DAY, NEVER, TIE_HASH, TO, attempts_from
from populace.engine.sensitivity.history import History, NotCoveredError, history_of
from populace.engine.sensitivity.leave_one_out import effects_of
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.simulation import Simulation

SEIR = {"kind": "seir", "transmission": 0.3, "initial_infected": 15}
TOWN = {
    "name": "Town",
    "population": {"kind": "town", "people": 3_000},
    "networks": [{"kind": kind} for kind in ("household", "school", "workplace", "community")],
    "disease": {"kind": "covid_like", "transmission": 0.08, "initial_infected": 30},
}
# Rates that fall, rise and change with behaviour: infections that come later meet other numbers.
FALLING = {"policies": [{"kind": "lockdown", "start_day": 15, "fade_in_days": 20}]}
RISING = {"policies": [{"kind": "lockdown", "start_day": 0, "end_day": 25}]}
CONDUCT = {"behaviours": [{"kind": "isolate_when_ill", "share_isolating": 0.6}]}
EDGES = {"networks": [{"kind": "erdos_renyi"}, {"kind": "household"}]}
ALL = FALLING | CONDUCT | {"networks": [*TOWN["networks"], {"kind": "barabasi_albert"}]}
WORLDS = {
    "constant": TOWN, "falling": TOWN | FALLING, "rising": TOWN | RISING, "conduct": TOWN | CONDUCT,
    "edges": TOWN | EDGES, "all together": TOWN | ALL,
}  # fmt: skip
DAYS = 50


class Everything:
    """The whole epidemic again from the keys, in the plainest way: the other side of each test."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.agents = len(history.run.infected_on)

    def infected_on(self, removed: tuple[int, int, int] | None = None) -> np.ndarray:
        """Return everybody's day, without one attempt: (source, target, tie hash)."""
        run = self.history.run
        day_of = np.full(self.agents, NEVER, np.int64)
        first = np.flatnonzero(run.infected_on == 0)
        day_of[first] = 0
        due: dict[int, list[tuple[int, int, int]]] = {}
        self._add(first, 0, due)
        for day in range(1, run.horizon + 1):
            found = sorted(due.pop(day, []))
            new = {
                target
                for target, source, tie in found
                if day_of[target] >= day and (source, target, tie) != removed
            }
            for agent in new:
                day_of[agent] = day
            self._add(np.array(sorted(new), int), day, due)
        return day_of

    def _add(self, agents: np.ndarray, day: int, due: dict) -> None:
        history = self.history
        for agent in agents:
            made = np.empty((4_096, COLUMNS), np.uint32)
            count = attempts_from(
                int(agent), day, day == 0, history.run.horizon, history.course, history.meetings,
                history.rules, made,
            )  # fmt: skip
            assert count >= 0
            for row in made[:count].astype(int).tolist():
                due.setdefault(row[DAY], []).append((row[TO], int(agent), row[TIE_HASH]))


def history(spec: dict, seed: int = 1, paths: tuple[str, ...] = ()) -> History:
    project = Project.from_spec(spec)
    return history_of(Simulation(project, seed=seed), DAYS, paths)


@pytest.mark.parametrize("name", WORLDS)
def test_the_attempts_made_again_are_those_of_the_engine(name):
    past = history(WORLDS[name])
    assert (past.run.infected_on < NEVER).sum() > 200
    np.testing.assert_array_equal(Everything(past).infected_on(), past.run.infected_on)


@pytest.mark.parametrize("name", WORLDS)
def test_every_deletion_equals_running_everybody_again(name):
    past = history(WORLDS[name])
    draw = np.random.default_rng(4)
    # Weights of day and region that single out every shift, however small.
    table = draw.random((DAYS + 1, past.simulation.people.region_count))
    outcome = Outcome("infections", table, np.zeros(len(past.simulation.states), bool))
    effects = effects_of(past, outcome)
    again = Everything(past)
    region = past.simulation.people.region_index

    def total(day_of: np.ndarray) -> float:
        inside = np.flatnonzero(day_of < NEVER)
        return float(table[day_of[inside], region[inside]].sum())

    base = total(again.infected_on())
    chosen = draw.permutation(len(effects.victims))[:30]
    for position in chosen:
        victim = int(effects.victims[position])
        removed = _winning_attempt(past, victim)
        expected = base - total(again.infected_on(removed))
        assert effects.difference[position] == pytest.approx(expected, abs=1e-9)
    assert np.count_nonzero(effects.difference) > 50


def test_threads_and_room_do_not_matter(monkeypatch):
    past = history(TOWN | ALL)
    outcome = Outcome.of("infections", past.simulation, DAYS)
    alone = effects_of(past, outcome, threads=1)
    several = effects_of(past, outcome, threads=3)
    np.testing.assert_array_equal(alone.difference, several.difference)
    monkeypatch.setattr("populace.engine.sensitivity.leave_one_out._FIRST_ROOM", 64)
    cramped = effects_of(past, outcome, threads=2)
    np.testing.assert_array_equal(alone.difference, cramped.difference)


def test_deaths_are_counted_as_the_log_has_them():
    past = history(TOWN)
    for name in ("infections", "admissions", "deaths"):
        outcome = Outcome.of(name, past.simulation, DAYS)
        effects = effects_of(past, outcome)
        # Nobody who was not infected can be in hospital: the effects sum to whole numbers.
        np.testing.assert_array_equal(effects.difference, np.rint(effects.difference))
        assert outcome.total(past.simulation) >= 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["well mixed", "town"])
def test_the_gradient_is_that_of_paired_differences(name):
    if name == "town":
        project, path = Project.from_spec(TOWN | FALLING), "networks.household.intensity"
    else:
        project, path = well_mixed(3_000, SEIR), "disease.transmission"
    world = world_of(project)
    outcome = Outcome.of("infections", Simulation(project, world=world), DAYS)
    estimates = []
    for seed in range(150):
        past = history_of(Simulation(project, world=world, seed=seed), DAYS, [path])
        estimates.append(float(effects_of(past, outcome).gradient(past, [path])[0]))
    # Twentieths to each side: with tenths, the curve itself is some 3 % off a straight line.
    differences = paired.slopes(project, path, outcome, DAYS, range(800), world)
    error = np.hypot(np.std(estimates) / 150**0.5, np.std(differences) / 800**0.5)
    assert np.mean(estimates) == pytest.approx(np.mean(differences), abs=3.5 * error)
    assert error < 0.04 * abs(np.mean(differences))


def test_a_sample_of_the_infected_estimates_the_whole():
    past = history(TOWN, paths=("disease.transmission",))
    outcome = Outcome.of("infections", past.simulation, DAYS)
    whole = effects_of(past, outcome).gradient(past, ["disease.transmission"])[0]
    part = effects_of(past, outcome, share=0.3)
    error = part.sampling_error(past, "disease.transmission")
    assert 0.2 * len(past.run.infected_on[past.run.winner >= 0]) < len(part.victims)
    assert part.gradient(past, ["disease.transmission"])[0] == pytest.approx(whole, abs=4 * error)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"disease": {"kind": "sis"}}, "infected again"),
        ({"policies": [{"kind": "testing"}]}, "acts on single people"),
        ({"policies": [{"kind": "lockdown", "trigger": "incidence"}]}, "begins by a threshold"),
    ],
)
def test_what_is_not_covered_is_refused_with_the_reason(change, why):
    with pytest.raises(NotCoveredError, match=why):
        history(TOWN | change)


@pytest.mark.parametrize(
    "path", ["disease.latent_period", "behaviours.isolate_when_ill.share_isolating"]
)
def test_a_quantity_that_changes_more_than_rates_is_refused(path):
    past = history(TOWN | CONDUCT, paths=(path,))
    effects = effects_of(past, Outcome.of("infections", past.simulation, DAYS))
    with pytest.raises(NotCoveredError, match="more than the rates"):
        effects.gradient(past, [path])


@pytest.mark.parametrize("path", ["disease.imports_per_week", "disease.dispersion"])
def test_a_quantity_that_only_other_draws_feel_is_refused(path):
    past = history(TOWN, paths=(path,))
    effects = effects_of(past, Outcome.of("infections", past.simulation, DAYS))
    with pytest.raises(NotCoveredError, match="more than the rates"):
        effects.gradient(past, [path])


def test_a_closed_network_cannot_tell_what_opening_it_would_do():
    path = "networks.school.intensity"
    networks = [part | ({"intensity": 0.0} if part["kind"] == "school" else {})
                for part in TOWN["networks"]]  # fmt: skip
    past = history(TOWN | {"networks": networks}, paths=(path,))
    effects = effects_of(past, Outcome.of("infections", past.simulation, DAYS))
    with pytest.raises(NotCoveredError):
        effects.gradient(past, [path])


def test_people_of_unlike_infectiousness_are_covered():
    spec = TOWN | {"disease": TOWN["disease"] | {"dispersion": 0.3}}
    past = history(spec)
    np.testing.assert_array_equal(Everything(past).infected_on(), past.run.infected_on)


def _winning_attempt(past: History, victim: int) -> tuple[int, int, int]:
    """Return source, target and tie hash of the attempt that infected somebody."""
    source = int(past.run.source[past.run.winner[victim]])
    day = int(past.run.infected_on[source])
    made = np.empty((4_096, COLUMNS), np.uint32)
    count = attempts_from(
        source, day, day == 0, past.run.horizon, past.course, past.meetings, past.rules, made
    )
    rows = [row for row in made[:count].astype(int).tolist()
            if row[TO] == victim and row[DAY] == past.run.infected_on[victim]]  # fmt: skip
    best = min(rows, key=lambda row: row[TIE_HASH])
    return source, victim, best[TIE_HASH]
