"""Assumptions taken from what has happened: runs and their events, messages and what became of them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from channels_app.models import Message, Template
from journeys.engine.plan import compile_plan
from journeys.forecast.past import taken_from_past
from journeys.forecast.request import AssumedEvent, AssumedReceipt, ForecastRequest
from journeys.models import Journey
from tests.fixtures.graphs import graph, leave, on_event, send, wait_for
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World

LATER = T0 + 60 * DAY
GRAPH = graph({"order": wait_for("order_paid"), "end": leave()}, ["start -> order", "order.order_paid -> end"])


def past(world: World, journey: Journey, **body: Any) -> ForecastRequest:
    request = ForecastRequest.model_validate({"start": LATER, "days": 7, **body})
    plan = compile_plan(str(journey.pk), "forecast", journey.draft)
    return taken_from_past(world.workspace.id, plan, request)


def events(world: World, journey: Journey, **body: Any) -> list[AssumedEvent]:
    return past(world, journey, **body).assumptions.events


def test_an_event_is_as_probable_as_it_was_within_the_time_after_entry(world: World) -> None:
    journey = world.journey(GRAPH)
    people = world.people(4)
    world.enrolled(journey, *people)
    world.tick(T0)
    world.happen(people[0], "order_paid", T0 + 2 * HOUR)
    world.happen(people[1], "order_paid", T0 + 8 * DAY)  # after the seven days that are forecast
    (event,) = events(world, journey)
    assert event == AssumedEvent(name="order_paid", probability=0.25, after="PT7200S")


def test_events_before_the_entry_and_runs_too_young_to_tell_do_not_count(world: World) -> None:
    journey = world.journey(GRAPH)
    (early,), (young,) = world.people(1), world.people(1)
    world.happen(early, "order_paid", T0 - HOUR)
    world.enrolled(journey, early)
    world.enrolled(journey, young, at=LATER - DAY)
    world.happen(young, "order_paid", LATER - HOUR)
    assert events(world, journey) == []


def test_a_journey_nobody_was_in_learns_from_the_others_of_the_workspace_only(world: World) -> None:
    other, new = world.journey(GRAPH), world.journey(GRAPH)
    foreign = World()
    for one, journey, share in ((world, other, 2), (foreign, foreign.journey(GRAPH), 1)):
        people = one.people(share)
        one.enrolled(journey, *people)
        one.happen(people[0], "order_paid", T0 + HOUR)
    (event,) = events(world, new)
    assert event.probability == 0.5


def test_where_there_are_no_runs_everybodys_last_days_count(world: World) -> None:
    people = world.people(4)
    world.happen(people[0], "order_paid", LATER - DAY)
    world.happen(people[1], "order_paid", LATER - 30 * DAY)
    (event,) = events(world, world.journey(GRAPH))
    assert (event.probability, event.after, event.within) == (0.25, "PT0S", f"PT{7 * 86400}S")


def test_the_trigger_comes_as_often_as_it_did(world: World) -> None:
    people = world.people(2)
    world.happen(people[0], "signup", LATER - DAY)
    journey = world.journey(graph({"start": on_event("signup"), "end": leave()}, ["start -> end"]))
    (event,) = events(world, journey)
    assert (event.name, event.probability) == ("signup", 0.5)


def test_what_is_assumed_is_not_overruled(world: World) -> None:
    journey = world.journey(GRAPH)
    (person,) = world.people(1)
    world.enrolled(journey, person)
    world.happen(person, "order_paid", T0 + HOUR)
    given = {"events": [{"name": "order_paid", "probability": 0.1}]}
    assert [event.probability for event in events(world, journey, assumptions=given)] == [0.1]


def message(template: Template, state: str, at: datetime, took: timedelta = MINUTE) -> Message:
    return Message(
        workspace_id=template.workspace_id,
        account_id=template.account_id,
        template=template,
        profile_id=uuid4(),
        channel="sms",
        purpose="service",
        address="+8613800000000",
        state=state,
        not_before=at,
        requested_at=at,
        attempted_at=at,
        delivered_at=at + took if state != "failed" else None,
        updated_at=at + took,
    )


def test_messages_come_to_what_they_came_to(world: World) -> None:
    template = world.sms()
    states = ["delivered"] * 6 + ["read"] * 2 + ["failed"] * 2
    Message.objects.bulk_create(message(template, state, T0) for state in states)
    Message.objects.bulk_create([message(template, "failed", LATER + DAY), message(template, "blocked", T0)])
    journey = world.journey(graph({"sms": send()}, ["start -> sms"]))
    found = past(world, journey).assumptions.receipts
    assert found == [
        AssumedReceipt(channel="sms", outcome="delivered", probability=0.8, after="PT60S"),
        AssumedReceipt(channel="sms", outcome="read", probability=0.2, after="PT60S"),
        AssumedReceipt(channel="sms", outcome="failed", probability=0.2, after="PT60S"),
    ]


@pytest.mark.parametrize("given", [{"receipts": [{"channel": "sms", "outcome": "delivered", "probability": 0.5}]}])
def test_a_channel_that_is_spoken_of_is_left_as_it_is(world: World, given: dict[str, Any]) -> None:
    Message.objects.bulk_create([message(world.sms(), "failed", T0)])
    journey = world.journey(graph({"sms": send()}, ["start -> sms"]))
    (receipt,) = past(world, journey, assumptions=given).assumptions.receipts
    assert receipt.outcome == "delivered"
