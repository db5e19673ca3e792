"""Desk: the scenarios and the buttons in the browser; the page hears what a person does."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

HERE = Path(__file__).parent


class Desk(JSComponent):
    """The list of scenarios, the form of the selected one, and what starts the runs."""

    scenarios = param.List(doc="Id, name, colour, pinned, and what differs, of each.")
    selected = param.Integer(0, doc="Id of the scenario in the form.")
    choices = param.List(doc="What can be changed in it.")
    own = param.List(doc="Name and label of its policies.")
    kinds = param.List(doc="Kind and label of every policy that can be added.")
    runs = param.Integer(20)
    people = param.Integer(0, doc="People in each run; 0 where that cannot be chosen.")
    most = param.Integer(0, doc="People of the project.")
    phase = param.String("ready", doc="ready, running or paused.")
    share = param.Number(0.0)
    said = param.String("", doc="How far it is, or how it went.")
    wrong = param.String("", doc="What could not be done.")
    series = param.List(doc="Name and label of the series that can be drawn.")
    shown = param.String("infected")
    can_export = param.Boolean(False)
    heard = param.Integer(0, doc="Messages that were answered: then the browser draws again.")

    _esm = HERE / "desk.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "desk.css"]

    def __init__(self, hear: Callable[[Mapping[str, Any]], None], **settings: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **settings)
        self._hear = hear

    def _handle_msg(self, data: dict[str, Any]) -> None:
        self._hear(data)
