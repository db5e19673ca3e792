"""Source: where the people of a model come from, as the population wizard leads through it."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol

from populace.studio.composer.upload import Upload
from populace.studio.composer.wizard_blocks import Block, markup, row

WHERE, MATCH, PROBLEMS, HOW_MANY = "Where", "Match columns", "Problems", "How many"


class Source(Protocol):
    """One kind of people: what its steps show, and how it becomes the population of a draft."""

    key: ClassVar[str]  # in the list of sources

    @property
    def shows(self) -> Mapping[str, Callable[[], list[Block]]]:
        """What each of its steps shows, by the name of the step; the first is `WHERE`."""
        ...

    @property
    def ready(self) -> bool:
        """Whether there is a next step already."""
        ...

    def changed(self, key: str, value: Any) -> None:
        """Take what the person chose."""
        ...

    @property
    def allowed(self) -> tuple[str, ...]:
        """The endings of files that it takes."""
        ...

    def arrived(self, key: str, upload: Upload) -> None:
        """Take a file that is here."""
        ...

    def leave(self, step: str) -> None:
        """Go on from a step, at once or when something was looked at."""
        ...

    def use(self) -> None:
        """Make it the population of the draft."""
        ...


def own_steps(*shows: Callable[[], list[Block]]) -> dict[str, Callable[[], list[Block]]]:
    """Return what the four steps of one's own file show."""
    return dict(zip((WHERE, MATCH, PROBLEMS, HOW_MANY), shows, strict=True))


def count_blocks(people: int, least: int, total: int, label: str) -> list[Block]:
    """Return how many of all people the model has, as a number and as a share."""
    share = float(f"{people / total * 100:.3g}")
    return [
        row(
            {"type": "number", "key": "people", "label": "People in the model",
             "value": people, "min": least, "max": total, "step": 1, "unit": "people"},
            {"type": "number", "key": "share", "label": "Share of all", "min": 0, "max": 100,
             "step": "any", "value": share, "unit": "%"},
        ),
        total_block(people, label),
    ]  # fmt: skip


def counted(key: str, value: Any, least: int, total: int) -> int:
    """Return how many people a person wants who wrote a number of them, or a share."""
    wanted = int(value) if key == "people" else round(float(value) / 100 * total)
    return min(max(wanted, least), total)


def total_block(people: int, label: str = "") -> Block:
    """Return a number of people in large letters; ``label`` is markup."""
    above = f'<span class="dim">{label}</span>' if label else ""
    return markup(f'{above}<div class="total">{people:,} people</div>')


def rule_of(people: int, total: int) -> str:
    """Say for how many the people of the model stand."""
    if people == total:
        return "Everybody is in the model."
    share = f"{people / total:.2%} of all, with the same ages"
    return f"{people:,} people stand for {total:,}: {share}."
