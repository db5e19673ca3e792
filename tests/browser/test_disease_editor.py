"""A disease is read, made ones own and edited on its canvas, by mouse and by keyboard."""

import re

import pytest
from tests.browser.faults import faults

from populace.engine.editing.draft import Draft
from populace.engine.editing.own_disease import own_disease
from populace.engine.project import Project

pytestmark = pytest.mark.browser
WAIT_MS = 60_000


def draft_of(sample, own=False):
    spec = Project.load(sample).spec()
    if own:
        spec["disease"] = own_disease(spec["disease"])
    return Draft(spec, folder=None)


@pytest.fixture
def open_editor(part_page):
    def opened(draft, theme="dark"):
        from populace.studio.composer.disease_editor import DiseaseEditor

        def made():
            editor = DiseaseEditor(draft)
            editor.paint(theme)
            return editor

        tab = part_page(made, theme)
        tab.locator(".react-flow__edge").first.wait_for(timeout=WAIT_MS)
        tab.locator(".spread").wait_for()
        tab.wait_for_timeout(500)  # the states take their places
        return tab

    return opened


def node(tab, name):
    return tab.locator(f'.react-flow__node[data-id="{name}"]')


def way(tab, before, after):
    return tab.locator(f'.react-flow__edge[data-id="{before}->{after}"]')


def spread(tab):
    return tab.locator(".spread").inner_text()


