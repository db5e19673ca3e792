"""Draws the pictures of the gallery anew: `python docs/gallery_pictures.py [SAMPLE ...]`.

Each sample is run to its end and drawn on the day on which most people are infected.
"""

import io
import sys
from importlib.resources import files
from pathlib import Path

from PIL import Image

from populace.engine.commands.terminal import say
from populace.engine.project import Project, sample_names
from populace.engine.scaling import fewer_infected, less_supply
from populace.engine.simulation import Simulation
from populace.engine.snapshot import Snapshot
from populace.layers.history import infected_states
from populace.layers.still import Stills, day_of, view_of_all
from populace.layers.themes import THEMES

WIDTH, HEIGHT, SHARPER = 480, 270, 2
PEOPLE_MAX = 20_000_000
CLEARLY_MORE = 1.05  # than when it was drawn last
FOLDER = Path(str(files("populace.assets"))) / "gallery"


def draw(name: str) -> None:
    """Draw one sample in both themes."""
    simulation = Simulation(smaller(Project.load(name)))
    crowd, best, peak = simulation.world.crowd, 0, 0
    drawn: dict[str, Image.Image] = {}
    for _ in range(simulation.project.days):
        simulation.step()
        now = infected(simulation)
        # People who are computed leave no log: there is no way back to the day of the peak.
        if crowd is not None and now > CLEARLY_MORE * best:
            best, drawn = now, pictures(simulation, simulation.snapshot())
        elif crowd is None and now > best:
            best, peak = now, simulation.day
    if crowd is None:
        drawn = pictures(simulation, day_of(simulation.snapshot(), peak))
    for theme, picture in drawn.items():
        stream = io.BytesIO()
        picture.save(stream, "WEBP", quality=70, method=6)
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{name}_{theme}.webp").write_bytes(stream.getvalue())
        say(f"{name}, {theme}: {best:,} infected, {len(stream.getvalue()) / 1000:.0f} kB")


def smaller(project: Project) -> Project:
    """Return the project with as many people as this machine runs in a minute."""
    people = project.population.agent_count()
    if people is None or people <= PEOPLE_MAX:
        return project
    first = fewer_infected(project, PEOPLE_MAX)
    return project.with_values(
        {"population.people": PEOPLE_MAX, "disease.initial_infected": first}
        | less_supply(project, PEOPLE_MAX)
    )


def infected(simulation: Simulation) -> int:
    """Count who is infected tonight."""
    chosen = infected_states(simulation.states).astype(bool)
    return int(simulation.counts[:, chosen].sum())


def pictures(simulation: Simulation, day: Snapshot) -> dict[str, Image.Image]:
    """Return the map of a day in each theme."""
    world = simulation.world
    points = world.people if world.crowd is None else world.crowd.dots
    found = {}
    for theme in THEMES:
        view = view_of_all(points, SHARPER * WIDTH, SHARPER * HEIGHT, theme, "infected")
        picture = Stills(world.people, view, world.crowd).picture(day, words=False)
        found[theme] = picture.resize((WIDTH, HEIGHT))
    return found


if __name__ == "__main__":
    for sample in sys.argv[1:] or sample_names():
        draw(sample)
