"""Layout: where parts stand that nobody has put anywhere. Columns, from left to right.

What is known of people and acts on them; people, with what acts on contacts below; networks;
disease; observations.
"""

from collections.abc import Mapping, Sequence

from populace.studio.composer.parts import Part

WIDTH, LINE, HEAD = 192, 18, 54  # of a node, in units of the canvas
GAP_X, GAP_Y = 54, 18
ROWS_MAX = 8  # a longer column is broken in two
Place = tuple[float, float]


def height_of(lines: int) -> int:
    """Return about how high a node is that has so many lines below its title."""
    return HEAD + LINE * lines


def layout(
    parts: Sequence[Part],
    on_people: set[str],
    lines: Mapping[str, int],
    placed: Mapping[str, Place],
) -> dict[str, Place]:
    """Return the place of every part; ``on_people`` are the ids of those that act on people.

    Those in ``placed`` stay where they are, and the others make room for them.
    """
    columns = [chunk for column in _columns(parts, on_people) for chunk in _chunks(column)]
    free = [[part for part in column if part.id not in placed] for column in columns]
    middle = _height(_networks(columns), lines)
    places = dict(placed)
    for number, column in enumerate(free):
        x, y = number * (WIDTH + GAP_X), 0.0
        if column and column[0].key in ("disease", "observations"):
            y = max(0.0, (middle - _height(column, lines)) / 2)
        for part in column:
            y = _below(x, y, height_of(lines[part.id]), placed, lines)
            places[part.id] = (x, y)
            y += height_of(lines[part.id]) + GAP_Y
    return {part.id: places[part.id] for part in parts}


def _columns(parts: Sequence[Part], on_people: set[str]) -> list[list[Part]]:
    columns: list[list[Part]] = [[], [], [], [], []]
    for part in sorted(parts, key=lambda one: one.parked):
        columns[_column(part, on_people)].append(part)
    columns[1].sort(key=lambda one: one.key != "population")
    return [column for column in columns if column]


def _column(part: Part, on_people: set[str]) -> int:
    if part.key in ("attributes", "behaviours", "policies"):
        return 0 if part.key == "attributes" or part.id in on_people else 1
    return {"population": 1, "networks": 2, "disease": 3, "observations": 4}[part.key]


def _chunks(column: list[Part]) -> list[list[Part]]:
    count = -(-len(column) // ROWS_MAX)
    size = -(-len(column) // count)
    return [column[start : start + size] for start in range(0, len(column), size)]


def _networks(columns: list[list[Part]]) -> list[Part]:
    return next((column for column in columns if column[0].key == "networks"), [])


def _height(column: Sequence[Part], lines: Mapping[str, int]) -> float:
    return sum(height_of(lines[part.id]) + GAP_Y for part in column)


def _below(
    x: float, y: float, height: float, placed: Mapping[str, Place], lines: Mapping[str, int]
) -> float:
    """Return the first height from y on at which nothing that was placed is in the way."""
    blocking = True
    while blocking:
        blocking = False
        for id_, (left, top) in placed.items():
            low = top + height_of(lines.get(id_, 0)) + GAP_Y
            if abs(left - x) < WIDTH + 8 and top - GAP_Y < y + height and y < low:
                y, blocking = low, True
    return y
