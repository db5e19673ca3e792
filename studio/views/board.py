"""Board: all that changes from day to day beside the map, sent to the page in one message.

A pane of HTML for each text, and a change of each figure, would be a message each, with the
references of every model of the page: that took ten times as long on the interface thread.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from panel.custom import JSComponent

from populace.studio.views.plot import midnight

Rows = dict[str, list[Any]]


class Text:
    """One text of the page: the element of `page.html` with this name in ``data-text``."""

    def __init__(self, board: "Board", name: str) -> None:
        self._board, self._name = board, name

    def write(self, html: str) -> None:
        """Show this HTML when the board is sent next."""
        self._board.texts[self._name] = html


class Board(JSComponent):
    """Texts, and the rows of the curves; `send` sends what is new since the last time.

    ``on_ready()`` is called when a browser can hear: what was sent before went nowhere.
    """

    _esm = Path(__file__).with_name("board.js")

    def __init__(self, on_ready: Callable[[], None], **settings: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **settings)
        self.texts: dict[str, str] = {}
        self._sent: dict[str, str] = {}
        self._rows: Rows = {}
        self._tables: dict[str, Rows] = {}
        self._sent_tables: dict[str, Rows] = {}
        self._restart = True
        self._today = self._sent_today = 0.0
        self._on_ready = on_ready

    def text(self, name: str) -> Text:
        """Return the text of this name."""
        return Text(self, name)

    def add_rows(self, rows: Rows) -> None:
        """Add rows at the end of the curves."""
        for name, values in rows.items():
            self._rows.setdefault(name, []).extend(values)

    def put(self, source: str, rows: Rows) -> None:
        """Let the data source of this name hold these rows and no others."""
        self._tables[source] = rows

    def mark(self, date: dt.date) -> None:
        """Let the line across the timeline stand on this date."""
        self._today = midnight(date)

    def clear_rows(self) -> None:
        """Begin the curves again."""
        self._rows, self._restart = {}, True

    def send(self) -> None:
        """Send what is new."""
        texts = {name: html for name, html in self.texts.items() if self._sent.get(name) != html}
        tables = {
            name: rows for name, rows in self._tables.items() if self._sent_tables.get(name) != rows
        }
        moved = self._today != self._sent_today
        if not (texts or tables or self._rows or self._restart or moved):
            return
        message = {"texts": texts, "tables": tables, "rows": self._rows, "restart": self._restart}
        message["today"] = self._today
        self._send_msg(message)
        self._sent |= texts
        self._sent_tables |= tables
        self._rows, self._restart, self._sent_today = {}, False, self._today

    def _handle_msg(self, data: dict[str, Any]) -> None:
        self._sent, self._sent_tables, self._sent_today = {}, {}, 0.0
        self._on_ready()
