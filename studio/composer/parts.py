"""Parts: what stands on the canvas, and every edit of it. In the model, or parked beside it.

A parked part keeps its values in the draft's canvas and not in the project, which knows nothing of
it: `canvas["parked"]` holds {id: {"key": "policies", "values": {...}}}. `canvas["places"]` holds
where a person has put a part: {id: [x, y]}; all others stand where `layout` puts them.
"""

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from populace.engine.component import NAME, Component, checked
from populace.engine.editing.draft import Draft, Spec
from populace.engine.errors import ProjectError
from populace.engine.project import PARTS
from populace.engine.registry import kinds

PARKED = "parked"
# What an edit calls a setting whose label does not say it.
EDIT_WORDS = {"intensity": "contacts", "target_networks": "the networks"}
# What the key of a list or of a single part is called on the screen.
WORDS = {
    "population": "Population",
    "attributes": "Attribute",
    "networks": "Network",
    "disease": "Disease",
    "behaviours": "Behaviour",
    "policies": "Policy",
    "observations": "Observation",
}


@dataclass(frozen=True)
class Part:
    """One part on the canvas. ``id`` is its path in the project, or "parked.3"."""

    id: str
    key: str  # "networks", as in `PARTS`
    values: Mapping[str, Any]  # as in project.yaml; do not write into it
    parked: bool = False

    @cached_property
    def kind(self) -> type[Component] | None:
        """The class that declares it; None for a kind that there is not."""
        return kinds(PARTS[self.key][0]).get(str(self.values.get("kind")))

    @property
    def own_name(self) -> str:
        """What tells it apart in a list."""
        return own_name(self.values)

    @property
    def title(self) -> str:
        """What kind of part it is: "Masks"."""
        return self.kind.label() if self.kind else str(self.values.get("kind"))

    @property
    def label(self) -> str:
        """How messages name it: "Masks (second wave)", "Masks 2"."""
        name, kind = self.values.get("name"), f"{self.values.get('kind')}_"
        if not name:
            return self.title
        words = str(name).removeprefix(kind).replace("_", " ")
        return f"{self.title} {words}" if words.isdigit() else f"{self.title} ({words})"

    @cached_property
    def component(self) -> Component | None:
        """The part with every value that its declaration admits, and defaults for the others."""
        return _component(PARTS[self.key][0], repr(dict(self.values)), self) if self.kind else None

    @property
    def place(self) -> str:
        """Where its problems are: its path in the project."""
        return "" if self.parked else self.id

    def __hash__(self) -> int:
        return hash(self.id)


def own_name(values: Mapping[str, Any]) -> str:
    """Return the name of a part in paths."""
    return str(values.get("name") or values.get("kind"))


def parts_of(draft: Draft) -> list[Part]:
    """Return all parts: those in the model in the order of the file, then the parked ones."""
    return [
        Part(id_, key, values, parked=id_.startswith(f"{PARKED}."))
        for id_, key, values in _walk(draft.spec, draft.now.canvas)
    ]


def part(draft: Draft, id_: str) -> Part | None:
    """Return the part of this id."""
    return next((one for one in parts_of(draft) if one.id == id_), None)


# Edits. Each has a name, is undone in one step, and returns the ids to select.


def add(draft: Draft, key: str, kind: str, at: tuple[float, float] | None = None) -> list[str]:
    """Add a part of a kind and put it in the model; one that it replaces is parked."""
    label = kinds(PARTS[key][0])[kind].label()
    return insert(draft, [(key, {"kind": kind})], f"Add {label}", at=at)


def insert(
    draft: Draft,
    new: Iterable[tuple[str, Mapping[str, Any]]],
    label: str,
    at: tuple[float, float] | None = None,
) -> list[str]:
    """Put parts in the model, each under a name of its own."""
    ids: list[str] = []

    def change(spec: Spec, canvas: Spec) -> None:
        for key, values in new:
            ids.append(_put(spec, canvas, key, copy.deepcopy(dict(values))))
        if at is not None:
            for step, id_ in enumerate(ids):
                places_of(canvas)[id_] = [round(at[0]) + 24 * step, round(at[1]) + 24 * step]

    draft.edit_both(label, change)
    return ids


