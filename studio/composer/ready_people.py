"""People that Populace brings along: a country's, New York's, a made-up town's."""

import html
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from populace.engine.editing.draft import Draft, Spec
from populace.engine.errors import ProjectError
from populace.engine.importing import placing
from populace.engine.importing.preview import Preview, preview_of
from populace.engine.populations._world.sources import YEARS, age_bands, countries
from populace.engine.populations.base import Population
from populace.engine.quantities import Structure
from populace.engine.registry import kind
from populace.studio.composer import pictures
from populace.studio.composer.people_source import (
    HOW_MANY,
    WHERE,
    count_blocks,
    counted,
    rule_of,
)
from populace.studio.composer.upload import Upload
from populace.studio.composer.wizard import Wizard
from populace.studio.composer.wizard_blocks import Block, markup, note, notes_block, select

_MOST = 100_000_000  # people of a country in a model


class ReadyPeople:
    """People of a kind that needs no file: how many there are is chosen, a small one is shown."""

    key: ClassVar[str] = ""
    label: ClassVar[str] = ""
    about: ClassVar[str] = ""
    words: ClassVar[str] = ""  # what stands below the choice

    def __init__(self, wizard: Wizard, draft: Draft) -> None:
        self._wizard, self._draft = wizard, draft
        self._preview: tuple[Spec, Preview] | None = None
        now = self._now()
        people = now.get("people") if now.get("kind") == self.key else None
        self._wanted = people if isinstance(people, int) else None

    @property
    def ready(self) -> bool:
        return True

    @property
    def allowed(self) -> tuple[str, ...]:
        return ()

    # What kinds of ready people say

    @property
    def name(self) -> str:
        """Whose people they are, in a sentence."""
        return self.label

    @property
    def total(self) -> int:
        """How many people there are to choose from."""
        return int((self._declared.bounds or (0, 1))[1] or 1)

    def more_settings(self) -> Spec:
        """Return what else is chosen of the population."""
        return {}

    def where(self) -> list[Block]:
        """Return what the first step shows."""
        return [note(self.words)]

    # The steps

    @property
    def shows(self) -> Mapping[str, Callable[[], list[Block]]]:
        return {WHERE: self.where, HOW_MANY: self.how_many}

    def how_many(self) -> list[Block]:
        """Return the choice of a number, and a small population of this kind."""
        people = self._count()
        blocks = count_blocks(people, self._least(), self.total, html.escape(self.name))
        found = self._seen()
        if found is None:
            return blocks
        notes = [f"{len(found.regions):,} regions.", *self.notes(people), *found.notes]
        return [
            *blocks,
            markup(pictures.figures(found.ages, found.sizes, found.mean_size)),
            {**markup(pictures.dots(found)), "side": True},
            notes_block(notes, side=True),
        ]

    def notes(self, people: int) -> list[str]:
        """Return what is to be said of so many people."""
        return []

    def changed(self, key: str, value: Any) -> None:
        if key in ("people", "share"):
            self._wanted = counted(key, value, self._least(), self.total)

    def arrived(self, key: str, upload: Upload) -> None:
        """Refuse a file: nothing here asks for one."""
        upload.close()
        raise ProjectError("These people need no file: choose your own map or your own people.")

    def leave(self, step: str) -> None:
        self._wizard.step += 1
        self.look()

    def look(self) -> None:
        """Build a small population of this kind and show it."""
        spec = self._preview_spec()
        if self._seen() is not None:
            return

        def seen(found: Preview) -> None:
            self._preview = (spec, found)

        population = _population(spec)
        self._wizard.work(
            lambda progress: preview_of(population, progress), seen, "Looking at the people"
        )

    def use(self) -> None:
        population = _population(self._spec())
        population.check()
        placing.use_people(self._draft, population.spec(), self.name)

    # How many

    @property
    def _declared(self) -> Structure:
        declared = dict(kind("populations", self.key).declarations())["people"]
        assert isinstance(declared, Structure)
        return declared

    def _least(self) -> int:
        return min(int((self._declared.bounds or (1, 1))[0] or 1), self.total)

    def _count(self) -> int:
        usual = self._declared.default
        return min(self._wanted if self._wanted is not None else int(str(usual)), self.total)

    def _now(self) -> Spec:
        return self._draft.spec.get("population") or {}

    def _spec(self) -> Spec:
        now = self._now()
        kept = dict(now) if now.get("kind") == self.key else {"kind": self.key}
        return kept | {"people": self._count()} | self.more_settings()

    def _preview_spec(self) -> Spec:
        return {key: value for key, value in self._spec().items() if key != "people"}

    def _seen(self) -> Preview | None:
        """Return the small population, if it is of this declaration."""
        shown = self._preview
        return shown[1] if shown is not None and shown[0] == self._preview_spec() else None


