"""Calls are tried again, wait for nobody else, and are lost with no worker."""

import os
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from channels_app.models import WebhookCall
from channels_app.webhooks import calls
from channels_app.webhooks.drain import drain
from journeys.runtime.sweep import overdue_work
from tests.fixtures.http_server import Asked, Handler, Server, http_server
from tests.fixtures.webhooks import calling, drained, one_call
from tests.fixtures.world import MINUTE, SECOND, T0, World


def test_tries_are_repeated_with_the_same_id_until_one_succeeds(world: World, server: Server) -> None:
    statuses = iter([500, 408, 200])
    server.answer = lambda handler, _: handler.reply(next(statuses))
    (run,) = world.enrolled(calling(world, server), world.person())
    world.tick(T0)
    first = drained(world, T0)
    assert first.finished == 0
    assert first.next_at is not None
    assert timedelta(seconds=10) <= first.next_at - T0 < timedelta(seconds=15)
    second = drained(world, first.next_at)
    assert second.next_at is not None
    assert run.state == "waiting"
    drained(world, second.next_at)
    assert run.node == "good"
    assert len({asked.headers["webhook-id"] for asked in server.asked}) == 1
    assert one_call().attempts == 3


def test_after_six_tries_the_failure_is_recorded(world: World, server: Server) -> None:
    server.answer = lambda handler, _: handler.reply(503)
    (run,) = world.enrolled(calling(world, server), world.person())
    world.tick(T0)
    at: datetime | None = T0
    while at is not None:
        ended = at
        at = drained(world, at).next_at
    assert len(server.asked) == 6
    assert 50 * MINUTE < ended - T0 < 75 * MINUTE
    assert run.node == "bad"
    assert run.last("wait_ended").data["error"] == "status_503"


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
def test_a_refusal_is_not_repeated(world: World, server: Server, status: int) -> None:
    server.answer = lambda handler, _: handler.reply(status)
    (run,) = world.enrolled(calling(world, server), world.person())
    world.tick(T0)
    drained(world, T0)
    assert (len(server.asked), run.node) == (1, "bad")
    assert run.last("wait_ended").data["error"] == f"status_{status}"


def test_a_server_that_asks_for_patience_rests_for_everybody(world: World, server: Server) -> None:
    server.answer = lambda handler, _: handler.reply(429, retry_after="600")
    world.enrolled(calling(world, server), *world.people(30))
    world.tick(T0)
    result = drained(world, T0)
    # Those that were under way together have asked; the others wait as long.
    assert len(server.asked) <= 16
    assert result.next_at is not None
    assert result.next_at - T0 >= timedelta(seconds=600)


