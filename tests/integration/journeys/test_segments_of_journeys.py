"""Segments that ask about journeys and messages know of every move, and of windows that end."""

from uuid import UUID

from profiles.models import SegmentCheck, SegmentMember
from profiles.segment_turns import work
from profiles.segments import create_segment
from tests.fixtures.graphs import graph, leave, send, wait
from tests.fixtures.world import DAY, HOUR, T0, World


def settle(world: World, at: object) -> None:
    while work(world.workspace, at).more:  # type: ignore[arg-type]  # an instant
        pass


def members(segment: UUID) -> set[UUID]:
    return set(SegmentMember.objects.filter(segment_id=segment).values_list("profile_id", flat=True))


def test_who_comes_into_a_journey_and_ends_it_enters_and_leaves(world: World) -> None:
    journey = world.journey(graph({"rest": wait("PT1H"), "end": leave("done")}, ["start -> rest", "rest -> end"]))
    rules = [{"op": "journey", "id": str(journey.pk), "status": status} for status in ("live", "ended")]
    live, ended = (create_segment(world.workspace, "在途", "", rule).pk for rule in rules)
    recent = create_segment(world.workspace, "新到", "", {**rules[0], "status": "any", "within": "P2D"}).pk
    settle(world, T0)
    person = world.person()
    world.enrolled(journey, person, at=T0)
    settle(world, T0)
    assert (members(live), members(ended), members(recent)) == ({person}, set(), {person})
    world.tick(T0)
    world.tick(T0 + HOUR)
    settle(world, T0 + HOUR)
    assert (members(live), members(ended), members(recent)) == (set(), {person}, {person})
    settle(world, T0 + 2 * DAY)
    assert (members(ended), members(recent)) == ({person}, set())


def test_a_message_that_is_asked_for_is_known(world: World) -> None:
    world.sms()
    rule = {"op": "message", "channel": "sms", "outcome": "requested", "within": "P1D"}
    segment = create_segment(world.workspace, "发过短信", "", rule).pk
    settle(world, T0)
    person = world.person(phone="13800000000")
    journey = world.journey(graph({"hello": send(), "rest": wait("P9D")}, ["start -> hello", "hello -> rest"]))
    world.enrolled(journey, person, at=T0)
    world.tick(T0)
    settle(world, T0)
    assert members(segment) == {person}
    settle(world, T0 + DAY)
    assert members(segment) == set()


def test_where_no_segment_asks_about_journeys_nothing_is_noted(world: World) -> None:
    create_segment(world.workspace, "会员", "", {"op": "tag", "key": "vip"})
    journey, person = world.journey(graph({"rest": wait("PT1H")}, ["start -> rest"])), world.person()
    world.enrolled(journey, person, at=T0)
    world.tick(T0)
    assert not SegmentCheck.objects.exists()
