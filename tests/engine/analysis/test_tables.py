"""Tables of results."""

import numpy as np
import pytest

from populace.engine.analysis.intervals import interval_table, mean_and_variance
from populace.engine.analysis.table import Table, ratio


def test_columns_have_one_length_and_cannot_be_changed():
    with pytest.raises(ValueError, match="same length"):
        Table({"a": np.zeros(2), "b": np.zeros(3)})
    table = Table({"a": np.zeros(2)})
    with pytest.raises(ValueError, match="read-only"):
        table["a"][0] = 1
    with pytest.raises(TypeError):
        table.columns["b"] = np.zeros(2)
    assert len(table) == 2
    assert len(Table({})) == 0


def test_a_share_of_nothing_does_not_exist():
    found = ratio(np.array([[1, 0]]), np.array([4, 0]))
    assert found[0, 0] == 0.25
    assert np.isnan(found[0, 1])


def test_intervals_may_be_negative():
    table = interval_table(np.array([3, -2, 3], np.int32))
    assert table["interval"].tolist() == [-2, -1, 0, 1, 2, 3]
    assert table["pairs"].tolist() == [1, 0, 0, 0, 0, 2]
    assert mean_and_variance(table) == (pytest.approx(4 / 3), pytest.approx(50 / 9))


def test_no_pairs_are_no_rows_and_no_mean():
    table = interval_table(np.zeros(0, np.int32))
    assert len(table) == 0
    assert np.isnan(mean_and_variance(table)).all()
