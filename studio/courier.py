"""Courier: brings files from the server to the browser's downloads, in pieces, over the page."""

import base64
import io
from pathlib import Path
from typing import Any

import pyarrow.csv
from panel.custom import JSComponent

from populace.engine.analysis.table import Table
from populace.engine.run_output import arrow_table

PIECE = 3_000_000  # bytes; a message of the page holds a third more


class Courier(JSComponent):
    """An invisible part of a page; works behind any server, as it needs no address of its own."""

    _esm = Path(__file__).with_name("courier.js")

    def __init__(self, **settings: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **settings)

    def deliver_table(self, name: str, table: Table) -> None:
        """Let the browser save a table as CSV."""
        file = io.BytesIO()
        pyarrow.csv.write_csv(arrow_table(table), file)
        self.deliver(name, "text/csv", file.getvalue())

    def deliver(self, name: str, kind: str, content: bytes) -> None:
        """Let the browser save a file; ``kind`` is its media type, such as "image/png"."""
        for start in range(0, max(len(content), 1), PIECE):
            piece = content[start : start + PIECE]
            self._send_msg({"piece": base64.b64encode(piece).decode()})
        self._send_msg({"name": name, "kind": kind})
