"""Starts every part in order, keeps them running, and stops them in reverse."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from config.embedded.errors import EmbeddedServerError
from config.embedded.ports import is_free
from config.supervisor.claim import Claim
from config.supervisor.errors import PartFailed, PortTaken, Stopped
from config.supervisor.keeper import Keeper, how_it_ended
from config.supervisor.logs import rotate, tail
from config.supervisor.plan import External, Kept, Part, Step

POLL_SECONDS = 0.1
LOG_CHECK_SECONDS = 30.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Runs `parts` on the directory `var`. `say` prints one line for a person."""

    def __init__(self, parts: Sequence[Part], var: Path, say: Callable[[str], None]) -> None:
        self._parts = parts
        self._var = var
        self._say = say
        self._keepers: list[Keeper] = []
        self._stopping = threading.Event()

    def run(self, when_up: Callable[[], None]) -> None:
        """Start all, call `when_up`, and keep all running until a signal. Raises SupervisorError."""
        for number in SIGNALS:
            signal.signal(number, self._on_signal)
        with Claim(self._var / "run") as claim:
            for name in claim.end_leftovers():
                self._say(f"stopped {name}, left by an `up` that was killed")
            self._check_ports()
            try:
                for part in self._parts:
                    self._bring_up(part, claim)
                when_up()
                self._keep(claim)
            except Stopped:
                pass
            finally:
                self._stop_all()
                claim.record([])

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._stopping.is_set():  # asked twice: at once
            for keeper in self._keepers:
                keeper.running.end_now()
        self._stopping.set()

    def _check_ports(self) -> None:
        for part in self._parts:
            for variable, port in part.ports.items() if isinstance(part, Kept) else ():
                if not is_free(port):
                    raise PortTaken(
                        f"Port {port}, which {part.name} needs, is taken by another program. "
                        f"Stop that program, or choose another port, for example: {variable}={port + 1} make up"
                    )

    def _bring_up(self, part: Part, claim: Claim) -> None:
        began = time.monotonic()
        log = self._log(part.name)
        rotate(log)
        match part:
            case Kept():
                self._start(part, log, claim)
            case External():
                self._wait(part.ready, part.within, lambda: None, f"{part.name} ({part.variable}) does not answer")
            case Step():
                self._perform(part, log)
        self._say(f"{part.name} is ready ({time.monotonic() - began:.1f} s)")

    def _start(self, part: Kept, log: Path, claim: Claim) -> None:
        keeper = Keeper(part, log, self._say)
        try:
            keeper.running.spawn()
        except (EmbeddedServerError, OSError) as error:
            raise PartFailed(f"{part.name} cannot start: {error}") from error
        self._keepers.append(keeper)
        claim.record([each.running for each in self._keepers])

        def check() -> None:
            if not keeper.running.alive:
                raise self._failure(f"{part.name} {how_it_ended(keeper.running.exit_status)}", log)

        self._wait(part.server.ready, part.within, check, f"{part.name} does not answer", log)
        keeper.is_up()

    def _perform(self, step: Step, log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        program = step.program
        with log.open("ab") as output:
            process = subprocess.Popen(
                program.command,
                cwd=program.cwd,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait(lambda: process.poll() is not None, step.within, lambda: None, f"{step.name} does not end", log)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if process.returncode != 0:
            raise self._failure(f"{step.name} {how_it_ended(process.returncode)}", log)

    def _wait(
        self,
        done: Callable[[], bool],
        within: float,
        check: Callable[[], None],
        what: str,
        log: Path | None = None,
    ) -> None:
        deadline = time.monotonic() + within
        while not done():
            check()
            if time.monotonic() > deadline:
                raise self._failure(f"{what} within {within:.0f} s", log)
            if self._stopping.wait(POLL_SECONDS):
                raise Stopped
        if self._stopping.is_set():
            raise Stopped

    def _keep(self, claim: Claim) -> None:
        logs_checked = time.monotonic()
        while not self._stopping.wait(POLL_SECONDS * 2):
            started = [keeper.tick() for keeper in self._keepers]
            if any(started):
                claim.record([keeper.running for keeper in self._keepers])
            if time.monotonic() - logs_checked > LOG_CHECK_SECONDS:
                logs_checked = time.monotonic()
                for keeper in self._keepers:
                    rotate(keeper.log)

    def _stop_all(self) -> None:
        for keeper in reversed(self._keepers):
            began = time.monotonic()
            keeper.running.stop()
            self._say(f"{keeper.part.name} is stopped ({time.monotonic() - began:.1f} s)")

    def _log(self, name: str) -> Path:
        return self._var / "log" / f"{name}.log"

    def _failure(self, what: str, log: Path | None) -> PartFailed:
        if log is None:
            return PartFailed(f"{what}.")
        return PartFailed(f"{what}. The end of its log, {log}:\n{tail(log)}")
