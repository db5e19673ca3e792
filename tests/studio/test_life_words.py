"""The card of a person says what the log says, in words and with real dates."""

from populace.engine.analysis.life import Caused, Contacts, Life, Step
from populace.engine.project import Project
from populace.engine.snapshot import StateInfo
from populace.studio.views.life_words import page

PROJECT = Project.load("town_flu")  # from 1 October 2025
WELL = StateInfo("susceptible", "Susceptible", "susceptible", "susceptible")
ILL = StateInfo("infectious", "Infectious", "infectious", "infectious")


def life(**changes):
    """Return somebody to whom nothing has happened."""
    known = {
        "agent": 1_234,
        "age": 34,
        "region": "North",
        "region_group": "",
        "attributes": (("nurse", "yes"),),
        "contacts": (Contacts("household", 1, True, ((1_235, ILL),)),),
        "first_state": WELL,
        "state": WELL,
        "steps": (),
        "caused": (),
        "tree": (),
    }
    return Life(**known | changes)


def test_who_somebody_is_and_whom_they_live_with():
    words = page(life(), PROJECT)
    assert "Person 1,234" in words
    assert "34 years · North · nurse: yes" in words
    assert "Nothing so far: susceptible since the first day." in words
    assert "Nobody so far." in words
    assert 'At home: 1 other: <button type="button" data-person="1235">' in words
    assert "(infectious)" in words


def test_an_infection_has_its_date_its_place_and_its_source():
    steps = (Step(3, ILL, infected=True, infector=7, network="school"),)
    words = page(life(steps=steps, state=ILL), PROJECT)
    assert "<b>4 Oct</b> Infected at school by" in words
    assert 'data-person="7"' in words


def test_an_infection_from_elsewhere_has_no_source():
    words = page(life(steps=(Step(3, ILL, infected=True),)), PROJECT)
    assert "Infected from elsewhere" in words


def test_a_newborn_is_told_from_who_lived_there_before():
    words = page(life(steps=(Step(9, WELL, born=True),)), PROJECT)
    assert "<b>10 Oct</b> Born, in the place of somebody who died" in words


def test_of_many_infected_the_first_are_listed_and_the_rest_counted():
    caused = tuple(Caused(agent, 5, "household") for agent in range(15))
    words = page(life(caused=caused, tree=(15, 4, 1)), PROJECT)
    assert words.count("<b>6 Oct</b>") == 12
    assert "and 3 more" in words
    assert "15 → 4 → 1" in words
    assert "<b>20</b> infections go back to this person" in words


def test_names_of_the_user_are_text_and_no_code():
    words = page(life(region="<img src=x>", attributes=(("<b>", "<i>"),)), PROJECT)
    assert "<img" not in words
    assert "&lt;b&gt;: &lt;i&gt;" in words


def test_a_network_without_words_of_its_own_is_named():
    words = page(life(contacts=(Contacts("bus & tram", 300, False),)), PROJECT)
    assert "In the network bus &amp; tram: people drawn from 300 around" in words