def test_a_slow_host_keeps_nobody_else_waiting(world: World, server: Server, settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    released = threading.Event()

    def when_released(handler: Handler, _: Asked) -> None:
        released.wait(20)
        handler.reply()

    server.answer = when_released
    with http_server() as quick:
        url = (
            "{% if profile.slow %}"
            + server.url
            + "{% else %}"
            + quick.url.replace("127.0.0.1", "localhost")
            + "{% endif %}"
        )
        journey = calling(world, server, url=url)
        slow = [world.person(slow=True) for _ in range(40)]
        world.enrolled(journey, *slow, *world.people(40))
        world.tick(T0)

        def quick_ones_are_done() -> None:
            for _ in range(1000):
                if len(quick.asked) == 40 and len(server.asked) >= 8:
                    break
                released.wait(0.02)
            done.append((len(quick.asked), len(server.asked)))
            released.set()

        done: list[tuple[int, int]] = []
        watching = threading.Thread(target=quick_ones_are_done)
        watching.start()
        assert drained(world, T0).finished == 80
        watching.join()
    assert done == [(40, 8)]


def test_a_worker_killed_between_the_call_and_its_record_calls_again_with_the_same_id(
    world: World, server: Server
) -> None:
    """What a killed worker leaves: the claim, which it committed, and a request that its server has seen."""
    (run,) = world.enrolled(calling(world, server), world.person())
    world.tick(T0)
    (claimed,) = calls.claim(world.workspace.id, T0, 10, 8, {}, 15.0)
    assert claimed.attempts == 1
    again = drain(world.workspace.id, T0 + SECOND)
    assert (again.finished, server.asked) == (0, [])
    assert again.next_at == T0 + timedelta(seconds=25)
    drained(world, again.next_at)
    assert run.node == "good"
    assert server.asked[0].headers["webhook-id"] == str(claimed.id)


KILLED = """
import django, sys, uuid
from datetime import datetime
django.setup()
from channels_app.webhooks.drain import drain
drain(uuid.UUID(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
"""


def test_a_process_killed_while_its_call_is_under_way_loses_nobody(
    committed_world: World, server: Server, settings: Any
) -> None:
    def hang(handler: Handler, _: Asked) -> None:
        handler.ours.closing.wait(30)

    server.answer = hang
    world = committed_world
    (run,) = world.enrolled(calling(world, server), world.person())
    world.tick(T0)
    parts = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(parts._replace(path="/" + str(connection.settings_dict["NAME"]))),
        "ENCRYPTION_KEY": settings.ENCRYPTION_KEY,
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-W", "ignore", "-c", KILLED, str(world.workspace.id), T0.isoformat()]
    with subprocess.Popen(command, env=environment) as process:
        for _ in range(1000):
            if server.asked or process.poll() is not None:
                break
            server.closing.wait(0.02)
        process.kill()
    server.answer = lambda handler, _: handler.reply()
    at = drain(world.workspace.id, T0 + SECOND).next_at
    assert at is not None
    drained(world, at)
    assert run.node == "good"
    assert [asked.headers["webhook-id"] for asked in server.asked] == [str(one_call().pk)] * 2
    assert one_call().attempts == 2


def test_a_drain_that_is_stopped_puts_back_what_is_under_way(world: World, server: Server) -> None:
    stop = threading.Event()

    def hang(handler: Handler, _: Asked) -> None:
        stop.set()
        handler.ours.closing.wait(30)

    server.answer = hang
    (run,) = world.enrolled(calling(world, server), world.person())
    world.tick(T0)
    result = drain(world.workspace.id, T0, stop)
    assert (result.finished, one_call().attempts, one_call().state) == (0, 0, "queued")
    server.answer = lambda handler, _: handler.reply()
    assert result.next_at is not None
    drained(world, result.next_at)
    assert run.node == "good"


def test_a_call_that_costs_worker_after_worker_is_given_up(world: World, server: Server) -> None:
    (run,) = world.enrolled(calling(world, server), world.person())
    world.tick(T0)
    WebhookCall.objects.update(attempts=6)
    drained(world, T0)
    assert (server.asked, run.node) == ([], "bad")
    assert run.last("wait_ended").data["error"] == "no_record"


def test_nobody_who_has_left_is_called_for(world: World, server: Server) -> None:
    settings = {"exit_rules": [{"event": "unsubscribed"}]}
    person = world.person()
    (run,) = world.enrolled(calling(world, server, settings=settings), person)
    world.tick(T0)
    world.happen(person, "unsubscribed", T0 + SECOND)
    world.tick(T0 + SECOND)
    drained(world, T0 + 2 * SECOND)
    assert (server.asked, run.state) == ([], "exited")
    assert (one_call().state, one_call().reason) == ("failure", "exited")


def test_calls_that_nobody_was_told_of_are_found_by_the_sweep(world: World, server: Server) -> None:
    world.enrolled(calling(world, server), world.person())
    world.tick(T0)
    assert overdue_work(T0 + SECOND).webhooks == []
    assert overdue_work(T0 + MINUTE).webhooks == [world.workspace.id]


def test_hundreds_of_calls_go_out(world: World, server: Server) -> None:
    journey = calling(world, server)
    world.enrolled(journey, *world.people(300))
    world.tick(T0)
    assert drained(world, T0).finished == 300
    assert {run.node for run in world.runs(journey)} == {"good"}
