"""A person whose step fails is isolated, retried, and kept visible; nobody else is late."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from journeys.models import JourneyVersion
from journeys.runtime.leaving import exit_enrollment, retry_enrollment
from journeys.runtime.walk import RETRY_DELAYS
from tests.fixtures.graphs import GOAL, attribute, graph, leave, send, split, wait
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, Run, World
from workspaces.errors import DomainError

BAD_LIQUID = "{{ profile.visits | divided_by: profile.none }}"


def failing(world: World, count: int = 1, **settings: Any) -> list[Run]:
    """People whose SMS cannot be rendered, because their attribute `none` is 0, and the last one whose can."""
    world.sms(body="${n}")
    nodes = {"sms": send(params={"n": BAD_LIQUID}), "end": leave("done")}
    journey = world.journey(graph(nodes, ["start -> sms", "sms -> end"], **settings))
    people = [world.person(phone=f"138000000{n:02}", visits=4, none=0) for n in range(count)]
    return world.enrolled(journey, *people, world.person(phone="13900000000", visits=4, none=2))


def test_liquid_that_fails_stops_only_that_person(world: World) -> None:
    *bad, good = failing(world, 2)
    world.tick(T0)
    assert good.state == "exited"
    assert [run.state for run in bad] == ["active", "active"]
    assert [message.params for message in world.messages()] == [{"n": "2"}]


def test_a_failed_step_says_why_and_when_it_is_tried_again(world: World) -> None:
    run, _ = failing(world)
    world.tick(T0)
    event = run.last("step_failed")
    assert event.node == "sms"
    assert event.data == {
        "error": "liquid_error",
        "attempt": 1,
        "retry_at": (T0 + RETRY_DELAYS[0]).isoformat(),
    }
    assert run.due_at == T0 + RETRY_DELAYS[0]


def fail_for_good(world: World, run: Run) -> None:
    world.tick(T0)
    for _delay in RETRY_DELAYS:
        due = run.due_at
        assert due is not None
        world.tick(due)


def test_after_the_last_try_the_person_is_failed_and_stays_so(world: World) -> None:
    run, _ = failing(world)
    fail_for_good(world, run)
    assert (run.state, run.due_at, len(run.all("step_failed"))) == ("failed", None, 1 + len(RETRY_DELAYS))
    world.tick(T0 + 30 * DAY)
    assert len(run.all("step_failed")) == 1 + len(RETRY_DELAYS)


def test_an_operator_retries_a_failed_person_who_then_goes_on(world: World) -> None:
    run, _ = failing(world)
    fail_for_good(world, run)
    world.person()
    with connection.cursor() as cursor:
        cursor.execute("update profiles_profile set attributes = attributes || '{\"none\": 1}'")
    retry_enrollment(run.row, T0 + DAY)
    world.tick(T0 + DAY)
    assert run.state == "exited"


def test_an_operator_may_retry_before_the_next_try(world: World) -> None:
    run, _ = failing(world)
    world.tick(T0)
    retry_enrollment(run.row, T0 + timedelta(seconds=1))
    world.tick(T0 + timedelta(seconds=1))
    assert len(run.all("step_failed")) == 2
    assert _counter(world, "stuck") == 0


def test_a_run_that_has_not_failed_cannot_be_retried(world: World) -> None:
    (run,) = world.enrolled(world.journey(graph({"long": wait("P1D")}, ["start -> long"])), world.person())
    world.tick(T0)
    with pytest.raises(DomainError) as raised:
        retry_enrollment(run.row, T0)
    assert raised.value.code == "wrong_state"


def test_a_failed_person_can_be_removed(world: World) -> None:
    run, _ = failing(world)
    fail_for_good(world, run)
    assert _counter(world, "stuck") == 1
    exit_enrollment(run.row, T0 + DAY)
    assert run.state == "exited"
    assert _counter(world, "stuck") == 0


def test_a_failed_person_still_converts(world: World) -> None:
    run, _ = failing(world, goals=[{**GOAL, "exit": True}])
    fail_for_good(world, run)
    world.happen(run.row.profile_id, "order_paid", T0 + DAY)
    world.tick(T0 + DAY)
    assert run.state == "converted_exit"
    assert len(world.conversions()) == 1


def test_a_goal_that_comes_in_the_tick_of_the_last_failure_is_not_lost(world: World) -> None:
    run, _ = failing(world, goals=[GOAL])
    world.tick(T0)
    for delay in RETRY_DELAYS:
        due = run.due_at
        assert due is not None
        if delay is RETRY_DELAYS[-1]:
            world.happen(run.row.profile_id, "order_paid", due + MINUTE)
        world.tick(due + HOUR)
    assert run.state == "failed"
    assert len(world.conversions()) == 1


@pytest.mark.parametrize(
    "template",
    [
        "{% for i in (1..100000000) %}x{% endfor %}",
        "{% for i in (1..9999) %}{% for j in (1..9999) %}x{% endfor %}{% endfor %}",
        "{{ profile.visits | no_such_filter }}",
        "{{ '%00' | url_decode }}",
    ],
)
def test_no_template_stops_the_lane(world: World, template: str) -> None:
    world.sms(body="${n}")
    nodes = {"city": split(sh=attribute("city", "上海")), "sms": send(params={"n": template}), "end": leave("done")}
    journey = world.journey(graph(nodes, ["start -> city", "city.sh -> sms", "city.else -> end", "sms -> end"]))
    bad, good = world.enrolled(journey, world.person(phone="13800000001", city="上海"), world.person())
    world.tick(T0)
    assert (bad.node, bad.state, good.state) == ("sms", "active", "exited")
    assert bad.last("step_failed").data["attempt"] == 1


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-02T00:00:00+23:59",
        "2026-03-02T00:00:00+99:99",
        "2026-03-02T24:00:00Z",
        "2026-03-02T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1e99",
        "9" * 60 + "e99",
        {"a": [1]},
        [],
        "",
    ],
)
def test_no_value_of_an_attribute_stops_a_split(world: World, value: Any) -> None:
    branches = split(
        instant=attribute("when", "2026-03-02T00:00:00Z", "after"),
        number=attribute("when", 5, "gt"),
        text=attribute("when", "x"),
    )
    nodes = {"when": branches, "end": leave("done")}
    edges = ["start -> when", *(f"when.{name} -> end" for name in ("instant", "number", "text", "else"))]
    runs = world.enrolled(world.journey(graph(nodes, edges)), world.person(when=value), world.person(when="x"))
    world.tick(T0)
    assert [run.state for run in runs] == ["exited", "exited"]


def test_a_version_that_can_no_longer_be_run_stops_only_its_people(world: World) -> None:
    broken = world.journey(graph({"end": leave()}, ["start -> end"]))
    sound = world.journey(graph({"end": leave()}, ["start -> end"]))
    (bad,), (good,) = world.enrolled(broken, world.person()), world.enrolled(sound, world.person())
    JourneyVersion.objects.filter(journey=broken).update(graph={"nodes": [{"id": "x", "type": "gone"}]})
    from journeys.runtime.plans import plan_of

    plan_of.cache_clear()
    world.tick(T0)
    assert (bad.state, good.state) == ("active", "exited")
    assert bad.last("step_failed").data["error"] == "invalid_graph"


@pytest.mark.parametrize("name", ["a\tb", "a\\b", "a\nb", "节点"])
def test_no_name_of_a_node_stops_the_lane(world: World, name: str) -> None:
    from journeys.runtime.publish import InvalidGraph

    try:
        journey = world.journey(graph({name: wait("P1D")}, [f"start -> {name}"]))
    except InvalidGraph:
        assert name != "节点"
        return
    (run,) = world.enrolled(journey, world.person())
    world.tick(T0)
    assert (run.state, run.node) == ("waiting", name)


def _counter(world: World, metric: str) -> int:
    from django.db.models import Sum

    from journeys.models import NodeCounter

    rows = NodeCounter.objects.filter(workspace_id=world.workspace.id, metric=metric)
    return rows.aggregate(total=Sum("value"))["total"] or 0
