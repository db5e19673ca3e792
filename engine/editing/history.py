"""History: versions of a project that were saved or kept on purpose, and their data files."""

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from populace.engine.editing.draft import Draft, Spec
from populace.engine.editing.journal import replace
from populace.engine.editing.places import named_files
from populace.engine.editing.plain import line_of, values_of
from populace.engine.errors import ProjectError
from populace.engine.project_file import file_inside, write_whole

_VERSIONS, _FILES = "versions.jsonl", "files"
LABEL_MAX = 200
SAVED = "Saved"  # the label of a version that was kept by saving


@dataclass(frozen=True)
class Version:
    """A draft as it once was. ``files`` are the checksums of its data files by name."""

    key: str
    at: float  # seconds since 1970
    label: str
    spec: Spec
    canvas: Spec
    files: dict[str, str]


class History:
    """The versions of one draft, in a folder that only grows."""

    def __init__(self, folder: Path, draft: Draft) -> None:
        self._folder = folder
        self._draft = draft

    def versions(self) -> list[Version]:
        """Return all versions, newest first; a line that a crash has cut is left out."""
        return sorted(_read(self._folder / _VERSIONS), key=lambda one: (-one.at, one.key))

    def keep(self, label: str) -> Version:
        """Keep the draft as it is now; a version that equals the newest one is not kept again."""
        spec, canvas = self._draft.now.spec, self._draft.now.canvas
        files = self.checksums()
        self._keep_files(files)
        newest = next(iter(self.versions()), None)
        same = newest and (newest.spec, newest.canvas, newest.files) == (spec, canvas, files)
        if newest and same and label in (newest.label, SAVED):
            return newest
        at = time.time()
        content = line_of([at, label, spec, canvas, files])
        key = hashlib.sha256(content.encode()).hexdigest()[:16]
        version = Version(key, at, label[:LABEL_MAX], spec, canvas, files)
        _append(self._folder / _VERSIONS, [version])
        return version

    def restore(self, version: Version) -> bool:
        """Make the draft what it was in this version: an edit, which can be undone."""
        spec, canvas = version.spec, version.canvas
        folder = self._draft.folder
        assert folder is not None
        renamed = {}
        for name, checksum in version.files.items():
            data = self._file(checksum, name)
            target = folder / name
            if target.exists() and target.read_bytes() != data:
                # Another file has the name now, which undo will want again.
                path = PurePosixPath(name)
                renamed[name] = str(path.with_stem(f"{path.stem}-{checksum[:8]}"))
                target = folder / renamed[name]
            if not target.exists():
                write_whole(target, data)
        label = f"Restore {version.label}" if version.label else "Restore a version"
        return replace(self._draft, label, _renamed(spec, renamed), _renamed(canvas, renamed))

    def copy_to(self, folder: Path) -> None:
        """Add to another folder of versions those that it lacks."""
        there = {version.key for version in _read(folder / _VERSIONS)}
        lacking = [version for version in self.versions()[::-1] if version.key not in there]
        for version in lacking:
            for name, checksum in version.files.items():
                if not (folder / _FILES / checksum).exists():
                    write_whole(folder / _FILES / checksum, self._file(checksum, name))
        _append(folder / _VERSIONS, lacking)

    def checksums(self) -> dict[str, str]:
        """Return the checksums of the data files that the draft names now."""
        now, folder = self._draft.now, self._draft.folder
        return {
            name: hashlib.sha256(file_inside(folder, name).read_bytes()).hexdigest()
            for name in sorted(named_files([now.spec, now.canvas], folder))
        }

    def _keep_files(self, files: dict[str, str]) -> None:
        """Keep a copy of each data file, by its content: an unchanged one is kept once."""
        for name, checksum in files.items():
            copy = self._folder / _FILES / checksum
            if not copy.exists():
                write_whole(copy, file_inside(self._draft.folder, name).read_bytes())

    def _file(self, checksum: str, name: str) -> bytes:
        try:
            data = (self._folder / _FILES / checksum).read_bytes()
        except OSError:
            data = b""
        if hashlib.sha256(data).hexdigest() != checksum:
            raise ProjectError(f'of this version the data file "{name}" is lost.')
        return data


def _read(path: Path) -> list[Version]:
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(Version(**values_of(line)))
        except (ValueError, TypeError):  # cut by a crash, or not ours
            continue
    return found


def _append(path: Path, versions: list[Version]) -> None:
    if not versions:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # A line break first: the last line may have been cut by a crash.
    text = "".join(f"\n{line_of(vars(version))}" for version in versions)
    with path.open("a", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _renamed(values: Any, names: dict[str, str]) -> Any:
    if isinstance(values, str):
        return names.get(values, values)
    if isinstance(values, dict):
        return {key: _renamed(part, names) for key, part in values.items()}
    if isinstance(values, list):
        return [_renamed(part, names) for part in values]
    return values