class Country(ReadyPeople):
    """The people of one of 237 countries."""

    key: ClassVar[str] = "country"
    label = "A country"
    about = "One of 237, with its ages and towns"

    def __init__(self, wizard: Wizard, draft: Draft) -> None:
        super().__init__(wizard, draft)
        now = self._now()
        self._country, self._year = now.get("country", "Kenya"), now.get("year", "2025")

    @property
    def name(self) -> str:
        return self._country

    @property
    def total(self) -> int:
        return min(int(self._residents()), _MOST)

    def _residents(self) -> float:
        return float(age_bands(countries()[self._country].number, self._year).sum())

    def more_settings(self) -> Spec:
        return {"country": self._country, "year": self._year}

    def notes(self, people: int) -> list[str]:
        return [rule_of(people, self.total)]

    def where(self) -> list[Block]:
        if not self._wizard.world:
            self._wizard.world = pictures.world()
        return [
            {
                "type": "search",
                "key": "country",
                "label": "Country",
                "options": [[name, one.code] for name, one in countries().items()],
                "value": self._country,
                "placeholder": "Search 237 countries",
            },
            {"type": "world", "key": "country", "value": self._country, "side": True},
            markup(
                f'<span class="dim">{html.escape(self._country)} in {self._year}</span>'
                f'<div class="total">{self._residents():,.0f} people</div>'
                '<span class="dim">United Nations, World Population Prospects 2024</span>',
                side=True,
            ),
            select("year", "Year", [(year, year) for year in YEARS], self._year,
                   "2025 is a projection.", side=True),
        ]  # fmt: skip

    def changed(self, key: str, value: Any) -> None:
        if key == "country" and value in countries():
            self._country = value
        elif key == "year" and value in YEARS:
            self._year = value
        else:
            super().changed(key, value)


class City(ReadyPeople):
    """The residents of New York."""

    key: ClassVar[str] = "nyc"
    label = "New York City"
    about = "8.8 million people on their lots"
    words = (
        "Residents of New York in their households, schools and workplaces, on the tax lots that "
        "they live on (census of 2020, American Community Survey 2019-2023)."
    )


class Town(ReadyPeople):
    """A town that does not exist, with the ages of a country."""

    key: ClassVar[str] = "town"
    label = "A made-up town"
    about = "Streets, homes, schools; for teaching"
    words = (
        "A round town with the ages of a country. Everything else in it is made up; nobody lives "
        "outside, which keeps an epidemic easy to follow."
    )

    def __init__(self, wizard: Wizard, draft: Draft) -> None:
        super().__init__(wizard, draft)
        self._ages_of = self._now().get("ages_of", "United Kingdom")

    @property
    def name(self) -> str:
        return "a made-up town"

    def more_settings(self) -> Spec:
        return {"ages_of": self._ages_of}

    def how_many(self) -> list[Block]:
        numbers, *rest = super().how_many()
        options = [(name, name) for name in countries()]
        return [numbers, select("ages_of", "Ages as in", options, self._ages_of), *rest]

    def changed(self, key: str, value: Any) -> None:
        if key == "ages_of" and value in countries():
            self._ages_of = value
            self.look()
        else:
            super().changed(key, value)


def _population(spec: Spec) -> Population:
    component = kind("populations", str(spec["kind"])).from_spec(spec)
    assert isinstance(component, Population)
    return component
