"""The life of a project in a real browser: begin, save, send, open, go back, recover."""

import time

import pytest
from tests.browser.faults import faults

from populace.engine.editing.package import unpack
from populace.engine.editing.workspace import (
    drafts_left,
    forget,
    open_sample,
    projects_folder,
)
from populace.engine.project import Project
from populace.studio.composer import project_life
from populace.studio.drafts import DRAFTS

pytestmark = pytest.mark.browser

PATIENCE_MS = 30_000


@pytest.fixture
def compose(tab, studio):
    """Open the Compose room; return the page and the draft that it edits."""

    def opened(query):
        tab.goto(f"{studio}/compose{query}")
        tab.wait_for_selector("#open", timeout=PATIENCE_MS)
        return tab

    return opened


def draft_of(tab):
    tab.wait_for_function("location.search.includes('draft=')")
    key = tab.evaluate("new URLSearchParams(location.search).get('draft')")
    return DRAFTS.find(key)


def choose(tab, words):
    tab.locator("#open").first.click()
    tab.get_by_role("menuitem", name=words).click()


def until(true):
    limit = time.monotonic() + 20
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.05)


def said(tab):
    return tab.locator('[data-text="said"]').inner_text()


def test_a_model_is_saved_by_a_key_and_found_in_the_gallery(compose):
    tab = compose("?project=school_flu")
    opened = draft_of(tab)
    tab.keyboard.press("Control+s")
    until(lambda: "Saved in" in said(tab))
    saved = opened.workspace.origin
    assert Project.load(saved) == Project.load("school_flu")
    assert "Saved" in tab.locator("#open").first.inner_text()
    opened.draft.set("days", 33)
    until(lambda: "Edited" in tab.locator("#open").first.inner_text())
    choose(tab, "New or open")
    tab.get_by_role("button", name="Open: A boarding school").first.click()
    tab.wait_for_function(f"!location.search.includes('{opened.key}')")
    tab.wait_for_selector("#open", timeout=PATIENCE_MS)
    assert draft_of(tab).draft.spec["days"] == 28  # as it was saved


def test_a_sample_is_begun_by_its_picture(compose):
    tab = compose("?new=1")
    first = draft_of(tab).key
    choose(tab, "New or open")
    card = tab.locator('[data-sample="town_flu"]')
    card.scroll_into_view_if_needed()
    assert card.locator("img").evaluate("image => image.complete && image.naturalWidth") == 480
    card.click()
    tab.wait_for_function(f"!location.search.includes('{first}')")
    assert draft_of(tab).draft.project() == Project.load("town_flu")


def test_save_as_asks_for_a_name_and_never_writes_over_another_project(compose):
    tab = compose("?project=town_flu")
    opened = draft_of(tab)
    for _ in range(2):
        choose(tab, "Save as")
        tab.locator("#ask input").fill("My town")
        tab.keyboard.press("Enter")
        until(lambda: opened.draft.spec["name"] == "My town" and not opened.workspace.unsaved)
        opened.workspace.journal.mark_saved("")  # as another project would be
    folders = sorted(path.name for path in projects_folder().glob("my-town*"))
    assert folders == ["my-town", "my-town-2"]


def test_a_project_is_sent_and_opened_by_somebody_else(compose, tmp_path):
    tab = compose("?project=school_flu")
    first = draft_of(tab)
    first.draft.set("days", 31)
    tab.locator("#open").first.click()
    with tab.expect_download() as download:
        tab.get_by_role("menuitem", name="Project to send").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "a-boarding-school-january-1978.populace"
    (tmp_path / "in").mkdir()
    assert unpack(file.read_bytes(), tmp_path / "in")[0]["days"] == 31
    tab.locator("#open").first.click()
    with tab.expect_file_chooser() as chooser:
        tab.get_by_role("menuitem", name="Open a .populace file").click()
    chooser.value.set_files(file)
    tab.wait_for_function(f"!location.search.includes('{first.key}')")
    second = draft_of(tab)
    assert second.draft.project() == first.draft.project()
    assert second.folder != first.folder
    assert second.workspace.origin is None


def test_a_strangers_file_that_is_none_is_refused_in_words(compose, tmp_path):
    tab = compose("?project=school_flu")
    (tmp_path / "x.populace").write_bytes(b"PK\x03\x04 not an archive")
    tab.locator("#open").first.click()
    with tab.expect_file_chooser() as chooser:
        tab.get_by_role("menuitem", name="Open a .populace file").click()
    chooser.value.set_files(tmp_path / "x.populace")
    until(lambda: "x.populace: is damaged, or no .populace file" in said(tab))


