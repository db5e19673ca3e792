"""What a project may not ask for."""

import pytest

from populace.engine.errors import ProjectError


def refusal(make_project, observation, disease="covid_like"):
    with pytest.raises(ProjectError) as error:
        make_project(observations=[observation], disease={"kind": disease, "initial_infected": 1})
    return str(error.value)


def test_a_state_that_the_disease_lacks_is_named_with_those_that_it_has(make_project):
    line = refusal(make_project, {"kind": "admissions"}, "seir")
    assert line.startswith('observations[0].states: the disease has no state "hospitalised".')
    assert "Known: exposed, infectious, recovered, susceptible." in line
    line = refusal(make_project, {"kind": "deaths", "states": "died"})
    assert 'Did you mean "dead"?' in line


def test_a_count_of_no_state_is_refused(make_project):
    line = refusal(make_project, {"kind": "intensive_care", "states": " , "})
    assert line == "observations[0].states: must name a state, such as infectious."


def test_costs_do_without_a_hospital_where_the_disease_has_none(make_project):
    line = refusal(make_project, {"kind": "costs"}, "seir")
    assert line.startswith("observations[0].ward_states: ")
    without = {"kind": "costs", "ward_states": "", "intensive_states": ""}
    assert make_project(
        observations=[without], disease={"kind": "seir", "initial_infected": 1}
    ).observations


def test_shares_above_one_are_refused_with_a_cure(make_project):
    line = refusal(make_project, {"kind": "cases", "reported": 30})
    assert line.endswith("Percent? Write 0.3.")
