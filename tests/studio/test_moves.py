"""Undo takes back the last move; a new move forgets what was undone."""

from populace.studio.controls.moves import Move, Moves


def two_moves():
    moves = Moves()
    moves.add(Move("a", "A", 1.0, 2.0))
    moves.add(Move("b", "B", 5.0, 6.0))
    return moves


def test_undo_returns_to_the_value_before_the_last_move():
    moves = two_moves()
    assert moves.undo() == ("b", 5.0)
    assert moves.undo() == ("a", 1.0)
    assert moves.undo() is None


def test_redo_does_again_what_was_undone():
    moves = two_moves()
    moves.undo()
    assert moves.redo() == ("b", 6.0)
    assert moves.redo() is None


def test_a_new_move_forgets_what_was_undone():
    moves = two_moves()
    moves.undo()
    moves.add(Move("c", "C", 0.0, 1.0))
    assert moves.next is None
    assert moves.last == Move("c", "C", 0.0, 1.0)


def test_letting_go_where_one_began_is_no_move():
    moves = Moves()
    moves.add(Move("a", "A", 1.0, 1.0))
    assert moves.last is None
