"""The shape of a project: what a file from anywhere must have before it becomes a draft."""

from collections.abc import Mapping
from typing import Any

from populace.engine.component import checked_name
from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.project import KEYS, PARTS
from populace.engine.registry import kind

PARKED = "parked"  # in a canvas: parts that are beside the model, by id
PLACE_MAX = 1e6  # pixels from the middle of the canvas
PARTS_MAX = 200  # of one family; a canvas shows no more


def shaped(spec: object) -> dict[str, Any]:
    """Return the values of a project; raise a `ProjectError` where they are none.

    A draft may have wrong numbers, which its problems name. It must have known keys and kinds, so
    that there is a node, and a form, for each part.
    """
    if not isinstance(spec, Mapping):
        raise ProjectError("is no project: it must have a name, a population, networks, a disease.")
    for key, value in spec.items():
        if key not in KEYS:
            raise ProjectError(
                f"there is no such key in a project.{did_you_mean(str(key), KEYS)}",
                place=str(key),
            )
        if key in ("name", "description") and not isinstance(value, str | None):
            raise ProjectError('must be text: put it in "quotes".', place=key)
        if key in PARTS and value is not None:
            _check_parts(key, value)
    return {key: value for key, value in spec.items() if value is not None}


def shaped_canvas(canvas: object) -> dict[str, Any]:
    """Return what of a canvas can be drawn: places of nodes, and parts that are parked.

    The model does not depend on it, so what is wrong is left out without a word.
    """
    found: dict[str, Any] = {}
    for key, values in canvas.items() if isinstance(canvas, Mapping) else ():
        if not isinstance(key, str) or not isinstance(values, Mapping):
            continue
        fits = _is_parked if key == PARKED else _is_place
        kept = {name: one for name, one in values.items() if fits(name, one)}
        if kept:
            found[key] = kept
    return found


def _is_place(name: object, place: object) -> bool:
    """Return whether it is a name and two numbers."""
    return (
        isinstance(name, str)
        and isinstance(place, list)
        and len(place) == 2
        and all(
            isinstance(number, int | float)
            and not isinstance(number, bool)
            and abs(number) < PLACE_MAX
            for number in place
        )
    )


def _is_parked(name: object, part: object) -> bool:
    """Return whether it is a part of a known kind that waits beside the model."""
    if not isinstance(name, str) or not isinstance(part, Mapping):
        return False
    key = part.get("key")
    if not name.startswith(f"{PARKED}.") or key not in PARTS or set(part) != {"key", "values"}:
        return False
    try:
        _check_part(PARTS[key][0], part["values"], name)
    except ProjectError:
        return False
    return True


def _check_parts(key: str, value: object) -> None:
    family, is_list = PARTS[key]
    if not is_list:
        _check_part(family, value, key)
        return
    if not isinstance(value, list) or len(value) > PARTS_MAX:
        raise ProjectError(f"must be a list of at most {PARTS_MAX} parts.", place=key)
    names = set()
    for index, part in enumerate(value):
        name = _check_part(family, part, f"{key}[{index}]")
        if name in names:
            raise ProjectError(
                f"there already is a {name} in the list: give one a name of its own, such as "
                "name: second.",
                place=f"{key}[{index}]",
            )
        names.add(name)


def _check_part(family: str, part: object, place: str) -> str:
    """Check that a part has a known kind; return its own name."""
    try:
        if not isinstance(part, Mapping) or not isinstance(part.get("kind"), str):
            raise ProjectError("must be a mapping with a kind, such as {kind: ...}.")
        kind(family, part["kind"])
        for setting in part:
            if not isinstance(setting, str):
                raise ProjectError(f"has a setting that is no text: {setting!r}.")
        return checked_name(part["name"]) if "name" in part else part["kind"]
    except ProjectError as error:
        raise error.at(place=place) from None
