"""Reads columns of a table in the project's folder; what cannot be used is named by its row."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from populace.engine.errors import ProjectError, did_you_mean
from populace.engine.project_file import file_inside

if TYPE_CHECKING:
    import pyarrow as pa


class Table:
    """Columns of a CSV or Parquet file. Rows count from 1, the heading is not one of them.

    ``place`` says in errors where the project names the file, such as "networks.edge_list".
    """

    def __init__(self, folder: Path | None, file: str, place: str) -> None:
        self._file, self._place = file, place
        try:
            self._path = file_inside(folder, file)
        except ProjectError as error:
            raise error.at(place=self._setting("file")) from None
        self._is_parquet = self._path.suffix.lower() == ".parquet"
        if not self._is_parquet and self._path.suffix.lower() != ".csv":
            raise self.error(f'"{file}" must end in .csv or .parquet.')
        self._headings = self._read_headings()
        self._required: list[str] = []
        self._read: pa.Table | None = None

    def error(self, cause: str, setting: str = "file") -> ProjectError:
        """Return an error in this table."""
        return ProjectError(cause, place=self._setting(setting))

    def row_error(self, row: int, cause: str) -> ProjectError:
        """Return an error in a row, counted from 0."""
        return self.error(f'"{self._file}", row {row + 1}: {cause}')

    def require(self, setting: str, heading: str) -> None:
        """Raise unless the table has the column that a setting names."""
        if heading not in self._headings:
            raise self.error(
                f'"{self._file}" has no column "{heading}".{did_you_mean(heading, self._headings)}',
                setting,
            )
        if self._headings.count(heading) > 1:
            raise self.error(f'"{self._file}" has two columns "{heading}": keep one.', setting)
        self._required.append(heading)

    def column(self, heading: str) -> "pa.ChunkedArray":
        """Return a required column: texts of a CSV, what the file holds of a Parquet."""
        read = self._read_required() if self._read is None else self._read
        self._read = read
        return read.column(heading)

    def whole_numbers(self, heading: str, lowest: int, highest: int, what: str) -> np.ndarray:
        """Return a column of whole numbers (int64) of a range; ``what`` says what they are."""
        import pyarrow as pa

        column = self.column(heading)
        numbers = self._cast(column, pa.int64(), f"{what}, a whole number")
        outside = np.flatnonzero((numbers < lowest) | (numbers > highest))
        if len(outside):
            row = int(outside[0])
            span = f"from {lowest:,} to {highest:,}" if highest >= lowest else "and there is none"
            raise self.row_error(
                row, f'"{heading}" must be {what} {span}, not {int(numbers[row]):,}.'
            )
        return numbers

    def numbers(self, heading: str, lowest: float, highest: float, what: str) -> np.ndarray:
        """Return a column of finite numbers (float64) of a range."""
        import pyarrow as pa

        numbers = self._cast(self.column(heading), pa.float64(), what)
        wrong = np.flatnonzero(~((numbers >= lowest) & (numbers <= highest)))
        if len(wrong):
            row = int(wrong[0])
            raise self.row_error(
                row,
                f'"{heading}" must be {what} from {lowest:g} to {highest:g}, not {numbers[row]:g}.',
            )
        return numbers

    def texts(self, heading: str) -> list[str]:
        """Return a column as texts; a blank is an error."""
        import pyarrow as pa

        try:
            found = self.column(heading).cast(pa.string()).to_pylist()
        except pa.ArrowException as error:
            raise self.error(f'"{self._file}", column "{heading}" is no text: {error}') from None
        for row, text in enumerate(found):
            if text is None or not text.strip():
                raise self.row_error(row, f'"{heading}" is blank.')
        return [text.strip() for text in found]

    def _cast(self, column: "pa.ChunkedArray", wanted: "pa.DataType", what: str) -> np.ndarray:
        import pyarrow as pa

        if not column.null_count:
            for form in (column, _trimmed(column)):
                try:
                    return form.cast(wanted).to_numpy()
                except pa.ArrowException:
                    continue
        row, value = _first_wrong(_trimmed(column), wanted)
        shown = "blank" if value is None or value == "" else repr(value)
        raise self.row_error(row, f"must be {what}, not {shown}.")

    def _read_required(self) -> "pa.Table":
        import pyarrow as pa
        import pyarrow.csv as pa_csv
        import pyarrow.parquet as pa_parquet

        wanted = list(dict.fromkeys(self._required))
        try:
            if self._is_parquet:
                return pa_parquet.read_table(self._path, columns=wanted)
            # As texts, so that a faulty cell is found with its row and shown as it is written.
            options = pa_csv.ConvertOptions(
                include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string())
            )
            return pa_csv.read_csv(self._path, convert_options=options)
        except (OSError, pa.ArrowException) as error:
            raise self._unreadable(error) from None

    def _read_headings(self) -> list[str]:
        import pyarrow as pa
        import pyarrow.csv as pa_csv
        import pyarrow.parquet as pa_parquet

        try:
            if self._is_parquet:
                return pa_parquet.read_schema(self._path).names
            with pa_csv.open_csv(self._path) as reader:
                return reader.schema.names
        except (OSError, pa.ArrowException) as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> ProjectError:
        form = "Parquet" if self._is_parquet else "CSV"
        return self.error(f'"{self._file}" cannot be read as {form}: {error}')

    def _setting(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name


def _trimmed(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    """Return texts without the blanks around them, as people write after a comma."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(column.type):
        return column
    return cast("pa.ChunkedArray", pc.call_function("utf8_trim_whitespace", [column]))


def _first_wrong(column: "pa.ChunkedArray", wanted: "pa.DataType") -> tuple[int, Any]:
    """Return the first row, counted from 0, that does not become a number, and what it holds."""
    import pyarrow as pa

    for row, cell in enumerate(column):
        try:
            if not cell.is_valid:
                return row, None
            pa.chunked_array([pa.array([cell.as_py()], column.type)]).cast(wanted)
        except pa.ArrowException:
            return row, cell.as_py()
    raise AssertionError("each cell becomes a number, the column does not")
