"""View: one panel of the screen, drawn from snapshots."""

from typing import Any, ClassVar

import panel as pn

from populace.engine.snapshot import Snapshot
from populace.layers.themes import THEMES, Theme
from populace.studio.session import Session


class View(pn.viewable.Viewer):
    """A panel that follows the page's run and its theme.

    A subclass answers `draw`, `paint` if it has colours, and Panel's `__panel__`.
    """

    title: ClassVar[str] = ""

    def __init__(self, session: Session, **params: Any) -> None:
        super().__init__(**params)
        self.session = session
        session.on_snapshot(self.draw)
        session.on_theme(lambda name: self.paint(THEMES[name]))

    @property
    def colours(self) -> Theme:
        """The page's colours as they are now."""
        return THEMES[self.session.theme]

    def draw(self, snapshot: Snapshot) -> None:
        """Show the newest day. Days may be missing in between: `runner.history` has them all."""
        raise NotImplementedError

    def paint(self, theme: Theme) -> None:
        """Take the colours of another theme."""
