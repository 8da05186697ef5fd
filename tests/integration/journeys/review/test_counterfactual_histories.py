"""Any valid graph and any history: the unedited version, simulated from the entries alone, gives the recorded paths."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from profiles.models import Profile
from tests.fixtures.counterfactuals import counterfactual, known_before
from tests.fixtures.random_graphs import HAPPENINGS, valid_graphs
from tests.fixtures.reality import Reality
from tests.fixtures.world import DAY, MINUTE, T0, World

END = T0 + 45 * DAY


@pytest.mark.django_db
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(graph=valid_graphs(alone=True), happenings=st.lists(HAPPENINGS, min_size=3, max_size=3), delivered=st.booleans())
def test_the_record_is_what_the_simulation_gives(
    db: None, graph: dict[str, Any], happenings: list[Any], delivered: bool
) -> None:
    with transaction.atomic():
        _lived_and_simulated(graph, happenings, delivered)
        transaction.set_rollback(True)


def _lived_and_simulated(graph: dict[str, Any], happenings: list[Any], delivered: bool) -> None:
    world = World()
    world.sms()
    journey = world.journey(graph)
    people = [
        world.person(phone="+8613800000001", b0="yes", birthday="2026-03-20"),
        world.person(phone="+8613800000002", b1="yes", visit="2026-01-01"),
        world.person(birthday="never"),
    ]
    known_before(world)
    world.enrolled(journey, *people)
    reality = Reality(world, journey, 5 * MINUTE if delivered else None)
    for person, of_person in zip(people, happenings, strict=True):
        for number, (after, name, amount) in enumerate(of_person):
            # Never two at one instant: which came first is known to their ids alone.
            at = T0 + after * MINUTE + timedelta(seconds=1 + number)
            reality.plan(at, partial(world.happen, person, name, at, amount=amount))
    # A loop of short waits would go on for as long as time does.
    end = reality.run(END, most=60)
    for from_entry in (False, True):
        found = counterfactual(world, journey, graph, end, from_entry=from_entry)
        assert found.tally.exceptions == {}
        assert found.differing == []
        assert (found.tally.runs, found.tally.recorded) == (3, found.tally.simulated)
    assert Profile.objects.filter(workspace=world.workspace).count() == 3