def remove(draft: Draft, ids: Iterable[str]) -> list[str]:
    """Take parts off the canvas."""
    gone = _known(draft, ids)

    def change(spec: Spec, canvas: Spec) -> None:
        for one in gone:
            _take(spec, canvas, one.id)
            places_of(canvas).pop(one.id, None)

    if gone:
        draft.edit_both(f"Remove {_together(gone)}", change)
    return []


def park(draft: Draft, ids: Iterable[str]) -> list[str]:
    """Take parts out of the model and leave them on the canvas."""
    moved = [one for one in _known(draft, ids) if not one.parked]
    new: list[str] = []

    def change(spec: Spec, canvas: Spec) -> None:
        new.extend(_park(spec, canvas, one.id) for one in moved)

    if moved:
        draft.edit_both(f"Park {_together(moved)}", change)
    return new


def use(draft: Draft, ids: Iterable[str]) -> list[str]:
    """Put parked parts in the model; a part that one replaces is parked."""
    moved = [one for one in _known(draft, ids) if one.parked]
    new: list[str] = []

    def change(spec: Spec, canvas: Spec) -> None:
        for one in moved:
            place = places_of(canvas).pop(one.id, None)
            key, values = _take(spec, canvas, one.id)
            new.append(_put(spec, canvas, key, values))
            if place is not None:
                places_of(canvas)[new[-1]] = place

    if moved:
        draft.edit_both(f"Use {_together(moved)}", change)
    return new


def rename(draft: Draft, id_: str, name: str) -> str:
    """Give a part of a list another own name and return its id.

    Raise a `ProjectError` where the name cannot stand in a path, or is another part's.
    """
    one = part(draft, id_)
    if one is None:
        return id_
    wanted = "_".join(name.strip().lower().replace("-", " ").split()) or str(one.values["kind"])
    if not NAME.fullmatch(wanted):
        raise ProjectError(
            "must begin with a letter and have letters, digits and spaces only, at most 40.",
            place="name",
        )
    if any(o.key == one.key and not o.parked and o.id != id_ and o.own_name == wanted
           for o in parts_of(draft)):  # fmt: skip
        raise ProjectError(f'"{wanted}" is the name of another part: choose one.', place="name")
    new = id_ if one.parked else f"{one.key}.{wanted}"

    def change(spec: Spec, canvas: Spec) -> None:
        values = _find(spec, canvas, id_)
        # The name stands first, after the kind, as `Component.spec` writes it.
        rest = {k: v for k, v in values.items() if k not in ("kind", "name")}
        kind = values["kind"]
        values.clear()
        values |= {"kind": kind} | ({"name": wanted} if wanted != kind else {}) | rest
        places = places_of(canvas)
        if id_ in places:
            places[new] = places.pop(id_)

    draft.edit_both(f"Rename {one.label} to {wanted.replace('_', ' ')}", change)
    return new


def set_value(draft: Draft, id_: str, name: str, value: Any) -> bool:
    """Set one setting of a part; None: as declared. It may be one that the declaration refuses."""
    one = part(draft, id_)
    if one is None:
        return False
    declared = dict(one.kind.declarations()).get(name) if one.kind else None
    words = str(declared.label).lower() if declared is not None else name
    words = EDIT_WORDS.get(name, words)
    usual = declared is not None and value == declared.default
    verb = "Reset" if value is None or usual else "Change"

    def change(spec: Spec, canvas: Spec) -> None:
        values = _find(spec, canvas, id_)
        if value is None or usual:
            values.pop(name, None)
        else:
            values[name] = value

    return draft.edit_both(f"{verb} {words} of {one.label}", change)


def move(draft: Draft, places: Mapping[str, tuple[float, float]]) -> None:
    """Put parts where a person has dragged them."""
    moved = _known(draft, places)

    def change(spec: Spec, canvas: Spec) -> None:
        for one in moved:
            x, y = places[one.id]
            places_of(canvas)[one.id] = [round(x), round(y)]

    if moved:
        draft.edit_both(f"Move {_together(moved)}", change)


