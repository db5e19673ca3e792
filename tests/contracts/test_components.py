"""One body over every registered component: what each of them promises."""

import math
from dataclasses import astuple, replace

import numpy as np
import pytest
import yaml

from populace.engine.behaviours.base import Behaviour
from populace.engine.diseases.base import ROLES
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.project import Project
from populace.engine.protection import fractions
from populace.engine.quantities import Nested, Quantity, Structure
from populace.engine.registry import FAMILIES, kinds
from populace.engine.simulation import Simulation
from populace.engine.tables import dwell_row

COMPONENTS = {
    f"{family}.{kind}": component
    for family in FAMILIES
    for kind, component in kinds(family).items()
}
SETTINGS = {
    f"{name}.{setting}": declared
    for name, component in COMPONENTS.items()
    for setting, declared in component.declarations()
}
DISEASES = kinds("diseases")
FACTORS = {**kinds("behaviours"), **kinds("policies")}
# Families that a run is made of; a project names one or more of each.
# What needs the user's own files cannot stand by itself and has tests of its own.
PARTS = {
    name: part
    for name, part in COMPONENTS.items()
    if not name.startswith("observations") and not getattr(part, "needs_files", False)
}


@pytest.fixture(scope="session", autouse=True)
def _defaults_stay():
    """Fail if a test moved the default of a class: every later model would have it."""
    before = {name: declared.default for name, declared in SETTINGS.items()}
    yield
    assert {name: declared.default for name, declared in SETTINGS.items()} == before


