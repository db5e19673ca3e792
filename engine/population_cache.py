"""Built populations on disk, found again by their content: a second start reads instead of builds.

A folder holds one ``.npy`` file per column and ``manifest.json``, which is the last to be written
and lists every file with its checksum.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from populace.engine.attributes.base import OwnAttribute, with_attributes
from populace.engine.people import Attribute, People, Places, Sites
from populace.engine.populations.base import Population, Progress

LOG = logging.getLogger(__name__)
FORMAT = 1  # raise it when the files of a folder change their meaning
_COLUMNS = ("age", "region_index", "dwelling", "x", "y")
_SITE_COLUMNS = ("x", "y", "capacity")


class DamagedCacheError(Exception):
    """A folder of the cache does not hold what its manifest says."""


def cache_folder() -> Path:
    """Return the folder of kept populations: in $POPULACE_CACHE, or in the user's cache folder."""
    chosen = os.environ.get("POPULACE_CACHE")
    if chosen:
        return Path(chosen).expanduser() / "populations"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "populace" / "populations"


def content_key(population: Population) -> str:
    """Return a name for what ``population`` builds: kind, settings, builder and data files.

    The content of the user's files counts, not their names or dates.
    """
    content = {
        "format": FORMAT,
        "kind": population.kind_name(),
        "settings": vars(population.values()),
        "version": population.version,
        "data": {name: _checksum_of_asset(name) for name in population.data_files},
    }
    if own := population.own_files():
        content["own"] = [_sha256(path) for path in own]
    text = json.dumps(content, sort_keys=True)
    return f"{population.kind_name()}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def people_of(
    population: Population,
    progress: Progress,
    folder: Path | None = None,
    attributes: Sequence[OwnAttribute] = (),
) -> People:
    """Return the people that ``population`` declares, from the cache where that saves time.

    Attributes of a project are drawn each time: that is quick, and the cache keeps one population
    whatever is said of its people.
    """
    return with_attributes(_plain_people(population, progress, folder), attributes)


def _plain_people(population: Population, progress: Progress, folder: Path | None) -> People:
    if not population.data_files and not population.files():
        return population.build(progress)  # quicker than reading
    return load_or_build(content_key(population), lambda: population.build(progress), folder)


def load_or_build(key: str, build: Callable[[], People], folder: Path | None = None) -> People:
    """Return the people named ``key``, memory-mapped from ``folder``; build them if need be.

    Safe with several processes at once: each writes under a name of its own, and the first to
    rename wins. A damaged folder is built anew. Where nothing can be written, people are built
    each time.
    """
    place = (folder or cache_folder()) / key
    if place.exists():
        try:
            return load(place)
        except DamagedCacheError as error:
            LOG.warning("building the population again, its cache is damaged: %s", error)
            _remove(place)
    people = build()
    try:
        save(people, place)
        return load(place)
    except (OSError, DamagedCacheError) as error:
        LOG.warning("the population could not be kept in %s: %s", place.parent, error)
        return people


def save(people: People, place: Path) -> None:
    """Write ``people`` to the folder ``place``, whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        checks = {name: _write(temporary / name, column) for name, column in _arrays(people)}
        names = {name: one.names for name, one in people.attributes.items()}
        manifest = {"places": asdict(people.places), "files": checks, "attributes": names}
        (temporary / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        try:
            temporary.rename(place)
        except OSError:
            # Another process was first: its people are the same, byte for byte.
            if not place.exists():
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def load(place: Path) -> People:
    """Return the people of the folder ``place``, memory-mapped and read-only."""
    try:
        manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
        columns = {name: _read(place / name, check) for name, check in manifest["files"].items()}
        places: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in manifest["places"].items()
        }
        return _people(columns, Places(**places), manifest.get("attributes", {}))
    except DamagedCacheError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedCacheError(f"{place}: {error}") from error


def clear(folder: Path | None = None) -> int:
    """Remove all kept populations; return how many. Running models keep theirs in memory."""
    root = folder or cache_folder()
    # Folders that begin with a dot are what a build left that was stopped half-way.
    found = [path.parent for path in root.glob("*/age.npy")]
    for place in found:
        _remove(place)
    return sum(not place.name.startswith(".") for place in found)


def _arrays(people: People) -> list[tuple[str, np.ndarray]]:
    """Return every column with the name of its file."""
    named = [(f"{name}.npy", getattr(people, name)) for name in _COLUMNS]
    named += [(f"member.{name}.npy", column) for name, column in people.memberships.items()]
    named += [(f"attribute.{name}.npy", one.values) for name, one in people.attributes.items()]
    for name, site in people.sites.items():
        named += [(f"site.{name}.{part}.npy", getattr(site, part)) for part in _SITE_COLUMNS]
    return named


def _people(
    columns: Mapping[str, np.ndarray], places: Places, names: Mapping[str, list[str]]
) -> People:
    """Put the columns of `_arrays` together again."""
    memberships, sites, attributes = {}, {}, {}
    for file, column in columns.items():
        group, _, name = file.removesuffix(".npy").partition(".")
        if group == "member":
            memberships[name] = column
        elif group == "attribute":
            attributes[name] = Attribute(column, tuple(names[name]))
        elif group == "site":
            site, _, part = name.rpartition(".")
            sites.setdefault(site, {})[part] = column
    return People(
        **{name: columns[f"{name}.npy"] for name in _COLUMNS},
        places=places,
        memberships=MappingProxyType(memberships),
        sites=MappingProxyType({name: Sites(**parts) for name, parts in sites.items()}),
        attributes=MappingProxyType(attributes),
    )


def _write(path: Path, column: np.ndarray) -> dict[str, Any]:
    np.save(path, column)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return {"bytes": path.stat().st_size, "crc32": _checksum(path)}


def _read(path: Path, check: Mapping[str, Any]) -> np.ndarray:
    if path.stat().st_size != check["bytes"] or _checksum(path) != check["crc32"]:
        raise DamagedCacheError(f"{path} was changed or cut short")
    # An empty file cannot be mapped.
    column = np.load(path, mmap_mode="r" if check["bytes"] > 4096 else None)
    return column.view(np.ndarray)


def _checksum(path: Path) -> int:
    check = 0
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            check = zlib.crc32(block, check)
    return check


def _checksum_of_asset(name: str) -> str:
    return hashlib.sha256((files("populace.assets") / name).read_bytes()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove(place: Path) -> None:
    """Remove a folder of the cache: first out of the way at one stroke, then file by file."""
    aside = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        place.rename(aside / "removed")
    except FileNotFoundError:
        LOG.info("%s was removed by another process", place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
