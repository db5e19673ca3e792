"""What the commands write: sentences on standard output, progress on a terminal."""

import sys
import time

_WIDTH = 30
_SECONDS_BETWEEN = 0.1


def say(text: str) -> None:
    """Write one result to standard output."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Write one error to standard error."""
    print(text, file=sys.stderr, flush=True)


class ProgressBar:
    """One line that is written over, on a terminal only; nothing anywhere else."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._length = 0
        self._next = 0.0

    def __call__(self, message: str, share_done: float) -> None:
        """Show how far something is; more often than ten times a second shows nothing."""
        now = time.monotonic()
        if not self._shown or (now < self._next and share_done < 1):
            return
        self._next = now + _SECONDS_BETWEEN
        done = round(_WIDTH * min(max(share_done, 0.0), 1.0))
        line = f"[{'#' * done}{'.' * (_WIDTH - done)}] {message}"
        print(f"\r{line.ljust(self._length)}", end="", file=sys.stderr, flush=True)
        self._length = len(line)

    def close(self) -> None:
        """Take the line away."""
        if self._length:
            print(f"\r{' ' * self._length}\r", end="", file=sys.stderr, flush=True)
            self._length = 0
