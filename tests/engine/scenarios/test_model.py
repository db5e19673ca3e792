"""The name of a run holds all that its numbers depend on, and variants share their draws."""

import numpy as np
import pytest

from populace.engine.project import Project
from populace.engine.scenarios import model as module
from populace.engine.scenarios.model import Model
from populace.engine.scenarios.one_run import run_model
from populace.engine.shared_world import shared_world
from populace.engine.simulation import no_progress


def key(project, seed=1):
    return Model("any", project).key(seed)


@pytest.mark.parametrize(
    "changes",
    [
        {"days": 26},
        {"headroom": 3.0},
        {"population.people": 1_501},
        {"disease.transmission": 0.11},
        {"disease.initial_infected": 21},
        {"networks.school.intensity": 1.1},
        {"policies.masks.coverage": 0.5},
    ],
    ids=str,
)
def test_another_value_is_another_run(small, changes):
    assert key(small.with_values(changes)) != key(small)
    assert key(small.with_values(changes)) == key(small.with_values(changes))


def test_another_seed_or_engine_is_another_run(small, monkeypatch):
    before = key(small)
    assert key(small, seed=2) != before
    monkeypatch.setattr(module, "engine_version", lambda: "another")
    assert key(small) != before


def test_words_and_the_seed_in_the_file_change_no_run(small):
    spec = small.spec() | {"name": "Other", "description": "Words", "seed": 9}
    assert key(Project.from_spec(spec)) == key(small)


def test_costs_are_part_of_what_is_kept(small):
    spec = small.spec()
    costs = Project.from_spec(spec | {"observations": [{"kind": "costs"}]})
    cases = Project.from_spec(spec | {"observations": [{"kind": "cases"}]})
    assert key(costs) != key(small) == key(cases)


def test_the_content_of_a_data_file_counts(tmp_path, small):
    rows = "\n".join(["first,second", *(f"{n},{n + 1}" for n in range(20))])
    spec = small.spec()
    network = {"kind": "edge_list", "file": "friends.csv"}
    keys = []
    for text in (rows, rows + "\n0,7"):
        (tmp_path / "friends.csv").write_text(text)
        listed = [*spec["networks"][:3], network]
        keys.append(key(Project.from_spec(spec | {"networks": listed}, folder=tmp_path)))
    assert keys[0] != keys[1]


def test_the_name_in_a_comparison_is_not_part_of_the_key(small):
    assert Model("one", small).key(1) == Model("other", small).key(1)


def test_a_change_of_a_rate_leaves_most_chance_in_common(small):
    """Above the usual rate too, where more contacts are drawn."""
    base = small.with_values({"disease.transmission": 0.25, "days": 12})
    more = base.with_value("disease.transmission", 0.26)
    world = shared_world(base, no_progress)

    def infected(project, seed):
        return run_model(Model("x", project), seed, world, lambda day: None).ever_infected

    paired = [infected(more, seed) - infected(base, seed) for seed in range(8)]
    apart = [infected(more, seed + 100) - infected(base, seed) for seed in range(8)]
    assert 0 < 3 * np.std(paired) < np.std(apart)
