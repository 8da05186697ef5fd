"""The PostgreSQL server and the working directory of one run of pytest.

`DATABASE_URL` in the environment replaces the server. With pytest-xdist the first process starts it, and
pytest-django gives each of the others a database of its own in it.
"""

import os
import shutil
import signal
import tempfile
from pathlib import Path
from types import FrameType

import pytest
from django.conf import settings

from config.embedded.ports import free_port
from config.embedded.postgres import PostgresServer
from config.embedded.server import RunningServer

# Names the directory of the server that the first process has started, to the others.
OWN_SERVER = "ZHITU_TESTS_SERVER"


class ServicesSession:
    """What one process of pytest started. `start` must come before Django's settings are loaded."""

    def __init__(self) -> None:
        self._directory: Path | None = None
        self._postgres: RunningServer | None = None

    def start(self, *, database: bool) -> None:
        if settings.configured:
            raise pytest.UsageError("unset DJANGO_SETTINGS_MODULE: the tests choose their settings themselves")
        signal.signal(signal.SIGTERM, _interrupt)
        self._directory = directory = Path(tempfile.mkdtemp(prefix="zhitu-tests-"))
        # PostgreSQL runs as another user when we are root; see config.embedded.account.
        directory.chmod(0o755)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["ZHITU_VAR"] = str(directory / "var")
        if database and not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = self._start_postgres(directory)
            os.environ[OWN_SERVER] = str(directory)
        # pytest-django sets Django up in its own `pytest_configure` only if the settings are loaded by then.
        _ = settings.DATABASES

    def stop(self) -> None:
        """End and remove everything. Runs however the tests ended."""
        if self._postgres:
            self._postgres.stop()
        if self._directory:
            shutil.rmtree(self._directory)

    def _start_postgres(self, directory: Path) -> str:
        server = PostgresServer(directory / "postgres", free_port(), durable=False)
        self._postgres = RunningServer(server, directory / "postgres.log")
        self._postgres.start()
        return server.url


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # As Ctrl-C does: pytest then ends its fixtures, and with them the servers.
    raise KeyboardInterrupt
