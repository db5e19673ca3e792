"""Wizard: a dialog in steps. Python decides what stands in it, the browser draws it."""

import html
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.importing.findings import Group
from populace.engine.importing.limits import BYTES_MAX, refuse_size
from populace.engine.importing.matching import Matching, Role, age_band
from populace.engine.importing.sheet import Sheet
from populace.studio.composer.background import Background, InPage
from populace.studio.composer.upload import Upload

HERE = Path(__file__).parent
Block = dict[str, Any]
NONE = "— none —"
_SHOWN_ROWS = 50


class Wizard(JSComponent):
    """What all wizards share: steps, a file on its way, work in the background, a message.

    Closing keeps everything: the dialog opens again where it was left, and the draft is untouched
    until the last button.
    """

    state = param.Dict({}, doc="What the dialog shows.")
    open = param.Boolean(False)
    taken = param.Integer(0, doc="Grows with every piece of a file that has arrived.")
    world = param.List([], doc="Name and path of each country.")

    _esm = HERE / "wizard.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "wizard.css"]

    title: ClassVar[str] = ""

    def __init__(self, draft: Draft, in_page: InPage, **settings: Any) -> None:
        super().__init__(width=0, height=0, margin=0, **settings)
        self._draft = draft
        self._in_page = in_page
        self._background = Background(in_page)
        self._upload: Upload | None = None
        self._busy: tuple[str, float | None] | None = None
        self._message = ""
        self._step = 0

    def appear(self) -> None:
        """Open the dialog."""
        self.draw()
        self.open = True

    def hide(self) -> None:
        """Close the dialog; what was chosen stays."""
        self._background.stop()
        self._busy = None
        self.open = False

    def close(self) -> None:
        """Let go of files: the page has gone."""
        self._background.stop()
        if self._upload is not None:
            self._upload.close()

    # What the kinds of wizards say

    def steps(self) -> list[str]:
        """Return the names of the steps."""
        raise NotImplementedError

    def blocks(self) -> list[Block]:
        """Return what the present step shows."""
        raise NotImplementedError

    def buttons(self) -> list[Block]:
        """Return the buttons of the present step."""
        raise NotImplementedError

    def changed(self, key: str, value: Any) -> None:
        """Take what the person chose."""
        raise NotImplementedError

    def pressed(self, key: str) -> None:
        """Do what a button says."""
        raise NotImplementedError

    def arrived(self, key: str, upload: Upload) -> None:
        """Take a file that is here."""
        raise NotImplementedError

    def allowed(self, key: str) -> tuple[str, ...]:
        """Return the endings of files that an upload takes."""
        raise NotImplementedError

    # Drawing

    def draw(self) -> None:
        """Show the present step."""
        try:
            blocks = self.blocks()
        except ProjectError as error:
            self._message = str(error)
            blocks = []
        if self._busy is not None:
            words, share = self._busy
            blocks = [{"type": "progress", "words": words, "share": share}, *blocks]
        self.state = {
            "title": self.title,
            "steps": self.steps(),
            "step": self._step,
            "blocks": blocks,
            "buttons": self.buttons(),
            "message": self._message,
        }

    def say(self, message: str) -> None:
        """Tell the person what is wrong."""
        self._message = message
        self.draw()

    def work(
        self, work: Callable[..., Any], done: Callable[[Any], None], words: str = "Working"
    ) -> None:
        """Do something that may take a while, with its progress in the dialog."""
        self._busy = (words, None)
        self._message = ""

        def finished(result: Any) -> None:
            self._busy = None
            done(result)
            self.draw()

        def failed(message: str) -> None:
            self._busy = None
            self.say(message)

        self._background.start(work, finished, failed, self._progress)
        self.draw()

    def _progress(self, words: str, share: float) -> None:
        self._busy = (words, share)
        self.draw()

    # What the browser says; messages may come without the lock of the document.

    def _handle_msg(self, data: dict[str, Any]) -> None:
        self._in_page(partial(self._heard, data))

    def _heard(self, data: dict[str, Any]) -> None:
        act, key = str(data.get("act")), str(data.get("key", ""))
        try:
            if act == "close":
                self.hide()
            elif act == "change":
                self._message = ""
                self.changed(key, data.get("value"))
                self.draw()
            elif act == "press":
                self._message = ""
                self.pressed(key)
                self.draw()
            elif act in ("begin", "too_large"):
                self._begin(key, str(data.get("name")), int(data.get("size", 0)))
            elif act == "chunk":
                self._take(key, data)
        except ProjectError as error:
            self.say(str(error))

    def _begin(self, key: str, name: str, size: int) -> None:
        if self._upload is not None:
            self._upload.close()
            self._upload = None
        self._message = ""
        refuse_size(name, size)
        self._upload = Upload(name, size, self.allowed(key))
        self._busy = (f"Reading {name}", 0.0)
        self.draw()
        self.taken += 1

    def _take(self, key: str, data: dict[str, Any]) -> None:
        upload = self._upload
        if upload is None:
            return
        part = data["data"]
        try:
            upload.take(bytes(part))
            if data.get("last"):
                upload.finish()
        except ProjectError:
            self._busy, self._upload = None, None
            raise
        if not data.get("last"):
            self._busy = (f"Reading {upload.name}", upload.share)
            self.draw()
            self.taken += 1
            return
        self._busy, self._upload = None, None
        self.arrived(key, upload)
        self.draw()


