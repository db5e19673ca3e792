"""Package: a project as a folder, and as one `.populace` file to send. Strangers' files do no harm.

A `.populace` file is a ZIP archive of `project.yaml`, `canvas.json`, scenarios with their story,
and data files: plain values, and files that are only read as tables and maps. Nothing in it is run,
and nothing leaves the folder it is unpacked into.
"""

import io
import json
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any

from populace.engine.editing.beside import BESIDE, belonging, check_beside
from populace.engine.editing.draft import Spec, ordered
from populace.engine.editing.places import (
    NAME_MAX,
    copy_files,
    is_device,
    safe_name,
)
from populace.engine.editing.shape import shaped, shaped_canvas
from populace.engine.errors import ProjectError
from populace.engine.migration import migrated
from populace.engine.project_file import (
    DEPTH_MAX,
    FILE_NAME,
    PACKAGE,
    read_yaml,
    write_whole,
    yaml_text,
)

CANVAS_FILE = "canvas.json"
MEGABYTE = 1_000_000
BYTES_MAX = 200 * MEGABYTE  # of the archive, and of all that comes out of it times RATIO
UNPACKED_MAX = 1_000 * MEGABYTE
# Tables of numbers shrink to a fifth, rarely to a thirtieth; an archive made to burst, to a
# thousandth.
RATIO_MAX = 200
FILES_MAX = 200
CANVAS_MAX = 2 * MEGABYTE
_TABLES = (".csv", ".tsv", ".parquet", ".xlsx", ".xls")
_MAPS_AND_TEXTS = (".geojson", ".json", ".gpkg", ".zip", ".txt", ".md")
DATA_SUFFIXES = (*_TABLES, *_MAPS_AND_TEXTS)
_FLAG_ENCRYPTED = 1


def read_folder(folder: Path) -> tuple[Spec, Spec]:
    """Return the values of a project's folder, and where its nodes stand."""
    spec = _read_spec(folder / FILE_NAME, f"{folder.name}/{FILE_NAME}")
    return spec, _read_canvas(folder / CANVAS_FILE)


def write_folder(folder: Path, spec: Spec, canvas: Spec, source: Path) -> None:
    """Write a project and its files; `project.yaml` comes last, when all it names is there."""
    copy_files(belonging([spec, canvas], source), source, folder)
    if canvas:
        write_whole(folder / CANVAS_FILE, (json.dumps(canvas, indent=1) + "\n").encode())
    else:
        (folder / CANVAS_FILE).unlink(missing_ok=True)
    write_whole(folder / FILE_NAME, yaml_text(ordered(spec)).encode())


def packed(spec: Spec, canvas: Spec, source: Path | None) -> bytes:
    """Return a project as a `.populace` file; equal projects give equal bytes."""
    content = {FILE_NAME: yaml_text(ordered(spec)).encode()}
    if canvas:
        content[CANVAS_FILE] = (json.dumps(canvas, indent=1) + "\n").encode()
    check_beside(source)  # who gets it could not open it
    for name in sorted(belonging([spec, canvas], source) - set(content)):
        assert source is not None
        content[name] = (source / name).read_bytes()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            entry = zipfile.ZipInfo(name)  # of 1980: the time of packing is no part of a project
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    if stream.tell() > BYTES_MAX:
        raise ProjectError(
            f"would be {stream.tell() / MEGABYTE:,.0f} MB: a project to send has at most "
            f"{BYTES_MAX / MEGABYTE:,.0f} MB. Thin out its data files."
        )
    return stream.getvalue()


def package_name(spec: Spec) -> str:
    """Return the name of the file to send."""
    return safe_name(str(spec.get("name") or "project")) + PACKAGE


def unpack(data: bytes, folder: Path, file: str = "the file") -> tuple[Spec, Spec]:
    """Write the data files of a `.populace` file into an empty folder; return values and canvas.

    The archive is looked through before anything is written.
    """
    try:
        if len(data) > BYTES_MAX:
            raise ProjectError(
                f"is larger than {BYTES_MAX / MEGABYTE:,.0f} MB: ask for one with smaller tables."
            )
        return _unpack(data, folder)
    except ProjectError as error:
        raise error.at(file=file) from None
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError,
        ValueError, OverflowError,
    ):  # fmt: skip
        raise ProjectError(
            f"is damaged, or no {PACKAGE} file: ask for it again.", file=file
        ) from None


