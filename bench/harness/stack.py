"""A whole installation for one bench: real processes on free ports, in a directory of its own, gone at the end."""

import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import django
import psutil

from config.embedded.errors import NotReady
from config.embedded.ports import free_port
from config.embedded.postgres import PostgresServer
from config.embedded.server import RunningServer, Server
from config.embedded.temporal import TemporalServer
from config.supervisor.logs import tail

ROOT = Path(__file__).resolve().parent.parent.parent
PORTS = ("WEB_PORT", "POSTGRES_PORT", "TEMPORAL_PORT", "SIMULATOR_PORT", "SIMULATOR_SMTP_PORT")


class Stack:
    """PostgreSQL and Temporal, with the settings of `manage.py up`; web, worker and simulator when a bench starts them.

    Django is set up in the bench's own process too, on the same database.
    """

    def __init__(self, var: Path) -> None:
        self.var = var
        self.running: dict[str, RunningServer] = {}
        self._enter_environment()
        django.setup()
        # A line for every call of a bench would hide its figures.
        logging.getLogger("httpx").setLevel(logging.WARNING)

    def _enter_environment(self) -> None:
        """Say in the environment what every part reads, as an installation for production does."""
        for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
            del os.environ[name]
        os.environ |= {name: str(free_port()) for name in PORTS}
        postgres = PostgresServer(self.var / "postgres", int(os.environ["POSTGRES_PORT"]))
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ZHITU_VAR": str(self.var),
            "DATABASE_URL": postgres.url,
            "TEMPORAL_ADDRESS": f"127.0.0.1:{os.environ['TEMPORAL_PORT']}",
            "DEBUG": "0",
            "SECRET_KEY": secrets.token_urlsafe(32),
            "ENCRYPTION_KEY": secrets.token_urlsafe(32),
            "ALLOWED_HOSTS": "127.0.0.1",
        }
        self._postgres = postgres

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{os.environ['WEB_PORT']}"

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{os.environ['SIMULATOR_PORT']}"

    def start_servers(self) -> None:
        """Start PostgreSQL and Temporal, both on disk, and bring the tables up to date."""
        self.start(self._postgres, within=120)
        self.start(TemporalServer(int(os.environ["TEMPORAL_PORT"]), None, self.var / "temporal.db"))
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, check=True)

    def start_worker(self, processes: int = 0) -> RunningServer:
        """Start the worker with so many processes; 0: as an installation on this machine has."""
        from config.supervisor.django import WorkerServer

        os.environ["WORKER_PROCESSES"] = str(processes or "")
        return self.start(WorkerServer(self.var / "run" / "worker.ready"))

    def start_web(self) -> RunningServer:
        from config.supervisor.django import web

        return self.start(web("127.0.0.1", int(os.environ["WEB_PORT"])))

    def start_simulator(self) -> RunningServer:
        from config.supervisor.django import simulator

        return self.start(simulator(int(os.environ["SIMULATOR_PORT"])))

    def start(self, server: Server, within: float = 60) -> RunningServer:
        """Start a server and wait until it answers. Raises NotReady with the end of its log."""
        running = RunningServer(server, self.var / "log" / f"{server.name}.log")
        self.running[server.name] = running
        try:
            running.start(within)
        except NotReady as error:
            raise NotReady(f"{error}\n{tail(running.log)}") from error
        return running

    def cpu_seconds(self) -> dict[str, float]:
        """How much processor time each server, with the processes it started, has used so far."""
        return {name: _cpu_seconds(running) for name, running in self.running.items()}

    def cpu_since(self, before: Mapping[str, float]) -> str:
        """What each server has used since `before`, a result of `cpu_seconds`, in words."""
        return ", ".join(f"{name} {now - before.get(name, 0.0):.1f}" for name, now in self.cpu_seconds().items())

    def stop(self) -> None:
        """Stop everything, the last started first."""
        while self.running:
            _, running = self.running.popitem()
            running.stop()


@contextmanager
def stack() -> Iterator[Stack]:
    """Run a bench's installation. `KEEP=1` leaves its directory, with data and logs, where it is."""
    signal.signal(signal.SIGTERM, _interrupt)
    directory = Path(tempfile.mkdtemp(prefix="zhitu-bench-"))
    # PostgreSQL runs as another user when we are root; see config.embedded.account.
    directory.chmod(0o755)
    made: Stack | None = None
    try:
        made = Stack(directory / "var")
        made.start_servers()
        yield made
    finally:
        if made is not None:
            made.stop()
        if os.environ.get("KEEP"):
            print(f"kept: {directory}", file=sys.stderr)
        else:
            shutil.rmtree(directory)


def _cpu_seconds(running: RunningServer) -> float:
    if running.pid is None:
        return 0.0
    root = psutil.Process(running.pid)
    total = 0.0
    for process in (root, *root.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    # Sessions of PostgreSQL that have ended count with their parent.
    ended = root.cpu_times()
    return total + ended.children_user + ended.children_system


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # As Ctrl-C does: what was started is then stopped.
    raise KeyboardInterrupt
