"""`manage.py up`, as its own process, with real servers."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded.postgres import database_url
from tests.services.installation import Installation, eventually, running

SERVERS = ("--only", "postgres", "temporal", "simulator")


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    yield installation
    installation.remove()


def database(installation: Installation) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(database_url(installation.var / "postgres", installation.ports["POSTGRES_PORT"]))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_every_process_in_reverse_order(installation: Installation, number: signal.Signals) -> None:
    installation.start(*SERVERS)
    pids = installation.pids()
    assert set(pids) == {"postgres", "temporal", "simulator"}
    assert installation.signal(number) == 0
    assert not any(running(pid) for pid in pids.values())
    stopped = [line.split()[0] for line in installation.output.splitlines() if "is stopped" in line]
    assert stopped == ["simulator", "temporal", "postgres"]


def test_the_next_start_goes_on_where_the_last_one_was(installation: Installation) -> None:
    installation.start("--only", "postgres")
    with database(installation) as connection:
        connection.execute("create table kept as select 7 as n")
    installation.signal(signal.SIGTERM)
    installation.start("--only", "postgres")
    with database(installation) as connection:
        assert connection.execute("select n from kept").fetchone() == (7,)


def test_a_second_start_is_refused(installation: Installation) -> None:
    installation.start("--only", "postgres")
    refused = installation.try_to_start()
    assert refused.returncode == 1
    assert "already running" in refused.stderr
    assert "ZHITU_VAR" in refused.stderr


def test_a_server_that_dies_is_started_again_and_its_death_is_told(installation: Installation) -> None:
    installation.start("--only", "simulator")
    killed = installation.pids()["simulator"]
    os.kill(killed, signal.SIGKILL)
    installation.wait_for("simulator was killed by signal 9")
    installation.wait_for("simulator is back")
    assert installation.pids()["simulator"] != killed


def test_processes_left_by_a_killed_start_are_ended_by_the_next(installation: Installation) -> None:
    installation.start("--only", "postgres")
    left = installation.pids()["postgres"]
    installation.signal(signal.SIGKILL)
    assert running(left)
    installation.start("--only", "postgres")
    assert "stopped postgres, left by" in installation.output
    eventually(lambda: not running(left), 60, lambda: "the server of the killed start still runs")


@pytest.mark.parametrize("variable", ["SIMULATOR_PORT", "SIMULATOR_SMTP_PORT"])
def test_a_taken_port_names_the_variable_that_changes_it(installation: Installation, variable: str) -> None:
    with socket.create_server(("127.0.0.1", installation.ports[variable])):
        refused = installation.try_to_start(*SERVERS)
    assert refused.returncode == 1
    assert f"{variable}=" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_missing_secret_is_one_line(installation: Installation) -> None:
    installation.environment["DEBUG"] = "0"
    refused = installation.try_to_start()
    assert refused.returncode == 1
    assert refused.stderr.startswith("manage.py: SECRET_KEY is not set.")
    assert len(refused.stderr.splitlines()) == 1


def test_an_external_database_that_does_not_answer_is_named(installation: Installation) -> None:
    installation.environment["DATABASE_URL"] = "postgresql://zhitu@127.0.0.1:1/zhitu"
    refused = installation.try_to_start("--only", "postgres")
    assert refused.returncode == 1
    assert "postgres (DATABASE_URL) does not answer" in refused.stderr


def test_a_step_that_fails_shows_the_end_of_its_log(installation: Installation) -> None:
    refused = installation.try_to_start("--only", "migrate")
    assert refused.returncode == 1
    assert "migrate ended with status 1" in refused.stderr
    assert "migrate.log" in refused.stderr
    assert "connection refused" in refused.stderr.lower()


def test_an_unknown_part_is_refused(installation: Installation) -> None:
    refused = installation.try_to_start("--without", "postgress")
    assert refused.returncode == 1
    assert "There is no part 'postgress'" in refused.stderr
