"""Schedule: from when to when a policy is in force, by dates or by what is happening."""

from dataclasses import dataclass

from populace.engine.component import Values
from populace.engine.policies._situation import Situation

NO_TRIGGER = "none"
# What a trigger follows, per 100,000 people: infections of the last week; people in hospital.
TRIGGERS = (NO_TRIGGER, "incidence", "hospital", "intensive care")


@dataclass
class Schedule:
    """One policy's time in force. ``since`` is the day on which it last came into force."""

    since: int | None = None

    def strength(self, situation: Situation, values: Values) -> float:
        """Return how far the policy is in force today, 0 to 1; it fades in, and ends at once."""
        if not self._in_force(situation, values):
            self.since = None
            return 0.0
        if self.since is None:
            self.since = situation.day
        return min(1.0, (situation.day - self.since + 1) / (values.fade_in_days + 1))

    def _in_force(self, situation: Situation, values: Values) -> bool:
        if not values.start_day <= situation.day < values.end_day:
            return False
        if values.trigger == NO_TRIGGER:
            return True
        now = situation.per_100_000(values.trigger)
        # Two thresholds, so that it does not go on and off from day to day.
        return now >= (values.trigger_on if self.since is None else values.trigger_off)
