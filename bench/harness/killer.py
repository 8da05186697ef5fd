"""SIGKILL at random moments, and a new start on the same data."""

import random
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple

import psutil

from bench.harness.report import say
from config.embedded.errors import NotReady
from config.embedded.server import RunningServer

DOWN_SECONDS = (0.1, 3.0)
REVIVE_WITHIN = 120.0  # seconds


class Kill(NamedTuple):
    """One kill: seconds after the start, which server, and how long it stays down (seconds)."""

    at: float
    server: str
    down: float


def plan_kills(draw: random.Random, servers: Sequence[str], kills: int, window: tuple[float, float]) -> list[Kill]:
    """Spread `kills` over the servers in turn, at random moments of the window, in the order of time."""
    return sorted(
        Kill(draw.uniform(*window), servers[number % len(servers)], draw.uniform(*DOWN_SECONDS))
        for number in range(kills)
    )


class Killer:
    """Carries a plan out, each server in a thread of its own, so that outages overlap as they come."""

    def __init__(self, plan: Sequence[Kill], servers: Mapping[str, RunningServer]) -> None:
        self.done = 0
        self._began = time.monotonic()
        self._pool = ThreadPoolExecutor(len(servers))
        self._running = [
            self._pool.submit(self._run, server, [kill for kill in plan if kill.server == name])
            for name, server in servers.items()
        ]

    def join(self) -> None:
        """Wait until every server has been killed as planned and is up again. Raises what went wrong in a thread."""
        self._pool.shutdown()
        for one in self._running:
            one.result()

    def _run(self, server: RunningServer, kills: Sequence[Kill]) -> None:
        for kill in kills:
            time.sleep(max(0.0, self._began + kill.at - time.monotonic()))
            kill_tree(server)
            self.done += 1
            killed = time.monotonic()
            time.sleep(kill.down)
            revive(server)
            back = time.monotonic()
            say(f"  {killed - self._began:5.1f} s  killed {kill.server}, back after {back - killed:.1f} s")


def kill_tree(server: RunningServer) -> None:
    """Kill a server and everything it started, at once: PostgreSQL's sessions are processes with groups of their own."""
    processes = _tree(server)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    server.kill()
    psutil.wait_procs(processes, timeout=10)


def revive(server: RunningServer) -> None:
    """Start a server again, as often as it takes: a worker ends at once while Temporal is down. Raises NotReady."""
    deadline = time.monotonic() + REVIVE_WITHIN
    while True:
        try:
            server.start()
        except NotReady:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def _tree(server: RunningServer) -> list[psutil.Process]:
    if server.pid is None:
        return []
    try:
        root = psutil.Process(server.pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
