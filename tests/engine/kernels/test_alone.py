"""Streams, tables and the reference kernel need Python, torch and numpy, and nothing else."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from populace.engine.behaviours.isolate_when_ill import IsolateWhenIll
from populace.engine.diseases.covid_like import CovidLike
from populace.engine.kernels.base import Imports
from populace.engine.streams import drawn_agents, run_key

PROGRAM = Path(__file__).parent / "alone.py"
DAYS = 12
PEOPLE = ("age", "region_index", "dwelling", "x", "y")


def columns(prefix, holder, names=None):
    """Return the arrays and numbers of a dataclass, by name."""
    names = names or [field.name for field in fields(holder)]
    found = {f"{prefix}.{name}": getattr(holder, name) for name in names}
    plain = (np.ndarray, np.integer, int, float, bool, str)
    return {name: one for name, one in found.items() if isinstance(one, plain)}


@pytest.fixture(scope="module")
def town(mixed_town):
    disease = CovidLike(transmission=0.3, dispersion=0.5, turnover=True)
    isolating = IsolateWhenIll(share_isolating=0.5, target_age_min=30)
    return mixed_town(disease, behaviours=[isolating])


@pytest.fixture(scope="module")
def imports():
    agents = np.array([3, 77, 1_400], np.int32)
    return Imports(agents, np.zeros(3, np.uint8), np.zeros(3, np.uint32))


@pytest.fixture(scope="module")
def stored(town, imports, tmp_path_factory):
    graph, acceptance = town.tables()
    people = town.world.people
    arrays = {"networks": len(town.world.networks), "regions": people.places.region_ids}
    for number, shape in enumerate(town.world.networks):
        arrays |= columns(f"network{number}", shape)
    arrays |= columns("people", people, PEOPLE) | columns("graph", graph)
    arrays |= columns("graph", graph, ["state_count"]) | columns("acceptance", acceptance)
    arrays |= columns("bounds", town.bounds, ["poisson"]) | columns("imports", imports)
    first = drawn_agents(run_key(7), people.agent_count, 40)
    path = tmp_path_factory.mktemp("alone") / "arrays.npz"
    np.savez(path, first=first, days=DAYS, born=np.array([5, 6, 900], np.int32), **arrays)
    return path


def alone(path):
    command = [sys.executable, str(PROGRAM), str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_the_reference_runs_from_plain_arrays_and_writes_what_the_fast_kernel_writes(
    town, imports, stored
):
    kernel = town.start("fast", 7, 40)
    for day in range(1, DAYS + 1):
        kernel.advance(day, imports, np.array([5, 6, 900], np.int32))
    table = kernel.log.table(DAYS)
    assert len(table.day) > 300, "the epidemic must be large enough to compare"
    done = alone(stored)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [table.sha256()]


@pytest.mark.parametrize("module", ["numba", "jaxtyping", "param", "scipy", "pandas", "panel"])
def test_the_program_would_notice_an_import(module):
    """Else the test above could not fail."""
    code = (
        f"import sys; sys.path.insert(0, {str(PROGRAM.parent)!r}); import alone;"
        f"sys.meta_path.insert(0, alone.Refuse()); import torch, numpy; import {module}"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert f"ModuleNotFoundError: {module} is not on this machine" in done.stderr
