"""A page of the room, without a browser: what it says stays as long as it is true."""

from populace.engine.project import Project
from populace.studio.compare.page import ComparePage


def test_a_scenario_that_was_left_out_is_said_whatever_is_done(tmp_path):
    base = Project.load("town_flu").save(tmp_path)
    (tmp_path / "scenarios.yaml").write_text(
        "scenarios:\n- {name: Old, remove: [policies.lockdown]}\n"
    )
    page = ComparePage(Project.load(base))
    said = page.desk.state["wrong"]
    assert said.startswith('"Old" does not fit this model: ')
    # A browser tells its theme as soon as it has the page.
    for data in ({"what": "theme", "theme": "light"}, {"what": "duplicate", "id": 0}):
        page._heard(data)
        assert page.desk.state["wrong"] == said


def test_a_mistake_is_said_in_another_theme_too_until_something_is_done():
    page = ComparePage(Project.load("town_flu"))
    page._heard({"what": "numbers", "runs": 0})
    said = page.desk.state["wrong"]
    assert said == "Runs of each: must be from 1 to 1,000."
    page._heard({"what": "theme", "theme": "light"})
    assert page.desk.state["wrong"] == said
    page._heard({"what": "select", "id": 0})
    assert page.desk.state["wrong"] == ""
