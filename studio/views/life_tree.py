"""The tree of those who were infected after one person, as a picture whose dots are people."""

from populace.engine.analysis.life import Life, Link
from populace.engine.project import Project
from populace.studio.views import numbers

# Pixels of the sheet; it is as wide as the card.
WIDTH, LEFT, RIGHT, ROW, TOP, BOTTOM = 264, 7, 8, 9, 7, 17
_RADIUS = 3.4


def picture(life: Life, project: Project) -> str:
    """Return an SVG: to the right the days, a row for each end of a chain; "" where there is none.

    Dots with ``data-person`` lead to another person.
    """
    if not life.links:
        return ""
    nodes = _Nodes(life)
    first, last = nodes.day[0], max(nodes.day)
    per_day = (WIDTH - LEFT - RIGHT) / max(last - first, 1)
    places = [(LEFT + (day - first) * per_day, TOP + ROW * row)
              for day, row in zip(nodes.day, nodes.row, strict=True)]  # fmt: skip
    height = TOP + ROW * max(nodes.row) + BOTTOM
    lines = "".join(
        f"M{x:.1f} {y:.1f}V{places[parent][1]:.1f}H{places[parent][0]:.1f}"
        for (x, y), parent in zip(places[1:], nodes.parent[1:], strict=True)
    )
    dots = "".join(
        _dot(life, number, place, project) for number, place in enumerate(places, start=-1)
    )
    dates = "".join(
        f'<text x="{x}" y="{height - 3:g}" text-anchor="{anchor}">'
        f"{numbers.short_date(project.date_of(day))}</text>"
        for x, anchor, day in ((0, "start", first), (WIDTH, "end", last))
    )
    said = f"Tree of {len(life.links):,} infections that go back to person {life.agent:,}"
    return (
        f'<svg class="tree" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{said}">'
        f'<path d="{lines}"/>{dots}{dates}</svg>{_left_out(life)}'
    )


def _left_out(life: Life) -> str:
    count, shown = sum(life.tree), len(life.links)
    if count == shown:
        return "<p>Each dot is a person: click on one.</p>"
    return f"<p>The first {shown:,} of {count:,}. Each dot is a person: click on one.</p>"


def _dot(life: Life, number: int, place: tuple[float, float], project: Project) -> str:
    """Return a dot; number -1 is the person of the card."""
    where = f'cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="{_RADIUS}"'
    if number < 0:
        return f'<circle class="root" {where}/>'
    link = life.links[number]
    date = numbers.short_date(project.date_of(link.day))
    words = f"Person {link.agent:,}, infected on {date} by person {link.infector:,}"
    return f'<circle {where} data-person="{link.agent}"><title>{words}</title></circle>'


class _Nodes:
    """Who comes under whom, and in which row: number 0 is the person, then the links in order.

    The eldest child goes on in the row of its parent; the others begin rows of their own below.
    """

    def __init__(self, life: Life) -> None:
        self.parent = [0]
        self.children: list[list[int]] = [[]]
        self.day = [self._began(life)]
        latest = {life.agent: 0}
        for number, link in enumerate(life.links, start=1):
            parent = latest[link.infector]
            self.parent.append(parent)
            self.children.append([])
            self.children[parent].append(number)
            self.day.append(link.day)
            latest[link.agent] = number
        self.row = [0] * len(self.day)
        self._lay_out()

    def _began(self, life: Life) -> int:
        """Return the day from which the person could infect: of the infection before the first."""
        first = life.links[0].day
        days = [step.day for step in life.steps if step.infected and step.day < first]
        return days[-1] if days else 0

    def _lay_out(self) -> None:
        below, waiting = 0, [0]
        while waiting:
            number = waiting.pop()
            eldest = self.children[self.parent[number]][:1] == [number]
            if number and not eldest:
                below += 1
            self.row[number] = self.row[self.parent[number]] if eldest else below
            waiting += reversed(self.children[number])


def way_back(links: tuple[Link, ...]) -> tuple[tuple[int, ...], int]:
    """Return the people from the first case to an infector, and how many are left out.

    The first and the last few are said.
    """
    chain = tuple(link.infector for link in reversed(links))
    if len(chain) <= _MOST_SAID:
        return chain, 0
    return (chain[0], *chain[1 - _MOST_SAID :]), len(chain) - _MOST_SAID


_MOST_SAID = 6