def wait_for(tab, true):
    for _ in range(WAIT_MS // 50):
        if true():
            return
        tab.wait_for_timeout(50)
    raise AssertionError("what was waited for did not happen")


def number(text, pattern):
    return float(re.search(pattern, text).group(1))


def generation(tab):
    return number(spread(tab), r"every ([\d.]+) days")


def connect(tab, before, after):
    """Draw an arrow with the mouse."""
    start = node(tab, before).locator(".react-flow__handle.source").bounding_box()
    end = node(tab, after).locator(".react-flow__handle.target").bounding_box()
    tab.mouse.move(start["x"] + 5, start["y"] + 5)
    tab.mouse.down()
    tab.mouse.move(end["x"] - 40, end["y"] + 30, steps=8)
    tab.mouse.move(end["x"] + 5, end["y"] + 5, steps=8)
    tab.mouse.up()


def test_a_ready_disease_shows_its_graph_with_its_numbers(open_editor):
    tab = open_editor(draft_of("nyc_covid"))
    assert tab.locator(".react-flow__node").count() == 8
    wait_for(tab, lambda: way(tab, "infectious", "symptomatic").count() == 1)
    label = way(tab, "infectious", "symptomatic").text_content()
    assert label == "2.1 days · 21–69 %"
    assert "Infectious × 0.6".lower() in node(tab, "infectious").inner_text().lower()
    text = spread(tab)
    assert "when nobody is immune; a new generation every" in text
    assert "13.4 contacts a day" in text


def test_a_moved_quantity_moves_the_graph_and_the_words(open_editor):
    draft = draft_of("nyc_covid")
    tab = open_editor(draft)
    before = generation(tab)
    slider = tab.get_by_role("slider", name="Latent period")
    slider.focus()
    tab.keyboard.press("PageUp")
    wait_for(tab, lambda: draft.undo_label is not None)
    latent = draft.spec["disease"]["latent_period"]
    assert latent > 3
    assert draft.undo_label == f"Change latent period to {latent:g} days"
    wait_for(tab, lambda: generation(tab) > before)
    wait_for(tab, lambda: f"{latent:g} days" in way(tab, "exposed", "infectious").text_content())


def test_a_ready_disease_becomes_ones_own_and_undo_takes_it_back(open_editor):
    draft = draft_of("nyc_covid")
    tab = open_editor(draft)
    words = spread(tab)
    tab.get_by_role("button", name="Make it my own").click()
    wait_for(tab, lambda: draft.spec["disease"]["kind"] == "custom")
    assert draft.problems == ()
    assert draft.undo_label == "Make COVID-like my own"
    tab.get_by_role("button", name="Add a state").wait_for()
    wait_for(tab, lambda: spread(tab) == words)  # the same disease says the same
    draft.undo()
    assert draft.spec["disease"]["kind"] == "covid_like"
    tab.get_by_role("button", name="Make it my own").wait_for()


def test_the_mean_of_a_stay_is_edited_and_its_density_drawn_while_one_types(open_editor):
    draft = draft_of("own_disease")
    tab = open_editor(draft)
    before = generation(tab)
    way(tab, "mild", "immune").locator(".react-flow__edge-textwrapper").click()
    mean = tab.locator("input.mean")
    mean.wait_for(timeout=WAIT_MS)
    curve = tab.locator("svg path.curve")
    wait_for(tab, lambda: curve.count() == 1)
    drawn, label = curve.get_attribute("d"), draft.undo_label
    mean.click()
    tab.keyboard.press("Control+a")
    tab.keyboard.type("11")
    assert curve.get_attribute("d") != drawn
    assert tab.locator(".mean-word").text_content() == "mean 11 days"
    assert draft.undo_label == label  # while one types nothing is edited
    tab.keyboard.press("Tab")
    wait_for(tab, lambda: draft.undo_label == "Change the stay in Mildly ill to 11 days")
    [stay] = [
        one["dwell"] for one in draft.spec["disease"]["graph"]["transitions"]
        if one["from"] == "mild"
    ]  # fmt: skip
    assert stay == {"kind": "gamma", "mean": 11.0, "shape": 2.5}
    wait_for(tab, lambda: generation(tab) > before)
    draft.undo()
    wait_for(tab, lambda: mean.input_value() == "6")
    wait_for(tab, lambda: generation(tab) == before)


def test_every_law_can_be_chosen(open_editor):
    draft = draft_of("own_disease")
    tab = open_editor(draft)
    way(tab, "mild", "immune").locator(".react-flow__edge-textwrapper").click()
    law = tab.get_by_label("Law of the stay")
    law.wait_for(timeout=WAIT_MS)
    for name in ("fixed", "exponential", "gamma", "lognormal", "table"):
        law.select_option(name)
        wait_for(
            tab,
            lambda name=name: (
                name
                in [
                    one["dwell"]["kind"]
                    for one in draft.spec["disease"]["graph"]["transitions"][2:3]
                ]
            ),
        )
        assert draft.problems == (), name
        assert tab.locator("svg .mean-line").count() == 1


def test_a_share_by_age_is_edited_in_the_table_and_the_rest_follows(open_editor):
    draft = draft_of("nyc_covid", own=True)
    tab = open_editor(draft)
    way(tab, "infectious", "symptomatic").locator(".react-flow__edge-textwrapper").click()
    oldest = tab.get_by_label("Share at ages 75+, per cent")
    oldest.wait_for(timeout=WAIT_MS)
    assert tab.locator("tbody tr").count() == 16
    graph = draft.spec["disease"]["graph"]["transitions"]
    oldest.fill("90")
    oldest.blur()
    wait_for(tab, lambda: draft.spec["disease"]["graph"]["transitions"] != graph)
    ways = draft.spec["disease"]["graph"]["transitions"]
    shares = {one["to"]: one.get("share") for one in ways if one["from"] == "infectious"}
    assert shares["symptomatic"][-1] == 0.9
    assert shares["recovered"] == "rest"
    assert draft.problems == ()
    words = "The rest goes to “Recovered”, so that all shares sum to 100 %."
    wait_for(tab, lambda: tab.get_by_text(words).count() == 1)
    wait_for(tab, lambda: "21–90 %" in way(tab, "infectious", "symptomatic").text_content())
    tab.get_by_label("the same for all ages").check()
    wait_for(tab, lambda: isinstance(next(
        one["share"] for one in draft.spec["disease"]["graph"]["transitions"]
        if one["to"] == "symptomatic"), float))  # fmt: skip


def test_a_state_is_added_says_what_is_wrong_and_is_connected_by_mouse(open_editor):
    draft = draft_of("own_disease")
    tab = open_editor(draft)
    tab.get_by_role("button", name="Add a state").click()
    new = node(tab, "new_state")
    new.wait_for(timeout=WAIT_MS)
    wait_for(tab, lambda: "cannot be reached" in new.inner_text())
    assert "wrong" in new.get_attribute("class")
    wait_for(tab, lambda: tab.locator('[role="alert"]').count() > 0)
    assert draft.problems[0].place == "disease.graph.states[7]"
    tab.locator(".react-flow__controls-fitview").click()
    # Away from the edges, at which a drawn arrow would push the canvas on.
    tab.locator(".react-flow__controls-zoomout").click()
    tab.wait_for_timeout(600)
    connect(tab, "mild", "new_state")
    wait_for(tab, lambda: way(tab, "mild", "new_state").count() == 1)
    wait_for(tab, lambda: draft.problems == ())
    assert draft.undo_label == "Lead from Mildly ill to New state"
    wait_for(tab, lambda: "wrong" not in new.get_attribute("class"))
    draft.undo()
    draft.undo()
    new.wait_for(state="detached")


def test_a_way_that_cannot_be_is_refused_with_the_reason(open_editor):
    draft = draft_of("own_disease")
    tab = open_editor(draft)
    before = draft.yaml
    connect(tab, "dead", "mild")
    wait_for(tab, lambda: spread(tab) == "Nobody leaves a state of the dead.")
    assert draft.yaml == before
    wait_for(tab, lambda: tab.locator('.react-flow__edge[data-id^="dead->"]').count() == 0)


def test_a_wrong_stay_shows_its_message_at_the_arrow(open_editor):
    draft = draft_of("own_disease")
    tab = open_editor(draft)
    draft.edit(
        "Break a stay",
        lambda spec: spec["disease"]["graph"]["transitions"][2]["dwell"].update(mean=0.2),
    )
    arrow = way(tab, "mild", "immune")
    wait_for(tab, lambda: "must be a number from 1 to 32,000 days" in arrow.text_content())
    assert "wrong" in arrow.get_attribute("class")
    assert "must be a number" in spread(tab)


def test_a_state_is_renamed_and_every_way_follows(open_editor):
    draft = draft_of("own_disease")
    tab = open_editor(draft)
    node(tab, "mild").click()
    name = tab.get_by_label("Name in files and results")
    name.wait_for(timeout=WAIT_MS)
    name.fill("slight")
    name.press("Enter")
    wait_for(tab, lambda: draft.undo_label == "Rename mild to slight")
    assert draft.problems == ()
    node(tab, "slight").wait_for()
    wait_for(tab, lambda: way(tab, "slight", "immune").count() == 1)


def test_tab_and_enter_select_and_delete_takes_a_state_out(open_editor):
    draft = draft_of("own_disease")
    tab = open_editor(draft)
    node(tab, "in_hospital").focus()
    tab.keyboard.press("Enter")
    tab.get_by_text("Delete this state").wait_for(timeout=WAIT_MS)
    tab.wait_for_timeout(800)  # the graph is drawn with what was selected, and takes the focus
    node(tab, "in_hospital").focus()
    tab.keyboard.press("Delete")
    wait_for(tab, lambda: draft.undo_label == "Delete In hospital")
    node(tab, "in_hospital").wait_for(state="detached")
    names = [one["name"] for one in draft.spec["disease"]["graph"]["states"]]
    assert "in_hospital" not in names
    draft.undo()
    node(tab, "in_hospital").wait_for()


def test_tab_reaches_states_and_arrows(open_editor):
    tab = open_editor(draft_of("own_disease"))
    seen = set()
    for _ in range(40):
        tab.keyboard.press("Tab")
        seen.add(
            tab.evaluate(
                "() => { let at = document.activeElement; while (at.shadowRoot?.activeElement)"
                " { at = at.shadowRoot.activeElement } return at.dataset?.id ?? '' }"
            )
        )
    assert {"mild", "severe", "dead", "mild->immune", "in_hospital->dead"} <= seen


def test_a_way_is_added_without_a_mouse(open_editor):
    draft = draft_of("own_disease")
    tab = open_editor(draft)
    node(tab, "severe").focus()
    tab.keyboard.press("Enter")
    add = tab.get_by_role("button", name="Add the way")
    add.wait_for(timeout=WAIT_MS)
    add.focus()
    tab.keyboard.press("Enter")
    wait_for(tab, lambda: (draft.undo_label or "").startswith("Lead from Severely ill to"))
    assert draft.problems == ()


def test_a_dragged_state_stays_where_it_was_put(open_editor):
    draft = draft_of("own_disease")
    tab = open_editor(draft)
    box = node(tab, "mild").bounding_box()
    tab.mouse.move(box["x"] + 40, box["y"] + 12)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 40, box["y"] + 112, steps=8)
    tab.mouse.up()
    wait_for(tab, lambda: draft.undo_label == "Move Mildly ill on the canvas")
    assert "mild" in draft.now.canvas["disease_places"]
    tab.wait_for_timeout(300)
    # The first step of the mouse begins the drag.
    assert node(tab, "mild").bounding_box()["y"] == pytest.approx(box["y"] + 100, abs=20)
    draft.undo()
    wait_for(tab, lambda: abs(node(tab, "mild").bounding_box()["y"] - box["y"]) < 2)


