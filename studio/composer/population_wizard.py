"""PopulationWizard: whose people the model has: a country's, a city's, a made-up town's, one's own.

Nothing changes in the draft before "Use these people", which is one edit.
"""

from collections.abc import Mapping
from typing import Any

from populace.engine.editing.draft import Draft
from populace.studio.composer.background import InPage
from populace.studio.composer.own_map import OwnMap
from populace.studio.composer.own_people import OwnPeople
from populace.studio.composer.people_source import Source
from populace.studio.composer.ready_people import City, Country, Town
from populace.studio.composer.upload import Upload
from populace.studio.composer.wizard import Wizard
from populace.studio.composer.wizard_blocks import Block

_READY = (Country, City, Town)
_OWN = (OwnMap, OwnPeople)


def population_wizard(draft: Draft, in_page: InPage) -> Wizard:
    """Return the dialog in which people are chosen."""
    return Wizard("Choose people", lambda wizard: PeopleSteps(wizard, draft), in_page)


class PeopleSteps:
    """Choose people, see them, use them."""

    end = "Use these people"

    def __init__(self, wizard: Wizard, draft: Draft) -> None:
        self._wizard, self._draft = wizard, draft
        self._ready: Mapping[str, Source] = {kind.key: kind(wizard, draft) for kind in _READY}
        now = (draft.spec.get("population") or {}).get("kind")
        self._source = self._ready.get(str(now), self._ready[Country.key])

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._source.shows)

    @property
    def ready(self) -> bool:
        return self._source.ready

    def blocks(self) -> list[Block]:
        shown = self._source.shows[self.names[self._wizard.step]]()
        return [self._choice(), *shown] if self._wizard.step == 0 else shown

    def _choice(self) -> Block:
        return {
            "type": "choices",
            "key": "source",
            "label": "Whose people",
            "options": [[one.key, one.label, one.about] for one in (*_READY, *_OWN)],
            "value": self._source.key,
        }

    def changed(self, key: str, value: Any) -> None:
        if key != "source":
            self._source.changed(key, value)
        elif value != self._source.key:
            own = {kind.key: kind for kind in _OWN}
            if value in own:
                self._source = own[value](self._wizard, self._draft)
            else:
                self._source = self._ready.get(str(value), self._source)

    def allowed(self, key: str) -> tuple[str, ...]:
        return self._source.allowed

    def arrived(self, key: str, upload: Upload) -> None:
        self._source.arrived(key, upload)

    def go_on(self) -> None:
        self._source.leave(self.names[self._wizard.step])

    def finish(self) -> None:
        self._source.use()
        self._wizard.step = 0
        self._wizard.hide()

    def close(self) -> None:
        """Let go of nothing: files are read at once and closed."""
