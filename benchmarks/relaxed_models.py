"""The benchmark's models as tensors through which autograd can carry a gradient.

People and contacts are those of the engine; everything else is as simple as such programs have it:
each day somebody susceptible is infected with probability 1 - exp(-force), and stays end with a
fixed chance. Draws belong to person and day, so that two runs with one seed are a pair.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from populace.engine.people import AGE_BAND_COUNT
from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.engine.world import CELLS, MEMBERS, RANGES, NetworkShape, World

# How 'was infected' gets a slope. Straight-through: that of the probability. Detached stays: the
# same, but only those who are in a state carry a slope on to the next. Gumbel: that of a soft step.
Way = Literal["straight_through", "detached_stays", "gumbel", "mean_field"]
MATCH_ONE = 65_536
_SMALL = 1e-6


@dataclass(frozen=True)
class Meetings:
    """One network: who shares a cell with whom, and the force that one infectious person adds."""

    cell: Tensor  # [people]; the last cell is that of those who meet nobody
    cells: int
    weight: Tensor  # [cells], or by age of target and source [bands, bands]
    size: Tensor  # [cells]
    band: Tensor | None  # [people], where age counts

    @staticmethod
    def of(shape: NetworkShape, world: World) -> "Meetings":
        if shape.shape not in (RANGES, MEMBERS, CELLS):
            raise ValueError(f"{shape.name}: only groups and mixing have a relaxed form")
        sizes = np.diff(shape.pointers)
        count = len(sizes)
        cell = torch.from_numpy(
            np.where(shape.group_of < 0, count, shape.group_of).astype(np.int64)
        )
        size = torch.from_numpy(np.append(np.maximum(sizes, 1), 1).astype(np.float32))
        if shape.match is None:
            rates = shape.rates[np.minimum(sizes, len(shape.rates) - 1)]
            weight = torch.from_numpy(np.append(rates / np.maximum(sizes, 1), 0.0))
            return Meetings(cell, count + 1, weight.float(), size, None)
        weight = torch.from_numpy(shape.rates[None, :] * shape.match / MATCH_ONE).float()
        return Meetings(
            cell, count + 1, weight, size, torch.from_numpy(world.age_band.astype(np.int64))
        )

    def force(self, infectious: Tensor) -> Tensor:
        """Return the force of infection on everybody."""
        if self.band is None:
            total = torch.zeros(self.cells).index_add(0, self.cell, infectious)
            return (total * self.weight)[self.cell]
        row = self.cell * AGE_BAND_COUNT + self.band
        total = torch.zeros(self.cells * AGE_BAND_COUNT).index_add(0, row, infectious)
        by_age = total.view(self.cells, AGE_BAND_COUNT) @ self.weight.T / self.size[:, None]
        return by_age.reshape(-1)[row]


@dataclass(frozen=True)
class Relaxed:
    """An SEIR epidemic on the contacts of a project; its quantities are log-rates.

    There is one for each network and period; the periods are equal parts of the days.
    """

    networks: tuple[Meetings, ...]
    transmission: float
    leave_exposed: float  # chance per day
    leave_infectious: float
    people: int
    first_infected: int
    periods: int

    @staticmethod
    def of(project: Project, periods: int) -> "Relaxed":
        world = Simulation(project).world
        exposed, infectious = (float(project.value(f"disease.{name}")) for name in _STAYS)
        return Relaxed(
            tuple(Meetings.of(shape, world) for shape in world.networks),
            float(project.value("disease.transmission")),
            1 - math.exp(-1 / exposed),
            1 - math.exp(-1 / infectious),
            world.agent_count,
            int(project.value("disease.initial_infected")),
            periods,
        )

    @property
    def quantities(self) -> int:
        return len(self.networks) * self.periods

    def curve(self, log_rates: Tensor, days: int, seed: int) -> Tensor:
        """Return the new infections of each day, without a slope."""
        with torch.no_grad():
            return torch.stack(list(self._days(log_rates, days, seed, "straight_through", 1.0)))

    def slope(
        self, days: int, seed: int, way: Way, temperature: float = 1.0
    ) -> tuple[float, np.ndarray]:
        """Return the infections up to a day, and what autograd takes for their slope."""
        log_rates = torch.zeros(self.quantities, requires_grad=True)
        total = torch.stack(list(self._days(log_rates, days, seed, way, temperature))).sum()
        total.backward()
        assert log_rates.grad is not None
        return float(total.detach()), log_rates.grad.double().numpy()

    def pair(self, number: int, days: int, seed: int, step: float) -> float:
        """Return the difference of two runs with the same draws, over the difference in a rate."""
        ends = []
        for sign in (1, -1):
            log_rates = torch.zeros(self.quantities)
            log_rates[number] = sign * step
            ends.append(float(self.curve(log_rates, days, seed).sum()))
        return (ends[0] - ends[1]) / (2 * step)

    def _days(
        self, log_rates: Tensor, days: int, seed: int, way: Way, temperature: float
    ) -> Iterator[Tensor]:
        draws = torch.Generator().manual_seed(seed)
        exposed = torch.zeros(self.people)
        exposed[torch.randperm(self.people, generator=draws)[: self.first_infected]] = 1.0
        susceptible, infectious = 1 - exposed, torch.zeros(self.people)
        rates = log_rates.view(len(self.networks), self.periods).exp() * self.transmission
        for day in range(days):
            forces = [
                rates[number, day * self.periods // days] * network.force(infectious)
                for number, network in enumerate(self.networks)
            ]
            chance = 1 - torch.exp(-torch.stack(forces).sum(0))
            draw, end = (torch.rand(self.people, generator=draws) for _ in range(2))
            if way == "mean_field":
                new = susceptible * chance
                begin, recover = exposed * self.leave_exposed, infectious * self.leave_infectious
            else:
                new = susceptible * _infected(chance, draw, way, temperature)
                begin = exposed * self._leave(exposed, end < self.leave_exposed, way)
                recover = infectious * self._leave(infectious, end < self.leave_infectious, way)
            susceptible = susceptible - new
            exposed = exposed - begin + new
            infectious = infectious - recover + begin
            yield new.sum()

    def _leave(self, state: Tensor, drawn: Tensor, way: Way) -> Tensor:
        """Return who leaves a state: where stays are detached, only those who are really in it."""
        if way == "detached_stays":
            drawn = drawn & (state.detach() > 0.5)
        return drawn.float()


_STAYS = ("latent_period", "infectious_period")


def _infected(chance: Tensor, draw: Tensor, way: Way, temperature: float) -> Tensor:
    """Return 0 or 1 for each person, with a slope."""
    hard = (draw < chance).float()
    soft = chance
    if way == "gumbel":
        inside, noise = chance.clamp(_SMALL, 1 - _SMALL), draw.clamp(_SMALL, 1 - _SMALL)
        soft = torch.sigmoid((torch.logit(inside) - torch.logit(noise)) / temperature)
    return hard + soft - soft.detach()
