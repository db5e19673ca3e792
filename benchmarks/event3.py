"""Compiles and calls the C++ bound of `event3.cpp`."""

import ctypes
import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from jaxtyping import Int64, UInt8

from populace.benchmarks import world as worlds
from populace.engine.population_cache import cache_folder

FLAGS = ("-O3", "-march=native", "-fopenmp", "-shared", "-fPIC")
STATE_COUNT = 6
RING_DAYS = 256


@dataclass(frozen=True)
class Outcome:
    """One run: its seconds without set-up, and the people in each state after each day."""

    seconds: float
    series: Int64[np.ndarray, "days states"]

    @property
    def attack(self) -> float:
        """Return the share of people who are no longer susceptible."""
        return float(1.0 - self.series[-1, 0] / self.series[-1].sum())


def available() -> bool:
    """Tell whether there is a compiler for it."""
    return shutil.which("g++") is not None


@cache
def library() -> ctypes.CDLL:
    """Return the compiled engine; compiled once for each text of the program and each user."""
    source = files("populace.benchmarks").joinpath("event3.cpp").read_bytes()
    key = hashlib.sha256(source + " ".join(FLAGS).encode()).hexdigest()[:16]
    folder = cache_folder().parent
    built = folder / f"event3-{key}.so"
    if not built.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as work:
            text, made = Path(work, "event3.cpp"), Path(work, "event3.so")
            text.write_bytes(source)
            subprocess.run(["g++", *FLAGS, str(text), "-o", str(made)], check=True)
            # Renamed when whole: two benches may compile at once.
            made.replace(built)
    loaded = ctypes.CDLL(str(built))
    loaded.event3.restype = ctypes.c_double
    return loaded


def run(
    world: worlds.World,
    start: UInt8[np.ndarray, " agents"],
    days: int,
    seed: int = 7,
    rates: worlds.Rates | None = None,
) -> Outcome:
    """Run an epidemic from the states of day 0; ``start`` is left as it is."""
    rates = rates or worlds.Rates()
    others = np.maximum(np.arange(worlds.HOUSEHOLD_SIZE_MAX + 1) - 1.0, 1.0)
    tables = {
        "susceptibility": worlds.levels(),
        "household_weight": (1.0 / np.sqrt(others)).astype(np.float32),
        "mixing": np.ascontiguousarray(worlds.mixing(), np.float32),
        "dwell": worlds.dwell(),
        "to_hospital": np.array(worlds.TO_HOSPITAL, np.uint8),
    }
    if int(tables["dwell"].max()) >= RING_DAYS:
        raise ValueError(f"a dwell time of {tables['dwell'].max()} days is beyond the calendar")
    state = start.astype(np.uint8, copy=True)
    series = np.zeros((days, STATE_COUNT), np.int64)
    seconds = library().event3(
        ctypes.c_int64(world.agent_count), ctypes.c_int64(len(world.cell_start) - 1),
        _at(world.household_start), _at(world.cell_start), _at(world.household_of),
        # Susceptibility goes by age band here, so the band is the level.
        _at(state), _at(world.band), _at(world.band),
        _at(world.work_of), _at(world.work_start), _at(world.work_member),
        *(_at(table) for table in tables.values()), ctypes.c_uint8(worlds.TO_DEATH),
        _at(world.edge_start), _at(world.edge_target),
        ctypes.c_float(rates.transmission), ctypes.c_float(rates.work), ctypes.c_float(rates.home),
        ctypes.c_float(rates.community), ctypes.c_float(rates.contact),
        ctypes.c_uint32(seed), ctypes.c_int(days), _at(series),
    )  # fmt: skip
    return Outcome(float(seconds), series)


def _at(array: np.ndarray) -> ctypes.c_void_p:
    if not array.flags.c_contiguous:
        raise ValueError("the C++ reads contiguous arrays only")
    return array.ctypes.data_as(ctypes.c_void_p)
