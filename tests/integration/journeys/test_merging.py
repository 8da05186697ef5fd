"""People who become one while their journeys run, and who become two again."""

from typing import Any
from uuid import UUID

import pytest

from channels_app.models import Message
from journeys.models import Enrollment, Journey, NodeCounter
from journeys.projections.rebuild import rebuild
from journeys.runtime.enroll import EnrollRequest, enroll_profiles
from journeys.store.lane import lane_number
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.undo import undo
from profiles.models import Identity, ProfileMerge
from tests.fixtures.graphs import GOAL, ab, graph, leave, on_event, send, wait, wait_for
from tests.fixtures.whole_state import whole_state
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, World

NODES = {"order": wait_for("order_paid", timeout="P1D"), "yes": leave("bought"), "no": leave("gave up")}
EDGES = ["start -> order", "order.order_paid -> yes", "order.timeout -> no"]
ALWAYS = {"reentry": {"mode": "always"}}


def two(world: World) -> tuple[UUID, UUID]:
    """Two people who may be one: the first survives, being the older."""
    first, second = world.person(), world.person(phone="13800138000")
    Identity.objects.filter(profile_id=second, type="member_id").update(type="jd_pin")
    return first, second


def merged(world: World, one: UUID, other: UUID, at: Any = T0 + HOUR) -> ProfileMerge:
    return merge_by_hand(world.workspace, one, other, at, None, "")


def counts(journey: Journey) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    assert journey.live_version_id
    for row in NodeCounter.objects.filter(version_id=journey.live_version_id):
        key = (row.node, row.metric)
        found[key] = found.get(key, 0) + row.value
    return {key: value for key, value in found.items() if value}


def test_a_run_goes_on_as_the_survivors_in_the_survivors_lane(world: World) -> None:
    world.workspace.lanes = 7
    world.workspace.save()
    survivor, gone = two(world)
    journey = world.journey(graph(NODES, EDGES))
    (run,) = world.enrolled(journey, gone)
    merged(world, survivor, gone)
    assert (run.row.profile_id, run.row.lane) == (survivor, lane_number(survivor, 7))
    assert run.last("profile_merged").data["from_profile"] == str(gone)
    world.lane = world.lane._replace(number=run.row.lane or 0)
    world.tick(T0 + HOUR)
    world.happen(survivor, "order_paid", T0 + 2 * HOUR)
    world.tick(T0 + 2 * HOUR)
    assert run.node == "yes"


def test_news_that_waits_goes_to_the_survivors_lane_with_the_run(world: World) -> None:
    world.workspace.lanes = 7
    world.workspace.save()
    survivor, gone = two(world)
    journey = world.journey(graph(NODES, EDGES))
    (run,) = world.enrolled(journey, gone)
    world.lane = world.lane._replace(number=run.row.lane or 0)
    world.tick(T0)
    event = world.event(gone, "order_paid", T0 + SECOND)
    world.ingest(
        [
            type(event)(
                **{**{name: getattr(event, name) for name in event.__slots__}, "identities": [("jd_pin", str(gone))]}
            )
        ],
        T0 + SECOND,
    )
    merged(world, survivor, gone)
    world.lane = world.lane._replace(number=lane_number(survivor, 7))
    world.tick(T0 + HOUR)
    assert run.node == "yes"


def test_of_two_runs_of_one_journey_the_earlier_goes_on(world: World) -> None:
    survivor, gone = two(world)
    journey = world.journey(graph(NODES, EDGES))
    (late,) = world.enrolled(journey, survivor, at=T0 + MINUTE)
    (early,) = world.enrolled(journey, gone, at=T0)
    world.tick(T0 + MINUTE)
    merge = merged(world, survivor, gone)
    assert (early.state, late.state) == ("waiting", "exited")
    assert late.last("exited").data == {"reason": "merged", "merge": str(merge.id)}
    world.happen(survivor, "order_paid", T0 + 2 * HOUR)
    world.tick(T0 + 2 * HOUR)
    assert (early.node, late.node) == ("yes", "order")


def test_two_runs_go_on_where_the_journey_allows_several(world: World) -> None:
    survivor, gone = two(world)
    journey = world.journey(graph(NODES, EDGES, entry=ALWAYS))
    runs = world.enrolled(journey, survivor, gone)
    merged(world, survivor, gone)
    assert {run.row.ended_at for run in runs} == {None}