def test_versions_are_compared_in_words_and_restored_as_an_edit(compose):
    tab = compose("?project=town_flu")
    draft = draft_of(tab).draft
    choose(tab, "Version history")
    tab.locator(".versions input").fill("First idea")
    tab.keyboard.press("Enter")
    tab.locator(".list").get_by_role("option", name="First idea").wait_for()
    tab.keyboard.press("Escape")
    draft.set("days", 60)
    choose(tab, "Version history")
    changes = tab.locator(".changes")
    changes.get_by_text("Days: 120 → 60").wait_for()
    tab.locator(".versions input").fill("Second idea")
    tab.keyboard.press("Enter")
    tab.locator(".list").get_by_role("option", name="Second idea").wait_for()
    changes.get_by_text("Nothing differs.").wait_for()
    second = tab.locator(".list").get_by_role("option", name="Second idea")
    assert "Days: 120 → 60" in second.inner_text()
    tab.locator(".list").get_by_role("option", name="First idea").click()
    tab.locator(".changes select").select_option(index=1)
    changes.get_by_text("Days: 120 → 60").wait_for()
    tab.get_by_role("button", name="Restore this version").click()
    until(lambda: draft.project().days == 120)
    assert draft.undo_label == "Restore First idea"


def test_the_code_follows_every_edit(compose):
    tab = compose("?project=school_flu")
    draft = draft_of(tab).draft
    tab.get_by_role("tab", name="Code").click()
    code = tab.locator("#code pre")
    until(lambda: code.text_content().strip() == draft.yaml.strip())
    draft.set("days", 45, "Longer")
    until(lambda: "days: 45" in code.text_content())
    assert "days: 45" in tab.locator(".line.new").text_content()
    tab.get_by_role("tab", name="Python").click()
    until(lambda: '"days": 45' in code.text_content())
    draft.undo()
    until(lambda: '"days": 28' in code.text_content())
    compile(code.text_content(), "model.py", "exec")


def test_what_a_crash_has_left_is_offered_at_the_next_start(compose, monkeypatch):
    crashed = open_sample("town_flu")
    crashed.draft.set("name", "Half done")
    crashed.journal.close()
    assert crashed.key in [left.key for left in drafts_left()]
    monkeypatch.setattr(project_life, "_STARTED", time.time() + 1)
    monkeypatch.setattr(project_life, "_OFFERED_TO", set())
    for left in drafts_left():
        if left.key != crashed.key:
            forget(left.key)
    tab = compose("?project=school_flu")
    tab.get_by_text("“Half done” was not saved when the studio closed.").wait_for()
    assert tab.locator("dialog[open]").count() == 0  # nothing lies over what was asked for
    tab.get_by_role("button", name="Recover: Half done").click()
    tab.wait_for_function(f"location.search.includes('{crashed.key}')")
    tab.wait_for_selector("#open", timeout=PATIENCE_MS)
    assert draft_of(tab).draft.spec["name"] == "Half done"
    assert draft_of(tab).draft.undo_label is not None
    tab.goto(tab.url.replace(crashed.key, "0" * 24))  # and it is offered once
    tab.wait_for_selector("#open", timeout=PATIENCE_MS)
    assert tab.locator("dialog[open], .notice:visible").count() == 0


def test_what_a_crash_has_left_can_be_forgotten(compose):
    crashed = open_sample("town_flu")
    crashed.draft.set("name", "Not wanted")
    crashed.journal.close()
    tab = compose("?project=school_flu")
    choose(tab, "New or open")
    tab.get_by_role("button", name="Forget: Not wanted").click()
    until(lambda: crashed.key not in [left.key for left in drafts_left()])
    until(lambda: tab.get_by_role("button", name="Forget: Not wanted").count() == 0)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_menus_and_dialogs_have_no_serious_fault_of_accessibility(compose, theme):
    def check():
        assert faults(tab) == []

    tab = compose("?project=school_flu")
    tab.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    tab.locator("#open").first.click()
    check()
    tab.keyboard.press("Escape")
    for words, part in (("New or open", ".cards .card"), ("Version history", ".versions input")):
        choose(tab, words)
        tab.locator(part).first.wait_for()
        check()
        tab.keyboard.press("Escape")
    choose(tab, "Save as")
    check()
    tab.keyboard.press("Escape")
    tab.get_by_role("tab", name="Code").click()
    tab.locator("#code .line").first.wait_for()
    check()


def test_a_home_without_room_is_told_on_the_page(tab, studio, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("POPULACE_HOME", str(tmp_path / "file"))
    tab.goto(f"{studio}/compose?project=school_flu")
    tab.get_by_text("Set POPULACE_HOME to a folder").wait_for(timeout=PATIENCE_MS)
