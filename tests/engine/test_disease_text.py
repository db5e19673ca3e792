"""A disease is told in words that hold for its tables."""

import numpy as np
import pytest

from populace.engine.disease_facts import generation_days, reproduction_number
from populace.engine.disease_text import (
    AGES,
    LAW_WORDS,
    ROLE_WORDS,
    days_in_words,
    dwell_in_words,
    mean_of,
    others,
    rest_in_words,
    share_in_words,
    spread_in_words,
)
from populace.engine.diseases._written_dwells import DWELL_KEYS
from populace.engine.diseases.base import ROLES
from populace.engine.editing.spread import ages_of, contacts_of, spread_of
from populace.engine.errors import ProjectError
from populace.engine.graph import graph_of
from populace.engine.people import AGE_BAND_COUNT
from populace.engine.project import Project
from populace.engine.registry import kinds

EVEN = np.full(AGE_BAND_COUNT, 1 / AGE_BAND_COUNT)


def graph(name, **values):
    disease = kinds("diseases")[name](**values)
    return graph_of(type(disease), disease.values())


def test_the_sentence_has_r0_and_generation_time_of_the_tables():
    covid = graph("covid_like")
    r0 = reproduction_number(covid, EVEN, 0.05, 13.4)
    days = generation_days(covid, EVEN)
    said = spread_in_words(covid, EVEN, 0.05, 13.4)
    assert said == (
        f"One case infects {r0:.1f} others on average when nobody is immune; "
        f"a new generation every {days:.1f} days."
    )


@pytest.mark.parametrize("name", list(kinds("diseases")))
def test_more_than_any_known_disease_does_is_said(name):
    disease = kinds("diseases")[name]()
    rate = type(disease).transmission_rate(disease.values())
    r0 = reproduction_number(graph(name), EVEN, rate, 13.4)
    said = spread_in_words(graph(name), EVEN, rate, 13.4)
    assert ("No known disease" in said) == (r0 > 20)


def test_two_strains_begin_with_one_that_infects_as_many_as_the_first_of_2020():
    disease = kinds("diseases")["two_strains"]()
    rate = type(disease).transmission_rate(disease.values())
    assert 2.39 < reproduction_number(graph("two_strains"), EVEN, rate, 13.4) < 3.44


def test_a_disease_that_does_not_spread_says_so():
    assert "hardly anybody" in spread_in_words(graph("sir"), EVEN, 0.0, 13.4)


@pytest.mark.parametrize(
    ("number", "words"), [(2.46, "2.5 others"), (1.02, "1 other"), (14.6, "15 others")]
)
def test_others_are_counted_as_people_count(number, words):
    assert others(number) == words


@pytest.mark.parametrize(
    ("days", "words"), [(6.44, "6.4 days"), (1, "1 day"), (5.0, "5 days"), (120.3, "120 days")]
)
def test_days_are_written_as_people_write_them(days, words):
    assert days_in_words(days) == words


@pytest.mark.parametrize(
    ("dwell", "words"),
    [
        ({"kind": "fixed", "mean": 5}, "always 5 days"),
        ({"kind": "gamma", "mean": 2.5, "shape": 4}, "2.5 days"),
        ({"kind": "table", "days": {4: 1, 6: 1}}, "5 days"),
        ({"kind": "table", "days": {}}, "?"),
        ({"kind": "gamma"}, "?"),
        ("soon", "?"),
    ],
)
def test_a_stay_is_told_in_short_and_a_broken_one_is_a_question_mark(dwell, words):
    assert dwell_in_words(dwell) == words


def test_the_mean_of_a_table_is_weighted():
    assert mean_of({"kind": "table", "days": {1: 3, 5: 1}}) == 2


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ((1.0,) * 16, ""),
        ((0.4,) * 16, "40 %"),
        ((0.21,) * 15 + (0.69,), "21–69 % by age"),
        ((0.0004,) * 16, "0.04 %"),
    ],
)
def test_a_share_is_told_in_short(share, words):
    assert share_in_words(share) == words


def test_where_the_rest_goes_is_said_in_words():
    labels = ["Mild", "Severe"]
    assert "rest goes to “Severe”" in rest_in_words(0, labels, 0.4, 1)
    assert "“Mild” takes what the other ways leave" in rest_in_words(0, labels, "rest", 1)
    assert "no other way out" in rest_in_words(0, labels, 1.0, None)


def test_every_law_role_and_age_band_has_words():
    assert set(LAW_WORDS) == set(DWELL_KEYS)
    assert set(ROLE_WORDS) == set(ROLES)
    assert len(AGES) == AGE_BAND_COUNT


def test_contacts_are_those_of_well_mixed_networks_or_a_cited_mean():
    mixed = {"networks": [{"kind": "well_mixed", "contacts_a_day": 8.0, "intensity": 0.5}]}
    assert contacts_of(mixed)[0] == 4.0
    number, source = contacts_of({"networks": [{"kind": "household"}]})
    assert (number, "Mossong" in source) == (13.4, True)


def test_ages_are_those_of_the_population_where_it_says_them():
    one, _ = ages_of({"population": {"kind": "well_mixed", "age": 33}})
    assert one[6] == 1
    kenya, words = ages_of({"population": {"kind": "country", "country": "Kenya"}})
    usa, _ = ages_of({"population": {"kind": "nyc"}})
    assert "Kenya" in words
    assert kenya.sum() == pytest.approx(1)
    assert kenya[0] > usa[0]


@pytest.mark.parametrize("sample", ["nyc_covid", "school_flu", "own_disease", "kenya_covid"])
def test_the_disease_of_a_sample_is_told_for_its_contacts(sample):
    words, basis = spread_of(Project.load(sample).spec())
    assert words.startswith("One case infects")
    assert "contact" in basis


def test_ages_that_play_no_part_are_not_mentioned():
    assert "ages" not in spread_of(Project.load("own_disease").spec())[1]
    assert "ages" in spread_of(Project.load("nyc_covid").spec())[1]


def test_a_disease_that_cannot_be_used_is_an_error_of_the_project():
    with pytest.raises(ProjectError):
        spread_of({"disease": {"kind": "seir", "latent_period": -2}})
