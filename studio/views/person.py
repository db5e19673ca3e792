"""PersonCard: who somebody is, what happened to them and what came of it, by a click on the map."""

import threading
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from panel.custom import JSComponent

from populace.engine.analysis.life import Life, life_of
from populace.engine.snapshot import Snapshot
from populace.engine.world import World
from populace.studio.aside import Aside
from populace.studio.session import Session
from populace.studio.views.life_words import page
from populace.studio.views.map import MapView

HERE = Path(__file__).parent
_REACH_PIXELS = 9  # around a click
_CLOSE_METRES = 260.0  # across, when the map goes to somebody
_TOO_FAR = (
    "<h2>One person</h2><p>From here people are drawn as a crowd. Zoom in until each is a dot of "
    "their own, then click on one.</p>"
)
_NOBODY = "<h2>One person</h2><p>Nobody lives here: click on a dot.</p>"
_COMPUTED = (
    "<h2>One person</h2><p>So many people are computed and not kept: this run has no record of "
    "each. Choose fewer people to follow one.</p>"
)


class PersonCard(JSComponent):
    """A card over the map. The life is read from the log in a thread, and again as days pass."""

    _esm = HERE / "person.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "person.css"]

    def __init__(self, session: Session, map_view: MapView, **settings: Any) -> None:
        super().__init__(margin=0, sizing_mode="stretch_both", **settings)
        self._session, self._map = session, map_view
        self._agent: int | None = None
        self._aside = Aside(session.in_page, lambda asked: life_of(*asked), self._answer)
        map_view.on_pick(lambda x, y: session.in_page(partial(self.pick, x, y)))

    def pick(self, x: float, y: float) -> None:
        """Show who lives at a place of the map."""
        view, render = self._map.view, self._session.render
        if view is None:
            return
        if self._session.runner.crowd is not None:
            self._say(_COMPUTED)
        elif not render.shows_each(view):
            self._say(_TOO_FAR)
        else:
            near = render.people_at(view, x, y, _REACH_PIXELS * view.metres_per_pixel)
            self.open(int(near[0])) if len(near) else self._say(_NOBODY)

    def open(self, agent: int) -> None:
        """Show one person."""
        self._agent = agent
        self._map.mark(self._place())
        self.follow(self._session.shown, soon=True)

    def follow(self, snapshot: Snapshot | None, *, soon: bool = False) -> None:
        """Bring the card to the day that is shown, if one is open."""
        world, agent = self._session.runner.world, self._agent
        if agent is not None and world is not None and snapshot is not None:
            key = snapshot.run, snapshot.day, agent
            self._aside.want(key, (agent, world, snapshot), soon=soon)

    def _answer(self, asked: tuple[int, World, Snapshot], life: Life) -> None:
        if asked[0] == self._agent:
            self._send_msg({"html": page(life, self._session.project), "person": life.agent})

    def _say(self, words: str) -> None:
        self._forget()
        self._send_msg({"html": words, "person": None})

    def _forget(self) -> None:
        self._agent = None
        self._aside.forget()
        self._map.mark(None)

    def _place(self) -> tuple[float, float] | None:
        people = self._session.runner.people
        if people is None or self._agent is None:
            return None
        return float(people.x[self._agent]), float(people.y[self._agent])

    def _handle_msg(self, data: dict[str, Any]) -> None:
        self._session.in_page(partial(self._hear, data))

    def _hear(self, data: dict[str, Any]) -> None:
        people, person = self._session.runner.people, data.get("person")
        if data.get("close"):
            self._forget()
        elif data.get("show") and (place := self._place()) is not None:
            self._map.go_to(place, _CLOSE_METRES)
        elif data.get("most"):
            self._seek_most()
        elif people is not None and isinstance(person, int) and 0 <= person < people.agent_count:
            self.open(person)

    def _seek_most(self) -> None:
        """Show who has infected most people so far, close up; the log is read in a thread."""
        snapshot, people = self._session.shown, self._session.runner.people
        if self._session.runner.crowd is not None:
            self._say(_COMPUTED)
        elif snapshot is not None and people is not None:
            work = partial(self._find_most, snapshot, people.agent_count)
            threading.Thread(target=work, name="populace-life", daemon=True).start()

    def _find_most(self, snapshot: Snapshot, agent_count: int) -> None:
        agent = most_infecting(snapshot, agent_count)
        self._session.in_page(partial(self._open_close, agent))

    def _open_close(self, agent: int) -> None:
        self.open(agent)
        if (place := self._place()) is not None:
            self._map.go_to(place, _CLOSE_METRES)


def most_infecting(snapshot: Snapshot, agent_count: int) -> int:
    """Return who has infected most people up to a day; the first infected where nobody has."""
    days = range(1, snapshot.day + 1)
    sources = [events.infector for day in days for events in snapshot.log.day(day)]
    infectors = np.concatenate([np.zeros(0, np.int32), *sources])
    infectors = infectors[infectors >= 0]
    if len(infectors):
        return int(np.bincount(infectors, minlength=agent_count).argmax())
    infected = [index for index, one in enumerate(snapshot.states) if one.role != "susceptible"]
    return int(np.isin(snapshot.initial_state, infected).argmax())
