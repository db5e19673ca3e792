"""Menu: a button of the top bar and what can be chosen from it, by mouse or keys."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

HERE = Path(__file__).parent
TOO_LARGE = "too_large"  # the act of choosing a file that has more than `bytes_max`


@dataclass(frozen=True)
class Item:
    """One line of a menu. ``act`` is what the page is told; "" makes a heading of the label."""

    act: str
    label: str
    hint: str = ""
    key: str = ""  # with Ctrl or Cmd: "s"
    file: str = ""  # asks for a file with this ending
    ask: str = ""  # asks for a line of text under this title
    value: str = ""  # the text to begin with


class Menu(JSComponent):
    """``choose(act, value)`` is told what was chosen; a chosen file goes to ``take(name, data)``.

    Items go by message: a parameter that changes while a page is loading can get lost.
    """

    bytes_max = param.Integer(0, doc="Of a file that is chosen.")

    _esm = HERE / "menu.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "menu.css"]

    def __init__(
        self,
        label: str,
        choose: Callable[[str, str], None],
        *,
        take: Callable[[str, bytes], None] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(margin=0, **settings)
        self._choose, self._take = choose, take
        self._shown: dict[str, Any] = {"label": label, "note": "", "items": []}
        self._file: tuple[str, bytearray] | None = None

    def offer(
        self, items: Sequence[Item], *, label: str | None = None, note: str | None = None
    ) -> None:
        """Offer these items; ``note`` stands beside the label."""
        shown: dict[str, Any] = {"items": [asdict(item) for item in items]}
        shown["label"] = self._shown["label"] if label is None else label
        shown["note"] = self._shown["note"] if note is None else note
        if shown != self._shown:
            self._shown = shown
            self._send_msg(shown)

    def offer_link(self, query: str) -> None:
        """Show the address of this page with another query, to be copied."""
        self._send_msg({"link": query})

    @property
    def acts(self) -> set[str]:
        """What can be chosen now."""
        return {item["act"] for item in self._shown["items"]} - {""}

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("ready"):
            self._send_msg(self._shown)
        elif "begin" in data:
            self._file = str(data["begin"]), bytearray()
        elif "piece" in data:
            self._add(str(data["piece"]))
        elif data.get("end"):
            self._end()
        elif data.get("act") in {*self.acts, TOO_LARGE}:
            self._choose(str(data["act"]), str(data.get("value") or ""))

    def _add(self, piece: str) -> None:
        if self._file is not None:
            self._file[1].extend(base64.b64decode(piece))
            if len(self._file[1]) > self.bytes_max:
                self._file = None  # the browser refuses it before: this one does as it likes
            else:
                self._send_msg({"next": True})

    def _end(self) -> None:
        if self._file is not None and self._take is not None:
            (name, content), self._file = self._file, None
            self._take(name, bytes(content))
