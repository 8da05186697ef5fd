"""The numbers on the canvas and the people behind them: what counts as it happens is what the log and the messages say."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from channels_app.models import Message
from channels_app.ports import MessageChange
from journeys.models import Enrollment, Journey
from journeys.projections.rebuild import rebuild
from journeys.review.counted import counted
from journeys.review.counts import counts
from journeys.runtime.message_news import message_changed
from tests.fixtures.graphs import GOAL, graph, leave, send, wait
from tests.fixtures.world import DAY, HOUR, T0, World

pytestmark = pytest.mark.django_db(transaction=True)

PATH = graph(
    {"sms": send(), "rest": wait("P1D"), "end": leave()}, ["start -> sms", "sms -> rest", "rest -> end"], goals=[GOAL]
)


def report(message: Message, *states: str) -> None:
    """The provider tells of one state after the other."""
    for state in states:
        change = MessageChange(
            message_id=message.id,
            workspace_id=message.workspace_id,
            enrollment_id=message.enrollment_id,
            journey_id=message.journey_id,
            version_id=message.version_id,
            node=message.node,
            wants_outcome=False,
            old_state=message.state,
            new_state=state,
            at=T0 + HOUR,
        )
        message.state = state
        message.save(update_fields=["state"])
        message_changed([change])


def reached(journey: Journey) -> dict[str, Any]:
    node = counts(journey)["nodes"]["sms"]
    return {name: node[name] for name in ("sent", "delivered", "clicked", "failed", "blocked")}


def behind(journey: Journey, node: str, what: str, outcome: str = "") -> set[UUID]:
    runs = Enrollment.objects.filter(journey=journey)
    return set(counted(runs, node, what, outcome).values_list("profile_id", flat=True))


@pytest.fixture
def crowd(db: None) -> tuple[World, Journey, list[UUID]]:
    world = World()
    world.sms()
    people = [world.person(phone=f"+861380000000{number}") for number in range(4)]
    journey = world.journey(PATH)
    world.enrolled(journey, *people)
    world.tick(T0)
    return world, journey, people


def test_a_later_state_counts_in_every_number_before_it(crowd: tuple[World, Journey, list[UUID]]) -> None:
    world, journey, people = crowd
    message = {one.profile_id: one for one in world.messages()}
    report(message[people[0]], "sending", "accepted", "delivered", "clicked", "replied")
    report(message[people[1]], "sending", "accepted", "delivered")
    report(message[people[2]], "sending", "accepted", "failed")
    report(message[people[3]], "blocked")
    assert reached(journey) == {"sent": 2, "delivered": 2, "clicked": 1, "failed": 1, "blocked": 1}
    world.verify()
    rebuild()
    assert reached(journey) == {"sent": 2, "delivered": 2, "clicked": 1, "failed": 1, "blocked": 1}


def test_each_number_lists_the_people_it_counts(crowd: tuple[World, Journey, list[UUID]]) -> None:
    world, journey, people = crowd
    message = {one.profile_id: one for one in world.messages()}
    report(message[people[0]], "sending", "accepted", "clicked")
    report(message[people[1]], "sending", "accepted")
    world.happen(people[2], "order_paid", T0 + HOUR)
    world.tick(T0 + HOUR)
    assert behind(journey, "rest", "waiting") == set(people)
    world.tick(T0 + DAY + timedelta(minutes=1))
    everybody = set(people)
    assert behind(journey, "rest", "waiting") == set()
    assert behind(journey, "sms", "entered") == everybody
    assert behind(journey, "sms", "left") == everybody
    assert behind(journey, "sms", "left", "next") == everybody
    assert behind(journey, "sms", "left", "blocked") == set()
    assert behind(journey, "sms", "sent") == {people[0], people[1]}
    assert behind(journey, "sms", "delivered") == behind(journey, "sms", "clicked") == {people[0]}
    assert behind(journey, "rest", "converted") == {people[2]}
    assert behind(journey, "end", "lost") == everybody - {people[2]}


def test_the_people_of_a_number_are_those_of_this_journey(crowd: tuple[World, Journey, list[UUID]]) -> None:
    world, _, people = crowd
    other = world.journey(PATH)
    report(world.messages()[0], "sending", "accepted")
    world.enrolled(other, people[0])
    assert behind(other, "sms", "sent") == set()
