"""A whole Zhitu of its own, started as a user starts it: `manage.py up` in a directory and on ports of the test's."""

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree

import psutil
from django.conf import settings

from config.embedded.ports import LOOPBACK

PORTS = ("WEB_PORT", "POSTGRES_PORT", "TEMPORAL_PORT", "TEMPORAL_UI_PORT", "SIMULATOR_PORT", "SIMULATOR_SMTP_PORT")
# What the test session set for its own process; an installation has its own.
NOT_INHERITED = {
    "DATABASE_URL",
    "TEMPORAL_ADDRESS",
    "ZHITU_VAR",
    "DJANGO_SETTINGS_MODULE",
    "SECRET_KEY",
    "ENCRYPTION_KEY",
}

# Below the ports that systems give away by themselves (from 32,768 on): between the choice and the start of a server, which
# is as long as migrations take, no connection of another test gets one of these. Processes begin far from each other.
LOWEST, HIGHEST, APART = 20_000, 32_000, 200
_next_port = itertools.count(LOWEST + os.getpid() * APART % (HIGHEST - LOWEST))


def unused_port() -> int:
    """Return a port on which nobody listens, and which this process has not returned before."""
    for number in _next_port:
        port = LOWEST + (number - LOWEST) % (HIGHEST - LOWEST)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        return port
    raise AssertionError("a count has no end")


class Installation:
    """Directory, ports and, while it runs, the process of `manage.py up`. `environment` may be changed before `start`."""

    def __init__(self, directory: Path) -> None:
        self.var = directory / "var"
        self.ports = {name: unused_port() for name in PORTS}
        self.environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        self.environment |= {"ZHITU_VAR": str(self.var)} | {name: str(port) for name, port in self.ports.items()}
        self._output = directory / "up.out"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['WEB_PORT']}"

    @property
    def output(self) -> str:
        return self._output.read_text()

    def pids(self) -> dict[str, int]:
        """Process ids of the servers that run now, by name."""
        recorded = json.loads((self.var / "run" / "processes.json").read_text())
        return {entry["name"]: entry["pid"] for entry in recorded}

    def start(self, *arguments: str, within: float = 180) -> None:
        """Start in the background and wait until all parts are ready."""
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                self._command(*arguments),
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_for("Zhitu is ready.", within)

    def try_to_start(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `up` in the foreground, for a start that is expected to be refused."""
        return subprocess.run(
            self._command(*arguments),
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def wait_for(self, text: str, within: float = 100) -> None:
        """Wait until `up` has printed `text`."""
        eventually(lambda: text in self.output or self._ended(), within, lambda: f"{text!r} not in: {self.output}")
        assert text in self.output, self.output

    def signal(self, number: signal.Signals) -> int:
        """Send a signal to `up` and return the status it ends with."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(90)

    def remove(self) -> None:
        """End whatever still runs and remove the data."""
        if self._process and self._process.poll() is None:
            self.signal(signal.SIGTERM)
        postgres = self.var / "postgres"
        if postgres.exists():
            rmtree(postgres.resolve())

    def _ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "manage.py", "up", *arguments]


def eventually(done: Callable[[], bool], within: float, what: Callable[[], str]) -> None:
    """Poll until `done`; fail with `what` after `within` seconds."""
    deadline = time.monotonic() + within
    while not done():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