# Blocks that several wizards show


def upload_block(key: str, label: str, allowed: Sequence[str], about: str) -> Block:
    """Return a field to drop a file into."""
    return {
        "type": "upload",
        "key": key,
        "label": label,
        "accept": ",".join(allowed),
        "about": about,
        "largest": BYTES_MAX,
    }


def select(
    key: str,
    label: str,
    options: Sequence[tuple[str, str]] | dict[str, str],
    value: str,
    about: str = "",
    **more: Any,
) -> Block:
    """Return a list to choose from."""
    pairs = options.items() if isinstance(options, dict) else options
    return {
        "type": "select",
        "key": key,
        "label": label,
        "options": [list(pair) for pair in pairs],
        "value": value,
        "about": about,
        **more,
    }


def note(text: str, tone: str = "") -> Block:
    """Return a sentence that stands out: "warn", "error" or "good"."""
    return {"type": "note", "text": text, "tone": tone}


def row(*blocks: Block) -> Block:
    """Return blocks side by side."""
    return {"type": "row", "blocks": list(blocks)}


def column_blocks(sheet: Sheet, roles: Sequence[Role], matching: Matching) -> list[Block]:
    """Return a choice of a column for each role."""
    blocks: list[Block] = []
    singles: list[Block] = []
    for role in roles:
        chosen = matching.get(role.key, ())
        if role.many:
            fitting = [one for one in sheet.headings if role.key != "ages" or age_band(one)]
            if not fitting:
                continue
            free = [[one, one] for one in fitting]
            blocks.append(
                {
                    "type": "checks",
                    "key": f"column:{role.key}",
                    "label": role.label,
                    "options": free,
                    "value": list(chosen),
                    "about": role.about,
                }
            )
            continue
        options = [("", "Choose a column" if role.required else NONE)]
        options += [(heading, heading) for heading in sheet.headings]
        value = chosen[0] if chosen else ""
        singles.append(
            select(f"column:{role.key}", role.label, options, value, role.about,
                   wanting=role.required and not value)
        )  # fmt: skip
    return [row(*singles), *blocks]


def comma_block(sheet: Sheet) -> list[Block]:
    """Return the question how decimals are written, where the file does not tell."""
    if sheet.comma_is_sure:
        return []
    return [
        select(
            "comma",
            "Decimals are written with",
            {"point": "a point: 1,234.5", "comma": "a comma: 1.234,5"},
            "comma" if sheet.comma else "point",
            "1.234 and 1,234 can be a thousand or one and a bit: choose.",
            wanting=True,
        )
    ]


def take_column(matching: Matching, key: str, value: Any) -> Matching:
    """Return the matching with one role's columns changed; a column keeps one role."""
    role = key.partition(":")[2]
    chosen = tuple(value) if isinstance(value, list) else (value,) if value else ()
    freed = {
        one: tuple(heading for heading in headings if heading not in chosen)
        for one, headings in matching.items()
    }
    return freed | {role: chosen}


def table_block(sheet: Sheet, matching: Matching, roles: Sequence[Role], rows: int = 8) -> Block:
    """Return the first rows of a table, with what its columns are taken for."""
    labels = {role.key: role.label for role in roles}
    role_of = {heading: labels[key] for key, headings in matching.items() for heading in headings
               if key in labels}  # fmt: skip
    return {
        "type": "table",
        "key": "preview",
        "label": "The first rows of the file",
        "headings": list(sheet.headings),
        "roles": [role_of.get(heading, "") for heading in sheet.headings],
        "rows": [[cell[:80] for cell in cells] for cells in sheet.preview(rows)],
    }


def problem_blocks(groups: Sequence[Group]) -> list[Block]:
    """Return every kind of problem with its rows and the choice what to do."""
    blocks: list[Block] = []
    for at, group in enumerate(groups):
        rest = group.count - min(len(group.first), _SHOWN_ROWS)
        blocks.append(
            {
                "type": "problem",
                "key": f"problem:{group.kind}",
                "title": group.title,
                "count": f"{group.count:,}",
                "options": [list(pair) for pair in group.actions],
                "value": group.action,
                "rows": [
                    [one.row or "", one.column, one.value[:60], one.message]
                    for one in group.first[:_SHOWN_ROWS]
                ],
                "more": f"and {rest:,} more rows" if rest else "",
                "shown": at == 0,
            }
        )
    return blocks


def markup(content: str, kind: str = "", **more: Any) -> Block:
    """Return HTML that was made here; texts of users must be escaped in it."""
    return {"type": "html", "html": content, "class": kind, **more}


def notes_block(notes: Sequence[str], **more: Any) -> Block:
    """Return sentences as a list."""
    lines = "".join(f"<li>{html.escape(one)}</li>" for one in notes)
    return markup(f'<ul class="notes">{lines}</ul>' if lines else "", **more)
