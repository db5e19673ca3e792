"""Menus: what a browser may choose, and files that come in pieces."""

import base64

from populace.studio.views.menu import TOO_LARGE, Item, Menu


def sent(data):
    return base64.b64encode(data).decode()


def test_only_what_is_offered_can_be_chosen():
    chosen = []
    menu = Menu("Project", lambda act, value: chosen.append((act, value)))
    menu._handle_msg({"act": "save"})
    menu.offer([Item("", "Download"), Item("save", "Save")])
    for act in ("save", "delete", "", None, TOO_LARGE):
        menu._handle_msg({"act": act, "value": "x"})
    assert chosen == [("save", "x"), (TOO_LARGE, "x")]


def test_a_file_arrives_whole_from_its_pieces():
    taken = []
    menu = Menu("Project", print, take=lambda *file: taken.append(file), bytes_max=100)
    menu._handle_msg({"begin": "a.populace"})
    for piece in (b"one", b"", b"two\x00"):
        menu._handle_msg({"piece": sent(piece)})
    menu._handle_msg({"end": True})
    menu._handle_msg({"end": True})
    assert taken == [("a.populace", b"onetwo\x00")]


def test_a_browser_that_sends_more_than_is_allowed_sends_nothing():
    taken = []
    menu = Menu("Project", print, take=lambda *file: taken.append(file), bytes_max=100)
    menu._handle_msg({"piece": sent(b"before the beginning")})
    menu._handle_msg({"begin": "a.populace"})
    for _ in range(3):
        menu._handle_msg({"piece": sent(bytes(60))})
    menu._handle_msg({"end": True})
    assert taken == []
