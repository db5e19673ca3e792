"""The epidemic as a part of a neural network: from tables of log-rates to infections.

Forward is one run; backward is leave one out, weighted with what the loss makes of each day and
place. So any network may write the table, and any loss may read the infections.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int32
from torch import Tensor

from populace.engine.project import Project
from populace.engine.sensitivity.counterfactual import Worth
from populace.engine.sensitivity.history import (
    History,
    NotCoveredError,
    Setting,
    infected_again,
    past_of,
    refusal,
    setting_of,
)
from populace.engine.sensitivity.leave_one_out import differences, sampled
from populace.engine.sensitivity.places import Factors
from populace.engine.sensitivity.standing import Standing
from populace.engine.sensitivity.sweep import EachDay, sweep
from populace.engine.simulation import Simulation
from populace.engine.world import World

# Log-rates of a day, from the day and the infections so far [days, places].
Policy = Callable[[int, Tensor], Tensor]
Loss = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Epidemic:
    """A project as a function of a table of log-rates [days, places]; 0 is the project itself.

    The table multiplies the rates at which the people of a place are infected on a day, in all
    networks or in some. What comes back are the infections of the same days and places, without
    those that the run begins with.
    """

    project: Project
    world: World
    setting: Setting
    place: Int32[np.ndarray, " agents"]
    places: int
    networks: Bool[np.ndarray, " networks"] | None

    @staticmethod
    def of(
        project: Project, days: int, *, world: World | None = None,
        place: Int32[np.ndarray, " agents"] | None = None, networks: tuple[str, ...] = (),
    ) -> "Epidemic":  # fmt: skip
        """Prepare runs of some days; places are the regions of the people unless given.

        A model that leave-one-out is not proven for is a `NotCoveredError`.
        """
        first = Simulation(project, world=world)
        world = first.world
        known = [shape.name for shape in world.networks]
        if unknown := set(networks) - set(known):
            raise ValueError(f"there is no network {sorted(unknown)}, but {known}")
        chosen = np.array([name in networks for name in known]) if networks else None
        where = (world.people.region_index if place is None else place).astype(np.int32)
        doses = "doses reach others on each day: a table cannot know whom"
        again = "people can be infected again: a table cannot know who is susceptible"
        why = refusal(first) or (doses if first.acts_on_people else "")
        if why := why or (again if infected_again(project) else ""):
            raise NotCoveredError(why)
        setting = setting_of(first, days)
        return Epidemic(project, world, setting, where, int(where.max()) + 1, chosen)

    def infections(
        self, log_rates: Float[Tensor, "days places"], seed: int, *, share: float = 1.0
    ) -> Float[Tensor, "days places"]:
        """Return the infections of one run, through which gradients flow to the table.

        ``share`` of the infected is looked at in the backward pass.
        """
        found: Tensor = _Infections.apply(log_rates, self, seed, share)  # pyright: ignore
        return found

    def run(
        self, log_rates: np.ndarray, seed: int, each_day: EachDay | None = None
    ) -> tuple[Simulation, Factors, np.ndarray]:
        """Return the start of a run, its factors, and everybody's day of infection.

        ``each_day`` may write into the rows of ``log_rates`` of that day.
        """
        table = np.zeros((self.setting.days + 1, self.places))
        table[1:] = log_rates
        start = Simulation(self.project, world=self.world, seed=seed)
        first = start.events().agent
        factors = Factors(self.place, table, self.networks)
        standing = self._standing(start)
        rules = self.setting.rules(seed, standing, factors)
        if each_day is None:
            return start, factors, sweep(self.setting, rules, first, standing)

        def morning(day: int, infected_on: np.ndarray) -> None:
            each_day(day, infected_on)
            table[day] = log_rates[day - 1]
            part, most = factors.tables_of(table[day : day + 1], len(rules.most))
            rules.part[:, day], rules.most[:, day] = part[:, 0], most[:, 0]

        return start, factors, sweep(self.setting, rules, first, standing, morning)

    def history(self, start: Simulation, factors: Factors, infected_on: np.ndarray) -> History:
        """Return what leave one out needs of a run."""
        standing = self._standing(start)
        rules = self.setting.rules(start.seed, standing, factors)
        return past_of(start, self.setting, rules, infected_on, standing)

    def _standing(self, start: Simulation) -> Standing:
        standing = Standing.of(start)
        for day in range(1, self.setting.days + 1):
            standing.note_imports(start, day)
        return standing

    def counted(self, infected_on: np.ndarray) -> np.ndarray:
        """Return the infections of each day from day 1 on, and of each place."""
        days = self.setting.days
        who = np.flatnonzero((infected_on > 0) & (infected_on <= days))
        cell = (infected_on[who] - 1).astype(np.int64) * self.places + self.place[who]
        return np.bincount(cell, minlength=days * self.places).reshape(days, self.places)

    def worth(self, weights: np.ndarray) -> Worth:
        """Return the worth of an infection on a day in a place: what the loss makes of it."""
        table = np.zeros((self.setting.days + 1, self.places))
        table[1:] = weights
        none = np.zeros(len(self.setting.course.infectious), bool)
        return Worth(table, self.place, np.zeros(len(self.place), np.int32), none, False)

    def credit(
        self, history: History, victims: np.ndarray, worth: Worth, share: float
    ) -> np.ndarray:
        """Return the gradient for the log-rates of each day and place, from some of the infected.

        Of contacts in networks that the table does not reach there is none.
        """
        difference, _ = differences(history, victims, worth)
        day, network, _, _ = history.how[victims].T
        if self.networks is not None:
            difference = np.where(self.networks[network], difference, 0.0)
        cell = (day - 1).astype(np.int64) * self.places + self.place[victims]
        cells = self.setting.days * self.places
        return np.bincount(cell, difference / share, cells).reshape(-1, self.places)

    def backward_through(
        self, policy: Policy, loss: Loss, seed: int, *, share: float = 1.0
    ) -> tuple[float, np.ndarray]:
        """Run with a policy that reads the infections so far; add to its weights' gradients.

        ``policy(day, infections so far)`` returns the day's log-rates. Days are gone through
        backwards: what the infections of a day are worth is known once the policy's answers to
        them on all later days are. Return the loss and the infections.
        """
        start, factors, infected_on = self._run_policy(policy, seed)
        counted = torch.from_numpy(self.counted(infected_on).astype(np.float64))
        counted.requires_grad_()
        value = loss(counted)
        [weights] = torch.autograd.grad(value, counted)
        self._adjoint(self.history(start, factors, infected_on), policy, counted.detach(),
                      weights.numpy().copy(), share)  # fmt: skip
        return float(value.detach()), counted.detach().numpy()

    def run_with(self, policy: Policy, seed: int) -> np.ndarray:
        """Return the infections by day and place of a run with such a policy."""
        return self.counted(self._run_policy(policy, seed)[2])

    def _run_policy(self, policy: Policy, seed: int) -> tuple[Simulation, Factors, np.ndarray]:
        log_rates = np.zeros((self.setting.days, self.places))
        so_far = torch.zeros((self.setting.days, self.places), dtype=torch.float64)

        def decide(day: int, infected_on: np.ndarray) -> None:
            if day > 1:
                so_far[day - 2] = torch.from_numpy(self._on(day - 1, infected_on))
            with torch.no_grad():
                log_rates[day - 1] = policy(day, so_far[: day - 1].clone()).double().numpy()

        return self.run(log_rates, seed, decide)

    def _on(self, day: int, infected_on: np.ndarray) -> np.ndarray:
        who = np.flatnonzero(infected_on == day)
        return np.bincount(self.place[who], minlength=self.places).astype(np.float64)

    def _adjoint(
        self, history: History, policy: Policy, counted: Tensor, weights: np.ndarray, share: float
    ) -> None:
        everybody = np.flatnonzero(history.run.winner >= 0)
        looked_at = everybody[sampled(everybody, history.simulation.seed, share)]
        order = np.argsort(history.run.infected_on[looked_at], kind="stable")
        victims = looked_at[order]
        days = np.arange(1, self.setting.days + 2)
        ends = np.searchsorted(history.run.infected_on[victims], days)
        for day in range(self.setting.days, 0, -1):
            of_day = victims[ends[day - 1] : ends[day]]
            credit = self.credit(history, of_day, self.worth(weights), share)[day - 1]
            so_far = counted[: day - 1].clone().requires_grad_()
            answer = policy(day, so_far)
            if not answer.requires_grad:
                continue
            answer.backward(torch.from_numpy(credit).to(answer.dtype))
            if so_far.grad is not None:
                weights[: day - 1] += so_far.grad.numpy()


class _Infections(torch.autograd.Function):
    """Forward: a run. Backward: leave one out, once, for the whole table."""

    @staticmethod
    def forward(ctx: Any, log_rates: Tensor, epidemic: Epidemic, seed: int, share: float) -> Tensor:
        table = log_rates.detach().double().cpu().numpy()
        ctx.epidemic, ctx.share = epidemic, share
        ctx.run = epidemic.run(table, seed)
        counted = epidemic.counted(ctx.run[2])
        return torch.from_numpy(counted).to(log_rates)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None, None]:
        epidemic: Epidemic = ctx.epidemic
        [weights] = grads
        history = epidemic.history(*ctx.run)
        everybody = np.flatnonzero(history.run.winner >= 0)
        victims = everybody[sampled(everybody, history.simulation.seed, ctx.share)]
        worth = epidemic.worth(weights.detach().double().cpu().numpy())
        credit = epidemic.credit(history, victims, worth, ctx.share)
        return torch.from_numpy(credit).to(weights), None, None, None
