"""Data on its way into a draft, step by step: what is asked, what is told, what becomes of it."""

import pytest

from populace.engine.editing.draft import Draft
from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.studio.composer.data_wizard import data_wizard

FOLK = "pid,age\np1,30\np2,40\np3,50\n"


@pytest.fixture
def desk(tmp_path, at_desk):
    (tmp_path / "folk.csv").write_text(FOLK)
    people = {"kind": "table", "file": "folk.csv", "id_column": "pid", "x_column": "",
              "y_column": ""}  # fmt: skip
    spec = Project.load("town_flu").spec() | {
        "population": people,
        "networks": [{"kind": "household"}],
        "disease": {"kind": "sir", "initial_infected": 1},
    }
    draft = Draft(spec, folder=tmp_path)
    return at_desk(draft, data_wizard)


def test_people_are_found_by_their_ids_and_the_columns_are_named(desk):
    desk.choose("what", "attributes")
    desk.upload("pid,job\np3,cook\np1,nurse\np9,cook\n")
    assert desk.blocks()["named"]["value"] == "ids"
    desk.press("next")
    assert desk.blocks()["problem:unknown_pid"]["count"] == "1"
    desk.press("next")
    desk.choose("attribute:job", "Occupation")
    assert desk.blocks()["attribute:job"]["value"] == "occupation"
    desk.press("finish")
    assert desk.message == ""
    assert not desk.wizard.open
    [attribute] = desk.draft.spec["attributes"]
    assert attribute == {
        "kind": "by_person", "name": "occupation", "file": "data/a.csv",
        "value_column": "occupation",
    }  # fmt: skip
    known = Simulation(desk.draft.project()).people.attributes["occupation"]
    assert [known.names[code] for code in known.values] == ["nurse", "none", "cook"]


def test_without_a_column_to_keep_nothing_goes_on(desk):
    desk.choose("what", "attributes")
    desk.upload("pid,job\np3,cook\n")
    desk.choose("column:values", [])
    desk.press("next")
    assert desk.message == "Choose at least one column of what is known of people."
    assert desk.wizard.step == 1


def test_rows_about_ages_ask_for_no_ids_and_may_have_weights(desk):
    desk.choose("what", "attributes")
    desk.upload("age group,smoker,share\n0-17,no,1\n18+,yes,1\n18+,no,3\n18-30,no,2\n")
    assert "named" not in desk.blocks()
    desk.press("next")
    assert desk.blocks()["problem:twice"]["rows"] == [
        [5, "age group", "18-30", "is an age and region of which a row above tells already."]
    ]
    desk.press("next")
    desk.press("finish")
    [attribute] = desk.draft.spec["attributes"]
    assert attribute["kind"] == "from_table"
    assert attribute["weight_column"] == "weight"
    assert desk.draft.problems == ()


def test_another_kind_of_data_is_matched_anew_from_the_same_file(desk):
    desk.upload("pid,other\np1,p2\n")
    desk.press("back")
    desk.choose("what", "edges")
    desk.press("next")
    assert desk.blocks()["named"]["value"] == "ids"
    desk.press("next")
    desk.press("next")
    desk.press("finish")
    assert desk.draft.spec["networks"][-1] == {"kind": "edge_list", "file": "data/a.csv"}


def test_a_decision_is_kept_while_one_goes_back_and_forth(desk):
    desk.choose("what", "attributes")
    desk.upload("pid,job\np1,cook\np1,nurse\n")
    desk.press("next")
    desk.choose("problem:twice", "last")
    desk.press("back")
    desk.press("next")
    assert desk.blocks()["problem:twice"]["value"] == "last"
    desk.press("next")
    desk.press("finish")
    assert (desk.draft.folder / "data/a.csv").read_text().splitlines() == [
        '"person","job"', '0,"nurse"'
    ]  # fmt: skip
