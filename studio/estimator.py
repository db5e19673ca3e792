"""Estimator: a process that works out sensitivities (`engine.sensitivity.desk`), kept between them.

A process, because the run and its map must not wait; kept, because its start and the people of a
city cost more than a question. It answers the newest question only.
"""

import json
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from populace.engine.sensitivity.desk import STOP

_WORDS = [sys.executable, "-m", "populace.engine.sensitivity.desk"]
_STOPPED = "The estimate was stopped."
# What writing to a process says that has ended: its pipe is broken, or closed already.
_ENDED = (OSError, ValueError)


class Estimator:
    """``heard(answer)`` is called in a thread: with what was found, or with what was wrong.

    ``niceness`` is how far the process stands back behind all others.
    """

    def __init__(self, niceness: int, heard: Callable[[dict[str, Any]], None]) -> None:
        self._words, self._heard = [*_WORDS, str(niceness)], heard
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._owed: tuple[int, int] | None = None  # which process which turn's answer

    def ask(self, question: dict[str, Any]) -> None:
        """Put a question; the one before it is not answered any more."""
        with self._lock:
            try:
                self._write(question)
            except _ENDED:
                # Since it was looked at: nobody had asked for long.
                self._process = None
                self._write(question)

    def stop(self) -> None:
        """Have what is under way dropped; the process stays for the next question."""
        with self._lock:
            if self._owed is not None and self._process is not None:
                self._owed = None
                # One that has ended has nothing under way.
                with suppress(*_ENDED):
                    self._say(self._process, {"stage": STOP})

    def close(self) -> None:
        """End the process."""
        with self._lock:
            process, self._process, self._owed = self._process, None, None
        if process is not None:
            process.kill()
            process.wait()

    def _write(self, question: dict[str, Any]) -> None:
        if self._process is None or self._process.poll() is not None:
            self._start()
        process = self._process
        assert process is not None
        self._say(process, question)
        if "turn" in question:
            self._owed = process.pid, question["turn"]

    @staticmethod
    def _say(process: "subprocess.Popen[str]", question: dict[str, Any]) -> None:
        assert process.stdin is not None
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()

    def _start(self) -> None:
        process = self._process = subprocess.Popen(
            self._words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read, args=[process], daemon=True).start()

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        last = deque[str](maxlen=1)
        # Read meanwhile: a full pipe would hold the process.
        errors = threading.Thread(target=last.extend, args=[process.stderr], daemon=True)
        errors.start()
        with process:
            for line in process.stdout:
                answer = json.loads(line)
                if self._pay(process.pid, answer["turn"]):
                    self._heard(answer)
            errors.join()
        turn = self._owed[1] if self._owed else -1
        if self._pay(process.pid, turn):
            self._heard({"turn": turn, "wrong": last[0].strip() if last else _STOPPED})

    def _pay(self, process: int, turn: int) -> bool:
        """Say whether this answer is still waited for; it is waited for once."""
        with self._lock:
            if self._owed != (process, turn):
                return False
            self._owed = None
            return True
