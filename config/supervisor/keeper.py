"""Keeps one server running: notices its death, starts it again after a while, waits until it answers."""

import time
from collections.abc import Callable
from pathlib import Path

from config.embedded.errors import EmbeddedServerError
from config.embedded.server import RunningServer
from config.supervisor.plan import Kept

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
# A server that ran this long is healthy, and its next death starts with the shortest pause again.
STEADY_SECONDS = 60.0


class Keeper:
    """State of one kept server after its first start. `tick` is called a few times a second."""

    def __init__(self, part: Kept, log: Path, say: Callable[[str], None]) -> None:
        self.part = part
        self.log = log
        self.running = RunningServer(part.server, log)
        self._say = say
        self._pause = FIRST_PAUSE_SECONDS
        self._ready_since: float | None = None
        self._restart_at: float | None = None
        self._answer_by = 0.0

    def is_up(self) -> None:
        """Note that the server answers."""
        self._ready_since = time.monotonic()

    def tick(self) -> bool:
        """Do what is due. Return whether a process was started."""
        now = time.monotonic()
        if self._restart_at is not None:
            return now >= self._restart_at and self._start_again(now)
        if not self.running.alive:
            self._died(now)
        elif self._ready_since is None:
            self._wait_for_answer(now)
        return False

    def _died(self, now: float) -> None:
        if self._ready_since is not None and now - self._ready_since >= STEADY_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        self._schedule(now, f"{self.part.name} {how_it_ended(self.running.exit_status)}")

    def _schedule(self, now: float, what: str) -> None:
        self._say(f"{what}; starting it again in {self._pause:.0f} s (log: {self.log})")
        self._ready_since = None
        self._restart_at = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)

    def _start_again(self, now: float) -> bool:
        self._restart_at = None
        self._answer_by = now + self.part.within
        try:
            self.running.spawn()
        except (EmbeddedServerError, OSError) as error:
            self._schedule(now, f"{self.part.name} could not start: {error}")
            return False
        return True

    def _wait_for_answer(self, now: float) -> None:
        if self.part.server.ready():
            self.is_up()
            self._say(f"{self.part.name} is back")
        elif now > self._answer_by:
            self.running.kill()
            self._schedule(now, f"{self.part.name} did not answer within {self.part.within:.0f} s")


def how_it_ended(status: int | None) -> str:
    if status is not None and status < 0:
        return f"was killed by signal {-status}"
    return f"ended with status {status}"
