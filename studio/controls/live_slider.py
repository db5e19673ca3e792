"""LiveSlider: one quantity that acts on the running model when the slider is released."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

HERE = Path(__file__).parent


class LiveSlider(JSComponent):
    """A native slider with its unit, its source, and the day on which the engine took its value.

    ``on_release(path, value)`` is called on the interface thread, once per move.
    """

    path = param.String(doc='"networks.school.intensity"')
    label = param.String(doc="Beside the slider, where a heading names the component.")
    full_label = param.String(doc="Standing alone: for screen readers, stamps and undo.")
    unit = param.String()
    about = param.String(doc="HTML: meaning, range, default and source.")
    value = param.Number(0.0)
    default = param.Number(0.0)
    start = param.Number(0.0)
    end = param.Number(1.0)
    step = param.Number(0.01)
    decimals = param.Integer(2)
    percent = param.Boolean(False)
    waiting = param.String("acts from the next day on", doc="Shown from release until taken.")
    applied = param.String("")
    effect = param.Dict({}, doc="Words of the effect, and its bar: low, middle, high from -1 to 1.")
    turn = param.Integer(0, doc="The release, as the browser counts, that ``value`` follows.")

    _esm = HERE / "live_slider.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "live_slider.css"]

    def __init__(self, on_release: Callable[[str, float], None], **settings: Any) -> None:
        super().__init__(height=57, sizing_mode="stretch_width", margin=0, **settings)
        self._on_release = on_release

    def _handle_msg(self, data: dict[str, Any]) -> None:
        value = min(max(float(data["value"]), self.start), self.end)
        self.param.update(value=value, turn=int(data["turn"]))
        self._on_release(self.path, value)

    def written(self, value: float) -> str:
        """Return a value as the slider shows it, without its unit."""
        return f"{value * (100 if self.percent else 1):,.{self.decimals}f}"

    def wait_for(self, value: float) -> None:
        """Show a value that was asked for and not taken yet."""
        self.value = value
        self.applied = self.waiting

    def take(self, value: float, day: int) -> None:
        """Show that the engine uses ``value`` from ``day`` on."""
        self.value = value
        self.applied = f"applied on day {day}"
        # By message as well: a changed parameter can get lost while a page is loading.
        self._send_msg({"applied": self.applied, "value": value, "turn": self.turn})
