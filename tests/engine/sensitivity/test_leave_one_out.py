"""Leave one out: every deletion equals running everybody again; the gradient is that of theory."""

import numpy as np
import pytest

from populace.engine.checks.trial import well_mixed, world_of
from populace.engine.project import Project
from populace.engine.sensitivity import paired
from populace.engine.sensitivity.attempts import (
    COLUMNS,
    DAY,
    NEVER,
    TIE_HASH,
    TO,
    Path,
    attempts_from,
    not_taken_up,
)
from populace.engine.sensitivity.counterfactual import Worth
from populace.engine.sensitivity.history import History, NotCoveredError, history_of
from populace.engine.sensitivity.leave_one_out import differences, effects_of, slope_of_share
from populace.engine.sensitivity.outcome import Outcome
from populace.engine.sensitivity.sweep import sweep
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
# Whom the second is for, the first is for as well, and the other way round not.
AIMED = {"behaviours": [
    {"kind": "isolate_when_ill", "share_isolating": 0.6, "target_age_max": 59},
    {"kind": "isolate_when_ill", "name": "worse", "share_isolating": 0.4, "reduction": 0.5,
     "target_age_min": 20, "target_age_max": 45},
]}  # fmt: skip
EDGES = {"networks": [{"kind": "erdos_renyi"}, {"kind": "household"}]}
ALL = FALLING | CONDUCT | {"networks": [*TOWN["networks"], {"kind": "barabasi_albert"}]}
IMPORTS = {"disease": TOWN["disease"] | {"imports_per_week": 20.0}}
# Policies for some people alone, and between regions, that come and go.
TARGETS = {"policies": [
    {"kind": "lockdown", "target_age_min": 40, "reduction": 0.6, "start_day": 10,
     "fade_in_days": 5},
    {"kind": "masks", "coverage": 0.5},
    {"kind": "travel_limits", "reduction": 0.5, "start_day": 5, "end_day": 30},
]}  # fmt: skip
DOSES = {
    "disease": {"kind": "seir", "transmission": 0.04, "initial_infected": 30},
    "policies": [{"kind": "vaccination", "doses_per_day": 80, "delay_days": 5}],
}
IMMUNE = {"policies": [DOSES["policies"][0] | {"mode": "all or nothing", "waning_days": 10}]}
WORLDS = {
    "constant": TOWN, "falling": TOWN | FALLING, "rising": TOWN | RISING, "conduct": TOWN | CONDUCT,
    "conduct of some people": TOWN | FALLING | AIMED,
    "edges": TOWN | EDGES, "all together": TOWN | ALL, "imports": TOWN | IMPORTS,
    "for some people": TOWN | TARGETS, "vaccination": TOWN | DOSES,
    "all or nothing": TOWN | DOSES | IMMUNE,
    "all together with imports and doses": TOWN | ALL | DOSES | {
        "disease": DOSES["disease"] | {"imports_per_week": 20.0},
        "policies": [*DOSES["policies"], *TARGETS["policies"]],
    },
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
            reached = {
                target
                for target, source, tie in found
                if day_of[target] >= day and (source, target, tie) != removed
            }
            arrived = {agent for agent in self._arriving(day) if day_of[agent] >= day}
            new = reached | arrived
            for agent in new:
                day_of[agent] = day
            self._add(np.array(sorted(new), int), day, due)
        return day_of

    def _arriving(self, day: int) -> list[int]:
        return self.history.simulation.imports_on(day).agent.tolist()

    def _add(self, agents: np.ndarray, day: int, due: dict) -> None:
        history = self.history
        for agent in agents:
            made = np.empty((4_096, COLUMNS), np.uint32)
            count = attempts_from(
                int(agent), day, day == 0, history.run.horizon, history.course, history.meetings,
                history.rules, Path.fresh(), made, 0,
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


# What the gradient is proven for: the project (None: well mixed), and the quantity.
PROVEN: dict[str, tuple[dict | None, str]] = {
    "well mixed": (None, "disease.transmission"),
    "town": (TOWN | FALLING, "networks.household.intensity"),
    "imports": (TOWN | IMPORTS, "networks.community.intensity"),
    "lockdown of some people": (
        TOWN | {"policies": TARGETS["policies"][:1]}, "policies.lockdown.reduction"
    ),
    "travel limits": (
        TOWN | {"policies": [TARGETS["policies"][2] | {"end_day": 90}]},
        "policies.travel_limits.reduction",
    ),
    "isolation": (
        TOWN | CONDUCT | {"disease": TOWN["disease"] | {"transmission": 0.05}},
        "behaviours.isolate_when_ill.share_isolating",
    ),
    "isolation of some people": (
        TOWN | {"behaviours": AIMED["behaviours"][:1]},
        "behaviours.isolate_when_ill.share_isolating",
    ),
    # Nobody isolates: those who begin to are all.
    "isolation from nothing": (
        TOWN | {"behaviours": [{"kind": "isolate_when_ill", "share_isolating": 0.0}]},
        "behaviours.isolate_when_ill.share_isolating",
    ),
    "efficacy": (TOWN | DOSES, "policies.vaccination.efficacy_second"),
    "transmission with doses": (TOWN | DOSES, "disease.transmission"),
}  # fmt: skip


# Each takes the better part of a minute: these with every change, the others as a study.
ALWAYS = ("well mixed", "isolation from nothing")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow if name in ALWAYS else pytest.mark.study)
        for name in PROVEN
    ],
)
def test_the_gradient_is_that_of_paired_differences(name):
    spec, path = PROVEN[name]
    project = Project.from_spec(spec) if spec else well_mixed(3_000, SEIR)
    world = world_of(project)
    outcome = Outcome.of("infections", Simulation(project, world=world), DAYS)
    estimates = []
    for seed in range(150):
        past = history_of(Simulation(project, world=world, seed=seed), DAYS, [path])
        if path in past.setting.conduct:
            estimates.append(slope_of_share(past, outcome, path))
        else:
            estimates.append(float(effects_of(past, outcome).gradient(past, [path])[0]))
    # Twentieths to each side: with tenths, the curve itself is some 3 % off a straight line.
    differences = paired.slopes(project, path, outcome, DAYS, range(800), world)
    error = np.hypot(np.std(estimates) / 150**0.5, np.std(differences) / 800**0.5)
    assert np.mean(estimates) == pytest.approx(np.mean(differences), abs=3.5 * error)
    assert error < 0.05 * abs(np.mean(differences))


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
        ({"disease": {"kind": "two_strains"}}, "several strains"),
        ({"policies": [{"kind": "testing"}]}, "acts on single people"),
        ({"policies": [{"kind": "lockdown", "trigger": "incidence"}]}, "begins by a threshold"),
        ({"policies": [{"kind": "vaccination"}]}, "passes over those who have died"),
        (
            DOSES | {"policies": [DOSES["policies"][0] | {"efficacy_severe": 0.5}]},
            "how severe the infections",
        ),
    ],
)
def test_what_is_not_covered_is_refused_with_the_reason(change, why):
    with pytest.raises(NotCoveredError, match=why):
        history(TOWN | change)


