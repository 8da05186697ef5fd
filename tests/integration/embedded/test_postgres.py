from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import psycopg
import pytest

from config.embedded.errors import DataUnusable, NotReady
from config.embedded.ports import free_port
from config.embedded.postgres import PostgresServer, passfile
from config.embedded.server import RunningServer


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path / "postgres", free_port())
    yield server
    rmtree(server.home.resolve())


@pytest.fixture
def running(postgres: PostgresServer, tmp_path: Path) -> Iterator[RunningServer]:
    with RunningServer(postgres, tmp_path / "postgres.log") as running:
        yield running


def test_committed_rows_survive_a_killed_server(postgres: PostgresServer, running: RunningServer) -> None:
    with psycopg.connect(postgres.url) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (1)")
    running.kill()
    running.start()
    with psycopg.connect(postgres.url) as connection:
        assert connection.execute("select n from kept").fetchall() == [(1,)]


def test_a_connection_without_the_password_is_refused(postgres: PostgresServer, running: RunningServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(postgres.url.split("?")[0], passfile="/dev/null")


def test_only_its_owner_reads_the_password(postgres: PostgresServer, running: RunningServer) -> None:
    assert passfile(postgres.home).stat().st_mode & 0o777 == 0o600


def test_commits_wait_for_the_disk(postgres: PostgresServer, running: RunningServer) -> None:
    with psycopg.connect(postgres.url) as connection:
        asked = ("fsync", "synchronous_commit", "full_page_writes")
        assert [connection.execute(f"show {name}").fetchone() for name in asked] == [("on",)] * 3


def test_data_of_another_release_are_refused(postgres: PostgresServer) -> None:
    postgres.prepare()
    (postgres.home / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(DataUnusable, match="made by PostgreSQL 12"):
        postgres.prepare()


def test_a_server_that_cannot_start_names_its_log(postgres: PostgresServer, tmp_path: Path) -> None:
    log = tmp_path / "second.log"
    with RunningServer(postgres, tmp_path / "first.log"), pytest.raises(NotReady, match=r"second\.log"):
        RunningServer(PostgresServer(tmp_path / "other", postgres.port), log).start(within=0)
    rmtree((tmp_path / "other").resolve())
