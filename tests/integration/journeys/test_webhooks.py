"""A journey that calls a real server: the answer branches and is remembered."""

import base64
import hashlib
import hmac
from typing import Any

import orjson
import pytest

from channels_app.webhooks.drain import Drained
from channels_app.webhooks.signing import rotate, secret_of
from journeys.runtime.publish import InvalidGraph
from tests.fixtures.graphs import graph, on_event, send, webhook
from tests.fixtures.http_server import Server
from tests.fixtures.webhooks import calling, drained, one_call
from tests.fixtures.world import DAY, HOUR, T0, World


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


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"headers": {"X-Name": "{% for %}"}}, "liquid_error"),
        ({"body": {"a": ["{{ x | }"]}}, "liquid_error"),
        ({"url": "http://10.0.0.1/"}, "webhook_private_address"),
    ],
)
def test_what_cannot_work_is_not_published(world: World, server: Server, config: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidGraph) as refused:
        calling(world, server, **config)
    assert [issue.code for issue in refused.value.issues if issue.severity == "error"] == [code]
