"""Puts what was imported into a project: a clean file in ``data/`` and one edit of the draft."""

import io
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as parquet

from populace.engine.editing.draft import Draft, Spec
from populace.engine.errors import ProjectError
from populace.engine.importing import areas, attributes, edges, people, series
from populace.engine.importing.matching import plain_words
from populace.engine.project_file import write_whole

_CSV_ROWS_MAX = 200_000  # longer tables are written as Parquet


def place_series(
    draft: Draft,
    found: series.Examined,
    *,
    name: str,
    legend: str,
    states: str,
    measure: str = series.PRESENT,
) -> str:
    """Add the series as an observation; return the observation's own name."""
    if len(found.dates) == 0:
        raise ProjectError("No row is left of the series: nothing was imported.")
    file = _write(draft, name, ".csv", series.written(found.dates, found.counts))
    spec: Spec = {"kind": "observed_series", "file": file, "column": "count", "states": states}
    if legend:
        spec["legend"] = legend
    if measure != series.PRESENT:
        spec["measures"] = measure
    return _append(draft, "observations", spec, f"Import {legend or name}")


def place_edges(draft: Draft, found: edges.Examined, *, name: str) -> str:
    """Add the edges as a network; return the network's own name."""
    if len(found.first) == 0:
        raise ProjectError("No row is left of the edges: nothing was imported.")
    table = edges.table_of(found)
    suffix, content = _content(table)
    file = _write(draft, name, suffix, content)
    spec: Spec = {"kind": "edge_list", "file": file}
    if found.weight is not None:
        spec["weight_column"] = "weight"
    return _append(draft, "networks", spec, f"Import {name}")


def attribute_names(
    draft: Draft, found: attributes.Examined, wanted: Mapping[str, str]
) -> dict[str, str]:
    """Return a name for each attribute that no other one has; ``wanted`` are a person's choices."""
    taken = {own_name(part) for part in draft.spec.get("attributes") or []}
    population = draft.spec.get("population") or {}
    taken |= set(re.split(r"[,\s]+", str(population.get("attribute_columns", ""))))
    names: dict[str, str] = {}
    for heading in found.headings:
        names[heading] = _free(plain_name(wanted.get(heading) or heading), taken)
        taken.add(names[heading])
    return names


def place_attributes(
    draft: Draft, found: attributes.Examined, *, name: str, names: Mapping[str, str]
) -> list[str]:
    """Add an attribute for each column of values; return their own names."""
    if found.table.num_rows == 0 or not found.headings:
        raise ProjectError("No row is left of the table: nothing was imported.")
    own = attribute_names(draft, found, names)
    table = found.table.rename_columns([own.get(one, one) for one in found.table.column_names])
    suffix, content = _content(table)
    file = _write(draft, name, suffix, content)
    parts: list[Spec] = [
        found.spec | {"name": one, "file": file, "value_column": one} for one in own.values()
    ]

    def change(project: Spec) -> None:
        project["attributes"] = [*(project.get("attributes") or []), *parts]

    draft.edit(f"Import {', '.join(own.values())}", change)
    return list(own.values())


def place_people(draft: Draft, found: people.Examined, *, name: str) -> None:
    """Make the table the project's population."""
    if found.table.num_rows == 0:
        raise ProjectError("No row is left of the people: nothing was imported.")
    suffix, content = _content(found.table)
    file = _write(draft, name, suffix, content)
    use_people(draft, {"kind": "table", "file": file, **found.spec}, f"{name}, own people")


def place_areas(
    draft: Draft, found: areas.Examined, *, name: str, ages_of: str, people: int = 0
) -> None:
    """Make the map and its people the project's population; 0 ``people`` are all of them."""
    map_file = _write(draft, f"{name} map", ".parquet", _geoparquet(found.map))
    table = _write(draft, f"{name} people", ".csv", _csv(found.table))
    spec: Spec = {"kind": "regions", "file": map_file, "table": table, "ages_of": ages_of}
    if "household_size" in found.table.column_names:
        spec["household_size_column"] = "household_size"
    ages = [heading for heading in found.table.column_names if heading.startswith("from_")]
    if ages:
        spec["age_columns"] = ", ".join(ages)
    if people and people < found.people:
        spec["people"] = people
    use_people(draft, spec, f"{name}, own map")


def use_people(draft: Draft, spec: Spec, label: str) -> bool:
    """Make ``spec`` the population, in one edit; return whether anything changed."""

    def change(project: Spec) -> None:
        project["population"] = dict(spec)

    return draft.edit(f"Choose people: {label}", change)


def _append(draft: Draft, key: str, spec: Spec, label: str) -> str:
    own = _free(spec["kind"], {own_name(part) for part in draft.spec.get(key) or []})
    part = {"kind": spec["kind"]}
    if own != spec["kind"]:
        part["name"] = own
    part |= {name: value for name, value in spec.items() if name != "kind"}

    def change(project: Spec) -> None:
        project.setdefault(key, [])
        project[key] = [*(project[key] or []), part]

    draft.edit(label, change)
    return own


def own_name(part: Spec) -> str:
    """Return the own name of a part in a list."""
    return str(part.get("name") or part.get("kind"))


def _free(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number where it is taken."""
    own, number = name, 2
    while own in taken:
        own, number = f"{name[:36]}_{number}", number + 1
    return own


def plain_name(text: str) -> str:
    """Return a name that a part of a project can have: "Netto-Einkommen" is netto_einkommen."""
    name = "_".join(plain_words(text))[:40] or "attribute"
    return name if name[0].isalpha() else f"a_{name}"[:40]


def _write(draft: Draft, name: str, suffix: str, content: bytes) -> str:
    """Write a new file of the draft's folder; nothing that is there is written over."""
    if draft.folder is None:
        raise ProjectError("The project has no folder yet to keep files in: save it first.")
    stem = file_stem(name)
    file, number = f"data/{stem}{suffix}", 2
    while (draft.folder / file).exists():
        file, number = f"data/{stem}_{number}{suffix}", number + 1
    try:
        write_whole(draft.folder / file, content)
    except OSError as error:
        raise ProjectError(f'"{file}" cannot be written: {error.strerror}.') from None
    return file


def file_stem(name: str) -> str:
    """Return a plain name for a file: "Fälle Köln.xlsx" becomes "falle_koln"."""
    stem = Path(name).stem if re.search(r"\.\w{2,8}$", name) else name
    return "_".join(plain_words(stem))[:60] or "imported"


def _content(table: pa.Table) -> tuple[str, bytes]:
    if table.num_rows <= _CSV_ROWS_MAX:
        return ".csv", _csv(table)
    buffer = io.BytesIO()
    parquet.write_table(table, buffer, compression="zstd")
    return ".parquet", buffer.getvalue()


def _csv(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pa_csv.write_csv(_whole(table), buffer)
    return buffer.getvalue()


def _whole(table: pa.Table) -> pa.Table:
    """Write whole numbers without a point."""
    for at, heading in enumerate(table.column_names):
        if pa.types.is_floating(table[heading].type):
            values = table[heading].to_numpy()
            if len(values) and np.isfinite(values).all() and (values == np.floor(values)).all():
                table = table.set_column(at, heading, pa.array(values.astype(np.int64)))
    return table


def _geoparquet(table: Any) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    return buffer.getvalue()