def tidy(draft: Draft) -> bool:
    """Forget where parts were dragged: all stand in columns again."""
    return draft.edit_both("Tidy the canvas", lambda spec, canvas: canvas.pop("places", None))


def places_of(canvas: Spec) -> dict[str, Any]:
    """Return where parts were put, to be written into."""
    return canvas.setdefault("places", {})


def checked_values(component: type[Component], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the declaration admits."""
    admitted = {}
    for name, declared in component.declarations():
        if name in values:
            try:
                admitted[name] = checked(declared, name, values[name])
            except ProjectError:
                continue  # `problems` says it; here the default stands in
    return admitted


@lru_cache(maxsize=512)
def _component(family: str, written: str, one: Part) -> Component:
    assert one.kind is not None
    component = one.kind(**checked_values(one.kind, one.values))
    component.called = str(one.values.get("name") or "")
    return component


def _walk(spec: Spec, canvas: Spec) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield id, key and values of every part that is a mapping."""
    seen: set[str] = set()
    for key, (_, is_list) in PARTS.items():
        found = spec.get(key)
        for values in (found or []) if is_list else [found] if found else []:
            if not isinstance(values, dict):
                continue
            id_ = f"{key}.{own_name(values)}" if is_list else key
            while id_ in seen:  # two of one name are an error, and must both be seen
                id_ += "~"
            seen.add(id_)
            yield id_, key, values
    for id_, one in (canvas.get(PARKED) or {}).items():
        yield id_, one["key"], one["values"]


def _find(spec: Spec, canvas: Spec, id_: str) -> dict[str, Any]:
    for known, _, values in _walk(spec, canvas):
        if known == id_:
            return values
    raise ProjectError("is not on the canvas.", place=id_)


def _take(spec: Spec, canvas: Spec, id_: str) -> tuple[str, dict[str, Any]]:
    """Take a part out of where it is and return its key and values."""
    values = _find(spec, canvas, id_)
    if id_.startswith(f"{PARKED}."):
        return canvas[PARKED].pop(id_)["key"], values
    key = id_.partition(".")[0]
    if PARTS[key][1]:
        spec[key] = [one for one in spec[key] if one is not values]
    else:
        del spec[key]
    return key, values


def _put(spec: Spec, canvas: Spec, key: str, values: dict[str, Any]) -> str:
    """Put a part in the model and return its id."""
    if not PARTS[key][1]:
        values.pop("name", None)
        if spec.get(key):
            _park(spec, canvas, key)
        spec[key] = values
        return key
    listed = spec.setdefault(key, [])
    name = _free_name(own_name(values), {own_name(one) for one in listed})
    if name != own_name(values):
        rest = {k: v for k, v in values.items() if k not in ("kind", "name")}
        values = {"kind": values["kind"], "name": name, **rest}
    listed.append(values)
    return f"{key}.{name}"


def _park(spec: Spec, canvas: Spec, id_: str) -> str:
    place = places_of(canvas).pop(id_, None)
    key, values = _take(spec, canvas, id_)
    parked = canvas.setdefault(PARKED, {})
    number = 1
    while f"{PARKED}.{number}" in parked:
        number += 1
    new = f"{PARKED}.{number}"
    parked[new] = {"key": key, "values": values}
    if place is not None:
        places_of(canvas)[new] = place
    return new


def _free_name(name: str, taken: set[str]) -> str:
    """Return the name, or with the first number that nobody has: "masks_2"."""
    stem, _, number = name.rpartition("_")
    if name in taken and stem and number.isdigit():
        name = stem
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name[:36]}_{count}"
    return free


def _known(draft: Draft, ids: Iterable[str]) -> list[Part]:
    wanted = set(ids)
    return [one for one in parts_of(draft) if one.id in wanted]


def _together(parts: list[Part]) -> str:
    return parts[0].label if len(parts) == 1 else f"{len(parts)} parts"
