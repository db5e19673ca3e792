"""Migration: project files of older versions of Populace, step by step to the present one."""

import reprlib
from collections.abc import Callable, Mapping
from typing import Any

from populace.engine.errors import ProjectError

SCHEMA = 1

Step = Callable[[dict[str, Any]], dict[str, Any]]

# From the schema of this number to the next one. A step changes plain values and knows no
# component, for components may have changed since. Schema 1 is the first, with nothing older.
STEPS: dict[int, Step] = {}


def migrated(
    spec: Mapping[str, Any], steps: Mapping[int, Step] = STEPS, present: int = SCHEMA
) -> Mapping[str, Any]:
    """Return a project's values as the present schema has them; a newer schema is refused."""
    schema = spec.get("schema", present)
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise ProjectError(
            f"must be {present}, not {reprlib.repr(schema)}: leave it out.", place="schema"
        )
    if schema > present:
        raise ProjectError(
            f"must be {present}, not {reprlib.repr(schema)}: this version of Populace reads no "
            "later one. Update it: pip install --upgrade populace.",
            place="schema",
        )
    for number in range(schema, present):
        if number not in steps:
            raise ProjectError(
                f"must be {present}, not {number}: open it in an older Populace and save it.",
                place="schema",
            )
        spec = steps[number](dict(spec)) | {"schema": number + 1}
    return spec
