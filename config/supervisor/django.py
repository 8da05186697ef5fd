"""The parts of Zhitu that are processes of this project: web, worker and provider simulator."""

import http.client
import os
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from config.embedded.ports import LOOPBACK
from config.embedded.server import Program


def environment() -> dict[str, str]:
    """Environment of a child: the addresses are said outright, so that every part means the same servers."""
    return {
        **os.environ,
        "DATABASE_URL": settings.DATABASE_URL,
        "TEMPORAL_ADDRESS": os.environ.get("TEMPORAL_ADDRESS") or f"{LOOPBACK}:{settings.TEMPORAL_PORT}",
        "ZHITU_VAR": str(settings.VAR_DIR),
        "PYTHONUNBUFFERED": "1",
    }


def python(*arguments: str, stop_within: float = 15) -> Program:
    return Program([sys.executable, *arguments], settings.BASE_DIR, environment(), stop_within=stop_within)


@dataclass(frozen=True)
class HttpServer:
    """A process that answers `GET /healthz` with 200 when it is ready."""

    name: str
    port: int
    arguments: tuple[str, ...]
    # Where the processes of this server keep the figures that /metrics adds up.
    figures: Path | None = None

    def prepare(self) -> None:
        if self.figures is not None:
            # What an earlier run left would be added again.
            shutil.rmtree(self.figures, ignore_errors=True)
            self.figures.mkdir(parents=True)

    def program(self) -> Program:
        program = python(*self.arguments)
        if self.figures is None:
            return program
        return replace(program, environment={**program.environment, "PROMETHEUS_MULTIPROC_DIR": str(self.figures)})

    def ready(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=1)
        # Django answers only to its own names.
        host = next((name for name in settings.ALLOWED_HOSTS if name != "*"), LOOPBACK)
        try:
            connection.request("GET", "/healthz", headers={"Host": host.lstrip(".")})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def web(host: str, port: int) -> HttpServer:
    serve: tuple[str, ...] = ("-m", "uvicorn", "config.asgi:application", "--host", host, "--port", str(port))
    # Open canvases hold websockets; five seconds after a stop they are closed.
    serve += ("--no-access-log", "--timeout-graceful-shutdown", "5")
    if settings.WEB_PROCESSES == 1:
        return HttpServer("web", port, serve)
    # An interpreter keeps one core busy. Processes share the port; each relays NOTIFY to its own sockets.
    serve += ("--workers", str(settings.WEB_PROCESSES))
    return HttpServer("web", port, serve, figures=settings.VAR_DIR / "run" / "web-metrics")


def simulator(port: int) -> HttpServer:
    return HttpServer("simulator", port, ("manage.py", "simulator"))


@dataclass(frozen=True)
class WorkerServer:
    """The Temporal worker. It serves nothing: it touches `ready_file` when it polls."""

    ready_file: Path
    name: str = "worker"

    def prepare(self) -> None:
        self.ready_file.parent.mkdir(parents=True, exist_ok=True)
        self.ready_file.unlink(missing_ok=True)

    def program(self) -> Program:
        # Activities in flight get the time to commit; what is cut off is done again by the next worker.
        return python("manage.py", "worker", stop_within=25)

    def ready(self) -> bool:
        return self.ready_file.exists()