@pytest.mark.parametrize("name", ["conduct", "all together", "conduct of some people"])
def test_letting_somebody_isolate_equals_running_everybody_again(name):
    path = "behaviours.isolate_when_ill.share_isolating"
    past = history(WORLDS[name], paths=(path,))
    draw = np.random.default_rng(4)
    table = draw.random((DAYS + 1, past.simulation.people.region_count))
    region = past.simulation.people.region_index.astype(np.int32)
    states = np.zeros(len(past.simulation.states), bool)
    worth = Worth(table, region, np.zeros(len(region), np.int32), states, False)
    infected = np.flatnonzero(past.run.infected_on < NEVER)
    apart = np.zeros(len(infected), bool)
    not_taken_up(past.who[infected], past.number[infected], 0, past.rules, apart)
    who = past.simulation.project.behaviours[0].target(
        past.simulation.project.behaviours[0].values()
    ).of(past.simulation.people)[infected]  # fmt: skip
    assert not apart[~who].any()
    assert apart[who].mean() == pytest.approx(1 - past.setting.conduct[path].share, abs=0.05)
    chosen = draw.permutation(infected[apart])[:60]
    found, _ = differences(past, chosen, worth, behaviour=0)

    def total(day_of: np.ndarray) -> float:
        inside = np.flatnonzero(day_of < NEVER)
        return float(table[day_of[inside], region[inside]].sum())

    base = total(past.run.infected_on)
    first = np.flatnonzero(past.run.infected_on == 0)
    for agent, difference in zip(chosen, found, strict=True):
        forced = np.zeros(len(region), np.uint8)
        forced[agent] = 1
        again = sweep(past.setting, past.rules._replace(forced=forced), first, past.standing)
        assert difference == pytest.approx(base - total(again), abs=1e-9)
    assert np.count_nonzero(found) > 5


@pytest.mark.parametrize("path", ["disease.latent_period"])
def test_a_quantity_that_changes_more_than_rates_is_refused(path):
    past = history(TOWN | CONDUCT, paths=(path,))
    effects = effects_of(past, Outcome.of("infections", past.simulation, DAYS))
    with pytest.raises(NotCoveredError, match="more than the rates"):
        effects.gradient(past, [path])


@pytest.mark.parametrize("path", ["policies.vaccination.doses_per_day",
                                  "policies.vaccination.efficacy_second"])  # fmt: skip
def test_a_quantity_that_settles_who_is_protected_is_refused(path):
    past = history(TOWN | DOSES | IMMUNE, paths=(path,))
    effects = effects_of(past, Outcome.of("infections", past.simulation, DAYS))
    with pytest.raises(NotCoveredError, match="more than the rates"):
        effects.gradient(past, [path])


def test_one_run_tells_the_rates_of_every_day_and_place():
    """Summed over days and places, and over networks, they are that of all rates together."""
    past = history(TOWN | FALLING, paths=("disease.transmission",))
    effects = effects_of(past, Outcome.of("infections", past.simulation, DAYS), share=0.5)
    whole = effects.gradient(past, ["disease.transmission"])[0] * TOWN["disease"]["transmission"]
    place = past.simulation.people.region_index.astype(np.int32)
    count = past.simulation.people.region_count
    for of_source in (False, True):
        table = effects.by_day_and_place(past, place, count, of_source=of_source)
        assert table.sum() == pytest.approx(whole, rel=1e-3)
    parts = [
        effects.by_day_and_place(past, place, count, networks=np.arange(4) == one)
        for one in range(4)
    ]
    np.testing.assert_allclose(sum(parts), effects.by_day_and_place(past, place, count))


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
        source, day, day == 0, past.run.horizon, past.course, past.meetings, past.rules,
        Path.fresh(), made, 0,
    )  # fmt: skip
    rows = [row for row in made[:count].astype(int).tolist()
            if row[TO] == victim and row[DAY] == past.run.infected_on[victim]]  # fmt: skip
    best = min(rows, key=lambda row: row[TIE_HASH])
    return source, victim, best[TIE_HASH]
