"""One shape for every server that we start: what to run, how to know that it is ready, how to end it."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from config.embedded.account import Account
from config.embedded.errors import NotReady

POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Program:
    """A command and how it is run. `stop_within` is in seconds; after it the program is killed."""

    command: list[str]
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 15


class Server(Protocol):
    """Something that runs until it is stopped."""

    @property
    def name(self) -> str: ...

    def prepare(self) -> None:
        """Make what the server needs before it can start. Raises EmbeddedServerError."""

    def program(self) -> Program: ...

    def ready(self) -> bool:
        """Whether the server answers now. Returns within about a second, and never raises for a server that is down."""


class RunningServer:
    """A server and its process: started, killed and started again as a supervisor, a test or a chaos bench wants."""

    def __init__(self, server: Server, log: Path) -> None:
        self.server = server
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._program: Program | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_status(self) -> int | None:
        """How the process ended: its status, or the negative number of the signal that killed it."""
        return self._process.poll() if self._process else None

    def spawn(self) -> None:
        """Prepare the server and start its process, without waiting until it is ready."""
        self.server.prepare()
        self._program = program = self.server.program()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        identity = program.account.identity() if program.account else {}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                program.command,
                cwd=program.cwd,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own keeps a terminal's Ctrl-C from it: servers are stopped one by one, in order.
                start_new_session=True,
                **identity,
            )

    def start(self, within: float = 60) -> None:
        """Start and wait until ready. Raises NotReady, with the process ended, after `within` seconds."""
        self.spawn()
        deadline = time.monotonic() + within
        while not self.server.ready():
            if not self.alive or time.monotonic() > deadline:
                reason = f"did not answer within {within:.0f} s" if self.alive else f"ended ({self.exit_status})"
                self.kill()
                raise NotReady(f"{self.server.name} {reason}; see {self.log}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """End the process in its own orderly way; kill it if that takes longer than its program allows."""
        if self._process is None or self._program is None:
            return
        if self.alive:
            self._process.send_signal(self._program.stop_signal)
            try:
                self._process.wait(self._program.stop_within)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None

    def end_now(self) -> None:
        """Send SIGKILL and return at once; safe in a signal handler."""
        if self._process is not None and self._process.returncode is None:
            # The process may have ended in this moment; then there is nothing left to do.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """Kill the process, and what it started, at once (SIGKILL). Its exit status stays readable."""
        if self._process is not None and self.alive:
            self.end_now()
            self._process.wait()

    def __enter__(self) -> "RunningServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
