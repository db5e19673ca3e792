"""Reads columns of a CSV or Parquet file; what cannot be read is the user's error."""

from collections import Counter
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet

from populace.engine.errors import ProjectError, did_you_mean

ROWS_MAX = 100_000_000


def read_table(path: Path, name: str, wanted: dict[str, str]) -> pa.Table:
    """Return columns of the file ``path``, called ``name`` in errors.

    ``wanted`` is the setting that asked for each column, by the column's heading. Columns of a CSV
    are text; those of Parquet keep their type.
    """
    try:
        if path.suffix.lower() == ".csv":
            table = _csv(path, name, wanted)
        elif path.suffix.lower() == ".parquet":
            table = _parquet(path, name, wanted)
        else:
            raise ProjectError(
                f'"{name}" must be a .csv or .parquet file: save the table as one of them.',
                place="file",
            )
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise ProjectError(
            f'"{name}" cannot be read: {error}. Save it again as CSV in UTF-8, or as Parquet.',
            place="file",
        ) from None
    if table.num_rows == 0:
        raise ProjectError(f'"{name}" has a heading and no rows: add people.', place="file")
    if table.num_rows > ROWS_MAX:
        raise ProjectError(
            f'"{name}" has {table.num_rows:,} rows: at most {ROWS_MAX:,} people fit.', place="file"
        )
    return table


def _csv(path: Path, name: str, wanted: dict[str, str]) -> pa.Table:
    if path.stat().st_size == 0:
        raise ProjectError(f'"{name}" is empty: write a heading and people.', place="file")
    _check(csv.open_csv(path).schema.names, name, wanted)
    options = csv.ConvertOptions(
        include_columns=list(wanted), column_types=dict.fromkeys(wanted, pa.string())
    )
    return csv.read_csv(path, convert_options=options)


def _parquet(path: Path, name: str, wanted: dict[str, str]) -> pa.Table:
    file = parquet.ParquetFile(path)
    _check(file.schema_arrow.names, name, wanted)
    table = file.read(columns=list(wanted))
    for heading, setting in wanted.items():
        kind = table[heading].type
        plain = pa.types.is_primitive(kind) or pa.types.is_string(kind)
        if not (plain or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)):
            raise ProjectError(
                f'column "{heading}" of "{name}" must hold texts or numbers, not {kind}.',
                place=setting,
            )
        if pa.types.is_dictionary(kind):
            table = table.set_column(
                table.column_names.index(heading), heading, table[heading].cast(kind.value_type)
            )
    return table


def _check(headings: Collection[str], name: str, wanted: dict[str, str]) -> None:
    counted = Counter(headings)
    for heading, setting in wanted.items():
        if heading not in counted:
            raise ProjectError(
                f'"{name}" has no column "{heading}".{did_you_mean(heading, counted)} '
                f'Write {setting}: "" for none.',
                place=setting,
            )
        if counted[heading] > 1:
            raise ProjectError(
                f'"{name}" has {counted[heading]} columns "{heading}": rename all but one.',
                place=setting,
            )
