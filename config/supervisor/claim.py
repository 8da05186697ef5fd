"""One `up` for one directory, and nothing left behind by one that was killed."""

import fcntl
import json
import os
import signal
from pathlib import Path
from types import TracebackType

import psutil

from config.embedded.server import RunningServer
from config.supervisor.errors import AlreadyRunning

# A process id is used again in time; a process that began at another moment is not the one we started.
SAME_START_SECONDS = 1.0


class Claim:
    """The right to run on `run` (var/run), held until the process ends, however it ends."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._lock: int | None = None

    def __enter__(self) -> "Claim":
        """Take the right. Raises AlreadyRunning."""
        self._run.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._run / "up.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 20).decode() or "unknown"
            os.close(lock)
            raise AlreadyRunning(
                f"Zhitu is already running on {self._run.parent} (process {holder}). "
                "Stop that one first; for a second installation set ZHITU_VAR and the ports."
            ) from None
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        self._lock = lock
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._lock is not None:
            os.close(self._lock)

    def record(self, servers: list[RunningServer]) -> None:
        """Write down which processes run, for the next `up` if this one is killed."""
        running = [
            {"name": server.server.name, "pid": server.pid, "started": psutil.Process(server.pid).create_time()}
            for server in servers
            if server.alive
        ]
        scratch = self._recorded.with_suffix(".new")
        scratch.write_text(json.dumps(running))
        scratch.rename(self._recorded)

    def end_leftovers(self) -> list[str]:
        """Stop the processes of an `up` that was killed, last started first. Return their names."""
        if not self._recorded.exists():
            return []
        ended = []
        for entry in reversed(json.loads(self._recorded.read_text())):
            process = _same_process(entry["pid"], entry["started"])
            if process:
                _end(process, entry["name"])
                ended.append(entry["name"])
        self._recorded.unlink()
        return ended

    @property
    def _recorded(self) -> Path:
        return self._run / "processes.json"


def _same_process(pid: int, started: float) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        return process if abs(process.create_time() - started) < SAME_START_SECONDS else None
    except psutil.NoSuchProcess:
        return None


def _end(process: psutil.Process, name: str) -> None:
    # PostgreSQL waits for its clients after SIGTERM and sends them away after SIGINT.
    process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
    try:
        process.wait(30)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(10)
