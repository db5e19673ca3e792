"""Whole range: the lower part of the pane *Sensitivity*, about all numbers at once."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

from populace.engine.project import Project
from populace.engine.sensitivity.global_design import BLOCKS, Method, block_length
from populace.engine.sensitivity.ranges import usual_ranges
from populace.studio.exploring import Explored, Exploring
from populace.studio.session import Session
from populace.studio.views.whole_range_figures import bars, walked_figure

HERE = Path(__file__).parent
METHODS: dict[Method, str] = {
    "morris": "Which matter (Morris)",
    "sobol": "Share of each (Sobol)",
}


class WholeRange(JSComponent):
    """What starts and stops the runs, and their answers; all goes by message.

    ``project`` returns the model with the numbers that the sliders show now.
    """

    _esm = HERE / "whole_range.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "whole_range.css"]

    def __init__(
        self,
        session: Session,
        project: Callable[[], Project],
        labels: Mapping[str, str],
        **settings: Any,
    ) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **settings)
        self._session, self._project, self._labels = session, project, labels
        self._shown, self._count = Explored(), 0
        self._exploring = Exploring(lambda now: session.in_page(partial(self._show, now)))
        session.on_close(self._exploring.close)

    def _handle_msg(self, data: dict[str, Any]) -> None:
        what, exploring = data.get("what"), self._exploring
        if what == "ready":
            self._count = len(usual_ranges(self._project()))
            self._session.in_page(lambda: self._show(self._shown))
        elif what == "begin" and data.get("method") in METHODS:
            exploring.begin(self._project(), data["method"])
        elif what == "walk":
            paths = tuple(str(path) for path in data.get("paths", ()))
            if 1 <= len(set(paths)) == len(paths) <= 2:
                exploring.walk(paths)
        elif what == "outcome":
            exploring.choose(str(data.get("name")))
        elif what == "stop":
            exploring.stop()

    def _show(self, now: Explored) -> None:
        self._shown = now
        found, walked = now.found, now.walked
        numbers = () if found is None else found.numbers
        methods = [
            [key, f"{name}, {BLOCKS[key] * block_length(key, self._count):,} runs"]
            for key, name in METHODS.items()
        ]
        self._send_msg(
            {
                "methods": methods,
                "busy": now.busy,
                "share": now.share,
                "said": now.said,
                "wrong": now.wrong,
                "outcome": now.outcome,
                "outcomes": [list(one) for one in now.outcomes],
                "numbers": [[one.path, self._labels.get(one.path, one.path)] for one in numbers],
                "bars": "" if found is None else bars(found, self._labels),
                "walked": "" if walked is None else walked_figure(walked, self._labels),
            }
        )
