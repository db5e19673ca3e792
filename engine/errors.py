"""The one error of a user's input: file, place, what is wrong, what to write instead."""

import difflib
from collections.abc import Iterable


class ProjectError(ValueError):
    """A project that cannot be used. Printed as one line, never as a traceback."""

    def __init__(self, cause: str, *, place: str = "", file: str = "") -> None:
        self.cause, self.place, self.file = _line(cause, 600), _line(place, 200), file
        super().__init__(": ".join(part for part in (file, self.place, self.cause) if part))

    def at(self, *, place: str = "", file: str = "") -> "ProjectError":
        """Return the same error with a place put before its own, and a file."""
        joined = place
        if self.place:
            glue = "" if not place or self.place.startswith("[") else "."
            joined = f"{place}{glue}{self.place}"
        return ProjectError(self.cause, place=joined, file=file or self.file)


def _line(text: str, length_max: int) -> str:
    """Make one line that a screen can show, of what may be a megabyte in a user's file."""
    line = " ".join(text.split())
    half = length_max // 2
    return line if len(line) <= length_max else f"{line[:half]} ... {line[-half:]}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ' Did you mean "x"?' for the closest known word, else the list of known words."""
    words = sorted(known)
    close = difflib.get_close_matches(str(word), words, n=1, cutoff=0.6)
    if close:
        return f' Did you mean "{close[0]}"?'
    return f" Known: {', '.join(words)}." if words else ""
