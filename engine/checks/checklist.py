"""Which checks a project gets: its own disease and lists first, then the general anchors."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from populace.engine.checks import exact, invariants, theory
from populace.engine.checks.computed import computed_and_kept
from populace.engine.checks.networks import each_network
from populace.engine.checks.recursion import expected_run, infectious_days
from populace.engine.checks.result import Check, Figure, mean_against
from populace.engine.checks.trial import BAND, DAYS_MAX, run_out, runs, well_mixed, world_of
from populace.engine.project import Project
from populace.engine.scaling import less_supply

# Small enough for a minute or two on two cores.
_PEOPLE_MAX = 100_000
_DAYS_MAX = 60
_SEEDS = 8
_R0 = 2.0
_COMING_BACK_DAYS = 300


def checklist(project: Project) -> list[Check]:
    """Return every check that applies to a project, about a minute or two of work."""
    return [*_own_checks(project), *_general_checks()]


def _own_checks(project: Project) -> list[Check]:
    small = scaled_down(project)
    days = min(small.days, _DAYS_MAX)
    return [
        _check("Your disease, well mixed", own_disease, small, 50_000, _SEEDS),
        _check("Your networks, one by one", each_network, small, _SEEDS),
        _check("Your project: people are conserved", invariants.conservation, small, days),
        _check("Your project: no contacts, no cases", invariants.no_transmission, small, days),
        _check(
            "Your project: only the infectious infect",
            invariants.sources_are_infectious,
            small,
            days,
        ),
        _check("Your project: any order of its lists", invariants.order_of_networks, small, days),
        *_checks_of_computed(project, small, days),
    ]


def _checks_of_computed(project: Project, small: Project, days: int) -> list[Check]:
    if project.population.bytes_needed() is None:
        return []
    return [_check("Your people: computed and kept agree", computed_and_kept, small, days)]


def _general_checks() -> list[Check]:
    exposed = well_mixed(20_000, theory.SEIR | {"latent_period": 10, "initial_infected": 20})
    return [
        _check("Final size, SIR well mixed", theory.final_sizes, 50_000, _SEEDS),
        _check("SEIR curve against the daily recursion", theory.seir_curve, 50_000, _SEEDS),
        _check("Exposed people infect nobody", invariants.sources_are_infectious, exposed, 120),
        _check("Households of three, Reed-Frost", theory.reed_frost, 100_000),
        _check("Extinction from one case, R0 2", theory.extinctions, 10_000),
        _check("Extinction where few infect most", theory.spreaders, 10_000),
        _check("SIR against exact simulation, N 200", exact.gillespie, 200, 4_000),
        _check("Outbreak on a random graph of 10 contacts", exact.random_graph, 50_000, _SEEDS),
        _check("Mean stays in days", theory.dwell_means, 50_000),
        _check("People numbered anew", invariants.shuffled_people, 2_000, 50),
        _check("One thread and two", invariants.threads_agree, 60),
        _check("Three runs at once", invariants.three_at_once, 60),
        _check("Compiled and reference kernels", invariants.kernels_agree, kernel_projects(), 60),
    ]


def _check(title: str, measure: Callable[..., Iterator[Figure]], *sizes: object) -> Check:
    return Check(title, partial(_all, measure, sizes))


def _all(measure: Callable[..., Iterator[Figure]], sizes: tuple[object, ...]) -> list[Figure]:
    return list(measure(*sizes))


def kernel_projects() -> tuple[Project, ...]:
    """Return small projects of every shape of contacts."""
    return (
        well_mixed(2_000, theory.SEIR | {"initial_infected": 10}),
        Project.from_spec(
            {
                "name": "Check",
                "population": {"kind": "boarding_school"},
                "networks": [{"kind": "household"}, {"kind": "school"}, {"kind": "community"}],
                "disease": {"kind": "covid_like", "transmission": 0.1, "initial_infected": 10},
                "behaviours": [{"kind": "isolate_when_ill", "share_isolating": 0.5}],
                "policies": [{"kind": "masks", "coverage": 0.3}],
            }
        ),
    )


def scaled_down(project: Project) -> Project:
    """Return the project with so few people that checks take seconds."""
    values = vars(project.population.values())
    people = values.get("people", 0)
    if people <= _PEOPLE_MAX:
        return project
    first = min(project.disease.initial_infected, _PEOPLE_MAX // 100)
    fewer = {"population.people": _PEOPLE_MAX, "disease.initial_infected": first}
    return project.with_values(fewer | less_supply(project, _PEOPLE_MAX))


def own_disease(project: Project, people: int, seeds: int) -> Iterator[Figure]:
    """Hold a project's disease, on one well-mixed place at R0 2, against the daily recursion."""
    disease = project.disease
    values = disease.values()
    susceptibility = disease.susceptibility(values)[BAND]
    per_contact = disease.transmission_rate(values) * susceptibility
    strength = per_contact * infectious_days(disease, BAND)
    if strength <= 0:
        yield Figure("transmission", 0.0, 0.0, 0.0, "it never passes on: nothing to compare")
        return
    contacts = _R0 / strength
    first = people // 500
    # From elsewhere people come for ever: there would be no end to run to.
    closed = {name: 0.0 for name in vars(values) if name.endswith("imports_per_week")}
    spec = disease.spec() | {"initial_infected": first, "import_places": ""} | closed
    trial = well_mixed(people, spec, contacts)
    expected, new = expected_run(trial.disease, contacts, first / people, 1_500, BAND, people)
    states = disease.states(values)
    infectious = np.array([state.role == "infectious" for state in states])
    # Where people are infected again there is no end to run to and no final size.
    comes_back = any(exit_.after == states[0].name for exit_ in disease.transitions(values))
    days = _COMING_BACK_DAYS if comes_back else DAYS_MAX
    sizes, peaks, means = [], [], []
    for run in runs(trial, seeds, world_of(trial)):
        prevalence = run_out(run, days)[:, infectious].sum(axis=1) / people
        sizes.append(run.ever_infected / people)
        peaks.append(prevalence.max())
        means.append(prevalence.sum() / days)
    prevalence = expected[: days + 1, infectious].sum(axis=1)
    if comes_back:
        # Its peak would be that of chance, from day to day, around a level that stays.
        yield mean_against("mean prevalence", means, float(prevalence.sum() / days))
        return
    yield mean_against("final size", sizes, float(new.sum()))
    yield mean_against("peak prevalence", peaks, float(prevalence.max()))
