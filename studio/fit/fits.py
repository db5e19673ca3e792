"""Fits: those that go on in this server, and where each is kept, so that none is begun twice."""

import hashlib
import shutil
import threading
from collections.abc import Collection
from pathlib import Path

from populace.engine.calibration.fit_file import FIT_FILE
from populace.engine.calibration.fitting import Fitting
from populace.engine.calibration.plan import FitPlan
from populace.engine.errors import ProjectError
from populace.engine.population_cache import cache_folder
from populace.engine.project import Project
from populace.engine.project_file import yaml_text
from populace.engine.scenarios.model import Model

AT_ONCE_MOST = 2  # fits of all pages of this server that go on at once
KEPT_MOST = 200  # on disk, beside those that go on
_STOP_S = 5.0  # a run looks once a day whether it was stopped


class Fits:
    """The registry; safe to use from any thread. Pages with the same fit share it."""

    def __init__(self) -> None:
        self._going: dict[Path, tuple[Fitting, int]] = {}  # with the number of its pages
        self._lock = threading.RLock()

    def kept(self, project: Project, plan: FitPlan) -> Fitting | None:
        """Return a fit that goes on or was kept, or None."""
        folder = folder_of(project, plan)
        with self._lock:
            if folder in self._going and not self._going[folder][0].progress.over:
                return self._going[folder][0]
        if not folder.is_dir():
            return None
        try:
            return Fitting.of_folder(folder, project, behind=True)
        except ProjectError:  # another version wrote it, or it was cut short: it is made anew
            return None

    def enter(self, project: Project, plan: FitPlan) -> Fitting:
        """Begin a fit, or go on with it, for one page more."""
        folder = folder_of(project, plan)
        with self._lock:
            self._forget()
            found, pages = self._going.get(folder, (None, 0))
            if found is None or found.progress.over:
                if self._busy >= AT_ONCE_MOST:
                    raise ProjectError("Other fits go on on this computer: wait for them.")
                if found is not None and found.error is None and not found.join(_STOP_S):
                    raise ProjectError("The fit is still being stopped: try again in a moment.")
                found = self.kept(project, plan) or Fitting(project, plan, folder, behind=True)
                pages = 0
                tidy(folder.parent, {folder, *self._going})
                found.start()
            self._going[folder] = found, pages + 1
            return found

    def leave(self, fitting: Fitting) -> None:
        """Count one page less; what nobody looks at ends, and is kept."""
        with self._lock:
            folder = fitting.folder
            if folder is None or self._going.get(folder, (None, 0))[0] is not fitting:
                return
            pages = self._going[folder][1] - 1
            self._going[folder] = fitting, pages
            if pages <= 0:
                fitting.stop()

    def _forget(self) -> None:
        """Let go of what has ended and nobody looks at: it is on disk, and large in memory."""
        ended = [
            folder
            for folder, (one, pages) in self._going.items()
            if pages <= 0 and (one.error is not None or one.join(0))
        ]
        for folder in ended:
            del self._going[folder]

    @property
    def _busy(self) -> int:
        return sum(not one.progress.over for one, _ in self._going.values())


def folder_of(project: Project, plan: FitPlan) -> Path:
    """Return where a fit is kept: equal models, data and settings share a folder."""
    text = Model("", project).digest + yaml_text(plan.as_spec(whole=True))
    return cache_folder().parent / "fits" / hashlib.sha256(text.encode()).hexdigest()[:32]


def tidy(root: Path, going: Collection[Path], most: int = KEPT_MOST) -> None:
    """Keep the fits that were written last, and those that go on; remove the others."""
    kept = [file for file in root.glob(f"*/{FIT_FILE}") if file.parent not in going]
    kept.sort(key=_written, reverse=True)
    for old in kept[most:]:
        # Another server may remove the same one at this moment.
        shutil.rmtree(old.parent, ignore_errors=True)


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:  # removed meanwhile
        return 0.0


# Of this server.
FITS = Fits()
