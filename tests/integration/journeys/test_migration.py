"""People inside a journey are moved to its live version: who, to where, and what they then do."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_app.models import Message
from journeys.api.enrollment_texts import names_of_version, text_of
from journeys.models import InboxEntry, Journey, JourneyChange
from journeys.projections.rebuild import rebuild
from journeys.review.counts import counts
from journeys.runtime import drafts, publish
from journeys.runtime.leaving import retry_enrollment
from journeys.runtime.migrating import Preview, migrate, preview
from tests.fixtures.graphs import GOAL, graph, leave, send, wait, wait_for
from tests.fixtures.random_graphs import HAPPENINGS, valid_graphs
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World
from workspaces.errors import DomainError

OLD = {"rest": wait("P2D"), "end": leave("old")}
NEW = {"rest": wait("P9D"), "more": wait("P1D"), "end": leave("new")}


def edit(world: World, journey: Journey, changed: dict[str, Any], at: Any = T0) -> Journey:
    """Publish another graph of a journey."""
    journey.refresh_from_db()
    stored = drafts.save_draft(journey, revision=journey.revision, graph=changed)
    publish.publish(stored, None, at)
    journey.refresh_from_db()
    return journey


def tell(world: World, message: Message, state: str, at: datetime) -> None:
    """What the provider reports about a message."""
    assert message.enrollment_id is not None
    InboxEntry.objects.create(
        workspace_id=world.workspace.id,
        lane=0,
        enrollment_id=message.enrollment_id,
        kind="message",
        name=state,
        ref=message.pk,
        occurred_at=at,
    )


def told(shown: Preview) -> set[tuple[str, int, str | None, str]]:
    return {(row.node, row.people, row.target, row.code) for row in shown.rows}


def test_a_person_who_waits_keeps_the_due_time_and_goes_on_as_the_new_version_says(world: World) -> None:
    journey = world.journey(graph(OLD, ["start -> rest", "rest -> end"]))
    (run,) = world.enrolled(journey, world.person())
    world.tick(T0)
    edit(world, journey, graph(NEW, ["start -> rest", "rest -> more", "more -> end"]))
    assert told(preview(journey)) == {("rest", 1, "rest", "kept")}
    assert migrate(journey, now=T0 + HOUR) == (1, 0)
    assert (run.state, run.due_at, run.row.version_id) == ("waiting", T0 + 2 * DAY, journey.live_version_id)
    assert text_of(run.last("migrated"), names_of_version(str(journey.live_version_id)), "UTC") == (
        "迁移到版本 2，从“等待 rest”到“等待 rest”"
    )
    world.verify()
    world.tick(T0 + 2 * DAY)
    assert run.node == "more"
    world.tick(T0 + 3 * DAY)
    assert run.last("exited").data["reason"] == "new"


def test_a_person_who_waits_for_an_event_is_woken_by_the_one_that_the_new_version_names(world: World) -> None:
    nodes = {"news": wait_for("order_paid", timeout="P2D"), "yes": leave("yes"), "no": leave("no")}
    journey = world.journey(graph(nodes, ["start -> news", "news.order_paid -> yes", "news.timeout -> no"]))
    (run,) = world.enrolled(journey, world.person())
    world.tick(T0)
    nodes["news"] = wait_for("visited", timeout="P9D")
    edit(world, journey, graph(nodes, ["start -> news", "news.visited -> yes", "news.timeout -> no"], goals=[GOAL]))
    migrate(journey, now=T0 + HOUR)
    profile = run.row.profile_id
    world.happen(profile, "order_paid", T0 + 2 * HOUR, amount=9)
    world.tick(T0 + 2 * HOUR)
    assert (run.state, len(world.conversions())) == ("waiting", 1)
    world.happen(profile, "visited", T0 + 3 * HOUR)
    world.tick(T0 + 3 * HOUR)
    assert run.node == "yes"


def test_who_would_wait_for_ever_enters_a_wait_that_has_a_time_out_now(world: World) -> None:
    nodes = {"news": wait_for("order_paid", timeout=None), "no": leave("no")}
    journey = world.journey(graph(nodes, ["start -> news", "news.order_paid -> no"]))
    (run,) = world.enrolled(journey, world.person())
    world.tick(T0)
    nodes["news"] = wait_for("order_paid", timeout="P1D")
    edit(world, journey, graph(nodes, ["start -> news", "news.timeout -> no", "news.order_paid -> no"]))
    assert told(preview(journey)) == {("news", 1, "news", "entered")}
    migrate(journey, now=T0 + DAY)
    world.tick(T0 + DAY)
    assert run.due_at == T0 + 2 * DAY
    world.tick(T0 + 2 * DAY)
    assert run.node == "no"


def test_who_cannot_move_stays_and_the_preview_says_why(world: World) -> None:
    world.sms()
    nodes = {"text": send(), "end": leave()}
    journey = world.journey(graph(nodes, ["start -> text", "text -> end", "text.blocked -> end"]))
    (run,) = world.enrolled(journey, world.person(phone="13800000000"))
    world.tick(T0)
    edit(world, journey, graph(nodes, ["start -> text", "text -> end"]))
    assert told(preview(journey)) == {("text", 1, None, "fate_not_awaited")}
    assert migrate(journey, now=T0 + HOUR) == (0, 1)
    nodes["text"] = send(**{"await": {"for": "delivered", "timeout": "P1D"}})
    edit(world, journey, graph(nodes, ["start -> text", "text.success -> end", "text.timeout -> end"]))
    assert told(preview(journey)) == {("text", 1, None, "no_end")}
    assert (run.state, run.node, run.all("migrated")) == ("waiting", "text", [])


def test_what_becomes_of_a_message_follows_the_person_to_the_node_that_now_awaits_it(world: World) -> None:
    world.sms()
    nodes = {"text": send(**{"await": {"for": "accepted", "timeout": "P2D"}}), "end": leave()}
    journey = world.journey(graph(nodes, ["start -> text", "text.success -> end"]))
    (run,) = world.enrolled(journey, world.person(phone="13800000000"))
    world.tick(T0)
    (message,) = world.messages()
    nodes = {"sms": send(**{"await": {"for": "delivered", "timeout": "P9D"}}), "end": leave("heard")}
    edit(world, journey, graph(nodes, ["start -> sms", "sms.success -> end"]))
    migrate(journey, mapping={"text": "sms"}, now=T0 + HOUR)
    world.verify()
    assert (run.node, run.due_at, len(world.messages())) == ("sms", T0 + 2 * DAY, 1)
    for state, node in (("accepted", "sms"), ("delivered", "end")):
        tell(world, message, state, T0 + HOUR)
        world.tick(T0 + HOUR)
        assert run.node == node


def test_the_mapping_takes_people_from_a_node_that_is_gone_to_another_or_keeps_them(world: World) -> None:
    nodes = {"a": wait("P1D"), "b": wait_for("x", timeout="P1D"), "c": leave()}
    journey = world.journey(graph(nodes, ["start -> a", "a -> b", "b.timeout -> c"]))
    runs = world.enrolled(journey, *world.people(3))
    world.tick(T0)
    edit(world, journey, graph({"b": wait("P5D"), "z": leave("z")}, ["start -> b", "b -> z"]))
    assert told(preview(journey)) == {("a", 3, None, "node_gone")}
    assert told(preview(journey, mapping={"a": None})) == {("a", 3, None, "kept_back")}
    assert told(preview(journey, mapping={"a": "b"})) == {("a", 3, "b", "kept")}
    world.tick(T0 + DAY)
    assert told(preview(journey)) == {("b", 3, None, "type_changed")}
    assert told(preview(journey, mapping={"b": "b"})) == {("b", 3, "b", "entered")}
    assert migrate(journey, mapping={"b": "z"}, now=T0 + DAY, at_once=2) == (3, 0)
    world.tick(T0 + DAY)
    assert {run.last("exited").data["reason"] for run in runs} == {"z"}


def test_a_failed_person_moves_and_stays_failed_until_retried(world: World) -> None:
    world.sms(body="${n}")
    failing = send(params={"n": "{{ profile.visits | divided_by: profile.none }}"})
    journey = world.journey(graph({"sms": failing}, ["start -> sms"]))
    (run,) = world.enrolled(journey, world.person(phone="13800000000", visits=4, none=0))
    world.tick(T0)
    while (due := run.due_at) is not None:
        world.tick(due)
    node = run.node
    edit(world, journey, graph({node: wait("P1D")}, [f"start -> {node}"]))
    assert told(preview(journey)) == {(node, 1, None, "type_changed")}
    migrate(journey, mapping={node: node}, now=T0 + DAY)
    assert (run.state, run.due_at, run.row.version_id) == ("failed", None, journey.live_version_id)
    world.verify()
    retry_enrollment(run.row, T0 + DAY)
    world.tick(T0 + DAY)
    assert (run.state, run.due_at) == ("waiting", T0 + 2 * DAY)


def test_the_people_at_a_node_are_counted_once_before_and_after(world: World) -> None:
    journey = world.journey(graph(OLD, ["start -> rest", "rest -> end"]))
    world.enrolled(journey, *world.people(3))
    world.tick(T0)
    edit(world, journey, graph(NEW, ["start -> rest", "rest -> more", "more -> end"]))
    before = counts(journey)["nodes"]["rest"]
    migrate(journey, now=T0)
    assert counts(journey)["nodes"]["rest"] == before
    assert before["waiting"] == before["entered"] == 3


def test_everything_is_rebuilt_with_the_versions_that_the_log_names(world: World) -> None:
    journey = world.journey(graph(OLD, ["start -> rest", "rest -> end"], goals=[GOAL]))
    (run,) = world.enrolled(journey, world.person())
    world.happen(run.row.profile_id, "order_paid", T0, amount=5)
    world.tick(T0)
    first = journey.live_version_id
    edit(world, journey, graph(NEW, ["start -> rest", "rest -> more", "more -> end"]))
    migrate(journey, now=T0)
    world.verify()
    assert {one.version_id for one in world.conversions()} == {first}
    run.row.__class__.objects.filter(pk=run.id).update(version_id=first)
    with pytest.raises(AssertionError):
        world.verify()
    rebuild()
    assert run.row.version_id == journey.live_version_id
    assert {one.version_id for one in world.conversions()} == {first}


def test_a_new_version_published_meanwhile_ends_the_move(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from journeys.runtime import migrating

    journey = world.journey(graph(OLD, ["start -> rest", "rest -> end"]))
    world.enrolled(journey, *world.people(3))
    world.tick(T0)
    edit(world, journey, graph(NEW, ["start -> rest", "rest -> more", "more -> end"]))
    written = migrating._write

    def publish_another(*arguments: Any) -> None:
        written(*arguments)
        publish.publish(Journey.objects.get(pk=journey.pk), None, T0)

    monkeypatch.setattr(migrating, "_write", publish_another)
    with pytest.raises(DomainError) as raised:
        migrate(journey, now=T0, at_once=1)
    assert raised.value.code == "version_changed"
    assert [row.people for row in preview(Journey.objects.get(pk=journey.pk)).rows] == [2, 1]


def test_what_is_no_version_and_no_node_is_refused(world: World) -> None:
    journey = world.journey(graph(OLD, ["start -> rest", "rest -> end"]))
    edit(world, journey, graph(NEW, ["start -> rest", "rest -> more", "more -> end"]))
    other = world.journey(graph(OLD, ["start -> rest", "rest -> end"]))
    refused: list[tuple[dict[str, Any], str]] = [
        ({"versions": [other.live_version_id]}, "unknown_version"),
        ({"versions": [journey.live_version_id]}, "unknown_version"),
        ({"mapping": {"nowhere": "rest"}}, "unknown_node"),
        ({"mapping": {"rest": "nowhere"}}, "unknown_node"),
    ]
    for options, code in refused:
        with pytest.raises(DomainError) as raised:
            preview(journey, **options)
        assert raised.value.code == code


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    old=valid_graphs(alone=True),
    new=valid_graphs(alone=True),
    happenings=HAPPENINGS,
    hours=st.integers(0, 100),
    data=st.data(),
)
def test_the_preview_and_the_move_agree_over_any_graphs(
    db: None, old: dict[str, Any], new: dict[str, Any], happenings: Any, hours: int, data: st.DataObject
) -> None:
    world = World()
    world.sms()
    journey = world.journey(old)
    runs = world.enrolled(journey, *world.people(2), world.person(phone="13800000000"), world.person(city="上海"))
    world.tick(T0)
    for after, name, amount in happenings[:3]:
        world.happen(runs[after % 4].row.profile_id, name, T0 + after * MINUTE, amount=amount)
        world.tick(T0 + after * MINUTE)
    now = T0 + hours * HOUR + (happenings[-1][0] if happenings else 0) * MINUTE
    edit(world, journey, new, T0)
    sources = st.sampled_from([node["id"] for node in old["nodes"]])
    targets = st.none() | st.sampled_from([node["id"] for node in new["nodes"]])
    mapping = data.draw(st.dictionaries(sources, targets, max_size=4))
    shown = preview(journey, mapping=mapping)
    stood = {run.id: (run.node, run.row.ended_at) for run in runs}
    assert migrate(journey, mapping=mapping, now=now, at_once=3) == (shown.movable, shown.staying)
    found: dict[tuple[str, str | None], int] = {}
    for run in runs:
        node, ended = stood[run.id]
        if ended is None:
            moved = run.all("migrated")
            key = (node, moved[0].node if moved else None)
            found[key] = found.get(key, 0) + 1
    said: dict[tuple[str, str | None], int] = {}
    for row in shown.rows:
        said[row.node, row.target] = said.get((row.node, row.target), 0) + row.people
    assert found == said
    world.verify()
    world.tick(now + DAY)
    assert not [run for run in runs if run.all("step_failed")]
    world.verify()
    assert JourneyChange.objects.filter(journey=journey, kind="migrated").count() == 1
