"""Kept fits have a limit: the ones written last stay, and those that go on."""

import os

from populace.engine.calibration.fit_file import FIT_FILE
from populace.studio.fit.fits import tidy


def kept(root, name, at):
    """Write what looks like a fit of that time."""
    (root / name).mkdir()
    file = root / name / FIT_FILE
    file.write_text("{}")
    os.utime(file, (at, at))
    return root / name


def test_the_newest_fits_are_kept_and_those_that_go_on(tmp_path):
    folders = [kept(tmp_path, str(at), at) for at in range(1, 6)]
    beginning = tmp_path / "beginning"  # nothing was written to it yet
    beginning.mkdir()
    tidy(tmp_path, {folders[0]}, most=2)
    assert {one.name for one in tmp_path.iterdir()} == {"1", "4", "5", "beginning"}
    tidy(tmp_path, (), most=0)
    assert list(tmp_path.iterdir()) == [beginning]


def test_where_no_fit_was_kept_there_is_nothing_to_remove(tmp_path):
    tidy(tmp_path / "fits", (), most=0)
    assert list(tmp_path.iterdir()) == []
