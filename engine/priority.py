"""Priority: the threads of a screen come before those that compute, where cores are short."""

import contextlib
import os
import sys
import threading

# What computes takes all that is left.
_NICENESS = 5


def yield_to_screen() -> None:
    """Lower this thread and the workers it will start; Linux alone has priorities per thread."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
