"""Visitor: who asks for a page, and what the address says."""

import panel as pn


def argument(name: str) -> str:
    """Return what the address says after ?name=, or nothing."""
    values = pn.state.session_args.get(name, [b""])
    return values[0].decode("utf-8", "replace")


def user() -> str:
    """Return who is logged in; nobody where there is no log-in."""
    name = pn.state.user
    return "" if name in (None, "guest") else str(name)
