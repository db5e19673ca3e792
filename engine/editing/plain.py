"""Plain values as one line of JSON and back: dates, and keys that are no texts, come back equal."""

import datetime as dt
import json
from typing import Any

_DATE, _PAIRS = "$date", "$pairs"


def line_of(value: Any) -> str:
    """Return the values as JSON on one line."""
    return json.dumps(_packed(value), ensure_ascii=False, separators=(",", ":"))


def values_of(line: str) -> Any:
    """Return what `line_of` wrote; a line that it did not write is a `ValueError`."""
    return json.loads(line, object_hook=_unpacked)


def _packed(value: Any) -> Any:
    if isinstance(value, dict):
        if all(isinstance(key, str) and not key.startswith("$") for key in value):
            return {key: _packed(part) for key, part in value.items()}
        return {_PAIRS: [[_packed(key), _packed(part)] for key, part in value.items()]}
    if isinstance(value, list | tuple):
        return [_packed(part) for part in value]
    if isinstance(value, dt.date):
        return {_DATE: value.isoformat()}
    return value


def _unpacked(value: dict[str, Any]) -> Any:
    if value.keys() == {_DATE}:
        text = value[_DATE]
        return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)
    if value.keys() == {_PAIRS}:
        return dict(value[_PAIRS])
    return value
