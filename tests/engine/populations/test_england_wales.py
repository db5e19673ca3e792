"""The 954 towns of the measles notifications, from a file that is not ours to hand on."""

from pathlib import Path

import numpy as np
import pytest

from populace.engine.errors import ProjectError
from populace.engine.people import People
from populace.engine.project import Project

TOWNS = Path(__file__).parents[4] / "shared/data/ew_places.csv"
SMALL = """\
place,lon,lat,pop_1944,pop_1950,pop_1964
London,-0.1,51.5,9000,8000,7000
Kendal,-2.7,54.3,900,1000,1100
Settle,-2.3,54.1,30,20,40
"""


def build(folder, text=SMALL, **settings) -> People:
    (folder / "towns.csv").write_text(text)
    spec = {
        "name": "Towns",
        "population": {"kind": "england_wales", "file": "towns.csv", **settings},
        "networks": [{"kind": "household"}],
        "disease": {"kind": "sir", "initial_infected": 1},
    }
    project = Project.from_spec(spec, folder=folder)
    return project.population.build(lambda message, share: None)


def test_every_town_has_its_people_of_the_year(tmp_path):
    people = build(tmp_path)
    counted = np.bincount(people.region_index, minlength=3)
    assert people.agent_count == 9_020
    # A household of a small town's border may belong to its neighbour in the list.
    assert np.abs(counted - [8_000, 1_000, 20]).max() <= 12
    assert build(tmp_path, year="1964").agent_count == 8_140


def test_fewer_people_keep_the_shares_and_nobody_under_18_lives_alone(tmp_path):
    people = build(tmp_path, people=902)
    assert people.agent_count == 902
    assert np.abs(np.bincount(people.region_index)[:2] - [800, 100]).max() <= 12
    oldest = np.zeros(people.dwelling.max() + 1, np.uint8)
    np.maximum.at(oldest, people.dwelling, people.age)
    assert oldest.min() >= 18


@pytest.mark.parametrize(
    ("text", "settings", "words"),
    [
        ("place,lon,lat\nA,1,1\n", {}, 'no column "pop_1950"'),
        (SMALL.replace("1000", "none"), {}, 'row 2 of column "pop_1950"'),
        (SMALL.replace("-0.1", "640000"), {}, "from -180 to 180"),
        (SMALL, {"people": 9_021}, "at most the 9,020 people of 1950"),
        (SMALL, {"file": "town.csv"}, "there is no file"),
    ],
)
def test_a_fault_is_told_in_one_line(tmp_path, text, settings, words):
    with pytest.raises(ProjectError) as told:
        build(tmp_path, text, **settings)
    assert words in str(told.value)
    assert str(told.value).startswith("population.")
    assert "\n" not in str(told.value)


@pytest.mark.skipif(not TOWNS.is_file(), reason="the towns of England and Wales are not bundled")
def test_the_real_file_has_954_towns(tmp_path):
    people = build(tmp_path, TOWNS.read_text(), people=300_000)
    assert people.region_count == 954
    assert people.agent_count == 300_000
    assert "London" in people.places.region_names
    largest = np.bincount(people.region_index).argmax()
    assert people.places.region_names[largest] == "London"