def project_with(name, people=300, **more):
    """Return a small project that has this component in it."""
    family, kind = name.split(".")
    spec = {
        "name": "Contract",
        "days": 20,
        "population": {"kind": "well_mixed", "people": people},
        "networks": [{"kind": "household"}, {"kind": "community"}],
        "disease": {"kind": "covid_like", "transmission": 0.2, "initial_infected": people // 20},
        **more,
    }
    if family == "populations":
        spec["population"] = {"kind": kind, **({"people": 1_000} if kind == "nyc" else {})}
    elif family == "diseases":
        spec["disease"] = {"kind": kind, "initial_infected": people // 20}
    else:
        needed = getattr(COMPONENTS[name], "needs", "")
        spec[family] = [{"kind": one} for one in (kind, needed) if one]
    return Project.from_spec(spec)


def other_value(declared):
    """Return a value that the declaration admits and that is not the default."""
    if isinstance(declared, Nested):
        return declared.example
    if isinstance(declared, Structure) and declared.choices:
        return next(choice for choice in declared.choices if choice != declared.default)
    if isinstance(declared.default, str):
        return "other"
    if isinstance(declared.default, bool):
        return not declared.default
    low, high = declared.bounds
    for value in (low, high, (low + (high if high is not None else low + 2)) / 2):
        if value is not None and value != declared.default:
            return type(declared.default)(value)
    raise AssertionError("a range of one value is no range")


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_says_what_it_means_in_which_unit_and_from_where(setting):
    declared = SETTINGS[setting]
    assert declared.doc.strip().endswith(".")
    if isinstance(declared, Quantity):
        assert declared.unit
        assert declared.source
        low, high = declared.bounds
        assert math.isfinite(low)
        assert math.isfinite(high)
        assert low <= declared.default <= high
    elif not isinstance(declared.default, str):
        assert declared.unit
        assert declared.source
        assert declared.bounds


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_disease_policy_or_behaviour_says_what_it_takes_for_granted(name):
    component = COMPONENTS[name]
    if component.family in ("diseases", "policies", "behaviours"):
        assert component.assumes
    for sentence in component.assumes:
        assert sentence[0].isupper()
        assert sentence.endswith(".")


@pytest.mark.parametrize("name", COMPONENTS)
def test_the_kind_is_the_name_of_the_file(name):
    family, kind = name.split(".")
    assert COMPONENTS[name].kind_name() == kind
    assert COMPONENTS[name].family == family
    assert COMPONENTS[name].__module__ == f"populace.engine.{family}.{kind}"


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_has_one_sentence_and_a_label(name):
    assert COMPONENTS[name].__doc__.strip()
    assert COMPONENTS[name].label()[0].isupper()


@pytest.mark.parametrize("name", COMPONENTS)
def test_the_default_builds_and_writes_its_kind_alone(name):
    component = COMPONENTS[name]
    assert component().spec() == {"kind": component.kind_name()}


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_value_survives_yaml(name):
    component = COMPONENTS[name]
    changed = {key: other_value(declared) for key, declared in component.declarations()}
    spec = component(**changed).spec()
    assert spec == {"kind": component.kind_name(), **changed}
    again = component.from_spec(yaml.safe_load(yaml.safe_dump(spec)))
    assert again.spec() == spec
    assert vars(again.values()) == changed


@pytest.mark.parametrize("name", PARTS)
def test_equal_seeds_give_equal_events_and_people_are_conserved(name):
    project = project_with(name)
    digests = set()
    for _ in range(2):
        run = Simulation(project)
        everybody = run.counts.sum(axis=1)
        for _ in range(20):
            run.step()
            assert (run.counts.sum(axis=1) == everybody).all()
            assert (run.counts >= 0).all()
        digests.add(run.events_sha256())
    assert len(digests) == 1
    assert run.ever_infected > 0


@pytest.mark.parametrize("people", [0, 1])
@pytest.mark.parametrize("name", [name for name in PARTS if not name.startswith("populations")])
def test_nobody_and_one_person_alone_are_no_trouble(name, people):
    run = Simulation(project_with(name, people=people))
    run.run(20)
    assert run.counts.sum() == people
    assert run.ever_infected == 0


@pytest.mark.gpu
@pytest.mark.parametrize("name", PARTS)
def test_a_graphics_card_gives_the_same_events(name):
    project = project_with(name)
    digests = set()
    for device in ("cpu", "cuda"):
        run = Simulation(project, device=device)
        run.run(20)
        digests.add(run.events_sha256())
    assert len(digests) == 1


@pytest.mark.parametrize("kind", DISEASES)
def test_a_disease_is_a_graph_whose_shares_sum_to_one(kind):
    values = DISEASES[kind]().values()
    states = DISEASES[kind].states(values)
    assert [state.role for state in states].count("susceptible") == 1
    assert states[0].role == "susceptible"
    assert all(state.role in ROLES for state in states)
    assert len({state.name for state in states}) == len(states)
    assert DISEASES[kind].transmission_rate(values) > 0
    assert len(DISEASES[kind].susceptibility(values)) == AGE_BAND_COUNT
    for state in states:
        exits = [one for one in DISEASES[kind].transitions(values) if one.before == state.name]
        ends = state.role in ("removed", "dead") and not exits
        assert ends or state is states[0] or exits
        if exits:
            total = np.sum([one.share for one in exits], axis=0)
            assert total == pytest.approx(np.ones(AGE_BAND_COUNT))


@pytest.mark.parametrize("kind", DISEASES)
def test_only_states_with_the_role_infectious_infect(kind):
    for state in DISEASES[kind].states(DISEASES[kind]().values()):
        assert (state.infectiousness > 0) == (state.role == "infectious")


@pytest.mark.parametrize("kind", DISEASES)
def test_the_tables_of_stays_have_the_declared_means(kind):
    for exit_ in DISEASES[kind].transitions(DISEASES[kind]().values()):
        row = np.array(exit_.dwell.days())
        assert row.mean() == pytest.approx(exit_.dwell.mean, rel=1e-3)
        assert row.min() >= 1


@pytest.mark.parametrize("mean", [1.0, 1.3, 2.5, 4.5, 7.0, 60.0])
@pytest.mark.parametrize("shape", [0, 1, 2, 4, 20])
def test_any_declared_mean_is_kept_in_whole_days(mean, shape):
    row = np.array(dwell_row(mean, shape))
    assert row.mean() == pytest.approx(mean, rel=1e-3)
    assert row.min() >= 1


@pytest.mark.parametrize("mean", [2.2, 3.0, 4.5, 7.0, 10.0, 14.0])
def test_exponential_stays_get_rarer_from_day_to_day(mean):
    # 1024 entries round each day's share by one at most; a heap in the tail would be a fault.
    days = np.bincount(dwell_row(mean, 1))[1:]
    assert (np.diff(days[days > 1]) <= 2).all()


@pytest.mark.parametrize("kind", FACTORS)
def test_a_policy_or_behaviour_leaves_between_nothing_and_all_of_the_contacts(kind):
    component = FACTORS[kind]
    for end in (0, 1):
        chosen = {
            key: declared.bounds[end]
            for key, declared in component.declarations()
            if isinstance(declared, Quantity)
        }
        values = component(**chosen).values()
        for at_home in (True, False):
            if issubclass(component, Behaviour):
                assert 0 <= component.share(values) <= 1
                assert 0 <= component.factor(values, at_home) <= 1
            else:
                for network in ("school", "workplace", "community"):
                    both = component.factor(values, network, at_home)
                    # Of a contact of which one side alone is in a target, at least as much is left.
                    assert 0 <= both <= component.factor_of_one(values, network, at_home) <= 1
                for one in component.protections(values):
                    fractions(astuple(replace(one, deaths=1.0)))
                    assert one.deaths >= 1
