"""Small towns for the tests of the engine."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
import torch

from populace.engine.acceptance import Acceptance, Multipliers, acceptance_of, bounds_of
from populace.engine.behaviours.base import Behaviour
from populace.engine.component import Values
from populace.engine.contacts import Contacts, Edges, Groups, Mixing
from populace.engine.diseases.base import Disease, Dwell, State, Transition, everyone
from populace.engine.graph import Graph, graph_of
from populace.engine.kernels.base import Kernel
from populace.engine.kernels.cpu import FastKernel
from populace.engine.kernels.reference import ReferenceKernel
from populace.engine.people import People, Places
from populace.engine.quantities import Duration, Rate, Structure
from populace.engine.streams import drawn_agents, run_key
from populace.engine.targets import bits_of_behaviours
from populace.engine.world import World, network_shape

# The fast kernel is compiled for a number of networks (20 seconds): one serves nearly all tests.
NETWORKS = 4


@pytest.fixture(autouse=True, scope="session")
def one_torch_thread():
    """Thousands of small steps: a second thread costs more than it does."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Sirs(Disease):
    """Immunity that is lost again."""

    transmission = Rate(0.3, bounds=(0, 5), live=True, unit="", source="a test", doc="")
    infectious_period = Duration(5.0, bounds=(1, 500), source="a test", doc="")
    immunity = Duration(30.0, bounds=(1, 2_000), source="a test", doc="")
    immunity_shape = Structure(2, bounds=(0, 20), doc="")

    @classmethod
    def states(cls, values: Values) -> tuple[State, ...]:
        return (
            State("susceptible", "", "susceptible", "susceptible"),
            State("infectious", "", "infectious", "infectious", 1.0, True),
            State("recovered", "", "removed", "recovered"),
        )

    @classmethod
    def transitions(cls, values: Values) -> tuple[Transition, ...]:
        ill = values.infectious_period
        immune = Dwell(values.immunity, values.immunity_shape)
        return (
            Transition("infectious", "recovered", Dwell(ill, 3), everyone()),
            Transition("recovered", "susceptible", immune, everyone()),
        )

    @classmethod
    def transmission_rate(cls, values: Values) -> float:
        return values.transmission


