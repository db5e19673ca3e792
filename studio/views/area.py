"""AreaCard: the numbers of the people inside a line that somebody draws on the map."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from panel.custom import JSComponent

from populace.engine.analysis.area import AreaCourse, AreaDay, inside
from populace.engine.people import People, Places
from populace.engine.snapshot import Snapshot
from populace.studio.aside import Aside
from populace.studio.session import Session
from populace.studio.views.area_words import page
from populace.studio.views.map import MapView

HERE = Path(__file__).parent
_EVERY_S = 0.5
_DRAW = (
    "<h2>Look at an area</h2><p>Draw a line around some people: press the button of the mouse on "
    "the map, go round them, and let go.</p>"
)
_COMPUTED = (
    "<h2>Look at an area</h2><p>So many people are computed and not kept: this run has no record "
    "of each. Choose fewer people to look at an area.</p>"
)
_COUNTING = "<p>Counting …</p>"


@dataclass(frozen=True, eq=False)
class Choice:
    """What somebody looks at: what a line of corners goes round, or some regions."""

    title: str
    xs: tuple[float, ...] = ()
    ys: tuple[float, ...] = ()
    regions: tuple[int, ...] = ()
    note: str = ""

    def marks(self, people: People) -> np.ndarray:
        """Mark each person who lives there."""
        if not self.regions:
            return inside(people.x, people.y, self.xs, self.ys)
        wanted = np.zeros(people.region_count, bool)
        wanted[list(self.regions)] = True
        return wanted[people.region_index]


@dataclass(frozen=True, eq=False)
class _Wish:
    choice: Choice
    people: People
    snapshot: Snapshot


class AreaCard(JSComponent):
    """A card over the map, opened by a button; numbers are counted in a thread as days pass.

    Its state goes by message: a parameter that changes while a page is loading can get lost.
    """

    _esm = HERE / "area.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "area.css"]

    def __init__(self, session: Session, map_view: MapView, **settings: Any) -> None:
        super().__init__(margin=0, sizing_mode="stretch_both", **settings)
        self._session, self._map = session, map_view
        self._choice: Choice | None = None
        self.chosen: Callable[[], None] = lambda: None  # of another area, or none
        self._state: dict[str, Any] = {"html": "", "draws": False, "places": [], "place": ""}
        # Owned by the thread that counts, of which there is one at a time.
        self._course: tuple[Choice, People, AreaCourse] | None = None
        self._aside = Aside(session.in_page, self._count, self._counted, every_s=_EVERY_S)
        map_view.on_line(lambda xs, ys: session.in_page(partial(self.draw_around, xs, ys)))

    @property
    def choice(self) -> Choice | None:
        """What is looked at."""
        return self._choice

    def begin(self) -> None:
        """Open the card, and let a line be drawn."""
        people = self._session.runner.people
        if self._session.runner.crowd is not None:
            self._say(html=_COMPUTED)
        elif people is not None:
            self._leave()
            self._map.hold_pencil(True)
            self._say(html=_DRAW, draws=True, places=_offered(people.places))

    def draw_around(self, xs: list[float], ys: list[float]) -> None:
        """Look at the people inside a line."""
        if self._state["draws"] and len(xs) >= 3:
            self._map.outline(xs, ys)
            self._look_at(Choice("Drawn area", tuple(xs), tuple(ys)))

    def choose(self, key: str) -> None:
        """Look at one of the places that the card offers."""
        people = self._session.runner.people
        if people is None or self._session.runner.crowd is not None:
            return
        title, regions = _place(people.places, key)
        if not regions:
            return
        note = ""
        if not self._map.outline_regions(regions):
            # People on no real map have no borders.
            note = ". The line on the map is drawn around them"
            self._map.outline(*_around(people, regions))
        self._look_at(Choice(title, regions=regions, note=note), place=key)

    def close(self) -> None:
        """Take the line off the map."""
        self._leave()
        self._say()
        self.chosen()

    def follow(self, snapshot: Snapshot | None, *, soon: bool = False) -> None:
        """Bring the card to the day that is shown, if an area is looked at."""
        people, choice = self._session.runner.people, self._choice
        if choice is not None and people is not None and snapshot is not None:
            key = id(choice), snapshot.run, snapshot.day
            self._aside.want(key, _Wish(choice, people, snapshot), soon=soon)

    def _look_at(self, choice: Choice, place: str = "") -> None:
        self._choice = choice
        self._map.hold_pencil(False)
        places = self._state["places"]
        self._say(html=_COUNTING, places=places, place=place)
        self.follow(self._session.shown, soon=True)
        self.chosen()

    def _leave(self) -> None:
        self._choice = None
        self._aside.forget()
        self._map.hold_pencil(False)
        self._map.outline()

    def _count(self, wish: _Wish) -> AreaDay:
        known = self._course
        if known is None or known[0] is not wish.choice or known[1] is not wish.people:
            course = AreaCourse(wish.choice.marks(wish.people), wish.people.age)
            self._course = known = wish.choice, wish.people, course
        return known[2].at(wish.snapshot)

    def _counted(self, wish: _Wish, area: AreaDay) -> None:
        choice = self._choice
        if choice is None or choice is not wish.choice:
            return
        deaths = any(state.role == "dead" for state in wish.snapshot.states)
        words = page(choice.title, choice.note, area, self._session.project, deaths=deaths)
        self._say(**{**self._state, "html": words})

    def _say(
        self, *, html: str = "", draws: bool = False, places: list[Any] | None = None,
        place: str = "",
    ) -> None:  # fmt: skip
        self._state = {"html": html, "draws": draws, "places": places or [], "place": place}
        self._send_msg(self._state)

    def _handle_msg(self, data: dict[str, Any]) -> None:
        self._session.in_page(partial(self._hear, data))

    def _hear(self, data: dict[str, Any]) -> None:
        if data.get("ready"):
            self._send_msg(self._state)
        elif data.get("begin"):
            self.begin()
        elif data.get("close"):
            self.close()
        elif isinstance(data.get("place"), str):
            self.choose(data["place"])


def _offered(places: Places) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the places by name: of each group its name, and keys and names of what is in it."""
    if len(places.region_ids) < 2:
        return []
    rows = sorted(
        (group, name, f"region:{row}")
        for row, (name, group) in enumerate(
            zip(places.region_names, places.region_groups, strict=True)
        )
    )
    offered = []
    for group, members in groupby(rows, key=lambda row: row[0]):
        named = [(key, name) for _, name, key in members]
        whole = [(f"group:{group}", f"All of {group}")] if group and len(named) > 1 else []
        offered.append((group, whole + named))
    return offered


def _place(places: Places, key: str) -> tuple[str, tuple[int, ...]]:
    """Return the name and the regions of a key that was offered; no regions for any other."""
    kind, _, rest = key.partition(":")
    if kind == "group" and rest:
        groups = enumerate(places.region_groups)
        return rest, tuple(row for row, group in groups if group == rest)
    if kind == "region" and rest.isdigit() and int(rest) < len(places.region_ids):
        row = int(rest)
        return ", ".join(filter(None, (places.region_names[row], places.region_groups[row]))), (
            row,
        )
    return "", ()


def _around(people: People, regions: tuple[int, ...]) -> tuple[list[float], list[float]]:
    """Return a line around the people of some regions."""
    import shapely

    lives = np.isin(people.region_index, regions)
    points = shapely.MultiPoint(np.column_stack([people.x[lives], people.y[lives]]))
    xs, ys = shapely.get_coordinates(points.convex_hull).T
    return xs.tolist(), ys.tolist()
