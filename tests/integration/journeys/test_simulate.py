"""A test run gives what the real tick records for the same person, and leaves nothing behind."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from channels_app.models import Message, WebhookCall
from journeys.models import Enrollment, EnrollmentEvent
from journeys.runtime.publish import InvalidGraph
from journeys.runtime.scenario import SimulationError
from journeys.runtime.simulate import simulate
from profiles.models import Event, Profile
from tests.fixtures.graphs import GOAL, ab, attribute, graph, leave, on_event, send, split, wait, wait_for, webhook
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World

IDS = {"event_ref", "message", "entered_at"}
BOUGHT = {"op": "event", "name": "order_paid", "cmp": "gte", "value": 1, "since_enrollment": True}
VISITED = {"op": "event", "name": "visited", "within": "P1D"}
NODES = {
    "start": on_event("visited"),
    "wait": wait("PT30M"),
    "city": split(sh={"op": "and", "args": [attribute("city", "上海"), VISITED]}, buyer=BOUGHT),
    "test": ab(a=50, b=50),
    "sms_a": send(params={"name": "{{ profile.name }}", "page": "{{ event.page }}"}),
    "sms_b": send(),
    "order": wait_for("order_paid", timeout="P2D", look_back="PT1H"),
    "evening": ("wait", {"for": "PT1H", "window": {"days": [3, 5], "from": "22:00", "to": "02:00"}}),
    "bought": ("goal", {"goal": "marked"}),
    "end": leave("done"),
}
EDGES = [
    "start -> wait",
    "wait -> city",
    "city.sh -> test",
    "city.buyer -> order",
    "city.else -> order",
    "test.a -> sms_a",
    "test.b -> sms_b",
    "sms_a -> order",
    "sms_b -> order",
    "order.order_paid -> bought",
    "order.timeout -> evening",
    "evening -> end",
    "bought -> end",
]
GOALS = [GOAL, {"id": "marked", "name": "标记"}]


def plain(events: list[tuple[str, datetime, str, dict[str, Any]]]) -> list[tuple[Any, ...]]:
    """Kind, instant, node and data, without ids."""
    return [
        (kind, at, node, {key: value for key, value in data.items() if key not in IDS})
        for kind, at, node, data in events
    ]


def compare(
    world: World, graph_: dict[str, Any], attributes: dict[str, Any], events: list[tuple[timedelta, str]]
) -> str:
    """Let the same happen in a test run and in a real one, and return the state that both end in."""
    journey = world.journey(graph_)
    person = world.person(phone="13800000000", **attributes)
    simulated = simulate(
        world.workspace,
        {
            "profile": {"id": str(person), "attributes": attributes, "identities": {"phone": "+8613800000000"}},
            "start": T0.isoformat(),
            "entry": {"event": "visited", "properties": {"page": "home"}},
            "events": [
                {"after": f"PT{int(after.total_seconds())}S", "name": name, "properties": {"amount": 5}}
                for after, name in events
            ],
            "until": "P30D",
        },
        journey,
    )
    world.happen(person, "visited", T0, page="home")
    due = world.tick(T0).next_due
    agenda = sorted(events)
    while agenda or due is not None:
        if agenda and (due is None or T0 + agenda[0][0] <= due):
            after, name = agenda.pop(0)
            world.happen(person, name, now := T0 + after, amount=5)
        else:
            assert due is not None
            now = due
        due = world.tick(now).next_due
    run = world.run(journey, person)
    real = plain([(event.kind, event.at, event.node, event.data) for event in run.events])
    told = plain(
        [(e["kind"], datetime.fromisoformat(e["at"]), e["node"], dict(e["data"])) for e in simulated["events"]]
    )
    assert told == real
    assert [m["rendered"]["params"] for m in simulated["messages"]] == [m.params for m in world.messages()]
    assert simulated["status"] == run.state
    return run.state


@pytest.mark.parametrize("city", ["上海", "杭州"])
@pytest.mark.parametrize(
    "events",
    [
        [],
        [(HOUR, "order_paid")],
        [(10 * MINUTE, "order_paid")],
        [(30 * MINUTE, "order_paid")],
        [(2 * DAY + 30 * MINUTE, "order_paid")],
        [(2 * DAY + 30 * MINUTE + MINUTE, "order_paid")],
        [(HOUR, "visited"), (HOUR, "order_paid"), (3 * DAY, "order_paid")],
    ],
)
def test_a_test_run_is_what_the_tick_records(world: World, city: str, events: list[tuple[timedelta, str]]) -> None:
    world.sms()
    state = compare(world, graph(NODES, EDGES, goals=GOALS), {"city": city, "name": "王芳"}, events)
    assert state == "exited"


def test_the_entry_event_does_not_satisfy_a_simulated_wait(world: World) -> None:
    nodes = {"start": on_event("visited"), "again": wait_for("visited", look_back="P1D", timeout="PT1H"), "no": leave()}
    state = compare(world, graph(nodes, ["start -> again", "again.timeout -> no"]), {}, [])
    assert state == "exited"


def test_an_exit_goal_ends_a_simulated_wait_that_day(world: World) -> None:
    nodes = {"start": on_event("visited"), "long": wait("P30D")}
    graph_ = graph(nodes, ["start -> long"], goals=[{**GOAL, "exit": True}])
    assert compare(world, graph_, {}, [(DAY, "order_paid"), (2 * DAY, "order_paid")]) == "converted_exit"


def test_nothing_is_sent_and_nothing_is_stored(world: World) -> None:
    script = {
        "graph": graph(
            {"sms": send(template={"text": "您好 {{ profile.name }}"}), "end": leave()}, ["start -> sms", "sms -> end"]
        ),
        "profile": {"attributes": {"name": "王芳"}, "identities": {"phone": "+8613800000000"}},
        "start": T0.isoformat(),
    }
    result = simulate(world.workspace, script)
    assert (result["status"], result["messages"][0]["rendered"]["text"]) == ("exited", "您好 王芳")
    assert result["messages"][0]["state"] == "accepted"
    for model in (Enrollment, EnrollmentEvent, Message, Profile, Event):
        assert not model.objects.exists()


def test_the_same_script_gives_the_same_run(world: World) -> None:
    script = {
        "graph": graph(NODES, EDGES, goals=GOALS),
        "profile": {"attributes": {"city": "上海"}, "identities": {"phone": "+8613800000000"}},
        "start": T0.isoformat(),
        "entry": {"event": "visited"},
    }
    assert simulate(world.workspace, script) == simulate(world.workspace, script)


def test_scripted_receipts_decide_an_await(world: World) -> None:
    awaiting = {"for": "delivered", "timeout": "PT1H"}
    nodes = {"sms": send(template={"text": "x"}, **{"await": awaiting}), "yes": leave(), "no": leave(), "late": leave()}
    edges = ["start -> sms", "sms.success -> yes", "sms.failure -> no", "sms.timeout -> late"]
    for outcome, after, node in (("delivered", "PT1M", "yes"), ("failed", "PT1M", "no"), ("delivered", "PT2H", "late")):
        script = {
            "graph": graph(nodes, edges),
            "profile": {"identities": {"phone": "+8613800000000"}},
            "start": T0.isoformat(),
            "receipts": [{"node": "sms", "outcome": outcome, "after": after}],
        }
        assert simulate(world.workspace, script)["events"][-1]["node"] == node


def test_a_message_without_consent_is_shown_as_blocked(world: World) -> None:
    script = {
        "graph": graph({"sms": send(template={"text": "x"}, purpose="marketing")}, ["start -> sms"]),
        "profile": {"identities": {"phone": "+8613800000000"}},
        "start": T0.isoformat(),
    }
    (message,) = simulate(world.workspace, script)["messages"]
    assert (message["state"], message["reason"]) == ("blocked", "no_consent")


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"start": "yesterday"}, "start"),
        ({"start": "2026-03-02T02:00:00"}, "start"),
        ({"events": [{"after": "soon", "name": "x"}]}, "events.0.after"),
        ({"events": [{"after": "P9999Y", "name": "x"}]}, "events.0.after"),
        ({"until": "P9999Y"}, "until"),
        ({"events": [{"name": "x"}]}, "events.0.after"),
        ({"profile": {"history": [{"at": "x", "name": "y"}]}}, "profile.history.0.at"),
        ({"unknown": 1}, "unknown"),
        ({"entry": {"properties": []}}, "entry.properties"),
        ({"profile": 7}, "profile"),
    ],
)
def test_a_malformed_script_is_refused_with_its_place(world: World, change: dict[str, Any], attr: str) -> None:
    script = {"graph": graph({"end": leave()}, ["start -> end"]), "start": T0.isoformat(), **change}
    with pytest.raises(SimulationError) as raised:
        simulate(world.workspace, script)
    assert raised.value.attr == attr


def test_a_graph_with_errors_is_not_run(world: World) -> None:
    with pytest.raises(InvalidGraph):
        simulate(world.workspace, {"graph": graph({"end": leave()}, [])})


def test_a_loop_that_never_ends_is_stopped(world: World) -> None:
    nodes = {"tick": wait("PT1S"), "tock": wait("PT1S")}
    script = {"graph": graph(nodes, ["start -> tick", "tick -> tock", "tock -> tick"]), "until": "P365D"}
    with pytest.raises(SimulationError) as raised:
        simulate(world.workspace, script)
    assert raised.value.code == "too_long"


WEBHOOK_NODES = {"call": webhook(url="http://127.0.0.1:1/", save_as="crm"), "good": leave(), "bad": leave()}
WEBHOOK_EDGES = ["start -> call", "call.success -> good", "call.failure -> bad"]


@pytest.mark.parametrize(
    ("receipts", "end", "at"),
    [
        ([], "good", T0),
        ([{"node": "call", "outcome": "success", "after": "PT1M"}], "good", T0 + MINUTE),
        ([{"node": "call", "outcome": "failure", "after": "PT1H"}], "bad", T0 + HOUR),
    ],
)
def test_a_webhook_is_not_called_and_comes_out_as_scripted(
    world: World, receipts: list[Any], end: str, at: datetime
) -> None:
    graph_ = graph(WEBHOOK_NODES, WEBHOOK_EDGES)
    result = simulate(world.workspace, {"graph": graph_, "start": T0.isoformat(), "receipts": receipts})
    assert (result["status"], result["events"][-1]["node"]) == ("exited", end)
    assert result["events"][-1]["at"] == at.isoformat()
    assert result["messages"] == []
    assert not WebhookCall.objects.exists()


def test_a_scripted_answer_is_remembered(world: World) -> None:
    nodes = {
        "call": webhook(save_as="crm"),
        "sms": send(template={"text": "{{ event.crm.level }} {{ event.page }}"}, params={}),
    }
    receipt = {"node": "call", "outcome": "success", "after": "PT1M", "answer": {"level": "金"}}
    result = simulate(
        world.workspace,
        {
            "graph": graph(nodes, ["start -> call", "call.success -> sms"]),
            "profile": {"identities": {"phone": "13800000000"}},
            "entry": {"api": {"properties": {"page": "home"}}},
            "receipts": [receipt],
        },
    )
    assert [message["rendered"]["text"] for message in result["messages"]] == ["金 home"]


def test_rules_of_a_test_run_see_what_the_run_did(world: World) -> None:
    """Values are held since the run wrote them, and its messages count from when they came so far."""
    read = {"op": "message", "channel": "sms", "outcome": "delivered", "within": "P2D"}
    held = {"op": "held", "key": "level", "value": "gold", "for": "P1D"}
    always = {"op": "held", "key": "city", "value": "上海", "for": "P90D"}
    nodes = {
        "level": ("update", {"set": {"level": "gold"}}),
        "sms": send(),
        "rest": wait("P1D"),
        "split": split(both={"op": "and", "args": [read, held, always]}),
        "more": wait("P1D"),
        "late": split(none={"op": "not", "arg": read}),
        "yes": leave("yes"),
        "no": leave("no"),
    }
    edges = ["start -> level", "level -> sms", "sms -> rest", "rest -> split", "split.both -> more", "split.else -> no"]
    edges += ["more -> late", "late.none -> yes", "late.else -> no"]
    script = {
        "graph": graph(nodes, edges),
        "profile": {"attributes": {"city": "上海"}, "identities": {"phone": "+8613800000001"}},
        "start": T0.isoformat(),
        "entry": {"api": {}},
        "receipts": [{"node": "sms", "outcome": "delivered", "after": "PT0S"}],
    }
    result = simulate(world.workspace, script)
    assert result["events"][-1]["data"]["reason"] == "yes", result["events"]
