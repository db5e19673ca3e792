"""Parquet files: typed columns, shown and read as texts like those of every other table."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from populace.engine.errors import ProjectError
from populace.engine.importing.limits import UNPACKED_MAX
from populace.engine.importing.sheet import COLUMNS_MAX, Sheet, sheet_of


def read(path: Path, name: str) -> Sheet:
    """Read all columns that hold plain values."""
    try:
        file = parquet.ParquetFile(path)
    except pa.ArrowException:
        raise ProjectError(f'"{name}" is no Parquet file, whatever its name says.') from None
    unpacked = sum(
        file.metadata.row_group(group).total_byte_size for group in range(file.num_row_groups)
    )
    if unpacked > UNPACKED_MAX:
        raise ProjectError(f'"{name}" would have {unpacked / 1e6:,.0f} MB when unpacked.')
    schema = file.schema_arrow
    if len(schema.names) > COLUMNS_MAX:
        raise ProjectError(f'"{name}" has {len(schema.names):,} columns: at most {COLUMNS_MAX}.')
    plain = [at for at, field in enumerate(schema) if _is_plain(field.type)]
    if not plain:
        raise ProjectError(f'"{name}" has no column of plain texts, numbers or dates.')
    table = file.read()
    left_out = [field.name for at, field in enumerate(schema) if at not in plain]
    notes = [f"Columns without plain values are left out: {', '.join(left_out)}."]
    return sheet_of(
        name,
        [schema.names[at] for at in plain],
        [_texts(table.column(at)) for at in plain],
        np.arange(table.num_rows, dtype=np.int64) + 2,
        notes=notes if left_out else [],
    )


def _is_plain(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_date(kind)
        or pa.types.is_timestamp(kind)
        or pa.types.is_null(kind)
    )


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as texts: whole numbers without a point, dates as 2020-12-24."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        values = column.to_numpy()
        texts = [
            "" if not np.isfinite(one) else str(int(one)) if one == int(one) else repr(float(one))
            for one in values
        ]
        return pa.chunked_array([pa.array(texts, pa.string())])
    if pa.types.is_timestamp(column.type):
        days = column.cast(pa.timestamp("s"), safe=False)
        return days.cast(pa.date32(), safe=False).cast(pa.string())
    return column.cast(pa.string())