def test_another_disease_is_brought_into_view(open_editor):
    draft = draft_of("nyc_covid")
    draft.set("disease", {"kind": "sir"})
    tab = open_editor(draft)
    draft.set("disease", {"kind": "two_strains"})
    frame = tab.get_by_test_id("rf__wrapper").bounding_box()

    def inside(box):
        return all(
            frame[side] <= box[side] and box[side] + box[size] <= frame[side] + frame[size]
            for side, size in (("x", "width"), ("y", "height"))
        )

    states = tab.locator(".react-flow__node.state")
    wait_for(tab, lambda: states.count() == 12)
    wait_for(tab, lambda: all(inside(one.bounding_box()) for one in states.all()))


def test_a_model_without_a_disease_can_choose_one(part_page):
    from populace.studio.composer.disease_editor import DiseaseEditor

    draft = Draft({"schema": 1, "name": "Blank"})
    tab = part_page(lambda: DiseaseEditor(draft), "light")
    tab.get_by_text("There is no disease yet").wait_for(timeout=WAIT_MS)
    tab.get_by_role("combobox", name="Disease").click()
    tab.get_by_role("menuitem", name="SEIR", exact=True).click()
    wait_for(tab, lambda: draft.spec.get("disease") == {"kind": "seir"})
    node(tab, "exposed").wait_for()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_editor_has_no_serious_fault_of_accessibility(open_editor, theme):
    tab = open_editor(draft_of("own_disease"), theme)
    way(tab, "mild", "immune").locator(".react-flow__edge-textwrapper").click()
    tab.locator("input.mean").wait_for(timeout=WAIT_MS)
    found = faults(tab)
    node(tab, "mild").click()
    tab.get_by_label("Name in files and results").wait_for(timeout=WAIT_MS)
    tab.wait_for_timeout(500)
    found += faults(tab)
    assert not found, "\n".join(found)


def test_the_tab_of_the_compose_room_shows_the_whole_disease(tab, studio):
    tab.goto(f"{studio}/compose?project=nyc_covid")
    tab.get_by_role("tab", name="Disease").wait_for(timeout=40_000)
    tab.wait_for_timeout(2_000)
    tab.keyboard.press("Escape")  # what was not saved before is offered first
    tab.evaluate("document.querySelector('#tab-2').click()")
    node(tab, "dead").wait_for(timeout=WAIT_MS)
    wait_for(tab, lambda: node(tab, "dead").bounding_box()["width"] > 40)
    canvas = tab.locator("#panel-2").get_by_test_id("rf__wrapper").bounding_box()
    assert canvas["width"] > 900  # palette and sidebar make room
    for one in tab.locator("#panel-2 .react-flow__node").all():
        box = one.bounding_box()
        assert canvas["x"] <= box["x"] <= canvas["x"] + canvas["width"] - box["width"]
        assert canvas["y"] <= box["y"] <= canvas["y"] + canvas["height"] - box["height"]
    tab.evaluate("document.querySelector('#tab-1').click()")
    tab.locator("aside.palette").wait_for()