def people_of(count: int, dwelling: np.ndarray | None = None, regions: int = 1) -> People:
    """Return people of mixed ages, sorted by region and dwelling."""
    draw = np.random.default_rng(count)
    names = tuple(str(region) for region in range(regions))
    flat = np.zeros(count, np.float32)
    return People(
        age=draw.integers(0, 100, count).astype(np.uint8),
        region_index=(np.arange(count) * regions // max(count, 1)).astype(np.uint16),
        dwelling=(np.arange(count) if dwelling is None else dwelling).astype(np.int32),
        x=flat,
        y=flat,
        places=Places(names, names, ("",) * regions),
    )


def mixed_contacts(count: int, seed: int = 0) -> tuple[People, dict[str, Contacts]]:
    """Return people with all four shapes of networks: ranges, members, cells, edges."""
    draw = np.random.default_rng(seed)
    sizes = draw.integers(1, 7, count)
    dwelling = np.repeat(np.arange(count), sizes)[:count]
    people = people_of(count, dwelling, regions=3)
    others = np.arange(8.0)
    work = np.where(draw.random(count) < 0.6, draw.integers(0, max(count // 15, 1), count), -1)
    bands = np.arange(16)
    shares = np.bincount(people.age_band(), minlength=16) / max(count, 1)
    contacts = np.exp(-np.abs(np.subtract.outer(bands, bands)) / 3.0)
    cell = (np.arange(count) * 5 // max(count, 1)).astype(np.int32)
    cell_ends = np.searchsorted(cell, np.arange(6)).astype(np.int64)
    first, second = draw.integers(0, max(count, 1), (2, 3 * count))
    return people, {
        "household": Groups.of_sorted(people.dwelling, np.append(0.0, np.sqrt(others))),
        "workplace": Groups.of_members(work.astype(np.int32), np.array([0.0, 0.0, 1.5])),
        "community": Mixing(cell, cell_ends, 2 * contacts * shares[None, :], shares),
        "friends": Edges.of_pairs(count, first, second, 0.15),
    }


class Town:
    """People, networks and a disease, ready for either kernel."""

    def __init__(
        self,
        people: People,
        contacts: Mapping[str, Contacts],
        disease: Disease,
        behaviours: Sequence[Behaviour] = (),
        headroom: float = 4.0,
        bound_intensity: Mapping[str, float] | None = None,
        pad: bool = True,
    ) -> None:
        shapes = [network_shape(name, name == "household", part) for name, part in contacts.items()]
        empty = Edges(np.zeros(people.agent_count + 1, np.int64), np.zeros(0, np.int32), 0.0)
        while pad and len(shapes) < NETWORKS:
            shapes.append(network_shape(f"~{len(shapes)}", False, empty))
        self.world = World.of_shapes(people, shapes)
        self.disease, self.behaviours = disease, behaviours
        graph, values = graph_of(type(disease), disease.values()), disease.values()
        ones = {shape.name: 1.0 for shape in self.world.networks}
        level = ones | dict(bound_intensity or {})
        rate = disease.transmission_rate(values)
        self.bounds = bounds_of(self.world, graph, rate, level, headroom)

    def tables(
        self,
        intensity: Mapping[str, float] | None = None,
        behaviours: Sequence[Behaviour] | None = None,
        **changed: float,
    ) -> tuple[Graph, Acceptance]:
        """Return the tables with some numbers changed."""
        values = Values(**(vars(self.disease.values()) | changed))
        ones = {shape.name: 1.0 for shape in self.world.networks}
        used = self.behaviours if behaviours is None else behaviours
        taken_up = {part.own_name: (type(part), part.values()) for part in used}
        numbers = Multipliers(
            self.disease.transmission_rate(values),
            ones | dict(intensity or {}),
            [],
            taken_up,
            conduct_bits=bits_of_behaviours(taken_up, self.world.people),
        )
        graph = graph_of(type(self.disease), values)
        return graph, acceptance_of(self.world, graph, self.bounds, numbers)

    def start(
        self,
        kind: str = "fast",
        seed: int = 7,
        first: int | np.ndarray = 10,
        chunks: int | None = None,
        threads: int | None = None,
        **numbers: object,
    ) -> Kernel:
        """Return a kernel with the first people infected."""
        graph, acceptance = self.tables(**numbers)
        parts = (self.world, graph, self.bounds, acceptance, run_key(seed))
        kernel = (
            FastKernel(*parts, chunks, threads)
            if kind == "fast"
            else ReferenceKernel(*parts, "cpu")
        )
        if isinstance(first, int):
            first = drawn_agents(run_key(seed), self.world.agent_count, first)
        kernel.begin(np.asarray(first, np.int32))
        return kernel

    def run(
        self,
        kernel: Kernel,
        last_day: int,
        first_day: int = 1,
        changes: Mapping[int, Mapping[str, object]] | None = None,
    ) -> Kernel:
        """Simulate days; ``changes`` names numbers that hold from the morning of a day."""
        for day in range(first_day, last_day + 1):
            if changes and day in changes:
                kernel.use(*self.tables(**changes[day]))
            kernel.advance(day)
        return kernel

    def infected(self, days: int, **options: object) -> int:
        """Return how many people an epidemic infects in all, the first ones included."""
        kernel = self.start(**options)
        infected = len(kernel.log.table(0).agent)
        for day in range(1, days + 1):
            kernel.advance(day)
            infected += int(kernel.new_infections().sum())
        return infected


@pytest.fixture(scope="session")
def make_town() -> Callable[..., Town]:
    """Put any contacts on people: ``make_town(people, {"friends": Edges(...)}, Sir())``."""
    return Town


@pytest.fixture(scope="session")
def make_people() -> Callable[..., People]:
    return people_of


@pytest.fixture(scope="session")
def mixed_town() -> Callable[..., Town]:
    """Put a disease on people with all four shapes of networks."""

    def build(disease: Disease, count: int = 1_501, seed: int = 0, **options: object) -> Town:
        return Town(*mixed_contacts(count, seed), disease, **options)

    return build


@pytest.fixture(scope="session")
def sirs() -> type[Disease]:
    return Sirs
