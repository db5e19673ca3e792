"""A file on its way from the browser to this server, piece by piece, into a folder of its own."""

import tempfile
from pathlib import Path

from populace.engine.errors import ProjectError
from populace.engine.importing.limits import refuse_kind, refuse_size


class Upload:
    """One file. It is refused by its name and size before any of it is sent."""

    def __init__(self, name: str, size: int, allowed: tuple[str, ...]) -> None:
        self.name = Path(name.replace("\\", "/")).name[:120] or "file"
        self.size = size
        suffix = refuse_kind(self.name, allowed)
        refuse_size(self.name, size)
        self._folder = tempfile.TemporaryDirectory(prefix="populace-upload-")
        self.path = Path(self._folder.name, f"upload{suffix}")
        self._file = self.path.open("wb")
        self.taken = 0

    def take(self, part: bytes) -> None:
        """Add the next piece."""
        if self.taken + len(part) > self.size:
            self.close()
            raise ProjectError(f'"{self.name}" is larger than it was said to be: not taken.')
        self._file.write(part)
        self.taken += len(part)

    @property
    def share(self) -> float:
        """Return how much of the file is here."""
        return self.taken / self.size

    def finish(self) -> None:
        """Note that all pieces are here."""
        self._file.close()
        if self.taken != self.size:
            raise ProjectError(f'"{self.name}" did not arrive whole: choose it again.')

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._folder.cleanup()