def _unpack(data: bytes, folder: Path) -> tuple[Spec, Spec]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _check(entries, len(data))
        if FILE_NAME not in (entry.filename for entry in entries):
            raise ProjectError(f"is no project: there is no {FILE_NAME} in it.")
        with tempfile.TemporaryDirectory(prefix="populace-") as safe:
            for entry in entries:
                own = entry.filename in (FILE_NAME, CANVAS_FILE)
                _extract(archive, entry, (Path(safe) if own else folder) / entry.filename)
            spec = _read_spec(Path(safe) / FILE_NAME, FILE_NAME)
            check_beside(folder)
            return spec, _read_canvas(Path(safe) / CANVAS_FILE)


def _check(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse what could do harm, by the archive's own table of contents."""
    if len(entries) > FILES_MAX:
        raise ProjectError(f"holds {len(entries):,} files: a project has at most {FILES_MAX}.")
    total = sum(entry.file_size for entry in entries)
    if total > UNPACKED_MAX or total > RATIO_MAX * max(size, 10_000):
        raise ProjectError(
            f"would grow to {total / MEGABYTE:,.0f} MB when unpacked: that is no project."
        )
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        _check_name(name)
        mode = entry.external_attr >> 16
        if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise ProjectError(f'"{name}" is a link or device, no file: that is refused.')
        if entry.flag_bits & _FLAG_ENCRYPTED:
            raise ProjectError(f'"{name}" is locked with a password: ask for it without one.')
        # On some systems two names that differ in case are one file.
        if name.casefold() in seen:
            raise ProjectError(f'"{name}" is in it twice: that is refused.')
        seen.add(name.casefold())


def _check_name(name: str) -> None:
    parts = PurePosixPath(name).parts
    outside = name.startswith(("/", "~")) or ".." in parts or "\\" in name or ":" in name
    if outside or not name.isprintable() or not parts:
        raise ProjectError(f"{name[:80]!r} leads out of the project: that is refused.")
    if len(name) > NAME_MAX or len(parts) > 5:
        raise ProjectError(f'"{name[:80]}..." is too long a name for a file.')
    for part in parts:
        if is_device(part) or part.endswith((".", " ")) or part.startswith("."):
            raise ProjectError(f'"{name}" is no name for a file on every system: rename it.')
    if name not in (FILE_NAME, CANVAS_FILE, *BESIDE) and not name.lower().endswith(DATA_SUFFIXES):
        raise ProjectError(
            f'"{name}" is no table, map or text: a project has no other files. '
            f"Known: {', '.join(DATA_SUFFIXES)}."
        )


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """Write one file, and not a byte more than the table of contents says."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    try:
        with archive.open(entry) as stream, target.open("xb") as file:
            while left >= 0 and (piece := stream.read(min(left + 1, MEGABYTE))):
                left -= len(piece)
                file.write(piece)
        if left:
            raise ProjectError(f'"{entry.filename}" is not as long as it says: it is damaged.')
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _read_spec(path: Path, file: str) -> Spec:
    values = read_yaml(path, file)
    try:
        if isinstance(values, dict):
            values = migrated(values)
        return shaped(values)
    except ProjectError as error:
        raise error.at(file=file) from None


def _read_canvas(path: Path) -> Spec:
    """Return where nodes stand; the model does not depend on it, so a wrong file counts as none."""
    try:
        if path.stat().st_size > CANVAS_MAX:
            return {}
        canvas = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return shaped_canvas(canvas) if _depth(canvas) <= DEPTH_MAX else {}


def _depth(value: Any, limit: int = DEPTH_MAX + 1) -> int:
    """Return how deep values are nested, up to a limit."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if limit == 0:
        return 0
    return 1 + max((_depth(part, limit - 1) for part in parts), default=0)
