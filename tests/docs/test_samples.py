"""The sample projects, and the examples in the manual, can be used as they stand."""

import re
from pathlib import Path

import pytest

from populace.engine.project import Project

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(file.parent for file in (ROOT / "sample_projects").glob("*/project.yaml"))
TEXTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(language):
    return [
        pytest.param(block, id=f"{text.stem}-{index}")
        for text in TEXTS
        for index, block in enumerate(
            re.findall(rf"```{language}\n(.*?)```", text.read_text(), re.S)
        )
    ]


def test_there_are_the_two_samples_of_the_first_page():
    assert {"nyc_covid", "school_flu"} <= {folder.name for folder in SAMPLES}


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_a_sample_opens_and_says_what_it_is(folder):
    assert Project.load(folder).name
    assert (folder / "README.md").read_text().startswith("# ")


@pytest.mark.parametrize("block", blocks("yaml"))
def test_a_project_in_the_manual_opens(block, tmp_path):
    file = tmp_path / "project.yaml"
    file.write_text(block)
    assert Project.load(file).name


@pytest.mark.parametrize("block", blocks("python"))
def test_a_program_in_the_manual_runs(block, monkeypatch):
    monkeypatch.chdir(ROOT)
    exec(compile(block, "manual", "exec"), {})


def test_every_recipe_that_the_readme_names_exists():
    recipes = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(
        re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    )
    assert named
    assert named <= recipes
