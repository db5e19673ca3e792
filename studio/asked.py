"""Asked: the project that the address of a room names: an open draft's, a run's, or a sample."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.studio import projects
from populace.studio.drafts import find_draft
from populace.studio.runs import RUNS
from populace.studio.visitor import argument, user


@dataclass(frozen=True)
class Asked:
    """A project, and ``query``, which names it in an address.

    ``home`` is the folder that it began in, if that is not the project's own; ``keeps`` whether
    that may be written to.
    """

    project: Project
    query: str
    home: Path | None = None
    keeps: bool = False


def asked(own: str) -> Asked:
    """Return what the address asks for: ``?draft=KEY``, ``?run=KEY`` or ``?project=NAME``.

    A run's values are those of its sliders now; the sample that it is of, if any, is named too, for
    when it has ended. ``own`` is the project of an address without any.
    """
    opened = find_draft(argument("draft"), user())
    if opened is not None:
        space = opened.workspace
        sample = Project.load(space.began_with).folder if space.began_with else None
        query, keeps = f"draft={quote(opened.key)}", bool(space.origin)
        return Asked(opened.draft.project(), query, space.origin or sample, keeps)
    key, wanted, offered = argument("run"), argument("project"), projects.choices(own)
    run = RUNS.find(key)
    if run is not None:
        runner = run.runner
        now = runner.project.with_values(runner.values())
        sample = projects.name_of(runner.project, projects.samples())
        named = f"&project={quote(sample)}" if sample else ""
        return Asked(now, f"run={quote(runner.key)}{named}")
    if key and wanted not in offered.values():
        raise ProjectError(
            "The run of this address has ended: a run ends a minute after its last page. Open the "
            "model in Compose, and come here from there."
        )
    # An address may name what the page offers, and no file of this machine.
    name = wanted if wanted in offered.values() else own
    query = f"project={quote(name)}" if name in projects.samples().values() else ""
    return Asked(Project.load(name), query)
