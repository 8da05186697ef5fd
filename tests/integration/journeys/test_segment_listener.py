"""A few people are judged when their change commits, by a thread that listens; many are left to the workflow."""

import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from profiles.models import SegmentCheck, SegmentMember
from profiles.segment_listener import Listener
from profiles.segment_members import FEW
from profiles.segment_turns import work
from profiles.segments import create_segment
from tests.fixtures.world import T0, World

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN = 60.0


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WITHIN
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    listener.start()
    assert listener.ready.wait(WITHIN)
    yield listener
    listener.stop()


def test_who_has_changed_is_judged_without_a_workflow(world: World, listener: Listener) -> None:
    segment = create_segment(world.workspace, "买过", "", {"op": "event", "name": "paid"})
    work(world.workspace, T0)
    person = world.person()
    world.happen(person, "paid", T0)
    members = SegmentMember.objects.filter(segment_id=segment.pk, profile_id=person)
    assert wait_for(members.exists)
    assert wait_for(lambda: not SegmentCheck.objects.exists())


def test_it_hears_again_after_its_connection_was_lost(world: World, listener: Listener) -> None:
    segment = create_segment(world.workspace, "买过", "", {"op": "event", "name": "paid"})
    work(world.workspace, T0)
    with connection.cursor() as cursor:
        # The tests beside this one share the server and listen in databases of their own.
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where query like 'listen %' and datname = current_database()"
        )
        assert cursor.rowcount == 1
    assert wait_for(lambda: not listener.ready.is_set())
    assert wait_for(listener.ready.is_set)
    person = world.person()
    world.happen(person, "paid", T0)
    assert wait_for(SegmentMember.objects.filter(segment_id=segment.pk, profile_id=person).exists)


def test_many_are_left_to_the_workflow(world: World, listener: Listener) -> None:
    create_segment(world.workspace, "买过", "", {"op": "event", "name": "paid"})
    work(world.workspace, T0)
    people = world.people(FEW + 1)
    world.ingest([world.event(person, "paid", T0) for person in people], T0)
    # Heard after that, and from another workspace: it is in order, so the first has been passed over.
    other = World()
    segment = create_segment(other.workspace, "买过", "", {"op": "event", "name": "paid"})
    work(other.workspace, T0)
    other.happen(other.person(), "paid", T0)
    assert wait_for(SegmentMember.objects.filter(segment_id=segment.pk).exists)
    assert SegmentCheck.objects.filter(workspace_id=world.workspace.id).count() == FEW + 1
