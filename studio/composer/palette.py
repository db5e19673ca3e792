"""Palette: every kind of part by family, with a line of help, to be added by key, click or drag."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from populace.engine.project import PARTS
from populace.engine.registry import kinds
from populace.studio.composer.describe import help_of
from populace.studio.composer.parts import WORDS

HERE = Path(__file__).parent
# As headings; a family that is not here is called by its key.
TITLES = {
    "population": "Populations",
    "attributes": "Attributes of people",
    "networks": "Contact networks",
    "disease": "Diseases",
    "behaviours": "Behaviours",
    "policies": "Policies",
    "observations": "Observations",
}


class Palette(JSComponent):
    """``add(key, kind)`` is called for a part that was clicked, or chosen by Enter."""

    families = param.List(doc="Of each family its key, title and kinds, as `entries` returns them.")

    _esm = HERE / "palette.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "palette.css"]

    def __init__(self, add: Callable[[str, str], None], **settings: Any) -> None:
        super().__init__(families=entries(), sizing_mode="stretch_both", margin=0, **settings)
        self._add = add

    def _handle_msg(self, data: dict[str, Any]) -> None:
        key, kind = str(data.get("key")), str(data.get("kind"))
        if key in PARTS and kind in kinds(PARTS[key][0]):
            self._add(key, kind)


def entries() -> list[dict[str, Any]]:
    """Return all that can be added, in the order of a project file."""
    return [
        {
            "key": key,
            "title": TITLES.get(key, key.capitalize()),
            "word": WORDS.get(key, key),
            "kinds": [
                {"kind": kind, "label": component.label(), "help": help_of(component)}
                for kind, component in kinds(family).items()
            ],
        }
        for key, (family, _) in PARTS.items()
    ]
