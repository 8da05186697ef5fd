"""Twenty writers merge, ingest, enroll, tick and undo at once: nobody is the victim of a deadlock, nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from django.db import connection

from journeys.models import Enrollment
from journeys.runtime.tick import advance
from journeys.store.lane import Lane, lane_number
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.undo import undo
from profiles.models import Event, Identity, Profile, ProfileAlias, ProfileMerge
from tests.fixtures.graphs import graph, leave, on_event, wait_for
from tests.fixtures.world import MINUTE, SECOND, T0, World
from workspaces.errors import DomainError

NODES = {"start": on_event("signup"), "order": wait_for("order_paid", timeout="P1D"), "yes": leave("bought")}
EDGES = ["start -> order", "order.order_paid -> yes"]
WRITERS, ROUNDS, PEOPLE, LANES = 20, 12, 12, 3
KINDS = ["phone", "email", "wechat_openid", "jd_pin"]


def key(kind: str, number: int) -> tuple[str, str]:
    return kind, {"phone": f"138001380{number:02}", "email": f"{number}@x.cn"}.get(kind, f"{kind}{number}")


@pytest.mark.slow
def test_twenty_writers_at_once_lose_nothing(committed_world: World) -> None:
    world = committed_world
    world.workspace.lanes = LANES
    world.workspace.save()
    world.journey(graph(NODES, EDGES, entry={"reentry": {"mode": "always"}}))
    sent: list[str] = []
    codes: set[str] = set()

    def events(chance: Random, writer: int, round_: int) -> None:
        batch = []
        for place in range(5):
            one, other = chance.sample(KINDS, 2)
            number = chance.randrange(PEOPLE)
            keys = [key(one, number)] + ([key(other, number)] if chance.random() < 0.3 else [])
            name = chance.choice(["signup", "order_paid", "seen"])
            batch.append(IncomingEvent({}, name, keys, event_id=f"{writer}/{round_}/{place}"))
        assert not ingest(world.workspace, batch, T0 + round_ * SECOND).rejected
        sent.extend(str(one.event_id) for one in batch)

    def ticks(chance: Random, writer: int, round_: int) -> None:
        advance(Lane(world.workspace.id, chance.randrange(LANES)), T0 + round_ * MINUTE, 20)

    def by_hand(chance: Random, writer: int, round_: int) -> None:
        people = list(Profile.objects.values_list("id", flat=True))
        if len(people) > 1:
            one, other = chance.sample(people, 2)
            merge_by_hand(world.workspace, one, other, T0 + round_ * SECOND, None, "", force=True)

    def apart(chance: Random, writer: int, round_: int) -> None:
        merges = list(ProfileMerge.objects.filter(undo=None).values_list("id", flat=True))
        if merges:
            undo(world.workspace, chance.choice(merges), T0 + round_ * SECOND, None)

    works: list[Callable[[Random, int, int], None]] = [*[events] * 10, *[ticks] * 5, *[by_hand] * 2, *[apart] * 3]

    def write(writer: int) -> None:
        chance = Random(writer)
        try:
            for round_ in range(ROUNDS):
                try:
                    works[writer](chance, writer, round_)
                except DomainError as refused:
                    codes.add(refused.code)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        for future in [pool.submit(write, writer) for writer in range(WRITERS)]:
            future.result(100)
    # What another has just done cannot be done again; anything else is a fault.
    assert codes <= {"same_profile", "unknown_profile", "already_undone", "merged_again"}
    assert sorted(Event.objects.values_list("event_id", flat=True)) == sorted(sent)
    people = set(Profile.objects.values_list("id", flat=True))
    for owners in (Event.objects, Identity.objects, Enrollment.objects):
        assert set(owners.values_list("profile_id", flat=True)) <= people
    assert set(ProfileAlias.objects.values_list("profile_id", flat=True)) <= people
    assert people.isdisjoint(ProfileAlias.objects.values_list("id", flat=True))
    for run in Enrollment.objects.all():
        assert run.lane == lane_number(run.profile_id, LANES)
    # Everybody arrives where the events lead: no run was left in a lane that nobody drives for it.
    for lane in range(LANES):
        world.lane = Lane(world.workspace.id, lane)
        world.tick(T0 + timedelta(days=3))
        world.tick(T0 + timedelta(days=5))
    assert not Enrollment.objects.filter(ended_at=None).exists()
