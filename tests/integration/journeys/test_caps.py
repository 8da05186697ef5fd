"""Frequency caps, quotas and priority in the tick: what a person has been sent decides what they are sent next."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from channels_app.models import Message, SendingRules
from journeys.models import Journey
from journeys.runtime.replay import differences
from tests.fixtures.graphs import graph, leave, send, wait
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World

ONE_A_DAY = {"caps": [{"id": "daily", "most": 1, "hours": 24}]}


def sells(world: World, **settings: Any) -> Journey:
    nodes = {"sms": send(purpose="marketing"), "end": leave(), "over": leave("blocked")}
    return world.journey(graph(nodes, ["start -> sms", "sms -> end", "sms.blocked -> over"], **settings))


def fan(world: World) -> UUID:
    person = world.person(phone="13800000000")
    world.consent(person)
    return person


def test_a_cap_binds_over_journeys_and_is_named_in_the_log(world: World) -> None:
    world.sms(purpose="marketing", body="新品上市，拒收请回复R")
    SendingRules.objects.create(workspace=world.workspace, rules=ONE_A_DAY, version=7)
    person = fan(world)
    (first,) = world.enrolled(sells(world), person)
    world.tick(T0)
    (second,) = world.enrolled(sells(world), person, at=T0 + HOUR)
    world.tick(T0 + HOUR)

    assert first.all("message_requested")
    blocked = second.last("message_blocked").data
    assert (blocked["reason"], blocked["rule"]) == ("frequency_cap", "cap.daily@7")
    assert blocked["figures"]["sent"] == 1
    assert second.path[-1] == "over"


def test_of_two_journeys_in_one_tick_the_one_of_higher_priority_takes_the_last_place(world: World) -> None:
    world.sms(purpose="marketing", body="新品上市，拒收请回复R")
    SendingRules.objects.create(workspace=world.workspace, rules=ONE_A_DAY)
    person = fan(world)
    low, high = sells(world, priority=10), sells(world, priority=90)
    (of_low,) = world.enrolled(low, person)
    (of_high,) = world.enrolled(high, person)
    world.tick(T0)

    assert of_high.all("message_requested")
    assert of_low.last("message_blocked").data["reason"] == "frequency_cap"
    (queued,) = world.messages(state="queued")
    assert (queued.journey_id, queued.priority) == (high.pk, 90)


def test_a_journey_that_ignores_caps_is_not_capped_but_counts(world: World) -> None:
    world.sms(purpose="marketing", body="新品上市，拒收请回复R")
    SendingRules.objects.create(workspace=world.workspace, rules=ONE_A_DAY)
    person = fan(world)
    for journey in (sells(world, frequency_caps="ignore"), sells(world, frequency_caps="ignore")):
        world.enrolled(journey, person)
        world.tick(T0)
    (capped,) = world.enrolled(sells(world), person)
    world.tick(T0)

    assert len(world.messages(state="queued")) == 2
    assert capped.last("message_blocked").data["figures"]["sent"] == 2


def test_a_cap_ends_when_its_window_has_passed(world: World) -> None:
    world.sms(purpose="marketing", body="新品上市，拒收请回复R")
    SendingRules.objects.create(workspace=world.workspace, rules=ONE_A_DAY)
    person = fan(world)
    for at in (T0, T0 + DAY):
        world.enrolled(sells(world), person, at=at)
        world.tick(at)
    assert len(world.messages(state="queued")) == 2


def test_the_shipped_quota_blocks_the_third_marketing_sms_in_a_minute_and_holds_where_asked(world: World) -> None:
    world.sms(purpose="marketing", body="新品上市，拒收请回复R")
    person = fan(world)
    for _ in range(3):
        world.enrolled(sells(world), person)
    world.tick(T0)
    assert sorted(m.state for m in world.messages()) == ["blocked", "queued", "queued"]

    nodes = {"sms": send(purpose="marketing", on_blocked="hold"), "end": leave()}
    (held,) = world.enrolled(world.journey(graph(nodes, ["start -> sms", "sms -> end"])), person)
    world.tick(T0 + timedelta(seconds=10))
    requested = held.last("message_requested").data
    assert requested["rule"] == "cn.sms.marketing_per_minute@1"
    assert requested["held_until"] == (T0 + MINUTE).isoformat()
    (message,) = world.messages(enrollment_id=held.id)
    assert message.not_before == T0 + MINUTE


def test_what_was_counted_is_in_the_log_and_a_replay_decides_the_same(world: World) -> None:
    world.sms(purpose="marketing", body="新品上市，拒收请回复R")
    person = fan(world)
    nodes = {"a": send(purpose="marketing"), "b": send(purpose="marketing"), "c": send(purpose="marketing")}
    journey = world.journey(graph(nodes, ["start -> a", "a -> b", "b -> c"]))
    (run,) = world.enrolled(journey, person)
    world.tick(T0)

    judged = run.last("message_blocked").data["judged"]
    assert [row[1:] for row in judged["past"]] == [["sms", "marketing", []]] * 2
    assert differences() == []


@pytest.mark.parametrize(("expire_after", "expires"), [("PT6H", timedelta(hours=6)), (None, None)])
def test_a_message_expires_as_long_after_its_request_as_its_node_says(
    world: World, expire_after: str | None, expires: timedelta | None
) -> None:
    world.sms()
    nodes = {"sms": send(**({"expire_after": expire_after} if expire_after else {})), "w": wait("P1D")}
    world.enrolled(world.journey(graph(nodes, ["start -> sms", "sms -> w"])), world.person(phone="13800000000"))
    world.tick(T0)
    message = Message.objects.get()
    assert message.expires_at == (T0 + expires if expires else None)
