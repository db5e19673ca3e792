"""The manual has a page for each component, and it says what the declaration says."""

import importlib.util
from pathlib import Path

import pytest

from populace.engine.quantities import Structure

ROOT = Path(__file__).parents[2]


def hook():
    found = importlib.util.spec_from_file_location(
        "component_pages", ROOT / "docs/component_pages.py"
    )
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


pages = hook()
ALL = [
    pytest.param(family, kind, component, id=f"{family}-{kind}")
    for family, kind, component in pages.components()
]


def cells(line):
    return [cell.strip() for cell in line[2:-2].replace("\\|", "/").split(" | ")]


@pytest.mark.parametrize(("family", "kind", "component"), ALL)
def test_a_page_has_a_full_row_for_each_setting(family, kind, component):
    rows = {
        line.split("`")[1]: cells(line)
        for line in pages.page(family, kind, component).splitlines()
        if line.startswith("| `")
    }
    declared = dict(component.declarations())
    assert list(rows) == list(declared)
    for name, row in rows.items():
        default, meaning, source = row[1], row[-2], row[-1]
        assert default, f"{name} has no default on its page"
        assert ("live" in row[0]) == getattr(declared[name], "live", False)
        assert meaning == " ".join(declared[name].doc.replace("|", "/").split())
        assert source or isinstance(declared[name], Structure), f"{name} has no source on its page"


@pytest.mark.parametrize(("family", "kind", "component"), ALL)
def test_a_page_opens_with_a_sentence_and_tells_the_key(family, kind, component):
    text = pages.page(family, kind, component)
    sentence = component.__doc__.partition("\n")[0]
    assert f"# {component.label()}\n\n{sentence}" in text
    assert f"kind: {kind}" in text


def test_the_overview_leads_to_every_page():
    text = pages.overview()
    for family, kind, _ in pages.components():
        assert f"({family}/{kind}.md)" in text


def test_a_bar_in_a_text_does_not_end_the_cell():
    assert pages._cell("one |\n two") == "one \\| two"


def test_every_assumed_default_stands_on_the_page_of_assumptions():
    text = pages.assumptions()
    for family, kind, component in pages.components():
        _, found, own = text.partition(f"({family}/{kind}.md)")
        own = own.partition("\n## ")[0]
        for name in vars(component):
            declared = dict(component.declarations()).get(name)
            if declared is not None and declared.source.startswith("assumption"):
                assert found, f"{kind} is missing"
                assert f"| `{name}`" in own