def test_re_entry_counts_both_histories(world: World) -> None:
    survivor, gone = two(world)
    journey = world.journey(graph({"end": leave("done")}, ["start -> end"]))
    world.enrolled(journey, gone)
    world.tick(T0)
    merged(world, survivor, gone)
    result = world.enroll(journey, survivor, at=T0 + DAY)
    assert [one.code for one in result.rejected] == ["already_enrolled"]


def test_the_same_request_for_both_is_one_for_the_survivor(world: World) -> None:
    survivor, gone = two(world)
    journey = world.journey(graph(NODES, EDGES, entry=ALWAYS))
    world.enroll(journey, survivor, gone, key="once")
    before = whole_state("journeys")
    merge = merged(world, survivor, gone)
    world.enroll(journey, survivor, key="once", at=T0 + HOUR)
    assert Enrollment.objects.count() == 2
    undo(world.workspace, merge.id, T0 + HOUR, None)
    after = whole_state("journeys")
    assert [row["idempotency_key"] for row in after["journeys_enrollment"]] == ["once", "once"]
    assert {row["profile_id"] for row in after["journeys_enrollment"]} == {
        row["profile_id"] for row in before["journeys_enrollment"]
    }


def test_an_assignment_stays_with_the_run(world: World) -> None:
    survivor, gone = two(world)
    nodes = {"day": wait("P1D"), "ab": ab(a=50, b=50), "end": leave("x"), "other": leave("y")}
    edges = ["start -> day", "day -> ab", "ab.a -> end", "ab.b -> other"]
    journey = world.journey(graph(nodes, edges))
    (run,) = world.enrolled(journey, gone)
    world.tick(T0)
    merged(world, survivor, gone)
    world.tick(T0 + DAY)
    assert run.row.context["began_as"] == str(gone)
    assert run.state == "exited"  # world.verify decides the variant again, from the log alone


def test_queued_messages_follow_and_a_run_that_ended_sends_nothing_more(world: World) -> None:
    world.sms()
    survivor, gone = two(world)
    Identity.objects.create(workspace=world.workspace, profile_id=survivor, type="phone", value="+8613900139000")
    nodes = {"hello": send(), "day": wait("P1D")}
    journey = world.journey(graph(nodes, ["start -> hello", "hello -> day"]))
    world.enrolled(journey, survivor, at=T0)
    (second,) = world.enrolled(journey, gone, at=T0 + SECOND)
    world.tick(T0 + SECOND)
    merged(world, survivor, gone)
    assert {message.profile_id for message in world.messages()} == {survivor}
    assert second.state == "exited"
    from channels_app.ports import PendingSend
    from journeys.runtime.exit_veto import ExitVeto

    sends = [
        PendingSend(message_id=message.id, enrollment_id=message.enrollment_id, node=message.node)
        for message in world.messages()
        if message.enrollment_id
    ]
    vetoed = ExitVeto().vetoed(world.workspace.id, sends, T0 + HOUR)
    assert [Message.objects.get(id=one).enrollment_id for one in vetoed] == [second.id]


def test_undoing_gives_runs_back_and_ended_ones_go_on(world: World) -> None:
    survivor, gone = two(world)
    journey = world.journey(graph(NODES, EDGES, goals=[GOAL]))
    (early,) = world.enrolled(journey, survivor, at=T0)
    (late,) = world.enrolled(journey, gone, at=T0 + MINUTE)
    world.tick(T0 + MINUTE)
    before, counted = _comparable(), counts(journey)
    merge = merged(world, survivor, gone)
    assert late.state == "exited"
    undo(world.workspace, merge.id, T0 + 2 * HOUR, None)
    assert (late.state, late.row.profile_id, early.row.profile_id) == ("waiting", gone, survivor)
    assert (_comparable(), counts(journey)) == (before, counted)
    world.tick(T0 + DAY + MINUTE)
    assert (early.node, late.node) == ("no", "no")


