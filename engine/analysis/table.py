"""Table: a result in named columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length; a number that does not exist is NaN. Nothing can be changed.

    Whole numbers are int64, others float64, dates datetime64[D], texts an array of `str` objects.
    """

    columns: Mapping[str, np.ndarray]

    def __post_init__(self) -> None:
        if len({len(column) for column in self.columns.values()}) > 1:
            raise ValueError("all columns of a table must have the same length")
        for column in self.columns.values():
            column.flags.writeable = False
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def __len__(self) -> int:
        return next((len(column) for column in self.columns.values()), 0)


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return above / below, NaN where there is nothing below."""
    above, below = np.broadcast_arrays(np.asarray(above, np.float64), np.asarray(below, np.float64))
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
