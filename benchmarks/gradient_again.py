"""Deletions where people can be infected again, held against running everybody again."""

from typing import Any

import numpy as np

from populace.engine.project import Project
from populace.engine.sensitivity.attempts import (
    COLUMNS,
    DAY,
    NETWORK,
    TIE_HASH,
    TO,
    Path,
    attempts_from,
    path_of,
)
from populace.engine.sensitivity.counterfactual import Worth
from populace.engine.sensitivity.history import History, history_of
from populace.engine.sensitivity.leave_one_out import differences
from populace.engine.simulation import Simulation

DAYS = 60
_NETWORKS = ("household", "school", "workplace", "community")
_TOWN: dict[str, Any] = {
    "name": "Town",
    "population": {"kind": "town", "people": 1_500},
    "networks": [{"kind": kind} for kind in _NETWORKS],
}
# Short immunity, so that in the days of a test many are infected two or three times.
_SEIRS: dict[str, Any] = {"kind": "seirs", "transmission": 0.06, "initial_infected": 30,
                          "immune_period": 20.0}  # fmt: skip
_SIS: dict[str, Any] = {"kind": "sis", "transmission": 0.02, "initial_infected": 30,
                        "infectious_period": 8.0}  # fmt: skip
_RULES: dict[str, dict[str, Any]] = {
    "alone": {},
    "falling": {"policies": [{"kind": "lockdown", "start_day": 15, "fade_in_days": 20}]},
    "rising": {"policies": [{"kind": "lockdown", "start_day": 0, "end_day": 25}]},
    "isolation": {"behaviours": [{"kind": "isolate_when_ill", "share_isolating": 0.6}]},
    "edges": {"networks": [*_TOWN["networks"][:3], {"kind": "barabasi_albert"}]},
    "for some people": {"policies": [
        {"kind": "lockdown", "target_age_min": 40, "reduction": 0.6, "start_day": 10,
         "fade_in_days": 5},
        {"kind": "masks", "coverage": 0.5},
        {"kind": "travel_limits", "reduction": 0.5, "start_day": 5, "end_day": 30},
    ]},
    "vaccination": {
        "policies": [{"kind": "vaccination", "doses_per_day": 40, "delay_days": 5,
                      "waning_days": 15}],
    },
}  # fmt: skip
_UNLIKE = {"dispersion": 0.3}
_IMPORTS = {"imports_per_week": 20.0}


def _worlds() -> dict[str, dict[str, Any]]:
    found = {}
    for disease in (_SIS, _SEIRS):
        kind = disease["kind"]
        for name, rules in _RULES.items():
            found[f"{kind}, {name}"] = _TOWN | {"disease": disease} | rules
        found[f"{kind}, spreaders"] = _TOWN | {"disease": disease | _UNLIKE}
        found[f"{kind}, imports"] = _TOWN | {"disease": disease | _IMPORTS}
        found[f"{kind}, all together"] = _TOWN | {
            "disease": disease | _UNLIKE | _IMPORTS,
            "networks": _RULES["edges"]["networks"],
            "behaviours": _RULES["isolation"]["behaviours"],
            "policies": [*_RULES["vaccination"]["policies"],
                         *_RULES["for some people"]["policies"]],
        }  # fmt: skip
    return found


WORLDS = _worlds()
# Person, day and how many infections before: what a course and its attempts are made of.
Infection = tuple[int, int, int]
# The infection that it belongs to, target, day, network and tie hash.
Attempt = tuple[Infection, int, int, int, int]


