"""What `manage.py up` starts, in which order, and on which ports."""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import psycopg
from django.conf import settings
from django.core.management import get_commands

from config.embedded.postgres import PostgresServer
from config.embedded.server import Program, Server
from config.embedded.temporal import TemporalServer, is_healthy
from config.supervisor.django import WorkerServer, python, simulator, web
from config.supervisor.errors import UnknownPart

NAMES = ("postgres", "temporal", "migrate", "static", "simulator", "demo", "worker", "web")
SIMULATOR_PORTS = ("SIMULATOR_PORT", "SIMULATOR_SMTP_PORT")


@dataclass(frozen=True)
class Kept:
    """A server that is kept running. `ports` are those it listens on, by the variable that changes them."""

    server: Server
    within: float
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.server.name


@dataclass(frozen=True)
class External:
    """A server that somebody else runs; it is only asked whether it answers. `variable` names its address."""

    name: str
    variable: str
    ready: Callable[[], bool]
    within: float = 10


@dataclass(frozen=True)
class Step:
    """A command that must succeed before the next part starts."""

    name: str
    program: Program
    within: float


Part = Kept | External | Step


def parts(only: Collection[str] = (), without: Collection[str] = ()) -> list[Part]:
    """List the parts in the order of their start. Raises UnknownPart for a name that is none of NAMES."""
    for name in (*only, *without):
        if name not in NAMES:
            raise UnknownPart(f"There is no part {name!r}; there are {', '.join(NAMES)}.")
    every: list[Part] = [
        _postgres(),
        _temporal(),
        Step("migrate", python("manage.py", "migrate", "--noinput"), within=600),
    ]
    if not settings.DEBUG:
        every.append(Step("static", python("manage.py", "collectstatic", "--noinput", "--clear"), within=120))
    every.append(
        Kept(simulator(settings.SIMULATOR_PORT), 60, {name: getattr(settings, name) for name in SIMULATOR_PORTS})
    )
    # The demo's accounts are set up at the simulator, as their owners would at the vendors.
    if "demo" in get_commands():
        every.append(Step("demo", python("manage.py", "demo"), within=180))
    every += [
        Kept(WorkerServer(settings.VAR_DIR / "run" / "worker.ready"), 60),
        Kept(web(os.environ.get("WEB_HOST") or "127.0.0.1", settings.WEB_PORT), 60, {"WEB_PORT": settings.WEB_PORT}),
    ]
    return [part for part in every if (not only or part.name in only) and part.name not in without]


def _postgres() -> Part:
    if os.environ.get("DATABASE_URL"):
        return External("postgres", "DATABASE_URL", _database_answers)
    server = PostgresServer(settings.VAR_DIR / "postgres", settings.POSTGRES_PORT)
    # After a crash the server first replays its log, which can take minutes.
    return Kept(server, 300, {"POSTGRES_PORT": settings.POSTGRES_PORT})


def _temporal() -> Part:
    address = os.environ.get("TEMPORAL_ADDRESS")
    if address:
        return External("temporal", "TEMPORAL_ADDRESS", lambda: is_healthy(address, os.environ))
    ports = {"TEMPORAL_PORT": settings.TEMPORAL_PORT, "TEMPORAL_UI_PORT": settings.TEMPORAL_UI_PORT}
    server = TemporalServer(settings.TEMPORAL_PORT, settings.TEMPORAL_UI_PORT, settings.VAR_DIR / "temporal.db")
    return Kept(server, 60, ports)


def _database_answers() -> bool:
    try:
        with psycopg.connect(settings.DATABASE_URL, connect_timeout=2) as connection:
            connection.execute("select 1")
    except psycopg.OperationalError:
        return False
    return True
