"""Exit rules over the person's data: at every step, whenever the data change, and before every send."""

from typing import Any

from channels_app.ports import PendingSend
from journeys.runtime.exit_veto import ExitVeto
from profiles.identity_values import normalise
from profiles.person_changes import PersonChange
from profiles.upsert import upsert
from tests.fixtures.graphs import GOAL, attribute, graph, leave, send, wait, wait_for
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World

LEFT = PersonChange({"status": "gone"})
GONE = attribute("status", "gone")
PAID = {"op": "event", "name": "order_paid", "cmp": "gte", "value": 1, "within": "P1D"}


def journey_of(world: World, nodes: dict[str, Any], edges: list[str], *rules: dict[str, Any], **settings: Any) -> Any:
    return world.journey(graph(nodes, edges, exit_rules=[{"rule": rule} for rule in rules], **settings))


def test_a_change_of_the_person_ends_the_wait_at_once(world: World) -> None:
    journey = journey_of(world, {"rest": wait("P30D"), "end": leave()}, ["start -> rest", "rest -> end"], PAID, GONE)
    person = world.person(status="here")
    (run,) = world.enrolled(journey, person)
    world.tick(T0)
    assert run.state == "waiting"
    upsert(world.workspace, [normalise("member_id", str(person))], LEFT, [], T0 + HOUR)
    assert world.inbox() == 1
    world.tick(T0 + DAY)
    assert run.state == "exited"
    (event,) = run.all("exited")
    assert (event.data["reason"], event.data["rule"]) == ("exit_rule", 1)
    assert ["attribute", "status", "gone"] in event.data["values"]


def test_an_event_that_a_rule_counts_ends_the_path(world: World) -> None:
    journey = journey_of(world, {"rest": wait("P30D")}, ["start -> rest"], PAID)
    (run,) = world.enrolled(journey, person := world.person())
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR)
    world.tick(T0 + HOUR)
    assert run.state == "exited"


def test_a_goal_comes_before_an_exit_rule(world: World) -> None:
    journey = journey_of(world, {"rest": wait("P30D")}, ["start -> rest"], PAID, goals=[{**GOAL, "exit": True}])
    (run,) = world.enrolled(journey, person := world.person())
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR, amount=5)
    world.tick(T0 + HOUR)
    assert run.state == "converted_exit"
    assert len(world.conversions()) == 1


def test_who_matches_at_the_start_gets_no_message(world: World) -> None:
    world.sms()
    journey = journey_of(world, {"sms": send()}, ["start -> sms"], GONE)
    gone, here = world.person(status="gone", phone="+8613800000001"), world.person(phone="+8613800000002")
    runs = world.enrolled(journey, gone, here)
    world.tick(T0)
    assert [run.state for run in runs] == ["exited", "completed"]
    assert [message.profile_id for message in world.messages()] == [here]


def test_a_rule_that_time_has_made_true_stops_a_held_message_at_the_send(world: World) -> None:
    # True for whoever has not been seen for an hour.
    unseen = {"op": "not", "arg": {"op": "event", "name": "seen", "within": "PT1H"}}
    world.sms()
    nodes = {"sms": send(), "order": wait_for("order_paid", timeout="P1D")}
    journey = journey_of(world, nodes, ["start -> sms", "sms -> order"], unseen)
    person = world.person(phone="+8613800000001")
    world.happen(person, "seen", T0)
    (run,) = world.enrolled(journey, person)
    world.tick(T0)
    (message,) = world.messages()
    sends = [PendingSend(message.pk, run.id, "sms")]
    assert ExitVeto().vetoed(world.workspace.id, sends, T0 + MINUTE) == {}
    assert ExitVeto().vetoed(world.workspace.id, sends, T0 + 2 * HOUR) == {message.pk: "exited"}


def test_a_rule_that_cannot_be_asked_fails_its_own_people_only(world: World) -> None:
    journey = journey_of(world, {"rest": wait("P1D")}, ["start -> rest"], GONE)
    other = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
    person = world.person()
    (run,) = world.enrolled(journey, person)
    (unharmed,) = world.enrolled(other, person)
    from journeys.runtime.facts import PostgresFacts

    def broken(*_: object) -> None:
        raise RuntimeError("no answer")

    real = PostgresFacts.exits
    PostgresFacts.exits = broken  # type: ignore[method-assign,assignment]
    try:
        world.tick(T0)
    finally:
        PostgresFacts.exits = real  # type: ignore[method-assign]
    assert unharmed.state == "waiting"
    assert run.kinds[-1] == "step_failed"
    world.tick(T0 + MINUTE)
    assert run.state == "waiting"


def test_nobody_outside_such_a_version_is_told_of_changes(world: World) -> None:
    world.enrolled(world.journey(graph({"rest": wait("P1D")}, ["start -> rest"])), person := world.person())
    upsert(world.workspace, [normalise("member_id", str(person))], LEFT, [], T0 + HOUR)
    assert world.inbox() == 0
