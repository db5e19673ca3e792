"""PolicyTimeline: the policies of a draft as bars over real dates, to drag, resize and edit."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import panel as pn
import param
from panel.custom import JSComponent

from populace.engine.component import checked
from populace.engine.disease_text import escaped
from populace.engine.editing.draft import Draft, Spec, part_at
from populace.engine.editing.own_disease import usable
from populace.engine.editing.policy_edits import (
    add_policy,
    delete_policy,
    duplicate_policy,
    own_name_of,
    set_times,
    start_date_of,
)
from populace.engine.errors import ProjectError
from populace.engine.policies._schedule import NO_TRIGGER
from populace.engine.policies.base import FOREVER, Policy
from populace.engine.policy_text import (
    fade_in_words,
    in_sentence,
    rule_in_words,
    time_edit_in_words,
)
from populace.engine.project import SETTINGS
from populace.engine.registry import kinds
from populace.studio.composer import side
from populace.studio.composer.edit_form import EditForm
from populace.studio.composer.following import following

HERE = Path(__file__).parent
NEW_AFTER = 4  # a new policy begins after this part of the run
_TIMES = ("start_day", "end_day")  # the bar shows and sets them
_THRESHOLDS = ("trigger_on", "trigger_off")


class TimelineBars(JSComponent):
    """The bars in the browser; `PolicyTimeline` hears what a person did with them."""

    bars = param.List(doc="Name, label, start, end, fade, words of each, in the order of lanes.")
    start = param.String("2020-01-01", doc="Date of day 0.")
    days = param.Integer(120, doc="Length of the run.")
    forever = param.Integer(FOREVER, doc="The end of what has no end.")
    kinds = param.List(doc="Kind and label of what can be added.")
    selected = param.String("")
    focus = param.String("", doc="The bar that takes the keyboard as soon as it is drawn.")
    heard = param.Integer(0, doc="Messages of the browser that the bars answer.")

    _esm = HERE / "policy_timeline.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "policy_timeline.css"]

    def __init__(self, hear: "PolicyTimeline", **settings: Any) -> None:
        super().__init__(sizing_mode="stretch_both", min_height=260, margin=0, **settings)
        self._hear = hear

    def _handle_msg(self, data: dict[str, Any]) -> None:
        self._hear.hear(data)


class PolicyTimeline:
    """Bars, and beside them the form of the selected policy. Every edit is one of the draft."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        offered = [[name, kind.label()] for name, kind in kinds("policies").items()]
        self.bars = TimelineBars(self, kinds=offered)
        self._side = side.column()
        self._shown: str | None = None
        self._form: EditForm | None = None
        self._view = side.beside(self.bars, self._side)
        following(draft, self._draw)
        self._draw()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    def select(self, name: str) -> None:
        """Select a policy and show its form; "" selects none."""
        self.bars.selected = name
        self._show_form()

    # What the person does

    def hear(self, data: Mapping[str, Any]) -> None:
        """Take what the browser says of a bar. What it cannot have sent is ignored."""
        what, name = data.get("what"), str(data.get("name", ""))
        self.bars.focus = ""
        acts = {"time": self._time, "add": self._add, "copy": self._copy, "delete": self._delete}
        if what == "select":
            self.select(name if name in self._parts() else "")
        elif what in acts and (what == "add" or name in self._parts()):
            acts[what](name, data)
        self._draw(heard=1)

    def _time(self, name: str, data: Mapping[str, Any]) -> None:
        start, end = (min(max(int(data[key]), 0), FOREVER) for key in ("start", "end"))
        policy = self._policy(name)
        before = (policy.start_day, policy.end_day)
        label = time_edit_in_words(
            policy.own_label, start_date_of(self._draft.spec), before, (start, end)
        )
        self._draft.edit(label, lambda spec: set_times(spec, name, start, end))

    def _add(self, _: str, data: Mapping[str, Any]) -> None:
        wanted = kinds("policies").get(str(data.get("kind")))
        if wanted is None:
            return
        start, kind_name, made = self._days() // NEW_AFTER, str(data["kind"]), []
        self._draft.edit(
            f"Add {in_sentence(wanted.label())}",
            lambda spec: made.append(add_policy(spec, kind_name, start)),
        )
        self._focus(made[0])

    def _copy(self, name: str, _: Mapping[str, Any]) -> None:
        made: list[str] = []
        self._draft.edit(
            f"Duplicate {in_sentence(self._policy(name).own_label)}",
            lambda spec: made.append(duplicate_policy(spec, name)),
        )
        self._focus(made[0])

    def _delete(self, name: str, _: Mapping[str, Any]) -> None:
        names = list(self._parts())
        row = names.index(name)
        label = f"Delete {in_sentence(self._policy(name).own_label)}"
        self._draft.edit(label, lambda spec: delete_policy(spec, name))
        left = [one for one in names if one != name]
        self._focus(left[min(row, len(left) - 1)] if left else "")

    def _focus(self, name: str) -> None:
        """Select what an edit made, once it is drawn, and give it the keyboard."""
        self._draw()
        self.bars.focus = name
        self.select(name)

    def _change(self, name: str, setting: str, value: Any, label: str) -> None:
        self._draft.set(f"policies.{name}.{setting}", value, label)

    # What the draft says

    def _draw(self, heard: int = 0) -> None:
        spec = self._draft.spec
        problems: dict[str, str] = {}
        for problem in self._draft.problems:
            if problem.place.startswith("policies."):
                problems.setdefault(problem.place.split(".")[1], problem.message)
        bars = [_bar(name, part, problems.get(name, "")) for name, part in self._parts().items()]
        self.bars.param.update(
            bars=bars,
            start=start_date_of(spec).isoformat(),
            days=self._days(),
            heard=self.bars.heard + heard,
        )
        if self.bars.selected and self.bars.selected not in self._parts():
            self.bars.selected = ""
        self._show_form()

    def _show_form(self) -> None:
        name = self.bars.selected
        if name not in self._parts():
            self._shown, self._form, self._side.objects = None, None, [_hint()]
            return
        policy = self._policy(name)
        left_out = (*_TIMES, *(_THRESHOLDS if policy.values().trigger == NO_TRIGGER else ()))
        if self._form and self._shown == name and self._form.kind == (type(policy), left_out):
            self._form.follow(policy)
            return
        self._shown = name
        self._form = EditForm(policy, partial(self._change, name), without=left_out)
        self._side.objects = [side.text(_heading(policy)), self._form.__panel__()]

    def _parts(self) -> dict[str, Spec]:
        """Return the policies of the draft that have a known kind, by their own names."""
        return {
            own_name_of(part): part
            for part in self._draft.spec.get("policies") or []
            if isinstance(part, dict) and part.get("kind") in kinds("policies")
        }

    def _policy(self, name: str) -> Policy:
        policy = usable("policies", part_at(self._draft.spec, f"policies.{name}"))
        assert isinstance(policy, Policy)
        return policy

    def _days(self) -> int:
        declared = SETTINGS["days"]
        try:
            return checked(declared, "days", self._draft.spec.get("days", declared.default))
        except ProjectError:
            return int(declared.default)  # the draft's problems say what is wrong


def _bar(name: str, part: Spec, wrong: str) -> dict[str, Any]:
    policy = usable("policies", part)
    assert isinstance(policy, Policy)
    values = policy.values()
    return {
        "name": name,
        "label": policy.own_label,
        "start": values.start_day,
        "end": values.end_day,
        "fade": values.fade_in_days,
        "rule": rule_in_words(values),
        "fade_words": fade_in_words(values),
        "wrong": wrong[:1].upper() + wrong[1:],
    }


def _heading(policy: Policy) -> str:
    text = (type(policy).__doc__ or "").strip().split("\n\n")[0]
    return f"<h2>{escaped(policy.own_label)}</h2><p>{escaped(' '.join(text.split()))}</p>"


def _hint() -> pn.viewable.Viewable:
    return side.text(
        "<h2>Policies over time</h2><p>Drag a bar to move it and its ends to resize it; it snaps "
        "to days. Click a bar to see all its settings here.</p><p>On the keyboard: Tab to a bar, "
        "arrow keys move it by a day, with Shift by a week; with Alt they move its end. Delete "
        "takes it out, Ctrl+D doubles it.</p><p>A dashed bar waits for its rule between the two "
        "dates.</p>"
    )
