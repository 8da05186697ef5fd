"""`manage.py worker` with two processes, kept by `manage.py up` beside the servers of the tests, whose database is migrated."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from django.db import connection

from config.embedded.temporal import TemporalServer
from tests.services.installation import Installation, eventually, running


@pytest.fixture
def installation(tmp_path: Path, transactional_db: None, temporal_server: TemporalServer) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    installation.environment |= {
        "WORKER_PROCESSES": "2",
        "DATABASE_URL": database,
        "TEMPORAL_ADDRESS": temporal_server.address,
    }
    yield installation
    installation.remove()


def workers(parent: int) -> list[int]:
    """The worker processes under one; multiprocessing also has a helper of its own there."""
    return [child.pid for child in psutil.Process(parent).children() if "spawn_main" in " ".join(child.cmdline())]


def test_worker_processes_live_and_end_together(installation: Installation) -> None:
    installation.start("--only", "worker")
    parent = installation.pids()["worker"]
    children = workers(parent)
    assert len(children) == 2

    os.kill(children[0], signal.SIGKILL)
    installation.wait_for("worker is back")
    assert not running(children[1])
    assert "ended with status -9" in (installation.var / "log" / "worker.log").read_text()

    parent = installation.pids()["worker"]
    children = workers(parent)
    os.kill(parent, signal.SIGKILL)
    eventually(lambda: not any(running(child) for child in children), 30, lambda: "a worker outlived its parent")

    installation.wait_for("worker was killed by signal 9")
    eventually(lambda: installation.output.count("worker is back") == 2, 60, lambda: installation.output)
    children = workers(installation.pids()["worker"])
    assert installation.signal(signal.SIGTERM) == 0
    assert not any(running(child) for child in children)
