"""The gallery: a page may open what it was shown, and nothing else of this machine."""

from populace.engine.editing.workspace import folder_for, open_sample
from populace.engine.project import sample_names
from populace.studio.composer.gallery import Gallery, samples


def test_a_sample_with_a_story_leads_to_it():
    stories = {one["name"]: one["story"] for one in samples()}
    assert stories["nyc_covid"] == "compare?project=nyc_covid"
    assert stories["town_flu"] == ""


def test_a_page_opens_no_folder_that_it_was_not_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("POPULACE_HOME", str(tmp_path))
    saved = open_sample("town_flu")
    saved.save(folder_for("My town"))
    saved.close()
    left = open_sample("school_flu")
    left.draft.set("days", 30)
    left.close()
    heard = []
    gallery = Gallery(lambda act, value: heard.append((act, value)))
    wanted = [("sample", "town_flu"), ("saved", "my-town"), ("recover", left.key), ("blank", "")]
    for act, value in wanted:
        gallery._handle_msg({"act": act, "value": value})
    assert heard == []  # nothing was shown yet
    gallery.open()
    for act, value in [
        ("saved", "../../../etc"),
        ("saved", str(tmp_path)),
        ("recover", "0" * 24),
        ("sample", str(tmp_path)),
        ("forget", "../projects"),
        ("remove", left.key),
    ]:
        gallery._handle_msg({"act": act, "value": value})
    assert heard == []
    for act, value in wanted:
        gallery._handle_msg({"act": act, "value": value})
    assert heard == wanted


def test_every_sample_is_shown_with_its_people_and_days():
    shown = {sample["name"]: sample["facts"] for sample in Gallery(print)._content()["samples"]}
    assert set(shown) == set(sample_names())
    assert shown["nyc_covid"] == "8,804,190 people · COVID-like · 180 days"
