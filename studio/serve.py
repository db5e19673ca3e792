"""`populace serve`: the studio on this machine, or behind a log-in for others."""

import argparse
import errno
import json
import logging
import secrets
import socket
import webbrowser
from pathlib import Path

from populace.engine.commands.terminal import complain, say
from populace.engine.errors import ProjectError
from populace.engine.project import Project
from populace.engine.simulation import Simulation
from populace.layers.agents import AgentsLayer
from populace.layers.view import View

LOCAL = "127.0.0.1"
LOCAL_NAMES = (LOCAL, "localhost", "::1")
PORT = 5006
DEFAULT = "nyc_covid"
WRONG_USE = 2  # exit code
CHECK_SESSIONS_MS = 5_000  # how soon a page that went away is noticed


def command(words: list[str]) -> int:
    """Serve until stopped; what cannot be done is one line and exit code 2."""
    settings = _parser().parse_args(words)
    try:
        _check(settings)
        project = Project.load(settings.project)
    except ProjectError as error:
        complain(str(error))
        return WRONG_USE
    say(f"Preparing {project.name}")
    warm()
    serve(settings)
    return 0


def warm() -> None:
    """Compile what a page needs before the first person waits for it."""
    simulation = Simulation(Project.load("school_flu"))
    layer = AgentsLayer(simulation.people)
    for _ in range(3):
        simulation.step()
        for width in (40.0, 4_000.0):
            view = View(-width, -width, width, width, 200, 200)
            layer.picture(simulation.snapshot(), view)


def serve(settings: argparse.Namespace) -> None:
    """Listen until interrupted."""
    from panel.io.server import get_server

    from populace.studio import outlet
    from populace.studio.compare.page import compare_room
    from populace.studio.composer.page import compose
    from populace.studio.fit.page import fit_room
    from populace.studio.page import page

    logging.getLogger("bokeh").setLevel(logging.WARNING)
    # Pages that were closed while a picture was on its way are no news.
    logging.getLogger("bokeh.server.views.ws").setLevel(logging.ERROR)
    host = "localhost" if settings.address in LOCAL_NAMES else settings.address
    origins = [f"{name}:{settings.port}" for name in (host, LOCAL, settings.address)]
    server = get_server(
        {
            "/": lambda: page(settings.project),
            "/compose": lambda: compose(settings.project),
            "/compare": lambda: compare_room(settings.project),
            "/fit": lambda: fit_room(settings.project),
        },
        port=settings.port,
        address=settings.address,
        websocket_origin=[*dict.fromkeys(origins), *settings.allow_origin],
        title="Populace",
        show=False,
        start=False,
        verbose=False,
        extra_patterns=outlet.patterns(),
        basic_auth=settings.basic_auth,
        cookie_secret=secrets.token_hex(32) if settings.basic_auth else None,
        check_unused_sessions_milliseconds=CHECK_SESSIONS_MS,
    )
    address = f"http://{host}:{settings.port}"
    say(f"Populace is at {address}  (Ctrl-C stops it)")
    if not settings.no_browser:
        server.io_loop.add_callback(webbrowser.open, address)
    server.start()
    server.io_loop.start()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="populace serve",
        description="Open the studio in the browser.",
        epilog="example: populace serve school_flu",
        allow_abbrev=False,
    )
    parser.add_argument(
        "project",
        nargs="?",
        default=DEFAULT,
        metavar="PROJECT",
        help="project file, its folder, or a bundled sample (default: nyc_covid)",
    )
    parser.add_argument("--port", type=int, default=PORT, help="default: %(default)s")
    parser.add_argument(
        "--address", default=LOCAL, help="where to listen (default: this machine only)"
    )
    parser.add_argument(
        "--allow-origin",
        action="append",
        default=[],
        metavar="HOST:PORT",
        help="name under which browsers reach the server; may be repeated",
    )
    parser.add_argument(
        "--basic-auth",
        metavar="FILE",
        help='log-in: a JSON file of names and passwords, {"ada": "..."}',
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    return parser


def _check(settings: argparse.Namespace) -> None:
    """Raise where the server would be open to others without a log-in, or could not start."""
    if settings.basic_auth is not None:
        _check_passwords(Path(settings.basic_auth))
    local = settings.address in LOCAL_NAMES
    missing = [
        option
        for option, given in (
            ("--allow-origin HOST:PORT", settings.allow_origin),
            ("--basic-auth FILE", settings.basic_auth),
        )
        if not given
    ]
    if not local and missing:
        raise ProjectError(
            f"{settings.address} lets other computers in: add {' and '.join(missing)}, "
            f"or leave --address out.",
            place="--address",
        )
    if not 1 <= settings.port <= 65_535:
        raise ProjectError(f"must be from 1 to 65535, not {settings.port}.", place="--port")
    if not _is_free(settings.address, settings.port):
        raise ProjectError(
            f"port {settings.port} is taken: another Populace may be open there. Free: "
            f"--port {_free_port(settings.address)}.",
            place="--port",
        )


def _check_passwords(file: Path) -> None:
    try:
        names = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ProjectError(f"cannot be read: {error}.", place="--basic-auth") from None
    usable = isinstance(names, dict) and names
    if not usable or not all(isinstance(word, str) and word for word in names.values()):
        raise ProjectError(
            f'{file} must hold names and passwords, such as {{"ada": "a long password"}}.',
            place="--basic-auth",
        )


def _is_free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server does: a port that was closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise ProjectError(f"cannot listen there: {error}.", place="--address") from None
            return False
    return True


def _free_port(address: str) -> int:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]
