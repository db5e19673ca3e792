"""PartForm: the settings of the selected part, or of the project, made from the declarations."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from panel.custom import JSComponent

from populace.engine.editing.draft import Draft
from populace.engine.editing.problems import Problem
from populace.engine.errors import ProjectError
from populace.engine.policies._schedule import NO_TRIGGER
from populace.engine.project import PARTS, SETTINGS
from populace.engine.quantities import Quantity, Structure
from populace.studio.composer import parts, ports
from populace.studio.composer.describe import base_of, help_of, preset, start_of
from populace.studio.composer.fields import field, kind_of, number_of, value_of
from populace.studio.composer.groups import closed_groups
from populace.studio.composer.parts import Part
from populace.studio.composer.spread import spreads

HERE = Path(__file__).parent
PROJECT = "project"  # the id of the form that is shown while no part is selected


class PartForm(JSComponent):
    """One form in the sidebar. What is typed is an edit of the draft, also where it is wrong.

    ``act(name)`` is told "park", "duplicate" or "delete"; ``chosen(ids)`` that the part has
    another id; ``later(work)`` does an edit with the lock of the document.
    """

    _esm = HERE / "part_form.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "part_form.css"]

    def __init__(
        self,
        draft: Draft,
        act: Callable[[str], None],
        chosen: Callable[[list[str]], None],
        later: Callable[[Callable[[], None]], None],
        **settings: Any,
    ) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **settings)
        self._draft, self._act, self._chosen, self._later = draft, act, chosen, later
        self._ids: list[str] = []
        self._refused: dict[str, str] = {}  # what could not become an edit, by setting
        self._sent: dict[str, Any] | None = None
        self._turn = 0  # the last edit of this browser that was heard

    def choose(self, ids: Sequence[str]) -> None:
        """Show the form of these parts; of the project where there is none."""
        self._ids, self._refused = list(ids), {}
        self.draw()

    def draw(self) -> None:
        """Show what the draft says now."""
        form = self._form()
        if form != self._sent:
            self._sent = form
            self._send_msg({"form": form, "turn": self._turn})

    def focus(self, name: str) -> None:
        """Put the keyboard into a field."""
        self._send_msg({"focus": name})

    # What the form shows

    def _form(self) -> dict[str, Any]:
        found = [one for id_ in self._ids if (one := parts.part(self._draft, id_)) is not None]
        if len(found) > 1:
            title = f"{len(found)} parts"
            return {"id": "many", "title": title, "fields": [], "acts": _acts(found), "many": True}
        return self._part(found[0]) if found else self._project()

    def _project(self) -> dict[str, Any]:
        spec = self._draft.spec
        wrong = {problem.place: problem.message for problem in self._draft.problems}
        own = [
            _plain("name", "Name", str(spec.get("name") or ""), "text"),
            _plain("description", "Description", str(spec.get("description") or ""), "long"),
            _plain("start_date", "First day", str(spec.get("start_date", start_of(spec))), "date"),
        ]
        return {
            "id": PROJECT,
            "family": "Project",
            "title": str(spec.get("name") or "A model without a name"),
            "help": "Choose a part on the canvas to change it.",
            "fields": [one | {"problem": wrong.get(one["name"], "")} for one in own]
            + [
                field(name, declared, spec, problem=wrong.get(name, ""))
                for name, declared in SETTINGS.items()
            ],
            "acts": [],
        }

    def _part(self, part: Part) -> dict[str, Any]:
        wrong = problems_at(part, self._draft.problems) | self._refused
        return {
            "id": part.id,
            "key": part.key,
            "family": parts.WORDS[part.key],
            "title": preset(part) if not part.values.get("name") else part.title,
            "help": help_of(part.kind) if part.kind else "",
            "state": "Parked: it stands beside the model and is not in it." if part.parked else "",
            "problem": wrong.get("", ""),
            "fields": [*self._name(part, wrong), *self._settings(part, wrong)],
            "closed": closed_groups(part.component, start_of(self._draft.spec))
            if part.component
            else {},
            "acts": _acts([part]),
        }

    def _name(self, part: Part, wrong: Mapping[str, str]) -> list[dict[str, Any]]:
        if not PARTS[part.key][1]:
            return []
        words = part.own_name.replace("_", " ")
        shown = _plain("name", "Own name", words, "text")
        return [shown | {"problem": wrong.get("name", ""), "about": _OWN_NAME}]

    def _settings(self, part: Part, wrong: Mapping[str, str]) -> list[dict[str, Any]]:
        if part.kind is None:
            return []
        start, plots = start_of(self._draft.spec), spreads(part)
        untriggered = part.values.get("trigger", NO_TRIGGER) == NO_TRIGGER
        shown = []
        for name, declared in part.kind.declarations():
            one = field(name, declared, part.values, problem=wrong.get(name, ""), start=start)
            if name == ports.TARGETS:
                one |= self._targets(part)
            if name in _THRESHOLDS and untriggered and name not in wrong:
                continue
            shown.append(one | {"plot": plots.get(name)})
        groups = list(dict.fromkeys(["", *(one["group"] for one in shown)]))
        shared = {name for name, _ in base_of(part.kind).declarations()} - {"intensity"}
        return sorted(
            shown,
            key=lambda one: (
                groups.index(one["group"]),
                one["name"] in shared,
                not one["live"],
            ),
        )

    def _targets(self, part: Part) -> dict[str, Any]:
        """Return the networks that a policy may act on, to be ticked."""
        found = parts.parts_of(self._draft)
        reached = [
            one
            for one in found
            if one.key == "networks" and not one.parked and ports.may_act_on(part, one)
        ]
        if len(reached) < 2:
            return {}
        ticked = [one.own_name for one in reached if ports.acts_on(part, one)]
        return {
            "kind": "ticks",
            "unit": "",
            "choices": [{"value": one.own_name, "label": one.label} for one in reached],
            "value": ", ".join(ticked),
        }

    # What a person does

    def _handle_msg(self, data: dict[str, Any]) -> None:
        if data.get("ready"):
            self._sent, self._turn = None, 0
            self._later(self.draw)
        elif "act" in data:
            self._later(partial(self._act, str(data["act"])))
        elif "name" in data:
            turn, text = int(data["turn"]), data.get("text")
            self._later(partial(self._set, str(data["id"]), str(data["name"]), text, turn))

    def _set(self, id_: str, name: str, text: str | None, turn: int) -> None:
        """Make an edit of what was typed; None: back to the default."""
        before = self._draft.now
        self._turn = turn
        self._refused.pop(name, None)
        if id_ == PROJECT:
            self._set_in_project(name, text)
        elif (part := parts.part(self._draft, id_)) is not None and part.kind is not None:
            if name == "name":
                self._give_name(id_, text or "")
            elif name == ports.TARGETS and text is not None:
                self._set_targets(part, text)
            else:
                declared = dict(part.kind.declarations()).get(name)
                if declared is not None and kind_of(declared) != "nested":
                    self._set_value(id_, name, declared, text)
        # The draft tells nobody of an edit that changed nothing: the box must not keep it.
        self._sent = None
        if self._draft.now is before:
            self.draw()

    def _set_value(
        self, id_: str, name: str, declared: Quantity | Structure, text: str | None
    ) -> None:
        try:
            value = None if text is None else value_of(declared, text)
        except ProjectError as error:
            self._refused[name] = error.cause
            return
        parts.set_value(self._draft, id_, name, value)

    def _set_in_project(self, name: str, text: str | None) -> None:
        value: Any = text
        if name in SETTINGS:
            declared = SETTINGS[name]
            whole = isinstance(declared.default, int)
            value = None if text is None else number_of(text, whole=whole, share=False)
            value = None if value == declared.default else value
        elif name == "start_date":
            value = _date(text or "")
        elif name not in ("name", "description"):
            return
        label = {"start_date": "first day"}.get(name, name)
        self._draft.set(name, value or None if name == "description" else value, f"Change {label}")

    def _set_targets(self, part: Part, text: str) -> None:
        """Write nothing where all networks are ticked: the policy then acts on new ones too."""
        offered = self._targets(part)
        every = {one["value"] for one in offered.get("choices", ())}
        chosen = "" if every and every == set(ports.names_in(text)) else text
        if every and not chosen and not text:
            self._act("park")
        else:
            parts.set_value(self._draft, part.id, ports.TARGETS, chosen)

    def _give_name(self, id_: str, name: str) -> None:
        try:
            new = parts.rename(self._draft, id_, name)
        except ProjectError as error:
            self._refused["name"] = f"{error.cause} The name stays as it was."
            return
        if new != id_:
            self._chosen([new])


_THRESHOLDS = ("trigger_on", "trigger_off")
_OWN_NAME = (
    "<b>What tells this part apart from others of its kind.</b>"
    "<dl><dt>Letters</dt><dd>small letters, digits and spaces</dd></dl>"
)


def problems_at(part: Part, problems: Sequence[Problem]) -> dict[str, str]:
    """Return what is wrong with a part by its setting; "" is the part itself."""
    wrong: dict[str, str] = {}
    for problem in problems:
        if part.place and problem.place == part.place:
            wrong.setdefault("", problem.message)
        elif part.place and problem.place.startswith(f"{part.place}."):
            name = problem.place[len(part.place) + 1 :].split(".")[0].split("[")[0]
            wrong.setdefault(name, problem.message)
    return wrong


def _plain(name: str, label: str, value: str, kind: str) -> dict[str, Any]:
    return {"name": name, "label": label, "value": value, "kind": kind, "group": "", "plot": None}


def _acts(found: Sequence[Part]) -> list[dict[str, str]]:
    parked = all(part.parked for part in found)
    park = "Put in the model" if parked else "Park"
    acts = [{"act": "park", "label": park, "key": "P"}]
    if any(PARTS[part.key][1] for part in found):
        acts.append({"act": "duplicate", "label": "Duplicate", "key": "Ctrl-D"})
    return [*acts, {"act": "delete", "label": "Remove", "key": "Delete"}]


def _date(text: str) -> Any:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text
