"""Whatever valid project one writes, some things are true of its run."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.registry import kinds
from populace.engine.simulation import Simulation

DAYS = 25
# Kinds that need no file of the project's.
POPULATIONS = ("nyc", "well_mixed", "town")
PLACES = {"nyc": "Queens", "well_mixed": "Everybody", "town": "Middle"}
NETWORKS = ("household", "school", "workplace", "community", "well_mixed")
# With their usual settings alone: some of their ranges ask for more people than these towns have.
GRAPHS = tuple(
    name
    for name, kind in kinds("networks").items()
    if name not in NETWORKS and not kind.needs_files
)
DISEASES = tuple(name for name in kinds("diseases") if name != "custom")
POLICIES = tuple(name for name, kind in kinds("policies").items() if not kind.needs)
OF_PEOPLE = ("target_age", "target_attribute", "target_values")
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
        if name.startswith(("target_", "first_")):
            continue  # drawn by `targets`, so that they go together
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


def attributes():
    """Draw up to two attributes of the people, by which policies may choose."""
    share = st.fixed_dictionaries(
        {"kind": st.just("share"), "name": st.just("carer"), "share": st.floats(0, 1)},
        optional={"among_age_min": st.integers(0, 60)},
    )
    number = st.fixed_dictionaries(
        {"kind": st.just("number"), "name": st.just("income"), "mean": st.floats(-5, 5)},
        optional={"among_attribute": st.just("carer")},
    )
    return st.sampled_from(([], [share], [share, number])).flatmap(
        lambda some: st.tuples(*some).map(list)
    )


def targets(known, place):
    """Draw whom a policy is for."""
    names = [one["name"] for one in known]
    chosen = [{}, {"target_places": place}, {"coverage": 0.4}]
    if "carer" in names:
        chosen += [{"target_attribute": "carer"}]
    if "income" in names:
        chosen += [{"target_attribute": "income", "target_values": ">= 0"}]
    ages = st.tuples(st.integers(0, 80), st.integers(0, 80)).map(sorted)
    return st.tuples(st.sampled_from(chosen), ages, st.booleans()).map(
        lambda drawn: (
            drawn[0]
            | ({"target_age_min": drawn[1][0], "target_age_max": drawn[1][1]} if drawn[2] else {})
        )
    )


def without_coverage(target):
    """Leave out what a behaviour does not have: its share is its own."""
    return {name: one for name, one in target.items() if name != "coverage"}


def has_work(policy, disease, networks, policies):
    """Tell whether a policy finds something to act on; a project with an idle one is refused."""
    component = kinds("policies")[policy["kind"]].from_spec(policy)
    values = kinds("diseases")[disease]().values()
    names = [[one["kind"] for one in some] for some in (networks, policies)]
    try:
        component.require(kinds("diseases")[disease].states(values), *names)
    except ProjectError:
        return False
    return True


def first_in_line(policy, known, place):
    """Give an order of vaccination the settings that it needs."""
    if policy.get("order") == "by place first":
        return {"first_places": place}
    if policy.get("order") == "by attribute first" and not known:
        return {"order": "oldest first"}
    return {"first_attribute": "carer"} if policy.get("order") == "by attribute first" else {}


def parts(family, chosen, most):
    """Draw a list of different kinds."""
    return st.lists(st.sampled_from(chosen), unique=True, max_size=most).flatmap(
        lambda names: st.tuples(*(settings_of(family, name) for name in names)).map(list)
    )


def openness(kind):
    """Draw how unevenly people infect, who comes from elsewhere, and a second strain."""
    drawn = {
        "dispersion": st.sampled_from([0.05, 0.3, 2.0]),
        "imports_per_week": st.floats(0, 300),
    }
    if kind == "two_strains":
        drawn |= {
            "advantage": st.floats(0, 4),
            "immunity_to_first": st.floats(0, 1),
            "immunity_to_second": st.floats(0, 1),
            "escape": st.floats(0, 1),
            "second_day": st.integers(1, DAYS),
            "second_people": st.floats(0, 100),
            "second_imports_per_week": st.floats(0, 300),
        }
    return st.fixed_dictionaries({}, optional=drawn)


@st.composite
def projects(draw):
    population = draw(st.sampled_from(POPULATIONS))
    people = draw(st.integers(1_000 if population == "nyc" else 200, 5_000))
    networks = draw(parts("networks", NETWORKS, 3).filter(bool))
    graphs = draw(st.lists(st.sampled_from(GRAPHS), unique=True, max_size=1))
    networks += [{"kind": name} for name in graphs]
    policies = draw(parts("policies", POLICIES, 4))
    behaviours = [{"kind": "isolate_when_ill"}] if draw(st.booleans()) else []
    if draw(st.booleans()) and not any(one["kind"] == "testing" for one in policies):
        policies += [{"kind": "testing"}, draw(settings_of("policies", "contact_tracing"))]
    known, place = draw(attributes()), PLACES[population]
    kind = draw(st.sampled_from(DISEASES))
    policies = [
        policy | draw(targets(known, place)) | first_in_line(policy, known, place)
        for policy in policies
        if has_work(policy, kind, networks, policies)
    ]
    behaviours = [one | without_coverage(draw(targets(known, place))) for one in behaviours]
    _, most = kinds("diseases")[kind].param["transmission"].bounds
    disease = {"kind": kind, "initial_infected": draw(st.integers(0, 60))}
    disease |= draw(openness(kind))
    if population == "nyc" and draw(st.booleans()):
        disease |= {"turnover": True, "life_expectancy": 2.0}
        # Whether a newborn is in a target by age or attribute is not known: refused together.
        policies, behaviours = (
            [
                {name: one for name, one in part.items() if not name.startswith(OF_PEOPLE)}
                for part in aimed
            ]
            for aimed in (policies, behaviours)
        )
    return {
        "name": "Any",
        "days": DAYS,
        "seed": draw(st.integers(0, 2**63 - 1)),
        "population": {"kind": population, "people": people},
        "attributes": known,
        "networks": networks,
        "disease": disease | {"transmission": draw(st.floats(0, min(most, 0.3)))},
        "behaviours": behaviours,
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
    closed = [name for name in kinds("diseases")[spec["disease"]["kind"]]().values().__dict__
              if name.endswith("imports_per_week") or name == "second_people"]  # fmt: skip
    spec["disease"] |= {"transmission": 0.0} | dict.fromkeys(closed, 0.0)
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
