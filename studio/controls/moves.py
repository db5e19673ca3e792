"""Moves: what was changed by slider, to be undone and done again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    """One release of a slider."""

    path: str
    label: str
    old: float
    new: float


class Moves:
    """Two stacks. Undoing is a change like any other: it takes effect at the next day."""

    def __init__(self) -> None:
        self._done: list[Move] = []
        self._undone: list[Move] = []

    def add(self, move: Move) -> None:
        """Remember a new move; what had been undone is forgotten."""
        if move.old != move.new:
            self._done.append(move)
            self._undone.clear()

    @property
    def last(self) -> Move | None:
        """The move that undo would take back."""
        return self._done[-1] if self._done else None

    @property
    def next(self) -> Move | None:
        """The move that redo would do again."""
        return self._undone[-1] if self._undone else None

    def undo(self) -> tuple[str, float] | None:
        """Return path and value to set, or None where there is nothing to undo."""
        if not self._done:
            return None
        move = self._done.pop()
        self._undone.append(move)
        return move.path, move.old

    def redo(self) -> tuple[str, float] | None:
        """Return path and value to set, or None where there is nothing to do again."""
        if not self._undone:
            return None
        move = self._undone.pop()
        self._done.append(move)
        return move.path, move.new