class Everybody:
    """The whole epidemic from the keys, day by day in the plainest way."""

    def __init__(self, past: History) -> None:
        self.past = past
        self.agents = len(past.meetings.band)
        self.horizon = past.run.horizon
        run, number = past.run, past.number
        self.start = [(int(past.who[row]), 0, 0) for row in np.flatnonzero(run.infected_on == 0)]
        self.base = {
            (int(past.who[row]), int(run.infected_on[row]), int(number[row]))
            for row in range(len(number))
        }
        days = range(self.horizon + 1)
        self._arriving = [past.simulation.imports_on(day).agent.tolist() for day in days]
        # Nothing but the infection settles these: what one run has made, the next ones take.
        self._known: dict[Infection, tuple[int, list[Attempt]]] = {}

    def infections(
        self, removed: Attempt | None = None, isolating: Infection | None = None, behaviour: int = 0
    ) -> set[Infection]:
        """Return all infections without one attempt, or where one takes up a behaviour."""
        busy, number = np.full(self.agents, -1), np.zeros(self.agents, int)
        due: list[list[Attempt]] = [[] for _ in range(self.horizon + 1)]
        found: set[Infection] = set()
        for day in range(self.horizon + 1):
            reached = {attempt[1] for attempt in due[day] if attempt != removed}
            arrived = {who for who, _, _ in self.start} if day == 0 else set(self._arriving[day])
            for who in reached | arrived:
                if busy[who] >= day:
                    continue
                one = (who, day, int(number[who]))
                takes_up = behaviour if one == isolating else None
                busy[who], made = self._course_of(one, takes_up)
                number[who] += 1
                found.add(one)
                for attempt in made:
                    due[attempt[2]].append(attempt)
        return found

    def _course_of(self, one: Infection, takes_up: int | None) -> tuple[int, list[Attempt]]:
        if takes_up is not None:
            return self._make(one, takes_up)
        if one not in self._known:
            self._known[one] = self._make(one, None)
        return self._known[one]

    def _make(self, one: Infection, takes_up: int | None) -> tuple[int, list[Attempt]]:
        """Return on which day the infection ends, and its attempts."""
        past, (who, day, number) = self.past, one
        course, rules, path = past.course, past.rules, Path.fresh()
        if takes_up is not None:
            forced = np.zeros(self.agents, np.uint8)
            forced[who] = 1 << takes_up
            rules = rules._replace(forced=forced)
        made = np.empty((1 << 13, COLUMNS), np.uint32)
        count = attempts_from(who, day, day == 0, self.horizon, course, past.meetings, rules, path,
                              made, 0, number)  # fmt: skip
        assert count >= 0
        rows = made[:count].astype(int).tolist()
        attempts = [(one, row[TO], row[DAY], row[NETWORK], row[TIE_HASH]) for row in rows]
        start = course.start if day == 0 else course.entry
        steps = path_of(who, start, course, past.meetings, rules, path, number)
        again = path.states[steps - 1] == 0
        return int(day + path.lags[steps - 1]) if again else self.horizon, attempts

    def winner(self, row: int) -> Attempt:
        """Return the attempt that made an infection of the run."""
        run, episodes = self.past.run, self.past.episodes
        assert episodes is not None
        origin = int(episodes.origin[run.winner[row]])
        source = (int(episodes.who[origin]), int(run.infected_on[origin]),
                  int(episodes.number[origin]))  # fmt: skip
        target, day = int(episodes.who[row]), int(run.infected_on[row])
        made = self._course_of(source, None)[1]
        return min((one for one in made if one[1:3] == (target, day)), key=lambda one: one[4])


def history(spec: dict[str, Any], days: int = DAYS, paths: tuple[str, ...] = ()) -> History:
    """Run one of the models."""
    return history_of(Simulation(Project.from_spec(spec), seed=1), days, paths)


def mismatches(past: History, count: int) -> tuple[int, int]:
    """Return how many deletions are not what running everybody again gives, and of how many."""
    again, draw = Everybody(past), np.random.default_rng(4)
    assert again.infections() == again.base
    table, region, worth = weights(past, draw)
    rows = draw.permutation(np.flatnonzero(past.run.winner >= 0))[:count]
    found, _ = differences(past, rows, worth)
    base, wrong = worth_of(again.base, table, region), 0
    for row, difference in zip(rows, found, strict=True):
        without = worth_of(again.infections(again.winner(int(row))), table, region)
        wrong += abs(base - without - difference) > 1e-8
    return wrong, len(rows)


def weights(
    past: History, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, Worth]:  # fmt: skip
    """Return weights of day and region that single out every shift, however small."""
    region = past.simulation.world.region.astype(np.int32)
    table = draw.random((past.run.horizon + 1, int(region.max()) + 1))
    none = np.zeros(len(past.course.infectious), bool)
    lag = np.zeros(len(past.run.infected_on), np.int32)
    return table, region, Worth(table, region, lag, none, False)


def worth_of(infections: set[Infection], table: np.ndarray, region: np.ndarray) -> float:
    """Return what infections count, one after the other in a fixed order."""
    return sum(float(table[day, region[who]]) for who, day, _ in sorted(infections))
