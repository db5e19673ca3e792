"""Targets: a policy for some people scales their contacts once, and acts on nobody else."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.simulation import Simulation

OLD = {"target_age_min": 60}
NURSES = {"kind": "share", "name": "nurse", "share": 0.3, "among_members_of": "workplace"}
INCOME = {"kind": "number", "name": "income", "mean": 10.0, "deviation": 3.0}
# Every policy of the engine that scales contacts, at a strength that shows.
CLOSING = [
    {"kind": "lockdown", "reduction": 0.6},
    {"kind": "masks", "coverage": 0.8, "effect": 0.5},
    {"kind": "distancing"},
    {"kind": "work_from_home", "share_at_home": 0.5},
    {"kind": "school_closure", "share_closed": 0.7},
]


def begun(run):
    """Return the run after its first day: the tables are those in force."""
    run.step()
    return run


def left(run, network, source, target):
    """Return what the tables leave of a contact in a network between two people."""
    row = run.network_names.index(network)
    tables = run._kernel._rules
    classes = run._authority._class
    if not len(classes):
        return 1.0
    block = classes[source] % tables.shield.shape[1]
    spread = tables.spread[row, classes[source]] / 2**16
    return spread * tables.shield[row, block, classes[target]] / 2**16


def digest(run, days=60):
    run.run(days)
    return run.events_sha256()


def attack_rate(run, group):
    """Return the share of a group that was ever infected."""
    events = run.events()
    infected = np.zeros(run.people.agent_count, bool)
    infected[events.agent[events.before == 0]] = True
    return infected[group].mean()


@pytest.mark.parametrize("policy", CLOSING, ids=lambda policy: policy["kind"])
def test_a_target_that_holds_everybody_is_no_target_to_the_last_event(city, policy):
    plain, aimed = city([policy]), city([policy | {"target_age_max": 100}])
    assert digest(plain) == digest(aimed)
    assert plain.ever_infected > 300


def test_a_target_that_holds_nobody_is_no_policy(city):
    nothing = city([])
    nobody = city([{"kind": "lockdown", "reduction": 1.0, "target_age_min": 101}])
    assert digest(nothing) == digest(nobody)


@pytest.mark.parametrize(("both", "one"), [(0.4, 0.4), (1.0, 1.0)])
def test_a_contact_of_somebody_of_the_target_is_scaled_once(city, both, one):
    run = begun(city([{"kind": "lockdown", "reduction": 1 - both, **OLD}]))
    old, young = np.flatnonzero(run.people.age >= 60)[:2], np.flatnonzero(run.people.age < 60)[:2]
    for network in ("school", "workplace", "community"):
        assert left(run, network, *old) == pytest.approx(both, abs=1e-4)
        assert left(run, network, old[0], young[0]) == pytest.approx(one, abs=1e-4)
        assert left(run, network, young[0], old[0]) == pytest.approx(one, abs=1e-4)
        assert left(run, network, *young) == 1
    assert left(run, "household", *old) == 1


def test_who_works_from_home_misses_each_other_twice_and_others_once(city):
    run = begun(city([{"kind": "work_from_home", "share_at_home": 0.4, **OLD}]))
    old, young = np.flatnonzero(run.people.age >= 60)[:2], np.flatnonzero(run.people.age < 60)[:2]
    assert left(run, "workplace", *old) == pytest.approx(0.36, abs=1e-4)
    assert left(run, "workplace", old[0], young[0]) == pytest.approx(0.6, abs=1e-4)
    assert left(run, "workplace", young[0], old[0]) == pytest.approx(0.6, abs=1e-4)
    assert left(run, "community", *old) == left(run, "workplace", *young) == 1


def test_two_policies_with_overlapping_targets_multiply(city):
    policies = [
        {"kind": "lockdown", "reduction": 0.5, **OLD},
        {"kind": "masks", "coverage": 1.0, "effect": 0.2, "target_age_max": 70},
    ]
    run = begun(city(policies))
    age = run.people.age
    people = {years: int(np.flatnonzero(age == years)[0]) for years in (30, 65, 80)}
    expected = {(30, 30): 0.8, (30, 65): 0.4, (65, 65): 0.4, (65, 80): 0.4, (80, 80): 0.5,
                (80, 30): 0.4}  # fmt: skip
    for (source, target), share in expected.items():
        found = left(run, "community", people[source], people[target])
        assert found == pytest.approx(share, abs=1e-4)


def test_masks_of_the_old_reduce_infections_of_the_old(city):
    masks = {"kind": "masks", "coverage": 1.0, "effect": 0.8, **OLD}
    without, worn = city([]), city([masks])
    for run in (without, worn):
        run.run(120)
    old = without.people.age >= 60
    before, after = attack_rate(without, old), attack_rate(worn, old)
    assert after < 0.75 * before
    # The others gain as well, and less.
    others = attack_rate(worn, ~old) / attack_rate(without, ~old)
    assert after / before < others < 1


def test_a_closed_target_is_infected_at_home_alone(city):
    run = city([{"kind": "lockdown", "reduction": 1.0, **OLD}])
    run.run(90)
    events, old = run.events(), run.people.age >= 60
    rows = events.infector >= 0
    names = np.array(run.network_names)[events.network[rows]]
    touched = old[events.agent[rows]] | old[events.infector[rows]]
    assert set(names[touched]) == {"household"}
    assert {"community", "workplace"} <= set(names[~touched])


def test_named_networks_alone_are_scaled(city):
    closed = {"kind": "lockdown", "reduction": 1.0, "target_networks": "workplace, community"}
    run = city([closed])
    run.run(60)
    counts = np.bincount(run.events().network[run.events().infector >= 0], minlength=4)
    by_name = dict(zip(run.network_names, counts, strict=True))
    assert by_name["workplace"] == by_name["community"] == 0
    assert by_name["school"] > 0
    run = begun(city([closed | OLD]))
    old = np.flatnonzero(run.people.age >= 60)[:2]
    assert left(run, "workplace", *old) == 0
    assert left(run, "school", *old) == 1


def test_a_share_of_the_target_follows_and_the_rest_does_not(city):
    run = begun(city([{"kind": "lockdown", "reduction": 1.0, "coverage": 0.4, **OLD}]))
    old = run.people.age >= 60
    follows = run._authority._class > 0
    assert not follows[~old].any()
    assert follows[old].mean() == pytest.approx(0.4, abs=0.03)
    more = begun(city([{"kind": "lockdown", "reduction": 1.0, "coverage": 0.7, **OLD}]))
    assert (more._authority._class[follows] > 0).all()


def test_masks_keep_the_meaning_of_their_coverage(city):
    run = begun(city([{"kind": "masks", "coverage": 0.5, "effect": 0.4, **OLD}]))
    old = np.flatnonzero(run.people.age >= 60)
    assert (run._authority._class[old] > 0).all()
    assert left(run, "community", old[0], old[1]) == pytest.approx(0.8, abs=1e-4)


def test_a_target_fades_in_with_its_policy(city):
    run = city([{"kind": "lockdown", "reduction": 0.8, "fade_in_days": 3, "start_day": 2, **OLD}])
    old = np.flatnonzero(run.people.age >= 60)[:2]
    found = []
    for _ in range(6):
        run.step()
        found.append(round(left(run, "community", *old), 3))
    assert found == [1, 0.8, 0.6, 0.4, 0.2, 0.2]


def test_a_live_change_of_a_target_policy_holds_from_the_next_day(city):
    run = begun(city([{"kind": "lockdown", "reduction": 0.8, **OLD}]))
    old = np.flatnonzero(run.people.age >= 60)[:2]
    run.set("policies.lockdown.reduction", 0.3)
    run.step()
    assert left(run, "community", *old) == pytest.approx(0.7, abs=1e-4)


@pytest.mark.parametrize(
    "target",
    [
        {"target_age_max": 17},
        {"target_places": "Brooklyn, The Bronx"},
        {"target_attribute": "nurse"},
        {"target_attribute": "income", "target_values": ">= 12"},
        {"target_attribute": "nurse", "target_values": "no", "target_age_min": 40},
    ],
    ids=str,
)
def test_policies_that_act_on_single_people_reach_nobody_else(city, target):
    policies = [
        {"kind": "vaccination", "doses_per_day": 200, "delay_days": 0, "hesitant": 0.0, **target},
        {"kind": "testing", "share_tested": 1.0, "sensitivity": 1.0, "delay_days": 0, **target},
        {"kind": "household_quarantine", "compliance": 1.0, **target},
        {"kind": "contact_tracing", "compliance": 1.0, **target},
    ]
    run = city(policies, attributes=[NURSES, INCOME])
    vaccination = run.project.policies[0]
    inside = type(vaccination).target(vaccination.values(), run.people)
    assert 0 < inside.sum() < run.people.agent_count
    reached = np.zeros((4, run.people.agent_count), bool)
    for _ in range(60):
        run.step()
        for number in range(4):
            authority = run._authority
            reached[number] |= authority._classes.standing(authority._class, number) > 0
    assert reached[:, inside].any(axis=1).all()
    assert not reached[:, ~inside].any()
    counts = run.policy_counts()
    assert counts["policies.vaccination.first_doses"] == inside.sum()
    assert counts["policies.testing.tests"] > 0


def test_the_supply_of_others_goes_to_the_target(city):
    """Doses are not lost on people outside: the queue has the target alone."""
    run = city([{"kind": "vaccination", "doses_per_day": 10, "doses": 1, "hesitant": 0.0, **OLD}])
    run.run(20)
    assert run.policy_counts()["policies.vaccination.first_doses"] == 200


ALL = [
    {"kind": "vaccination", "doses_per_day": 60, "target_age_min": 50, "coverage": 0.8},
    {"kind": "testing", "target_attribute": "nurse"},
    {"kind": "contact_tracing", "target_age_max": 64},
    {"kind": "household_quarantine", "target_places": "Queens"},
    {"kind": "lockdown", "start_day": 20, "fade_in_days": 5, "target_age_min": 65},
    {"kind": "masks", "coverage": 0.7, "target_attribute": "nurse"},
    {"kind": "work_from_home", "target_attribute": "income", "target_values": ">= 12"},
]  # fmt: skip


@pytest.fixture
def aimed(city):
    def start(policies=ALL, **more):
        return city(policies, attributes=[NURSES, INCOME], **more)

    return start


def test_both_kernels_write_the_same_events_with_targets(aimed):
    runs = [aimed(device=device) for device in ("cpu", "reference")]
    digests = {digest(run, 80) for run in runs}
    assert runs[0].ever_infected > 600
    assert len(digests) == 1
    assert runs[0].policy_counts() == runs[1].policy_counts()


def test_the_order_of_the_list_moves_nothing_with_targets(aimed):
    assert digest(aimed(), 80) == digest(aimed(ALL[::-1]), 80)


def test_a_fork_goes_on_with_its_targets_and_leaves_its_original_alone(aimed):
    run, undisturbed = aimed(), aimed()
    undisturbed.run(80)
    run.run(30)
    twin, other = run.fork(), run.fork()
    other.set("policies.lockdown.reduction", 0.0)
    for each in (other, twin, run):
        each.run(50)
    assert run.events_sha256() == twin.events_sha256() == undisturbed.events_sha256()
    assert other.events_sha256() != run.events_sha256()


SIX = [
    {"kind": "lockdown", "name": f"number_{row}", "target_age_min": 10 * row, "reduction": 0.1}
    for row in range(1, 7)
]


def test_nested_targets_take_few_classes(city):
    """Six policies for ever older people are seven kinds of people, and not 64."""
    run = city([*SIX, {"kind": "vaccination"}, {"kind": "testing"}])
    assert run._authority._block_count == 7
    run.run(5)


def test_more_kinds_of_people_than_a_byte_tells_are_refused(city):
    crossing = [one | {"coverage": 0.5} for one in SIX]
    with pytest.raises(ProjectError, match="classes of protection") as found:
        city([*crossing, {"kind": "vaccination"}, {"kind": "testing"}])
    assert found.value.place == "policies"


@settings(max_examples=12, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(
    policy=st.sampled_from(CLOSING),
    day=st.integers(0, 20),
    fade=st.integers(0, 10),
    everybody=st.sampled_from(
        [
            {"target_age_max": 101},
            {"target_attribute": "nurse", "target_values": "no, yes"},
            {"target_places": "Middle, Slice 1 (north)"},
        ]
    ),
)
def test_whatever_names_everybody_changes_nothing(policy, day, fade, everybody):
    parts = {
        "name": "Everybody",
        "days": 30,
        "population": {"kind": "town", "people": 1_200, "districts": 2},
        "attributes": [NURSES],
        "networks": [{"kind": kind} for kind in ("household", "school", "workplace", "community")],
        "disease": {"kind": "covid_like", "initial_infected": 60, "transmission": 0.1},
    }
    when = {"start_day": day, "fade_in_days": fade}
    runs = [
        Simulation(Project.from_spec(parts | {"policies": [policy | when | target]}))
        for target in ({}, everybody)
    ]
    assert len({digest(run, 30) for run in runs}) == 1
    assert runs[0].ever_infected > 100


def test_all_but_one_person_is_nearly_everybody_in_distribution(mixed):
    """The tables of a target give the epidemic that the factor gives: R0 1.5 of R0 3."""
    half = {"kind": "lockdown", "reduction": 0.5}
    run = mixed(3.0, [half | {"coverage": 0.99999}])
    assert run._authority._block_count == 2
    run.run(400)
    assert run.ever_infected / run.people.agent_count == pytest.approx(0.5828, abs=0.015)


@pytest.mark.parametrize(("r0", "left_over", "share"), [(3.0, 0.4, 0.5), (2.0, 0.0, 0.3)])
def test_half_the_people_in_a_target_have_the_final_sizes_of_two_groups(
    mixed, r0, left_over, share
):
    """z = 1 - exp(-R0 x sum of what is left x share x z), for those inside and outside."""
    policy = {"kind": "lockdown", "reduction": 1 - left_over, "coverage": share}
    run = mixed(r0, [policy])
    run.run(400)
    shares = np.array([1 - share, share])
    contacts = np.array([[1, left_over], [left_over, left_over]])
    sizes = np.ones(2)
    for _ in range(2_000):
        sizes = 1 - np.exp(-r0 * contacts @ (shares * sizes))
    inside = run._authority._class > 0
    assert attack_rate(run, ~inside) == pytest.approx(sizes[0], abs=0.012)
    assert attack_rate(run, inside) == pytest.approx(sizes[1], abs=0.012)


@pytest.mark.parametrize(
    ("target", "place", "error"),
    [
        ({"target_age_min": 70, "target_age_max": 60}, "target_age_max", "must be at least target"),
        ({"target_age_min": 130}, "target_age_min", "must be at most 120"),
        ({"target_places": "Quens"}, "target_places", 'no region "Quens". Did you mean "Queens"?'),
        ({"target_attribute": "nurze"}, "target_attribute", 'no attribute "nurze". Did you mean'),
        ({"target_values": "yes"}, "target_attribute", "values are those of which attribute?"),
        ({"target_attribute": "nurse", "target_values": "maybe"}, "target_values",
         'nurse has no value "maybe". Known: no, yes.'),
        ({"target_attribute": "income"}, "target_values", 'is missing: income is a number, write'),
        ({"target_attribute": "income", "target_values": "rich"}, "target_values",
         'income is a number: write ">= 3"'),
        ({"target_networks": "scool"}, "target_networks", 'no network "scool". Did you mean "scho'),
        ({"coverage": 40}, "coverage", "Percent? Write 0.4."),
    ],
)  # fmt: skip
def test_a_wrong_target_is_one_clear_line_before_anybody_is_built(city, target, place, error):
    with pytest.raises(ProjectError) as found:
        city([{"kind": "lockdown", **target}], attributes=[NURSES, INCOME])
    assert found.value.place == f"policies[0].{place}"
    assert error in found.value.cause


def test_a_policy_on_single_people_has_no_networks_to_name(city):
    with pytest.raises(ProjectError, match="acts on single people"):
        city([{"kind": "testing", "target_networks": "school"}])


def test_an_unknown_name_is_told_when_the_run_is_built_where_only_that_tells(city, monkeypatch):
    from populace.engine.populations.nyc import NewYorkCity

    monkeypatch.setattr(NewYorkCity, "columns", lambda self: None)
    with pytest.raises(ProjectError) as found:
        city([{"kind": "lockdown", "name": "first", "target_places": "Quens"}])
    assert found.value.place == "policies.first.target_places"
