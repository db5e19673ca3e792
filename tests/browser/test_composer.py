"""A person in the Compose room: builds a model, is told what is wrong, and runs it."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from tests.browser.faults import faults

from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.studio.composer.part_form import PartForm
from populace.studio.drafts import find_draft

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = pytest.mark.browser

LONG_MS = 90_000


@pytest.fixture
def room(tab, studio):
    """Open the room at an address and wait for its parts."""

    def opened(query=""):
        tab.goto(f"{studio}/compose{query}")
        tab.get_by_role("heading", name="Inconsistencies").wait_for(timeout=LONG_MS)
        canvas(tab, ".react-flow__controls").wait_for(timeout=LONG_MS)
        tab.wait_for_function("location.search.includes('draft=')", timeout=LONG_MS)
        return tab

    return opened


def draft_of(tab):
    """Return the draft that a page edits."""
    key = parse_qs(urlparse(tab.url).query)["draft"][0]
    opened = find_draft(key)
    assert opened is not None
    return opened.draft


def canvas(tab, query):
    """Return what is on the canvas of the model; the disease has a canvas of its own."""
    return tab.locator(f"#panel-1 {query}")


def node(tab, id_):
    """Return a part on the canvas."""
    return canvas(tab, f'.react-flow__node[data-id="{id_}"]')


def port(tab, id_, name, end):
    """Return a port: "source" on the right side, "target" on the left."""
    return node(tab, id_).locator(f'.react-flow__handle.{end}[data-handleid="{name}"]')


def edge(tab, id_):
    """Return an edge."""
    return canvas(tab, f'.react-flow__edge[data-id="{id_}"]')


def draw_edge(tab, one, other):
    """Drag from the middle of one element to the middle of another."""
    a, b = one.bounding_box(), other.bounding_box()
    tab.mouse.move(a["x"] + a["width"] / 2, a["y"] + a["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(a["x"] + 30, a["y"] + 20, steps=3)
    tab.mouse.move(b["x"] + b["width"] / 2, b["y"] + b["height"] / 2, steps=5)
    tab.mouse.up()


def add(tab, label):
    """Add a part from the palette by mouse."""
    tab.get_by_role("button", name=f"Add {label}", exact=True).click()


def add_by_key(tab, words):
    """Add the first part that has these words by keys alone."""
    tab.get_by_role("searchbox", name="Search parts").focus()
    tab.keyboard.press("Control+a")
    tab.keyboard.type(words)
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")


def box(tab, label):
    """Return the box of a setting in the form."""
    return tab.locator(".form").get_by_label(label, exact=True)


def enter(tab, label, text):
    """Type a value and leave the box."""
    field = box(tab, label)
    field.fill(text)
    field.press("Enter")


def expect_undo(tab, label):
    """Wait until the button says what it would undo."""
    expect(tab.locator('[data-act="undo"]')).to_have_attribute("aria-label", label)


def said(tab):
    """Return the words that the page has for the person."""
    return tab.locator('[data-text="said"]')


def wait_until(tab, holds):
    """Wait for something on the server."""
    for _ in range(100):
        if holds():
            return
        tab.wait_for_timeout(50)
    raise AssertionError("it did not come to hold within 5 s")


def test_the_boarding_school_is_built_from_blank_by_mouse_and_keys_with_equal_events(room):
    tab = room("?new=1")
    expect(tab.locator('[data-act="run"]')).to_have_attribute("aria-disabled", "true")
    add(tab, "Boarding school, population")
    expect(node(tab, "population")).to_be_visible()
    add_by_key(tab, "the whole population is one place")
    expect(node(tab, "networks.well_mixed")).to_be_visible()
    add_by_key(tab, "sir then immune for good")
    expect(edge(tab, "networks.well_mixed>disease")).to_have_count(1)
    enter(tab, "Transmission", "2.05")
    enter(tab, "Infectious period", "2.2")
    enter(tab, "Initial infected", "3")
    canvas(tab, ".react-flow__pane").click(position={"x": 300, "y": 60})
    enter(tab, "Days", "28")
    enter(tab, "Seed", "267")
    draft = draft_of(tab)
    wait_until(tab, lambda: draft.spec.get("seed") == 267)
    expect(tab.locator('[data-act="run"]')).to_have_attribute("aria-disabled", "false")
    ours, sample = Simulation(draft.project()), Simulation(Project.load("school_flu"))
    for _ in range(28):
        ours.step()
        sample.step()
    assert ours.events_sha256() == sample.events_sha256()


def test_a_form_that_comes_late_does_not_show_the_number_before(room):
    tab = room()
    node(tab, "disease").click()
    draft = draft_of(tab)
    field = box(tab, "Initial infected")
    form = _form_of(draft)
    late = {"form": form._form(), "turn": 0}
    enter(tab, "Initial infected", "321")
    wait_until(tab, lambda: draft.spec["disease"].get("initial_infected") == 321)
    tab.wait_for_timeout(500)
    form._later(lambda: form._send_msg(late))
    tab.wait_for_timeout(1_000)
    assert field.input_value() == "321"


def test_a_large_number_is_grouped_until_somebody_types_in_it(room):
    tab = room("?project=nyc_covid")
    draft = draft_of(tab)
    node(tab, "disease").click()
    enter(tab, "Initial infected", "8804190")
    wait_until(tab, lambda: draft.spec["disease"]["initial_infected"] == 8_804_190)
    field = box(tab, "Initial infected")
    over = tab.locator(".form .field[data-name=initial_infected] .grouped")
    expect(over).to_be_hidden()
    assert field.input_value() == "8804190"
    field.blur()
    expect(over).to_be_visible()
    expect(over).to_have_text("8,804,190")
    field.focus()
    tab.keyboard.press("End")
    tab.keyboard.press("Backspace")
    tab.keyboard.press("Tab")
    expect(over).to_have_text("880,419")
    wait_until(tab, lambda: draft.spec["disease"]["initial_infected"] == 880_419)
    draft.undo()
    expect(over).to_have_text("8,804,190")


def _form_of(draft):
    """Return the form of the page that edits a draft."""
    import gc

    return next(one for one in gc.get_objects()
                if type(one) is PartForm and one._draft is draft)  # fmt: skip


def test_a_wrong_edge_is_refused_and_the_page_says_why(room):
    tab = room()
    count = canvas(tab, ".react-flow__edge").count()
    before = draft_of(tab).yaml
    people = port(tab, "population", "people", "source")
    draw_edge(tab, people, port(tab, "disease", "contacts", "target"))
    expect(said(tab)).to_have_text(
        "A population gives people: join it to a network. A disease takes contacts."
    )
    draw_edge(tab, port(tab, "policies.masks", "acts", "source"), node(tab, "networks.household"))
    expect(said(tab)).to_contain_text("Masks does not change the network Household")
    assert canvas(tab, ".react-flow__edge").count() == count
    assert draft_of(tab).yaml == before


def test_an_edge_puts_a_parked_part_in_the_model_and_its_loss_takes_it_out(room):
    tab = room()
    draft = draft_of(tab)
    node(tab, "networks.school").click()
    tab.keyboard.press("p")
    parked = node(tab, "parked.1")
    expect(parked).to_have_class(re.compile("parked"))
    assert "school" not in [part["kind"] for part in draft.spec["networks"]]
    draw_edge(
        tab, port(tab, "population", "people", "source"), port(tab, "parked.1", "people", "target")
    )
    expect(node(tab, "networks.school")).to_be_visible()
    expect(edge(tab, "networks.school>disease")).to_have_count(1)
    expect_undo(tab, "Undo: Use School")
    path = edge(tab, "networks.school>disease").locator(".react-flow__edge-path")
    middle = path.evaluate(
        "p => { const q = p.getPointAtLength(p.getTotalLength() / 4), m = p.getScreenCTM();"
        " return [q.x * m.a + m.e, q.y * m.d + m.f] }"
    )
    tab.mouse.click(*middle)
    tab.keyboard.press("Delete")
    expect(node(tab, "parked.1")).to_be_visible()
    assert "school" not in [part["kind"] for part in draft.spec["networks"]]


def test_keys_undo_redo_copy_duplicate_and_delete(room):
    tab = room()
    draft = draft_of(tab)
    before = draft.yaml
    node(tab, "policies.masks").click()
    tab.keyboard.press("Control+c")
    tab.keyboard.press("Control+v")
    expect(node(tab, "policies.masks_2")).to_have_class(re.compile("selected"))
    tab.keyboard.press("Control+d")
    expect(node(tab, "policies.masks_3")).to_be_visible()
    tab.keyboard.press("Delete")
    expect(node(tab, "policies.masks_3")).to_have_count(0)
    expect_undo(tab, "Undo: Remove Masks 3")
    for _ in range(3):
        tab.keyboard.press("Control+z")
    expect(node(tab, "policies.masks_2")).to_have_count(0)
    expect(tab.locator('[data-act="undo"]')).to_be_disabled()
    assert draft.yaml == before
    tab.keyboard.press("Control+y")
    tab.keyboard.press("Control+Shift+z")
    expect(node(tab, "policies.masks_3")).to_be_visible()


def test_the_keyboard_goes_from_part_to_part_and_moves_them(room):
    tab = room()
    node(tab, "population").focus()
    tab.keyboard.press("ArrowRight")
    expect(node(tab, "networks.household")).to_have_class(re.compile("selected"))
    expect(tab.locator(".form").get_by_role("heading", level=2)).to_have_text("Household")
    tab.keyboard.press("ArrowDown")
    expect(node(tab, "networks.school")).to_have_class(re.compile("selected"))
    expect(node(tab, "networks.household")).not_to_have_class(re.compile("selected"))
    tab.keyboard.press("Shift+ArrowDown")
    draft = draft_of(tab)
    wait_until(tab, lambda: "networks.school" in draft.now.canvas.get("places", {}))
    expect_undo(tab, "Undo: Move School")
    tab.get_by_role("button", name="Tidy").click()
    wait_until(tab, lambda: "places" not in draft.now.canvas)


def test_a_form_changes_the_draft_and_keeps_what_is_wrong_with_the_reason_below(room):
    tab = room()
    draft = draft_of(tab)
    node(tab, "policies.masks").click()
    enter(tab, "Coverage", "60")
    wait_until(tab, lambda: draft.spec["policies"][0].get("coverage") == 0.6)
    expect(node(tab, "policies.masks")).to_contain_text("Coverage: 60 %")
    enter(tab, "Coverage", "160 %")
    row = tab.locator('.field[data-name="coverage"]')
    expect(row.get_by_role("alert")).to_have_text("must be 0 % to 100 %, not 160 %.")
    expect(node(tab, "policies.masks")).to_have_class(re.compile("wrong"))
    assert draft.spec["policies"][0]["coverage"] == 1.6
    enter(tab, "Coverage", "many")
    expect(row.get_by_role("alert")).to_contain_text("must be a number from 0 to 1, not 'many'")
    tab.locator('[data-act="run"]').press("Enter")
    expect(said(tab)).to_contain_text("This model cannot run yet.")
    row.get_by_role("button", name="Reset Coverage").click()
    expect(row.get_by_role("alert")).to_be_hidden()
    wait_until(tab, lambda: "coverage" not in draft.spec["policies"][0])


def test_a_click_on_a_problem_goes_to_its_field(room):
    tab = room()
    node(tab, "disease").click()
    enter(tab, "Transmission", "9000")
    expect(tab.get_by_role("heading", name="Inconsistencies: 1")).to_be_visible()
    canvas(tab, ".react-flow__pane").click(position={"x": 300, "y": 60})
    expect(box(tab, "Days")).to_be_visible()
    tab.get_by_role("button", name=re.compile("COVID-like: transmission")).click()
    expect(box(tab, "Transmission")).to_be_focused()
    expect(node(tab, "disease")).to_have_class(re.compile("selected"))


def test_a_disease_whose_numbers_were_changed_is_called_custom(room):
    tab = room()
    node(tab, "disease").click()
    title = tab.locator(".form").get_by_role("heading", level=2)
    expect(title).to_have_text("COVID-like")
    enter(tab, "Transmission", "0.06")
    expect(title).to_have_text("COVID-like: custom")
    expect(node(tab, "disease")).to_contain_text("COVID-like: custom")
    tab.keyboard.press("Control+z")
    expect(title).to_have_text("COVID-like")


def test_a_part_is_dragged_from_the_palette_onto_the_canvas(room):
    tab = room()
    tab.get_by_role("searchbox", name="Search parts").fill("lockdown")
    tab.get_by_role("button", name="Add Lockdown, policy").drag_to(
        canvas(tab, ".react-flow__pane"), target_position={"x": 400, "y": 640}
    )
    expect(node(tab, "policies.lockdown")).to_have_class(re.compile("selected"))
    draft = draft_of(tab)
    assert "policies.lockdown" in draft.now.canvas["places"]
    assert draft.yaml.count("lockdown") == 1


def test_a_network_that_a_policy_leaves_alone_is_unticked(room):
    tab = room()
    draft = draft_of(tab)
    node(tab, "policies.masks").click()
    tab.locator(".ticks").get_by_label("School").uncheck()
    expect(edge(tab, "policies.masks>networks.school")).to_have_count(0)
    assert draft.spec["policies"][0]["target_networks"] == "workplace, community"
    draw_edge(tab, port(tab, "policies.masks", "acts", "source"), node(tab, "networks.school"))
    expect(edge(tab, "policies.masks>networks.school")).to_have_count(1)
    assert "target_networks" not in draft.spec["policies"][0]


def test_a_second_disease_takes_the_place_of_the_first_which_is_parked(room):
    tab = room()
    add_by_key(tab, "measles")
    expect(node(tab, "disease")).to_contain_text("Measles")
    expect(node(tab, "parked.1")).to_contain_text("COVID-like")
    expect(said(tab)).to_contain_text("A model has one disease: COVID-like is parked")


def test_a_model_runs_and_comes_back_with_the_sliders_of_the_run(room):
    tab = room()
    key = parse_qs(urlparse(tab.url).query)["draft"][0]
    tab.locator('[data-act="run"]').click()
    tab.locator(".clock time").wait_for(timeout=LONG_MS)
    slider = tab.get_by_role("slider", name="Masks: coverage")
    slider.focus()
    slider.press("End")
    tab.get_by_text("applied on day").first.wait_for(timeout=LONG_MS)
    tab.get_by_role("link", name="Edit this model").click()
    tab.get_by_role("heading", name="Inconsistencies").wait_for(timeout=LONG_MS)
    expect(node(tab, "policies.masks")).to_contain_text("Coverage: 100 %", timeout=LONG_MS)
    tab.wait_for_function("location.search.includes('back=')")
    assert parse_qs(urlparse(tab.url).query)["draft"] == [key]
    expect_undo(tab, "Undo: Take the sliders of the run")


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_the_room_fills_the_window_and_never_scrolls(room, size):
    tab = room()
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    node(tab, "policies.masks").click()
    box(tab, "Coverage").wait_for()
    root = "document.scrollingElement"
    assert tab.evaluate(f"{root}.scrollHeight <= innerHeight && {root}.scrollWidth <= innerWidth")
    for part in (".palette", ".work", ".side", ".top"):
        found = tab.locator(part).first.bounding_box()
        assert found["x"] + found["width"] <= size[0]
        assert found["y"] + found["height"] <= size[1]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_no_serious_fault(room, theme):
    tab = room()
    if theme == "light":
        tab.get_by_role("button", name="Light or dark").click()
    expect(tab.locator("html")).to_have_attribute("data-theme", theme)
    node(tab, "policies.masks").click()
    enter(tab, "Coverage", "900")
    tab.locator(".form").get_by_role("alert").filter(has_text="900").wait_for()
    assert faults(tab) == []


def test_an_attribute_of_several_values_is_made_by_form_and_keys(room):
    tab = room("?project=school_flu")
    add(tab, "One of several values, attribute")
    draft = draft_of(tab)
    form = tab.locator(".form")
    form.get_by_role("button", name="Add a value").press("Enter")
    wait_until(tab, lambda: len(_weights(draft)) == 3)
    expect(form.get_by_label("Name of value 3", exact=True)).to_be_focused()
    for number, (name, weight) in enumerate([("walks", "6"), ("bus", "3"), ("car", "1")], 1):
        form.get_by_label(f"Name of value {number}", exact=True).fill(name)
        tab.keyboard.press("Tab")
        wait_until(tab, lambda name=name: name in _weights(draft))
        form.get_by_label(f"How common {name} is", exact=True).fill(weight)
        tab.keyboard.press("Tab")
        wait_until(tab, lambda name=name, weight=weight: _weights(draft)[name] == float(weight))
    assert list(_weights(draft).items()) == [("walks", 6.0), ("bus", 3.0), ("car", 1.0)]
    expect(form.get_by_text("60 %")).to_be_visible()
    form.get_by_label("Name of value 3", exact=True).fill("bus")
    tab.keyboard.press("Tab")
    expect(form.get_by_text("is there twice")).to_be_visible()
    form.get_by_role("button", name="Remove bus").click()
    wait_until(tab, lambda: list(_weights(draft)) == ["walks", "car"])
    tab.locator('[data-act="undo"]').click()
    wait_until(tab, lambda: list(_weights(draft)) == ["walks", "bus", "car"])
    expect(form.get_by_label("How common car is", exact=True)).to_have_value("1")


def _weights(draft):
    return draft.spec["attributes"][0].get("weights", {})


def test_what_is_folded_is_said_in_words_and_opens_where_it_is_needed(room):
    tab = room("?project=school_flu")
    add(tab, "Masks, policy")
    folded = tab.locator('.form details[data-group="For whom"]')
    expect(folded.locator(".words")).to_have_text("everybody")
    expect(box(tab, "From age")).to_have_count(0)
    folded.locator("summary").focus()
    tab.keyboard.press("Enter")
    enter(tab, "From age", "65")
    expect(folded.locator(".words")).to_have_text("ages 65 and over")
    add(tab, "Distancing, policy")
    expect(box(tab, "From age")).to_have_value("0")  # it stays open from part to part
    draft_of(tab).set("policies.distancing.start_day", 40_000)
    expect(box(tab, "First day")).to_have_value("40000")  # what is wrong is in sight


def test_a_behaviour_is_given_a_target_that_the_model_then_has(room):
    tab = room("?project=care_first")
    id_, draft = "behaviours.isolate_when_ill", draft_of(tab)
    node(tab, id_).click()
    folded = tab.locator('.form details[data-group="For whom"]')
    expect(folded.locator(".words")).to_have_text("everybody")
    folded.locator("summary").click()
    enter(tab, "From age", "30")
    enter(tab, "By the attribute", "nurze")
    expect(tab.locator(".form").get_by_text('no attribute "nurze"')).to_be_visible()
    enter(tab, "By the attribute", "carer")
    words = "ages 30 and over, carer: yes"
    expect(folded.locator(".words")).to_have_text(words)
    expect(node(tab, id_).get_by_text(f"for {words}")).to_be_visible()
    aimed = {"target_age_min": 30, "target_attribute": "carer"}
    assert draft.spec["behaviours"] == [{"kind": "isolate_when_ill"} | aimed]
    tab.locator('[data-act="undo"]').click()
    wait_until(tab, lambda: draft.spec["behaviours"][0].get("target_attribute") == "nurze")
    tab.locator('[data-act="redo"]').click()
    wait_until(tab, lambda: draft.spec["behaviours"][0].get("target_attribute") == "carer")
    run = Simulation(draft.project().with_value("population.people", 5_000))
    isolating = run.in_force()[2].conduct_bits > 0
    carers = run.people.attributes["carer"].values == 1
    assert (isolating == carers & (run.people.age >= 30)).all()
    assert 100 < isolating.sum() < carers.sum()


def test_a_part_that_comes_goes_and_comes_again_is_drawn_where_it_was(room):
    tab = room("?project=school_flu")
    for _ in range(14):  # more often than there are spare places on the canvas
        add(tab, "Masks, policy")
    ids = [f"policies.masks{end}" for end in ("", *(f"_{n}" for n in range(2, 15)))]
    expect(node(tab, ids[-1])).to_be_visible()
    shown = canvas(tab, ".react-flow__node")
    count = shown.count()
    for _ in range(3):
        tab.locator('[data-act="undo"]').click()
    expect(shown).to_have_count(count - 3)
    for _ in range(3):
        tab.locator('[data-act="redo"]').click()
    expect(shown).to_have_count(count)
    for id_ in ids:
        expect(node(tab, id_)).to_be_visible()
        expect(edge(tab, f"{id_}>networks.well_mixed")).to_have_count(1)
    assert len(draft_of(tab).spec["policies"]) == len(ids)
