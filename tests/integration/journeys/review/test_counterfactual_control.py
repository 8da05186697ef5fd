"""The unedited version against the record: nobody's path may be another."""

from functools import partial

import pytest

from tests.fixtures.counterfactuals import counterfactual, known_before
from tests.fixtures.forecasts import crowd_of, full_graph
from tests.fixtures.reality import Reality
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World


@pytest.mark.parametrize("delivered", [True, False])
def test_the_unedited_graph_gives_everybody_their_recorded_path(world: World, delivered: bool) -> None:
    world.sms(purpose="marketing")
    crowd = crowd_of(world)
    known_before(world)
    journey = world.journey(full_graph())
    world.enrolled(journey, *crowd)
    reality = Reality(world, journey, 5 * MINUTE if delivered else None)
    for number, person in enumerate(crowd):
        for name, after in (("page_view", 2), ("order_paid", 26), ("member_paid", 30), ("unsubscribed", 35)):
            if (number + after) % 3 == 0:
                at = T0 + after * HOUR + number * MINUTE
                reality.plan(at, partial(world.happen, person, name, at))
    reality.run(T0 + 10 * DAY)
    for from_entry in (False, True):
        found = counterfactual(world, journey, full_graph(), T0 + 10 * DAY, from_entry=from_entry)
        assert found.differing == []
        assert (found.tally.people, found.tally.runs, found.tally.like) == (40, 40, 40)
        assert found.tally.followed == (0 if from_entry else 40)
        assert found.tally.recorded == found.tally.simulated
        assert found.tally.recorded.sends
