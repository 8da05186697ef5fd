"""A journey that calls a real server: the answer branches, is remembered, and nobody is lost on the way."""

import base64
import hashlib
import hmac
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import orjson
import pytest
from django.db import connection

from channels_app.models import WebhookCall
from channels_app.webhooks import calls
from channels_app.webhooks.drain import Drained, drain
from channels_app.webhooks.signing import rotate, secret_of
from journeys.runtime.sweep import overdue_work
from tests.fixtures.graphs import graph, leave, on_event, send, webhook
from tests.fixtures.http_server import Asked, Handler, Server, http_server
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, World

EDGES = ["start -> call", "call.success -> good", "call.failure -> bad"]


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    with http_server() as server:
        yield server


def calling(world: World, server: Server, *edges: str, settings: dict[str, Any] | None = None, **config: Any) -> Any:
    nodes = {"call": webhook(**{"url": f"{server.url}/hook", **config}), "good": leave(), "bad": leave()}
    return world.journey(graph(nodes, list(edges or EDGES), **(settings or {})))


def drained(world: World, at: datetime) -> Drained:
    result = drain(world.workspace.id, at)
    world.tick(at + SECOND)
    return result


def one_call() -> WebhookCall:
    return WebhookCall.objects.get()


def test_an_answer_takes_its_edge_and_leaves_only_its_fate(world: World, server: Server) -> None:
    (run,) = world.enrolled(calling(world, server, body={"name": "{{ profile.name }}"}), world.person(name="王"))
    world.tick(T0)
    assert run.state == "waiting"
    assert drained(world, T0) == Drained(1, False, None)
    assert (run.state, run.node) == ("exited", "good")
    assert orjson.loads(server.asked[0].body) == {"name": "王"}
    assert server.asked[0].headers["content-type"] == "application/json"
    call = one_call()
    assert (call.state, call.status, call.attempts, call.request) == ("success", 200, 1, {})
    assert "王" not in str([event.data for event in run.events])


def test_the_standards_signature_verifies(world: World, server: Server) -> None:
    """With the secret as the receiver has it, and nothing of ours."""
    world.enrolled(calling(world, server, body="正文 {{ profile.name }}"), world.person(name="李"))
    world.tick(T0)
    drained(world, T0)
    (asked,) = server.asked
    secret = secret_of(world.workspace.id).secrets["current"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert 24 <= len(key) <= 64
    signed = f"{asked.headers['webhook-id']}.{asked.headers['webhook-timestamp']}.".encode() + "正文 李".encode()
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert asked.headers["webhook-signature"] == f"v1,{expected}"
    assert asked.headers["webhook-id"] == str(one_call().pk)
    assert int(asked.headers["webhook-timestamp"]) == pytest.approx(T0.timestamp(), abs=5)


def test_for_a_day_after_a_rotation_both_secrets_sign(world: World, server: Server) -> None:
    journey = calling(world, server)
    before = secret_of(world.workspace.id).secrets["current"]
    rotate(world.workspace.id, T0)
    assert secret_of(world.workspace.id).secrets["previous"] == before
    for at in (T0 + HOUR, T0 + 2 * DAY):
        world.enrolled(journey, world.person(), at=at)
        world.tick(at)
        drained(world, at)
    counts = [len(asked.headers["webhook-signature"].split(" ")) for asked in server.asked]
    assert counts == [2, 1]


def test_what_the_answer_says_is_used_in_a_later_message(world: World, server: Server) -> None:
    world.sms(body="您是${level}会员")
    server.answer = lambda handler, _: handler.reply(body='{"member": {"level": "金"}}'.encode())
    nodes = {
        "start": on_event("visited"),
        "call": webhook(url=server.url, method="GET", save_as="crm"),
        "sms": send(params={"level": "{{ event.crm.member.level }}", "page": "{{ event.page }}"}),
    }
    journey = world.journey(graph(nodes, ["start -> call", "call.success -> sms"]))
    person = world.person(phone="13800000000")
    world.happen(person, "visited", T0, page="home")
    world.tick(T0)
    drained(world, T0)
    (message,) = world.messages()
    assert message.params == {"level": "金", "page": "home"}
    assert world.run(journey, person).row.properties["crm"] == {"member": {"level": "金"}}
    assert "金" not in str([event.data for event in world.run(journey, person).events])


@pytest.mark.parametrize(
    ("body", "error"), [(b"<html>", "answer_not_json"), (b"[" + b"1," * 40_000 + b"1]", "answer_too_large")]
)
def test_an_answer_that_cannot_be_remembered_is_a_failure(
    world: World, server: Server, body: bytes, error: str
) -> None:
    server.answer = lambda handler, _: handler.reply(body=body)
    (run,) = world.enrolled(calling(world, server, save_as="crm"), world.person())
    world.tick(T0)
    drained(world, T0)
    assert run.node == "bad"
    assert run.last("wait_ended").data["error"] == error


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
                if len(quick.asked) == 40:
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


def test_a_private_address_is_a_recorded_failure(world: World, server: Server, settings: Any) -> None:
    journey = calling(world, server)
    settings.WEBHOOK_ALLOWED_HOSTS = []
    (run,) = world.enrolled(journey, world.person())
    world.tick(T0)
    drained(world, T0)
    assert (server.asked, run.node) == ([], "bad")
    assert run.last("wait_ended").data["error"] == "private_address"


def test_a_url_that_is_none_for_one_person_fails_for_that_one(world: World, server: Server) -> None:
    journey = calling(world, server, url="{{ profile.url }}")
    bad, good = world.enrolled(journey, world.person(url="nowhere"), world.person(url=server.url))
    world.tick(T0)
    drained(world, T0)
    assert (bad.node, good.node) == ("bad", "good")
    assert bad.all("webhook_called")[0].data["error"] == "url_invalid"


def test_calls_that_nobody_was_told_of_are_found_by_the_sweep(world: World, server: Server) -> None:
    world.enrolled(calling(world, server), world.person())
    world.tick(T0)
    assert overdue_work(T0 + SECOND).webhooks == []
    assert overdue_work(T0 + MINUTE).webhooks == [world.workspace.id]


def test_a_thousand_calls_go_out(world: World, server: Server) -> None:
    journey = calling(world, server)
    world.enrolled(journey, *world.people(1000))
    world.tick(T0)
    assert drained(world, T0).finished == 1000
    assert {run.node for run in world.runs(journey)} == {"good"}
