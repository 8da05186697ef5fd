"""One stimulus at a time: what each node decides, and what ends a path."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from journeys.engine.bucketing import position
from journeys.engine.decision import Branch, Entered, EventArrived, Facts, MessageChanged, SendFacts, TimerFired, Zones
from journeys.engine.enrollment import Enrollment, Event, UnknownEventKind, evolve, fold
from journeys.engine.plan import Plan, compile_plan
from journeys.engine.step import Step, begin, leave, needs, react
from tests.fixtures.graphs import GOAL, ab, graph, send, split, wait, wait_for
from tests.fixtures.graphs import attribute as has
from tests.fixtures.graphs import leave as exit_node

T0 = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = Zones(None, "profile", "Asia/Shanghai")


def plan_of(node: tuple[str, dict[str, Any]], *outcomes: str, **settings: Any) -> Plan:
    """A plan of the start, the node `n`, and an exit behind each of its `outcomes`."""
    nodes = {"n": node} | {f"to {name}": exit_node(name) for name in outcomes}
    return compile_plan(
        "j", "v", graph(nodes, ["start -> n", *(f"n.{name} -> to {name}" for name in outcomes)], **settings)
    )


def at_node(plan: Plan, profile: str = "p", **properties: Any) -> Enrollment:
    blank = Enrollment("e", profile, "j", "v", T0, properties)
    started = begin(blank, plan, T0, {"trigger": "api"})
    return react(plan, started.enrollment, Facts(Entered(), ZONES), T0).enrollment


def step(plan: Plan, enrollment: Enrollment, stimulus: Any = None, now: datetime = T0, **facts: Any) -> Step:
    return react(plan, enrollment, Facts(stimulus or Entered(), ZONES, **facts), now)


def came_to(result: Step) -> str:
    return result.enrollment.node.removeprefix("to ")


def event(name: str = "paid", after: timedelta = HOUR, **properties: Any) -> EventArrived:
    return EventArrived(name, properties, T0 + after, f"ref of {name}")


def test_a_wait_ends_at_its_time() -> None:
    plan = plan_of(wait("P1D"), "next")
    waiting = step(plan, at_node(plan)).enrollment
    assert (waiting.state, waiting.due_at) == ("waiting", T0 + DAY)
    late = step(plan, waiting, TimerFired(T0 + DAY), T0 + 2 * DAY)
    assert came_to(late) == "next"
    assert late.enrollment.since == T0 + DAY


def test_a_wait_does_not_hear_of_events_and_messages() -> None:
    plan = plan_of(wait("P1D"), "next")
    waiting = step(plan, at_node(plan)).enrollment
    for stimulus in (event(), MessageChanged("m", "read", T0)):
        assert step(plan, waiting, stimulus, T0 + HOUR) == Step(waiting, ())


def test_a_window_that_is_open_lets_people_through_and_says_in_which_zone() -> None:
    plan = plan_of(("wait", {"window": {"from": "09:00", "to": "21:00"}}), "next")
    passed = step(plan, at_node(plan))
    assert came_to(passed) == "next"
    assert passed.events[0].data == {"reason": "nothing_to_wait_for", "zone": "Asia/Shanghai"}


def test_a_wait_for_an_event_asks_for_the_past_only_with_look_back() -> None:
    for config, asked in (({}, False), ({"look_back": "P1D"}, True)):
        plan = plan_of(wait_for("paid", **config), "paid")
        assert bool(needs(plan, at_node(plan), Entered())) is asked
        assert needs(plan, at_node(plan), event()) is None


@pytest.mark.parametrize(
    ("config", "arrived", "taken"),
    [
        ({}, event(), "paid"),
        ({}, event("other"), None),
        ({}, event(after=-HOUR), None),
        ({}, event(after=DAY), "paid"),
        ({}, event(after=DAY + HOUR), None),
        ({"look_back": "PT1H"}, event(after=-HOUR), "paid"),
        ({"look_back": "PT1H"}, event(after=-2 * HOUR), None),
        ({"key": "order.id"}, event(order={"id": "100"}), "paid"),
        ({"key": "order.id"}, event(order={"id": 101}), None),
        ({"key": "gone"}, event(), None),
        ({"where": [{"key": "amount", "cmp": "gte", "value": 5}]}, event(amount="5.0"), "paid"),
        ({"where": [{"key": "amount", "cmp": "gte", "value": 5}]}, event(), None),
    ],
)
def test_which_event_ends_a_wait(config: dict[str, Any], arrived: EventArrived, taken: str | None) -> None:
    own = {name: config[name] for name in config if name != "look_back"}
    awaited = {"id": "paid", "event": "paid", **own}
    plan = plan_of(wait_for(awaited, **{k: v for k, v in config.items() if k == "look_back"}), "paid", "timeout")
    waiting = step(plan, at_node(plan, order={"id": 100})).enrollment
    result = step(plan, waiting, arrived, T0 + 3 * DAY)
    assert came_to(result) == (taken or "n")


def test_the_first_of_several_awaited_events_that_matches_is_taken() -> None:
    big = {"id": "big", "event": "paid", "where": [{"key": "amount", "cmp": "gte", "value": 100}]}
    plan = plan_of(wait_for(big, {"id": "any", "event": "paid"}), "big", "any")
    waiting = step(plan, at_node(plan)).enrollment
    assert came_to(step(plan, waiting, event(amount=100), T0 + HOUR)) == "big"
    assert came_to(step(plan, waiting, event(amount=99), T0 + HOUR)) == "any"


def test_a_split_says_which_branch_and_what_it_looked_at() -> None:
    plan = plan_of(split(a=has("city", "x")), "a", "else")
    seen = [[["attribute", "city", "x"]]]
    taken = step(plan, at_node(plan), branch=Branch("a", seen))
    looked = {"id": "a", "matched": True, "values": seen[0]}
    assert (came_to(taken), taken.events[0].data) == ("a", {"branch": "a", "branches": [looked]})
    assert came_to(step(plan, at_node(plan), branch=Branch(None, seen))) == "else"


def test_a_split_says_nothing_of_branches_that_were_not_looked_at() -> None:
    plan = plan_of(split(a=has("city", "x"), b=has("age", 3)), "a", "b", "else")
    seen: list[list[Any]] = [[["attribute", "city", "x"]], [["attribute", "age", 3]]]
    first = step(plan, at_node(plan), branch=Branch("a", seen)).events[0]
    assert [one["id"] for one in first.data["branches"]] == ["a"]
    second = step(plan, at_node(plan), branch=Branch("b", seen)).events[0]
    assert [(one["id"], one["matched"]) for one in second.data["branches"]] == [("a", False), ("b", True)]


def test_an_ab_test_records_bucket_and_weights_and_sticks_to_the_profile() -> None:
    plan = plan_of(ab(a=30, b=70), "a", "b")
    first, again = (step(plan, at_node(plan)) for _ in range(2))
    data = first.events[0].data
    assert data["bucket"] == position("j/n", "p")
    assert data["weights"] == {"a": 30, "b": 70}
    assert data["variant"] == ("a" if data["bucket"] < 30 else "b") == came_to(again)


def test_buckets_are_spread_evenly_and_by_salt() -> None:
    buckets = [position("salt", str(number)) for number in range(10_000)]
    tenths = [sum(low <= bucket < low + 10 for bucket in buckets) for low in range(0, 100, 10)]
    assert all(850 < count < 1150 for count in tenths)
    moved = sum(abs(position("other", str(n)) - buckets[n]) > 1 for n in range(10_000))
    assert moved > 9_000


def test_a_variant_of_no_weight_is_never_taken() -> None:
    plan = plan_of(ab(none=0, all=100), "none", "all")
    assert {came_to(step(plan, at_node(plan, profile=str(n)))) for n in range(200)} == {"all"}


def test_a_goal_node_marks_its_goal() -> None:
    plan = plan_of(("goal", {"goal": "bought"}), "next", goals=[GOAL])
    assert step(plan, at_node(plan)).enrollment.goals == ("bought",)


def test_an_outcome_without_an_edge_completes_the_path() -> None:
    plan = plan_of(wait("P1D"))
    waiting = step(plan, at_node(plan)).enrollment
    done = step(plan, waiting, TimerFired(T0 + DAY), T0 + DAY)
    assert (done.enrollment.state, done.enrollment.ended_at, done.entered) == ("completed", T0 + DAY, False)


def test_a_send_without_await_lets_the_person_go_on() -> None:
    plan = plan_of(send(), "next")
    facts = SendFacts("m1", "allowed", "", "", {}, None, {"address": "secret"})
    sent = step(plan, at_node(plan), send=facts)
    assert (came_to(sent), sent.effect) == ("next", facts)
    assert "secret" not in str(sent.events)


def test_nobody_is_asked_after_the_end() -> None:
    plan = plan_of(wait_for("paid"), "paid")
    ended = leave(step(plan, at_node(plan)).enrollment, "operator", T0).enrollment
    assert step(plan, ended, event(), T0 + HOUR) == Step(ended, ())
    assert needs(plan, ended, Entered()) is None


@pytest.mark.parametrize(
    ("after", "converts"),
    [(timedelta(0), True), (7 * DAY - timedelta(microseconds=1), True), (7 * DAY, False), (-HOUR, False)],
)
def test_a_goal_counts_within_its_window_also_after_the_end(after: timedelta, converts: bool) -> None:
    plan = plan_of(wait("P30D"), "next", goals=[{**GOAL, "event": "paid", "exit": True}])
    ended = leave(step(plan, at_node(plan)).enrollment, "operator", T0).enrollment
    result = step(plan, ended, event(after=after, amount="1e2"), T0 + 8 * DAY)
    assert [(e.kind, e.data["value"]) for e in result.events] == ([("converted", "1E+2")] if converts else [])
    assert result.enrollment.state == "exited"


def test_an_exit_goal_ends_a_wait_and_comes_before_the_node() -> None:
    plan = plan_of(wait_for("paid"), "paid", goals=[{**GOAL, "event": "paid", "exit": True}])
    result = step(plan, step(plan, at_node(plan)).enrollment, event(), T0 + HOUR)
    assert [e.kind for e in result.events] == ["converted", "exited"]
    assert result.enrollment.state == "converted_exit"


def test_a_goal_without_exit_and_the_wait_both_hear_of_the_event() -> None:
    plan = plan_of(wait_for("paid"), "paid", goals=[{**GOAL, "event": "paid"}])
    result = step(plan, step(plan, at_node(plan)).enrollment, event(), T0 + HOUR)
    assert [e.kind for e in result.events] == ["converted", "event_matched", "node_entered"]


def test_an_exit_rule_asks_its_filters() -> None:
    rules = [{"event": "left", "where": [{"key": "why", "cmp": "eq", "value": "angry"}]}]
    plan = plan_of(wait("P1D"), "next", exit_rules=rules)
    waiting = step(plan, at_node(plan)).enrollment
    assert step(plan, waiting, event("left"), T0 + HOUR).enrollment.state == "waiting"
    assert step(plan, waiting, event("left", why="angry"), T0 + HOUR).enrollment.state == "exited"


def test_an_unknown_kind_of_event_is_not_ignored() -> None:
    with pytest.raises(UnknownEventKind):
        evolve(Enrollment("e", "p", "j", "v", T0, {}), Event("teleported", "n", T0, {}))


def test_failures_are_counted_until_the_next_success() -> None:
    plan = plan_of(split(a=has("x", 1)), "a")
    failure = Event("step_failed", "n", T0, {"retry_at": (T0 + HOUR).isoformat()})
    last = Event("step_failed", "n", T0 + HOUR, {"retry_at": None})
    failed = fold(at_node(plan), [failure, last])
    assert (failed.state, failed.attempts, failed.due_at, failed.is_live) == ("failed", 2, None, True)
    retried = evolve(failed, Event("step_retried", "n", T0 + DAY, {"was": "failed"}))
    assert (retried.state, retried.attempts, retried.due_at) == ("active", 0, T0 + DAY)
    moved = evolve(failed, Event("node_entered", "to a", T0 + DAY, {"from": "n", "outcome": "a"}))
    assert moved.attempts == 0


def calling(*wired: str, state: str = "result") -> Plan:
    return plan_of(send(**{"channel": "call", "await": {"for": state, "timeout": "P1D"}}), *wired)


def called(plan: Plan) -> Enrollment:
    allowed = SendFacts("m", "allowed", "", "", {}, None, {})
    return step(plan, at_node(plan), send=allowed).enrollment


@pytest.mark.parametrize(
    ("wired", "state", "result", "edge"),
    [
        (("success", "failure", "intent_A"), "delivered", "intent_A", "intent_A"),
        (("success", "failure", "answered"), "delivered", "intent_B", "answered"),
        (("success", "failure"), "delivered", "intent_B", "success"),
        (("success", "failure"), "delivered", "", "success"),
        (("success", "failure", "busy", "no_answer"), "failed", "busy", "busy"),
        (("success", "failure", "no_answer"), "failed", "powered_off", "no_answer"),
        (("success", "failure"), "failed", "rejected", "failure"),
        (("success", "failure", "no_answer", "suspended"), "failed", "suspended", "suspended"),
        (("next",), "failed", "rejected", "next"),
        # A test run's receipt says the result in place of the state.
        (("success", "failure", "no_answer"), "busy", "", "no_answer"),
    ],
)
def test_a_call_takes_the_edge_of_its_result(wired: tuple[str, ...], state: str, result: str, edge: str) -> None:
    plan = calling(*wired)
    assert came_to(step(plan, called(plan), MessageChanged("m", state, T0, "", result))) == edge


def test_a_call_that_is_only_accepted_has_no_result_yet() -> None:
    plan = calling("success", "failure")
    heard = step(plan, called(plan), MessageChanged("m", "accepted", T0))
    assert heard.enrollment.state == "waiting"