def test_the_survivors_own_run_that_gave_way_goes_on_again(world: World) -> None:
    survivor, gone = two(world)
    journey = world.journey(graph(NODES, EDGES))
    (early,) = world.enrolled(journey, gone, at=T0)
    (late,) = world.enrolled(journey, survivor, at=T0 + MINUTE)
    world.tick(T0 + MINUTE)
    merge = merged(world, survivor, gone)
    assert (early.state, late.state) == ("waiting", "exited")
    undo(world.workspace, merge.id, T0 + 2 * HOUR, None)
    assert (early.row.profile_id, late.state) == (gone, "waiting")


def test_a_stopped_journey_is_not_gone_on_with(world: World) -> None:
    from journeys.runtime import publish

    survivor, gone = two(world)
    journey = world.journey(graph(NODES, EDGES))
    world.enrolled(journey, survivor)
    (late,) = world.enrolled(journey, gone, at=T0 + MINUTE)
    world.tick(T0 + MINUTE)
    merge = merged(world, survivor, gone)
    publish.stop(journey, "exit", T0 + HOUR)
    undo(world.workspace, merge.id, T0 + 2 * HOUR, None)
    assert (late.state, late.row.profile_id) == ("exited", gone)


def test_rebuilding_from_the_log_knows_of_merges(world: World) -> None:
    survivor, gone = two(world)
    journey = world.journey(graph(NODES, EDGES, goals=[GOAL]))
    world.enrolled(journey, survivor, at=T0)
    world.enrolled(journey, gone, at=T0 + MINUTE)
    world.tick(T0 + MINUTE)
    merge = merged(world, survivor, gone)
    world.happen(survivor, "order_paid", T0 + 2 * HOUR, amount=5)
    world.tick(T0 + 2 * HOUR)
    undo(world.workspace, merge.id, T0 + 3 * HOUR, None)
    world.tick(T0 + 3 * HOUR)
    before = counts(journey)
    rebuild()
    assert counts(journey) == before


def test_an_event_that_joins_two_wakes_the_runs_of_both(world: World) -> None:
    """The merge, the event and what it triggers are one transaction."""
    world.ingest([_named("seen", phone="13800138000"), _named("seen", email="a@x.cn")], T0)
    by_phone, by_mail = _owner("phone", "+8613800138000"), _owner("email", "a@x.cn")
    journey = world.journey(graph({"start": on_event("signup"), **NODES}, EDGES))
    other = world.journey(graph(NODES, EDGES))
    (run,) = world.enrolled(other, by_mail)
    world.tick(T0)
    world.ingest([_named("signup", phone="13800138000", email="a@x.cn")], T0 + SECOND)
    world.ingest([_named("order_paid", email="a@x.cn")], T0 + MINUTE)
    world.tick(T0 + MINUTE)
    assert (run.row.profile_id, run.node) == (by_phone, "yes")
    assert world.run(journey, by_phone).node == "yes"


def test_a_former_id_is_enrolled_as_the_survivor(world: World) -> None:
    survivor, gone = two(world)
    merged(world, survivor, gone)
    journey = world.journey(graph(NODES, EDGES))
    result = enroll_profiles(journey, [EnrollRequest(profile_id=gone)], None, T0 + HOUR)
    assert (result.accepted, Enrollment.objects.get().profile_id) == (1, survivor)


@pytest.mark.parametrize("execution", ["lanes", "per_person"])
def test_runs_with_a_workflow_of_their_own_follow(world: World, execution: str) -> None:
    survivor, gone = two(world)
    journey = world.journey(graph(NODES, EDGES, execution=execution))
    (run,) = world.enrolled(journey, gone)
    merged(world, survivor, gone)
    if execution == "per_person":
        world.tick_of(journey, survivor, T0 + HOUR)
    else:
        world.tick(T0 + HOUR)
    assert (run.state, run.row.profile_id) == ("waiting", survivor)


def _named(name: str, **identities: str) -> Any:
    from profiles.incoming import IncomingEvent

    return IncomingEvent({}, name, list(identities.items()))


def _owner(type_: str, value: str) -> UUID:
    return Identity.objects.get(type=type_, value=value).profile_id


def _comparable() -> dict[str, Any]:
    """The tables of runs but for what a merge and its undoing add to a stream: its length."""
    state = whole_state("journeys", "channels_app")
    del state["journeys_nodecounter"]
    for row in state["journeys_enrollment"]:
        del row["seq"]
    return state
