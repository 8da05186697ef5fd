"""Conversions of the runs that a page asks for, and a goal that an event and a node of the same run both say."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from journeys.dashboard.converted import converted
from journeys.dashboard.period import period_of
from journeys.models import Journey
from journeys.review.credits.choosing import chosen
from journeys.review.credits.report import conversions
from journeys.review.paths.filters import ALL, Filters
from journeys.review.paths.freshness import freshness
from journeys.review.paths.refreshing import refresh
from journeys.review.summary import review
from tests.fixtures.graphs import graph, send, wait, wait_for
from tests.fixtures.world import HOUR, T0, World

GOAL = {"id": "bought", "name": "bought", "event": "order_paid", "window": "P7D", "value": "amount", "primary": True}


def goal_of(journey: Journey, filters: Filters = ALL) -> dict[str, Any]:
    found: dict[str, Any] = conversions(journey, chosen(journey.workspace_id, filters))["goals"][0]
    return found


@pytest.mark.parametrize(("channel", "people"), [("sms", 1), ("email", 0)])
def test_a_channel_means_the_runs_for_which_it_was_asked(world: World, channel: str, people: int) -> None:
    world.sms()
    journey = world.journey(graph({"sms": send(), "rest": wait("P1D")}, ["start -> sms", "sms -> rest"], goals=[GOAL]))
    person = world.person(phone="13800138000")
    world.enrolled(journey, person)
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR, amount=99)
    refresh(journey.pk, T0 + 2 * HOUR)
    assert goal_of(journey, Filters(channel=channel))["people"] == people


@pytest.mark.parametrize("buys", [True, False])
def test_a_goal_node_says_again_what_an_event_has_said(world: World, buys: bool) -> None:
    nodes = {"paid": wait_for("order_paid"), "mark": ("goal", {"goal": "bought"}), "rest": wait("P9D")}
    edges = ["start -> paid", "paid.order_paid -> mark", "paid.timeout -> mark", "mark -> rest"]
    journey = world.journey(graph(nodes, edges, goals=[GOAL]))
    person = world.person()
    world.enrolled(journey, person)
    world.tick(T0)
    if buys:
        world.happen(person, "order_paid", T0 + HOUR, amount=99)
    for hours in (1, 25):
        world.tick(T0 + hours * HOUR)
    refresh(journey.pk, T0 + 26 * HOUR)
    row = review(journey, freshness(journey.pk))["goals"][0]
    week = converted(journey.workspace_id, period_of(T0 + 26 * HOUR, ZoneInfo("UTC")), "UTC").total
    assert (goal_of(journey)["conversions"], row["conversions"], week.conversions) == (1, 1, 1)
    assert row["value"] == ("99.0000" if buys else "0")
