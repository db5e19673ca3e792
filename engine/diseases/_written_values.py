"""Single values of a written graph, and what is said of one that cannot be."""

import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.people import AGE_BAND_COUNT


def number(value: object, low: float, high: float, place: str, unit: str = "") -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        words = f" {unit}" if unit else ""
        raise ProjectError(
            f"must be a number from {low:,g} to {high:,g}{words}, not {short(value)}.",
            place=place,
        )
    return float(value)


def by_age(value: object, high: float, place: str) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or len(value) != AGE_BAND_COUNT:
        count = f"{len(value)} of them" if isinstance(value, list | tuple) else short(value)
        raise ProjectError(
            f"must be a list of {AGE_BAND_COUNT} numbers, for ages 0-4, 5-9 ... 70-74, 75+, "
            f"not {count}.",
            place=place,
        )
    return tuple(number(part, 0.0, high, f"{place}[{row}]") for row, part in enumerate(value))


def choice(value: object, known: Sequence[str], place: str) -> str:
    if not isinstance(value, str) or value not in known:
        hint = did_you_mean(str(value), known)
        raise ProjectError(f"cannot be {short(value)}.{hint}", place=place)
    return value


def switch(written: Mapping[str, Any], name: str, place: str) -> bool:
    value = written.get(name, False)
    if not isinstance(value, bool):
        raise ProjectError(f"must be true or false, not {short(value)}.", place=f"{place}.{name}")
    return value


def required(written: Mapping[str, Any], key: str, place: str, example: str) -> Any:
    if written.get(key) is None:
        raise ProjectError(f"is missing: write {example}.", place=f"{place}.{key}")
    return written[key]


def mapping(part: object, place: str, example: str) -> Mapping[Any, Any]:
    if not isinstance(part, Mapping):
        raise ProjectError(f"must be such as {example}, not {short(part)}.", place=place)
    return part


def list_of(graph: Mapping[str, Any], key: str, example: str) -> Sequence[object]:
    value = graph.get(key)
    if not isinstance(value, list | tuple):
        cause = "is missing" if value is None else f"must be a list, not {short(value)}"
        raise ProjectError(f"{cause}: write {key}: [{example}].", place=key)
    return value


def known_keys(written: Mapping[Any, Any], known: Sequence[str], place: str) -> None:
    for key in written:
        if key not in known:
            name = f"{place}.{_line(key)}" if place else _line(key)
            raise ProjectError(
                f"there is no such key here.{did_you_mean(str(key), known)}", place=name
            )


def _line(key: object) -> str:
    return str(key)[:40]


def short(value: object) -> str:
    """Show a value of any size in a few words."""
    return reprlib.repr(value)
