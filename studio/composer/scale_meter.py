"""ScaleMeter: what a run of the draft will cost on this machine, before it is started."""

import threading
from typing import Any, ClassVar

from panel.custom import JSComponent

from populace.engine import scaling_model
from populace.engine.editing.draft import Draft
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.studio.composer.background import Background, InPage
from populace.studio.composer.wizard import HERE
from populace.studio.runs import RUNS, Runs, agent_count

_BUSY = 1.5  # from which other programs are worth a word
_QUIET_S = 1.2  # after the last edit, before anything is measured


class ScaleMeter(JSComponent):
    """People, memory, seconds per simulated day and the time of a run, in step with the draft.

    People and memory are told at once. The times follow when a small run of the model has been
    made, in the background and a moment after the last edit. They go by message: a parameter that
    changes while a page is loading can get lost, and the page then says "…" for ever.
    """

    _esm = HERE / "scale_meter.js"
    _stylesheets: ClassVar[list[Any]] = [HERE / "scale_meter.css"]

    def __init__(
        self, draft: Draft, in_page: InPage, *, runs: Runs = RUNS, **settings: Any
    ) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **settings)
        self._draft, self._runs, self._in_page = draft, runs, in_page
        self._background = Background(in_page)
        self._timer: threading.Timer | None = None
        self._figures: dict[str, str] = {}
        self._measured = ""  # the model whose times are shown
        self._unlisten = draft.listen(lambda _: self._later(self._look))
        self._later(self._look)

    @property
    def figures(self) -> dict[str, str]:
        """Words by name: people, memory, day, run; said; tone."""
        return self._figures

    def _tell(self, figures: dict[str, str]) -> None:
        self._figures = figures
        self._send_msg({"figures": figures})

    def close(self) -> None:
        """Stop listening: the page has gone."""
        self._unlisten()
        self._background.stop()
        if self._timer is not None:
            self._timer.cancel()

    def _handle_msg(self, data: dict[str, Any]) -> None:
        # A browser can hear now: what was sent before went nowhere.
        self._in_page(lambda: self._send_msg({"figures": self.figures}))

    def _later(self, work: Any) -> None:
        self._in_page(work)

    def _look(self) -> None:
        """Show what is known at once, and have the rest measured after a while."""
        self._background.stop()
        if self._timer is not None:
            self._timer.cancel()
        try:
            project = self._draft.project()
            people = agent_count(project)
            needed, free = self._runs.room(project)
        except ProjectError:
            words = "People, memory and time are told when the model can run."
            self._measured = ""
            self._tell({"said": words, "tone": ""})
            return
        said, tone = fitting(needed, free, people)
        same = repr(project.spec()) == self._measured
        figures = {
            "people": f"{people:,}",
            "memory": gigabytes(needed),
            "day": self.figures.get("day", "") if same else "measuring",
            "run": self.figures.get("run", "") if same else "measuring",
            "said": self.figures.get("said", said) if same else said,
            "tone": tone,
        }
        self._tell(figures)
        if same:
            return
        if tone == "wrong":
            self._tell(figures | {"day": "", "run": ""})
            return
        self._timer = threading.Timer(_QUIET_S, self._later, [lambda: self._measure(project)])
        self._timer.daemon = True
        self._timer.start()

    def _measure(self, project: Project) -> None:
        def work(_: Any) -> scaling_model.Estimate:
            known = scaling_model.machine()
            trial = scaling_model.trial_of(project)
            busy = scaling_model.contention()
            people = agent_count(project)
            return scaling_model.expected(project, known, people, trial, busy=busy)

        def failed(message: str) -> None:
            self._tell(self.figures | {"day": "", "run": "", "said": message, "tone": "warn"})

        self._background.start(work, lambda found: self._show(project, found), failed, _silent)

    def _show(self, project: Project, found: scaling_model.Estimate) -> None:
        self._measured = repr(project.spec())
        per_day = found.per_day_s
        day = f"{per_day * 1000:,.3g} ms" if per_day < 1 else f"{per_day:.1f} s"
        basis = (
            "Measured on this machine, with real runs of such models."
            if found.learned
            else "A first estimate, from small runs of this model here; real runs make it better."
        )
        start = scaling_model.in_words(found.start_s)
        if (busy := scaling_model.contention()) >= _BUSY:
            basis += f" Other programs keep it busy: alone it is {busy:.0f} times as fast."
        said = f"{basis} Getting the people ready takes {start} the first time."
        told = {
            "day": day,
            "run": f"{scaling_model.in_words(found.run_s)} for {found.days:,} days",
            "said": said if self.figures.get("tone") != "warn" else self.figures["said"],
        }
        self._tell(self.figures | told)


def fitting(needed: int, free: int, people: int) -> tuple[str, str]:
    """Return in words whether a run fits, and the tone of it."""
    if needed > free:
        fits = int(people * max(free, 0) / max(needed, 1))
        rounded = int(float(f"{fits:.1g}"))
        return (
            f"This will not fit: it needs {gigabytes(needed)}, and {gigabytes(max(free, 0))} of "
            f"memory are left. About {rounded:,} people would fit: choose fewer.",
            "wrong",
        )
    if needed > free / 2:
        return (
            f"This takes more than half of the {gigabytes(free)} of memory that are left: close "
            "other runs first.",
            "warn",
        )
    return "", ""


def gigabytes(count: int) -> str:
    """Return bytes as people read them."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:,.0f} MB"


def _silent(words: str, share: float) -> None:
    """Tell nobody."""
