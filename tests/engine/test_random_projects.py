"""Whatever valid project one writes, some things are true of its run."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from populace.engine.project import Project
from populace.engine.registry import kinds
from populace.engine.simulation import Simulation

DAYS = 25
# Kinds that need no file of the project's.
POPULATIONS = ("nyc", "well_mixed", "town")
NETWORKS = ("household", "school", "workplace", "community", "well_mixed")
# With their usual settings alone: some of their ranges ask for more people than these towns have.
GRAPHS = tuple(
    name
    for name, kind in kinds("networks").items()
    if name not in NETWORKS and not kind.needs_files
)
DISEASES = tuple(name for name in kinds("diseases") if name != "custom")
POLICIES = tuple(name for name, kind in kinds("policies").items() if not kind.needs)
SLOW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def settings_of(family, kind):
    """Draw some of a component's settings, anywhere in their ranges."""
    drawn = {}
    for name, declared in kinds(family)[kind].declarations():
        if getattr(declared, "choices", None):
            drawn[name] = st.sampled_from(declared.choices)
        elif isinstance(declared.default, bool):
            drawn[name] = st.booleans()
        elif isinstance(declared.default, float) and declared.bounds:
            low, high = declared.bounds
            drawn[name] = st.floats(low, min(high, 20 * max(declared.default, 1)))
        elif isinstance(declared.default, int) and declared.bounds:
            low, high = declared.bounds
            drawn[name] = st.integers(low, min(high, DAYS))
    return st.fixed_dictionaries({"kind": st.just(kind)}, optional=drawn)


def parts(family, chosen, most):
    """Draw a list of different kinds."""
    return st.lists(st.sampled_from(chosen), unique=True, max_size=most).flatmap(
        lambda names: st.tuples(*(settings_of(family, name) for name in names)).map(list)
    )


@st.composite
def projects(draw):
    population = draw(st.sampled_from(POPULATIONS))
    people = draw(st.integers(1_000 if population == "nyc" else 200, 5_000))
    networks = draw(parts("networks", NETWORKS, 3).filter(bool))
    graphs = draw(st.lists(st.sampled_from(GRAPHS), unique=True, max_size=1))
    networks += [{"kind": name} for name in graphs]
    policies = draw(parts("policies", POLICIES, 4))
    if draw(st.booleans()) and not any(one["kind"] == "testing" for one in policies):
        policies += [{"kind": "testing"}, draw(settings_of("policies", "contact_tracing"))]
    kind = draw(st.sampled_from(DISEASES))
    _, most = kinds("diseases")[kind].param["transmission"].bounds
    disease = {"kind": kind, "initial_infected": draw(st.integers(0, 60))}
    return {
        "name": "Any",
        "days": DAYS,
        "seed": draw(st.integers(0, 2**63 - 1)),
        "population": {"kind": population, "people": people},
        "networks": networks,
        "disease": disease | {"transmission": draw(st.floats(0, min(most, 0.3)))},
        "behaviours": [{"kind": "isolate_when_ill"}] if draw(st.booleans()) else [],
        "policies": policies,
    }


@pytest.mark.slow
@SLOW
@given(projects())
def test_people_are_conserved_and_the_dead_stay_dead(spec):
    run = Simulation(Project.from_spec(spec))
    before, regions = run.counts, run.counts.sum(axis=1)
    dead = [state.role == "dead" for state in run.states]
    for _ in range(DAYS):
        run.step()
        counts = run.counts
        assert (counts >= 0).all()
        assert np.array_equal(counts.sum(axis=1), regions)
        assert (counts[:, dead] >= before[:, dead]).all()
        before = counts
    assert np.array_equal(np.bincount(run.state, minlength=len(dead)), run.counts.sum(axis=0))


@pytest.mark.slow
@SLOW
@given(projects())
def test_without_transmission_nobody_is_infected(spec):
    spec["disease"]["transmission"] = 0.0
    run = Simulation(Project.from_spec(spec))
    first = run.ever_infected
    run.run(DAYS)
    assert run.ever_infected == first == spec["disease"]["initial_infected"]


@pytest.mark.slow
@SLOW
@given(projects())
def test_both_kernels_write_the_same_events(spec):
    spec["population"]["people"] = min(spec["population"]["people"], 1_500)
    project = Project.from_spec(spec)
    digests = set()
    for device in ("cpu", "reference"):
        run = Simulation(project, device=device)
        run.run(DAYS)
        digests.add(run.events_sha256())
    assert len(digests) == 1


@pytest.mark.slow
@SLOW
@given(projects(), st.randoms(use_true_random=False))
def test_the_order_of_every_list_moves_nothing(spec, chance):
    shuffled = {**spec}
    for key in ("networks", "policies"):
        shuffled[key] = chance.sample(spec[key], len(spec[key]))
    digests = set()
    for one in (spec, shuffled):
        run = Simulation(Project.from_spec(one))
        run.run(DAYS)
        digests.add(run.events_sha256())
    assert len(digests) == 1
