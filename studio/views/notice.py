"""Notice: what the page says in place of, or over, the map: preparing, refused, stopped."""

import html

import panel as pn

from populace.engine.records import Status
from populace.studio.views.text import text


class Notice:
    """A progress bar with words while a run is built; a box that says what to do when it failed."""

    def __init__(self) -> None:
        self._pane = text("notice")
        self._pane.visible = False

    def __panel__(self) -> pn.viewable.Viewable:
        return self._pane

    def follow(self, status: Status, has_picture: bool) -> None:
        """Show the state of the run, if there is something to say."""
        if status.phase == "building":
            self._show(_progress(status.message, status.share_done))
        elif status.phase == "failed":
            self._show(stopped(status.message, has_picture))
        else:
            self._pane.visible = False

    def refuse(self, cause: str) -> None:
        """Say why a project was not opened; what was open stays open."""
        self._show(
            _alert("This project was not opened", cause, "Choose another project at the top left.")
        )

    def _show(self, content: str) -> None:
        self._pane.object = content
        self._pane.visible = True


def stopped(message: str, has_picture: bool) -> str:
    """Return the box for an error of the engine."""
    kept = "The map and the figures still show the last day. " if has_picture else ""
    advice = (
        f"{kept}The project is still open: move a slider back if you have just moved it, then "
        "choose <b>Reset</b> to start again; or choose another project at the top left."
    )
    return _alert("The run has stopped", message, advice)


def _alert(title: str, cause: str, advice: str) -> str:
    return (
        f'<div class="box" role="alert"><h2>{title}</h2><p class="cause">{html.escape(cause)}</p>'
        f"<p>{advice}</p></div>"
    )


def _progress(message: str, share: float) -> str:
    part = round(100 * min(max(share, 0.0), 1.0))
    words = html.escape(message.rstrip(".…"))
    return (
        f'<div class="box" role="status"><p>{words}…</p><div class="bar" role="progressbar" '
        f'aria-label="{words}" aria-valuenow="{part}" aria-valuemin="0" aria-valuemax="100">'
        f'<i style="width:{part}%"></i></div></div>'
    )
